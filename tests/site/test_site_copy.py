"""What a reader takes away from a page: what its buttons put into the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from trial_page import Site, Visit

pytestmark = pytest.mark.site
Open = Callable[..., Visit]
COMMANDS = 'for name in one two; do\n  echo "$name >"; echo "> $name"\ndone\ntrue'


@pytest.fixture
def trial(visit: Open) -> Page:
    page = visit("essai.html").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def block(page: Page, code: str) -> Locator:
    return page.locator(".highlight", has=page.locator("pre > code", has_text=code))


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_block_is_copied_without_its_foot(trial: Page) -> None:
    block(trial, "docker version").get_by_role("button", name="Copier", exact=True).click()
    expect(trial.locator(".banc-voice")).to_have_text("Copié")
    assert clipboard(trial) == "docker version"


def test_prompts_and_outputs_are_not_copied_and_the_keyboard_does_it(trial: Page) -> None:
    button = block(trial, "for name in").get_by_role("button", name="Copier les commandes")
    button.press("Enter")
    expect(trial.locator(".banc-voice")).to_have_text("Copié")
    expect(trial.locator(".banc-voice")).to_have_attribute("role", "status")
    expect(button).to_be_focused()
    assert clipboard(trial) == COMMANDS


def test_without_a_clipboard_of_its_own_the_page_copies_all_the_same(trial: Page) -> None:
    trial.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    block(trial, "for name in").get_by_role("button").click()
    expect(trial.locator(".banc-voice")).to_have_text("Copié")
    trial.evaluate("delete navigator.clipboard")
    assert clipboard(trial) == COMMANDS


def test_a_copy_that_fails_says_so(trial: Page) -> None:
    trial.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')) }")
    block(trial, "docker version").get_by_role("button").click()
    expect(trial.locator(".banc-voice")).to_have_text("La copie a échoué")


def test_every_block_of_code_has_one_button_and_outputs_none(trial: Page) -> None:
    codes, buttons = trial.locator(".highlight pre > code"), trial.locator(".highlight > button.banc-copy")
    assert codes.count() == buttons.count() > 5
    expect(trial.locator(".banc-expected button")).to_have_count(0)


def test_the_buttons_speak_english_on_english_pages(visit: Open) -> None:
    page = visit("en/essai.html").page
    expect(block(page, "for name in").get_by_role("button", name="Copy the commands")).to_be_visible()
    expect(block(page, "{}").get_by_role("button", name="Copy the file")).to_be_visible()


def test_a_pages_script_is_copied_as_it_lies_beside_the_page(trial: Page, site: Site) -> None:
    trial.get_by_text("Emporter les commandes et les fichiers").click()
    trial.get_by_role("button", name="Copier le script").click()
    expect(trial.locator(".banc-voice")).to_have_text("Copié")
    assert clipboard(trial) == site.read("essai.sh")
    assert COMMANDS in site.read("essai.sh")


def test_a_script_is_copied_from_a_folder_on_disk_too(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    page.goto((site.folder / "en/essai.html").as_uri())
    page.evaluate("() => { navigator.clipboard.writeText = async text => { window.copied = text } }")
    page.get_by_text("Take the commands and files").click()
    page.get_by_role("button", name="Copy the script").click()
    expect(page.locator(".banc-voice")).to_have_text("Copied")
    assert page.evaluate("window.copied") == site.read("en/essai.sh")
    page.close()


def test_without_scripts_all_can_be_downloaded_and_no_button_is_dead(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + "images.html")
    page.locator(".banc-handout > summary").click()
    for name in ("script", "fichiers"):
        with page.expect_download() as started:
            page.locator(".banc-handout").get_by_role("link", name=name).click()
        taken = started.value
        assert Path(taken.path()).read_bytes() == (site.folder / taken.suggested_filename).read_bytes()
    expect(page.locator("article button:visible")).to_have_count(0)
    context.close()


def test_a_files_caption_says_in_which_folder_it_belongs(visit: Open) -> None:
    captions = visit("tp-niveau-1.html").page.locator(".banc-file > .filename")
    expect(captions.first).to_have_text("Fichier\u00a0: juge.sh, dans le dossier cours-tp")
    expect(captions.nth(1)).to_have_text("Fichier\u00a0: verifier.sh, dans le dossier cours-tp/tp01")
