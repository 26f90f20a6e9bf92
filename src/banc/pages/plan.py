"""Blocks → steps: what to write, to type, to expect, to skip. Every author's mistake is found here."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.specifiers import SpecifierSet

from banc import results
from banc.pages import advice, shell
from banc.pages.blocks import Block, Extracted, Problem
from banc.pages.defaults import NO_ENGINE, TIMEOUT, defaults_of, is_specifier, seconds
from banc.pages.foreground import NOTHING, Foreground
from banc.pages.foreground import read as read_foreground
from banc.pages.grammar import nearest
from banc.results import COUNTED, FIRST_TERMINAL, Kind, names_file

__all__ = [
    "Expected",
    "Part",
    "Plan",
    "Problem",
    "Python",
    "Skip",
    "Step",
    "Type",
    "Write",
    "Wrong",
    "commands_in",
    "outputs_in",
    "plan",
    "suited",
    "terminal_of",
]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a part must print: literal lines, ``…`` in a line for any text, ``…`` alone for any lines."""

    line: int  # of the first expected line in the source
    lines: tuple[str, ...]
    unordered: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Lines typed one after another, and what they must print (None: anything)."""

    lines: tuple[tuple[int, str], ...]  # source line, text
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """Type the parts in a terminal."""

    block: Block
    parts: tuple[Part, ...]
    exit: int | None = 0  # what the last command must end with; None: anything
    timeout: float = TIMEOUT  # seconds, for the block
    terminal: str = FIRST_TERMINAL
    foreground: Foreground = NOTHING
    retry: float = 0.0  # seconds for which the block is repeated until it succeeds


@dataclass(frozen=True, slots=True)
class Write:
    """Write a file in the terminal's current folder; ``build`` a Dockerfile that no later block builds."""

    block: Block
    path: str
    text: str
    build: bool = False
    timeout: float = TIMEOUT
    terminal: str = FIRST_TERMINAL


@dataclass(frozen=True, slots=True)
class Python:
    """Run by pytest-markdown-docs, beside the terminals and with the lab's daemon."""

    block: Block
    expected: Expected | None = None
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not run; the author says why, or (elsewhere) it is for other engines, or for images not to be had."""

    block: Block
    reason: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """Cannot be run: the author's mistakes, found before anything ran."""

    block: Block
    problems: tuple[Problem, ...]


Step = Type | Write | Python | Skip | Wrong


@dataclass(frozen=True, slots=True)
class Plan:
    """One step for each counted block of a page, in the page's order."""

    steps: tuple[Step, ...]
    warnings: tuple[Problem, ...] = ()  # on blocks that are not counted
    problems: tuple[Problem, ...] = ()  # of the page itself: front matter, fences that open nothing
    network: bool = False  # the page asks for the Internet
    engines: str = ""  # that its blocks are for, where they do not say otherwise themselves


def plan(page: Extracted) -> Plan:
    """Plan a page: one step for each block that counts, and all that its author must mend."""
    defaults, front_problems = defaults_of(page.front)
    blocks, repeated = _with_unique_labels(page.blocks)
    problems = [*page.problems, *front_problems]
    outputs, output_problems = _outputs(blocks)
    problems += output_problems
    occupied = _occupied(blocks)
    steps: list[Step] = []
    for index, block in enumerate(blocks):
        wrong = [*block.problems, *repeated.get(block.ordinal, ()), *_misused(block), *occupied.get(block.ordinal, ())]
        if block.kind in COUNTED:
            steps.append(_step(block, wrong, outputs.get(block.ordinal), blocks[index + 1 :], defaults.timeout))
        else:
            problems += wrong
    warnings = [warning for block in blocks for warning in advice.warnings(block)]
    ordered = sorted(problems, key=lambda problem: problem.line)
    return Plan(tuple(steps), tuple(warnings), tuple(ordered), defaults.network, defaults.engines)


def suited(plan: Plan, engine: str, missing: Mapping[str, str]) -> Plan:
    """The plan for one engine, and for the images that can be had: what does not suit is skipped, with the reason.

    Args:
        plan: The page's.
        engine: Version of the Docker engine.
        missing: Images that cannot be had, without their tags; each with the reason.
    """
    steps: list[Step] = []
    skipped: dict[str, str] = {}  # programs that were not opened, with the reason
    for step in plan.steps:
        reason = "" if isinstance(step, Wrong | Skip) else _unsuited(step, plan.engines, engine, missing, skipped)
        if reason and isinstance(step, Type) and step.foreground.opens:
            skipped[step.foreground.opens] = reason
        steps.append(Skip(step.block, reason, elsewhere=True) if reason else step)
    return replace(plan, steps=tuple(steps))


