"""The site's side of the bench: each fence of a page is shown with what running it gave.

A Python-Markdown extension on top of pymdownx.superfences, whose own highlighting it keeps. Inside
``.highlight`` it adds a badge (verified, stale, never run …) and the captured output, both taken
from the snapshots that the bench committed. A site of MkDocs needs these lines::

    plugins: [search, banc]   # which page it is, and style sheet and script of the ``banc-…`` classes
    markdown_extensions:
      - banc.fences           # {snapshots: tests/snapshot}

Nothing depends on the theme, and nothing here on MkDocs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.superfences import (  # type: ignore[import-untyped]
    SuperFencesBlockPreprocessor,
    SuperFencesException,
)

from banc.ansi import coloured, plain
from banc.handouts import Handout, Piece, folders
from banc.keys import KeyNameError, pressed
from banc.results import COUNTED, Image, Kind, PageRun, Result, Status, digest, kind_of, load, path_of, terminal_of

BENCH_KEYS = frozenset(
    {"engine", "exit", "http", "in", "keys", "opens", "port", "reason", "retry", "serve", "term", "timeout", "until"}
)
"""Keys in a fence's braces that speak to the bench, and so are no HTML attributes."""

BENCH_CLASSES = frozenset({"file", "notest", "open", "output", "setup", "teardown", "unordered"})
"""Classes in a fence's braces that speak to the bench, and so are no HTML classes."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "verified": "Vérifié",
        "fails": "Vérifié\u00a0: échoue comme prévu (code {exit})",
        "stale": "Non vérifié depuis sa dernière modification",
        "never": "Jamais exécuté",
        "skipped": "Non exécuté",
        "failed": "En échec à la dernière exécution",
        "unreached": "Non atteint à la dernière exécution",
        "because": "\u00a0: ",
        "images": "images\u00a0: ",
        "Docker Hub": "Docker Hub",
        "offline kit": "kit hors ligne (remplaçantes)",
        "file": "Fichier\u00a0: {name}",
        "folder": ", dans le dossier {name}",
        "terminal": "Terminal {name}",
        "within": "dans {name}",
        "press": "Appuyez sur",
        "then": "puis",
        "Enter": "Entrée",
        "Esc": "Échap",
        "Space": "Espace",
        "Backspace": "Retour arrière",
        "Up": "↑",
        "Down": "↓",
        "Left": "←",
        "Right": "→",
        "PageUp": "Page préc.",
        "PageDown": "Page suiv.",
        "captured": "Sortie obtenue",
        "expected": "Sortie attendue",
        "cut": "{count} lignes ne sont pas montrées",
        "whole": "la sortie entière",
        "kept": "voyez le fichier des résultats de la page",
        "date": "{day} {month} {year}",
        "months": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    },
    "en": {
        "verified": "Verified",
        "fails": "Verified: fails as intended (exit {exit})",
        "stale": "Not verified since it changed",
        "never": "Never run",
        "skipped": "Not run",
        "failed": "Failed in the last run",
        "unreached": "Not reached in the last run",
        "because": ": ",
        "images": "images: ",
        "Docker Hub": "Docker Hub",
        "offline kit": "offline kit (stand-ins)",
        "file": "File: {name}",
        "folder": ", in the folder {name}",
        "terminal": "Terminal {name}",
        "within": "in {name}",
        "press": "Press",
        "then": "then",
        "Enter": "Enter",
        "Esc": "Esc",
        "Space": "Space",
        "Backspace": "Backspace",
        "Up": "↑",
        "Down": "↓",
        "Left": "←",
        "Right": "→",
        "PageUp": "Page Up",
        "PageDown": "Page Down",
        "captured": "Captured output",
        "expected": "Expected output",
        "cut": "{count} lines are not shown",
        "whole": "the whole output",
        "kept": "see the file of the page’s results",
        "date": "{day} {month} {year}",
        "months": "January February March April May June July August September October November December",
    },
}
"""What the badges say, by language; a language that is missing is spoken to in English."""


@dataclass(frozen=True, slots=True)
class Fence:
    """One fence that superfences handed over; whether the page keeps it shows in the final HTML."""

    kind: Kind
    label: str
    classes: frozenset[str]
    path: str  # of the file that it writes; empty where it writes none
    reason: str  # why it is not run, as the page says
    code: str
    title: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)  # in its braces, for the bench

    @property
    def hidden(self) -> bool:
        """Run, but not for the reader's eyes."""
        return not self.classes.isdisjoint({"setup", "teardown"})

    def piece(self, name: str, language: str) -> Piece:
        """The block as a reader's to type or to create, with the name that it has on its page."""
        keys = self.keys
        return Piece(
            name,
            self.kind,
            self.code,
            self.path,
            terminal_of(self.kind, self.title, keys.get("term", "")),
            keys.get("in", ""),
            not keys.keys().isdisjoint({"serve", "opens"}),
            " ".join("+".join(caps) for caps in _caps(keys.get("keys", ""), language)),
            self.reason if "notest" in self.classes else "",
            keys.get("retry", ""),
            keys.get("exit", "0"),
        )

    def tells(self, result: Result) -> bool:
        """An expected output that is the captured one to the letter, which needs not be shown twice."""
        return self.kind is Kind.OUTPUT and self.code.strip("\n") == plain(result.output).strip("\n")

    @property
    def shows_output(self) -> bool:
        """A console block that prints what its commands give, as well as the commands."""
        return self.kind is Kind.CONSOLE and any(
            line.strip() and not line.startswith(("$", ">")) for line in self.code.splitlines()
        )


