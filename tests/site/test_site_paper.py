"""The course on paper, sheet by sheet: numbers that lead somewhere, nothing lost, nothing over the edge."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import yaml

from editions import paper
from editions.build import PROJECT

pytestmark = [pytest.mark.site, pytest.mark.audit]

POINT = 72 / 25.4  # a millimetre
EDGE = 19 * POINT  # the margins of paper.css, less one
SHEETS = range(200, 500)


@dataclass(frozen=True)
class Entry:
    """A line of the outline."""

    level: int
    title: str
    sheet: int


class Book:
    """What a reader has of the file."""

    def __init__(self, path: Path, language: str) -> None:
        self.path, self.language = path, language
        pdf = pypdfium2.PdfDocument(path)
        self.pages = list(pdf)
        self.sheets = [plain(page.get_textpage().get_text_range()) for page in self.pages]
        self.outline = [
            Entry(mark.level, plain(mark.get_title()), mark.get_dest().get_index() + 1)
            for mark in pdf.get_toc(max_depth=8)
        ]

    def chapters(self) -> list[Entry]:
        return [entry for entry in self.outline if entry.level == 0]

    def below(self, title: str, level: int) -> list[Entry]:
        """The entries of that level under a chapter."""
        first, last = self.bounds(title)
        return [entry for entry in self.outline[first:last] if entry.level == level]

    def bounds(self, title: str) -> tuple[int, int]:
        tops = [index for index, entry in enumerate(self.outline) if entry.level == 0] + [len(self.outline)]
        (first,) = (index for index in tops[:-1] if self.outline[index].title == title)
        return first + 1, tops[tops.index(first) + 1]


def plain(text: str) -> str:
    return " ".join(text.split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def numbered(page: Any) -> Iterator[tuple[str, int]]:
    """The lines of a sheet of the contents, without spaces: what is said, and the number behind the dots.

    By where each letter is: pdfium takes these sheets for columns that are read from top to bottom.
    """
    words = page.get_textpage()
    lines: dict[float, list[tuple[float, float, str]]] = {}
    for index in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(index, loose=True)
        middle = (bottom + top) / 2
        line = next((line for line in lines if abs(line - middle) < 4), middle)
        lines.setdefault(line, []).append((left, right, words.get_text_range(index, 1)))
    for _, letters in sorted(lines.items(), reverse=True):
        said, end = "", 0.0
        for left, right, letter in sorted(letters):
            said += ("\t" if said and left - end > 8 else "") + letter.strip()
            end = right
        if found := re.fullmatch(r"(.+)\t(\d+)", said):
            yield found[1].replace("\t", ""), int(found[2])


def printed(folder: Path) -> dict[str, Path]:
    # A process of its own: two of Playwright's do not go together in one.
    command = [sys.executable, "-m", "editions.paper", str(folder)]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=900, check=False)
    assert ended.returncode == 0, ended.stderr
    return {language: next(folder.glob(f"*.{language}.pdf")) for language in paper.FOLDERS}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    paths = printed(tmp_path_factory.mktemp("dist"))
    return {language: Book(path, language) for language, path in paths.items()}


@pytest.fixture(params=list(paper.FOLDERS))
def book(request: pytest.FixtureRequest, made: dict[str, Book]) -> Book:
    return made[request.param]


def sources(language: str) -> Iterator[str]:
    """The pages of the menu, as their authors wrote them."""
    menu = re.search(r"^nav:\n((?:[ ]+.*\n)+)", (PROJECT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert menu
    for item in yaml.safe_load(menu[1]):
        (name,) = item.values()
        suffix = ".md" if language == "fr" else ".en.md"
        yield (PROJECT / "docs" / name).with_suffix(suffix).read_text(encoding="utf-8")


def heading(source: str) -> str:
    found = re.search(r"^# (.+?)(?: \{.*\})?$", source, re.MULTILINE)
    assert found
    return plain(re.sub(r"[`*]", "", found[1]))


def test_it_says_what_it_is(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        about = {key: str(value) for key, value in pdf.docinfo.items()}
        assert (
            about["/Title"]
            == {
                "fr": "Les conteneurs, commande par commande",
                "en": "Containers, one command at a time",
            }[book.language]
        )
        assert set(about) == {"/Title", "/Subject", "/CreationDate", "/ModDate"}
        assert str(pdf.Root.Lang) == book.language
        assert pdf.Root.MarkInfo.Marked  # a screen reader knows headings from paragraphs
        assert pdf.Root.PageMode == "/UseOutlines"
    title = book.sheets[0]
    for word in ("Docker", "2026", "CC BY 4.0", about["/Title"]):
        assert word in title
    assert len(book.pages) in SHEETS


def test_it_is_the_same_each_time(made: dict[str, Book], tmp_path: Path) -> None:
    for language, path in printed(tmp_path).items():
        assert path.read_bytes() == made[language].path.read_bytes()


def test_every_page_of_the_menu_is_a_chapter_and_what_is_put_off_comes_last(book: Book) -> None:
    words = paper.WORDS[book.language]
    chapters = [heading(source) for source in sources(book.language)]
    found = [entry.title for entry in book.chapters()]
    assert found == [words["contents"], *chapters, words["solutions"], words["answers"]]


def test_every_solution_stands_at_the_end_and_nowhere_else(book: Book) -> None:
    fold = re.compile(r'^ *(?:\?\?\?\+?|<details class=")\s?solution\b', re.MULTILINE)
    fence = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)  # examples for authors
    folds = [found for source in sources(book.language) for found in fold.findall(fence.sub("", source))]
    solutions = book.below(paper.WORDS[book.language]["solutions"], 2)
    assert len(solutions) == len(folds) > 30


def test_every_number_in_the_contents_is_that_of_its_sheet(book: Book) -> None:
    words = paper.WORDS[book.language]
    first, second = book.chapters()[:2]
    assert (first.title, first.sheet) == (words["contents"], 2)
    listed = [line for page in book.pages[first.sheet - 1 : second.sheet - 1] for line in numbered(page)]
    glossary = {"fr": "Glossaire", "en": "Glossary"}[book.language]  # in the order of the alphabet anyhow
    unlisted = [part for title in (glossary, words["solutions"], words["answers"]) for part in book.below(title, 1)]
    entries = [entry for entry in book.outline[1:] if entry.level <= 1 and entry not in unlisted]
    assert listed == [(squeezed(entry.title), entry.sheet) for entry in entries]
    assert len(listed) > 200


def test_every_sheet_bears_its_number_the_title_and_its_chapter(book: Book) -> None:
    (menu,) = re.findall(r"^nav:\n((?: .*\n)+)", (PROJECT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    names = [name for item in yaml.safe_load(menu) for name in item] if book.language == "fr" else []
    firsts = [entry.sheet for entry in book.chapters()]
    title = squeezed(book.sheets[0])[:20]
    for number, text in enumerate(book.sheets[1:], start=2):
        page = book.pages[number - 1]
        corner = page.get_textpage().get_text_bounded(left=page.get_width() - 2 * EDGE, bottom=0, top=EDGE)
        assert corner.strip() == f"{number}"
        assert title in squeezed(text), number
        chapter = sum(first <= number for first in firsts) - 2  # the contents come before the first
        if 0 <= chapter < len(names):
            assert squeezed(names[chapter]) in squeezed(text), number


def test_the_outline_leads_to_what_it_names(book: Book) -> None:
    lost = [entry for entry in book.outline if squeezed(entry.title) not in squeezed(book.sheets[entry.sheet - 1])]
    assert lost == []
    assert len(book.outline) > 300


def test_a_reference_names_the_sheet_that_it_leads_to(book: Book) -> None:
    named = {"fr": r"\(p\.\s(\d+)\)", "en": r"\(p\.\s(\d+)\)"}[book.language]
    numbers = [int(number) for text in book.sheets for number in re.findall(named, text)]
    assert len(numbers) > 300
    assert max(numbers) <= len(book.pages)
    assert min(numbers) > 1
    assert not any("(p. 000)" in text for text in book.sheets)


def test_nothing_is_over_the_edge(book: Book) -> None:
    over = []
    for number, page in enumerate(book.pages[1:], start=2):
        width, height = page.get_size()
        words = page.get_textpage()
        for index in range(words.count_rects()):
            left, bottom, right, top = words.get_rect(index)
            if left < EDGE or right > width - EDGE or bottom < 8 * POINT or top > height - 8 * POINT:
                over.append(f"{number}: {words.get_text_bounded(left, bottom, right, top)!r}")
    assert over == []


def test_no_sheet_is_empty(book: Book) -> None:
    assert [number for number, text in enumerate(book.sheets, start=1) if len(text) < 100] == []


def test_every_letter_is_there_and_can_be_searched(book: Book) -> None:
    with pikepdf.open(book.path) as pdf:
        fonts = {
            str(font.get("/BaseFont", font.Subtype))
            for page in pdf.pages
            for font in page.obj.Resources.get("/Font", pikepdf.Dictionary()).values()
        }
    families = {re.sub(r"^/[A-Z]{6}\+|-.*", "", font) for font in fonts}
    assert "SourceSerifPro" in families
    assert "/Type3" not in families  # letters as pictures, which look coarse on a screen
    text = " ".join(book.sheets)
    for lost in ("\x00", "\ufffd", "\u02bc", "ﬁ", "ﬂ"):
        assert lost not in text
    assert {"fr": "l’image", "en": "the image"}[book.language] in text
