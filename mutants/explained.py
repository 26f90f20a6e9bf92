"""Changes that no block can notice, each with the reason: `explained.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from mutants.changes import Change

FILE = Path(__file__).with_name("explained.toml")


@dataclass(frozen=True, slots=True)
class Explained:
    """A change that a page rightly does not notice."""

    page: str  # file name
    line: str  # as it stands in the page, without the spaces around it
    what: str  # the change, as `make mutants` names it
    reason: str

    def covers(self, page: str, change: Change) -> bool:
        """Whether this is about a change."""
        return (self.page, self.line, self.what) == (page, change.before.strip(), change.what)


def load(file: Path = FILE) -> tuple[Explained, ...]:
    """Read the explanations.

    Raises:
        ValueError: The file is not as it should be; the message says where.
    """
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("survivor", [])
    keys = {"page", "line", "what", "reason"}
    for number, entry in enumerate(entries, start=1):
        if set(entry) != keys or not all(str(entry[key]).strip() for key in keys):
            raise ValueError(f"{file.name}: survivor {number} needs {', '.join(sorted(keys))}, each with a text")
    return tuple(Explained(**entry) for entry in entries)