class State(StrEnum):
    """What the site can say of a block that counts."""

    VERIFIED = "verified"
    FAILS = "fails"  # verified, and meant to end with a status other than 0
    STALE = "stale"
    NEVER = "never"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNREACHED = "unreached"


_SIGNS = {"verified": "✓", "fails": "✓", "stale": "!", "never": "○", "skipped": "–", "failed": "✗", "unreached": "✗"}


@dataclass(frozen=True, slots=True)
class Record:
    """What the snapshots say of a page: its own entries, and the results that stand for it."""

    own: Mapping[str, Result] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    engine: str = ""
    images: tuple[Image, ...] = ()
    others: Mapping[str, Mapping[str, Result]] = field(default_factory=dict)  # of other engines, by version

    def engines(self, name: str) -> list[str]:
        """The engines that gave what the page says for a block as it is, the page's own first."""
        ran = self.results.get(name)  # a translation's own text is another
        others = [engine for engine, results in self.others.items() if ran and _agrees(results.get(name), ran)]
        return [*filter(None, [self.engine]), *others]

    def state(self, fence: Fence, name: str) -> tuple[State, Result]:
        """What can be said of a block, and the result that says it (an empty one where there is none)."""
        own, result = self.own.get(name), self.results.get(name)
        nothing = Result(block=name, digest="", status=Status.NOT_REACHED, reason=fence.reason)
        if "notest" in fence.classes:
            return State.SKIPPED, nothing
        if own is None or result is None:
            return State.NEVER, nothing
        if own.digest != digest(fence.code, fence.path):
            return State.STALE, nothing
        match result.status:
            case Status.SKIPPED:
                return State.SKIPPED, result
            case Status.FAILED:
                return State.FAILED, result
            case Status.NOT_REACHED:
                return State.UNREACHED, result
            case Status.PASSED:
                return State.FAILS if result.exit else State.VERIFIED, result


def read_record(folder: Path, page: str) -> Record:
    """Read what the snapshots say of a page. A translation shows the results of its original.

    Raises:
        banc.results.SnapshotError: A snapshot cannot be read.
    """
    own = load(folder, page) if page else None
    if own is None:
        return Record()
    original = load(folder, own.follows) if own.follows else own
    if original is None:
        return Record()
    return Record(
        _by_block(own), _by_block(original), original.engine, original.images, dict(_elsewhere(folder, original))
    )


def _elsewhere(folder: Path, run: PageRun) -> Iterator[tuple[str, dict[str, Result]]]:
    """The results of a page on other engines, which lie beside the others."""
    for other in sorted(folder.glob("@*")):
        if found := load(other, run.page):
            yield found.engine, _by_block(found)


