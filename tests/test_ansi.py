"""Colours of a terminal's output as HTML, and nothing else of it."""

from __future__ import annotations

import pytest

from banc.ansi import coloured, plain


@pytest.mark.parametrize(
    ("output", "html"),
    [
        ("a", "a"),
        ("\x1b[31mred\x1b[0m.", '<span class="banc-fg-1">red</span>.'),
        ("\x1b[1;4;92mok\x1b[22;24;39m.", '<span class="banc-bold banc-underline banc-fg-10">ok</span>.'),
        ("\x1b[44;7ma\x1b[49;27mb", '<span class="banc-bg-4 banc-reverse">a</span>b'),
        ("\x1b[38;5;9ma\x1b[m", '<span class="banc-fg-9">a</span>'),
        ("\x1b[38;5;196ma", '<span class="banc-fg-9">a</span>'),
        ("\x1b[48;5;255ma", '<span class="banc-bg-7">a</span>'),
        ("\x1b[38;2;0;200;0ma", '<span class="banc-fg-2">a</span>'),
        ("\x1b[31;31;32ma", '<span class="banc-fg-2">a</span>'),
        ("\x1b[31m<b>\x1b[0m&", '<span class="banc-fg-1">&lt;b&gt;</span>&amp;'),
        ("\x1b[2J\x1b[1;1Ha\x1b]0;title\x07\x1b(Bb\x08\x1b", "ab"),
        ("\x1b[31", "[31"),
        ("\x1b]8;;https://x.example\x1b\\a\x1b]8;;\x1b\\", "a"),
        ("\x1b]0;without an end\na", "\na"),
        ("\x1bPq#0;2;0\x1b\\a\x1b_b\x1b\\\x1b^c\x1b\\\x1bXd\x07", "a"),
        ("\x9b31ma\x9b2J\x9b", "a"),
        ("\x07\x1b[?25la\x1b[3Ab\x1b7\x1b8\x1bc", "ab"),
        ("\ud83d \udcff", "\ufffd \ufffd"),
        ("\x1b[999999999;38;5ma", '<span class="banc-fg-0">a</span>'),
        ("\x1b[38;5;999;48;2;999;0;0ma", '<span class="banc-fg-15 banc-bg-9">a</span>'),
    ],
)
def test_colours(output: str, html: str) -> None:
    assert coloured(output) == html


def test_plain_text_has_neither_colours_nor_controls() -> None:
    assert plain("\x1b[1;31mred\x1b[0m \x1b[2Kend\r\n\x07") == "red end\n"
