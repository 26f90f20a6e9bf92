"""What a reader sees, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from trial_page import PALE, Visit

pytestmark = pytest.mark.site
Open = Callable[..., Visit]
NOTHING = re.compile("Aucune page trouvée|No matching documents")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", "images.html", "essai.html", "en/stockage.html"])
def test_a_page_is_sound(visit: Open, path: str, dark: bool) -> None:
    opened = visit(path, dark=dark)
    page = opened.page
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == ("dark" if dark else "light")
    assert page.evaluate(PALE, "article .highlight") == []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert opened.trouble == []


def test_the_reader_can_switch_to_the_dark(visit: Open) -> None:
    page = visit("essai.html").page
    page.get_by_title("Passer au thème sombre").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@pytest.mark.parametrize("path", ["memo.html", "en/memo.html"])
def test_the_cheat_sheet_is_printed_on_both_sides_of_one_sheet(visit: Open, path: str) -> None:
    opened = visit(path)
    printed = opened.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    opened.page.emulate_media(media="print")
    expect(opened.page.get_by_text("docker build").first).to_be_visible()
    for hidden in (".banc-badge", ".admonition", "details", "button"):
        expect(opened.page.locator(f"article {hidden}:visible")).to_have_count(0)
    assert opened.trouble == []


def test_the_reader_can_switch_the_language(visit: Open) -> None:
    opened = visit("images.html")
    opened.page.get_by_label("Sélectionner la langue").hover()
    opened.page.get_by_role("link", name="English").click()
    expect(opened.page).to_have_url(opened.page.url.replace("conteneurs/images", "conteneurs/en/images"))
    assert opened.trouble == []


FRENCH = {
    "image": "l’image",
    "securite": "sécurité",
    "sécurite": "sécurité",
    "demon": "démon",
    "entrepot": "l’entrepôt",
    "hapax": "Hapax",
    "kubernetesque": "",
}
ENGLISH = {"volume": "volume", "hapax": ""}  # on a page that is not translated


@pytest.mark.parametrize(("path", "queries"), [("index.html", FRENCH), ("en/index.html", ENGLISH)], ids=["fr", "en"])
def test_search(visit: Open, path: str, queries: dict[str, str]) -> None:
    opened = visit(path)
    box, results = opened.page.get_by_role("textbox"), opened.page.locator(".md-search-result__list")
    for query, found in queries.items():
        box.clear()
        box.press_sequentially(query)  # the theme's script listens to keys
        if not found:
            expect(opened.page.locator(".md-search-result__meta")).to_have_text(NOTHING)
            continue
        expect(results.locator("mark").get_by_text(found.removeprefix("l’")).first).to_be_visible()
        expect(results).to_contain_text(found)
        addresses = [link.get_attribute("href") or "" for link in results.get_by_role("link").all()]
        assert addresses
        assert all(("/en/" in address) == path.startswith("en/") for address in addresses)
    assert opened.trouble == []


def test_a_search_result_leads_to_its_page(visit: Open) -> None:
    opened = visit("en/index.html")
    opened.page.get_by_role("textbox").press_sequentially("bind mount")
    opened.page.locator(".md-search-result__link").first.click()
    expect(opened.page.locator("article")).to_contain_text("bind mount")
    assert opened.trouble == []


def test_what_the_bench_tells_of_each_block(visit: Open) -> None:
    opened = visit("essai.html")
    page = opened.page
    states = {
        label: page.locator(f"#{label} > .banc-badge > strong").inner_text().partition(" ")[2]
        for label in ("verified", "output", "stale", "never", "skipped")
    }
    assert states == {
        "verified": "Vérifié",
        "output": "Vérifié\u00a0: échoue comme prévu (code 3)",
        "stale": "Non vérifié depuis sa dernière modification",
        "never": "Jamais exécuté",
        "skipped": "Non exécuté\u00a0: needs <b>two</b> machines",
    }
    expect(page.locator("#stale details")).to_have_count(0)  # an output of other code would mislead
    expect(page.locator("#output details")).to_have_count(0)  # the expected output is on the page already
    expect(page.locator("article")).not_to_contain_text("unseen")

    page.get_by_text("Sortie obtenue").first.click()
    expect(page.locator("#verified samp")).to_be_visible()
    expect(page.locator("#verified samp")).to_have_text("<script>window.hacked = true</script>\nligne deux")
    expect(page.locator(".banc-expected samp")).to_have_text("<script>window.hacked = true</script>")
    assert page.evaluate("window.hacked") is None

    expect(page.locator("#verified").get_by_role("button", name="Copier", exact=True)).to_have_count(1)
    expect(page.locator(".banc-expected button")).to_have_count(0)  # nobody types an output

    page.locator("#stale").get_by_label("Lien permanent vers ce bloc").click()
    expect(page).to_have_url(page.url.partition("#")[0] + "#stale")
    expect(page.locator("#stale")).to_be_in_viewport()
    assert opened.trouble == []


def test_the_missing_page_is_styled_where_the_site_is_published(visit: Open) -> None:
    opened = visit("404.html")
    expect(opened.page.get_by_role("heading", name="Cette page n’existe pas")).to_be_visible()
    assert opened.trouble == []


def test_what_the_reader_has_chosen_holds_without_waiting_for_the_theme(visit: Open) -> None:
    page = visit("installer.html").page
    page.locator("label[for=__palette_1]:visible").click()
    page.locator(".tabbed-labels label", has_text="macOS").click()
    page.route("**/bundle.*.js", lambda route: route.abort())  # which would see to it late, and to the colours too
    page.goto(page.url.replace("installer", "images"))
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.goto(page.url.replace("images", "installer"))
    expect(page.get_by_role("radio", name="macOS")).to_be_checked()


UNSEEN = """() => {
  const canvas = getComputedStyle(document.body).backgroundColor;
  const unseen = new Set();
  for (const element of document.querySelectorAll("body *")) {
    for (const pseudo of [null, "::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      const drawn = style.maskImage !== "none" && style.display !== "none" && style.content !== "none";
      const adjusted = style.backgroundColor === canvas || style.backgroundColor === "rgba(0, 0, 0, 0)";
      if (drawn && adjusted) unseen.add(`${element.tagName}.${element.className}${pseudo ?? ""}`);
    }
    if (element.matches(".highlight pre") && getComputedStyle(element).outlineStyle === "none") unseen.add("pre");
  }
  return [...unseen];
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", "essai.html", "en/installer.html", "tp-niveau-1.html"])
def test_where_the_reader_sets_the_colours_icons_and_the_bounds_of_blocks_stay(
    visit: Open, path: str, dark: bool
) -> None:
    page = visit(path, dark=dark).page
    page.emulate_media(forced_colors="active")
    assert page.evaluate(UNSEEN) == []