def _agrees(result: Result | None, ran: Result) -> bool:
    return result is not None and result.digest == ran.digest and result.status is Status.PASSED


def _by_block(run: PageRun) -> dict[str, Result]:
    return {result.block: result for result in run.results}


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of one of its blocks."""

    address: str  # of the block within the page
    state: State
    result: Result

    def text(self, language: str) -> str:
        """It in words, without the sign before them."""
        words = WORDS.get(language, WORDS["en"])
        text = words[self.state].format(exit=self.result.exit)
        return (
            text + words["because"] + self.result.reason if self.state is State.SKIPPED and self.result.reason else text
        )

    def shown(self, language: str) -> str:
        """It in HTML, with its sign."""
        return f'<span aria-hidden="true">{_SIGNS[self.state]}</span> {escape(self.text(language))}'


def badge(said: Said, record: Record, language: str, verification: str = "") -> str:
    """The line under a counted block: was it verified, with what, and when.

    Args:
        said: What is said of it.
        record: Of its page.
        language: Two letters.
        verification: Where all is told of the page's blocks, each under its address; empty where nowhere.
    """
    state = said.shown(language)
    if verification:
        state = f'<a href="{escape(verification)}#{escape(said.address)}">{state}</a>'
    # Without classes, and without a link to the block itself, which banc.js adds: a page has this a hundred times.
    parts = [f"<strong>{state}</strong>", *(f"<span>{detail}</span>" for detail in _details(said, record, language))]
    # Search engines of sites index words, and "verified" is on every page.
    return f'<div class="banc-badge banc-badge--{said.state}" data-search-exclude="">{"".join(parts)}</div>'


def _details(said: Said, record: Record, language: str) -> list[str]:
    """With what a block was verified, and when, in HTML."""
    if said.state not in (State.VERIFIED, State.FAILS):
        return []
    words = WORDS.get(language, WORDS["en"])
    engines = record.engines(said.result.block)
    details = [f"Docker {escape(', '.join(engines))}"] if engines else []
    if said.result.date:
        day = escape(day_of(said.result.date, language))
        details.append(f'<time datetime="{escape(said.result.date)}">{day}</time>')
    origins = sorted({image.origin for image in record.images})
    if origins:
        details.append(escape(words["images"] + ", ".join(words.get(origin, origin) for origin in origins)))
    return details


def day_of(iso: str, language: str) -> str:
    """A date as a reader of a language writes it.

    >>> day_of("2026-11-24", "fr")
    '24 novembre 2026'
    """
    words = WORDS.get(language, WORDS["en"])
    day = date.fromisoformat(iso[:10])
    return words["date"].format(day=day.day, month=words["months"].split()[day.month - 1], year=day.year)


LONGEST = 40_000
"""Characters of an output that a page shows; of a longer one it shows the beginning and the end."""


def captured(result: Result, language: str, is_open: bool = False, whole: str = "") -> str:
    """What a block printed when it was run, folded; nothing where it printed nothing.

    Args:
        result: The block's.
        language: Of the page.
        is_open: Unfolded from the start.
        whole: Address of a file with all of it, where there is one, if it is too long to be shown.
    """
    output = result.output.strip("\n")
    if not plain(output).strip():
        return ""
    words = WORDS.get(language, WORDS["en"])
    shown = _cut(plain(output), words, whole) if is_long(result) else f"<samp>{coloured(output)}</samp>"
    return (
        f'<details class="banc-captured" data-search-exclude=""{" open" if is_open else ""}>'
        f"<summary>{escape(words['captured'])}</summary>{_screen(words['captured'], shown)}</details>"
    )


def is_long(result: Result) -> bool:
    """Tell whether a page shows less than all that a block printed."""
    return len(result.output) > LONGEST


def _cut(text: str, words: Mapping[str, str], whole: str) -> str:
    """Beginning and end of an output, without colours, and a line between them that says what is not shown."""
    first, last = text[: LONGEST // 2], text[-LONGEST // 2 :]
    first = first[: first.rfind("\n") + 1] or f"{first}\n"
    last = last[last.find("\n") + 1 :]
    count = text.count("\n") - first.count("\n") - last.count("\n")
    where = f'<a href="{escape(whole)}">{escape(words["whole"])}</a>' if whole else escape(words["kept"])
    told = escape(words["cut"].format(count=max(count, 1)) + words["because"])
    note = f'<span class="banc-cut">… {told}{where} …</span>'
    return f"<samp>{escape(first, quote=False)}</samp>{note}\n<samp>{escape(last, quote=False)}</samp>"


def _screen(name: str, content: str) -> str:
    """A terminal's text: the keyboard scrolls it, and screen readers say what it is."""
    return f'<pre tabindex="0" role="group" aria-label="{escape(name)}">{content}</pre>'


