"""Another course, as its authors would make it: the wheel in an environment of its own, three lines, no Material."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from uv import find_uv_bin

from banc.results import load

pytestmark = pytest.mark.lab

ROOT = Path(__file__).parents[1]
COURSE = Path(__file__).parent / "stranger"


@dataclass(frozen=True)
class Course:
    """A folder with a course, and the environment that it is worked on with."""

    folder: Path
    environment: Path

    def run(self, command: str, *arguments: str) -> str:
        """Run a command of the environment in the course's folder: what it printed, and the status it ended with."""
        ended = subprocess.run(
            [self.environment / "bin" / command, *arguments],
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "VIRTUAL_ENV"))},
            capture_output=True,
            text=True,
            timeout=1800,
        )
        return f"{ended.stdout}{ended.stderr}\nstatus {ended.returncode}"

    def write(self, config: str, docs: str) -> None:
        (self.folder / docs).mkdir(parents=True)
        (self.folder / "mkdocs.yml").write_text(config)
        for page in COURSE.glob("*.md"):
            shutil.copy(page, self.folder / docs)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it says it needs, in the versions that all tests are run with."""
    folder = tmp_path_factory.mktemp("stranger")
    subprocess.run([sys.executable, "-m", "flit_core.wheel", "--outdir", folder], cwd=ROOT, check=True)
    [wheel] = folder.glob("*.whl")
    made = folder / "environment"
    uv, python, versions = find_uv_bin(), made / "bin" / "python", ROOT / "requirements" / "dev.txt"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, made], check=True)
    install: list[str | Path] = [uv, "pip", "install", "--quiet", "--system-certs", "--python", python]
    subprocess.run([*install, "--constraint", versions, f"banc[run] @ {wheel.as_uri()}"], check=True)
    return made


@pytest.fixture
def course(tmp_path: Path, environment: Path) -> Course:
    return Course(tmp_path, environment)


def passed(output: str) -> dict[str, int]:
    """How many blocks of each page passed, where no other block is in the closing table."""
    return {page: int(count) for page, count in re.findall(r"^(\S+\.md) +(\d+) +0 +0 +0 ", output, re.MULTILINE)}


def test_a_course_of_three_lines(course: Course) -> None:
    course.write((COURSE / "mkdocs.yml").read_text(), "docs")
    assert not list(course.environment.glob("lib/*/site-packages/material"))

    never = course.run("pytest", "docs/more.md")
    assert "never captured: the site shows it as not verified" in never
    assert "run `pytest docs/more.md --update` and commit tests/snapshot/" in never
    assert not (course.folder / "tests").exists()

    updated = course.run("pytest", "--update")
    assert passed(updated) == {"index.md": 3, "more.md": 3}, updated
    assert updated.endswith("status 0")
    assert passed(course.run("pytest")) == {"index.md": 3, "more.md": 3}

    built = course.run("mkdocs", "build", "--strict")
    assert built.endswith("status 0"), built
    html = (course.folder / "site" / "index.html").read_text()
    kept = load(course.folder / "tests" / "snapshot", "index.md")
    assert kept is not None
    assert html.count("banc-badge--verified") == 2
    assert html.count("banc-badge--fails") == 1
    assert f"Docker {kept.engine}" in html
    assert "can't open '/absent.txt'" in html
    assert "File: note.txt" in html
    assert '<link href="assets/banc.css"' in html
    assert ".banc-badge" in (course.folder / "site" / "assets" / "banc.css").read_text()


def test_pages_elsewhere_and_no_site_that_shows_results(course: Course) -> None:
    extensions = "markdown_extensions: [attr_list, pymdownx.superfences]"
    course.write(f"site_name: A tiny course\ndocs_dir: text/pages\n{extensions}\n", "text/pages")
    output = course.run("pytest")
    assert passed(output) == {"index.md": 3, "more.md": 3}, output
    assert output.endswith("status 0")
    assert sorted(path.name for path in course.folder.iterdir()) == [".pytest_cache", "mkdocs.yml", "text"]
    built = course.run("mkdocs", "build", "--strict")
    assert built.endswith("status 0"), built
    assert "banc-badge" not in (course.folder / "site" / "index.html").read_text()
