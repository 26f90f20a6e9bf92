"""What a block is called, what running it gave, and the committed file that keeps both.

Standard library only: the site reads snapshots with this module, and needs nothing else of the bench.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

SCHEMA = 1
"""Version of the snapshot files. A file of another version is refused, not guessed at."""

SHELLS = frozenset({"bash", "sh", "shell"})
"""Fence languages that are typed in a terminal."""

FILE_NAMES = frozenset(
    {"Dockerfile", "Containerfile", "Makefile", "Procfile", "Vagrantfile", ".dockerignore", ".gitignore", ".env"}
)
"""Titles that name a file although they have no extension."""


FIRST_TERMINAL = "1"
"""The terminal of blocks that name none."""


class Status(StrEnum):
    """How a block ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_REACHED = "not reached"


class Kind(StrEnum):
    """What the bench does with a fenced block."""

    SHELL = "shell"  # typed in the terminal, one complete command at a time
    CONSOLE = "console"  # the same, from the lines behind "$ "; the rest is expected output
    DOCKERFILE = "dockerfile"  # written, then built if no later block does
    FILE = "file"  # written under the name its title gives
    OUTPUT = "output"  # what the block before it must print
    PYTHON = "python"  # run by pytest-markdown-docs
    PROSE = "prose"  # shown, not run, not counted


COUNTED = frozenset({Kind.SHELL, Kind.CONSOLE, Kind.DOCKERFILE, Kind.FILE, Kind.PYTHON})
"""The kinds that are a test each: they carry a badge on the site and a line in the report."""


def names_file(title: str) -> bool:
    """Tell whether a fence title names a file that the reader creates, rather than a terminal.

    >>> names_file("app/index.js"), names_file("Dockerfile"), names_file("Terminal 2")
    (True, True, False)
    """
    name = PurePosixPath(title).name
    if " " in title or title.endswith("/"):
        return False
    return name in FILE_NAMES or name.split(".")[0] in FILE_NAMES or bool(re.search(r"\w\.\w+$", name))


def kind_of(language: str, title: str, classes: Iterable[str]) -> Kind:
    """Classify one fence.

    Args:
        language: The fence's language as written, possibly empty.
        title: Its ``title=``, or an empty string.
        classes: The classes in its braces, without dots (``output``, ``file``, ``setup`` …).
    """
    classes = set(classes)
    lower = language.lower()
    if "output" in classes:
        return Kind.OUTPUT
    if lower == "dockerfile":
        return Kind.DOCKERFILE
    if "file" in classes or (title and names_file(title)):
        return Kind.FILE
    if lower in SHELLS:
        return Kind.SHELL
    if lower == "console":
        return Kind.CONSOLE
    if lower == "python":
        return Kind.PYTHON
    return Kind.PROSE


def digest(code: str, path: str = "") -> str:
    """Fingerprint of what a block does: what tells a current snapshot entry from a stale one.

    Args:
        code: The block's text.
        path: The file that it writes, as its title says; empty where it writes none.
    """
    content = code.strip("\n") + (f"\0{path}" if path else "")
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def path_of(kind: Kind, title: str) -> str:
    """The file that a block writes; empty where it writes none."""
    if kind is Kind.DOCKERFILE:
        return title or "Dockerfile"
    return title if kind is Kind.FILE else ""


def terminal_of(kind: Kind, title: str, term: str = "") -> str:
    """The name of the terminal that a block is for. Titles name terminals too: ``Terminal 2`` is ``2``."""
    name = term or (title if kind in (Kind.SHELL, Kind.CONSOLE) else "")
    return re.sub(r"(?i)^terminal\s+", "", name.strip()) or FIRST_TERMINAL


@dataclass(frozen=True, slots=True)
class Image:
    """An image that a page's blocks ran on."""

    name: str  # as a reader writes it: "nginx:alpine"
    digest: str  # "sha256:…", of the manifest
    origin: str  # "Docker Hub" or "offline kit"


@dataclass(frozen=True, slots=True)
class Result:
    """What one block gave."""

    block: str  # label, else ordinal among the page's fences, from "1"
    digest: str  # of the code that ran
    status: Status
    exit: int | None = None  # of the last command; None where nothing was typed
    output: str = ""  # what the terminal showed, as plain text
    seconds: float = 0.0
    reason: str = ""  # why it failed, was skipped, or was not reached
    date: str = ""  # ISO date on which this output was captured


@dataclass(frozen=True, slots=True)
class PageRun:
    """The results of one page's run: what a snapshot file holds.

    A page in a second language is compared with its original, not run: it has ``follows``, and of
    each result only block and digest count.
    """

    page: str  # path below the docs folder, with "/"
    engine: str = ""  # version of the Docker engine, "26.1.5"
    images: tuple[Image, ...] = ()
    results: tuple[Result, ...] = ()
    follows: str = ""  # page whose results stand for this one's
    schema: int = field(default=SCHEMA)


class SnapshotError(ValueError):
    """A snapshot file cannot be read; the message says which, why, and what to do."""


_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")

