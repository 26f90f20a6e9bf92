"""Change pages, run them, and print which changes nobody noticed: ``python -m mutants [PAGE …]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from banc.errors import BenchError
from banc.labs.lab import Bench
from mutants import explained, trial
from mutants.explained import Explained
from mutants.trial import Mutant, Tried, Verdict

DOCS = Path(__file__).parents[1] / "docs"
GOAL = 0.9
"""The share of mutants that pages must notice."""


def main(argv: Sequence[str]) -> int:
    """Try mutants; 1 where a page notices too few or a survivor stands without a reason, 3 where the bench broke."""
    options = _options(argv)
    pages = [path for path in _pages(options.pages) if trial.is_without_python(path)]
    reasons = explained.load()
    known = {path: trial.mutants(path, options.count, options.seed) for path in pages}
    if options.again:
        places = set(options.again)
        known = {path: [one for one in some if one.place in places] for path, some in known.items()}
    chosen = [one for some in known.values() for one in some]
    print(f"{len(chosen)} mutants of {sum(map(bool, known.values()))} pages …", file=sys.stderr, flush=True)
    try:
        with (
            Bench(lambda text: print(text, file=sys.stderr, flush=True)) as bench,
            ThreadPoolExecutor(options.jobs, "mutants") as workers,
        ):
            sound = _told(workers.map(lambda one: trial.tried(one, bench), [trial.unchanged(path) for path in known]))
            red = {one.mutant.page for one in sound if one.verdict is not Verdict.SURVIVED}
            results = _told(workers.map(lambda one: trial.tried(one, bench), _of(chosen, red)))
    except BenchError as error:
        print(f"The bench is broken: {error}", file=sys.stderr)
        return 3
    print("\n".join(table(results, reasons)))
    for one in sound:
        if one.mutant.page in red:
            print(f"\ndocs/{one.mutant.page.name} is red as it is ({one.why}): its mutants were not tried.")
    if red or any(one.verdict is Verdict.BROKEN for one in results):
        return 3
    return 0 if is_good(results, reasons) else 1


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mutants", description="Does a page notice that it was changed?")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="file names in docs/ (all pages without Python)")
    parser.add_argument("--count", type=int, default=10, help="mutants of each page, at most (10)")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other mutants (1)")
    parser.add_argument("--jobs", type=int, default=2, help="labs side by side (2)")
    parser.add_argument("--again", nargs="+", metavar="FILE:LINE", help="only those of these lines")
    return parser.parse_args(argv)


def _pages(names: Sequence[str]) -> list[Path]:
    """The French pages, which are the ones that are run."""
    paths = sorted(path for path in DOCS.glob("*.md") if not path.name.endswith(".en.md"))
    unknown = set(names) - {path.name for path in paths}
    if unknown:
        raise SystemExit(f"docs/ has no {', '.join(sorted(unknown))}; it has {', '.join(path.name for path in paths)}")
    return [path for path in paths if not names or path.name in names]


def _of(chosen: Sequence[Mutant], red: set[Path]) -> list[Mutant]:
    return [one for one in chosen if one.page not in red]


def _told(results: object) -> list[Tried]:
    done: list[Tried] = []
    for one in results:  # type: ignore[attr-defined]
        line = f"{one.verdict.value:9} {one.seconds:4.0f} s  {one.mutant.place}  {one.mutant.change.what}"
        print(f"{line}  ({one.why})" if one.why else line, file=sys.stderr, flush=True)
        done.append(one)
    return done


def unexplained(results: Sequence[Tried], reasons: Sequence[Explained]) -> list[Tried]:
    """Survivors for which no reason is given."""
    return [
        one
        for one in results
        if one.verdict is Verdict.SURVIVED
        and not any(reason.covers(one.mutant.page.name, one.mutant.change) for reason in reasons)
    ]


def is_good(results: Sequence[Tried], reasons: Sequence[Explained]) -> bool:
    """Whether pages notice as much as they should, and the rest is explained."""
    killed = sum(one.verdict is Verdict.KILLED for one in results)
    return killed >= GOAL * len(results) and not unexplained(results, reasons)


def table(results: Sequence[Tried], reasons: Sequence[Explained]) -> list[str]:
    """A line a page, and each survivor that stands without a reason."""
    heads = ("page", "mutants", "killed", "explained", "survived")
    rows = [heads]
    open_ones = unexplained(results, reasons)
    for page in [*dict.fromkeys(one.mutant.page for one in results), None]:
        some = [one for one in results if page in (one.mutant.page, None)]
        killed = sum(one.verdict is Verdict.KILLED for one in some)
        survived = sum(one in open_ones for one in some)
        told = sum(one.verdict is Verdict.SURVIVED for one in some) - survived
        rows.append((page.name if page else "all", str(len(some)), str(killed), str(told), str(survived)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for one in open_ones:
        change = one.mutant.change
        lines += ["", f"{one.mutant.place}: the page passes as well {change.what}", f"  - {change.before.strip()}"]
        lines += [f"  + {change.after.strip()}"] if change.after is not None else []
        lines += ["  Let a block print what this word is for, or give the reason in mutants/explained.toml."]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
