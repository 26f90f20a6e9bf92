"""A stand-in for what a Docker host has, as far as a survey looks at it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


class LocalDaemon:
    """Takes the place of the daemon, and of Docker Hub (None: it does not answer)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lab = "sha256:lab"
        self.kit = "kit-1@today"
        self.kit_digests = {"busybox:latest": "sha256:1", "nginx:alpine": "sha256:2"}
        self.hub: dict[str, str] | None = None
        self.asked: list[list[str]] = []
        monkeypatch.setattr("banc.reuse.survey.connect", lambda *_: self)
        monkeypatch.setattr("banc.reuse.survey.hub_answers", lambda *_: self.hub is not None)
        monkeypatch.setattr("banc.reuse.survey.identity", lambda *_: self.lab)
        monkeypatch.setattr("banc.labs.kit.ready", lambda *_: self.kit.partition("@")[0])
        monkeypatch.setattr("banc.labs.kit.instance", lambda *_: self.kit)
        monkeypatch.setattr("banc.labs.kit.digests", lambda *_: self.kit_digests)
        monkeypatch.setattr("banc.reuse.hub.digests", self._digests)

    def _digests(self, names: Iterable[str]) -> dict[str, str]:
        self.asked.append(sorted(names))
        return self.hub or {}

    def close(self) -> None:
        """Nothing was opened."""
