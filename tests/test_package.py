"""The package as it is given away: a wheel that holds every file, and says what it needs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"


def imported(path: Path) -> Iterator[str]:
    """Top-level names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def declared(*extras: str) -> set[str]:
    """Names of the distributions that the package says it needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(text for extra in extras or optional for text in optional[extra])]
    return {re.split(r"[<>=!~\[; ]", text)[0].lower() for text in wanted}


def needed(paths: Iterator[Path]) -> dict[str, str]:
    """Distributions that some files import from, and one file that does."""
    owners = packages_distributions()
    return {
        owners[name][0].lower(): str(path.relative_to(SOURCE))
        for path in paths
        for name in imported(path)
        if name in owners and name != "banc"
    }


def test_what_is_imported_is_declared() -> None:
    needs = needed(SOURCE.rglob("*.py"))
    assert {"docker", "pytest", "pymdown-extensions"} <= needs.keys()
    assert {name: path for name, path in needs.items() if name not in declared()} == {}


def test_showing_results_needs_no_extra() -> None:
    site = [SOURCE / "banc" / f"{name}.py" for name in ("fences", "results", "keys", "ansi")]
    assert needed(iter(site)).keys() <= declared("python") - {"pytest-markdown-docs"}


def test_the_wheel_holds_every_file(tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "flit_core.wheel", "--outdir", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    [wheel] = tmp_path.iterdir()
    held = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("banc-")}
    files = {path for path in (SOURCE / "banc").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert held == {path.relative_to(SOURCE).as_posix() for path in files}
    assert {
        "banc/banc.css",
        "banc/labs/labimage/start-docker",
        "banc/labs/kit/base/Dockerfile",
        "banc/py.typed",
    } <= held


ROOMS = ["", "pages", "terminals", "labs", "runs", "reuse", "updates", "reports", "plugin"]
"""In the order in which data flows: each imports from those before it alone. The first is `banc` itself."""

APART = {
    "fences": [""],
    "verification": ["", "fences"],
    "mkdocs_verification": ["", "fences", "verification"],
    "mkdocs_plugin": ["", "mkdocs_verification"],
    "figures": ["schematics"],
    "schematics": [],
}
"""What stands beside that line, and the rooms that it may import from."""

COMMANDS = {"machine", "merge"}


def room_of(module: str) -> str:
    """The room of a module, from its name without `banc`; those apart are rooms of their own."""
    first = module.partition(".")[0]
    return first if first in ROOMS or first in APART else ""


def test_a_room_imports_from_those_before_it_alone() -> None:
    wrong: list[str] = []
    for path in (SOURCE / "banc").rglob("*.py"):
        module = ".".join(path.relative_to(SOURCE / "banc").with_suffix("").parts).removesuffix(".__init__")
        if module in COMMANDS:
            continue
        mine = room_of(module)
        allowed = APART[mine] if mine in APART else ROOMS[: ROOMS.index(mine)]
        theirs = {room_of(name.removeprefix("banc").lstrip(".")) for name in modules_imported(path)}
        wrong += [f"{module} imports from {room or 'banc'}" for room in theirs - {mine, *allowed}]
    assert wrong == []


def modules_imported(path: Path) -> set[str]:
    """The modules of `banc` that a file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "banc":
            is_package = (SOURCE / str(node.module).replace(".", "/")).is_dir()
            found |= {f"{node.module}.{name.name}" if is_package else str(node.module) for name in node.names}
    return found
