"""The schematics on a built site, and in a browser: what is said of them, and how they look."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted(path.name for path in (ROOT / "diagrams").glob("*.py") if path.name != "look.py")
ENVIRONMENT = {"NO_MKDOCS_2_WARNING": "1", "PATH": ""}  # no `dot` to be found
pytestmark = pytest.mark.site


def make(project: Path, page: str) -> Path:
    """Make a project like ours, with a copy of the schematics, and one page in both languages."""
    for folder in ("hooks", "overrides", "src"):
        (project / folder).symlink_to(ROOT / folder)
    shutil.copytree(ROOT / "diagrams", project / "diagrams", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs/assets", project / "docs/assets")
    (project / "tests/snapshot").mkdir(parents=True)
    for name in ("index.md", "index.en.md"):
        (project / "docs" / name).write_text(page, encoding="utf-8")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = re.sub(r"^nav:\n(?:  .*\n)+", "nav:\n  - Accueil: index.md\n", config, flags=re.MULTILINE)
    config = config.replace("      verification: verification.md\n", "").replace("  - banc:\n", "  - banc\n")
    (project / "mkdocs.yml").write_text(config, encoding="utf-8")
    return project


def build(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", *options]
    return subprocess.run(
        command, cwd=project, env=ENVIRONMENT, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site with a page that shows every schematic."""
    page = "# Schémas\n\n" + "\n\n".join(f'![Essai {name}](diagrams/{name} "Légende")' for name in SCRIPTS)
    project = make(tmp_path_factory.mktemp("gallery"), page)
    built = build(project, "--strict")
    assert built.returncode == 0, built.stderr
    return project / "site"


def test_the_page_has_them_in_its_own_language(gallery: Path) -> None:
    french, english = ((gallery / path).read_text(encoding="utf-8") for path in ("index.html", "en/index.html"))
    for html in (french, english):
        assert html.count("<figure") == len(SCRIPTS)
        assert ".py" not in re.sub(r"Essai \w+\.py", "", html)
    assert ">Noyau invité</text>" in french
    assert ">Guest kernel</text>" in english
    assert "Noyau invité" not in english


def test_their_words_are_found_by_the_search(gallery: Path) -> None:
    index = json.loads((gallery / "search/search_index.json").read_text(encoding="utf-8"))
    text = " ".join(doc["text"] for doc in index["docs"])
    assert re.search(r"\bNoyau invité\s", text)
    assert "Guest kernel" not in text


def test_a_script_that_fails_is_red_when_strict_and_leaves_the_rest_standing(tmp_path: Path) -> None:
    project = make(tmp_path, "# Essai\n\n![x](diagrams/casse.py)\n\n![y](diagrams/pont.py)\n")
    (project / "diagrams/casse.py").write_text("from look import Card\nCrad('a')\n")
    strict = build(project, "--strict")
    assert strict.returncode == 1
    message = "index.md: diagrams/casse.py:2: NameError: name 'Crad' is not defined; mend that line and save"
    assert message in strict.stderr
    assert build(project).returncode == 0
    html = (project / "site/index.html").read_text(encoding="utf-8")
    assert "Ce schéma n’a pas pu être dessiné" in html
    assert "name &#x27;Crad&#x27; is not defined" in html
    assert html.count("<figure") == 1


