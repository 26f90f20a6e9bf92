"""The course as one PDF a language: ``python -m editions.paper [FOLDER]``, else into dist/.

Chromium prints it: the site's pages become the chapters of one book (paper.js), with styles of their own (paper.css).
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import font_source_serif_pro as letters
import pikepdf
from playwright.sync_api import Browser, Page, sync_playwright

from banc import machine
from editions.build import NAME, PROJECT, EditionError, build, day, moment

HERE = Path(__file__).parent
_CELL = re.compile(rb"node\d+$")
FOLDERS = {"fr": "", "en": "en/"}
"""Where the pages of each language are."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "contents": "Sommaire",
        "solutions": "Solutions des exercices",
        "answers": "Réponses aux questions",
        "answer": "Réponse",
        "addresses": "Adresses",
        "verified": "Les blocs de commandes ont été exécutés sur {engine}, le {date}. Celui qui porte une mention "
        "en dessous échoue comme il le doit, ou n’a pas été exécuté, pour la raison donnée.",
        "images": "Images\u00a0: {images}.",
        "edition": "Édition du {date}.",
        "licence": "Textes et figures\u00a0: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. "
        "Blocs de code\u00a0: licence MIT.",
        "months": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    },
    "en": {
        "contents": "Contents",
        "solutions": "Solutions to the exercises",
        "answers": "Answers to the questions",
        "answer": "Answer",
        "addresses": "Addresses",
        "verified": "The blocks of commands were run on {engine}, on {date}. One with a note below it fails as it is "
        "meant to, or was not run, for the reason that is given.",
        "images": "Images: {images}.",
        "edition": "Edition of {date}.",
        "licence": "Texts and figures: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. "
        "Blocks of code: MIT licence.",
        "months": "January February March April May June July August September October November December",
    },
}

FONTS = """\
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{folder}</dir>
  <selectfont><rejectfont><glob>{folder}/*.otf</glob></rejectfont></selectfont>
</fontconfig>
"""
"""The machine's fonts, and ours among them: Chromium draws what a page brings along as pictures of letters (Type 3)."""

MILLIMETRE = 96 / 25.4
"""In pixels."""

TEXT_WIDTH, TEXT_HEIGHT = round(170 * MILLIMETRE), round(255 * MILLIMETRE)
"""What the margins of paper.css leave of an A4 sheet."""

PATIENCE = 300_000
"""Milliseconds."""


