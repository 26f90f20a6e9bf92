"""Which files Python code rests on."""

from __future__ import annotations

from pathlib import Path

import pytest

from banc.reuse import imports

MODULES = {
    "one.py": "import two\n",
    "two.py": "import one, os\n",
    "broken.py": "import one\nx = = 1\n",
    "package/__init__.py": "from . import inner\n",
    "package/inner.py": "from ..beyond import x\nfrom .deep.deeper import y\n",
    "package/deep/deeper.py": "from package import other\n",  # in a folder without __init__.py
    "package/other.py": "",
    "package/unused.py": "",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in MODULES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import os, json, nowhere", []),
        ("print(", []),
        ("def f():\n    import two", ["one.py", "two.py"]),
        ("from one import anything", ["one.py", "two.py"]),
        ("import broken", ["broken.py"]),
        (
            "import package.inner as inner",
            ["package/__init__.py", "package/deep/deeper.py", "package/inner.py", "package/other.py"],
        ),
    ],
)
def test_what_code_imports_is_found_through_and_through(folder: Path, code: str, names: list[str]) -> None:
    assert sorted(imports.files(code, [folder])) == [folder / name for name in names]
