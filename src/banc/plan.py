"""Blocks → steps: what to write, to type, to expect, to skip. Every author's mistake is found here."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pygments.lexers import find_lexer_class_by_name  # type: ignore[import-untyped]

from banc import shell
from banc.blocks import Block, Extracted, Problem
from banc.frontmatter import FrontMatter
from banc.grammar import nearest
from banc.results import COUNTED, Kind, names_file

__all__ = ["Expected", "Part", "Plan", "Problem", "Skip", "Step", "Type", "Write", "Wrong", "plan"]

TIMEOUT = 120.0
"""Seconds that a block may take where neither it nor its page says otherwise."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a part must print: literal lines, ``…`` in a line for any text, ``…`` alone for any lines."""

    line: int  # of the first expected line in the source
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Lines typed one after another, and what they must print (None: anything)."""

    lines: tuple[tuple[int, str], ...]  # source line, text
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """Type the parts in the page's terminal."""

    block: Block
    parts: tuple[Part, ...]
    exit: int | None = 0  # what the last command must end with; None: anything
    timeout: float = TIMEOUT  # seconds, for the block


@dataclass(frozen=True, slots=True)
class Write:
    """Write a file in the terminal's current folder; ``build`` a Dockerfile that no later block builds."""

    block: Block
    path: str
    text: str
    build: bool = False
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not run; the author says why."""

    block: Block
    reason: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Cannot be run: the author's mistakes, found before anything ran."""

    block: Block
    problems: tuple[Problem, ...]


Step = Type | Write | Skip | Wrong


@dataclass(frozen=True, slots=True)
class Plan:
    """One step for each counted block of a page, in the page's order."""

    steps: tuple[Step, ...]
    warnings: tuple[Problem, ...] = ()  # on blocks that are not counted
    problems: tuple[Problem, ...] = ()  # of the page itself: front matter, fences that open nothing


def plan(page: Extracted) -> Plan:
    """Plan a page: one step for each block that counts, and all that its author must mend."""
    timeout, front_problems = _front_matter(page.front)
    blocks, repeated = _with_unique_labels(page.blocks)
    problems = [*page.problems, *front_problems]
    outputs, output_problems = _outputs(blocks)
    problems += output_problems
    steps: list[Step] = []
    for index, block in enumerate(blocks):
        wrong = [*block.problems, *repeated.get(block.ordinal, ()), *_misused(block)]
        if block.kind in COUNTED:
            steps.append(_step(block, wrong, outputs.get(block.ordinal), blocks[index + 1 :], timeout))
        else:
            problems += wrong
    warnings = [warning for block in blocks for warning in _warnings(block)]
    return Plan(tuple(steps), tuple(warnings), tuple(sorted(problems, key=lambda problem: problem.line)))


def _step(
    block: Block, problems: Sequence[Problem], output: Block | None, later: Sequence[Block], timeout: float
) -> Step:
    """The step of one block that counts."""
    if "notest" in block.attributes.classes and not block.problems:
        reason = block.attributes.keys.get("reason", "").strip()
        if reason:
            return Wrong(block, tuple(problems)) if problems else Skip(block, reason)
        message = 'say why the block is not run: {.notest reason="…"}'
        return Wrong(block, (*problems, Problem(block.line, message)))
    timeout, timeout_problems = _timeout(block.attributes.keys.get("timeout", timeout), block.line)
    found = [*problems, *timeout_problems, *_not_yet(block)]
    step: Step
    if block.kind in (Kind.SHELL, Kind.CONSOLE):
        step = _typed(block, output, timeout)
    elif block.kind in (Kind.FILE, Kind.DOCKERFILE):
        step = _written(block, later, timeout)
    else:
        message = 'Python blocks are not supported yet; mark it {.notest reason="…"}'
        step = Wrong(block, (Problem(block.line, message),))
    if isinstance(step, Wrong):
        found += step.problems
    return Wrong(block, tuple(found)) if found else step


# --- the page --------------------------------------------------------------------------------------------

_PAGE_KEYS = frozenset({"engines", "network", "timeout"})


def _front_matter(front: FrontMatter) -> tuple[float, list[Problem]]:
    """The page's own default for a block's time, and what is wrong with its ``banc:``."""
    banc = front.values.get("banc", {})
    if not isinstance(banc, Mapping):
        message = "banc: holds keys with values; write for example banc: {timeout: 60}"
        return TIMEOUT, [Problem(front.lines.get("banc", 1), message)]
    problems = []
    for key in banc:
        line = front.lines.get(f"banc.{key}", front.lines.get("banc", 1))
        if key not in _PAGE_KEYS:
            near = nearest(str(key), _PAGE_KEYS)
            hint = f"did you mean {near}?" if near else "known is timeout"
            problems.append(Problem(line, f"unknown key {key!r} in banc:; {hint}"))
        elif key != "timeout":
            problems.append(Problem(line, f"{key!r} in banc: is not supported yet; take it out"))
    timeout, wrong = _timeout(banc.get("timeout", TIMEOUT), front.lines.get("banc.timeout", 1))
    return timeout, problems + wrong


