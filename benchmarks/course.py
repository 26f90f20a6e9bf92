"""The course's blocks, against the same commands as one bash script in the same kind of lab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote

from banc.labs.lab import Bench, Lab
from banc.pages import blocks, plan
from banc.results import FIRST_TERMINAL, Status
from banc.runs import run
from banc.terminals import screen
from benchmarks.measure import ROOT, Measure, Sides, timed

_SCRIPT = "/tmp/page.sh"
_END = "END-OF-THE-FILE"


def script(page: plan.Plan) -> str | None:
    """A page's commands as a script; None where a script cannot do what the page does, with keys and terminals."""
    lines: list[str] = []
    for step in run.ordered(page):
        if isinstance(step, plan.Write) and step.terminal == FIRST_TERMINAL:
            lines += [f"mkdir -p {quote(str(Path(step.path).parent))}", f"cat >{quote(step.path)} <<'{_END}'"]
            lines += [step.text.removesuffix("\n"), _END]
            if step.build:
                lines.append(f"docker build --quiet --file {quote(step.path)} {quote(str(Path(step.path).parent))}")
        elif isinstance(step, plan.Type) and step.terminal == FIRST_TERMINAL and not _needs_a_reader(step):
            typed = [text for part in step.parts for _, text in part.lines]
            lines += ["until", *typed, "do sleep 0.5; done"] if step.retry else typed
        else:
            return None
    return "\n".join([*lines, ""])


def _needs_a_reader(step: plan.Type) -> bool:
    return bool(step.foreground.stays or step.foreground.within or step.foreground.keys)


def _pages(count: int) -> dict[str, tuple[plan.Plan, str]]:
    """The course's pages that can be scripts, the shortest first."""
    paths = [path for path in (ROOT / "docs").glob("*.md") if not path.name.endswith(".en.md")]
    plans = {path.name: plan.plan(blocks.load(path)) for path in paths}
    scripts = {name: (page, text) for name, page in plans.items() if (text := script(page)) is not None}
    return dict(sorted(scripts.items(), key=lambda item: len(item[1][1]))[:count])


def _executed(page: plan.Plan, lab: Lab) -> None:
    def no_python(step: plan.Python) -> tuple[str, None]:
        raise RuntimeError(f"line {step.block.line}: a page with Python is no script")

    wrong = [one.failure for one in run.execute(page, lab, no_python) if one.result.status is not Status.PASSED]
    if wrong:
        raise RuntimeError(f"the course is not green: {wrong[0]}")


def _scripted(lab: Lab) -> None:
    terminal = lab.open_terminal(["bash", _SCRIPT], screen.COLUMNS, screen.ROWS)
    with suppress(EOFError):
        while True:
            terminal.receive(1.0)
    terminal.close()


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    pages = _pages(size)
    with Bench(print) as bench:

        def ours(page: plan.Plan) -> float:
            with bench.lab() as lab:
                return timed(lambda: _executed(page, lab))

        def beside(text: str) -> float:
            with bench.lab() as lab:
                lab.write(_SCRIPT, text.encode())
                return timed(lambda: _scripted(lab))

        count = sum(len(page.steps) for page, _ in pages.values())
        yield Sides(
            lambda: sum(ours(page) for page, _ in pages.values()),
            lambda: sum(beside(text) for _, text in pages.values()),
            f"{count} blocks of {', '.join(pages)}; each page in a fresh lab, which is not timed",
        )


MEASURE = Measure(
    "course",
    "the course's blocks, cold",
    "the same commands as one bash script a page",
    goal=1.10,
    sides=_sides,
    size=8,  # pages: the shortest, so that it takes ten minutes and not hours
    tiny=1,
    rounds=3,
    warm=False,
)
