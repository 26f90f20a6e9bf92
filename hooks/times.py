"""Say on the home page how long pages take. Each states it once, under « Durée ».

`images`{ .course-time } is the time of docs/images.md, `images reseau`{ .course-time } that of both, and
`*`{ .course-time } that of the course, in hours.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

_ASKED = re.compile(r"`([\w* -]+)`\{ \.course-time \}")
_STATED = re.compile(r"\*\*Durée\.\*\*\s(.+)")
_FEW = re.compile(r"(\d+)\sminutes\b")
_HOURS = ("Une", "Deux", "Trois", "Quatre", "Cinq", "Six", "Sept", "Huit")
_LONG = re.compile(rf"({'|'.join(_HOURS)})\sheures?(\set\squart|\set\sdemie|)")
_PARTS = {"quart": 15, "demie": 30, "": 0}


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Put times in the place of the pages' names."""
    docs = Path(config.docs_dir)
    try:
        return _ASKED.sub(lambda asked: f'<span class="course-time">{_told(asked[1].split(), docs)}</span>', markdown)
    except (OSError, ValueError) as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error


def _told(names: list[str], docs: Path) -> str:
    if names == ["*"]:
        return str(round(sum(_of(path) or 0 for path in sorted(docs.glob("*.md"))) / 60))
    total = 0
    for name in names:
        time = _of(docs / f"{name}.md")
        if time is None:
            raise ValueError(f"{name}.md does not state its time: write « **Durée.** 45 minutes environ. » in it")
        total += time
    return shown(total)


def _of(path: Path) -> int | None:
    try:
        return minutes(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} states its time in other words: {error}") from error


def minutes(text: str) -> int | None:
    """How long a page says that it takes; None where it says nothing.

    Raises:
        ValueError: It says so in words that are not understood.
    """
    stated = _STATED.search(text)
    if not stated:
        return None
    if few := _FEW.match(stated[1]):
        return int(few[1])
    if long := _LONG.match(stated[1]):
        return (_HOURS.index(long[1]) + 1) * 60 + _PARTS["".join(long[2].split()[1:])]
    raise ValueError(
        f"write « 45 minutes », « Une heure », « Une heure et quart », « Deux heures et demie », not « {stated[1]} »"
    )


def shown(minutes: int) -> str:
    """Minutes as the home page has them, in both languages."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours}\u00a0h"] if hours else []
    if rest:
        parts.append(f"{rest:02}" if hours else f"{rest}\u00a0min")
    return "\u00a0".join(parts)