def _timeout(value: Any, line: int) -> tuple[float, list[Problem]]:
    """A number of seconds, from front matter or braces."""
    text = str(value)
    if re.fullmatch(r"\d{1,6}(\.\d+)?", text) and float(text) > 0:
        return float(text), []
    return TIMEOUT, [Problem(line, f"timeout={text} is no number of seconds above 0; write for example timeout=60")]


def _with_unique_labels(blocks: Sequence[Block]) -> tuple[list[Block], dict[int, list[Problem]]]:
    """The blocks, those whose label another has before them without it; and the problems by ordinal."""
    lines: dict[str, int] = {}
    unique: list[Block] = []
    problems: dict[int, list[Problem]] = {}
    for block in blocks:
        label = block.attributes.label
        if label in lines:
            message = f"the label #{label} stands already at line {lines[label]}; choose another"
            problems[block.ordinal] = [Problem(block.line, message)]
            block = replace(block, attributes=replace(block.attributes, label=""))
        elif label:
            lines[label] = block.line
        unique.append(block)
    return unique, problems


def _outputs(blocks: Sequence[Block]) -> tuple[dict[int, Block], list[Problem]]:
    """The expected output of each block that has one, by ordinal; and outputs that belong to none."""
    outputs: dict[int, Block] = {}
    problems = []
    before: Block | None = None
    for block in blocks:
        if block.kind is Kind.OUTPUT:
            misplaced = _misplaced_output(before)
            if misplaced:
                problems.append(Problem(block.line, misplaced))
            elif before:
                outputs[before.ordinal] = block
        before = block
    return outputs, problems


def _misplaced_output(before: Block | None) -> str:
    """Why an output cannot stand behind a block; empty where it can."""
    if before is None:
        return "no block stands before this output; put it behind the block that prints it"
    if before.kind is Kind.OUTPUT:
        return f"the output at line {before.line} belongs to the same block; make one of the two"
    if before.kind is Kind.CONSOLE and _console_outputs(before):
        return f"the console block at line {before.line} holds its output already; keep one of the two"
    if before.kind not in (Kind.SHELL, Kind.CONSOLE):
        return f"the block before this output (line {before.line}) prints nothing; put it behind the block that does"
    return ""


def _console_outputs(block: Block) -> bool:
    return any(part.expected for part in _console_parts(block)[0])


# --- attributes ------------------------------------------------------------------------------------------

_LATER_KEYS = ("engine", "http", "in", "keys", "opens", "port", "retry", "serve", "term", "until")
_LATER_CLASSES = ("serve", "unordered")
_MEANT_FOR = {
    "exit": {Kind.SHELL, Kind.CONSOLE},
    "timeout": {Kind.SHELL, Kind.CONSOLE, Kind.DOCKERFILE},
    "file": {Kind.FILE, Kind.DOCKERFILE},
    "setup": COUNTED | {Kind.OUTPUT},
    "teardown": COUNTED | {Kind.OUTPUT},
}
"""Where an attribute has an effect. Elsewhere it is a mistake."""


def _misused(block: Block) -> Iterator[Problem]:
    """Attributes that mean nothing where they stand."""
    if block.problems:  # what cannot be read cannot be judged
        return
    classes, keys = block.attributes.classes, block.attributes.keys
    for name, kinds in _MEANT_FOR.items():
        if name in (*classes, *keys) and block.kind not in kinds:
            yield Problem(block.line, f"{name!r} has no effect on this block ({_CALLED[block.kind]}); take it out")
    if {"setup", "teardown"} <= classes:
        yield Problem(block.line, "a block is .setup or .teardown, not both; keep one")
    if "reason" in keys and "notest" not in classes:
        yield Problem(block.line, 'a reason goes with .notest; write {.notest reason="…"} or take it out')
    if "unordered" in classes:
        if block.kind is Kind.OUTPUT:
            message = "'.unordered' is not supported yet; take it out, and write … for what comes in any order"
        else:
            message = "'unordered' belongs to an output; write ```text {.output .unordered}"
        yield Problem(block.line, message)