# What differs from run to run although nothing changed: masked before two outputs are compared.
_VOLATILE = (
    (re.compile(r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b"), "<mac>"),  # before times, as it may look like one
    (re.compile(r"\bveth[0-9a-f]{7}\b"), "<veth>"),
    (re.compile(r"\b(sha256:)?[0-9a-f]{12,64}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?[+-]\d\d:?\d\d| ?UTC|Z)?)?"), "<date>"),
    (re.compile(r"\b\d\d:\d\d:\d\d(\.\d+)?\b"), "<time>"),
    (re.compile(r"\b\d+(\.\d+)? ?([kKMGT]i?)?B\b"), "<size>"),
    (
        re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} {1,2}(\d\d:\d\d|\d{4})\b"),
        "<date>",
    ),
    (re.compile(r"\b\d+\.\d+(/\d+\.\d+)+ ?(us|ms)\b"), "<durations>"),
    (re.compile(r"\b(Less than a|About an?|less than a) (second|minute|hour)\b"), "<duration>"),
    (re.compile(r"\b\d+(\.\d+)? ?(ns|µs|us|ms|s|secs?|seconds?|minutes?|hours?|days?|weeks?)\b"), "<duration>"),
)


def normalised(output: str) -> str:
    """An output without colours, ids, dates, durations and sizes masked, spacing folded, for comparison only.

    The steps of a build (``=> …``) run side by side: their order is of no account.
    """
    output = _COLOURS.sub("", output)
    for pattern, name in _VOLATILE:
        output = pattern.sub(name, output)
    lines = [" ".join(line.split()) for line in output.splitlines()]
    steps = sorted(line for line in lines if line.startswith("=>"))
    return "\n".join([*(line for line in lines if not line.startswith("=>")), *steps]).strip()


def merged(old: PageRun | None, new: PageRun, rewritten: Collection[str] = ()) -> PageRun:
    """The run to commit: an entry changes only where its code, status or normalised output did.

    Another engine, other images or another original change every entry, since a badge speaks of them.

    Args:
        old: The one that is committed.
        new: The one that has just been made.
        rewritten: Blocks whose output was written into the page: their entries say what the page says.
    """
    if old is None or (old.engine, old.follows) != (new.engine, new.follows):
        return new
    if {(image.name, image.origin) for image in old.images} != {(image.name, image.origin) for image in new.images}:
        return new
    before = {result.block: result for result in old.results}
    same = [before.get(result.block, result) for result in new.results]
    kept = [
        was if now.block not in rewritten and _says_the_same(was, now) else now
        for was, now in zip(same, new.results, strict=True)
    ]
    images = old.images if kept == list(old.results) else new.images
    return replace(new, results=tuple(kept), images=images)


def is_current(committed: PageRun | None, new: PageRun) -> bool:
    """Tell whether nothing of what is committed would change for a run."""
    return committed is not None and merged(committed, new) == committed


def _says_the_same(was: Result, now: Result) -> bool:
    return (was.digest, was.status, was.exit, was.reason, normalised(was.output)) == (
        now.digest,
        now.status,
        now.exit,
        now.reason,
        normalised(now.output),
    )


def snapshot_file(folder: Path, page: str) -> Path:
    """Where the snapshot of a page lies: ``images.md`` → ``<folder>/images.md.json``."""
    return folder / f"{page}.json"


def load(folder: Path, page: str) -> PageRun | None:
    """Read the snapshot of one page; None where there is none.

    Raises:
        SnapshotError: The file is damaged or of another schema version.
    """
    path = snapshot_file(folder, page)
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{path}: not a readable snapshot ({error}); run `pytest --update`") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise SnapshotError(f"{path}: schema {schema!r}, this version of banc reads {SCHEMA}; run `pytest --update`")
    try:
        return decoded(data)
    except ValueError as error:
        raise SnapshotError(f"{path}: {error}; run `pytest --update`") from error


def committed(folder: Path, page: str) -> PageRun | None:
    """The same, but None as well for one that is damaged, or of an older version: it is to be written anew."""
    try:
        return load(folder, page)
    except SnapshotError:
        return None


def save(folder: Path, run: PageRun) -> bool:
    """Write the snapshot of one page, if that changes the file. Tell whether it did."""
    path = snapshot_file(folder, run.page)
    text = json.dumps(encoded(run), ensure_ascii=False, indent=1) + "\n"
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())
    return True


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one go: whoever reads it sees the old content or the new, also if this process is killed."""
    path = path.resolve()  # a link stays one
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def encoded(run: PageRun) -> dict[str, Any]:
    """A page's run as JSON can hold it."""
    data = asdict(run)
    results = data.pop("results")
    for result in results:
        result["seconds"] = round(result["seconds"], 2)
    data["blocks"] = {result.pop("block"): result for result in results}
    return data


def decoded(data: Mapping[str, Any]) -> PageRun:
    """The run that `encoded` made this of.

    Raises:
        ValueError: It is no such thing.
    """
    try:
        images = tuple(Image(**image) for image in data["images"])
        blocks: Mapping[str, dict[str, Any]] = data["blocks"]
        results = tuple(
            Result(block=block, **{**entry, "status": Status(entry["status"])}) for block, entry in blocks.items()
        )
        others = {key: value for key, value in data.items() if key not in ("images", "blocks")}
        return PageRun(images=images, results=results, **others)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"damaged ({error!r})") from error
