"""The pytest side, with a stand-in for Docker: what is collected, how often a page runs, what is reported."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from local_lab import LocalBench, LocalLab

from banc import merge
from banc.errors import BenchError
from banc.reports.record import Record, load
from banc.results import Image, Kind, Status

PAGE = """
# Page

```bash {#one}
echo one >>log
```

```bash {#two}
echo two >>log
cat log
```

```text {.output}
one
two
```

```bash {#three .notest reason="it would leave the machine"}
ping example.org
```

```bash
false
```
"""

GREEN = "```bash {#a}\necho a\n```\n\n```bash\necho b\n```\n"


def write(project: pytest.Pytester, name: str, text: str) -> Path:
    path = project.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def site(project: pytest.Pytester) -> None:
    """Make the folder a MkDocs project whose site shows results."""
    write(project, "mkdocs.yml", "site_name: x\nmarkdown_extensions:\n  - banc.fences:\n      snapshots: snap\n")


def no_docker(*arguments: object, **options: object) -> None:
    """Take the place of `banc.labs.lab.Bench` where there is no Docker."""
    raise BenchError("no Docker daemon answers: install docker.io")


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments)


def test_each_block_has_its_status_and_its_line(project: pytest.Pytester) -> None:
    write(project, "page.md", PAGE)
    result = run(project, "page.md", "-v")
    result.assert_outcomes(passed=2, skipped=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "page.md::one PASSED*",
            "page.md::two PASSED*",
            "page.md::three SKIPPED*it would leave*",
            "page.md::5 FAILED*",
            "page.md:23: block 5: the command ended with status 1, expected 0",
            "*to mend it: *{exit=1}",
            "    $ false",
            "page *passed  failed  skipped  not reached  seconds  engine",
            "page.md * 2 * 1 * 1 * 0 * 0.0.0",
            "skipped (1): it would leave the machine: page.md::three",
            "image busybox:latest  sha256:0* offline kit",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_block_by_its_id_replays_what_stands_before_it(project: pytest.Pytester) -> None:
    write(project, "page.md", PAGE)
    run(project, "page.md::two").assert_outcomes(passed=1)


def test_a_selection_replays_what_stands_before_it(project: pytest.Pytester) -> None:
    write(project, "page.md", PAGE)
    result = run(project, "page.md", "-k", "two")
    result.assert_outcomes(passed=1, deselected=4)


def test_last_failed_runs_the_failed_block_after_those_before_it(project: pytest.Pytester) -> None:
    page = write(project, "page.md", "```bash\nA=1\n```\n\n```bash {#last}\ntest $A = 2\n```\n")
    project.runpytest_inprocess("page.md").assert_outcomes(passed=1, failed=1)
    page.write_text(page.read_text().replace("A=1", "A=2"))
    project.runpytest_inprocess("page.md", "--lf").assert_outcomes(passed=1)


def test_pages_are_spread_over_workers_but_never_torn_apart(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    project.makeconftest("import banc.plugin.running, local_lab\nbanc.plugin.running.Bench = local_lab.LocalBench")
    for number in range(4):
        write(project, f"page{number}.md", PAGE)
    names = [f"page{number}.md" for number in range(4)]
    result = project.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2", *names)
    result.assert_outcomes(passed=8, skipped=4, failed=4)
    result.stdout.fnmatch_lines(["4 pages * 8 * 4 * 4 * 0 *"])


PYTHON = """
```bash
touch before
```

```python {#defines}
import os
import pathlib

count = pathlib.Path("count")
count.write_text("x")
print("hello", count.exists(), os.environ["DOCKER_HOST"])
```

```text {.output}
hello True unix://…
```

```{.python continuation #continues}
print(count.read_text() + "!")
```

```text {.output}
x!
```

```{.python fixture:tmp_path #with-a-fixture}
assert tmp_path.is_dir()
assert "count" not in globals()
```

```python {#fails}
def fail() -> None:
    raise ValueError("on purpose")


fail()
```

```python {#other}
print("got")
```

