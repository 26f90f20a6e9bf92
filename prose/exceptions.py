"""What is right although a dictionary or a rule objects: ``prose/exceptions.toml``, each entry with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from prose.findings import Finding
from prose.words import SPELLING


class ExceptionsError(ValueError):
    """The file of exceptions is not as it must be; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One thing that is right: a word, or what a rule finds fault with."""

    rule: str  # this and text are patterns as in the shell, for what comes in variants
    text: str  # empty for all that the rule finds
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        forms = {finding.text}
        if finding.rule == SPELLING:
            word = finding.text.removesuffix("’s")
            forms |= {word, word[:1].lower() + word[1:]}  # it may begin a sentence
        return fnmatchcase(finding.rule, self.rule) and any(fnmatchcase(form, self.text or "*") for form in forms)


@dataclass
class Exceptions:
    """All of them, and which were needed so far."""

    entries: Sequence[Allowed]
    used: set[Allowed] = field(default_factory=set)

    def open(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those findings that no exception allows."""
        return [finding for finding in findings if not self._allow(finding)]

    def _allow(self, finding: Finding) -> bool:
        covering = [entry for entry in self.entries if entry.covers(finding)]
        self.used.update(covering)
        return bool(covering)

    def unused(self) -> list[Allowed]:
        """Those without which nothing would have been found either."""
        return [entry for entry in self.entries if entry not in self.used]


def read(path: Path) -> Exceptions:
    """Read a file of exceptions.

    Raises:
        ExceptionsError: It is no TOML, an entry lacks its reason, or a word stands there twice.
    """
    try:
        entries = list(_entries(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (tomllib.TOMLDecodeError, ExceptionsError) as error:
        raise ExceptionsError(f"{path}: {error}") from error
    named = [(entry.rule, entry.text) for entry in entries]
    if twice := sorted({text or rule for rule, text in named if named.count((rule, text)) > 1}):
        raise ExceptionsError(f"{path}: {', '.join(twice)} stands there twice; once is enough")
    return Exceptions(entries)


def _entries(values: dict[str, Any]) -> Iterator[Allowed]:
    for reason, words in values.get("words", {}).items():
        yield from (Allowed(SPELLING, word, reason) for word in words)
    for rule in values.get("rules", []):
        if set(rule) - {"text"} != {"rule", "reason"} or not rule["reason"].strip():
            raise ExceptionsError(f"the entry {rule} needs a rule and a reason, and may have a text; nothing else")
        yield Allowed(rule["rule"], rule.get("text", ""), rule["reason"])
