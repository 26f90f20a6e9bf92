import pytest

from banc.terminals import screen


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (b"one\r\ntwo  \r\n\r\n", "one\ntwo"),
        (b"\r\none", "\none"),
        (b"no newline at the end", "no newline at the end"),
        (b"\x1b[1;32mgreen\x1b[0m \x1b[38;5;200mpink\x1b[m", "green pink"),
        (b"\x1b]0;a title\x07text", "text"),
        (b" 10%\r 50%\r100%\r\ndone\r\n", "100%\ndone"),
        (b"a longer line\rshort\x1b[K\r\n", "short"),
        (b"one: wait\r\ntwo: wait\r\n\x1b[2A\x1b[2Kone: done\r\n\x1b[2Ktwo: done\r\n", "one: done\ntwo: done"),
        ("déjà vu… 🐳".encode(), "déjà vu… 🐳"),
        (b"\xff\xfe\x00rubbish\x01", "\ufffd\ufffd\ufffdrubbish\ufffd"),
        (b"a\tb", "a\tb"),
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_text_is_what_the_terminal_finally_shows(output: bytes, shown: str) -> None:
    assert screen.text(output) == shown


def test_what_scrolled_off_the_top_of_a_progress_display_is_kept() -> None:
    lines = b"".join(b"line %d\r\n" % number for number in range(100))
    assert screen.text(lines + b"1%\r2%\r\n").splitlines() == [f"line {number}" for number in range(100)] + ["2%"]


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (b"\x1b[1;32mgreen\x1b[0m\r\n", "\x1b[1;32mgreen\x1b[0m"),
        (b"\x1b]0;title\x07\x1b[31mred\x07", "\x1b[31mred\ufffd"),
        (b"1%\r\x1b[1;34;41mdone\x1b[0m!", "\x1b[0;1;34;41mdone\x1b[0m!"),
        (b"\r\x1b[94;7mx \x1b[0m  ", "\x1b[0;7;94mx \x1b[0m"),
        (b"\r\x1b[38;5;208mx", "\x1b[0;38;2;255;135;0mx\x1b[0m"),
    ],
)
def test_colours_are_kept_for_the_site(output: bytes, shown: str) -> None:
    assert screen.shown(output) == shown


def test_what_was_overwritten_can_still_be_waited_for() -> None:
    assert screen.stripped(b"\x1b[31mwait\x1b[0m\rready\r\n") == "wait\rready\n"
