"""The search, as readers use it: in their words, without accents, in the plural, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pytest
from playwright.sync_api import expect
from trial_page import ROOT, Visit

from banc import glossary

pytestmark = pytest.mark.site
Open = Callable[..., Visit]
Language = Literal["fr", "en"]

HOME: Mapping[Language, str] = {"fr": "index.html", "en": "en/index.html"}
GLOSSARY: Mapping[Language, str] = {"fr": "glossaire.md", "en": "glossaire.en.md"}

# The theme's own search, asked as the theme asks it, without the time that typing takes.
ASK = """
async queries => {
  const config = JSON.parse(document.getElementById('__config').textContent);
  const base = new URL(`${config.base}/`, location);
  const index = await (await fetch(new URL('search/search_index.json', base))).json();
  const worker = new Worker(config.search);
  const answer = message => new Promise(resolve => {
    worker.addEventListener('message', ({ data }) => resolve(data.data), { once: true });
    worker.postMessage(message);
  });
  await answer({ type: 0, data: { ...index, options: { suggest: true } } });
  const found = {};
  for (const query of queries) {
    const { items, suggest } = await answer({ type: 2, data: query });
    found[query] = { pages: items.map(([entry]) => entry.location.split('#')[0]), suggest };
  }
  worker.terminate();
  return found;
}
"""


class Search:
    """The search of one language."""

    def __init__(self, opened: Visit) -> None:
        self._page = opened.page

    def ask(self, queries: Sequence[str]) -> dict[str, Any]:
        """Pages found, the best first, and the word that is offered, for each query."""
        answers: dict[str, Any] = self._page.evaluate(ASK, list(queries))
        return answers

    def pages(self, *queries: str) -> list[list[str]]:
        """Pages found for each query."""
        answers = self.ask(queries)
        return [answers[query]["pages"] for query in queries]


@pytest.mark.parametrize("language", HOME)
def test_each_term_finds_the_page_that_teaches_it(visit: Open, language: Language) -> None:
    terms = glossary.read((ROOT / "docs" / GLOSSARY[language]).read_text(encoding="utf-8"))
    assert len(terms) > 50
    answers = Search(visit(HOME[language])).ask([term.title for term in terms])
    far = {
        term.title: answers[term.title]["pages"][:5]
        for term in terms
        if term.taught.partition("#")[0].replace(".md", ".html") not in answers[term.title]["pages"][:3]
    }
    assert far == {}


ALIKE: Mapping[Language, Sequence[Sequence[str]]] = {
    "fr": [
        ("réseau", "reseau", "réseaux", "RÉSEAUX", "le réseau", "les réseaux"),
        ("journal", "journaux", "journau"),
        ("noyau", "noyaux"),
        ("copie", "copies"),
        ("image", "images", "l’image", "l'image", "d’images", "«\u00a0image\u00a0»"),
        ("démon", "demon", "démons"),
    ],
    "en": [
        ("registry", "registries", "registrie", "the registry"),
        ("layer", "layers", "a layer"),
        ("process", "processes", "proces"),
        ("cache", "--cache", "-cache"),
    ],
}


@pytest.mark.parametrize("language", HOME)
def test_words_are_found_in_any_form(visit: Open, language: Language) -> None:
    search = Search(visit(HOME[language]))
    for words in ALIKE[language]:
        first, *others = search.pages(*words)
        assert first
        for word, pages in zip(words[1:], others, strict=True):
            assert set(first[:3]) <= set(pages), word


@pytest.mark.parametrize("language", HOME)
def test_results_stay_while_a_word_is_typed(visit: Open, language: Language) -> None:
    terms = glossary.read((ROOT / "docs" / GLOSSARY[language]).read_text(encoding="utf-8"))
    words = {word for term in terms for word in re.findall(r"\w{4,}", term.title)}
    queries = sorted({word[:end] for word in words for end in range(3, len(word) + 1)})
    found = dict(zip(queries, map(set, Search(visit(HOME[language])).pages(*queries)), strict=True))
    lost = [(word[:end], word) for word in words for end in range(3, len(word)) if not found[word] <= found[word[:end]]]
    assert lost == []


@pytest.mark.parametrize(
    ("language", "begun", "whole"),
    [
        ("fr", "regis", "registre"),
        ("fr", "Empr", "Empreinte"),
        ("fr", "sécu", "sécurité"),
        ("fr", "secu", "securite"),
        ("en", "regis", "registry"),
    ],
)
def test_a_word_that_is_begun_is_completed(visit: Open, language: Language, begun: str, whole: str) -> None:
    answer = Search(visit(HOME[language])).ask([begun])[begun]
    assert answer["suggest"] == [whole]


def test_the_search_is_used_by_keyboard_alone(visit: Open) -> None:
    opened = visit("index.html")
    page = opened.page
    box = page.get_by_role("textbox")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("empr")
    expect(page.locator(".md-search__suggest")).to_have_text("empreinte")
    page.keyboard.press("ArrowRight")
    expect(box).to_have_value("empreinte")
    results = page.locator(".md-search-result__link")
    expect(results.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(results.first).not_to_be_visible()
    expect(box).not_to_be_focused()
    expect(page.locator("#__search")).not_to_be_checked()
    # The theme waits a moment for the focus to settle, and takes a faster way back for no way out.
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(page.locator("#__search")).to_be_checked()
    expect(results.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(results.first).to_be_focused()
    address = results.first.get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(address)
    assert opened.trouble == []


def test_the_index_comes_when_the_search_is_opened(visit: Open) -> None:
    page = visit("index.html").page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert not [url for url in asked if "search_index" in url]
    with page.expect_response(lambda response: "search_index.json" in response.url):
        page.keyboard.press("/")
