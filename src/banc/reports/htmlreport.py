"""The record of a run → one HTML page that needs nothing beside itself. Pure, but for reading its style sheets.

It works from a file, without a script, in light and in dark; what browsers fold is operated with the keyboard.
All that came from pages and programs is escaped, and of long outputs only the end is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from banc import ansi
from banc.reports import compare
from banc.reports.compare import Comparison, Row
from banc.reports.record import BlockRecord, PageRecord, Record
from banc.results import Status
from banc.runs.verdict import Failure

LINES = 300
"""Lines of a code or an output that are shown; the record has all of them."""

CHARACTERS = 30_000
"""Characters of a code or an output that are shown."""

_CLASSES = {status: status.replace(" ", "-") for status in Status}

# Nothing is loaded and nothing is executed, whatever a program may have printed.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(record: Record) -> str:
    """A run as an HTML page."""
    counts = sum((page.counts for page in record.pages), Counter[Status]())
    told = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status]) or "no block"
    parts = [
        _header(record, counts),
        _wrong(record.pages),
        _table(record.pages),
        _engines(compare.compared(record)),
        *(_page(number, page) for number, page in enumerate(record.pages, 1)),
    ]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{_text(told)}: banc</title>",
            f"<style>\n{_styles()}</style>\n</head>\n<body>\n<main>",
            *filter(None, parts),
            "</main>\n</body>\n</html>\n",
        ]
    )


def save(path: Path, record: Record) -> None:
    """Write a run as an HTML page, with the folders it lies in.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(page(record).encode("utf-8", errors="replace"))


