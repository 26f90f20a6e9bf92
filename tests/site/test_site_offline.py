"""The course unpacked into a folder: searched, in both languages, with nothing asked of any machine."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from editions import offline

pytestmark = [pytest.mark.site, pytest.mark.audit]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return offline.make(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def folder(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as readers have them: with a space, an accent, an apostrophe and a sign that addresses want encoded."""
    place = tmp_path_factory.mktemp("Bureau") / "Cours n° 1 – l’été 100 %"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(place)
    return place / packed.stem


@pytest.fixture
def opened(folder: Path, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR", offline=True)
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on("requestfailed", lambda request: trouble.extend(_failed(request)))
    page.on("request", lambda request: trouble.extend(_elsewhere(request)))
    page.goto((folder / "index.html").as_uri())
    yield page, trouble
    context.close()


def _failed(request: Request) -> list[str]:
    aborted = request.failure == "net::ERR_ABORTED"  # the reader went on before all had come
    return [] if aborted else [f"failed: {request.url}: {request.failure}"]


def _elsewhere(request: Request) -> list[str]:
    return [] if request.url.startswith("file:") else [f"elsewhere: {request.url}"]


def test_the_same_text_gives_the_same_bytes(packed: Path, tmp_path: Path) -> None:
    again = offline.make(tmp_path)
    assert again.name == packed.name
    assert again.read_bytes() == packed.read_bytes()


@pytest.mark.parametrize("query", ["étiquette", "l’étiquette", "etiquettes", "layer"])
def test_it_is_searched(opened: tuple[Page, list[str]], folder: Path, query: str) -> None:
    page, trouble = opened
    home = folder / "en" if query == "layer" else folder
    page.goto((home / "index.html").as_uri())
    page.locator("[data-md-component=search-query]").click()
    page.keyboard.type(query)
    result = page.locator(".md-search-result__item").first
    expect(result).to_contain_text(re.compile("étiquette|layer", re.IGNORECASE))
    result.locator("a").first.click()
    page.wait_for_url(lambda url: url != (home / "index.html").as_uri())
    assert unquote(page.url).startswith(f"file://{home}/")
    expect(page.locator("article")).to_contain_text(re.compile("étiquette|layer", re.IGNORECASE))
    assert trouble == []


def test_the_language_is_switched_on_the_spot_and_back(opened: tuple[Page, list[str]], folder: Path) -> None:
    page, trouble = opened
    page.goto((folder / "reseau.html").as_uri())
    for language, address in (("English", "en/reseau.html"), ("Français", "reseau.html")):
        page.locator(".md-select").hover()
        page.get_by_role("link", name=language, exact=True).first.click()
        page.wait_for_url((folder / address).as_uri())
    assert trouble == []


def test_every_page_opens_without_a_word(opened: tuple[Page, list[str]], folder: Path) -> None:
    page, trouble = opened
    for path in sorted(folder.rglob("*.html")):
        page.goto(path.as_uri(), wait_until="load")
    assert trouble == []


class _Read(HTMLParser):
    """The addresses of a page and the ids that they can name."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and value and tag != "base":
                self.links.add(value)
            elif name in {"id", "name"} and value:
                self.ids.add(value)


def test_every_link_leads_somewhere(folder: Path) -> None:
    pages = {path: _Read(path) for path in folder.rglob("*.html")}
    lost = []
    for path, read in pages.items():
        for link in read.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue  # elsewhere: the reader's choice
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            fragment = unquote(parts.fragment)
            known = target.is_file() and (not fragment or target not in pages or fragment in pages[target].ids)
            if not known:
                lost.append(f"{path.relative_to(folder)}: {link}")
    assert len(pages) > 40
    assert lost == []
