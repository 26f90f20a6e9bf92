"""A stand-in for a lab: a scratch folder and a shell of this machine. Runs pages without Docker, in milliseconds."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local_channel import LocalChannel

from banc.labs.inventory import Thing
from banc.results import Image


class LocalTunnel:
    address = "unix:///nowhere/docker.sock"

    def close(self) -> None:
        """Nothing was opened."""


IMAGE = Image("busybox:latest", "sha256:" + "0" * 64, "offline kit")


class LocalLab:
    engine = "0.0.0"
    things: tuple[Thing, ...] = ()
    """What is in it at the page's end."""
    image = "sha256:lab"
    kit = "banc-kit-1@today"
    missing: Mapping[str, str] = {}

    def __init__(self, home: Path) -> None:
        self.home = home
        self.open = True

    def open_terminal(self, argv: Sequence[str], columns: int = 100, rows: int = 40) -> LocalChannel:
        return LocalChannel(argv, self.home)

    def write(self, path: str, data: bytes) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(data)

    def run(self, argv: Sequence[str]) -> tuple[int, bytes]:
        ended = subprocess.run(argv, capture_output=True, cwd=self.home)
        return ended.returncode, ended.stdout

    def images(self) -> tuple[Image, ...]:
        return (IMAGE,)

    def check(self, output: str) -> None:
        """Nothing is wrong with this machine."""

    def ruined(self) -> str:
        return ""

    def inventory(self) -> tuple[Thing, ...]:
        return self.things

    def tunnel(self) -> LocalTunnel:
        return LocalTunnel()

    def close(self) -> None:
        self.open = False


class LocalBench:
    """Takes the place of `banc.labs.lab.Bench`."""

    address = "unix:///nowhere/docker.sock"

    def __init__(self, say: Callable[[str], None], images: str = "auto", **options: object) -> None:
        say("a stand-in for Docker")
        self.folder = tempfile.TemporaryDirectory()
        self.labs: list[LocalLab] = []

    def lab(self, *, online: bool = False) -> LocalLab:
        home = Path(self.folder.name, str(len(self.labs)))
        home.mkdir()
        self.labs.append(LocalLab(home))
        return self.labs[-1]

    def answers(self) -> bool:
        return True

    def close(self) -> None:
        assert not any(lab.open for lab in self.labs), "a lab was left open"
        self.folder.cleanup()
