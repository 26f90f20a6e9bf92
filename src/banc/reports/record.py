"""The record of a run: all that each page and each block gave, as data. Pure, but for reading and writing its file.

Every other report is made from it: the closing table, the HTML page, what is told to GitHub. Records of several
runs (the shards of a CI matrix, several engines) join to one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from banc.pages.blocks import Block
from banc.pages.plan import terminal_of
from banc.results import Image, Kind, Result, Status
from banc.runs.verdict import Failure

SCHEMA = 1
"""Version of the record files. A file of another version is refused, not guessed at."""


class RecordError(ValueError):
    """A record cannot be read; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Left:
    """Something that a page left behind in its lab."""

    block: str  # the block that made it; empty where that is not known
    what: str  # as an author reads it: "container cours-web"


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """What one block is, and what it gave."""

    name: str
    line: int  # of the opening fence, from 1
    kind: Kind
    terminal: str
    code: str
    status: Status
    exit: int | None = None  # of the last command; None where nothing was typed
    output: str = ""  # what the terminal showed, with its colours as ``ESC [ … m``
    seconds: float = 0.0
    reason: str = ""  # why it was skipped or not reached
    failure: Failure | None = None


def block(block: Block, result: Result, failure: Failure | None) -> BlockRecord:
    """The record of one block: what stands on the page, what it gave, and what is wrong with it."""
    return BlockRecord(
        name=block.name,
        line=block.line,
        kind=block.kind,
        terminal=terminal_of(block),
        code=block.code,
        status=Status.FAILED if failure else result.status,
        exit=result.exit,
        output=result.output,
        seconds=result.seconds,
        reason=result.reason,
        failure=failure and replace(failure, drifts=()),  # which say once more what the output says
    )


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What one page gave on one engine."""

    page: str  # below the docs folder, with "/"
    path: str  # as seen from the root of the project
    counted: int  # blocks in the page's final HTML: each must have its record
    engine: str = ""  # version of the Docker engine; empty where no lab was started
    asked: str = ""  # name of the engine that it was to be run on: "debian-13"; empty where it follows
    host: str = ""  # address of the Docker host that the lab was on; empty where no lab was started
    images: tuple[Image, ...] = ()
    follows: str = ""  # page whose results stand for this one's: compared, not run
    cached: str = ""  # "2026-11-25 01:10", of the green run that stands for this one; empty where it was run
    network: bool = False  # the page asked for the Internet
    note: str = ""  # what else is to be known of how it was run
    broken: str = ""  # why the bench could not run the page to its end
    blocks: tuple[BlockRecord, ...] = ()  # in the order in which they were run
    problems: tuple[Failure, ...] = ()  # of the page itself
    left: tuple[Left, ...] = ()

    @property
    def counts(self) -> Counter[Status]:
        """How many blocks ended how."""
        return Counter(block.status for block in self.blocks)

    @property
    def seconds(self) -> float:
        """What its blocks took together."""
        return sum(block.seconds for block in self.blocks)

    @property
    def spent(self) -> float:
        """Seconds that it took in this run."""
        return 0.0 if self.cached else self.seconds

    @property
    def is_wrong(self) -> bool:
        """Something is to be mended on the page."""
        return bool(self.problems or self.counts[Status.FAILED])


@dataclass(frozen=True, slots=True)
class Record:
    """What a run gave."""

    version: str  # of banc
    date: str  # ISO date and time at which the run began, in UTC
    seconds: float  # that it took; of several runs: all of them together
    pages: tuple[PageRecord, ...] = ()  # by name and engine
    engine: str = ""  # name of the engine that pages were to be run on; empty where there are several
    commit: str = ""  # of the project, with "-dirty" where files were changed; empty outside of Git
    shard: str = ""  # "1/3"; empty where it is the whole run
    elsewhere: tuple[str, ...] = ()  # pages that other shards have
    schema: int = field(default=SCHEMA)


class Gathering:
    """Pages as they come, block by block."""

    def __init__(self) -> None:
        self._pages: dict[str, list[PageRecord]] = {}

    def add(self, part: PageRecord) -> None:
        """Take in what one block gave: its page's record, with this block alone."""
        self._pages.setdefault(part.page, []).append(part)

    def page(self, name: str) -> PageRecord | None:
        """One page so far; None where nothing was said of it."""
        return _whole(self._pages[name]) if name in self._pages else None

    def pages(self) -> tuple[PageRecord, ...]:
        """The pages so far, by name. Of what is said of a page itself, the last word counts."""
        return tuple(_whole(parts) for _, parts in sorted(self._pages.items()))


def _whole(parts: list[PageRecord]) -> PageRecord:
    while_running = [part for part in parts if part.engine]  # before and after, less is known
    return replace(
        (while_running or parts)[-1],
        blocks=tuple(block for part in parts for block in part.blocks),
        problems=tuple(problem for part in parts for problem in part.problems),
        broken=next((part.broken for part in reversed(parts) if part.broken), ""),
    )


def joined(records: Iterable[Record]) -> Record:
    """Several runs as one. Where two have the same page on the same engine, the later one counts.

    Raises:
        RecordError: There is none.
    """
    runs = sorted(records, key=lambda run: run.date)
    if not runs:
        raise RecordError("no record to join: name the files that --record wrote")
    pages = {(page.page, page.asked or page.engine): page for run in runs for page in run.pages}
    return Record(
        version=runs[-1].version,
        date=runs[0].date,
        seconds=sum(run.seconds for run in runs),
        pages=tuple(pages[key] for key in sorted(pages)),
        engine=_common(run.engine for run in runs),
        commit=_common(run.commit for run in runs),
    )


def _common(values: Iterable[str]) -> str:
    """What all say; empty where they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else ""


# --- as JSON -------------------------------------------------------------------------------------------


def save(path: Path, record: Record) -> None:
    """Write a record, with the folders it lies in.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Record:
    """Read a record.

    Raises:
        RecordError: There is no such file, it is damaged, or of another schema version.
    """
    again = f"write it again with --record={path}"
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"{path}: not a readable record ({error}); {again}") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise RecordError(f"{path}: schema {schema!r}, this version of banc reads {SCHEMA}; {again}")
    try:
        record: Record = _read(Record, data, "record")
    except ValueError as error:
        raise RecordError(f"{path}: damaged ({error}); {again}") from error
    return record


def packed(page: PageRecord) -> str:
    """A page's record as text: how it travels from one process to another."""
    return json.dumps(asdict(page))


def unpacked(text: str) -> PageRecord:
    """The page's record that was packed."""
    page: PageRecord = _read(PageRecord, json.loads(text), "page")
    return page


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any, where: str) -> Any:
    """Data as an instance of a dataclass, whose annotations say what may stand where.

    Raises:
        ValueError: Something else stands there.
    """
    hints = _hints(kind)
    if not isinstance(data, dict) or data.keys() != hints.keys():
        raise ValueError(f"{where} has not the entries {', '.join(hints)}")
    return kind(**{name: _value(hint, data[name], f"{where}.{name}") for name, hint in hints.items()})


def _value(hint: Any, data: Any, where: str) -> Any:
    if isinstance(hint, UnionType):  # something, or None
        return None if data is None else _value(get_args(hint)[0], data, where)
    if get_origin(hint) is tuple and isinstance(data, list):
        return tuple(_value(get_args(hint)[0], one, f"{where}[{index}]") for index, one in enumerate(data))
    if is_dataclass(hint) and isinstance(hint, type):
        return _read(hint, data, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(data)
    if type(data) is hint or (hint is float and type(data) is int):
        return data
    raise ValueError(f"{where} is {data!r}")
