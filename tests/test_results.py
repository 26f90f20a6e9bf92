"""Identity, fingerprints, and the committed file: it changes only where something did, and is never guessed at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from banc.results import (
    Image,
    Kind,
    PageRun,
    Result,
    SnapshotError,
    Status,
    digest,
    kind_of,
    load,
    merged,
    names_file,
    normalised,
    path_of,
    save,
    snapshot_file,
)

IMAGE = Image("busybox:latest", "sha256:" + "a" * 64, "offline kit")
RESULT = Result(
    "build", digest("docker build ."), Status.PASSED, 0, "took 1.2s\nsha256:" + "1" * 64, 1.5, "", "2026-11-01"
)
RUN = PageRun("sub/page.md", "26.1.5", (IMAGE,), (RESULT, replace(RESULT, block="2", output="two")))


@pytest.mark.parametrize(
    "title", ["a.txt", "app/index.js", "Dockerfile", "Dockerfile.naive", ".dockerignore", "Makefile"]
)
def test_titles_that_name_a_file(title: str) -> None:
    assert names_file(title)


@pytest.mark.parametrize("title", ["", "Terminal 2", "host", "a folder/", "Voir Dockerfile", "1.", "…"])
def test_titles_that_name_none(title: str) -> None:
    assert not names_file(title)


@pytest.mark.parametrize(
    ("language", "title", "classes", "kind"),
    [
        ("bash", "", [], Kind.SHELL),
        ("sh", "Terminal 2", [], Kind.SHELL),
        ("bash", "run.sh", [], Kind.FILE),
        ("bash", "run", ["file"], Kind.FILE),
        ("console", "", [], Kind.CONSOLE),
        ("Dockerfile", "", [], Kind.DOCKERFILE),
        ("DOCKERFILE", "Dockerfile.dev", [], Kind.DOCKERFILE),
        ("text", "", ["output"], Kind.OUTPUT),
        ("python", "", [], Kind.PYTHON),
        ("json", "package.json", [], Kind.FILE),
        ("json", "", [], Kind.PROSE),
        ("", "", [], Kind.PROSE),
    ],
)
def test_kinds(language: str, title: str, classes: list[str], kind: Kind) -> None:
    assert kind_of(language, title, classes) is kind


def test_a_fingerprint_holds_code_and_path_and_no_more() -> None:
    assert digest("a\n") == digest("a")
    assert digest("a") != digest("b")
    assert digest("a", "x.txt") != digest("a", "y.txt") != digest("a")


def test_what_is_written_where() -> None:
    assert path_of(Kind.DOCKERFILE, "") == "Dockerfile"
    assert path_of(Kind.FILE, "a.txt") == "a.txt"
    assert path_of(Kind.SHELL, "Terminal 2") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("id 0123456789ab", "id ba9876543210"),
        ("sha256:" + "0" * 64, "sha256:" + "f" * 64),
        ("2026-11-24T18:00:00Z", "2027-01-02T03:04:05Z"),
        ("Up 3 seconds", "Up 2 minutes"),
        ("12.5MB   x", "9kB x"),
        ("done 0.3s", "done 12.0s"),
        ("=> a 0.1s\n => b 0.2s", " => b 1.0s\n=> a 2.0s"),
        ("Up Less than a second", "Up 2 seconds"),
        ("Up About a minute", "Up 3 minutes"),
        ("drwx 2 root 4096 Nov 24 21:54 a", "drwx 2 root 4096 Dec  4 2026 a"),
        ("round-trip min/avg/max = 0.1/0.2/0.3 ms", "round-trip min/avg/max = 1.1/1.2/1.3 ms"),
        ("rtt = 0.108/0.108/0.108/0.000 ms", "rtt = 0.142/0.142/0.142/0.010 ms"),
        ("link/ether 02:42:ac:1c:00:02", "link/ether 02:42:ac:1c:00:ff"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("link/ether 02:42:a0:53:aa:3e brd", "link/ether 02:42:36:45:dd:a6 brd"),
        ("13: veth2775bff@if12: up", "13: veth18b037f@if12: up"),
    ],
)
def test_what_differs_from_run_to_run_is_of_no_account(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), [("a\nb", "b\na"), ("port 80", "port 81"), ("v24.1", "v24.2")])
def test_what_else_differs_does_count(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_there_and_back(tmp_path: Path) -> None:
    assert load(tmp_path, RUN.page) is None
    assert save(tmp_path, RUN)
    assert load(tmp_path, RUN.page) == RUN
    assert not save(tmp_path, RUN), "an unchanged snapshot was written again"


def test_merging_keeps_what_says_the_same() -> None:
    later = replace(RESULT, output="took 9.9s\nsha256:" + "2" * 64, seconds=9.0, date="2026-12-01")
    changed = replace(RUN.results[1], output="three", date="2026-12-01")
    rebuilt = replace(IMAGE, digest="sha256:" + "b" * 64)
    same = merged(RUN, replace(RUN, results=(later, RUN.results[1]), images=(rebuilt,)))
    assert same == RUN
    partly = merged(RUN, replace(RUN, results=(later, changed), images=(rebuilt,)))
    assert partly.results == (RESULT, changed)
    assert partly.images == (rebuilt,)


@pytest.mark.parametrize(
    "new",
    [
        replace(RUN, engine="27.0.0"),
        replace(RUN, follows="x.md"),
        replace(RUN, images=(replace(IMAGE, origin="Docker Hub"),)),
    ],
)
def test_merging_keeps_nothing_from_another_engine_or_origin(new: PageRun) -> None:
    fresh = replace(new, results=tuple(replace(result, date="2026-12-01") for result in new.results))
    assert merged(RUN, fresh) == fresh
    assert merged(None, fresh) == fresh


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "schema None"),
        ("{", "not a readable snapshot"),
        ('{"schema": 99}', "schema 99, this version of banc reads 1"),
        ('{"schema": 1, "page": "p"}', "damaged"),
        ('{"schema": 1, "page": "p", "images": [], "blocks": {"a": {"status": "odd"}}}', "damaged"),
        ("\ud800", "not a readable snapshot"),
    ],
)
def test_a_damaged_snapshot_is_refused_with_the_way_out(tmp_path: Path, text: str, words: str) -> None:
    snapshot_file(tmp_path, "p").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SnapshotError, match=words) as caught:
        load(tmp_path, "p")
    assert "pytest --update" in str(caught.value)
