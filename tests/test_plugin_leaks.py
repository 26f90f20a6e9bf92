"""What a page leaves, as pytest reports it: with a stand-in for Docker."""

from __future__ import annotations

import json

import pytest
from local_lab import LocalLab
from test_plugin import GREEN, run, site, write

from banc.errors import BenchError
from banc.labs.inventory import Kind, Thing
from banc.reports.record import load


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> None:
    """All labs have something in them at the end."""
    things = (Thing(Kind.NETWORK, "reseau", made=1e12), Thing(Kind.VOLUME, "donnees", made=None))
    monkeypatch.setattr(LocalLab, "things", things)


@pytest.mark.usefixtures("left")
def test_what_a_page_leaves_fails_at_the_block_that_made_it(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    site(project)
    write(project, "docs/page.md", GREEN)
    result = run(project, "docs/page.md", "--update", "--record=record.json")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "docs/page.md:1: leaves volume 'donnees'",
            "*to mend it: docker volume rm donnees in a {.teardown} block",
            "docs/page.md:5: block 2: leaves network 'reseau'",
            "*to mend it: docker network rm reseau in a {.teardown} block",
            "::error file=docs/page.md,line=5,*leaves network 'reseau'*",
            "page.md * 2 * 0 * 0 * 0 * 0.0.0",
            "FAILED docs/page.md::@leaks*",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert not (project.path / "snap").exists()
    (told,) = json.loads((project.path / "record.json").read_text())["pages"]
    assert told["left"] == [{"block": "", "what": "volume 'donnees'"}, {"block": "2", "what": "network 'reseau'"}]


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize("selection", [("page.md::first",), ("page.md", "-k", "first or leaks")])
def test_what_is_left_is_not_asked_where_blocks_were_deselected(
    project: pytest.Pytester, selection: tuple[str, ...]
) -> None:
    write(project, "page.md", GREEN.replace("#a", "#first"))
    run(project, *selection).assert_outcomes(passed=1)


@pytest.mark.usefixtures("left")
def test_what_was_left_is_asked_again_after_all_blocks(project: pytest.Pytester) -> None:
    write(project, "page.md", GREEN)
    project.runpytest_inprocess("page.md").assert_outcomes(passed=2, failed=1)
    result = project.runpytest_inprocess("page.md", "--lf")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["page.md:5: block 2: leaves network 'reseau'"])


def test_a_page_that_left_nothing_says_so_to_those_who_ask(project: pytest.Pytester) -> None:
    write(project, "page.md", GREEN)
    result = run(project, "page.md", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["page.md::@leaks CLEAN*", "*= 2 passed in *"])


@pytest.mark.usefixtures("left")
def test_a_page_that_leaves_much_is_not_a_wall_of_text(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    things = tuple(Thing(Kind.NETWORK, f"reseau-{number}", made=None) for number in range(30))
    monkeypatch.setattr(LocalLab, "things", things)
    write(project, "page.md", GREEN)
    result = run(project, "page.md")
    result.stdout.fnmatch_lines(["page.md:1: leaves network 'reseau-7'", "page.md: … and 22 more"])
    result.stdout.no_fnmatch_line("*'reseau-8'*")


def test_what_is_left_in_a_lab_that_the_page_has_ended_is_not_known(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalLab, "inventory", gone)
    monkeypatch.setattr(LocalLab, "images", gone)
    monkeypatch.setattr(LocalLab, "ruined", lambda _: "ended its lab")
    write(project, "page.md", GREEN)
    result = run(project, "page.md")
    assert result.parseoutcomes()["passed"] == 2
    result.stdout.fnmatch_lines(["not reached: page.md::@leaks: the page ended its lab: nobody can tell *"])
    assert "bench broken" not in result.stdout.str()


def test_a_lab_that_does_not_say_what_is_in_it_is_not_the_pages_fault(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalLab, "inventory", gone)
    write(project, "page.md", GREEN)
    result = run(project, "page.md", "--record=run.json")
    assert result.ret == 3
    result.stdout.fnmatch_lines(["the bench is broken, which says nothing of the pages: the lab is gone"])
    assert load(project.path / "run.json").pages[0].broken == "the lab is gone"


def gone(_: LocalLab) -> None:
    raise BenchError("the lab is gone")
