"""How long a page takes to run, as far as it can be known before: the longest is begun first, shards are balanced.

What was measured here last counts first; a committed snapshot says what each block took when it was captured; a
page that was never run has its number of blocks.
"""

from __future__ import annotations

from banc.results import PageRun

KEY = "banc/durations"
"""Where pytest's cache keeps what was measured: file, as seen from the root of the tests → seconds."""

_BLOCK = 1.0  # seconds that a block of which nothing is known counts for; the course's take 0.7 on average


def expected(measured: float | None, committed: PageRun | None, blocks: int) -> float:
    """Seconds that a page will take.

    Args:
        measured: What it took the last time that it was run here, in seconds.
        committed: Its snapshot; None where it has none.
        blocks: How many tests it has.

    >>> expected(None, None, 3)
    3.0
    """
    if measured is not None:
        return measured
    if committed is None:
        return blocks * _BLOCK
    if committed.follows:  # compared with its original, not run
        return 0.0
    added = max(0, blocks - len(committed.results))
    return sum(result.seconds for result in committed.results) + added * _BLOCK


def merged(before: object, measured: dict[str, float]) -> dict[str, float]:
    """What was kept, and over it what was measured since.

    Args:
        before: What the cache holds; whatever in it is no duration is dropped.
        measured: File → seconds, of files that were run whole.
    """
    return known(before) | {file: round(seconds, 2) for file, seconds in measured.items()}


def known(kept: object) -> dict[str, float]:
    """The durations that the cache holds; what is damaged in it counts as never measured."""
    entries = kept.items() if isinstance(kept, dict) else ()
    return {
        file: float(seconds)
        for file, seconds in entries
        if isinstance(file, str) and isinstance(seconds, int | float) and 0 <= seconds < float("inf")
    }
