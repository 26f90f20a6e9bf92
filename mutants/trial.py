"""A changed page in a lab: is it red?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from time import monotonic

from banc.errors import BenchError
from banc.labs.lab import Bench, Lab
from banc.pages import plan
from banc.pages.blocks import Block, Extracted, read_page
from banc.pages.plan import Plan
from banc.pages.site import configuration
from banc.results import Status
from banc.runs import leaks, run
from mutants.changes import Change, changes, mutated

_PATIENCE = 60.0  # seconds for a block: a change may make it wait for what never comes


class Verdict(Enum):
    """What a page says to a change in it."""

    KILLED = "killed"
    SURVIVED = "survived"
    BROKEN = "not tried"  # the bench was broken


@dataclass(frozen=True, slots=True)
class Mutant:
    """A page with one change."""

    page: Path
    change: Change
    plan: Plan

    @property
    def place(self) -> str:
        """As an author looks it up."""
        return f"docs/{self.page.name}:{self.change.line}"


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant, and what became of it."""

    mutant: Mutant
    verdict: Verdict
    why: str  # the first block that was red, or what was broken
    seconds: float


def mutants(page: Path, count: int, seed: int) -> list[Mutant]:
    """Some mutants of a page, spread over it: the same ones for the same text and seed.

    Args:
        page: The page.
        count: How many, at most.
        seed: Another one gives others.
    """
    text = page.read_text(encoding="utf-8")
    original = read(page, text)
    chance = random.Random(f"{seed} {page.name}")
    found = changes(original, text)
    chance.shuffle(found)
    chosen: list[Mutant] = []
    for fresh in (True, False):  # no two in one line, unless the page is short
        for change in found:
            lines = {one.change.line for one in chosen}
            if len(chosen) < count and (change.line in lines) is not fresh and not _is_chosen(change, chosen):
                changed = mutated(original, read(page, change.applied(text)))
                if changed:
                    chosen.append(Mutant(page, change, changed))
    return sorted(chosen, key=lambda one: one.change.line)


def _is_chosen(change: Change, chosen: Sequence[Mutant]) -> bool:
    return any(change == one.change for one in chosen)


def read(page: Path, text: str) -> Extracted:
    """A page, from a text that need not be its file's."""
    site = configuration(page)
    return read_page(text, site.extensions, site.configs)


def is_without_python(page: Path) -> bool:
    """Whether a page can be run without pytest, which runs Python blocks."""
    text = page.read_text(encoding="utf-8")
    return not any(isinstance(step, plan.Python) for step in plan.plan(read(page, text)).steps)


def unchanged(page: Path) -> Mutant:
    """A page as it is: it has to pass, or its mutants would tell nothing."""
    text = page.read_text(encoding="utf-8")
    line = text.split("\n")[0]
    return Mutant(page, Change(1, line, line, "as it is"), plan.plan(read(page, text)))


def tried(mutant: Mutant, bench: Bench) -> Tried:
    """Run a mutant in a lab of its own, as far as its first red block."""
    began = monotonic()
    try:
        with bench.lab(online=mutant.plan.network) as lab:
            red = _first_red(_impatient(mutant.plan), lab)
    except BenchError as error:
        return Tried(mutant, Verdict.BROKEN, str(error), monotonic() - began)
    return Tried(mutant, Verdict.KILLED if red else Verdict.SURVIVED, red, monotonic() - began)


def _impatient(page: Plan) -> Plan:
    """A plan that waits less for what may never come."""
    steps = [
        replace(step, timeout=min(step.timeout, _PATIENCE)) if isinstance(step, plan.Type) else step
        for step in page.steps
    ]
    return replace(page, steps=tuple(steps))


def _first_red(page: Plan, lab: Lab) -> str:
    """Run a page as far as its first failure, and say which; empty where there is none, not even a leak."""
    began: list[tuple[float, Block]] = []
    with closing(run.execute(page, lab, _no_python)) as outcomes:
        for outcome in outcomes:
            if outcome.failure or outcome.result.status is Status.NOT_REACHED:
                return outcome.block.name
            if outcome.result.status is Status.PASSED:
                began.append((outcome.began, outcome.block))
    left = leaks.leaks(lab.inventory(), began)
    return f"leaves {left[0].what}" if left else ""


def _no_python(step: plan.Python) -> tuple[str, None]:
    raise BenchError(f"line {step.block.line}: Python blocks are not run for mutants. Choose another page.")
