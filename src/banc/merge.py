"""Records of runs that belong together (shards, engines) → one report, one exit status.

Run as ``python -m banc.merge RECORD.json …``. The exit status is that of one run over all pages: 0, or 1 where a page
is wrong, 3 where the bench was broken or blocks were lost, 5 where there is no block. 2: the records do not make up
one run. Other tests than pages are in no record: whoever ran them has seen how they ended.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from banc.pages import shards
from banc.reports import compare, github, htmlreport, record, report
from banc.reports.record import PageRecord, Record, RecordError
from banc.results import Status

GREEN, WRONG, REFUSED, BROKEN, EMPTY = 0, 1, 2, 3, 5
"""The exit statuses; those of a run of pytest, as far as it has the same."""


class MergeError(ValueError):
    """Records do not make up one run; the message says which ones, why, and what to do."""


def merged(records: Mapping[str, Record]) -> Record:
    """The records of all shards and engines as one.

    Args:
        records: What they are called in messages (their files) → the records.

    Raises:
        MergeError: They are of different texts or benches, a page is in two of them, or one is in none.
    """
    _agree({name: run.version for name, run in records.items()}, "banc {}", "run all with one version of banc")
    _agree({name: run.commit for name, run in records.items()}, "commit {}", "run all on one commit, without changes")
    for engine in sorted({run.engine for run in records.values()}):
        _complete(engine, {name: run for name, run in records.items() if run.engine == engine})
    return record.joined(records.values())


def _agree(values: Mapping[str, str], called: str, mend: str) -> None:
    """Check that all records say the same of something."""
    first, *others = values
    for other in others:
        if values[other] != values[first]:
            one, two = (called.format(values[name] or "none") for name in (first, other))
            raise MergeError(f"{first} is of {one}, {other} of {two}: {mend}")


def _complete(engine: str, runs: Mapping[str, Record]) -> None:
    """Check that each page was run once on an engine."""
    found: dict[str, str] = {}
    for name, run in runs.items():
        for page in run.pages:
            if page.page in found:
                both = f"in {found[page.page]} and in {name}"
                raise MergeError(f"{page.page} was run on {engine} {both}: name each shard's record once")
            found[page.page] = name
    parts = [shards.parsed(run.shard) for run in runs.values()]
    counts = {part.of if part else 1 for part in parts}
    if len(counts) > 1:
        raise MergeError(f"{', '.join(runs)}: these are not the shards of one run on {engine}: run all anew")
    missing = set(range(1, max(counts) + 1)) - {part.number if part else 1 for part in parts}
    for number in sorted(missing):
        raise MergeError(
            f"the record of shard {number}/{max(counts)} on {engine} is missing: run it with "
            f"--shard={number}/{max(counts)} --engine={engine} --record=FILE.json"
        )
    named = {name for run in runs.values() for name in run.elsewhere}
    if lost := ", ".join(sorted(named - found.keys())):
        raise MergeError(f"no shard has run {lost} on {engine}: the shards were not made alike; run all of them anew")


def exit_status(pages: Sequence[PageRecord]) -> int:
    """What the pages of a run come to."""
    if any(page.is_wrong for page in pages):
        return WRONG
    if any(page.broken or page.counts[Status.NOT_REACHED] or len(page.blocks) != page.counted for page in pages):
        return BROKEN
    return GREEN if any(page.blocks for page in pages) else EMPTY


def troubles(pages: Sequence[PageRecord]) -> Iterator[str]:
    """What is to be mended, as each run has told it: wrong blocks, a broken bench, blocks that were lost."""
    for page in pages:
        on = f" on {page.asked}" if page.asked else ""
        failures = [*(("", problem) for problem in page.problems), *((one.name, one.failure) for one in page.blocks)]
        for name, wrong in failures:
            if wrong:
                yield report.failure(page.path, name, replace(wrong, headline=f"{wrong.headline}{on}"))
        if page.broken:
            yield f"the bench is broken, which says nothing of {page.path}{on}: {page.broken}"
        if len(page.blocks) != page.counted and not page.broken:
            yield f"LOST {page.path}{on}: {page.counted} blocks on the page, {len(page.blocks)} results; run it whole"


def main(arguments: Iterable[str] | None = None) -> int:
    """Read records, check that they belong together, report."""
    parser = argparse.ArgumentParser(prog="python -m banc.merge", description="One report of several records.")
    parser.add_argument("records", nargs="+", metavar="RECORD.json", type=Path, help="written by pytest --record")
    parser.add_argument("--record", metavar="FILE.json", type=Path, help="write the record of all of them")
    parser.add_argument("--record-html", metavar="FILE.html", type=Path, help="the same as one HTML page")
    options = parser.parse_args(None if arguments is None else list(arguments))
    try:
        records = {str(path): record.load(path) for path in options.records}
        whole = merged(records)
    except (RecordError, MergeError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    if options.record:
        record.save(options.record, whole)
    if options.record_html:
        htmlreport.save(options.record_html, whole)
    github.summarise(whole)
    for trouble in troubles(whole.pages):
        print(trouble)
    if whole.pages:
        print(report.table(whole.pages))
    else:
        print("The records hold no page: name pages when you run pytest --record.")
    print(compare.text(whole), end="")
    return exit_status(whole.pages)


if __name__ == "__main__":
    sys.exit(main())