def _unsuited(
    step: Type | Write | Python, engines: str, engine: str, missing: Mapping[str, str], skipped: Mapping[str, str]
) -> str:
    """Why a step cannot be run here; empty where it can."""
    wanted = step.block.attributes.keys.get("engine", engines)
    if wanted and engine not in SpecifierSet(wanted, prereleases=True):
        return f"Docker {wanted} (≠ {engine})"
    if isinstance(step, Type):
        if step.foreground.within in skipped:
            return skipped[step.foreground.within]
        words = set().union(*(shell.words(_code(part)) for part in step.parts)) if missing else set[str]()
        return next((reason for image, reason in missing.items() if {image, *_tagged(image, words)} & words), "")
    return ""


def _tagged(image: str, words: Collection[str]) -> list[str]:
    return [word for word in words if word.startswith((f"{image}:", f"{image}@"))]


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
    timeout, timeout_problems = seconds("timeout", block.attributes.keys.get("timeout", timeout), block.line)
    found = [*problems, *timeout_problems, *_engine_problems(block)]
    step: Step
    if block.kind in (Kind.SHELL, Kind.CONSOLE):
        step = _typed(block, output, timeout)
    elif block.kind in (Kind.FILE, Kind.DOCKERFILE):
        step = _written(block, later, timeout)
    else:
        step = _python(block, output, timeout)
    if isinstance(step, Wrong):
        found += step.problems
    return Wrong(block, tuple(found)) if found else step


def _python(block: Block, output: Block | None, timeout: float) -> Python | Wrong:
    if block.indented:
        message = "pytest-markdown-docs, which runs Python, does not see into lists, tabs and admonitions; "
        return Wrong(block, (Problem(block.line, message + "move the block to the left margin"),))
    return Python(block, _of(output) if output else None, timeout)


def outputs_in(block: Block) -> list[Expected]:
    """The outputs that a block holds: an output fence its own, a console block one for each command, even if empty."""
    if block.kind is Kind.OUTPUT:
        return [_of(block)]
    return [_expected(*command) for command in _commands(block)[0]] if block.kind is Kind.CONSOLE else []


def commands_in(block: Block) -> list[str]:
    """The commands of a console block, without their prompts."""
    return ["\n".join(text for _, text in lines) for lines, _ in _commands(block)[0]]


def _of(output: Block) -> Expected:
    """What an output block expects."""
    lines = tuple(output.code.split("\n")) if output.code else ()
    return Expected(output.code_line, lines, "unordered" in output.attributes.classes)


# --- the page --------------------------------------------------------------------------------------------


def _engine_problems(block: Block) -> Iterator[Problem]:
    wanted = block.attributes.keys.get("engine", "")
    if "engine" in block.attributes.keys and not (wanted and is_specifier(wanted)):
        yield Problem(block.line, NO_ENGINE.format("engine=", wanted))


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
    if before.kind not in (Kind.SHELL, Kind.CONSOLE, Kind.PYTHON):
        return f"the block before this output (line {before.line}) prints nothing; put it behind the block that does"
    return ""


def _console_outputs(block: Block) -> bool:
    return any(part.expected for part in _console_parts(block)[0])


# --- attributes ------------------------------------------------------------------------------------------

