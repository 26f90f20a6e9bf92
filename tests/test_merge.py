"""Records of shards and engines become one report, or say why they do not belong together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from banc import merge
from banc.merge import MergeError, merged
from banc.reports import htmlreport, record
from banc.reports.record import BlockRecord, PageRecord, Record
from banc.results import Kind, Status
from banc.runs.verdict import Failure


def page(name: str, *statuses: Status, asked: str = "debian-13", counted: int | None = None, **more: Any) -> PageRecord:
    blocks = tuple(
        BlockRecord(str(number), number, Kind.SHELL, "1", "x", status) for number, status in enumerate(statuses)
    )
    counted = len(blocks) if counted is None else counted
    return PageRecord(name, f"docs/{name}", counted, "26.1.5", asked, blocks=blocks, **more)


def shard(number: int, of: int, *pages: str, elsewhere: tuple[str, ...] = (), engine: str = "debian-13") -> Record:
    return Record(
        "0.1.0",
        f"2026-11-25T1{number}:00:00+00:00",
        1.0,
        tuple(page(name, Status.PASSED, asked=engine) for name in pages),
        engine=engine,
        commit="c0ffee",
        shard=f"{number}/{of}",
        elsewhere=elsewhere,
    )


ONE, TWO = shard(1, 2, "a.md", elsewhere=("b.md", "c.md")), shard(2, 2, "b.md", "c.md", elsewhere=("a.md",))
EMPTY = shard(3, 3, elsewhere=("a.md", "b.md"))


def test_the_shards_of_a_run_are_the_run() -> None:
    whole = merged({"2.json": TWO, "1.json": ONE})
    assert [page.page for page in whole.pages] == ["a.md", "b.md", "c.md"]
    assert (whole.engine, whole.commit, whole.shard, whole.elsewhere) == ("debian-13", "c0ffee", "", ())


def test_a_shard_may_be_empty_and_a_run_whole() -> None:
    first, second = shard(1, 3, "a.md", elsewhere=("b.md",)), shard(2, 3, "b.md", elsewhere=("a.md",))
    assert len(merged({"1": first, "2": second, "3": EMPTY}).pages) == 2
    assert len(merged({"1": replace(ONE, shard="", elsewhere=())}).pages) == 1


def test_several_engines_each_have_all_shards() -> None:
    older = [replace(one, engine="debian-12", pages=_on("debian-12", one)) for one in (ONE, TWO)]
    whole = merged(dict(enumerate_names([ONE, TWO, *older])))
    assert [(page.page, page.asked) for page in whole.pages] == [
        (name, engine) for name in ("a.md", "b.md", "c.md") for engine in ("debian-12", "debian-13")
    ]
    assert whole.engine == ""
    with pytest.raises(MergeError, match=r"shard 2/2 on debian-12 is missing.*--shard=2/2 --engine=debian-12 --record"):
        merged(dict(enumerate_names([ONE, TWO, older[0]])))


def _on(engine: str, run: Record) -> tuple[PageRecord, ...]:
    return tuple(replace(page, asked=engine, engine="20.10.24") for page in run.pages)


def enumerate_names(runs: list[Record]) -> list[tuple[str, Record]]:
    return [(f"{number}.json", run) for number, run in enumerate(runs)]


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (
            [ONE, replace(TWO, version="0.2.0")],
            r"0\.json is of banc 0\.1\.0, 1\.json of banc 0\.2\.0: run all",
        ),
        ([ONE, replace(TWO, commit="beef")], r"0\.json is of commit c0ffee, 1\.json of commit beef: run all on one"),
        ([ONE, replace(TWO, commit="")], r"commit none"),
        ([ONE, ONE], r"a\.md was run on debian-13 in 0\.json and in 1\.json: name each shard's record once"),
        ([ONE], r"shard 2/2 on debian-13 is missing: run it with --shard=2/2"),
        ([EMPTY], r"shard 1/3 on debian-13 is missing"),
        ([ONE, shard(3, 3, "b.md", "c.md")], r"not the shards of one run on debian-13: run all anew"),
        ([ONE, replace(TWO, pages=TWO.pages[:1])], r"no shard has run c\.md on debian-13"),
    ],
)
def test_what_does_not_belong_together_is_refused_with_the_reason(records: list[Record], told: str) -> None:
    with pytest.raises(MergeError, match=told):
        merged(dict(enumerate_names(records)))


FAILED = page("a.md", Status.PASSED, Status.FAILED)


@pytest.mark.parametrize(
    ("pages", "status"),
    [
        ([page("a.md", Status.PASSED, Status.SKIPPED)], merge.GREEN),
        ([FAILED, page("b.md", Status.PASSED)], merge.WRONG),
        ([page("a.md", problems=(Failure(1, "no such key"),))], merge.WRONG),
        ([page("a.md", Status.NOT_REACHED)], merge.BROKEN),
        ([page("a.md", Status.PASSED, broken="the lab died")], merge.BROKEN),
        ([page("a.md", Status.PASSED, counted=2)], merge.BROKEN),
        ([FAILED, page("b.md", broken="the lab died")], merge.WRONG),
        ([page("a.md")], merge.EMPTY),
        ([], merge.EMPTY),
    ],
)
def test_the_exit_status_is_that_of_one_run_over_all_pages(pages: list[PageRecord], status: int) -> None:
    assert merge.exit_status(pages) == status


def test_the_command_reports_all_and_writes_the_record_of_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "1.json", tmp_path / "2.json"]
    for path, run in zip(paths, (ONE, TWO), strict=True):
        record.save(path, run)
    whole = tmp_path / "whole.json"
    html = tmp_path / "whole.html"
    assert merge.main([*map(str, paths), f"--record={whole}", f"--record-html={html}"]) == merge.GREEN
    assert html.read_text(encoding="utf-8") == htmlreport.page(record.load(whole))
    assert "3 pages" in capsys.readouterr().out
    wrong = replace(TWO, pages=(replace(TWO.pages[0], problems=(Failure(1, "no such key"),)), *TWO.pages[1:]))
    record.save(paths[1], wrong)
    assert merge.main([*map(str, paths)]) == merge.WRONG
    assert capsys.readouterr().out.startswith("docs/b.md:1: no such key on debian-13\n")
    record.save(paths[1], TWO)
    assert record.load(whole) == merged({"1": ONE, "2": TWO})
    assert merge.main([str(paths[0])]) == merge.REFUSED
    assert "shard 2/2 on debian-13 is missing" in capsys.readouterr().err
    assert merge.main([str(tmp_path / "nowhere.json")]) == merge.REFUSED
    assert "nowhere.json: not a readable record" in capsys.readouterr().err
    record.save(paths[0], replace(ONE, shard="", elsewhere=(), pages=()))
    assert merge.main([str(paths[0])]) == merge.EMPTY


def test_what_is_to_be_mended_is_told_with_its_file_and_line() -> None:
    wrong = replace(page("a.md", Status.FAILED).blocks[0], failure=Failure(7, "it failed", "mend it"))
    pages = [
        page("a.md", problems=(Failure(1, "leaves container 'x'"),)),
        replace(page("b.md"), blocks=(wrong,), counted=1),
        page("c.md", broken="the disk is full", counted=3),
        page("d.md", Status.PASSED, counted=2, asked="debian-12"),
        page("e.md", Status.PASSED),
    ]
    assert list(merge.troubles(pages)) == [
        "docs/a.md:1: leaves container 'x' on debian-13",
        "docs/b.md:7: block 0: it failed on debian-13\n  to mend it: mend it",
        "the bench is broken, which says nothing of docs/c.md on debian-13: the disk is full",
        "LOST docs/d.md on debian-12: 2 blocks on the page, 1 results; run it whole",
    ]
