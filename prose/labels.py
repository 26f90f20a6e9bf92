"""What code says to readers, in their language → passages.

In Python and in JavaScript alike such words stand in a table by language, with an entry ``fr`` and an entry ``en``.
What is filled in later counts as code, addresses and names of files, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from prose.passages import CODE, Passage

_FOLDERS = ("docs/assets", "editions", "hooks", "src")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_ENDING = re.compile(r"(?<=\w)\$\{[^}]*\}")  # of a plural
_GAP = re.compile(r"\$?\{[^}]*\}|\bhttps?://\S+[\w/]|^\w+\.json$")
_SCRIPT_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`')


def files(project: Path) -> list[Path]:
    """The modules and scripts of a project that may say something to readers."""
    return sorted(path for folder in _FOLDERS for kind in _READERS for path in (project / folder).rglob(f"*{kind}"))


def of_code(project: Path, language: str) -> list[Passage]:
    """Read the tables of words in a project's modules and scripts.

    Args:
        project: The folder of its mkdocs.yml.
        language: ``fr`` or ``en``.

    Raises:
        OSError: A file cannot be read.
    """
    found = []
    for file in files(project):
        for line, said in _READERS[file.suffix](file.read_text(encoding="utf-8"), language):
            text = _GAP.sub(CODE, said).strip()
            if re.search(r"\w", text):  # else it is a mark between others
                found.append(Passage(text, file.relative_to(project).as_posix(), ((0, line),)))
    return found


def _in_module(source: str, language: str) -> Iterator[tuple[int, str]]:
    """Each text of a module's tables, with its line."""
    for table in ast.walk(ast.parse(source)):
        if isinstance(table, ast.Dict):
            pairs = zip(table.keys, table.values, strict=True)
            entries = {key.value: value for key, value in pairs if isinstance(key, ast.Constant)}
            if {"fr", "en"} <= entries.keys():
                for text in _texts(entries[language]):
                    yield text.lineno, str(text.value)


def _texts(value: ast.expr) -> Iterator[ast.Constant]:
    """The texts of an entry; the names of its own entries are none."""
    if isinstance(value, ast.Dict):
        for inner in value.values:
            yield from _texts(inner)
    else:
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node


def _in_script(source: str, language: str) -> Iterator[tuple[int, str]]:
    """Each text of a script's tables, with its line."""
    end = ""
    for number, line in enumerate(source.split("\n"), start=1):
        begun = re.match(rf"(\s*){language}: \{{(.*)$", line)
        if begun and not begun[2].endswith(("},", "}")):
            end = begun[1] + "}"
        elif end and line.startswith(end):
            end = ""
        if begun or end:
            for text in _SCRIPT_TEXT.finditer(_ENDING.sub("", line)):
                yield number, _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text[1] or text[2] or "")


_READERS = {".py": _in_module, ".js": _in_script}
