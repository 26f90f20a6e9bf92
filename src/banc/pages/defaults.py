"""What a page's front matter says of all its blocks. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from banc.pages.blocks import Problem
from banc.pages.frontmatter import FrontMatter
from banc.pages.grammar import nearest

TIMEOUT = 120.0
"""Seconds that a block may take where neither it nor its page says otherwise."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a page's front matter says of all its blocks."""

    timeout: float = TIMEOUT
    network: bool = False
    engines: str = ""


_PAGE_KEYS = frozenset(field.name for field in fields(Defaults))


def defaults_of(front: FrontMatter) -> tuple[Defaults, list[Problem]]:
    """The page's own defaults, and what is wrong with its ``banc:``."""
    banc = front.values.get("banc", {})
    if not isinstance(banc, Mapping):
        message = "banc: holds keys with values; write for example banc: {timeout: 60}"
        return Defaults(), [Problem(front.lines.get("banc", 1), message)]

    def line(key: object) -> int:
        return front.lines.get(f"banc.{key}", front.lines.get("banc", 1))

    problems = []
    for key in banc:
        if key not in _PAGE_KEYS:
            near = nearest(str(key), _PAGE_KEYS)
            hint = f"did you mean {near}?" if near else "known are " + ", ".join(sorted(_PAGE_KEYS))
            problems.append(Problem(line(key), f"unknown key {key!r} in banc:; {hint}"))
    timeout, wrong = seconds("timeout", banc.get("timeout", TIMEOUT), line("timeout"))
    problems += wrong
    network, engines = banc.get("network", False), str(banc.get("engines", ""))
    if not isinstance(network, bool):
        problems.append(Problem(line("network"), f"network: {network} is neither true nor false; write one of the two"))
    if not is_specifier(engines):
        problems.append(Problem(line("engines"), NO_ENGINE.format("engines: ", engines)))
        engines = ""
    return Defaults(timeout, network is True, engines), problems


def seconds(key: str, value: Any, line: int) -> tuple[float, list[Problem]]:
    """A number of seconds, from front matter or braces."""
    text = str(value)
    if re.fullmatch(r"\d{1,6}(\.\d+)?", text) and float(text) > 0:
        return float(text), []
    return TIMEOUT, [Problem(line, f"{key}={text} is no number of seconds above 0; write for example {key}=60")]


NO_ENGINE = '{}{} is no range of Docker versions; write for example ">=25" or ">=20.10,<29"'


def is_specifier(text: str) -> bool:
    """Tell whether a text is a range of versions, as in ``>=25``."""
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True
