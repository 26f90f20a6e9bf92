"""Passages → findings: typography, grammar and spelling together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from prose import typography
from prose.findings import Finding, Remark, found
from prose.passages import Passage
from prose.words import English, French


class Check:
    """All that is checked; dictionaries are loaded when the first passage comes."""

    def __init__(self, root: Path) -> None:
        self._of: dict[str, French | English] = {"fr": French(root), "en": English(root)}

    def __call__(self, passages: Iterable[Passage], language: str) -> list[Finding]:
        """Check passages of one language."""
        return [found(passage, remark, language) for passage in passages for remark in self._remarks(passage, language)]

    def suggested(self, finding: Finding) -> Finding:
        """The finding of an unknown word with those that may have been meant: looking for them takes long."""
        return replace(finding, suggestions=self._of[finding.language].near(finding.text))

    def _remarks(self, passage: Passage, language: str) -> Iterator[Remark]:
        yield from typography.check(passage, language)
        [other] = [checker for name, checker in self._of.items() if name != language]
        for remark in self._of[language].check(passage):
            borrowed = passage.drawn or passage.is_foreign(remark.start, remark.end)
            word = passage.text[remark.start : remark.end]
            if not (borrowed and other.knows(word)):
                yield remark
