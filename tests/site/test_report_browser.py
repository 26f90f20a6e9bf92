"""The HTML report of a run, in a real browser, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from trial_page import PALE

from banc.reports import htmlreport
from banc.reports.record import BlockRecord, Left, PageRecord, Record
from banc.results import Image, Kind, Status
from banc.runs.verdict import Failure

pytestmark = pytest.mark.site

WIDE = "x" * 300
WRONG = Failure(5, "the command ended with status 1, expected 0", "correct the command", "cat x " + WIDE)
QUIET = BlockRecord("quiet", 9, Kind.SHELL, "1", "true", Status.PASSED, 0)
GREEN = BlockRecord("green", 1, Kind.SHELL, "1", f"echo {WIDE}", Status.PASSED, 0, f"\x1b[31m{WIDE}\x1b[0m")
RED = BlockRecord("red", 4, Kind.SHELL, "2", "cat x", Status.FAILED, 1, "no such file", failure=WRONG)
RECORD = Record(
    "0.1.0",
    "2026-11-25T10:00:00+00:00",
    61.0,
    (
        PageRecord(
            f"a-page-with-a-name-of-some-length-{'x' * 60}.md",
            f"docs/{'x' * 60}.md",
            2,
            engine="26.1.5",
            images=(Image("busybox:latest", "sha256:" + "0" * 64, "offline kit"),),
            blocks=(GREEN, QUIET, RED),
            left=(Left("green", "container web"),),
        ),
    ),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The report, as a file."""
    path = tmp_path / "report.html"
    htmlreport.save(path, RECORD)
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_sound_and_asks_for_nothing(browser: Browser, file: Path, scheme: Literal["light", "dark"]) -> None:
    with browser.new_page(color_scheme=scheme) as page:
        page.set_default_timeout(180_000)  # a slow machine
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(message.text))
        page.goto(file.as_uri())
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert page.evaluate(PALE, "main") == []
        light = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert light == (scheme == "light")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") == width
        assert asked == [file.as_uri()]


def test_folds_are_opened_with_the_keyboard(browser: Browser, file: Path) -> None:
    with browser.new_page() as page:
        page.set_default_timeout(180_000)
        page.goto(file.as_uri())
        fold = page.locator("#page-1-block-3")
        expect(fold).to_have_attribute("open", "")
        fold.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(fold).not_to_have_attribute("open", "")
        page.keyboard.press("Shift+Tab")  # to the one before
        page.keyboard.press("Space")
        expect(page.locator("#page-1-block-2")).to_have_attribute("open", "")
        page.get_by_role("link", name=f"docs/{'x' * 60}.md:5").press("Enter")
        assert page.url.endswith("#page-1-block-3")
