"""How long a page is expected to take."""

import pytest

from banc.pages.durations import expected, known, merged
from banc.results import PageRun, Result, Status


def committed(*seconds: float, follows: str = "") -> PageRun:
    results = tuple(Result(str(number), "", Status.PASSED, seconds=each) for number, each in enumerate(seconds))
    return PageRun("page.md", results=results, follows=follows)


@pytest.mark.parametrize(
    ("measured", "snapshot", "blocks", "seconds"),
    [
        (12.5, committed(1.0, 2.0), 2, 12.5),  # measured here: the committed run was on another machine
        (0.0, committed(1.0, 2.0), 2, 0.0),
        (None, committed(1.0, 2.5), 2, 3.5),
        (None, committed(1.0, 2.5), 4, 5.5),  # two blocks were added since
        (None, committed(1.0, 2.5), 1, 3.5),  # one was taken out, and which one is not known
        (None, committed(1.0, follows="page.md"), 9, 0.0),
        (None, None, 4, 4.0),
    ],
)
def test_the_best_that_is_known_counts(
    measured: float | None, snapshot: PageRun | None, blocks: int, seconds: float
) -> None:
    assert expected(measured, snapshot, blocks) == seconds


def test_what_was_not_run_this_time_is_kept() -> None:
    assert merged({"a.md": 3.0, "b.md": 1}, {"b.md": 2.0049, "c.md": 0.5}) == {"a.md": 3.0, "b.md": 2.0, "c.md": 0.5}


@pytest.mark.parametrize(
    "damaged", [None, [], "x", 3, {"a.md": "long"}, {"a.md": None}, {"a.md": -1.0}, {"a.md": float("nan")}]
)
def test_a_damaged_cache_counts_as_none(damaged: object) -> None:
    assert known(damaged) == {}
