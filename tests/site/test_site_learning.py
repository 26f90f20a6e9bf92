"""What readers do on the built pages beside reading: answer, unfold, tick, go on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from trial_page import PALE, ROOT, Site, Visit

pytestmark = pytest.mark.site
Open = Callable[..., Visit]

STORED = "localStorage.getItem('conteneurs.progress')"
EXERCISE, FINISHED = "J’ai fait cet exercice", "J’ai terminé cette page"
MARKED = ".md-nav--primary a:has(> .course-done)"


def reach(page: Page, target: str) -> None:
    """Go to an element with the Tab key alone, from the one before it."""
    wanted = page.locator(target).first
    for _ in range(400):
        page.keyboard.press("Tab")
        if wanted.evaluate("(wanted) => wanted === document.activeElement"):
            return
    pytest.fail(f"the Tab key does not reach {target}")


def ticked(page: Page) -> list[str]:
    return sorted(json.loads(page.evaluate(STORED) or "{}").get("done", {}))


# --- questions -------------------------------------------------------------------------------------------


def test_the_keyboard_answers_a_question(visit: Open) -> None:
    opened = visit("registre.html")
    page = opened.page
    question = page.get_by_role("group", name="Deux serveurs exécutent")
    wrong = question.locator(".banc-choice--wrong").first
    expect(wrong.locator("p")).to_be_hidden()
    question.locator("summary").first.evaluate("(first) => first.closest('.banc-question').tabIndex = -1")
    question.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(wrong.locator("p")).to_have_text(re.compile(r"^Faux\. .{20}"))
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(question.locator(".banc-choice--right > p")).to_have_text(re.compile(r"^Juste\. .{20}"))
    page.keyboard.press("Space")
    expect(question.locator(".banc-choice--right > p")).to_be_hidden()
    assert opened.trouble == []


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)], ids=["phone-dark", "desk-light"])
def test_verdicts_and_boxes_can_be_read_on_any_ground(visit: Open, width: int, dark: bool) -> None:
    page = visit("conteneur.html", width=width, dark=dark).page
    page.locator("details").evaluate_all("(folds) => folds.forEach((fold) => { fold.open = true; })")
    page.get_by_label(FINISHED).check()
    for part in (".banc-question", "details:is(.hint, .solution) > summary", ".course-tick"):
        assert page.evaluate(PALE, part) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


# --- without a script ------------------------------------------------------------------------------------


@pytest.fixture
def plain(site: Site, browser: Browser) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_a_script_all_opens_and_nothing_is_missing(site: Site, plain: Page) -> None:
    plain.goto(f"{site.url}en/conteneur.html")
    for fold in ("details.hint", "details.solution", ".banc-choice--right"):
        plain.locator(f"{fold} > summary").first.click()
        expect(plain.locator(f"{fold} > :not(summary)").first).to_be_visible()
    expect(plain.locator(".banc-choice--right > p").first).to_have_text(re.compile(r"^Right\. "))
    expect(plain.locator(".course-tick")).to_have_count(0)
    plain.goto(site.url)
    expect(plain.locator(".course-progress")).to_be_hidden()


# --- progress --------------------------------------------------------------------------------------------


def test_what_the_keyboard_ticks_is_marked_in_both_languages_and_kept(visit: Open) -> None:
    opened = visit("installer.html")
    page = opened.page
    expect(page.locator(MARKED)).to_have_count(0)
    expect(page.get_by_label(EXERCISE)).to_have_count(2)
    page.locator(".admonition.example").first.evaluate("(box) => { box.tabIndex = -1; box.focus(); }")
    reach(page, ".admonition.example .course-tick input")
    page.keyboard.press("Space")
    page.get_by_label(FINISHED).focus()
    page.keyboard.press("Space")
    assert ticked(page) == ["installer", "installer#1"]
    expect(page.locator(MARKED)).to_have_accessible_name("Installer et vérifier terminé")
    page.goto(page.url.replace("installer.html", "en/installer.html"))
    expect(page.get_by_label("I have done this exercise").first).to_be_checked()
    expect(page.get_by_label("I have done this exercise").last).not_to_be_checked()
    expect(page.locator(MARKED)).to_have_accessible_name("Install and check done")
    page.get_by_label("I have finished this page").uncheck()
    expect(page.locator(MARKED)).to_have_count(0)
    assert ticked(page) == ["installer#1"]
    assert opened.trouble == []


def test_each_exercise_of_the_exercises_pages_has_its_box(visit: Open) -> None:
    numbers = {1: range(1, 6), 2: range(6, 13), 3: range(13, 17)}
    page = visit("travaux-pratiques.html").page
    expect(page.get_by_label(FINISHED)).to_have_count(1)
    expect(page.get_by_label(EXERCISE)).to_have_count(0)
    for level in numbers:
        page.goto(page.url.rsplit("/", 1)[0] + f"/tp-niveau-{level}.html")
        values = page.get_by_label(EXERCISE).evaluate_all("(boxes) => boxes.map((box) => box.value)")
        assert values == [f"tp-niveau-{level}#tp{number:02}" for number in numbers[level]]


def test_the_home_page_counts_exports_erases_and_imports(visit: Open, tmp_path: Path) -> None:
    opened = visit("images.html", width=390, dark=True)
    page, home = opened.page, opened.page.url.replace("images.html", "")
    page.get_by_label(FINISHED).check()
    page.get_by_label(EXERCISE).check()
    page.goto(home)
    progress = page.locator(".course-progress")
    pages = len(re.findall(r"^-   \*\*.*\.course-time \}$", (ROOT / "docs/index.md").read_text("utf-8"), re.MULTILINE))
    expect(progress).to_contain_text(f"1 page sur {pages}, 1 exercice")
    expect(progress).to_contain_text("restent dans ce navigateur")
    expect(page.get_by_role("progressbar", name="Ma progression")).to_have_attribute("value", "1")
    expect(page.locator(".course-stage li .course-done")).to_have_count(1)
    assert page.evaluate(PALE, ".course-progress") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    def press(name: str) -> None:
        page.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")

    with page.expect_download() as download:
        press("Exporter")
    assert download.value.suggested_filename == "progression.json"
    download.value.save_as(kept := tmp_path / "progression.json")
    page.once("dialog", lambda dialog: dialog.dismiss())
    press("Tout effacer")
    assert ticked(page) == ["images", "images#1"]
    page.once("dialog", lambda dialog: dialog.accept())
    press("Tout effacer")
    expect(progress.get_by_role("status")).to_have_text("Tout est effacé.")
    assert ticked(page) == []
    expect(progress).to_contain_text("0 page sur")
    (wrong := tmp_path / "wrong.json").write_text('{"course": "autre", "done": {"images": "2026-11-25"}}')
    for file, said in ((wrong, "rien n’a changé"), (kept, "Coches ajoutées\u00a0: 2."), (kept, "Rien à ajouter")):
        with page.expect_file_chooser() as chooser:
            press("Importer")
        chooser.value.set_files(file)
        expect(progress.get_by_role("status")).to_contain_text(said)
    assert ticked(page) == ["images", "images#1"]
    expect(progress).to_contain_text("1 page sur")
    assert opened.trouble == []


def test_a_page_opened_from_a_folder_keeps_its_ticks_too(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((site.folder / "en/images.html").as_uri())
    page.get_by_label("I have finished this page").check()
    page.goto((site.folder / "index.html").as_uri())
    expect(page.locator(".course-progress")).to_contain_text("1 page sur")
    expect(page.locator(".course-stage li a:has(> .course-done)")).to_have_accessible_name("Images terminé")
    context.close()


def test_a_browser_that_keeps_nothing_says_so(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page = context.new_page()
    page.goto(f"{site.url}en/index.html")
    expect(page.locator(".course-progress")).to_contain_text("keeps nothing")
    page.goto(f"{site.url}en/images.html")
    page.get_by_label("I have finished this page").check()
    expect(page.locator(MARKED)).to_have_count(1)
    context.close()


# --- from page to page -----------------------------------------------------------------------------------

WAY = re.compile(r'class="md-footer__link md-footer__link--(prev|next)" aria-label="([^"]+)"')


def test_each_page_leads_to_the_one_before_and_after_it_in_its_language(site: Site) -> None:
    assert WAY.findall(site.read("images.html")) == [
        ("prev", "Précédent\u00a0: Moteurs"),
        ("next", "Suivant\u00a0: Explorer une image"),
    ]
    assert WAY.findall(site.read("en/images.html")) == [
        ("prev", "Previous: Engines"),
        ("next", "Next: Explore an image"),
    ]
