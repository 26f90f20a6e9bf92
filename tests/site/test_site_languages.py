"""From one language to the other: on every page, at the same place, suggested and never forced."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from trial_page import Site, Visit

pytestmark = pytest.mark.site
Open = Callable[..., Visit]


def switch(page: Page, language: str) -> None:
    """Take the switch, as a mouse does."""
    page.locator(".md-select").hover()
    page.locator(".md-select").get_by_role("link", name=language).click()


def test_the_switch_leads_to_the_same_page_both_ways_everywhere(visit: Open, site: Site) -> None:
    page = visit("index.html").page
    paths = sorted(
        path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.html") if path.name != "404.html"
    )
    assert len(paths) > 60
    links = page.evaluate(
        """async ([home, paths]) => Object.fromEntries(await Promise.all(paths.map(async path => {
          const text = await (await fetch(home + path)).text();
          const page = new DOMParser().parseFromString(text, "text/html");
          const links = [...page.querySelectorAll("a.md-select__link")];
          const at = link => new URL(link.getAttribute("href"), home + path).href.slice(home.length);
          return [path, Object.fromEntries(links.map(link => [link.hreflang, at(link)]))];
        })))""",
        [site.url, paths],
    )
    assert links == {path: {"fr": path.removeprefix("en/"), "en": f"en/{path.removeprefix('en/')}"} for path in paths}


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("registre.html#etiquette", "en/registre.html#etiquette"),  # a block
        ("registre.html#etiquette-empreinte-registre", "en/registre.html#tag-digest-registry"),  # a heading
        ("glossaire.html#depot", "en/glossaire.html#depot"),  # a term, in another place of the alphabet
        ("images.html", "en/images.html"),
    ],
)
def test_the_switch_keeps_the_place(visit: Open, site: Site, french: str, english: str) -> None:
    opened = visit(french)
    for language, address in (("English", english), ("Français", french)):
        switch(opened.page, language)
        opened.page.wait_for_url(site.url + address)
        if "#" in address:
            expect(opened.page.locator(f"#{address.partition('#')[2]}")).to_be_in_viewport()
    assert opened.trouble == []


def test_both_versions_of_a_page_have_as_many_headings(visit: Open, site: Site) -> None:
    page = visit("index.html").page
    paths = sorted(path.name for path in site.folder.glob("*.html") if path.name != "404.html")
    levels = page.evaluate(
        """async ([home, paths]) => Promise.all(paths.map(async path => {
          const text = await (await fetch(home + path)).text();
          const page = new DOMParser().parseFromString(text, "text/html");
          return [...page.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)[id]")].map(one => one.tagName).join();
        }))""",
        [site.url, [*paths, *(f"en/{path}" for path in paths)]],
    )
    assert dict(zip(paths, levels, strict=False)) == dict(zip(paths, levels[len(paths) :], strict=False))


OFFER = ".course-offer"


def reading(browser: Browser, locale: str) -> Page:
    """A page of a reader with that language."""
    return browser.new_context(locale=locale).new_page()


@pytest.mark.parametrize(
    ("locale", "path", "there"),
    [("en-GB", "images.html", "en/images.html"), ("fr-CA", "en/images.html", "images.html")],
)
def test_the_browsers_language_is_suggested_until_the_reader_has_chosen(
    site: Site, browser: Browser, locale: str, path: str, there: str
) -> None:
    page = reading(browser, locale)
    page.goto(site.url + path)
    expect(page).to_have_url(site.url + path)  # nobody is sent anywhere
    expect(page.locator(OFFER)).to_have_attribute("lang", locale[:2])
    page.locator(OFFER).get_by_role("link").click()
    page.wait_for_url(site.url + there)
    expect(page.locator(OFFER)).to_have_count(0)
    page.go_back()
    page.locator(OFFER).get_by_role("button").click()
    for _ in range(2):
        expect(page.locator(OFFER)).to_have_count(0)
        page.reload()
    page.context.close()


@pytest.mark.parametrize(
    ("locale", "path"),
    [
        ("fr-FR", "images.html"),
        ("en-US", "en/images.html"),
        ("de-DE", "images.html"),
        ("en-US", "orphelin.html"),  # it is not translated
        ("en-US", "404.html"),
    ],
)
def test_nothing_is_suggested_that_is_not_wanted_or_does_not_exist(
    site: Site, browser: Browser, locale: str, path: str
) -> None:
    page = reading(browser, locale)
    page.goto(site.url + path)
    expect(page.locator(OFFER)).to_have_count(0)
    page.context.close()


def test_the_switch_is_a_choice(site: Site, browser: Browser) -> None:
    page = reading(browser, "fr-FR")
    page.goto(f"{site.url}index.html")
    switch(page, "English")
    page.wait_for_url(f"{site.url}en/index.html")
    expect(page.locator(OFFER)).to_have_count(0)
    page.context.close()


class _Host(http.server.SimpleHTTPRequestHandler):
    """What most hosts do: one page for all that is missing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "conteneurs/404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def host(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    published = tmp_path_factory.mktemp("host")
    (published / "conteneurs").symlink_to(site.folder)
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Host, directory=str(published))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/conteneurs/"
        server.shutdown()


def test_what_is_missing_is_missing_in_the_language_of_its_address(host: str, browser: Browser) -> None:
    page = reading(browser, "fr-FR")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{host}en/nowhere/at-all.html")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(page).to_have_url(f"{host}en/nowhere/at-all.html")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    switch(page, "Français")
    expect(page.get_by_role("heading", name="Cette page n’existe pas")).to_be_visible()
    expect(page).to_have_url(f"{host}nowhere/at-all.html")
    page.get_by_role("link", name="Repartez de l’accueil").click()
    page.wait_for_url(f"{host}index.html")
    page.goto(f"{host}images.htm")
    expect(page.get_by_role("heading", name="Cette page n’existe pas")).to_be_visible()
    switch(page, "English")
    expect(page).to_have_url(f"{host}en/images.htm")
    page.get_by_role("link", name="Begin at the home page").click()
    page.wait_for_url(f"{host}en/index.html")
    assert complaints == []
    page.context.close()


def test_the_error_page_searches_its_own_language(host: str, browser: Browser) -> None:
    page = reading(browser, "en-US")
    page.goto(f"{host}en/nowhere.html")
    page.get_by_role("textbox").press_sequentially("layer")
    result = page.locator(".md-search-result__link").first
    expect(result).to_be_visible()
    assert (result.get_attribute("href") or "").startswith(f"{host}en/")
    page.context.close()
