"""A page for which nothing has changed since its last green run is not run again, and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from local_daemon import LocalDaemon
from local_lab import IMAGE, LocalBench, LocalLab

from banc.errors import BenchError
from banc.reports import record
from banc.reuse import cache

PAGE = """
Prose.

```bash {#one}
echo one
echo page >>LOG
```

```text {.output}
one
```

```bash {#two .notest reason="it would leave the machine"}
ping example.org
```

```bash {#three engine=">=25"}
false
```
"""

SAYS_SO = "page.md * 1 * 0 * 2 * 0 * 0.0.0*not run again: as in its green run of 20??-??-?? ??:??"


class Project:
    """A folder with pages that note in a log when they are run."""

    def __init__(self, pytester: pytest.Pytester, log: Path) -> None:
        self.pytester = pytester
        self.log = log
        self.path = pytester.path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("LOG", str(self.log)), encoding="utf-8")
        return path

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest; `ran` tells which pages were run by it."""
        self.log.unlink(missing_ok=True)
        return self.pytester.runpytest_inprocess("-p", "no:hypothesispytest", *arguments)

    @property
    def ran(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []

    def kept(self) -> list[Path]:
        return sorted(self.path.glob(".pytest_cache/**/banc-green/*/*.json"))


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Project:
    monkeypatch.setattr("banc.plugin.running.Bench", LocalBench)
    return Project(pytester, tmp_path / "log")


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> LocalDaemon:
    """What the survey finds is what `LocalLab` says of itself."""
    daemon = LocalDaemon(monkeypatch)
    daemon.lab, daemon.kit, daemon.kit_digests = LocalLab.image, LocalLab.kit, {IMAGE.name: IMAGE.digest}
    return daemon


def test_nothing_changed_nothing_is_run(project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    page = project.write("page.md", PAGE)
    project.run("page.md").assert_outcomes(passed=1, skipped=2)
    assert project.ran == ["page"]
    page.touch()
    monkeypatch.setattr("banc.plugin.running.Bench", None)  # nothing may be started
    again = project.run("page.md", "--record=run.json")
    again.assert_outcomes(passed=1, skipped=2)
    skipped = ["skipped (1): Docker >=25*", "skipped (1): it would leave*"]
    again.stdout.fnmatch_lines([SAYS_SO, *skipped, "*--fresh runs all"])
    (told,) = record.load(project.path / "run.json").pages
    assert told.cached
    assert told.images == (IMAGE,)
    assert [block.output for block in told.blocks] == ["one", "", ""]
    project.write("page.md", PAGE.replace("Prose.", "Other prose.\n\nMore."))
    project.run("page.md::one").assert_outcomes(passed=1)
    assert project.ran == []


def test_no_lab_is_prepared_for_a_page_that_is_not_run_again(
    project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []
    lab = LocalBench.lab

    def noted(bench: LocalBench, *, online: bool = False) -> LocalLab:
        started.append(online)
        return lab(bench, online=online)

    monkeypatch.setattr(LocalBench, "lab", noted)
    project.write("one.md", PAGE)
    project.write("two.md", PAGE)
    project.run("one.md", "two.md")
    assert len(started) == 2
    project.write("one.md", PAGE.replace("echo one", "echo one  # again"))
    project.run("one.md", "two.md").assert_outcomes(passed=2, skipped=4)
    assert len(started) == 3


def test_what_a_page_takes_is_measured_when_it_is_run(project: Project, daemon: LocalDaemon) -> None:
    project.write("page.md", PAGE.replace("echo one", "echo one; sleep 0.1"))
    project.run("page.md")
    measured = (project.path / ".pytest_cache/v/banc/durations").read_text()
    project.run("page.md")
    assert project.ran == []
    assert (project.path / ".pytest_cache/v/banc/durations").read_text() == measured


def test_fresh_runs_all_and_keeps_it(project: Project, daemon: LocalDaemon) -> None:
    project.write("page.md", PAGE)
    project.run("page.md", "--fresh")
    assert project.run("page.md", "--fresh").ret == 0
    assert project.ran == ["page"]
    project.run("page.md")
    assert project.ran == []


def test_an_edited_block_or_snippet_is_run(project: Project, daemon: LocalDaemon) -> None:
    project.write("mkdocs.yml", "site_name: x\nmarkdown_extensions: [pymdownx.snippets, pymdownx.superfences]\n")
    project.write("script.sh", "echo page >>LOG")
    project.write("docs/page.md", '```bash\n--8<-- "script.sh"\n```\n')
    project.run("docs")
    project.write("script.sh", "echo page >>LOG\ntrue")
    project.run("docs").assert_outcomes(passed=1)
    assert project.ran == ["page"]
    project.write("docs/page.md", '```bash {timeout=60}\n--8<-- "script.sh"\n```\n')
    project.run("docs").assert_outcomes(passed=1)
    assert project.ran == ["page"]
    project.run("docs")
    assert project.ran == []


def test_a_damaged_file_is_thrown_away_with_a_word(project: Project, daemon: LocalDaemon) -> None:
    project.write("page.md", PAGE)
    project.run("page.md")
    (kept,) = project.kept()
    kept.write_text(kept.read_text().replace('"one"', '"two"'))
    result = project.run("page.md")
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines([f"page.md: its last green run was thrown away and the page run again: {kept}*"])
    assert project.ran == ["page"]
    assert project.run("page.md").ret == 0
    assert project.ran == []


def test_a_page_that_fails_has_no_green_run_any_more(project: Project, daemon: LocalDaemon, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    flag.touch()
    project.write("page.md", f"```bash\necho page >>LOG\ntest -e {flag}\n```\n")
    project.run("page.md").assert_outcomes(passed=1)
    flag.unlink()
    project.run("page.md").assert_outcomes(passed=1)  # as in its green run
    project.run("page.md", "--fresh").assert_outcomes(failed=1)
    project.run("page.md").assert_outcomes(failed=1)
    assert project.ran == ["page"]


def test_a_part_of_a_page_is_not_kept(project: Project, daemon: LocalDaemon) -> None:
    project.write("page.md", PAGE)
    project.run("page.md::three")  # the last one: all of the page is run, and not all of it is judged
    project.run("page.md", "-k", "one")
    assert project.ran == ["page"]
    assert project.kept() == []


def test_what_may_be_another_tomorrow_is_not_kept(
    project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("network.md", "---\nbanc: {network: true}\n---\n\n```bash\necho page >>LOG\n```\n")
    project.write("page.md", "```bash\necho page >>LOG\n```\n\n```bash\ndocker run dive\n```\n")
    monkeypatch.setattr(LocalLab, "missing", {"dive": "dive was not built: no Go"})
    project.run("page.md", "network.md").assert_outcomes(passed=2, skipped=1)
    assert project.kept() == []


def test_a_page_that_changed_while_it_ran_is_not_kept(project: Project, daemon: LocalDaemon) -> None:
    page = project.path / "page.md"
    project.write("page.md", f"```bash\nprintf '\\n```bash\\ntrue\\n```\\n' >>{page}\n```\n")
    project.run("page.md").assert_outcomes(passed=1)
    assert project.kept() == []


def test_a_broken_bench_takes_no_green_run_away(
    project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("page.md", PAGE)
    project.run("page.md")

    def no_docker(*_: object, **__: object) -> None:
        raise BenchError("no Docker daemon answers: install docker.io")

    with monkeypatch.context() as patch:
        patch.setattr("banc.reuse.survey.connect", no_docker)
        patch.setattr("banc.plugin.running.Bench", no_docker)
        result = project.run("page.md")
        result.stdout.fnmatch_lines(["*bench is broken*no Docker daemon answers*", "page.md * 0 * 0 * 0 * 3 *"])
    project.run("page.md").assert_outcomes(passed=1, skipped=2)
    assert project.ran == []


def test_another_digest_runs_what_it_touches(
    project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("page.md", PAGE)
    project.run("page.md")
    with monkeypatch.context() as patch:
        patch.setattr(LocalLab, "images", lambda _: ())
        project.write("other.md", PAGE.replace("echo page", "echo other"))
        project.run("other.md")
    daemon.kit, daemon.kit_digests = "banc-kit-1@tomorrow", {IMAGE.name: "sha256:other"}
    project.run("page.md", "other.md").assert_outcomes(passed=2, skipped=4)
    assert project.ran == ["page"]


def test_a_kit_made_anew_of_the_same_images_runs_nothing(project: Project, daemon: LocalDaemon) -> None:
    project.write("page.md", PAGE)
    project.run("page.md")
    daemon.kit = "banc-kit-1@tomorrow"
    project.run("page.md")
    daemon.kit_digests = {}  # they need not be looked up a second time
    project.run("page.md")
    assert project.ran == []


def test_what_a_survey_lacks_is_made_first(
    project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("page.md", PAGE)
    project.run("page.md")

    class Filling(LocalBench):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            daemon.kit = "banc-kit-1@tomorrow"

    monkeypatch.setattr("banc.plugin.running.Bench", Filling)
    daemon.kit = ""  # and the images that it would be filled with are the same
    project.run("page.md").stdout.fnmatch_lines([SAYS_SO])
    assert project.ran == []


def test_a_second_engine_is_a_second_cache(project: Project, daemon: LocalDaemon) -> None:
    project.write("page.md", PAGE)
    project.run("page.md")
    project.run("page.md", "--engine=debian-12")
    assert project.ran == ["page"]
    assert len(project.kept()) == 2
    project.run("page.md")
    assert project.ran == []
    daemon.lab = "sha256:rebuilt"
    project.run("page.md")
    assert project.ran == ["page"]


def test_another_bench_runs_all(project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("page.md", PAGE)
    project.run("page.md")
    monkeypatch.setattr(cache, "bench", lambda: "another")
    project.run("page.md")
    assert project.ran == ["page"]


def test_python_blocks_rest_on_what_they_import(project: Project, daemon: LocalDaemon) -> None:
    project.write("helper.py", "import deeper\n")
    project.write("deeper.py", "X = 1\n")
    project.write("unused.py", "X = 1\n")
    project.pytester.syspathinsert()
    page = "```python\nimport helper\n\nopen('LOG', 'a').write('page ')\n```\n"
    project.write("page.md", page)
    project.run("page.md").assert_outcomes(passed=1)
    project.write("unused.py", "X = 2\n")
    project.run("page.md").assert_outcomes(passed=1)
    assert project.ran == []
    for name, text in [("deeper.py", "X = 2\n"), ("conftest.py", "X = 1\n")]:
        project.write(name, text)
        project.run("page.md").assert_outcomes(passed=1)
        assert project.ran == ["page"]


def test_a_replayed_page_must_be_captured_as_any_other(project: Project, daemon: LocalDaemon) -> None:
    project.write("mkdocs.yml", "site_name: x\nmarkdown_extensions:\n  - banc.fences:\n      snapshots: snap\n")
    project.write("docs/page.md", PAGE)
    project.run("docs").assert_outcomes(failed=2, skipped=1)
    assert project.kept() == []  # red
    project.run("docs", "--update").assert_outcomes(passed=1, skipped=2)
    assert project.ran == ["page"]
    project.run("docs", "--update").assert_outcomes(passed=1, skipped=2)
    assert project.ran == []
    snapshot = project.path / "snap/page.md.json"
    snapshot.write_text(snapshot.read_text().replace('"one"', '"other"', 1))
    project.run("docs", "--update")
    assert project.ran == ["page"]
    snapshot.unlink()
    project.run("docs").assert_outcomes(failed=2, skipped=1)
    assert project.ran == []


def test_workers_share_what_is_kept(project: Project, daemon: LocalDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    project.pytester.makeconftest(
        "import pytest, test_not_twice as t, banc.plugin.running\n"
        "banc.plugin.running.Bench = t.LocalBench\n"
        "t.daemon.__wrapped__(pytest.MonkeyPatch())\n"
    )
    for name in ("a.md", "b.md"):
        project.write(name, PAGE.replace("echo page", f"echo {name}"))
    for ran in (["a.md", "b.md"], []):
        project.log.unlink(missing_ok=True)
        result = project.pytester.runpytest_subprocess("-n", "2", "a.md", "b.md")
        result.assert_outcomes(passed=2, skipped=4)
        assert sorted(project.ran) == ran
    result.stdout.fnmatch_lines(["b.md * not run again: *"])