def _styles() -> str:
    """The colours of programs as on the site, and what this page adds."""
    here = Path(__file__)
    files = (here.parents[1] / "banc.css", here.with_name("htmlreport.css"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


def _text(text: str) -> str:
    return escape(ansi.plain(text))


def _took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"


def _anchor(number: int, block: int | None = None) -> str:
    return f"page-{number}" if block is None else f"page-{number}-block-{block}"


# --- the whole run -------------------------------------------------------------------------------------


def _header(record: Record, counts: Counter[Status]) -> str:
    tiles = "".join(
        f'<li class="{_CLASSES[status] if counts[status] else "none"}"><strong>{counts[status]}</strong> {status}</li>'
        for status in Status
    )
    date = record.date.replace("T", " ").removesuffix("+00:00")
    shard = f", shard {_text(record.shard)}" if record.shard else ""
    return (
        f'<header>\n<h1>What the blocks gave</h1>\n<ul class="totals">{tiles}</ul>\n'
        f'<p class="muted">{len(record.pages)} pages{shard}, begun <time datetime="{_text(record.date)}">{_text(date)}'
        f"</time> UTC, {_took(record.seconds)}, banc {_text(record.version)}</p>\n</header>"
    )


def _wrong(pages: Iterable[PageRecord]) -> str:
    """What is to be mended, and the way to it."""
    links = [
        f'<li><a href="#{anchor}"><code>{_text(page.path)}:{wrong.line}</code></a> {_text(_named(name, wrong))}</li>'
        for number, page in enumerate(pages, 1)
        for anchor, name, wrong in _failures(number, page)
    ]
    broken = [
        f"<li><code>{_text(page.path)}</code> the bench is broken, which says nothing of the page: "
        f"{_text(page.broken)}</li>"
        for page in pages
        if page.broken
    ]
    if not links and not broken:
        return ""
    return f'<section class="wrong">\n<h2>To be mended</h2>\n<ul>{"".join(links + broken)}</ul>\n</section>'


def _failures(number: int, page: PageRecord) -> Iterator[tuple[str, str, Failure]]:
    for problem in page.problems:
        yield _anchor(number), "", problem
    for index, block in enumerate(page.blocks, 1):
        if block.failure:
            yield _anchor(number, index), block.name, block.failure


def _named(block: str, wrong: Failure) -> str:
    return f"block {block}: {wrong.headline}" if block else wrong.headline


def _table(pages: Iterable[PageRecord]) -> str:
    heads = "".join(f'<th scope="col" class="number">{status}</th>' for status in Status)
    rows = "".join(_row(number, page) for number, page in enumerate(pages, 1))
    return (
        '<section>\n<h2 id="pages">Pages</h2>\n<div class="wide" tabindex="0" role="region" aria-labelledby="pages">'
        f'<table>\n<thead><tr><th scope="col">page</th>{heads}<th scope="col" class="number">time</th>'
        f'<th scope="col">engine</th><th scope="col">note</th></tr></thead>\n<tbody>{rows}</tbody>\n</table></div>\n'
        "</section>"
    )


def _row(number: int, page: PageRecord) -> str:
    cells = "".join(
        f'<td class="number {_CLASSES[status] if page.counts[status] else "none"}">{page.counts[status]}</td>'
        for status in Status
    )
    return (
        f'<tr><th scope="row"><a href="#{_anchor(number)}">{_text(page.page)}</a></th>{cells}'
        f'<td class="number">{_took(page.spent)}</td><td>{_text(page.engine)}</td>'
        f"<td>{_text(', '.join(_notes(page)))}</td></tr>\n"
    )


def _notes(page: PageRecord) -> Iterator[str]:
    """What is to be known of how a page was run."""
    if page.follows:
        yield f"compared with {page.follows}"
    if page.cached:
        yield f"not run again: nothing has changed since its green run of {page.cached}"
    if page.note:
        yield page.note
    if page.network:
        yield "may reach the Internet"
    if page.broken:
        yield "bench broken"
    if len(page.blocks) != page.counted:
        yield f"{len(page.blocks)} of {page.counted} blocks"


# --- engines side by side ------------------------------------------------------------------------------


def _engines(comparison: Comparison) -> str:
    """Each block on each engine, those that differ first; empty where there is one engine alone."""
    if len(comparison.engines) < 2:
        return ""
    differing = [row for row in comparison.rows if row.differs]
    alike = [row for row in comparison.rows if not row.differs]
    return (
        '<section>\n<h2 id="engines">Engines</h2>\n'
        f"<p>{len(alike)} of {len(comparison.rows)} blocks are alike on all engines.</p>\n"
        f"{_compared(comparison.engines, differing)}\n<details><summary>Blocks that are alike</summary>\n"
        f"{_compared(comparison.engines, alike)}</details>\n</section>"
    )


def _compared(engines: Iterable[str], rows: Iterable[Row]) -> str:
    heads = "".join(f'<th scope="col">{_text(engine)}</th>' for engine in engines)
    body = "".join(_across(row) for row in rows)
    return (
        '<div class="wide" tabindex="0" role="region" aria-labelledby="engines"><table>\n'
        f'<thead><tr><th scope="col">block</th>{heads}</tr></thead>\n<tbody>{body}</tbody>\n</table></div>'
    )


def _across(row: Row) -> str:
    """A block on all engines, with the lines that one printed otherwise than the first."""
    cells = "".join(
        f'<td class="{_CLASSES[cell.status] if cell else "none"}">{_text(compare.told(cell))}'
        + (f'<pre tabindex="0">{_text(_end(difference))}</pre></td>' if difference else "</td>")
        for cell, difference in zip(row.cells, row.differences, strict=True)
    )
    return f'<tr><th scope="row">{_text(row.page)}::{_text(row.block)}</th>{cells}</tr>\n'


# --- a page --------------------------------------------------------------------------------------------


def _page(number: int, page: PageRecord) -> str:
    facts = [f"Docker {page.engine}" if page.engine else "", page.host, _took(page.spent), *_notes(page)]
    images = "".join(
        f"<li><code>{_text(image.name)}</code> {_text(image.origin)} <small>{_text(image.digest)}</small></li>"
        for image in page.images
    )
    parts = [
        f'<h2 id="{_anchor(number)}">{_text(page.path)}</h2>',
        f'<p class="muted">{_text(", ".join(filter(None, facts)))}</p>',
        f"<details><summary>Images</summary><ul>{images}</ul></details>" if images else "",
        f'<p class="failure">The bench is broken: {_text(page.broken)}</p>' if page.broken else "",
        *(_failure(page.path, problem) for problem in page.problems),
        *(_block(_anchor(number, index), page, block) for index, block in enumerate(page.blocks, 1)),
    ]
    return "<section>\n" + "\n".join(filter(None, parts)) + "\n</section>"


def _block(anchor: str, page: PageRecord, block: BlockRecord) -> str:
    where = f"terminal {block.terminal}" if block.terminal else ""
    exit = "" if block.exit is None else f"exit {block.exit}"
    facts = [f"line {block.line}", block.kind, where, exit, _took(block.seconds)]
    left = [left.what for left in page.left if left.block == block.name]
    parts = [
        f'<summary><span class="state {_CLASSES[block.status]}">{block.status}</span> <strong>{_text(block.name)}'
        f'</strong> <span class="muted">{_text(", ".join(filter(None, facts)))}</span></summary>',
        f"<p>{_text(block.reason)}</p>" if block.reason else "",
        _failure(page.path, _beyond(block, block.failure)) if block.failure else "",
        f'<pre tabindex="0"><code>{_text(_end(block.code))}</code></pre>' if block.code.strip() else "",
        _screen(block.output),
        f'<p class="left">leaves behind: {_text(", ".join(left))}</p>' if left else "",
    ]
    is_open = " open" if block.failure or left else ""
    return f'<details id="{anchor}" class="block"{is_open}>' + "\n".join(filter(None, parts)) + "</details>"


def _beyond(block: BlockRecord, wrong: Failure) -> Failure:
    """What a failure says beyond the block's code and its output, which stand below it whole."""
    command = "" if wrong.command == block.code.strip() else wrong.command
    return replace(wrong, command=command, screen="" if block.output else wrong.screen)


def _failure(path: str, wrong: Failure) -> str:
    others = "".join(f"<li><code>{_text(path)}:{one.line}</code> {_text(one.message)}</li>" for one in wrong.others)
    parts = [
        f"<p><code>{_text(path)}:{wrong.line}</code> <strong>{_text(wrong.headline)}</strong></p>",
        f"<p>To mend it: {_text(wrong.mend)}</p>" if wrong.mend else "",
        f"<ul>{others}</ul>" if others else "",
        f"<p>{_text(wrong.earlier)}</p>" if wrong.earlier else "",
        *(f'<pre tabindex="0">{_text(_end(text))}</pre>' for text in (wrong.command, wrong.screen, wrong.diff) if text),
    ]
    return f'<div class="failure">{"".join(parts)}</div>'


def _screen(output: str) -> str:
    if not output:
        return ""
    return f'<div class="banc-captured"><pre tabindex="0"><samp>{ansi.coloured(_end(output))}</samp></pre></div>'


def _end(text: str) -> str:
    """A text, or its end and how much of it is missing."""
    lines = text[-CHARACTERS:].split("\n")[-LINES:]
    missing = text.count("\n") + 1 - len(lines)
    if len(text) <= CHARACTERS and not missing:
        return text
    return "\n".join([f"… {missing} lines before are in the record" if missing else "…", *lines])
