"""A page's text → its fenced blocks as the site renders them, each with its source lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from banc.results import Kind


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands behind a fence's language: ``title="…" {#label .class key=value}``."""

    label: str = ""
    classes: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=dict)  # title included


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page, as the site renders it."""

    ordinal: int  # among the page's rendered fences, from 1
    line: int  # of the opening fence in the source, from 1
    code_line: int  # of the first line of code
    language: str  # as written
    info: str  # all that stands behind the fence characters
    attributes: Attributes
    kind: Kind
    code: str

    @property
    def name(self) -> str:
        """The label, else the ordinal: the block's identity within its page."""
        return self.attributes.label or str(self.ordinal)
