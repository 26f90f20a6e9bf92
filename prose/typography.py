"""The house's typography: spaces, apostrophes, quotes and ellipses, in French and in English. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prose.findings import Remark
from prose.passages import Passage

NBSP, NARROW = "\u00a0", "\u202f"
_BLANK = f"[ {NBSP}{NARROW}]"
_END = r"(?=[\s»”)\]]|$)"  # a sign that ends a word: not the one in 12:30, http:// or a?b=c


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]
    better: str  # what to write instead, as a template of the pattern's groups
    message: str


def _rule(name: str, pattern: str, better: str, message: str) -> _Rule:
    return _Rule(name, re.compile(pattern), better, message)


_BOTH = (
    _rule("apostrophe", r"'", "’", "an apostrophe is typographic"),
    _rule("ellipsis", r"\.\.\.+", "…", "an ellipsis is one character"),
    _rule("dash", r"(?<=\s)-(?=\s)", "–", "a hyphen is no dash"),
)
_FRENCH = (
    *_BOTH,
    _rule("colon", rf"(?<=[^{NBSP}\s:])(:){_END}", rf"{NBSP}\1", "a no-break space (U+00A0) comes before a colon"),
    _rule("colon", rf"[ {NARROW}]+(:){_END}", rf"{NBSP}\1", "a no-break space (U+00A0) comes before a colon"),
    _rule(
        "high-sign",
        rf"(?<=[^{NARROW}\s;!?(\[])([;!?]+){_END}",
        rf"{NARROW}\1",
        "a narrow no-break space (U+202F) comes before this sign",
    ),
    _rule(
        "high-sign",
        rf"(?<=\S)[ {NBSP}]+([;!?]+){_END}",
        rf"{NARROW}\1",
        "a narrow no-break space (U+202F) comes before this sign",
    ),
    _rule("quotes", rf"(«)(?!{NBSP}) ?", rf"\1{NBSP}", "a no-break space (U+00A0) comes after an opening guillemet"),
    _rule("quotes", rf"(?<!{NBSP}) ?(»)", rf"{NBSP}\1", "a no-break space (U+00A0) comes before a closing guillemet"),
    _rule("quotes", r'"', "« or »", "French has guillemets"),
    _rule("low-sign", rf"{_BLANK}+([.,]){_END}", r"\1", "no space comes before this sign"),
    _rule("capital", r"(?:(?<=[.!?:] )|^)A (?=[a-zà])", "À ", "capitals have their accents"),
    _rule("capital", r"\bCa\b", "Ça", "capitals have their cedillas"),
)
_ENGLISH = (
    *_BOTH,
    _rule("quotes", r'"', "“ or ”", "quotes are typographic"),
    _rule("quotes", r"[«»]", "“ or ”", "English has no guillemets"),
    _rule("sign", rf"(?<=\S){_BLANK}+([:;!?.,]){_END}", r"\1", "no space comes before this sign"),
)
RULES: Mapping[str, Sequence[_Rule]] = {"fr": _FRENCH, "en": _ENGLISH}


def check(passage: Passage, language: str) -> Sequence[Remark]:
    """Find what a passage has against the rules of its language; words of the other one, in italics, are left out."""
    return [
        Remark(match.start(), match.end(), rule.name, rule.message, (match.expand(rule.better),))
        for rule in RULES[language]
        for match in rule.pattern.finditer(passage.text)
        if not passage.is_foreign(match.start(), match.end())
    ]
