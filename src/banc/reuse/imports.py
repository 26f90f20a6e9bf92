"""Which files of the project a piece of Python code rests on: what it imports, and what that imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import resolve_name
from pathlib import Path


def files(code: str, folders: Sequence[Path]) -> set[Path]:
    """The files of the modules that some code imports, directly or not, as far as they lie in some folders.

    Args:
        code: Python code. What cannot be parsed imports nothing.
        folders: Where modules are looked for, as in ``sys.path``.
    """
    found: set[Path] = set()
    waiting = [(code, "")]
    while waiting:
        code, package = waiting.pop()
        for name in _imported(code, package):
            for path, package_of_it in _modules(name, folders):
                if path not in found:
                    found.add(path)
                    waiting.append((path.read_text(encoding="utf-8", errors="replace"), package_of_it))
    return found


def _imported(code: str, package: str) -> Iterator[str]:
    """Names of what code in a module of `package` imports; those behind ``from … import`` may be no modules."""
    try:
        nodes: Iterable[ast.AST] = ast.walk(ast.parse(code))
    except (SyntaxError, ValueError):
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                try:
                    base = resolve_name("." * node.level + base, package)
                except ImportError:  # beyond the uppermost package
                    continue
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _modules(name: str, folders: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """The files that importing a module reads (its packages' and its own), each with the package it belongs to."""
    parts = name.split(".")
    for count, part in enumerate(parts):
        module = next((folder / f"{part}.py" for folder in folders if (folder / f"{part}.py").is_file()), None)
        folders = [folder / part for folder in folders if (folder / part).is_dir()]
        package = next((folder / "__init__.py" for folder in folders if (folder / "__init__.py").is_file()), None)
        if package:
            yield package, ".".join(parts[: count + 1])
        elif module:
            yield module, ".".join(parts[:count])
            return
