"""A page → what can be changed in it: one option, name or path of one command or file, or one line of a file. Pure.

A change is one that somebody could make by mistake and that a reader would stumble over. Where the page still passes
with it, nothing on the page shows what the changed word is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from banc.pages import shell
from banc.pages.blocks import Extracted
from banc.pages.plan import Plan, Type, Write, Wrong, plan

_OPTION = re.compile(r"(?<=\s)(?P<dashes>--?)(?P<name>[A-Za-z][\w-]*)(?P<value>=(?:\"[^\"]*\"|'[^']*'|\S)*)?(?=\s|$)")
_VALUE = re.compile(r"\s+(?:\"[^\"]*\"|'[^']*'|[^\s<>|&;-]\S*)")
_NAME = re.compile(r"\bcours-[a-z0-9_-]*[a-z]\b(?![/.])")
_PATH = re.compile(r"(?<![\w:/.-])(?:\.{0,2}/)?[\w.-]+(?:/[\w.-]+)*/[\w.-]*\w|(?<![\w/.-])/[\w.-]*\w")
_NUMBER = re.compile(r"\d+")

_VALUED = """
    a add-host after before build-arg cap-add cap-drop cpus detach-keys driver e entrypoint env env-file f file filter
    format gateway h health-cmd health-interval health-retries hostname ip ip-range l label m memory memory-swap mount n
    name net network network-alias o opt output p pid pids-limit platform progress publish restart s secret security-opt
    signal since stop-signal stop-timeout subnet t tag tail target time tmpfs u ulimit until user userns v volume
    volumes-from w workdir
"""
_WITH_VALUE = frozenset(_VALUED.split())
"""Options of docker, in long and short, behind which a value stands."""

_PATIENCE = re.compile(r"retry|max-time|connect-timeout|wait-timeout|W$")
"""Options that only matter where a machine is slow: no page can show what they are for."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing changed in a page."""

    line: int  # in the source, from 1
    before: str  # that line
    after: str | None  # what stands there now; None: the line is gone
    what: str  # in a few words: "without --rm"

    def applied(self, text: str) -> str:
        """The page with the change."""
        lines = text.split("\n")
        lines[self.line - 1 : self.line] = [] if self.after is None else [self.after]
        return "\n".join(lines)


def changes(page: Extracted, text: str) -> list[Change]:
    """All that can be changed in a page, in its order.

    Args:
        page: The page.
        text: Its source.
    """
    source = text.split("\n")
    found: list[Change] = []
    for step in plan(page).steps:
        if "teardown" in step.block.attributes.classes:
            continue  # is not part of what a page shows
        if isinstance(step, Type):
            for part in step.parts:
                for line, typed in part.lines:
                    found += _in_command(line, source[line - 1], typed)
        elif isinstance(step, Write):
            for offset, written in enumerate(step.text.splitlines()):
                line = step.block.code_line + offset
                found += _in_file(line, source[line - 1], written)
    return found


def mutated(page: Extracted, changed: Extracted) -> Plan | None:
    """The plan of a changed page; None where it is not one that can be run, or not another one."""
    before, after = plan(page), plan(changed)
    if after.problems != before.problems or len(after.steps) != len(before.steps):
        return None
    if any(isinstance(step, Wrong) for step in after.steps):
        return None
    if all(one.block.code == other.block.code for one, other in zip(before.steps, after.steps, strict=True)):
        return None
    for step in after.steps:
        if isinstance(step, Type) and not shell.is_complete(step.block.code):
            return None
    return after


def _in_command(line: int, source: str, typed: str) -> Iterator[Change]:
    """What can be changed in a line that is typed."""
    code = shell.comments_stripped(typed) or typed
    yield from _words(line, source, typed, code, options=True)


def _in_file(line: int, source: str, written: str) -> Iterator[Change]:
    """What can be changed in a line of a file."""
    text = written.strip()
    if len(text) < 4 or text.startswith(("#", "//", "<")):  # braces, and what only people or browsers read
        return
    if text[-1] not in "\\{[(," and not text.startswith(("}", "]", ")")):
        yield Change(line, source, None, f"without the line {text!r}")
    yield from _words(line, source, written, written, options=False)


def _words(line: int, source: str, text: str, code: str, *, options: bool) -> Iterator[Change]:
    """Change each word of a line that has a meaning of its own."""
    start = source.rfind(text)
    if start < 0:  # tabs, or a snippet from elsewhere
        return

    def change(span: tuple[int, int], new: str, what: str) -> Change:
        after = source[: start + span[0]] + new + source[start + span[1] :]
        return Change(line, source, after.rstrip() if not new else after, what)

    taken: list[tuple[int, int]] = []
    if options:
        for match in _OPTION.finditer(code):
            if _PATIENCE.match(match["name"]):
                continue
            end = match.end()
            takes_value = match["name"] in _WITH_VALUE and not match["value"] and "docker " in code[: match.start()]
            if takes_value and (value := _VALUE.match(code, end)):
                end = value.end()
                for number in _NUMBER.finditer(code, match.end(), end):
                    other = str(int(number[0]) + 1)
                    option = code[match.start() : number.start()] + other + code[number.end() : end]
                    yield change(number.span(), other, f"with {option}")
            gap = 1 if code[end : end + 1] == " " else 0
            yield change((match.start(), end + gap), "", f"without {code[match.start() : end]}")
    for match in _NAME.finditer(code):
        other = "x" if match[0][-1] != "x" else "y"
        taken.append(match.span())
        yield change(match.span(), match[0][:-1] + other, f"with {match[0][:-1]}{other} for {match[0]}")
    for match in _PATH.finditer(code):
        if not any(begin < match.end() and match.start() < end for begin, end in taken):
            yield change(match.span(), match[0] + "x", f"with {match[0]}x for {match[0]}")
