"""The measures of `make bench`: that they can be taken, and that their figures are what they say."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from banc.pages import plan
from banc.pages.blocks import read_page
from banc.pages.site import CONFIGS, EXTENSIONS
from benchmarks.__main__ import MEASURES, main
from benchmarks.course import script
from benchmarks.measure import ROOT, Measure, Sides, Taken, command, table, take
from benchmarks.site import bare


def measure(done: list[str], **options: object) -> Measure:
    @contextmanager
    def sides(size: int) -> Iterator[Sides]:
        times = iter([9.0, 2.0, 6.0, 4.0])

        def ours() -> float:
            done.append(f"ours {size}")
            return next(times)

        def beside() -> float:
            done.append("beside")
            return 2.0

        yield Sides(ours, beside, "a note")
        done.append("cleaned up")

    given = {"goal": 2, "size": 5, "tiny": 1, **options}
    return Measure("x", "ours", "the other", sides=sides, **given)  # type: ignore[arg-type]


def test_sides_take_turns_and_a_warm_measure_does_each_once_before() -> None:
    done: list[str] = []
    taken = take(measure(done), 5, 3)
    assert done == ["ours 5", "beside"] * 4 + ["cleaned up"]
    assert taken.figures == [1.0, 3.0, 2.0]
    assert take(measure([], warm=False), 1, 1).figures == [4.5]


def test_the_median_is_held_against_the_goal() -> None:
    assert Taken(measure([]), [2.0, 9.0, 4.0], [2.0, 2.0, 2.0]).met
    assert not Taken(measure([]), [2.0, 9.0, 4.2], [2.0, 2.0, 2.0]).met
    assert table([Taken(measure([]), [2.0, 9.0, 4.2], [2.0, 2.0, 0.05], "a note")]).splitlines() == [
        "measure  ours    beside  figure  of rounds  goal",
        "x        4.20 s  2.00 s  4.5     1 to 84    ≤ 2   MISSED",
        "",
        "x: ours, beside the other (a note)",
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.site] if name == "site" else [])
        for name, measure in MEASURES.items()
        if not measure.docker
    ],
)
def test_a_measure_can_be_taken(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--tiny"]) == 0
    assert f"\n{name} " in capsys.readouterr().out


def test_what_cannot_be_measured_says_why_and_leaves_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> float:
        raise RuntimeError("no such program")

    @contextmanager
    def sides(size: int) -> Iterator[Sides]:
        yield Sides(broken, broken)

    monkeypatch.setitem(MEASURES, "bad", Measure("bad", "a", "b", goal=1, sides=sides, size=1, tiny=1))
    monkeypatch.setitem(MEASURES, "good", measure([]))
    assert main(["bad", "good", "--tiny"]) == 1
    told = capsys.readouterr()
    assert "bad was not measured: no such program\n" in told.err
    assert "good: 1 (goal ≤ 2, met)\n" in told.err
    assert "\nx " in told.out


def test_a_measure_that_is_not_there_is_named() -> None:
    with pytest.raises(SystemExit):
        main(["speed"])


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"ended with status 3:\nwhy"):
        command(["sh", "-c", "echo why; exit 3"], tmp_path)


PAGE = """
```text title="part/note.txt"
It's a note.
```

```bash
cd part
false || cat note.txt
```

```bash {retry=5}
test -e late || { touch late; false; }
```

```console
$ echo said
said
```
"""


def planned(text: str) -> plan.Plan:
    return plan.plan(read_page(text, EXTENSIONS, CONFIGS))


def test_a_page_as_a_script_does_the_same(tmp_path: Path) -> None:
    text = script(planned(PAGE))
    assert text is not None
    ended = subprocess.run(["bash", "-c", text], cwd=tmp_path, capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("It's a note.\nsaid\n", "")
    assert (tmp_path / "part" / "late").exists()


@pytest.mark.parametrize("attributes", ["term=2", 'serve until="x"', "opens=ca", 'keys="^C"', '.notest reason="r"'])
def test_what_takes_a_reader_is_no_script(attributes: str) -> None:
    assert script(planned(f"```bash {{{attributes}}}\nsleep 1\n```\n")) is None


def test_the_bare_site_has_nothing_of_ours() -> None:
    text = bare((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert "banc" not in text.partition("\nwatch:")[0]
    assert "\nhooks:" not in text
    assert "  - pymdownx.superfences\n" in text
    assert "  - i18n:\n" in text
