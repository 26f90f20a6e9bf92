"""The last green run of each page: what it rested on, and what it gave, so that it need not be run again.

A file a page and engine. What cannot be read is thrown away, and the page is run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from banc import __version__, results
from banc.pages.blocks import Block
from banc.results import Image, Kind, PageRun

SCHEMA = 1
"""Version of the files. Those of another one are not read."""

_SOURCES = Path(__file__).parents[1]
_LIBRARIES = ("docker", "pyte", "tree-sitter", "tree-sitter-bash")  # what runs blocks, and judges them


class DamagedError(ValueError):
    """A file of the cache cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Green:
    """A page's last green run."""

    key: str  # of the page and the bench
    lab: str  # id of the image that its lab was made from: it decides the engine
    kit: str  # the offline kit that it pulled from, as `kit.instance` names it; empty for Docker Hub
    date: str  # local time, "2026-11-25 01:10"
    run: PageRun


def key(blocks: Iterable[Block], defaults: object, more: Sequence[str] = ()) -> str:
    """Fingerprint of all that decides what a page gives, but for its lab and its images.

    Args:
        blocks: All blocks of the page. Where they stand does not count, nor what prose blocks say.
        defaults: What its front matter says of all its blocks.
        more: What else it rests on.
    """
    essence = [
        [block.name, block.kind, *(() if block.kind is Kind.PROSE else (block.info, block.code, block.indented))]
        for block in blocks
    ]
    return _digest([bench(), essence, defaults, list(more)])


@cache
def bench() -> str:
    """Fingerprint of the bench: its version, its sources, and the libraries that do its work."""
    total = hashlib.sha256()
    for path in sorted(_SOURCES.rglob("*.py")):
        total.update(f"{path.relative_to(_SOURCES)}\0".encode() + path.read_bytes() + b"\0")
    return " ".join([__version__, total.hexdigest(), *map(version, _LIBRARIES)])


def file(folder: Path, page: str) -> Path:
    """Where the last green run of a page is kept.

    Args:
        folder: Of one engine.
        page: What tells the page from others, as a path from the root of the tests does.
    """
    return folder / f"{Path(page).name}-{_digest(page)[:8]}.json"


def load(path: Path) -> Green | None:
    """Read a file; None where there is none, or one of another version.

    Raises:
        DamagedError: It is not as it was written.
    """
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path}: {error}") from error
    if isinstance(data, dict) and data.get("schema", SCHEMA) != SCHEMA:
        return None
    try:
        green = data["green"]
        if data["digest"] != _digest(green):
            raise DamagedError(f"{path}: not what was written")
        return Green(**{**green, "run": results.decoded(green["run"])})
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, DamagedError) else DamagedError(f"{path}: {error!r}") from error


def save(path: Path, green: Green) -> None:
    """Write a file, whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    data = asdict(green) | {"run": results.encoded(green.run)}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"schema": SCHEMA, "digest": _digest(data), "green": data})
    results.write_whole(path, text.encode())


def images(folder: Path) -> frozenset[Image]:
    """All images that the pages of one engine ran on; files that cannot be read are left out."""
    return frozenset(image for green in _readable(folder) for image in green.run.images)


def _readable(folder: Path) -> Iterator[Green]:
    for path in folder.glob("*.json"):
        with suppress(DamagedError):
            green = load(path)
            if green:
                yield green


def _digest(data: Mapping[str, Any] | Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