def test_serve_draws_anew_what_was_edited(tmp_path: Path) -> None:
    project = make(tmp_path, "# Essai\n\n![x](diagrams/machines.py)\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mkdocs", "serve", "--quiet", "--dev-addr", address]
    server = subprocess.Popen(command, cwd=project, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    try:
        await_text(address, ">Noyau invité<")
        edit(project / "diagrams/machines.py", "Noyau invité", "Noyau tout neuf")
        await_text(address, ">Noyau tout neuf<")
        edit(project / "diagrams/look.py", 'f"card {_role(layer.role)}{states}"', '"tout-autre"')
        await_text(address, 'class="tout-autre"')
        edit(project / "diagrams/machines.py", "with Schematic(", "with Shcematic(")
        await_text(address, "machines.py:")
        edit(project / "diagrams/machines.py", "with Shcematic(", "with Schematic(")
        await_text(address, ">Noyau tout neuf<")
    finally:
        server.send_signal(signal.SIGINT)
        try:
            _, errors = server.communicate(timeout=60)
        finally:
            server.kill()
    assert "NameError: name 'Shcematic' is not defined; mend that line and save" in errors
    assert len(list((project / ".cache/figures").glob("*.svg"))) == 6  # two languages, three versions


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def await_text(address: str, text: str, seconds: float = 60) -> None:
    end, page = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://{address}/", timeout=5) as answer:
                page = answer.read().decode()
        except OSError:
            page = ""
        if text in page:
            return
        time.sleep(0.2)
    pytest.fail(f"after {seconds} s the page does not say {text!r}")


# In a browser


@pytest.fixture
def look(gallery: Path, browser: Browser) -> Iterator[Callable[..., Page]]:
    pages: list[Page] = []

    def open_page(path: str = "index.html", *, width: int = 1280, dark: bool = False) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
        pages.append(page)
        page.goto((gallery / path).as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()


# What touches what it should not: texts each other, texts the border of their card, links what they pass by.
TROUBLE = """
() => {
  const trouble = [];
  const place = element => {
    const box = element.getBoundingClientRect();
    return { left: box.left, top: box.top, right: box.right, bottom: box.bottom, element, text: element.textContent };
  };
  const grown = (box, by) =>
    ({ ...box, left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by });
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const holds = (a, b) => a.left <= b.left && b.right <= a.right && a.top <= b.top && b.bottom <= a.bottom;
  const at = (box, point) => box.left < point.x && point.x < box.right && box.top < point.y && point.y < box.bottom;
  for (const svg of document.querySelectorAll("figure svg")) {
    const texts = [...svg.querySelectorAll("text")].map(place);
    const cards = [...svg.querySelectorAll(".card > rect:not(.chip)")].map(place);
    texts.forEach((text, index) => {
      if (!holds(grown(place(svg), 1), text)) trouble.push(`${text.text} leaves the picture`);
      for (const other of texts.slice(index + 1))
        if (meet(grown(text, -2), grown(other, -2))) trouble.push(`${text.text} meets ${other.text}`);
      const group = text.element.closest("g");
      const border = text.element.classList.contains("chip")
        ? text.element.previousElementSibling : group.querySelector(":scope > rect");
      if (border && !holds(grown(place(border), -2), text)) trouble.push(`${text.text} leaves its box`);
      for (const card of cards)
        if (!card.element.parentElement.contains(text.element) && meet(card, grown(text, -2)))
          trouble.push(`${text.text} lies on another card`);
    });
    const zones = [...svg.querySelectorAll(".zone > rect")].map(place);
    for (const zone of zones)
      for (const inner of [...texts, ...cards])
        if (meet(grown(zone, 2), inner) && !holds(grown(zone, -2), inner))
          trouble.push(`${inner.text || "a card"} lies on the border of a zone`);
    for (const path of svg.querySelectorAll(".link > path")) {
      const matrix = path.getScreenCTM();
      for (let along = 0; along <= path.getTotalLength(); along += 2) {
        const point = path.getPointAtLength(along).matrixTransform(matrix);
        for (const text of texts)
          if (at(grown(text, 2), point)) trouble.push(`a link crosses ${text.text}`);
        for (const card of cards)
          if (at(grown(card, -3), point)) trouble.push(`a link crosses a card`);
      }
    }
  }
  return [...new Set(trouble)];
}
"""


@pytest.mark.parametrize("path", ["index.html", "en/index.html"])
def test_nothing_overlaps(look: Callable[..., Page], path: str) -> None:
    page = look(path)
    assert page.locator("figure text").count() > 40
    assert page.evaluate(TROUBLE) == []


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ("t => t.textContent += ' et encore bien d’autres services'", "leaves its box"),
        ("t => t.setAttribute('x', 1 + Number(t.getAttribute('x')) + 150)", "leaves its box"),
        ("t => { for (const n of ['x', 'y']) OTHER.setAttribute(n, t.getAttribute(n)) }", "lies on another"),
        ("t => ZONE.setAttribute('width', 40)", "lies on the border of a zone"),
        ("t => LINK.setAttribute('d', 'M0 0L600 600')", "a link crosses a card"),
        ("t => LINK.setAttribute('d', `M0 ${t.getAttribute('y') - 4}h600`)", "a link crosses TEXT"),
    ],
)
def test_an_overlap_would_be_seen(look: Callable[..., Page], change: str, trouble: str) -> None:
    page = look()
    text = page.locator("figure", has_text="cours-vitrine").locator(".card text").first
    trouble = trouble.replace("TEXT", text.inner_html())
    change = change.replace("OTHER", "[...t.closest('figure').querySelectorAll('.card text')].at(-1)")
    change = change.replace("ZONE", "t.closest('figure').querySelector('.zone > rect')")
    text.evaluate(change.replace("LINK", "t.closest('figure').querySelector('.link path')"))
    assert any(trouble in found for found in page.evaluate(TROUBLE))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_follow_the_scheme(look: Callable[..., Page], dark: bool) -> None:
    page = look(dark=dark)
    kernel = page.locator("figure .card.kernel").first
    fill = "rgb(74, 54, 16)" if dark else "rgb(253, 236, 204)"
    assert kernel.locator("rect").first.evaluate("rect => getComputedStyle(rect).fill") == fill
    page.get_by_title("Passer au thème clair" if dark else "Passer au thème sombre").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default" if dark else "slate")
    assert kernel.locator("rect").first.evaluate("rect => getComputedStyle(rect).fill") != fill


