"""What GitHub runs is what a person types, with no more rights than it needs; and `make lint` sees when it is not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from banc.labs import engines
from banc.pages import shards
from banc.pages.shards import Shard

ROOT = Path(__file__).parent.parent
FOLDER = ".github/workflows"
MAKEFILE = (ROOT / "Makefile").read_text()
LINTERS = re.findall(r"^\t\$\(BIN\)/((?:zizmor|check-jsonschema) .+)$", MAKEFILE, re.MULTILINE)
Job = dict[str, Any]


def workflow(name: str) -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load((ROOT / FOLDER / name).read_text())
    return read


WORKFLOWS = {path.name: workflow(path.name) for path in sorted((ROOT / FOLDER).iterdir())}
ON = True  # what YAML makes of the key `on`
VERIFY, PUBLISH = WORKFLOWS["verify.yml"], WORKFLOWS["publish.yml"]


def jobs() -> Iterator[tuple[str, Job]]:
    for name, read in WORKFLOWS.items():
        for job, content in read["jobs"].items():
            yield f"{name}:{job}", content


def steps() -> Iterator[dict[str, Any]]:
    for _, job in jobs():
        yield from job.get("steps", ())


# --- what a person types -------------------------------------------------------------------------------


def test_what_github_runs_is_what_a_person_types() -> None:
    typed = {step["run"] for step in steps() if "run" in step}
    targets = re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE)
    asked = {"lint", "code", "audit", "course", "report", "offline", "pdf", "site"}
    assert typed == {f"make {target}" for target in asked}
    assert asked <= set(targets)


def recipe(target: str) -> str:
    """What `make` runs for a target."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert found, target
    return found[1]


def test_a_pull_request_is_asked_all_that_a_clean_clone_is() -> None:
    typed = [step["run"] for job in VERIFY["jobs"].values() for step in job["steps"] if "run" in step]
    clone = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line.startswith("make ")]
    assert clone == ["make lint", "make test", "make site"]
    assert set(clone) - set(typed) == {"make test"}  # in two parts, which have all that it has
    folders = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    assert recipe("test").splitlines()[-1] == f"\t$(call tested,{' '.join(folders)})"
    assert recipe("code").splitlines()[-1] == f"\t$(call tested,{folders[0]})"
    assert recipe("course").splitlines()[-1].startswith(f"\t$(BIN)/pytest {folders[1]} ")


def test_the_course_is_run_whole_on_each_engine_and_reported_as_one() -> None:
    course, report = VERIFY["jobs"]["course"], VERIFY["jobs"]["report"]
    matrix = course["strategy"]["matrix"]
    parts = [shards.parsed(shard) for shard in matrix["shard"]]
    assert parts == [Shard(number, len(parts)) for number in range(1, len(parts) + 1)]
    assert matrix["engine"][0] == engines.DEFAULT
    assert [engines.named(name).name for name in matrix["engine"]] == matrix["engine"]
    (run,) = (step for step in course["steps"] if step.get("run") == "make course")
    assert run["env"]["BANC_ENGINE"] == "${{ matrix.engine }}"
    assert run["env"]["BANC_SHARD"] == "${{ matrix.shard }}"
    (kept,) = (step["with"] for step in course["steps"] if "upload-artifact" in step.get("uses", ""))
    (fetched,) = (step["with"] for step in report["steps"] if "download-artifact" in step.get("uses", ""))
    assert kept["path"].rstrip("/") == fetched["path"] == re.findall(r"^RECORDS := (.+)$", MAKEFILE, re.MULTILINE)[0]
    assert fnmatch(kept["name"], fetched["pattern"])
    assert report["needs"] == "course"


