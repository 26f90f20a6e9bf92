"""Words that the glossary explains: where they are on the built pages, and what a reader sees of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from trial_page import ROOT, Site, Visit

from banc.glossary import read

pytestmark = pytest.mark.site
Open = Callable[..., Visit]

BUBBLE = "#banc-bubble[role=tooltip]"
TERM = "article a.banc-term"
INSIDE = """(bubble) => {
  const box = bubble.getBoundingClientRect();
  return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
}"""


def bubble(page: Page) -> str:
    """What the bubble says; it must be there."""
    shown = page.locator(BUBBLE)
    expect(shown).to_be_visible()
    return shown.inner_text()


def meanings(folder: str) -> dict[str, str]:
    """What the glossary says of its terms, in the language of a folder."""
    source = ROOT / ("docs/glossaire.en.md" if folder else "docs/glossaire.md")
    return {term.id: term.definition for term in read(source.read_text(encoding="utf-8"))}


def meaning(word: Locator, folder: str = "") -> str:
    """What the bubble is to say of a word."""
    return meanings(folder)[(word.get_attribute("href") or "").partition("#")[2]]


# --- the built pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["", "en/"], ids=["fr", "en"])
def test_each_word_is_explained_once_a_page_in_its_language(site: Site, folder: str) -> None:
    html = site.read(f"{folder}images.html")
    found = re.findall(r'<a class="banc-term" href="glossaire\.html#([\w-]+)">', html)
    assert len(found) > 9
    assert len(set(found)) == len(found)
    assert set(found) <= meanings(folder).keys()
    told = site.read(f"{folder}glossaire.js")
    assert [name for name, text in meanings(folder).items() if json.dumps(text, ensure_ascii=False) not in told] == []


@pytest.mark.parametrize("folder", ["", "en/"], ids=["fr", "en"])
def test_the_glossary_has_the_same_anchors_in_both_languages(site: Site, folder: str) -> None:
    terms = read((ROOT / "docs/glossaire.md").read_text(encoding="utf-8"))
    html = site.read(f"{folder}glossaire.html")
    assert sorted(re.findall(r'<h2 class="term"[^>]* id="([^"]+)"', html)) == sorted(term.id for term in terms)
    assert "banc-term" not in html


def test_meanings_are_found_in_the_glossary_alone(site: Site) -> None:
    assert site.read("search/search_index.json").count(meanings("")["pont"]) == 1


# --- in a browser ----------------------------------------------------------------------------------------


def test_the_keyboard_shows_what_a_word_means(visit: Open) -> None:
    opened = visit("images.html")
    page, word = opened.page, opened.page.locator(TERM).first
    expect(page.locator(BUBBLE)).to_be_hidden()
    for _ in range(60):
        page.keyboard.press("Tab")
        if word.evaluate("(word) => word === document.activeElement"):
            break
    assert bubble(page) == meaning(word)
    expect(word).to_have_accessible_description(meaning(word))
    page.keyboard.press("Escape")
    expect(page.locator(BUBBLE)).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/glossaire\.html#image$"))
    assert opened.trouble == []


def test_leaving_a_word_with_the_keyboard_hides_its_meaning(visit: Open) -> None:
    page = visit("images.html").page
    page.locator(TERM).nth(1).focus()
    assert bubble(page) == meaning(page.locator(TERM).nth(1))
    page.locator("article a.headerlink").first.focus()
    expect(page.locator(BUBBLE)).to_be_hidden()


def test_the_mouse_shows_it_and_may_enter_the_bubble(visit: Open) -> None:
    page = visit("en/images.html").page
    word = page.locator(TERM).first
    word.hover()
    assert bubble(page) == meaning(word, "en/")
    page.locator(BUBBLE).hover()
    page.wait_for_timeout(500)  # longer than it takes to go away
    expect(page.locator(BUBBLE)).to_be_visible()
    page.mouse.move(5, 5)
    expect(page.locator(BUBBLE)).to_be_hidden()
    word.click()
    expect(page).to_have_url(re.compile(r"/en/glossaire\.html#image$"))


def test_a_finger_shows_it_first_and_follows_it_then(visit: Open) -> None:
    page = visit("images.html", width=390, touch=True).page
    word = page.locator(TERM).first
    address = page.url
    word.tap()
    assert bubble(page) == meaning(word)
    assert page.locator(BUBBLE).evaluate(INSIDE)
    assert page.url == address
    page.locator("article p").first.tap(position={"x": 2, "y": 2})
    expect(page.locator(BUBBLE)).to_be_hidden()
    word.tap()
    assert bubble(page)
    word.tap()
    expect(page).to_have_url(re.compile(r"/glossaire\.html#image$"))


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bubble_stays_in_the_window(visit: Open, width: int) -> None:
    page = visit("sous-le-capot.html", width=width).page
    words = page.locator(TERM)
    assert words.count() > 9
    for number in range(words.count()):
        for block in ("start", "end"):  # where the header is, and where no room is left below
            words.nth(number).evaluate("(word, block) => { word.scrollIntoView({ block }); word.blur(); }", block)
            words.nth(number).evaluate("(word) => word.focus({ preventScroll: true })")
            assert bubble(page)
            assert page.locator(BUBBLE).evaluate(INSIDE), words.nth(number).inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_paper_shows_neither_dots_nor_bubbles(visit: Open) -> None:
    page = visit("images.html").page
    page.locator(TERM).first.focus()
    assert bubble(page)
    page.emulate_media(media="print")
    expect(page.locator(BUBBLE)).to_be_hidden()
    assert page.locator(TERM).first.evaluate("(word) => getComputedStyle(word).textDecorationLine") == "none"
