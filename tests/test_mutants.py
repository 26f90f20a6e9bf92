"""`make mutants`: what is changed in a page, what counts as noticed, and what the reasons are held against."""

from __future__ import annotations

from pathlib import Path

import pytest

from banc.labs.lab import Bench
from banc.pages.blocks import Extracted, read_page
from banc.pages.plan import plan
from banc.pages.site import CONFIGS, EXTENSIONS
from mutants import __main__ as command
from mutants import explained, trial
from mutants.changes import Change, changes, mutated
from mutants.explained import Explained
from mutants.trial import Mutant, Tried, Verdict

PAGE = """\
# A page

```text title="app/Dockerfile"
FROM busybox
# for people
COPY a.txt /srv/
```

```bash
docker run --rm -d --name cours-web -p 127.0.0.1:8080:80 nginx  # --not this
cat /etc/hosts
curl --retry 5 --silent localhost
```

```bash {.teardown}
docker rm --force cours-web
```
"""


RUN = "docker run --rm -d --name cours-web -p 127.0.0.1:8080:80 nginx  # --not this"


def page(text: str = PAGE) -> Extracted:
    return read_page(text, EXTENSIONS, CONFIGS)


def whats(text: str = PAGE) -> list[str]:
    return [change.what for change in changes(page(text), text)]


def test_options_names_paths_and_lines_of_files_are_changed() -> None:
    assert whats() == [
        "without the line 'FROM busybox'",
        "without the line 'COPY a.txt /srv/'",
        "with /srvx for /srv",
        "without --rm",
        "without -d",
        "without --name cours-web",
        "with -p 128.0.0.1:8080:80",
        "with -p 127.1.0.1:8080:80",
        "with -p 127.0.1.1:8080:80",
        "with -p 127.0.0.2:8080:80",
        "with -p 127.0.0.1:8081:80",
        "with -p 127.0.0.1:8080:81",
        "without -p 127.0.0.1:8080:80",
        "with cours-wex for cours-web",
        "with /etc/hostsx for /etc/hosts",
        "without --silent",
    ]


def test_comments_patience_and_the_teardown_are_left_alone() -> None:
    assert not [what for what in whats() if "not" in what or "retry" in what or "force" in what or "people" in what]


def test_a_change_is_made_where_the_word_stands_also_in_a_list() -> None:
    text = "1.  A list\n\n    ```bash\n    docker rm --force cours-a cours-b\n    ```\n"
    applied = [change.applied(text).split("\n")[3] for change in changes(page(text), text)]
    assert applied == [
        "    docker rm cours-a cours-b",
        "    docker rm --force cours-x cours-b",
        "    docker rm --force cours-a cours-x",
    ]


def test_the_prompt_of_a_console_block_stays() -> None:
    text = "```console\n$ ls -l /etc\nhosts\n```\n"
    assert [change.applied(text).split("\n")[1] for change in changes(page(text), text)] == [
        "$ ls /etc",
        "$ ls -l /etcx",
    ]


def test_what_cannot_be_run_or_changes_nothing_is_no_mutant() -> None:
    def one(line: str | None) -> object:
        changed = Change(PAGE.split("\n").index(RUN) + 1, RUN, line, "")
        return mutated(page(), page(changed.applied(PAGE)))

    assert one("docker run --name cours-wex nginx")
    assert not one("docker run 'nginx")  # is never complete
    assert not one("docker run <image>")  # is a mistake that the plan finds
    assert not one(RUN)


def test_mutants_are_spread_over_the_page_and_the_same_each_time(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(PAGE, encoding="utf-8")
    first, again, other = (trial.mutants(file, 4, seed) for seed in (1, 1, 2))
    assert [one.change for one in first] == [one.change for one in again] != [one.change for one in other]
    assert len({one.change.line for one in first}) == 4
    every = trial.mutants(file, 99, 1)
    assert len(every) == len({one.change for one in every}) == 16


def test_pages_with_python_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(PAGE, encoding="utf-8")
    assert trial.is_without_python(file)
    file.write_text("```python\nprint(1)\n```\n", encoding="utf-8")
    assert not trial.is_without_python(file)


def done(verdict: Verdict, what: str = "without --rm") -> Tried:
    change = Change(9, "  docker run --rm x", "  docker run x", what)
    return Tried(Mutant(Path("docs/a.md"), change, plan(page())), verdict, "", 1.0)


REASON = Explained("a.md", "docker run --rm x", "without --rm", "nobody can see it")


def test_nine_in_ten_must_be_noticed_and_the_rest_explained() -> None:
    nine = [done(Verdict.KILLED)] * 9
    assert command.is_good([*nine, done(Verdict.SURVIVED)], [REASON])
    assert not command.is_good([*nine, done(Verdict.SURVIVED)], [])
    assert not command.is_good([*nine, done(Verdict.SURVIVED, "without -x")], [REASON])
    assert not command.is_good([*nine[1:], *[done(Verdict.SURVIVED)] * 2], [REASON])


def test_the_table_says_what_was_changed_and_what_to_do() -> None:
    assert command.table(
        [done(Verdict.KILLED), done(Verdict.SURVIVED), done(Verdict.SURVIVED, "without -x")], [REASON]
    ) == [
        "page  mutants  killed  explained  survived",
        "a.md  3        1       1          1",
        "all   3        1       1          1",
        "",
        "docs/a.md:9: the page passes as well without -x",
        "  - docker run --rm x",
        "  + docker run x",
        "  Let a block print what this word is for, or give the reason in mutants/explained.toml.",
    ]


def test_a_page_that_is_not_there_is_named() -> None:
    with pytest.raises(SystemExit, match=r"docs/ has no absent\.md; it has arret-conteneur\.md"):
        command.main(["absent.md"])


def test_a_reason_without_its_parts_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "explained.toml"
    file.write_text('[[survivor]]\npage = "a.md"\nline = "x"\nwhat = " "\nreason = "y"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"explained\.toml: survivor 1 needs line, page, reason, what"):
        explained.load(file)


def test_each_reason_is_about_a_change_that_there_is() -> None:
    for reason in explained.load():
        file = command.DOCS / reason.page
        text = file.read_text(encoding="utf-8")
        found = changes(trial.read(file, text), text)
        assert any(reason.covers(reason.page, change) for change in found), f"{reason.page}: {reason.line}"


@pytest.mark.lab
def test_a_page_notices_what_it_prints_and_what_it_leaves_and_not_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("```bash\ndocker run --rm --quiet busybox hostname -s >/tmp/a\n```\n", encoding="utf-8")
    with Bench(print) as bench:
        given = {one.change.what: trial.tried(one, bench) for one in trial.mutants(file, 9, 1)}
    assert {what: one.verdict for what, one in given.items()} == {
        "without --rm": Verdict.KILLED,
        "without --quiet": Verdict.SURVIVED,
        "without -s": Verdict.SURVIVED,
        "with /tmp/ax for /tmp/a": Verdict.SURVIVED,
    }
    assert given["without --rm"].why.startswith("leaves container")
