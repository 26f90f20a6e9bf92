"""Expected output against what was printed, and what is told of the first difference."""

import pytest

from banc.runs.match import LEGEND, UNORDERED_LEGEND, line_matches, mismatch, mismatch_unordered

AGREE = [
    ([], ""),
    ([], "\n \n"),
    (["a"], "a"),
    (["a", ""], "a  \n\n\n"),
    (["a  "], "a"),
    (["", "a"], "\na"),
    (["…"], ""),
    (["…"], "a\nb"),
    (["a", "…", "b"], "a\nb"),
    (["a", "…", "b"], "a\nx\nb\ny\nb"),
    (["…", "b", "…"], "a\nb\nc"),
    (["…", "a", "b", "…", "c"], "a\na\nb\nb\nc"),
    (["…", "…", "z"], "z"),
    (["  …", "z"], "y\nz"),
    (["v….…"], "v1.2.3"),
    (["…"], "…"),
    (["a…b"], "ab"),
    (["sha256:…"], "sha256:0123"),
    (["a.*[b]"], "a.*[b]"),
]


@pytest.mark.parametrize(("expected", "actual"), AGREE)
def test_agree(expected: list[str], actual: str) -> None:
    assert mismatch(expected, actual) is None


DIFFER = [
    ([], "a"),
    (["a"], ""),
    (["a"], " a"),
    (["a"], "a\nb"),
    (["a"], "\na"),
    (["a", "b"], "b\na"),
    (["a", "…", "b"], "a\nb\nc"),
    (["a", "…", "a"], "a"),
    (["…", "b", "…", "b"], "a\nb"),
    (["ab…ba"], "aba"),
    (["…b"], "abc"),
    (["a.c"], "abc"),
]


@pytest.mark.parametrize(("expected", "actual"), DIFFER)
def test_differ(expected: list[str], actual: str) -> None:
    assert mismatch(expected, actual) is not None


@pytest.mark.parametrize(
    ("pattern", "line", "matches"),
    [("a…a…a", "aaa", True), ("a…a…a", "aa", False), ("…a…b…", "xxbxaxb", True), ("…a…b…", "xxbxax", False)],
)
def test_a_line(pattern: str, line: str, matches: bool) -> None:
    assert line_matches(pattern, line) is matches


ACCOUNTS = {
    "a wildcard that no longer fits": (
        ["one", "two", "size … MB", "end"],
        "one\ntwo\nsize 3 kB\nend",
        ["  one", "  two", "- size … MB", "+ size 3 kB", "       ^", "  end"],
    ),
    "a line too few": (["a", "b"], "a", ["  a", "- b", "  ^ not printed: the output ends here"]),
    "a line too many": (["a"], "a\nb", ["  a", "+ b", "  ^ not expected: the expected output ends here"]),
    "a line too few in the middle": (["a", "b", "c"], "a\nc", ["  a", "- b", "  ^ not printed", "  c"]),
    "a line too many in the middle": (["a", "c"], "a\nb\nc", ["  a", "+ b", "  ^ not expected", "  c"]),
    "nothing": (["a"], "", ["- a", "  ^ not printed: the output ends here"]),
    "what wildcards stand for": (
        ["HEAD … TAIL", "…", "cours-a … Up …", "cours-b … Up …", "…", "end"],
        "HEAD x TAIL\np\nq\ncours-a nginx Up 3 s\ncours-x nginx Up 3 s\nend",
        [
            "  HEAD … TAIL  ← HEAD x TAIL",
            "  …  ← 2 lines",
            "  cours-a … Up …  ← cours-a nginx Up 3 s",
            "- cours-b … Up …",
            "+ cours-x nginx Up 3 s",
            "        ^",
            "  …  ← no lines",
            "  end",
        ],
    ),
    "what follows behind the first one": (
        ["…", "name", "size 1", "…", "end"],
        "x\nname\nsize 2\ny\nend",
        ["  …  ← 1 line", "  name", "- size 1", "+ size 2", "       ^", "  …  ← 1 line", "  end"],
    ),
    "each line with the one that is like it": (
        ["alpha 1", "beta 2", "gamma 3"],
        "new\nalpha 1\nbeta 3\ngamma 3",
        ["+ new", "  ^ not expected", "  alpha 1", "- beta 2", "+ beta 3", "  gamma 3"],
    ),
    "what cannot be seen": (["a b"], "a\u00a0b\x1b[0m\t", ["- a b", "+ a\\xa0b\\x1b[0m", "   ^"]),
}


@pytest.mark.parametrize(("expected", "actual", "told"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_it_is_told_which_line_met_which(expected: list[str], actual: str, told: list[str]) -> None:
    assert mismatch(expected, actual) == "\n".join([LEGEND, *told])


def test_long_lines_and_outputs_are_cut() -> None:
    told = mismatch(["x" * 5000 + "a", *"bcdefghijklm"], "x" * 5000 + "e\n" + "y\n" * 50)
    assert told is not None
    lines = told.split("\n")
    assert len(lines) < 20
    assert max(map(len, lines)) < 160
    pointer = next(line for line in lines if line.strip() == "^").index("^")
    assert next(line for line in lines if line.startswith("+"))[pointer] == "e"
    assert next(line for line in lines if line.startswith("-"))[pointer] == "a"
    assert lines[-1].endswith(" more printed)")


@pytest.mark.parametrize("gaps", [[], ["…"]])
def test_long_outputs_are_told_from_the_first_difference_on(gaps: list[str]) -> None:
    lines = [f"line {number}" for number in range(2000)]
    told = mismatch([*lines[:1500], *gaps, "other", *lines[1501:]], "\n".join(lines))
    assert told is not None
    assert "- other" in told
    assert len(told.split("\n")) < 20


@pytest.mark.parametrize(
    ("expected", "actual", "matches"),
    [
        (["…a…b…c…d"] * 50, ["a" * 1000] * 50, False),
        ([*["a", "…"] * 5000, "z"], ["a"] * 10_000, False),
        (["…", *["a"] * 1000, "b", "…"], ["a"] * 10_000, False),
        (["a"] * 10_000, ["a"] * 10_000, True),
        (["a…a…a…a…a…a…a…a…a…a…b"], ["a" * 100_000], False),
    ],
)
def test_no_pattern_backtracks(expected: list[str], actual: list[str], matches: bool) -> None:
    # A matcher that backtracks would not come back for hours.
    assert (mismatch(expected, "\n".join(actual)) is None) is matches


@pytest.mark.parametrize(
    ("expected", "actual", "matches"),
    [
        (["a", "b"], "b\na", True),
        (["a", "b"], "b\na\n\n", True),
        (["a"], "a\na", False),
        (["a", "a"], "a", False),
        (["a", "…"], "x\na\ny", True),
        (["…x…", "…y", "x"], "x\nxy\nzx", True),  # the first pattern must leave "x" and "xy" to others
        (["…"], "", True),
        ([], "", True),
        ([], "a", False),
    ],
)
def test_lines_in_any_order(expected: list[str], actual: str, matches: bool) -> None:
    assert (mismatch_unordered(expected, actual) is None) is matches


def test_what_is_missing_and_what_is_too_much_in_any_order() -> None:
    assert mismatch_unordered(["a", "b"], "c\nb\nd") == "\n".join([UNORDERED_LEGEND, "- a", "+ c", "+ d"])
