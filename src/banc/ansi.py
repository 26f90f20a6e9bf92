"""Terminal output → HTML that shows its colours, by classes that a style sheet fills. Standard library only.

Only what sets looks (``ESC [ … m``) is honoured; all other control sequences are taken out, all text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

_CONTROL = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # strings for the terminal: titles, links, pictures; also unended
    r"|\x1b\[[0-?]*[ -/]*[@-ln-~]"  # cursor moves: all control sequences that do not end in m
    r"|\x9b[0-?]*[ -/]*[@-~]"  # the same, begun with one character of eight bits
    r"|\x1b(?!\[)[ -/]*[0-~]"  # other escapes
    r"|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]"  # all other control characters but tab and newline
)
_HALVES = re.compile(r"[\ud800-\udfff]")  # what is no character, and cannot be written to a file
_LOOKS = re.compile(r"\x1b\[([0-9;:]*)m")
_FLAGS = {1: "bold", 3: "italic", 4: "underline", 7: "reverse"}
_PALETTE = (  # the sixteen colours, as xterm has them: black, red, green, yellow, blue, magenta, cyan, white
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255)),
    (255, 255, 255),
)


def plain(output: str) -> str:
    """Terminal output without colours and control characters, line ends as newlines."""
    return _LOOKS.sub("", _tidied(output)).replace("\x1b", "")


def coloured(output: str) -> str:
    """The same as HTML, with ``<span class="banc-fg-1 banc-bold">`` where it has colours."""
    html = ""
    looks: tuple[str, ...] = ()
    position = 0
    text = _tidied(output)
    for match in _LOOKS.finditer(text):
        html += _span(text[position : match.start()], looks)
        looks = _changed(looks, [int(code or 0) for code in re.split("[;:]", match[1])])
        position = match.end()
    return html + _span(text[position:], looks)


def _tidied(output: str) -> str:
    return _HALVES.sub("\ufffd", _CONTROL.sub("", output.replace("\r\n", "\n")))


def _span(text: str, looks: Sequence[str]) -> str:
    content = escape(text.replace("\x1b", ""), quote=False)
    if not content or not looks:
        return content
    return f'<span class="{" ".join(f"banc-{name}" for name in looks)}">{content}</span>'


def _changed(looks: Sequence[str], codes: Sequence[int]) -> tuple[str, ...]:
    """The looks after some more codes (ECMA-48, "Select Graphic Rendition")."""
    kept = dict.fromkeys(looks)
    rest = iter(codes)
    for code in rest:
        if code == 0:
            kept.clear()
        elif code in _FLAGS:
            kept[_FLAGS[code]] = None
        elif code - 20 in _FLAGS or code == 22:
            kept.pop(_FLAGS.get(code - 20, "bold"), None)
        elif 30 <= code <= 49 or 90 <= code <= 107:
            ground = "fg" if code < 40 or 90 <= code < 100 else "bg"
            for name in [name for name in kept if name.startswith(ground)]:
                del kept[name]
            colour = _colour(code, rest)
            if colour is not None:
                kept[f"{ground}-{colour}"] = None
    return tuple(kept)


def _colour(code: int, rest: Iterator[int]) -> int | None:
    """Which of the sixteen colours a code sets; None for the terminal's own."""
    if code >= 90:
        return code % 10 + 8
    if code % 10 < 8:
        return code % 10
    if code % 10 == 9:
        return None
    if next(rest, None) == 5:
        number = next(rest, 0)
        return number if number < 16 else _nearest(_of_256(number))
    return _nearest((next(rest, 0), next(rest, 0), next(rest, 0)))


def _of_256(number: int) -> tuple[int, int, int]:
    """Xterm's colour cube, and its greys behind it."""
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    steps = (0, 95, 135, 175, 215, 255)
    number -= 16
    return steps[number // 36], steps[number // 6 % 6], steps[number % 6]


def _nearest(colour: tuple[int, int, int]) -> int:
    def distance(index: int) -> int:
        return sum((one - other) ** 2 for one, other in zip(_PALETTE[index], colour, strict=True))

    return min(range(16), key=distance)
