"""Take the measures and print them: ``python -m benchmarks [NAME …] [--rounds N] [--tiny]``."""

from __future__ import annotations

import argparse
import sys

from banc.errors import BenchError
from benchmarks import blocks, course, figures, lab, pages, site, unchanged, workers
from benchmarks.measure import Measure, Taken, table, take

MEASURES: dict[str, Measure] = {
    module.MEASURE.name: module.MEASURE for module in (pages, site, figures, lab, blocks, course, workers, unchanged)
}


def main(argv: list[str]) -> int:
    """Take what is asked for, and print the table; 1 where a goal is missed, or a measure could not be taken."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="What the bench costs, beside its goals.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which measures: {', '.join(MEASURES)} (all)")
    parser.add_argument("--rounds", type=int, help="how often each side is done")
    parser.add_argument("--tiny", action="store_true", help="only see that it works: little work, one round")
    options = parser.parse_args(argv)
    unknown = [name for name in options.names if name not in MEASURES]
    if unknown:
        parser.error(f"no measure is called {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    names = options.names or list(MEASURES)
    taken: list[Taken] = []
    for name in names:
        measure = MEASURES[name]
        rounds = options.rounds or (1 if options.tiny else measure.rounds)
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            taken.append(take(measure, measure.tiny if options.tiny else measure.size, rounds))
        except (BenchError, RuntimeError) as error:  # the others can be taken all the same
            print(f"{name} was not measured: {error}", file=sys.stderr, flush=True)
        else:
            print(f"{name}: {taken[-1]}", file=sys.stderr, flush=True)
    if taken:
        print(table(taken))
    return 0 if len(taken) == len(names) and (options.tiny or all(one.met for one in taken)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
