"""What was found on a page the last time, as long as nothing has changed that it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prose.findings import Finding

_SHARED = ("mkdocs.yml", "requirements/dev.txt", "diagrams/*.py", "prose/*.py", "src/banc/**/*.py")
"""What every page's rendered text or its check rests on."""


class Cache:
    """Findings by page, in ``.cache/prose.json``; pages that are not asked for are kept as they are."""

    def __init__(self, project: Path, version: str) -> None:
        """Open it.

        Args:
            project: The folder of mkdocs.yml.
            version: Of Grammalecte: another one finds other things.
        """
        self._file = project / ".cache/prose.json"
        self._known: dict[str, Any] = json.loads(self._file.read_bytes()) if self._file.exists() else {}
        shared = hashlib.sha256(version.encode())
        for pattern in _SHARED:
            for path in sorted(project.glob(pattern)):
                shared.update(path.read_bytes())
        self._shared = shared

    def get(self, page: Path, look: Callable[[], list[Finding]]) -> list[Finding]:
        """What is found on a page; ``look`` is called where that is not known."""
        key = self._shared.copy()
        key.update(page.read_bytes())
        kept = self._known.get(str(page))
        if kept is None or kept["key"] != key.hexdigest():
            kept = {"key": key.hexdigest(), "findings": [asdict(finding) for finding in look()]}
            self._known[str(page)] = kept
        return [Finding(**values | {"suggestions": tuple(values["suggestions"])}) for values in kept["findings"]]

    def save(self) -> None:
        """Keep it for the next run."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._known, ensure_ascii=False), encoding="utf-8")
