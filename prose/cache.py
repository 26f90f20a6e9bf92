"""What was found on a page the last time, as long as nothing has changed that it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prose.findings import Finding

_SHARED = (
    "mkdocs.yml",
    "requirements/dev.txt",
    "diagrams/*.py",
    "prose/*.py",
    "src/banc/figures.py",
    "src/banc/pages/*.py",
    "src/banc/questions.py",
    "src/banc/schematics/*.py",
)
"""What every text, as it is rendered, or its check rests on."""


class Cache:
    """Findings by page, in ``.cache/prose.json``; pages that are not asked for are kept as they are."""

    def __init__(self, project: Path, version: str) -> None:
        """Open it; a file that cannot be read counts as none.

        Args:
            project: The folder of mkdocs.yml.
            version: Of Grammalecte: another one finds other things.
        """
        self._file = project / ".cache/prose.json"
        self._known: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            self._known = json.loads(self._file.read_bytes())
        shared = hashlib.sha256(version.encode())
        for pattern in _SHARED:
            for path in sorted(project.glob(pattern)):
                shared.update(path.read_bytes())
        self._shared = shared

    def get(self, name: str, content: bytes, look: Callable[[], list[Finding]]) -> list[Finding]:
        """What is found in a text; ``look`` is called where that is not known.

        Args:
            name: The text's own, the same in every run.
            content: What it is made of, beside what all rest on.
            look: Looks for findings.
        """
        key = self._shared.copy()
        key.update(content)
        kept = self._known.get(name)
        if kept is None or kept["key"] != key.hexdigest():
            kept = {"key": key.hexdigest(), "findings": [asdict(finding) for finding in look()]}
            self._known[name] = kept
        return [Finding(**values | {"suggestions": tuple(values["suggestions"])}) for values in kept["findings"]]

    def save(self) -> None:
        """Keep it for the next run."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
