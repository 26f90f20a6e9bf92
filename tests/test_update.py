"""`--update`: what is written into pages, when, and what is told of it. With a stand-in for Docker."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from local_lab import LocalBench, LocalLab

from banc.errors import BenchError
from banc.labs.inventory import Kind, Thing

PAGE = """\
# Page

```bash {#hello}
echo hello; echo 'took 3 s'
```

```text {.output}
…
took 2 s
```

- Item:

    ```console
    $ echo one
    uno
    $ true
    ```

```bash
seq 3
```

```text {.output}
```
"""

UPDATED = (
    PAGE.replace("took 2 s", "took 3 s")
    .replace("    uno\n", "    one\n")
    .replace("```text {.output}\n```", "```text {.output}\n1\n2\n3\n```")
)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A MkDocs project whose site shows results, and whose pages run in a shell of this machine."""
    monkeypatch.setattr("banc.plugin.running.Bench", LocalBench)
    write(pytester, "mkdocs.yml", "site_name: x\nmarkdown_extensions:\n  - banc.fences:\n      snapshots: snap\n")
    return pytester


def write(project: pytest.Pytester, name: str, text: str) -> Path:
    path = project.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-p", "no:cacheprovider", *arguments)


def read(project: pytest.Pytester, name: str) -> str:
    return (project.path / name).read_text(encoding="utf-8")


def test_outputs_are_written_shown_and_then_hold(project: pytest.Pytester) -> None:
    write(project, "docs/page.md", PAGE)
    run(project, "docs").assert_outcomes(failed=3)
    assert read(project, "docs/page.md") == PAGE
    result = run(project, "docs", "--update")
    result.assert_outcomes(passed=3)
    assert read(project, "docs/page.md") == UPDATED
    result.stdout.fnmatch_lines(
        [
            "*outputs written into pages*",
            "--- docs/page.md",
            "+++ docs/page.md",
            "-took 2 s",
            "+took 3 s",
            "-    uno",
            "+    one",
            "@@ *",
            "+1",
            "+2",
            "+3",
        ]
    )
    assert result.ret == pytest.ExitCode.OK
    run(project, "docs").assert_outcomes(passed=3)  # pages and snapshot agree
    again = run(project, "docs", "--update")
    again.assert_outcomes(passed=3)
    again.stdout.no_fnmatch_line("*outputs written into pages*")


def test_what_is_kept_of_a_block_is_what_its_page_says(project: pytest.Pytester) -> None:
    page = "```bash {#a}\necho id %s\n```\n\n```text {.output}\nid %s\n```\n"
    old, new = "0" * 12, "1" * 12
    write(project, "docs/page.md", page % (f'"$(cat {project.path}/id)"', old))
    write(project, "id", old)
    run(project, "docs", "--update").assert_outcomes(passed=1)
    write(project, "id", new)
    run(project, "docs", "--update").assert_outcomes(passed=1)
    assert json.loads(read(project, "snap/page.md.json"))["blocks"]["a"]["output"] == f"id {new}"
    assert f"\nid {new}\n" in read(project, "docs/page.md")


def test_a_page_outside_any_site_is_updated_too(project: pytest.Pytester) -> None:
    (project.path / "mkdocs.yml").unlink()
    write(project, "page.md", PAGE)
    write(project, "page.en.md", PAGE)  # a page like any other
    run(project, "page.md", "--update").assert_outcomes(passed=3)
    assert read(project, "page.md") == UPDATED
    assert read(project, "page.en.md") == PAGE


def test_python_blocks_are_updated_too(project: pytest.Pytester) -> None:
    write(project, "docs/page.md", "```python\nprint('new')\n```\n\n```text {.output}\nold\n```\n")
    run(project, "docs", "--update").assert_outcomes(passed=1)
    assert "\nnew\n```" in read(project, "docs/page.md")


@pytest.mark.parametrize(
    "mistake",
    [
        "```bash\nfalse\n```\n",
        "```bash {.teardown}\nfalse\n```\n",
        "```bash {exit=x}\nls\n```\n",
        "```bash\nnever closed\n",
        "```console\n$ echo a\nb\n$ false\n```\n",
    ],
)
def test_a_page_that_is_wrong_otherwise_is_not_updated(project: pytest.Pytester, mistake: str) -> None:
    write(project, "docs/page.md", PAGE + "\n" + mistake)
    result = run(project, "docs", "--update")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert read(project, "docs/page.md") == PAGE + "\n" + mistake
    assert not (project.path / "snap").exists()
    result.stdout.fnmatch_lines(
        ["docs/page.md: not updated: it is wrong in more than outputs; mend that, and run again"]
    )


def gone(_: LocalLab) -> tuple[Thing, ...]:
    raise BenchError("the lab is gone")