_TYPED = {Kind.SHELL, Kind.CONSOLE}
_MEANT_FOR = {
    **dict.fromkeys(("exit", "retry", "serve", "until", "port", "http", "opens", "in", "keys"), _TYPED),
    "timeout": {*_TYPED, Kind.DOCKERFILE, Kind.PYTHON},
    "term": {*_TYPED, Kind.DOCKERFILE, Kind.FILE},
    "engine": COUNTED,
    "open": {*_TYPED, Kind.PYTHON, Kind.DOCKERFILE},
    "unordered": {Kind.OUTPUT},
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


_CALLED = {
    Kind.SHELL: "a shell block",
    Kind.CONSOLE: "a console block",
    Kind.DOCKERFILE: "a Dockerfile",
    Kind.FILE: "a file",
    Kind.OUTPUT: "an output",
    Kind.PYTHON: "a Python block",
    Kind.PROSE: "it is not run",
}


# --- terminals -------------------------------------------------------------------------------------------


def terminal_of(block: Block) -> str:
    """The name of the terminal that a block is for."""
    keys = block.attributes.keys
    return results.terminal_of(block.kind, keys.get("title", ""), keys.get("term", ""))


def _is_teardown(block: Block) -> bool:
    return "teardown" in block.attributes.classes


def _occupied(blocks: Sequence[Block]) -> dict[int, list[Problem]]:
    """Blocks for a program that no block opens, and blocks for a terminal that is plainly not free; by ordinal."""
    opened: dict[str, list[str]] = {}  # names of programs, by terminal
    busy: dict[str, Block] = {}  # terminals whose program nothing can have ended yet, with the block it is from
    problems: dict[int, list[Problem]] = {}
    for block in blocks:
        if block.kind not in COUNTED or "notest" in block.attributes.classes:
            continue
        keys, terminal = block.attributes.keys, terminal_of(block)
        within, before = keys.get("in", ""), busy.pop(terminal, None)
        busy.clear()  # what is done in one terminal may end what runs in another
        message = ""
        if within and within not in opened.get(terminal, ()):
            near = nearest(within, frozenset(opened.get(terminal, ())))
            hint = f"did you mean {near}?" if near else f"write {{opens={within}}} on the block that opens it"
            message = f"no block before this one opens '{within}' in terminal {terminal}; {hint}"
        elif before and block.kind in _TYPED and not {"in", "keys"} & set(keys) and not _is_teardown(block):
            name = before.attributes.keys.get("opens", "")
            message = f"the program of line {before.line} is still in the foreground of this terminal; "
            message += f"type in it with {{in={name}}}, " if name else "use another one with {term=2}, "
            message += 'or end it first with {keys="^C"}'
        if message:
            problems[block.ordinal] = [Problem(block.line, message)]
        if "opens" in keys:
            opened.setdefault(terminal, []).append(keys["opens"])
        if {"opens", "serve"} & set(keys):
            busy[terminal] = block
    return problems


# --- commands --------------------------------------------------------------------------------------------


def _typed(block: Block, output: Block | None, timeout: float) -> Type | Wrong:
    """The step of a shell or console block."""
    parts, problems = _console_parts(block) if block.kind is Kind.CONSOLE else _shell_parts(block)
    foreground, foreground_problems = read_foreground(block)
    status, status_problems = _exit(block, None if foreground.keys else 0)
    retry, retry_problems = seconds("retry", block.attributes.keys.get("retry", 1), block.line)
    problems = [*problems, *foreground_problems, *status_problems, *retry_problems]
    if not foreground.within:  # other programs have a syntax of their own
        problems += _placeholders(parts)
    if all(shell.is_empty(_code(part)) for part in parts):
        if not problems and not foreground.keys:
            problems.append(Problem(block.line, "the block holds no command; write one, or take the block out"))
        parts = [Part(())]
    if problems:
        return Wrong(block, tuple(problems))
    if output:  # of the whole block
        lines = tuple(line for part in parts for line in part.lines)
        parts = [Part(lines, _of(output))]
    repeated = retry if "retry" in block.attributes.keys else 0.0
    return Type(block, tuple(parts), status, timeout, terminal_of(block), foreground, repeated)


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
    commands, problems = _commands(block)
    told = any(text.strip() for _, output in commands for _, text in output)
    return [Part(tuple(lines), _expected(lines, output) if told else None) for lines, output in commands], problems


_Numbered = list[tuple[int, str]]


def _commands(block: Block) -> tuple[list[tuple[_Numbered, _Numbered]], list[Problem]]:
    """The commands of a console block, and the lines behind each."""
    commands: list[tuple[_Numbered, _Numbered]] = []
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
    return commands, []


def _continues(command: Sequence[tuple[int, str]], output: Sequence[tuple[int, str]]) -> bool:
    """Tell whether bash would ask for more of a command, rather than the command print a ``>``."""
    return not output and not shell.is_complete("\n".join(text for _, text in command))


def _expected(command: Sequence[tuple[int, str]], output: Sequence[tuple[int, str]]) -> Expected:
    texts = [text for _, text in output]
    while texts and not texts[-1].strip():
        texts.pop()
    return Expected(output[0][0] if texts else command[-1][0], tuple(texts))


def _placeholders(parts: Sequence[Part]) -> Iterator[Problem]:
    """``<name>``, which a reader is meant to replace, and bash takes for redirections."""
    for part in parts:
        for offset, text in shell.placeholders(_code(part)):
            yield Problem(
                part.lines[offset][0],
                f"for bash {text} is a redirection, not a placeholder; write a real name, or a variable that "
                f"the page sets (redirections, if meant, have a space: < in > out)",
            )


def _exit(block: Block, default: int | None) -> tuple[int | None, list[Problem]]:
    """The status that the last command must end with."""
    text = block.attributes.keys.get("exit", "any" if default is None else str(default))
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
    return Write(block, path, text, build, timeout, terminal_of(block))


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
