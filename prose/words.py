"""The two languages' checkers: Grammalecte for French, a Hunspell dictionary for English."""

from __future__ import annotations

import importlib.util
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from spylls.hunspell import Dictionary, readers
from spylls.hunspell.readers.file_reader import BaseReader

from prose.findings import Remark
from prose.packages import DICTIONARY, GRAMMALECTE
from prose.passages import CODE, Passage

SPELLING, UNKNOWN = "spelling", "no word of the dictionary"
_STAND_IN = "X"  # what Grammalecte reads for a piece of code: as long, and a noun of any gender and number to it
_WORD = re.compile(r"[^\W\d_]+(?:[’-][^\W\d_]+)*")
_SUGGESTIONS = 3


class French:
    """Grammalecte: its grammar and its dictionary."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _checker(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # newer Pythons find fault with its source
            checker = _grammalecte(self._root).GrammarChecker("fr")
        # Spaces are looked at here, in prose.typography, which knows a narrow one from a wide one.
        checker.getGCEngine().setOptions({"nbsp": False, "apos": False})
        return checker

    def knows(self, word: str) -> bool:
        """Whether a word is French, with what it leans on (l’image, multi-étapes)."""
        return not self._checker.getSpellChecker().parseParagraph(word)

    def check(self, passage: Passage) -> Iterator[Remark]:
        """Find faults of grammar and unknown words."""
        grammar, spelling = self._checker.getParagraphErrors(passage.text.replace(CODE, _STAND_IN))
        for fault in grammar:
            better = fault["aSuggestions"][:_SUGGESTIONS]
            yield Remark(fault["nStart"], fault["nEnd"], fault["sRuleId"], fault["sMessage"], better)
        for word in spelling:
            yield Remark(word["nStart"], word["nEnd"], SPELLING, UNKNOWN)

    def near(self, word: str) -> Sequence[str]:
        """Words that may have been meant."""
        near = [text for texts in self._checker.getSpellChecker().suggest(word) for text in texts]
        return [text for text in near if text != word][:_SUGGESTIONS]


class _Reader(BaseReader):  # type: ignore[misc]
    """A file of a dictionary, read and closed: Spylls' own reader leaves it open."""

    def __init__(self, path: Path) -> None:
        super().__init__(StringIO(path.read_text(encoding="utf-8")))

    def reset_encoding(self, encoding: str) -> None:
        """Stay with UTF-8, in which Debian's dictionary is."""


class English:
    """A Hunspell dictionary of British English."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def _dictionary(self) -> Any:
        path = self._root / DICTIONARY
        rules, context = readers.read_aff(_Reader(path.with_suffix(".aff")))
        return Dictionary(rules, readers.read_dic(_Reader(path.with_suffix(".dic")), aff=rules, context=context))

    def knows(self, word: str) -> bool:
        """Whether a word is English."""
        return bool(self._dictionary.lookup(word))

    def check(self, passage: Passage) -> Iterator[Remark]:
        """Find unknown words."""
        for match in _WORD.finditer(passage.text):
            if not self.knows(match[0]):
                yield Remark(match.start(), match.end(), SPELLING, UNKNOWN)

    def near(self, word: str) -> Sequence[str]:
        """Words that may have been meant."""
        return list(islice(self._dictionary.suggest(word), _SUGGESTIONS))


def version(root: Path) -> str:
    """Grammalecte's version, from its source: loading it takes a second."""
    text = (root / GRAMMALECTE / "fr/gc_engine.py").read_text(encoding="utf-8")
    match = re.search(r'^version = "(.+)"', text, re.MULTILINE)
    return match[1] if match else "?"


def _grammalecte(root: Path) -> Any:
    """Import Grammalecte from its folder, and nothing else that is installed beside it."""
    folder = root / GRAMMALECTE
    spec = importlib.util.spec_from_file_location(
        "grammalecte", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["grammalecte"] = module
    spec.loader.exec_module(module)
    return module
