"""Expected output against what was printed, and what is told of the first difference."""

import pytest

from banc.match import line_matches, mismatch, mismatch_unordered

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


def test_the_first_difference_is_marked() -> None:
    told = mismatch(["one", "two", "size … MB", "end"], "one\ntwo\nsize 3 kB\nend")
    assert told == "\n".join(
        ["(- expected, + printed)", "  one", "  two", "- size … MB", "- end", "+ size 3 kB", "       ^", "+ end"]
    )


def test_a_missing_line_and_one_too_many() -> None:
    assert mismatch(["a", "b"], "a") == "(- expected, + printed)\n  a\n- b\n+ (the output ends here)"
    assert mismatch(["a"], "a\nb") == "(- expected, + printed)\n  a\n- (the expected output ends here)\n+ b"


def test_behind_any_lines_the_nearest_place_is_shown() -> None:
    told = mismatch(["…", "name", "size 1", "…", "end"], "x\nname\nsize 2\ny\nend")
    assert told == "\n".join(
        ["(- expected, + printed)", "  x", "  name", "- size 1", "- …", "- end", "+ size 2", "       ^", "+ y", "+ end"]
    )


def test_behind_any_lines_a_fit_before_the_end_is_shown_with_what_follows() -> None:
    told = mismatch(["…", "a", "b"], "a\nb\nc")
    assert told == "(- expected, + printed)\n  a\n  b\n- (the expected output ends here)\n+ c"


def test_what_cannot_be_seen_is_written_out() -> None:
    assert mismatch(["a b"], "a\u00a0b\x1b[0m\t") == "\n".join(
        ["(- expected, + printed)", "- a b", "+ a\\xa0b\\x1b[0m", "   ^"]
    )


def test_long_lines_and_outputs_are_cut() -> None:
    told = mismatch(["x" * 5000 + "a", *"bcdefghijklm"], "x" * 5000 + "e\n" + "y\n" * 50)
    assert told is not None
    lines = told.split("\n")
    assert len(lines) < 20
    assert max(map(len, lines)) < 160
    pointer = next(line for line in lines if line.strip() == "^").index("^")
    assert next(line for line in lines if line.startswith("+"))[pointer] == "e"
    assert next(line for line in lines if line.startswith("-"))[pointer] == "a"
    assert "+ (44 more lines)" in lines


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
    assert mismatch_unordered(["a", "b"], "c\nb\nd") == "\n".join(["(- expected, + printed)", "- a", "+ c", "+ d"])