def volume(_: LocalLab) -> tuple[Thing, ...]:
    return (Thing(Kind.VOLUME, "donnees", made=None),)


@pytest.mark.parametrize("inventory", [gone, volume])
def test_a_page_that_leaves_something_or_nobody_knows_what_is_not_updated(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, inventory: Callable[[LocalLab], tuple[Thing, ...]]
) -> None:
    monkeypatch.setattr(LocalLab, "inventory", inventory)
    write(project, "docs/page.md", PAGE)
    run(project, "docs", "--update").stdout.fnmatch_lines(["docs/page.md: not updated: it is wrong in more than *"])
    assert read(project, "docs/page.md") == PAGE
    assert not (project.path / "snap").exists()


def test_a_page_of_which_only_a_part_was_run_is_not_updated(project: pytest.Pytester) -> None:
    write(project, "docs/page.md", PAGE)
    result = run(project, "docs/page.md::hello", "--update")
    result.assert_outcomes(passed=1)
    assert read(project, "docs/page.md") == PAGE
    result.stdout.fnmatch_lines(["docs/page.md: not updated: only some of its blocks were run; run the whole page"])


def test_an_output_that_no_page_can_hold_makes_the_run_red(project: pytest.Pytester) -> None:
    write(project, "mkdocs.yml", "markdown_extensions:\n  - pymdownx.superfences\n  - pymdownx.snippets\n")
    text = '```bash\necho \'--8\'"<-- \\"mkdocs.yml\\""\n```\n\n```text {.output}\nold\n```\n'
    write(project, "docs/page.md", text)
    result = run(project, "docs", "--update")
    assert read(project, "docs/page.md") == text
    result.stdout.fnmatch_lines(
        ["docs/page.md: not updated: line 5: what was printed cannot stand in a Markdown page*"]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_on_another_engine_pages_are_to_hold_as_they_are(project: pytest.Pytester) -> None:
    write(project, "docs/page.md", PAGE)
    run(project, "docs", "--update", "--engine=debian-12").assert_outcomes(failed=3)
    assert read(project, "docs/page.md") == PAGE


# --- translations ------------------------------------------------------------------------------------------


def english(page: str) -> str:
    return page.replace("# Page", "# The page\n\nMore words.").replace("seq 3", "seq 3  # up to three")


@pytest.mark.parametrize("asked", ["docs", "docs/page.md"])
def test_a_translation_follows_in_the_same_run(project: pytest.Pytester, asked: str) -> None:
    write(project, "docs/page.md", PAGE)
    write(project, "docs/page.en.md", english(PAGE))
    result = run(project, asked, "--update")
    result.assert_outcomes(passed=6 if asked == "docs" else 3)
    assert result.ret == pytest.ExitCode.OK
    assert read(project, "docs/page.en.md") == english(UPDATED)
    result.stdout.fnmatch_lines(["+++ docs/page.md", "+took 3 s", "+++ docs/page.en.md", "+took 3 s"])
    run(project, "docs").assert_outcomes(passed=6)


def test_a_translation_can_follow_later(project: pytest.Pytester) -> None:
    write(project, "docs/page.md", UPDATED)
    write(project, "docs/page.en.md", english(PAGE))
    run(project, "docs/page.en.md").assert_outcomes(failed=3)
    run(project, "docs/page.en.md", "--update").assert_outcomes(passed=3)
    assert read(project, "docs/page.en.md") == english(UPDATED)
    run(project, "docs/page.en.md").assert_outcomes(passed=3)


def test_a_translation_that_is_wrong_otherwise_is_left_and_told_of(project: pytest.Pytester) -> None:
    write(project, "docs/page.md", PAGE)
    wrong = english(PAGE).replace("seq 3", "seq 4")
    write(project, "docs/page.en.md", wrong)
    result = run(project, "docs/page.md", "--update")
    result.assert_outcomes(passed=3)
    assert read(project, "docs/page.en.md") == wrong
    result.stdout.fnmatch_lines(["docs/page.en.md:23: not updated: the code differs from its original, page.md:20: *"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert not (project.path / "snap/page.en.md.json").exists()


def test_workers_write_and_translations_follow_at_the_end(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    project.makeconftest("import banc.plugin.running, local_lab\nbanc.plugin.running.Bench = local_lab.LocalBench")
    for name in "pq":
        write(project, f"docs/{name}.md", PAGE)
        write(project, f"docs/{name}.en.md", english(PAGE))
    result = project.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2", "--update", "docs")
    result.assert_outcomes(passed=12)
    for name in "pq":
        assert read(project, f"docs/{name}.md") == UPDATED
        assert read(project, f"docs/{name}.en.md") == english(UPDATED)
        result.stdout.fnmatch_lines([f"+++ docs/{name}.md"])
    run(project, "docs").assert_outcomes(passed=12)