_CALLED = {
    Kind.SHELL: "a shell block",
    Kind.CONSOLE: "a console block",
    Kind.DOCKERFILE: "a Dockerfile",
    Kind.FILE: "a file",
    Kind.OUTPUT: "an output",
    Kind.PYTHON: "a Python block",
    Kind.PROSE: "it is not run",
}


def _not_yet(block: Block) -> Iterator[Problem]:
    """What the grammar knows and the bench does not do yet."""
    present = [key for key in _LATER_KEYS if key in block.attributes.keys]
    if "serve" in block.attributes.classes:
        present.append(".serve")
    if present:
        names = ", ".join(present)
        verb = "is" if len(present) == 1 else "are"
        message = f'{names} {verb} not supported yet; take it out, or mark the block {{.notest reason="…"}}'
        yield Problem(block.line, message)
    title = block.attributes.keys.get("title", "")
    if title and block.kind in (Kind.SHELL, Kind.CONSOLE):
        yield Problem(
            block.line,
            f'a terminal of its own (title="{title}") is not supported yet; take the title out, '
            'or mark the block {.notest reason="…"}',
        )


# --- commands --------------------------------------------------------------------------------------------


def _typed(block: Block, output: Block | None, timeout: float) -> Type | Wrong:
    """The step of a shell or console block."""
    parts, problems = _console_parts(block) if block.kind is Kind.CONSOLE else _shell_parts(block)
    status, status_problems = _exit(block)
    problems += status_problems
    problems += _placeholders(parts)
    if not problems and all(shell.is_empty(_code(part)) for part in parts):
        problems.append(Problem(block.line, "the block holds no command; write one, or take the block out"))
    if problems:
        return Wrong(block, tuple(problems))
    if output:  # of the whole block
        lines = tuple(line for part in parts for line in part.lines)
        parts = [Part(lines, Expected(output.code_line, tuple(output.code.split("\n")) if output.code else ()))]
    return Type(block, tuple(parts), status, timeout)


def _code(part: Part) -> str:
    return "\n".join(text for _, text in part.lines)


def _numbered(block: Block) -> list[tuple[int, str]]:
    return list(enumerate(block.code.split("\n"), start=block.code_line)) if block.code else []


def _shell_parts(block: Block) -> tuple[list[Part], list[Problem]]:
    """All lines of a shell block, to be typed as they stand."""
    lines = _numbered(block)
    prompt = next((number for number, text in lines if text.startswith("$ ")), None)
    if prompt:
        message = f"a {block.language} block is typed as it stands, and '$' is no command; leave the prompt out, "
        return [], [Problem(prompt, message + "or call the block console")]
    return [Part(tuple(lines))], []


def _console_parts(block: Block) -> tuple[list[Part], list[Problem]]:
    """The commands of a console block, each with what must come of it.

    Where no command has an output, none is expected; where one has, the others print nothing.
    """
    commands: list[tuple[list[tuple[int, str]], list[tuple[int, str]]]] = []
    for number, text in _numbered(block):
        if text.startswith("$ ") or text.rstrip() == "$":
            commands.append(([(number, text[2:])], []))
        elif not commands:
            if text.strip():
                message = "a console block begins with a command; write '$ ' before it, or call the block bash"
                return [], [Problem(number, message)]
        elif text.startswith(">") and _continues(*commands[-1]):
            commands[-1][0].append((number, text[2:] if text[1:2] == " " else text[1:]))
        else:
            commands[-1][1].append((number, text))
    told = any(text.strip() for _, output in commands for _, text in output)
    return [Part(tuple(lines), _expected(lines, output) if told else None) for lines, output in commands], []


def _continues(command: Sequence[tuple[int, str]], output: Sequence[tuple[int, str]]) -> bool:
    """Tell whether bash would ask for more of a command, rather than the command print a ``>``."""
    return not output and not shell.is_complete("\n".join(text for _, text in command))


def _expected(command: Sequence[tuple[int, str]], output: Sequence[tuple[int, str]]) -> Expected:
    line = output[0][0] if output else command[-1][0]
    texts = [text for _, text in output]
    while texts and not texts[-1].strip():
        texts.pop()
    return Expected(line, tuple(texts))


def _placeholders(parts: Sequence[Part]) -> Iterator[Problem]:
    """``<name>``, which a reader is meant to replace, and bash takes for redirections."""
    for part in parts:
        for offset, text in shell.placeholders(_code(part)):
            yield Problem(
                part.lines[offset][0],
                f"for bash {text} is a redirection, not a placeholder; write a real name, or a variable that "
                f"the page sets (redirections, if meant, have a space: < in > out)",
            )