def _caps(keys: str, language: str) -> list[list[str]]:
    """What stands on the caps of keys that are pressed together, one after another; nothing where they are wrong."""
    words = WORDS.get(language, WORDS["en"])
    try:
        return [[words.get(cap, cap) for cap in key.caps] for key in pressed(keys)]
    except KeyNameError:  # the bench says so
        return []


_LABEL = "banc-label"  # an element for each label, while headings are named

_IDENTITY = "\x02banc-id:{}\x03"  # where a block without a label is to have its number
_IDENTITIES = re.compile(r"\x02banc-id:(\d+)\x03")
_MARK = "\x02banc:{}\x03"  # Python-Markdown takes these control characters out of every page: no page can forge one
_FOLDER = "\x02banc-folder:{}\x03"  # behind the name of a file that is created
_FOLDERS = re.compile(r"\x02banc-folder:(\d+)\x03")
_MARKS = re.compile(r"<!--.*?-->|(<div hidden>)?\x02banc:(\d+)\x03(?(1)</div>)", re.DOTALL)


def address_of(label: str, ordinal: int) -> str:
    """Where a block is within its page: its label, else its place among the page's fences; in every language alike."""
    return label or f"bloc-{ordinal}"


class _Numbering(Postprocessor):
    """Finds the marks of the fences in the final HTML, numbers them, and puts badges and outputs there.

    Only the final HTML tells which fences a page has: superfences formats some that an indented block
    or a comment then swallows.
    """

    def __init__(self, extension: Fences) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, text: str) -> str:
        """Replace the marks in the page's HTML."""
        fences = self.extension.fences
        kept = [int(mark[2]) for mark in _MARKS.finditer(text) if mark[2]]
        rendered = [fences[number] for number in kept]
        places = dict(zip(kept, self._hand_out(rendered), strict=True))
        footers = self._footers(rendered)
        addresses = {number: address_of("", ordinal) for ordinal, number in enumerate(kept, start=1)}
        text = _MARKS.sub(lambda mark: next(footers) if mark[2] else re.sub(r"\x02banc:\d+\x03", "", mark[0]), text)
        text = _FOLDERS.sub(lambda mark: places.get(int(mark[1]), ""), text)
        return _IDENTITIES.sub(lambda mark: addresses.get(int(mark[1]), ""), text)

    def _hand_out(self, rendered: list[Fence]) -> list[str]:
        """Collect what is a reader's to do, and tell for each fence in which folder that is; nothing for the first."""
        config = self.extension.getConfigs()
        language, handout = config["language"], config["handout"]
        words = WORDS.get(language, WORDS["en"])
        named = {
            number: fence.piece(address_of(fence.label, number), language)
            for number, fence in enumerate(rendered, start=1)
            if fence.kind in COUNTED and not fence.hidden
        }
        handout.pieces[:] = named.values()
        where = dict(zip(named, folders(handout.pieces), strict=True))
        known = [where.get(number) for number in range(1, len(rendered) + 1)]
        return [words["folder"].format(name=escape(folder)) if folder else "" for folder in known]

    def _footers(self, rendered: list[Fence]) -> Iterator[str]:
        config = self.extension.getConfigs()
        language = config["language"]
        handout: Handout = config["handout"]
        record = read_record(Path(config["snapshots"]), config["page"]) if rendered else Record()
        following = [*rendered[1:], None]
        told: list[Said] = config["told"].setdefault(config["page"], [])
        told.clear()
        for ordinal, (fence, after) in enumerate(zip(rendered, following, strict=True), start=1):
            if fence.hidden or fence.kind not in COUNTED:
                yield ""
                continue
            state, result = record.state(fence, fence.label or str(ordinal))
            said = Said(address_of(fence.label, ordinal), state, result)
            told.append(said)
            footer = badge(said, record, language, config["verification"])
            shows = fence.shows_output or (after is not None and after.tells(result))
            if state in (State.VERIFIED, State.FAILS) and not shows:
                whole = handout.keep(said.address, plain(result.output)) if is_long(result) else ""
                footer += captured(result, language, "open" in fence.classes, whole)
            yield footer


