"""The keyboard alone does all, the focus shows, and what moves stops where readers ask for it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from trial_page import Visit, every_page

pytestmark = pytest.mark.site
Open = Callable[..., Visit]

# What can be used but is reached by no Tab: neither it nor a label or an element within it that stands for it.
UNREACHED = """
reached => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [onclick]")]
  .filter(element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter(element => element.tabIndex >= 0 && !element.dataset.reached)
  .map(element => element.outerHTML.slice(0, 90))
"""

# Whether the focused element, or what stands for it, differs to the eye from what it is without focus.
SHOWN = """
() => {
  const element = document.activeElement;
  const parts = [element.nextElementSibling, element.closest("form, figure, .md-typeset__scrollwrap")];
  const shown = [element, ...parts, ...(element.labels ?? [])]; // of a tab only the label is seen
  const looks = () => shown.filter(Boolean).map(one => {
    const style = getComputedStyle(one);
    return [style.outline, style.boxShadow, style.color, style.backgroundColor, style.opacity, style.textDecoration,
      style.border].join();
  }).join();
  const focused = looks();
  element.blur();
  const plain = looks();
  element.focus({ focusVisible: true });
  return focused !== plain;
}
"""


def tabbed(page: Page, most: int = 2000) -> list[str]:
    """Press Tab until the page has been gone round; give the elements whose focus does not show."""
    unseen: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
              const element = document.activeElement;
              if (element === document.body || element.dataset.reached) return null;
              element.dataset.reached = "yes";
              return element.outerHTML.slice(0, 90);
            }"""
        )
        if told is None:
            break
        if not page.evaluate(SHOWN):
            unseen.append(told)
    return unseen


@pytest.mark.parametrize("path", every_page("index.html", "essai.html", "en/securite.html"))
def test_tab_reaches_all_that_can_be_used_and_shows_where_it_is(visit: Open, path: str) -> None:
    opened = visit(path)
    opened.page.emulate_media(reduced_motion="reduce")  # looks change at once
    assert tabbed(opened.page) == []
    assert opened.page.evaluate(UNREACHED) == []
    assert opened.trouble == []


def test_the_first_tab_leads_past_the_menu(visit: Open) -> None:
    page = visit("essai.html").page
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class(re.compile("md-skip"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


def test_a_fold_opens_and_closes_by_the_keyboard(visit: Open) -> None:
    page = visit("essai.html").page
    fold = page.locator("#verified details")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(fold.locator("samp")).to_be_visible()
    page.keyboard.press("Enter")
    expect(fold.locator("samp")).to_be_hidden()


def test_search_begins_and_ends_by_the_keyboard(visit: Open) -> None:
    page = visit("essai.html").page
    page.keyboard.press("/")
    box = page.get_by_role("textbox")
    expect(box).to_be_focused()
    box.press_sequentially("volume")
    expect(page.locator(".md-search-result__item").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".md-search-result__link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".md-search__output")).to_be_hidden()


@pytest.mark.parametrize("path", ["index.html", "essai.html", "stockage.html"])
def test_nothing_moves_where_readers_ask_for_no_motion(visit: Open, path: str) -> None:
    page = visit(path).page
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(element => {
             const style = getComputedStyle(element);
             const lasts = name => Math.max(...style[name].split(",").map(parseFloat)) > 0.01;
             return (lasts("transitionDuration") && style.transitionProperty !== "none") ||
               (lasts("animationDuration") && style.animationName !== "none") || style.scrollBehavior === "smooth";
           }).map(element => `${element.tagName} ${element.className.baseVal ?? element.className}`)"""
    )
    assert moving == []


@pytest.mark.parametrize("path", ["index.html", "essai.html", "verification.html", "en/reseau.html"])
def test_twice_the_size_needs_no_scrolling_sideways(visit: Open, path: str) -> None:
    opened = visit(path, width=640)  # what a browser makes of a window of 1,280 pixels at 200 %
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 640
    assert opened.trouble == []