```text {.output}
wanted
```

```python {#slow timeout=0.2}
import time

time.sleep(60)
```

```python {#unreadable}
x = = 1
```

```bash
ls before
```
"""


def test_python_blocks_are_run_in_their_place_by_pytest_markdown_docs(project: pytest.Pytester) -> None:
    write(project, "page.md", PYTHON)
    result = run(project, "page.md", "--markdown-docs", "-v")  # which by itself would run them once more, elsewhere
    result.assert_outcomes(passed=5, failed=4)
    result.stdout.fnmatch_lines(
        [
            "page.md:34: block fails: the block raised ValueError: on purpose",
            '    $     raise ValueError("on purpose")',
            "page.md:45: block other: the output is not the expected one",
            "*- wanted",
            "*+ got",
            "page.md:51: block slow: *had not ended after its 0.2 s",
            "*{timeout=SECONDS}",
            "page.md:55: block unreadable: the block raised SyntaxError*",
        ]
    )
    assert not (project.path / "count").exists()


def test_a_python_block_that_pytest_markdown_docs_does_not_see(project: pytest.Pytester) -> None:
    write(project, "page.md", "<div markdown>\n```python\n1\n```\n</div>\n")
    site(project)
    write(project, "mkdocs.yml", "site_name: x\nmarkdown_extensions: [md_in_html, pymdownx.superfences]\n")
    run(project, "page.md").stdout.fnmatch_lines(["page.md:2: block 1: *sees no block here", "*left margin*"])


def test_a_python_block_is_replayed_for_a_later_one(project: pytest.Pytester) -> None:
    write(project, "page.md", PYTHON)
    run(project, "page.md::continues").assert_outcomes(passed=1)


def test_failures_are_annotated_for_github(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project.path / "summary"))
    write(project, "sub/page.md", PAGE)
    run(project, "sub/page.md").stdout.fnmatch_lines(["::error file=sub/page.md,line=23,title=block 5::*status 1*"])
    assert "### Blocks: 2 passed, 1 failed, 1 skipped" in (project.path / "summary").read_text(encoding="utf-8")


def test_a_page_outside_any_project_from_another_folder(project: pytest.Pytester, tmp_path: Path) -> None:
    page = tmp_path / "elsewhere" / "notes.md"
    page.parent.mkdir()
    page.write_text(GREEN)
    run(project, str(page)).assert_outcomes(passed=2)


def test_only_pages_of_the_site_are_collected_unasked(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", GREEN)
    write(project, "README.md", GREEN)
    write(project, "tests/data/page.md", GREEN)
    result = run(project, "--update", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*README*")


def test_a_run_without_a_block_is_red(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", "# Only prose\n\n```json\n{}\n```\n")
    project.makepyfile("def test_other(): pass")
    result = run(project)
    assert result.ret == 5
    result.stdout.fnmatch_lines(["*no block that can be run*"])
    project.makepyfile("def test_other(): assert False")
    assert run(project).ret == 1


def test_a_block_that_was_not_captured_is_red_until_it_is(project: pytest.Pytester) -> None:
    site(project)
    page = write(project, "docs/page.md", GREEN)
    never = run(project, "docs")
    never.assert_outcomes(failed=2)
    never.stdout.fnmatch_lines(
        ["docs/page.md:1: block a: *never captured*", "*run `pytest docs/page.md --update` and commit */"]
    )
    assert not (project.path / "snap").exists()
    run(project, "docs", "--update").assert_outcomes(passed=2)
    run(project, "docs").assert_outcomes(passed=2)
    page.write_text(GREEN.replace("echo b", "echo c"))
    stale = run(project, "docs")
    stale.assert_outcomes(passed=1, failed=1)
    stale.stdout.fnmatch_lines(["docs/page.md:5: block 2: the block changed since*"])


def test_what_was_captured_holds_where_a_block_is_not_run(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", GREEN)
    run(project, "docs", "--update").assert_outcomes(passed=2)
    write(project, "docs/page.md", GREEN.replace("{#a}", "{#a engine='>=25'}"))
    run(project, "docs").assert_outcomes(passed=1, skipped=1)


def test_a_block_that_slips_through_makes_the_run_red(project: pytest.Pytester) -> None:
    project.makeconftest("def pytest_collection_modifyitems(items): items.pop(0)")  # without a word
    write(project, "page.md", GREEN)
    result = run(project, "page.md")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["LOST page.md: 2 blocks on the page, 1 results: *"])
    assert result.ret == 3


def test_a_page_that_fails_is_not_captured(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", PAGE)
    run(project, "docs", "--update").assert_outcomes(passed=2, skipped=1, failed=1)
    assert not (project.path / "snap").exists()


def test_what_was_captured_is_what_was_printed(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/sub/page.md", "```bash {#a}\necho '<script>é'\n```\n")
    run(project, "docs", "--update").assert_outcomes(passed=1)
    data = json.loads((project.path / "snap/sub/page.md.json").read_text())
    assert data["engine"] == "0.0.0"
    assert data["images"][0]["origin"] == "offline kit"
    assert data["blocks"]["a"]["output"] == "<script>é"


def test_another_engine_keeps_how_blocks_ended_in_a_folder_of_its_own(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", GREEN)
    run(project, "docs", "--update").assert_outcomes(passed=2)
    shown = (project.path / "snap/page.md.json").read_bytes()
    run(project, "docs", "--update", "--engine=debian-12").assert_outcomes(passed=2)
    assert (project.path / "snap/page.md.json").read_bytes() == shown
    kept = json.loads((project.path / "snap/@debian-12/page.md.json").read_text())
    assert {(entry["status"], entry["exit"], entry["output"]) for entry in kept["blocks"].values()} == {
        ("passed", 0, "")
    }


def test_a_block_is_verified_by_what_was_kept_of_the_engine_it_runs_on(project: pytest.Pytester) -> None:
    site(project)
    page = write(project, "docs/page.md", GREEN)
    run(project, "docs", "--engine=29.0").assert_outcomes(passed=2)  # the site tells nothing of this engine
    run(project, "docs", "--update", "--engine=debian-12")
    run(project, "docs", "--engine=debian-12").assert_outcomes(passed=2)
    run(project, "docs").assert_outcomes(failed=2)
    page.write_text(GREEN.replace("echo b", "echo c"))
    changed = run(project, "docs", "--engine=debian-12")
    changed.assert_outcomes(passed=1, failed=1)
    changed.stdout.fnmatch_lines(["*the block changed*", "*--engine=debian-12 --update` and commit *"])


def test_the_engine_of_the_environment_is_that_of_the_run(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, "page.md", GREEN)
    asked: list[str] = []

    class Asked(LocalBench):
        def __init__(self, *arguments: object, engine: str, **options: object) -> None:
            asked.append(engine)
            super().__init__(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("banc.plugin.running.Bench", Asked)
    run(project, "page.md")
    monkeypatch.setenv("BANC_ENGINE", "debian-12")
    run(project, "page.md")
    run(project, "page.md", "--engine=29.0")
    assert asked == ["debian-13", "debian-12", "29.0"]


@pytest.mark.parametrize("given", ["option", "environment"])
def test_an_engine_that_there_is_not_is_refused_before_anything_runs(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    write(project, "page.md", GREEN)
    if given == "environment":
        monkeypatch.setenv("BANC_ENGINE", "debian-11")
    result = run(project, "page.md", *(["--engine=debian-11"] if given == "option" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no engine is called 'debian-11': use debian-12, debian-13 or a version*"])


def ran(project: pytest.Pytester, *arguments: str) -> list[str]:
    """The tests that a run has, and its exit status must be 0."""
    result = run(project, "-v", *arguments)
    assert result.ret == pytest.ExitCode.OK, result.stdout.str()
    return [line.split()[0] for line in result.outlines if line.endswith("%]") and "::" in line and "@" not in line]


def test_shards_have_each_page_once_and_translations_with_their_original(project: pytest.Pytester) -> None:
    site(project)
    for name in ("one.md", "one.en.md", "two.md", "sub/three.md"):
        write(project, f"docs/{name}", GREEN)
    write(project, "test_more.py", "def test_more(): pass")
    run(project, "--update")
    whole = ran(project)
    shards = [ran(project, f"--shard={number}/3") for number in (1, 2, 3)]
    assert sorted(test for shard in shards for test in shard) == sorted(whole)
    assert all(shards)
    (with_one,) = (shard for shard in shards if "docs/one.md::a" in shard)
    assert "docs/one.en.md::a" in with_one
    assert "test_more.py::test_more" in shards[0]


def test_what_was_committed_balances_shards_and_not_what_was_measured_here(project: pytest.Pytester) -> None:
    site(project)
    for name in ("a", "b", "c", "d"):
        write(project, f"docs/{name}.md", GREEN)
    run(project, "docs", "--update")
    slow = project.path / "snap/c.md.json"
    data = json.loads(slow.read_text())
    data["blocks"]["a"]["seconds"] = 100.0
    slow.write_text(json.dumps(data))
    assert [ran(project, "docs", f"--shard={number}/2") for number in (1, 2)] == [
        ["docs/c.md::a", "docs/c.md::2"],
        [f"docs/{name}.md::{block}" for name in "abd" for block in ("a", "2")],
    ]


def test_records_and_snapshots_of_shards_make_up_those_of_the_whole_run(
    project: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    site(project)
    pages = {"one.md", "one.en.md", "two.md", "three.md"}
    for name in pages:
        write(project, f"docs/{name}", GREEN)
    for number in (1, 2, 3, 4):  # each on a machine of its own, which has what is committed alone
        ran(project, "docs", "--update", f"--shard={number}/4", f"--record=records/{number}.json")
        for path in project.path.glob("snap/*"):
            path.rename(project.path / path.name)
    (project.path / "snap").mkdir(exist_ok=True)
    for name in pages:
        (project.path / f"{name}.json").rename(project.path / f"snap/{name}.json")
    ran(project, "docs")  # each block is verified
    records = sorted(str(path) for path in (project.path / "records").iterdir())
    assert len(records) == 4  # the empty shard has written one, too
    assert load(Path(records[3])).elsewhere == tuple(sorted(pages))
    capsys.readouterr()
    assert merge.main(records) == merge.GREEN
    assert "\n4 pages         8 " in capsys.readouterr().out
    assert merge.main(records[1:]) == merge.REFUSED
    assert "the record of shard 1/4 on debian-13 is missing" in capsys.readouterr().err


def test_a_record_names_its_commit_and_whether_files_were_changed(project: pytest.Pytester) -> None:
    page = write(project, "page.md", GREEN)

    def recorded() -> str:
        run(project, "page.md", "--record=run.json")
        return load(project.path / "run.json").commit

    assert recorded() == ""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "page.md"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], cwd=project.path, check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], cwd=project.path, check=True, capture_output=True, text=True)
    assert recorded() == head.stdout.strip()
    page.write_text(GREEN + "\n")
    assert recorded() == head.stdout.strip() + "-dirty"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_shard_without_a_page_is_green_and_says_so(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    monkeypatch.setenv("BANC_SHARD", "2/2")
    write(project, "page.md", GREEN)
    result = run(project, "page.md", "-n", workers)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["banc: nothing to do in shard 2/2"])


def test_what_is_left_to_other_shards_is_counted(project: pytest.Pytester) -> None:
    for name in ("one.md", "two.md", "three.md"):
        write(project, name, GREEN)
    pages = ("one.md", "two.md", "three.md")
    run(project, *pages, "--shard=2/2").stdout.fnmatch_lines(["shard 2/2: 2 pages are left to the others"])
    run(project, *pages).stdout.no_fnmatch_line("*are left to*")


@pytest.mark.parametrize("named", ["page.md", "empty"])
def test_a_shard_of_nothing_is_as_red_as_nothing(project: pytest.Pytester, named: str) -> None:
    write(project, "page.md", "# Only prose\n")
    (project.path / "empty").mkdir()
    result = run(project, named, "--shard=2/2")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("*nothing to do*")


def test_what_is_no_shard_is_refused_before_anything_runs(project: pytest.Pytester) -> None:
    write(project, "page.md", GREEN)
    result = run(project, "page.md", "--shard=3/2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*'3/2' is no shard: write 1/3 for the first of three*"])


def test_a_damaged_snapshot_is_named_and_not_trusted(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", GREEN)
    write(project, "snap/page.md.json", "{")
    result = run(project, "docs")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["*page.md.json: not a readable snapshot*pytest --update*", "page.md * 0 * 2 * 0 * 0 *"]
    )
    run(project, "docs", "--update").assert_outcomes(passed=2)
    run(project, "docs").assert_outcomes(passed=2)


def test_a_translation_is_compared_not_run(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", GREEN)
    write(project, "docs/page.en.md", GREEN.replace("echo b", "echo b # in English"))
    run(project, "docs", "--update").assert_outcomes(passed=4)
    assert json.loads((project.path / "snap/page.en.md.json").read_text())["follows"] == "page.md"
    write(project, "docs/page.en.md", GREEN.replace("echo b", "echo B"))
    result = run(project, "docs", "--update")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["docs/page.en.md:6: block 2: *page.md*"])


def test_after_a_dead_terminal_blocks_are_not_reached(project: pytest.Pytester) -> None:
    write(project, "page.md", "```bash\nexit\n```\n\n```bash\necho b\n```\n")
    result = run(project, "page.md")
    result.stdout.fnmatch_lines(["not reached: page.md::2: the terminal ended in block 1 (line 1)"])
    result.stdout.fnmatch_lines(["page.md * 0 * 1 * 0 * 1 *", "*1 failed, 1 not reached*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_broken_bench_is_not_the_pages_fault(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banc.plugin.running.Bench", no_docker)
    write(project, "page.md", GREEN)
    result = run(project, "page.md")
    result.stdout.fnmatch_lines(
        ["the bench is broken, which says nothing of the pages: no Docker daemon answers: install docker.io"]
    )
    result.stdout.fnmatch_lines(["page.md * 0 * 0 * 0 * 2 *", "*2 bench broken*"])
    assert result.ret == 3
    write(project, "wrong.md", "---\nbanc: {timeuot: 3}\n---\n" + GREEN)
    assert run(project, "page.md", "wrong.md").ret == 1
    project.makepyfile("def test_other(): assert False")
    assert run(project, "page.md", "test_a_broken_bench_is_not_the_pages_fault.py").ret == 1


def test_problems_of_the_page_itself_have_an_item(project: pytest.Pytester) -> None:
    write(project, "page.md", "---\nbanc: {timeuot: 3}\n---\n\n" + GREEN)
    result = run(project, "page.md")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["page.md:2: *timeout*"])


def test_teardown_runs_when_only_the_first_block_was_asked_for(project: pytest.Pytester, tmp_path: Path) -> None:
    torn = tmp_path / "torn"
    write(project, "page.md", f"```bash {{#a}}\necho a\n```\n\n```bash {{.teardown}}\ntouch {torn}\n```\n")
    run(project, "page.md::a").assert_outcomes(passed=1)
    assert torn.exists()


def test_what_looks_like_shell_but_is_not_run_is_warned_of(project: pytest.Pytester) -> None:
    write(project, "page.md", GREEN + "\n```language\ndocker network create x\n```\n")
    result = run(project, "page.md", "-W", "default")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(["*page.md:9: PageWarning: *language*bash*"])


def test_a_translation_that_lacks_everything_is_red(project: pytest.Pytester) -> None:
    site(project)
    write(project, "docs/page.md", GREEN)
    write(project, "docs/page.en.md", "Nothing yet.\n")
    result = run(project, "docs/page.en.md", "--update")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["docs/page.en.md:1: *page.md*"])


def test_a_site_that_cannot_be_read_is_one_sentence(project: pytest.Pytester) -> None:
    write(project, "mkdocs.yml", "markdown_extensions: 3\n")
    write(project, "docs/page.md", GREEN)
    result = run(project, "docs")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*mkdocs.yml: markdown_extensions: *until `mkdocs build` takes it"])
    assert "Traceback" not in result.stdout.str()


def test_a_file_that_cannot_be_written_is_the_pages_fault(project: pytest.Pytester) -> None:
    write(project, "page.md", '```bash\ntouch x\n```\n\n```text title="x/y.txt"\nz\n```\n')
    result = run(project, "page.md")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["page.md:5: block 2: x/y.txt cannot be written: *", "*to mend it: choose a path*"])


def read_record(project: pytest.Pytester, name: str) -> Record:
    return load(project.path / name)


def test_a_run_is_recorded(project: pytest.Pytester) -> None:
    write(project, "page.md", "---\nbanc: {timeuot: 3, network: true}\n---\n" + PAGE)
    run(project, "page.md", "--record", "out/run.json").assert_outcomes(passed=2, skipped=1, failed=2)
    told = read_record(project, "out/run.json")
    (page,) = told.pages
    assert (page.page, page.path, page.counted, page.engine, page.network) == ("page.md", "page.md", 4, "0.0.0", True)
    assert page.images == (Image("busybox:latest", "sha256:" + "0" * 64, "offline kit"),)
    assert [problem.line for problem in page.problems] == [2]
    one, two, three, last = page.blocks
    assert (one.name, one.line, one.kind, one.terminal, one.status) == ("one", 7, Kind.SHELL, "1", Status.PASSED)
    assert (two.code, two.output, two.exit) == ("echo two >>log\ncat log", "one\ntwo", 0)
    assert (three.status, three.reason, three.exit) == (Status.SKIPPED, "it would leave the machine", None)
    assert last.failure
    assert (last.status, last.exit, last.failure.line, last.failure.command) == (Status.FAILED, 1, 26, "false")
    assert "{exit=1}" in last.failure.mend


def test_workers_record_what_one_process_does(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    project.makeconftest("import banc.plugin.running, local_lab\nbanc.plugin.running.Bench = local_lab.LocalBench")
    names = [write(project, f"page{number}.md", PAGE).name for number in range(2)]
    project.runpytest_subprocess("-n", "2", *names, "--record=two.json")
    run(project, *names, "--record=one.json")
    one, two = read_record(project, "one.json"), read_record(project, "two.json")
    assert [dataclasses.replace(page, blocks=()) for page in one.pages] == [
        dataclasses.replace(page, blocks=()) for page in two.pages
    ]
    untimed = [
        [dataclasses.replace(block, seconds=0.0) for page in run.pages for block in page.blocks] for run in (one, two)
    ]
    assert untimed[0] == untimed[1]
    assert len(untimed[0]) == 8


def test_a_broken_bench_is_recorded_as_such(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banc.plugin.running.Bench", no_docker)
    write(project, "page.md", GREEN)
    run(project, "page.md", "--record=run.json")
    (page,) = read_record(project, "run.json").pages
    assert (page.broken, page.is_wrong) == ("no Docker daemon answers: install docker.io", False)
    assert {block.status for block in page.blocks} == {Status.NOT_REACHED}


def test_the_help_tells_the_exit_statuses(project: pytest.Pytester) -> None:
    run(project, "--help").stdout.fnmatch_lines(["*exit status 1: a page is wrong; 3: the bench is broken*5: *"])


def test_junit_has_the_file_and_the_line_of_each_block(project: pytest.Pytester) -> None:
    colours = "```{.python #colours}\nprint('\\x1b[31mred\\x1b[0m \\x07 &<>')\nraise ValueError\n```\n"
    write(project, "docs/page.md", "---\nbanc: {timeuot: 3}\n---\n" + PAGE + colours)
    run(project, "docs/page.md", "--junitxml=junit.xml").assert_outcomes(passed=2, skipped=1, failed=3)
    cases = ElementTree.parse(project.path / "junit.xml").findall("testsuite/testcase")
    told = {
        case.attrib["name"]: (
            case.attrib["classname"],
            {entry.attrib["name"]: entry.attrib["value"] for entry in case.iter("property")},
        )
        for case in cases
    }
    lines = {"line-2": "2", "one": "7", "two": "11", "three": "21", "5": "26", "colours": "30", "@leaks": "1"}
    assert told == {name: ("docs.page.md", {"file": "docs/page.md", "line": line}) for name, line in lines.items()}
    failures = {case.attrib["name"]: case.find("failure") for case in cases}
    text = {
        name: (failure.attrib["message"], failure.text) for name, failure in failures.items() if failure is not None
    }
    assert text.keys() == {"line-2", "5", "colours"}
    message, shown = text["5"]
    assert message.startswith("docs/page.md:26: block 5: the command ended with status 1, expected 0")
    assert shown
    assert "{exit=1}" in shown
    assert "red  &<>" in str(text["colours"][1])
    assert "1B" not in str(text["colours"])


def test_a_run_is_written_as_html(project: pytest.Pytester) -> None:
    write(project, "page.md", PAGE)
    run(project, "page.md", "--record-html=out/run.html")
    text = (project.path / "out/run.html").read_text(encoding="utf-8")
    assert "<title>2 passed, 1 failed, 1 skipped: banc</title>" in text
    assert "To mend it: correct the command" in text


@pytest.mark.parametrize("option", ["--record", "--record-html"])
def test_a_file_of_the_run_that_cannot_be_written_is_said_and_red(project: pytest.Pytester, option: str) -> None:
    write(project, "page.md", GREEN)
    result = run(project, "page.md", f"{option}=page.md/run")
    result.stdout.fnmatch_lines(
        [f"banc: {option}=page.md/run cannot be written (*): name another file", "page.md * 2 *"]
    )
    assert result.ret == 3


def test_a_bench_that_breaks_as_a_page_ends_is_one_sentence(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(lab: LocalLab) -> None:
        lab.open = False
        raise BenchError("removing a lab failed: gone. See what the Docker daemon says")

    monkeypatch.setattr(LocalLab, "close", broken)
    write(project, "page.md", GREEN)
    result = run(project, "page.md", "--record=run.json")
    assert result.ret == 3
    result.stdout.fnmatch_lines(
        ["the bench is broken, which says nothing of the pages: removing a lab failed: gone. *"]
    )
    assert ".py:" not in result.stdout.str()
    (page,) = read_record(project, "run.json").pages
    assert page.broken.startswith("removing a lab failed: gone.")
    assert (page.engine, len(page.images), len(page.blocks), page.is_wrong) == ("0.0.0", 1, 2, False)


def test_a_page_that_is_no_utf_8_fails_at_its_line_and_the_next_one_is_run(project: pytest.Pytester) -> None:
    (project.path / "latin.md").write_bytes("# Page\n\nUn caf\xe9.\n\n".encode("latin-1") + GREEN.encode())
    write(project, "page.md", GREEN)
    result = run(project, "latin.md", "page.md")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["latin.md:3: byte 0xe9 is not UTF-8; save the page as UTF-8 text"])


def test_in_ci_a_failure_is_told_once(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    write(project, "page.md", PAGE)
    result = run(project, "page.md", "-ra")
    result.stdout.fnmatch_lines(["FAILED page.md::5 - page.md:23: block 5*"])
    assert result.stdout.str().count("to mend it: ") == 1


def test_a_bench_that_is_broken_on_all_workers_has_its_exit_status(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    project.makeconftest("import banc.plugin.running, test_plugin\nbanc.plugin.running.Bench = test_plugin.no_docker")
    names = [write(project, f"page{number}.md", GREEN).name for number in range(2)]
    assert project.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2", *names).ret == 3