@dataclass(frozen=True)
class Chapter:
    """A page of the site."""

    file: str
    name: str
    """As the menu has it."""
    html: str


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium without a window.

    Raises:
        EditionError: There is none.
    """
    path = machine.find_browser()
    if path is None:
        raise EditionError("no Chromium prints here: apt-get install chromium, or playwright install chromium")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        fonts = Path(place, "fonts.conf")
        fonts.write_text(FONTS.format(folder=letters.font_directory), encoding="utf-8")
        launched = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield launched
        launched.close()


def chapters(page: Page, home: str) -> Iterator[Chapter]:
    """The pages of the menu that begins at `home`, in its order.

    Raises:
        EditionError: The site has another form than it had when this was written.
    """
    page.goto(home)
    menu = page.locator(".md-nav--primary a.md-nav__link[href]").evaluate_all(
        "links => links.map(link => [link.getAttribute('href'), link.textContent.trim()])"
    )
    names = {href: " ".join(name.split()) for href, name in menu if "#" not in href and ":" not in href}
    if len(names) < 2:
        raise EditionError(f"{home} has no menu that names its pages: see what the theme calls its links now")
    for file, name in names.items():
        page.goto(f"{home.rsplit('/', 1)[0]}/{file}")
        articles = page.locator("article.md-content__inner")
        if articles.count() != 1:
            raise EditionError(f"{file} has no article: see what the theme calls it now")
        yield Chapter(file, name, articles.inner_html())


def facts(html: str, language: str, seconds: int) -> list[str]:
    """What the title page says: what was verified, and when; on which images; the edition; the licence."""
    words = WORDS[language]
    badges = re.findall(r'<div class="banc-badge .*?</div>', html)
    details = [detail for badge in badges for detail in re.findall("<span>([^<]+)</span>", badge)]
    engines = Counter(detail for detail in details if detail.startswith("Docker "))
    images = Counter(detail.split(":", 1)[1].strip() for detail in details if detail.startswith("images"))
    dates = sorted(set(re.findall(r'<time datetime="([0-9-]+)">', html)))
    if not engines or not dates:
        raise EditionError("no block of the course was verified: an edition would have nothing to vouch for")
    told = [words["verified"].format(engine=engines.most_common(1)[0][0], date=shown(dates[-1], language))]
    if images:
        told.append(words["images"].format(images=images.most_common(1)[0][0]))
    return [*told, words["edition"].format(date=shown(day(seconds), language)), words["licence"]]


def shown(date: str, language: str) -> str:
    """A day as prose has it."""
    year, month, number = (int(part) for part in date.split("-"))
    return (
        f"{'1er' if (number, language) == (1, 'fr') else number} {WORDS[language]['months'].split()[month - 1]} {year}"
    )


def compose(page: Page, site: Path, language: str, seconds: int) -> tuple[str, str]:
    """Make the page one book; give its title and what it is about.

    Raises:
        EditionError: Something does not fit on paper.
    """
    folder = site / FOLDERS[language]
    page.route("**/*.js", lambda route: route.abort())  # the theme's scripts change what they find
    collected = list(chapters(page, (folder / "index.html").as_uri()))
    page.goto((folder / "index.html").as_uri())
    title = str(page.locator("a.md-logo").first.get_attribute("title"))
    about = str(page.locator("meta[name=description]").get_attribute("content"))
    book = folder / "book.html"
    book.write_text(_skeleton(language, title), encoding="utf-8")
    page.goto(book.as_uri())
    page.emulate_media(media="print", color_scheme="light")
    page.add_script_tag(content=(HERE / "paper.js").read_text(encoding="utf-8"))
    page.evaluate(
        "book => compose(book)",
        {
            "title": title,
            "about": about,
            "words": WORDS[language],
            "facts": facts("".join(chapter.html for chapter in collected), language, seconds),
            "chapters": [vars(chapter) for chapter in collected],
        },
    )
    page.evaluate("() => document.fonts.ready")
    page.evaluate("height => measure(height)", TEXT_HEIGHT)
    if wide := page.evaluate("() => tooWide()"):
        raise EditionError("wider than a sheet of paper:\n" + "\n".join(wide))
    return title, about


def _skeleton(language: str, title: str) -> str:
    sheets = [(HERE.parent / name).as_uri() for name in ("src/banc/banc.css", "docs/assets/figures.css")]
    links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in [*sheets, (HERE / "paper.css").as_uri()])
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{links}</head><body></body></html>"
    )


def print_numbered(page: Page, pdf: Path) -> None:
    """Print the book, again until each number in it is that of the sheet.

    Raises:
        EditionError: They never settle.
    """
    sheets: dict[str, int] = {}
    for _ in range(5):
        changed = page.evaluate("sheets => number(sheets)", sheets)
        if not changed:
            return
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        with pikepdf.open(pdf) as printed:
            sheets = sheets_of(printed)
    raise EditionError(f"the numbers of pages in {pdf.name} change with each printing")


def sheets_of(pdf: pikepdf.Pdf) -> dict[str, int]:
    """The sheet, counted from 1, that each id of the book stands on."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    places: Any = pdf.Root.Dests
    return {unquote(name.removeprefix("/")): numbers[place[0].objgen] for name, place in places.items()}