@pytest.mark.parametrize(
    ("variables", "file"),
    [
        ({}, "default-all.json"),
        ({"BANC_ENGINE": "debian-12", "BANC_SHARD": "1/2"}, "debian-12-1-of-2.json"),
    ],
)
def test_each_part_of_the_course_keeps_a_record_of_its_own(variables: dict[str, str], file: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BANC_", "MAKE"))}
    command = ["make", "--dry-run", "--old-file=.venv/dev", "course"]
    ended = subprocess.run(command, cwd=ROOT, env=clean | variables, capture_output=True, text=True, check=True)
    assert re.search(rf"^\.venv/bin/pytest docs .*--record=\.cache/records/{re.escape(file)}$", ended.stdout, re.M)


def test_the_python_is_the_oldest_that_is_promised() -> None:
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    used = {step["with"]["python-version"] for step in steps() if "setup-python" in step.get("uses", "")}
    assert {f">={version}" for version in used} == {promised}


# --- when, and with which rights -----------------------------------------------------------------------


def test_only_main_is_published_and_only_when_all_is_green() -> None:
    assert PUBLISH[ON] == {"push": {"branches": ["main"]}}
    assert set(VERIFY[ON]) == {"pull_request", "workflow_call"}
    assert PUBLISH["jobs"]["verify"]["uses"] == f"$/{FOLDER}/verify.yml"
    assert PUBLISH["jobs"]["site"]["needs"] == "verify"
    assert PUBLISH["jobs"]["deploy"]["needs"] == ["verify", "site"]
    assert [name for name, job in jobs() if "if" in job] == ["verify.yml:report"]
    assert VERIFY["jobs"]["report"]["if"] == "${{ !cancelled() }}"  # it adds to what is red, and takes nothing away
    assert not any("continue-on-error" in part for part in (*steps(), *(job for _, job in jobs())))


def test_only_the_job_that_publishes_may_write() -> None:
    assert [read["permissions"] for read in WORKFLOWS.values()] == [{}, {}]
    writing = {name: job["permissions"] for name, job in jobs() if "write" in job["permissions"].values()}
    assert writing == {"publish.yml:deploy": {"pages": "write", "id-token": "write"}}
    assert [step["name"] for step in PUBLISH["jobs"]["deploy"]["steps"]] == ["Publish"]  # nothing of ours runs there


def test_the_site_is_built_for_its_address() -> None:
    asked, built = (
        next(step for step in PUBLISH["jobs"]["site"]["steps"] if key in step.get("uses", step.get("run")))
        for key in ("configure-pages", "make site")
    )
    assert built["env"]["SITE_URL"] == f"${{{{ steps.{asked['id']}.outputs.base_url }}}}"
    assert PUBLISH["jobs"]["site"]["env"]["EDIT_URI"].endswith("/edit/main/docs/")
    settings = (ROOT / "mkdocs.yml").read_text()
    assert all(f"!ENV [{name}, " in settings for name in ("SITE_URL", "EDIT_URI", "EDITIONS"))


def test_the_site_is_published_with_its_editions() -> None:
    typed = [step["run"] for step in PUBLISH["jobs"]["site"]["steps"] if "run" in step]
    assert typed == ["make offline", "make pdf", "make site"]
    (site,) = (step for step in PUBLISH["jobs"]["site"]["steps"] if step.get("run") == "make site")
    assert (ROOT / ".gitignore").read_text().splitlines().count(f"/{site['env']['EDITIONS']}/") == 1
    for name in ("offline", "paper"):  # each writes there unless told otherwise
        assert f'PROJECT / "{site["env"]["EDITIONS"]}"' in (ROOT / f"editions/{name}.py").read_text()


def test_no_two_runs_wait_for_each_other() -> None:
    groups = [read["concurrency"]["group"] for read in WORKFLOWS.values()]
    assert len(set(groups)) == len(groups)
    assert not any("github.workflow" in group for group in groups)  # of a called workflow it names the caller


def test_no_job_runs_for_hours() -> None:
    assert [name for name, job in jobs() if "runs-on" in job and job.get("timeout-minutes", 360) > 60] == []


def test_one_action_has_one_version() -> None:
    text = "".join((ROOT / FOLDER / name).read_text() for name in WORKFLOWS)
    pins = re.findall(r"uses: (\S+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$", text, re.MULTILINE)
    assert len(pins) == text.count("uses:") - text.count("uses: $/")
    assert len(set(pins)) == len({action for action, *_ in pins})


# --- what `make lint` sees -----------------------------------------------------------------------------


def lint(folder: Path, about: str) -> tuple[int, str]:
    """Status and output of that line of `make lint` which names `about`, in a copy of the workflows."""
    (line,) = (line for line in LINTERS if about in line)
    shell = ["sh", "-c", f"{Path(sys.executable).parent}/{line}"]
    ended = subprocess.run(shell, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout + ended.stderr


WEAK, WORKFLOW, DEPENDABOT = "zizmor", "vendor.github-workflows", "vendor.dependabot"


@pytest.mark.parametrize(
    ("file", "right", "wrong", "about", "said"),
    [
        ("workflows/verify.yml", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7", WEAK, "unpinned-uses"),
        ("workflows/verify.yml", "persist-credentials: false", "clean: true", WEAK, "artipacked"),
        ("workflows/verify.yml", "make lint", "echo ${{ github.head_ref }}", WEAK, "template-injection"),
        ("workflows/verify.yml", "  pull_request:", "  pull_request_target:", WEAK, "dangerous-triggers"),
        ("workflows/publish.yml", "permissions: {}", "permissions: write-all", WEAK, "excessive-permissions"),
        ("workflows/publish.yml", "runs-on", "run-on", WORKFLOW, "'runs-on' is a required property"),
        ("dependabot.yml", "interval: monthly", "interval: often", DEPENDABOT, "'often' is not one of"),
    ],
)
def test_lint_is_red_on_a_broken_workflow(
    tmp_path: Path, file: str, right: str, wrong: str, about: str, said: str
) -> None:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    broken = tmp_path / ".github" / file
    text = broken.read_text()
    assert right in text
    broken.write_text(text.replace(right, wrong))
    status, output = lint(tmp_path, about)
    assert status != 0
    assert said in output
