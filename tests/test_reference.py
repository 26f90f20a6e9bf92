"""The reference page for authors shows what it runs, runs all there is, and shows failures as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from local_lab import LocalBench

from banc.pages.blocks import load
from banc.pages.grammar import BENCH_CLASSES, BENCH_KEYS
from banc.results import COUNTED, Kind

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [DOCS / "ecrire-une-page.md", DOCS / "ecrire-une-page.en.md"]
SHOWN = re.compile(r"^````markdown\n(.*?)^````\n\n(.*?)(?=^````markdown$|^## |\Z)", re.MULTILINE | re.DOTALL)
FAILURES = ("Lire un échec", "Reading a failure")


def sections(page: Path) -> dict[str, str]:
    """A page's text by its headings of the second level."""
    parts = re.split(r"^## (.*)\n", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_source_that_is_shown_is_the_one_that_is_run(page: Path) -> None:
    examples = [
        example for title, text in sections(page).items() if title not in FAILURES for example in SHOWN.findall(text)
    ]
    assert len(examples) > 12
    for source, behind in examples:
        body = re.sub(r"\A# .*\n\n", "", source)  # the page has a title of its own
        assert body in behind, f"{page.name} shows this source, and something else behind it:\n{source}"


def test_all_that_an_author_can_say_is_said() -> None:
    blocks = load(PAGES[0]).blocks
    used = {name for block in blocks for name in (*block.attributes.classes, *block.attributes.keys)}
    assert sorted((BENCH_KEYS | BENCH_CLASSES) - used) == []
    assert {block.kind for block in blocks} >= COUNTED | {Kind.OUTPUT, Kind.PROSE}
    assert any(block.attributes.words for block in blocks)


@pytest.mark.parametrize("title", FAILURES)
def test_failures_are_shown_as_they_are(title: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banc.plugin.running.Bench", LocalBench)
    [text] = [text for page in PAGES for name, text in sections(page).items() if name == title]
    failures = SHOWN.findall(text)
    assert len(failures) > 3
    for source, behind in failures:
        told = re.match(r"```text\n(.*?)^```\n", behind, re.MULTILINE | re.DOTALL)
        assert told
        (pytester.path / "page.md").write_text(source, encoding="utf-8")
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "page.md")
        assert f"\n{told[1]}" in result.stdout.str()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_is_explained(page: Path, pytester: pytest.Pytester) -> None:
    told = pytester.runpytest_inprocess("--help").stdout.str()
    group = re.search(r"^blocks of Markdown pages.*?(?=^$)", told, re.MULTILINE | re.DOTALL)
    assert group
    options = re.findall(r"^  (--[a-z-]+)", group[0], re.MULTILINE)
    assert "--update" in options
    text = page.read_text(encoding="utf-8")
    assert [option for option in options if not re.search(rf"`{option}[`=]", text)] == []