def _exit(block: Block) -> tuple[int | None, list[Problem]]:
    """The status that the last command must end with."""
    text = block.attributes.keys.get("exit", "0")
    if text == "any":
        return None, []
    if re.fullmatch(r"\d{1,3}", text) and int(text) <= 255:
        return int(text), []
    message = f"exit={text} is no status; write a number from 0 to 255, or exit=any"
    return 0, [Problem(block.line, message)]


# --- files -----------------------------------------------------------------------------------------------


def _written(block: Block, later: Sequence[Block], timeout: float) -> Write | Wrong:
    """The step of a Dockerfile or another file."""
    title = block.attributes.keys.get("title", "")
    path = title or ("Dockerfile" if block.kind is Kind.DOCKERFILE else "")
    problem = _path_problem(block, path)
    if problem:
        return Wrong(block, (Problem(block.line, problem),))
    text = block.code + "\n" if block.code and not block.code.endswith("\n") else block.code
    build = block.kind is Kind.DOCKERFILE and not _is_built(path, later)
    return Write(block, path, text, build, timeout)


def _path_problem(block: Block, path: str) -> str:
    """Why a file cannot be written where the block says; empty where it can."""
    if not path:
        return 'a file needs its name; write {.file title="name.txt"}'
    if block.kind is Kind.DOCKERFILE and not names_file(path):
        return f'the title "{path}" names no file; write for example title="Dockerfile", or take it out'
    if path.startswith(("/", "~")) or ".." in path.split("/"):
        return f'the file "{path}" lies outside the page\'s folder; give it a path within, such as title="app/x.txt"'
    if path.endswith("/") or posixpath.normpath(path) == ".":
        return f'the title "{path}" names a folder; add the file\'s name'
    return ""


def _is_built(path: str, later: Sequence[Block]) -> bool:
    """Tell whether a later block builds a Dockerfile, before another one takes its place."""
    path = posixpath.normpath(path)
    moved = False
    for block in later:
        if (
            block.kind is Kind.DOCKERFILE
            and posixpath.normpath(block.attributes.keys.get("title", "Dockerfile")) == path
        ):
            return False
        if block.kind in (Kind.SHELL, Kind.CONSOLE) and "notest" not in block.attributes.classes:
            code = block.code if block.kind is Kind.SHELL else "\n".join(map(_code, _console_parts(block)[0]))
            moved = moved or shell.changes_folder(code)
            if any(_is_same(path, built, moved) for built in shell.dockerfiles_built(code)):
                return True
    return False


def _is_same(path: str, built: str, moved: bool) -> bool:
    """Tell whether a written Dockerfile is the one that is built, perhaps from another folder."""
    if built in (shell.ANY, path):
        return True
    return moved and (built.endswith(f"/{path}") or path.endswith(f"/{built}"))


# --- warnings --------------------------------------------------------------------------------------------

# fmt: off
_COMMANDS = frozenset({
    "apt", "apt-get", "bash", "buildah", "cat", "cd", "chmod", "chown", "chroot", "cp", "ctr", "curl", "dnf",
    "docker", "docker-compose", "echo", "export", "git", "grep", "helm", "ip", "kubectl", "ls", "lxc",
    "make", "mkdir", "mv", "nerdctl", "npm", "nsenter", "ping", "pip", "podman", "ps", "pwd", "python",
    "python3", "rm", "runc", "skopeo", "ssh", "sudo", "systemctl", "tar", "touch", "unshare", "wget", "xargs",
})
# fmt: on
_OTHER_SHELLS = frozenset({"bash-session", "fish", "ksh", "sh-session", "shell-session", "shellsession", "zsh"})


def _warnings(block: Block) -> Iterator[Problem]:
    """A block that is not run although it looks like commands."""
    if block.kind is not Kind.PROSE or "notest" in block.attributes.classes or not _looks_like_shell(block):
        return
    name = block.language
    if not name:
        yield Problem(
            block.line, "a block without a language looks like shell and is not run; write ```bash or ```text"
        )
    elif name.lower() in _OTHER_SHELLS:
        yield Problem(block.line, f"{name!r} is not run; write ```bash or, with prompts and outputs, ```console")
    elif not _is_language(name.lower()):
        yield Problem(block.line, f"unknown language {name!r} looks like shell and is not run; write ```bash")


def _looks_like_shell(block: Block) -> bool:
    line = next((text for text in block.code.split("\n") if text.strip() and not text.startswith("#")), "")
    prompt, _, rest = line.strip().partition(" ")
    if prompt in ("$", "#"):
        return bool(rest)
    words = (word for word in line.split() if not re.fullmatch(r"\w+=\S*", word))
    return next(words, "") in _COMMANDS


@cache
def _is_language(name: str) -> bool:
    try:
        find_lexer_class_by_name(name)
    except ValueError:
        return False
    return True
