"""Keys as a page names them."""

from __future__ import annotations

import pytest

from banc.keys import KeyNameError, pressed


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("^C", [b"\x03"]),
        ("^p^q", [b"\x10", b"\x11"]),
        ("^[", [b"\x1b"]),
        ("q<Enter>", [b"q", b"\r"]),
        ("<Up><Tab>", [b"\x1b[A", b"\t"]),
        ("é^1", ["é".encode(), b"^", b"1"]),
        ("a < b", [b"a", b" ", b"<", b" ", b"b"]),
        ("", []),
    ],
)
def test_what_a_terminal_sends(text: str, data: list[bytes]) -> None:
    assert [key.data for key in pressed(text)] == data


def test_what_stands_on_the_caps() -> None:
    assert [key.caps for key in pressed("^Cq<Esc>")] == [("Ctrl", "C"), ("q",), ("Esc",)]


def test_a_key_that_no_keyboard_has() -> None:
    with pytest.raises(KeyNameError, match="did you mean <Down>"):
        pressed("<down>")
    with pytest.raises(KeyNameError, match="known are <Enter>"):
        pressed("<xyz>")