def test_pictures_have_a_name_a_description_and_words_to_select(look: Callable[..., Page]) -> None:
    page = look()
    for script in SCRIPTS:
        picture = page.get_by_role("img", name=f"Essai {script}")
        expect(picture).to_have_accessible_description(re.compile(r".{100}"))
    assert page.evaluate("find('noyau invité')")  # the browser's own search, which selects what it finds
    assert page.evaluate("getSelection().toString()") == "Noyau invité"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_picture_is_enlarged_by_a_click_and_goes_back_to_its_place(look: Callable[..., Page], width: int) -> None:
    page = look(width=width)
    figure, dialog = page.locator("figure").first, page.locator("dialog")
    area = figure.locator(".banc-figure__scroll")
    before, height = figure.locator("svg").bounding_box(), area.bounding_box()
    assert before is not None
    area.click()
    expect(dialog).to_have_accessible_name(f"Essai {SCRIPTS[0]}")
    after = dialog.locator("svg").bounding_box()
    assert after is not None
    assert after["width"] > before["width"] * 1.2
    assert area.bounding_box() == height  # the page below stays as it is
    assert page.locator("svg[aria-labelledby]").count() == len(SCRIPTS)  # moved, not copied
    dialog.get_by_role("button", name="Fermer").click()
    expect(dialog).to_be_hidden()
    assert figure.locator("svg").bounding_box() == before


def test_the_keyboard_enlarges_a_picture_and_escape_leads_back(look: Callable[..., Page]) -> None:
    page = look()
    button = page.get_by_role("button", name=f"Agrandir Essai {SCRIPTS[0]}")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_words_of_a_picture_can_be_marked_without_enlarging_it(look: Callable[..., Page]) -> None:
    page = look()
    page.locator("figure .card text").first.select_text()
    page.locator("figure .banc-figure__scroll").first.dispatch_event("click")
    expect(page.locator("dialog")).to_be_hidden()


# The contrast of each text with the box that is drawn last behind it, or with the page.
PALE = """
() => {
  const channels = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const luminance = colour => {
    const linear = channels(colour).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ratio = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const pale = [];
  for (const text of document.querySelectorAll("figure text")) {
    const box = text.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    let ground = getComputedStyle(document.body).backgroundColor;
    for (const rect of text.closest("svg").querySelectorAll("rect")) {
      const place = rect.getBoundingClientRect();
      if (place.left < x && x < place.right && place.top < y && y < place.bottom) ground = getComputedStyle(rect).fill;
    }
    const found = ratio(getComputedStyle(text).fill, ground);
    if (found < 4.5) pale.push(`${text.textContent}: ${found.toFixed(2)}`);
  }
  return pale;
}
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_each_text_has_contrast_with_what_is_behind_it(look: Callable[..., Page], dark: bool) -> None:
    page = look(dark=dark)
    assert page.evaluate(PALE) == []
    grey = "rgb(128, 128, 128)"
    page.locator("figure text").first.evaluate("(text, grey) => text.style.fill = grey", grey)
    assert len(page.evaluate(PALE)) == 1


def test_a_wide_screen_shows_all_of_a_picture(look: Callable[..., Page]) -> None:
    for area in look().locator(".banc-figure__scroll").all():
        assert area.evaluate("area => area.scrollWidth <= area.clientWidth")


def test_a_phone_moves_the_picture_sideways_and_keeps_it_legible(look: Callable[..., Page]) -> None:
    page = look(width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for figure in page.locator("figure").all():
        area, hint = figure.locator(".banc-figure__scroll"), figure.get_by_text("Faites glisser")
        if area.evaluate("area => area.scrollWidth <= area.clientWidth"):
            expect(hint).to_be_hidden()
            continue
        expect(hint).to_be_visible()
        area.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("area => area.scrollLeft > 0", arg=area.element_handle())
    sizes = page.evaluate(
        """() => [...document.querySelectorAll("figure text")].map(text =>
             parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
    )
    assert min(sizes) >= 11


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_print_is_black_on_white(look: Callable[..., Page], dark: bool) -> None:
    page = look(dark=dark)
    page.emulate_media(media="print")
    colours = page.evaluate(
        """() => [...document.querySelectorAll("figure text, figure rect, figure .link *")].map(element => {
             const style = getComputedStyle(element);
             return `${element.tagName} ${style.fill} ${element.tagName === "text" ? "" : style.stroke}`.trim();
           })"""
    )
    black, white = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
    assert set(colours) == {f"text {black}", f"rect {white} {black}", f"path none {black}", f"polygon {black} none"}


def test_print_takes_no_more_paper_than_a_picture_needs(look: Callable[..., Page]) -> None:
    page = look(width=1280)
    page.emulate_media(media="print")
    wide = page.evaluate(
        """() => [...document.querySelectorAll("figure svg")].filter(svg =>
             svg.getBoundingClientRect().width > svg.viewBox.baseVal.width + 1).length"""
    )
    assert wide == 0


def test_an_enlarged_picture_is_printed_in_its_place(look: Callable[..., Page]) -> None:
    page = look()
    page.locator(".banc-figure__scroll").first.click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("figure svg")).to_have_count(len(SCRIPTS))


def test_no_drawing_leaves_the_machine_that_made_it_in_the_page(gallery: Path) -> None:
    assert str(gallery.parent) not in (gallery / "index.html").read_text(encoding="utf-8")
