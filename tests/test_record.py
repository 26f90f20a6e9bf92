"""The record of a run: what it says, what it refuses to read, how several become one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from banc.pages.blocks import Problem
from banc.reports import record
from banc.reports.record import BlockRecord, Gathering, Left, PageRecord, Record, RecordError
from banc.results import Image, Kind, Status
from banc.runs.verdict import Failure

WRONG = Failure(5, "it failed", "mend it", "cat x", "\x1b[31mno\x1b[0m", others=(Problem(6, "this, too"),))


def block(name: str, status: Status = Status.PASSED, **more: Any) -> BlockRecord:
    return BlockRecord(name, 4, Kind.SHELL, "1", "cat x", status, **more)


def page(name: str = "a.md", engine: str = "26.1.5", **more: Any) -> PageRecord:
    return PageRecord(name, f"docs/{name}", 2, engine, **more)


FULL = Record(
    "0.1.0",
    "2026-11-25T10:00:00+00:00",
    1.5,
    (
        page(
            host="ssh://other",
            images=(Image("busybox:latest", "sha256:1", "offline kit"),),
            network=True,
            blocks=(block("one", exit=0, output="é\udc80", seconds=0.25), block("2", Status.FAILED, failure=WRONG)),
            problems=(Failure(1, "no such key"),),
            left=(Left("one", "container cours-web"),),
        ),
    ),
)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.json"
    record.save(path, FULL)
    assert record.load(path) == FULL
    assert record.unpacked(record.packed(FULL.pages[0])) == FULL.pages[0]


def change(path: Path, change: Callable[[Any], object]) -> None:
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda data: data.update(schema=99), "schema 99"),
        (lambda data: data.pop("pages"), "has not the entries"),
        (lambda data: data.update(more=1), "has not the entries"),
        (lambda data: data["pages"][0].update(counted="2"), r"pages\[0\].counted is '2'"),
        (lambda data: data["pages"][0].update(blocks={}), r"pages\[0\].blocks is {}"),
        (lambda data: data["pages"][0].update(cached=1), r"pages\[0\].cached is 1"),
        (lambda data: data["pages"][0]["blocks"][1].update(status="great"), "'great' is not a valid Status"),
        (lambda data: data["pages"][0]["blocks"][1].update(failure="x"), r"blocks\[1\].failure"),
        (lambda data: data["pages"][0]["blocks"][1].update(seconds=None), r"blocks\[1\].seconds is None"),
    ],
)
def test_a_damaged_record_is_named_with_what_to_do(tmp_path: Path, damage: Callable[[Any], object], told: str) -> None:
    path = tmp_path / "run.json"
    record.save(path, FULL)
    change(path, damage)
    with pytest.raises(RecordError, match=rf"run\.json: .*{told}.*; write it again with --record="):
        record.load(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', b"\xff".decode("latin-1")])
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(RecordError, match=r"run\.json"):
        record.load(path)
    with pytest.raises(RecordError, match=r"nowhere\.json: not a readable record"):
        record.load(tmp_path / "nowhere.json")


def test_a_page_is_gathered_from_what_its_blocks_say() -> None:
    gathered = Gathering()
    gathered.add(page("b.md", engine="", problems=(WRONG,)))
    gathered.add(page("a.md", blocks=(block("x"),)))
    gathered.add(page("b.md", blocks=(block("one", seconds=1.0),)))
    gathered.add(page("b.md", blocks=(block("two", Status.SKIPPED, seconds=0.5),), cached="2026-11-25 01:10"))
    first, second = gathered.pages()
    assert (first.page, first.counts, first.is_wrong) == ("a.md", {Status.PASSED: 1}, False)
    assert (second.engine, second.cached, second.seconds, second.is_wrong) == ("26.1.5", "2026-11-25 01:10", 1.5, True)
    assert [block.name for block in second.blocks] == ["one", "two"]


def test_shards_and_engines_join_and_the_later_run_of_a_page_counts() -> None:
    first = Record("1", "2026-11-25T10:00:00+00:00", 2.0, (page("a.md"), page("b.md")))
    second = Record(
        "1", "2026-11-25T11:00:00+00:00", 3.0, (page("b.md", cached="2026-11-25 01:10"), page("a.md", "20.10.24"))
    )
    whole = record.joined([second, first])
    assert [(page.page, page.engine, page.cached) for page in whole.pages] == [
        ("a.md", "20.10.24", ""),
        ("a.md", "26.1.5", ""),
        ("b.md", "26.1.5", "2026-11-25 01:10"),
    ]
    assert (whole.date, whole.seconds) == (first.date, 5.0)
    with pytest.raises(RecordError, match="--record"):
        record.joined([])
