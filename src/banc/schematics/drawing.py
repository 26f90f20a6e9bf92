"""Runs the scripts that draw schematics, and keeps what they drew.

A script is an ordinary Python file. It asks :func:`sheet` which language it is to speak, and puts one
picture, an SVG element, on that sheet; how it comes to a picture is its own affair. The picture is kept
under a name made of all that it depends on, so a script that has not changed is not run again.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import os
import runpy
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from banc.schematics import layout

PACKAGES = ("diagrams", "pygraphviz")
"""What pictures are drawn with: another version may draw them otherwise."""


class DrawingError(Exception):
    """A schematic cannot be drawn; the message says where, why, and what to do."""


@dataclass(slots=True)
class Sheet:
    """What a script draws on."""

    language: str = "en"
    pictures: list[str] = field(default_factory=list)


_SHEET: ContextVar[Sheet] = ContextVar("sheet")


def sheet() -> Sheet:
    """The sheet that the running script draws on; one to throw away where none was asked for."""
    return _SHEET.get(Sheet())


def draw(script: Path, language: str, cache: Path | None = None) -> str:
    """Get what a script draws: an SVG element.

    Args:
        script: The script.
        language: Two letters.
        cache: Folder of the pictures drawn before; without it, the script is run in any case.

    Raises:
        DrawingError: The script fails, or draws nothing, or more than one picture.
    """
    script = script.resolve()  # as modules know their files, wherever the build was started
    if cache is None:
        return _run(script, language)
    kept = cache / f"{script.stem}.{language}.{_fingerprint(script)}.svg"
    if not kept.is_file():
        _keep(kept, _run(script, language))
    return kept.read_text(encoding="utf-8")


def _fingerprint(script: Path) -> str:
    """A name for all that a script's pictures depend on, but for the language."""
    tools = (Path(__file__).with_name(f"{name}.py") for name in ("drawing", "ink", "layout"))
    parts = [f"{name} {version(name)}".encode() for name in PACKAGES]
    parts += [path.read_bytes() for path in (*sources(script), *tools)]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


@functools.cache
def version(package: str) -> str:
    """Of an installed package; asked once, since that takes a while."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def sources(script: Path) -> list[Path]:
    """The files that a picture is made of: its script, and the modules beside it that are imported, however far."""
    found = [script]
    for path in found:
        modules = (script.with_name(f"{name}.py") for name in _imports(path.read_bytes()))
        found += [module for module in dict.fromkeys(modules) if module.is_file() and module not in found]
    return found


@functools.cache
def _imports(source: bytes) -> tuple[str, ...]:
    """The modules that a script imports; what all scripts import is read once a build."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ()  # running it says so, with the line
    found: list[str] = []
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            found += (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            found.append(statement.module)
    return tuple(found)


def _keep(path: Path, picture: str) -> None:
    """Write a picture so that another build, at work at the same time, sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        file.write(picture)
    os.replace(file.name, path)  # noqa: PTH105 (as atomic, and shorter)


def _run(script: Path, language: str) -> str:
    """Run a script on a fresh sheet."""
    drawn = Sheet(language)
    token = _SHEET.set(drawn)
    try:
        with _beside(script):
            runpy.run_path(str(script))
    except (Exception, SystemExit) as error:
        raise DrawingError(f"{_place(script, error)}: {_reason(error)}") from error
    finally:
        _SHEET.reset(token)
    if len(drawn.pictures) != 1:
        count = len(drawn.pictures) or "nothing"
        raise DrawingError(f"{_short(script)}:1: it draws {count}, expected one picture: one `with Schematic(…)`")
    return drawn.pictures[0]


@contextlib.contextmanager
def _beside(script: Path) -> Iterator[None]:
    """Let a script import the modules beside it, each time anew: they may have been edited meanwhile."""
    folder = str(script.parent)
    sys.path.insert(0, folder)
    before, written = set(sys.modules), sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # an edit within the second that keeps the length would go unseen
    try:
        yield
    finally:
        sys.path.remove(folder)
        sys.dont_write_bytecode = written
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).parent == script.parent:
                del sys.modules[name]


def _place(script: Path, error: BaseException) -> str:
    """Where a script went wrong: its own line, then that of the module beside it in which the error arose."""
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((Path(error.filename), error.lineno))
    own = [line for path, line in frames if path == script]
    place = f"{_short(script)}:{own[-1] if own else 1}"
    last = frames[-1] if frames else (script, 1)
    return place if last[0] == script or last[0].parent != script.parent else f"{place} ({_short(last[0])}:{last[1]})"


def _short(script: Path) -> str:
    """A script's name as the page gives it: with its folder, without the way there."""
    return f"{script.parent.name}/{script.name}"


def _reason(error: BaseException) -> str:
    """What went wrong, and what to do."""
    if isinstance(error, layout.GraphvizError):
        return str(error)
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    missing = isinstance(error, ImportError) and error.name in PACKAGES
    remedy = f"install what draws: {layout.INSTALL}" if missing else "mend that line and save"
    return f"{type(error).__name__}: {text.rstrip('.')}; {remedy}" if text else f"{type(error).__name__}; {remedy}"