def mend_outline(pdf: pikepdf.Pdf, headings: list[str]) -> None:
    """Name each entry as its heading: where that begins a sheet, Chromium repeats each piece of its text.

    Args:
        pdf: The book.
        headings: What its headings say, in their order.

    Raises:
        EditionError: The outline has others.
    """
    with pdf.open_outline() as outline:
        entries = list(_flat(outline.root))
        if len(entries) != len(headings):
            raise EditionError(
                f"{len(headings)} headings, {len(entries)} in the outline: has Chromium changed its ways?"
            )
        for entry, heading in zip(entries, headings, strict=True):
            if not heading.startswith(" ".join(entry.title.split())[:3]):
                raise EditionError(f"the outline has « {entry.title} » where the book has « {heading} »")
            entry.title = heading


def _flat(entries: Iterable[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for entry in entries:
        yield entry
        yield from _flat(entry.children)


def number_cells(pdf: pikepdf.Pdf) -> None:
    """Number the cells of tables from 1: Chromium gives them the places of its own memory, others each time."""
    cells = sorted({bytes(text) for _, _, text in _cells(pdf)})
    numbers = {name: b"cell%06d" % number for number, name in enumerate(cells, start=1)}
    for holder, key, text in list(_cells(pdf)):
        holder[key] = pikepdf.String(numbers[bytes(text)])


def _cells(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any, pikepdf.String]]:
    """Where the name of a cell stands: in a dictionary or an array, under a key; its own, and in references."""
    places: list[Any] = list(pdf.objects)
    while places:
        holder = places.pop()
        if isinstance(holder, pikepdf.Dictionary):
            held: Iterable[tuple[Any, Any]] = holder.items()
        elif isinstance(holder, pikepdf.Array):
            held = enumerate(holder)
        else:
            continue
        for key, value in held:
            if isinstance(value, pikepdf.String) and _CELL.match(bytes(value)):
                yield holder, key, value
            elif isinstance(value, pikepdf.Object) and not value.is_indirect:  # the others come by themselves
                places.append(value)


def sign(made: Path, title: str, about: str, headings: list[str], seconds: int) -> None:
    """Say in the file what it is, and nothing of the machine or the moment that made it; let it take less room."""
    date = datetime.fromtimestamp(seconds, UTC).strftime("D:%Y%m%d%H%M%SZ")
    with pikepdf.open(made, allow_overwriting_input=True) as pdf:
        mend_outline(pdf, headings)
        number_cells(pdf)
        del pdf.docinfo
        pdf.docinfo.update({"/Title": title, "/Subject": about, "/CreationDate": date, "/ModDate": date})
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for read in pdf.objects:
            if isinstance(read, pikepdf.Dictionary) and "/ToUnicode" in read:
                # These letters have one glyph for two characters; who searches the text types the other one.
                table = read.ToUnicode
                table.write(table.read_bytes().replace(b"<02BC>", b"<2019>"))
        pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def make(folder: Path, project: Path = PROJECT) -> list[Path]:
    """Build the site and print it, a file a language; each bears its day."""
    seconds = moment(project)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as place, browser() as chromium:
        site = Path(place)
        build(site, project)
        for language in FOLDERS:
            page = chromium.new_page(viewport={"width": TEXT_WIDTH, "height": TEXT_HEIGHT})
            page.set_default_timeout(PATIENCE)
            title, about = compose(page, site, language, seconds)
            pdf = folder / f"{NAME}-{day(seconds)}.{language}.pdf"
            print_numbered(page, pdf)
            headings = [" ".join(text.split()) for text in page.locator("h1, h2, h3, h4, h5, h6").all_text_contents()]
            sign(pdf, title, about, headings, seconds)
            page.close()
            made.append(pdf)
    return made


if __name__ == "__main__":
    try:
        made = make(Path(sys.argv[1] if len(sys.argv) > 1 else PROJECT / "dist"))
    except EditionError as error:
        sys.exit(str(error))
    for pdf in made:
        with pikepdf.open(pdf) as printed:
            print(f"{pdf} ({len(printed.pages)} pages, {pdf.stat().st_size / 1e6:.1f} MB)")