class _Reserving(Treeprocessor):
    """Shows the labels of blocks to the extension toc, so that no heading becomes the namesake of a block."""

    def __init__(self, extension: Fences) -> None:
        super().__init__(extension.md)
        self.extension = extension

    def run(self, root: Element) -> None:
        """Put an element for each label on the page."""
        for fence in self.extension.fences:
            if fence.label:
                SubElement(root, _LABEL, id=fence.label)


class _Releasing(Treeprocessor):
    """Takes those elements out again."""

    def run(self, root: Element) -> None:
        """Take them out."""
        for element in root.findall(_LABEL):
            root.remove(element)


class Fences(Extension):
    """The Markdown extension: wraps the formatter that superfences has for ordinary code."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "snapshots": ["tests/snapshot", "Folder of the snapshots that the bench wrote"],
            "page": ["", "Path of the page below the docs folder; the MkDocs plugin sets it"],
            "handout": [Handout(), "Where what the page hands out is collected; the MkDocs plugin sets it"],
            "language": ["en", "Language of the page; the MkDocs plugin sets it"],
            "verification": ["", "Where all is told of the page's blocks; the MkDocs plugin sets it"],
            "told": [{}, "By page, what it says of its blocks; for the MkDocs plugin to read"],
        }
        super().__init__(**kwargs)
        self.fences: list[Fence] = []

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Register with Python-Markdown."""
        self.md = md
        self._highlight: Callable[..., str] | None = None
        md.registerExtension(self)
        md.treeprocessors.register(_Reserving(self), "banc-reserving", 5.1)  # before toc (5)
        md.treeprocessors.register(_Releasing(md), "banc-releasing", 4.9)
        md.postprocessors.register(_Numbering(self), "banc", -10)  # after all others: it reads the final HTML

    def reset(self) -> None:
        """Begin a page. The first time, when every extension is there, take superfences over."""
        self.fences.clear()
        if self._highlight is None:
            names = self.md.preprocessors
            if not (
                "fenced_code_block" in names and isinstance(names["fenced_code_block"], SuperFencesBlockPreprocessor)
            ):
                self.md.registerExtensions(["pymdownx.superfences"], {})
            if "attr_list" not in self.md.treeprocessors:  # without it superfences hands no attributes over
                self.md.registerExtensions(["attr_list"], {})
            superfences: Any = self.md.preprocessors["fenced_code_block"]
            ordinary = superfences.extension.superfences[0]
            self._highlight = ordinary["formatter"]
            ordinary["formatter"] = self.format

    def format(
        self,
        *,
        src: str,
        language: str,
        options: dict[str, Any],
        classes: list[str],
        id_value: str,
        attrs: dict[str, Any],
        md: Markdown,
    ) -> str:
        """Format one fence, as superfences asks; the mark in it becomes badge and output at the end.

        Raises:
            SuperFencesException: Anything went wrong. Any other exception superfences would swallow,
                and print the block as a paragraph.
        """
        try:
            return self._format(src, language or "", options, classes, id_value, attrs, md)
        except SuperFencesException:
            raise
        except Exception as error:
            where = self.getConfig("page") or "a page"
            raise SuperFencesException(
                f"{where}: the {language or 'nameless'} fence that begins with {src[:40]!r} cannot be "
                f"rendered: {error!r}. Take it out to see the page again, and report this."
            ) from error

    def _format(
        self,
        src: str,
        language: str,
        options: dict[str, Any],
        classes: list[str],
        id_value: str,
        attrs: dict[str, Any],
        md: Markdown,
    ) -> str:
        title = str(options.get("title") or "")
        kind = kind_of(language, title, classes)
        fence = Fence(
            kind=kind,
            label=id_value,
            classes=frozenset(classes),
            path=path_of(kind, title),
            reason=str(attrs.get("reason") or ""),
            code=src,
            title=title,
            keys={key: str(value or "") for key, value in attrs.items() if key in BENCH_KEYS},
        )
        mark = _MARK.format(len(self.fences))
        if kind in COUNTED and not fence.hidden:
            id_value = id_value or _IDENTITY.format(len(self.fences))
        self.fences.append(fence)
        if fence.hidden:
            return f"<div hidden>{mark}</div>"
        if fence.kind is Kind.OUTPUT:
            return self._expected(fence, mark)
        shown = [name for name in classes if name not in BENCH_CLASSES]
        if fence.path:
            shown.append("banc-file")
        if kind is Kind.CONSOLE:
            shown.append("banc-console")
        header = self._header(fence, len(self.fences) - 1)
        if header:
            options["title"] = header
        press = self._press(fence.keys.get("keys", ""), alone=not src.strip())
        if press and not src.strip():
            identity = f' id="{escape(id_value)}"' if id_value else ""
            caption = f'<span class="filename">{escape(header)}</span>' if header else ""
            return f'<div{identity} class="banc-press highlight">{caption}{press}{mark}</div>'
        assert self._highlight is not None  # reset() has set it
        html = self._highlight(
            src=src,
            language=language,
            md=md,
            options=options,
            classes=shown,
            id_value=id_value,
            attrs={key: value for key, value in attrs.items() if key not in BENCH_KEYS and value is not None},
        )
        return _inside(html, press + mark)

    def _header(self, fence: Fence, number: int) -> str:
        """What stands above a block: the file and its folder, the terminal, the program it is typed in."""
        words = self._words()
        term, within = fence.keys.get("term", ""), fence.keys.get("in", "")
        parts = [words["file"].format(name=fence.path) + _FOLDER.format(number) if fence.path else fence.title]
        if term and not (fence.title and not fence.path):
            parts.append(words["terminal"].format(name=term))
        if within:
            parts.append(words["within"].format(name=within))
        return ", ".join(filter(None, parts))

    def _press(self, keys: str, alone: bool) -> str:
        """The keys that are pressed, as they look on a keyboard."""
        caps = ["+".join(f"<kbd>{escape(cap)}</kbd>" for cap in key) for key in _caps(keys, self.getConfig("language"))]
        if not caps:
            return ""
        told = self._words()["press"] if alone else self._words()["then"]
        return f'<div class="banc-keys">{escape(told)} {" ".join(caps)}</div>'

    def _expected(self, fence: Fence, mark: str) -> str:
        """An expected output: text from a terminal, not code to copy."""
        identity = f' id="{escape(fence.label)}"' if fence.label else ""
        caption = escape(self._words()["expected"])
        return (
            f'<div{identity} class="banc-expected highlight"><span class="filename">{caption}</span>'
            f"{_screen(self._words()['expected'], f'<samp>{escape(fence.code, quote=False)}</samp>')}{mark}</div>"
        )

    def _words(self) -> Mapping[str, str]:
        return WORDS.get(self.getConfig("language"), WORDS["en"])


def _inside(html: str, mark: str) -> str:
    """Put the mark at the end of the highlighted block, inside its box."""
    body, end, rest = html.rpartition("</div>")
    if end and not rest.strip():
        return f"{body}{mark}{end}"
    return f'<div class="highlight">{html}{mark}</div>'  # without Pygments there is no box


def makeExtension(**kwargs: Any) -> Fences:  # noqa: N802 (the name is Python-Markdown's)
    """Make the extension, as Python-Markdown asks."""
    return Fences(**kwargs)
