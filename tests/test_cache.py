"""The last green run of a page: what makes it another page, and what is never trusted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from banc.pages.blocks import read_page
from banc.pages.site import CONFIGS, EXTENSIONS
from banc.results import Image, PageRun, Result, Status
from banc.reuse import cache
from banc.reuse.cache import DamagedError, Green

IMAGE = Image("busybox:latest", "sha256:1", "offline kit")
RUN = PageRun("a.md", "26.1.5", (IMAGE,), (Result("1", "2", Status.PASSED),))
GREEN = Green("key", "sha256:lab", "kit", "2026-11-25 01:10", RUN)

PAGE = """
---
banc: {timeout: 60}
---

Prose.

```bash {#a exit=1}
false
```

```text {.output}
x
```

```json
{}
```

```bash
true
```
""".lstrip()


def key(text: str, more: str = "") -> str:
    page = read_page(text, EXTENSIONS, CONFIGS)
    return cache.key(page.blocks, page.front.values.get("banc"), [more])


@pytest.mark.parametrize(
    ("old", "new"),
    [("Prose.", "Other prose,\n\non more lines."), ("{}\n", "[]\n"), ("\n\n```bash\n", "\n\n\n\nMore.\n\n```bash\n")],
)
def test_prose_makes_no_other_page(old: str, new: str) -> None:
    assert old in PAGE
    assert key(PAGE.replace(old, new)) == key(PAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("timeout: 60", "timeout: 61"),
        ("exit=1", "exit=any"),
        ("#a", "#b"),
        ("false", "false # really"),
        ("x\n", "y\n"),
        (".output", ".output .unordered"),
        ("```bash\n", "```console\n"),
        ("```json\n{}\n```\n", ""),  # the name of the last block, its number, is another
        ("```bash\ntrue\n```\n", "- item\n\n    ```bash\n    true\n    ```\n"),
    ],
)
def test_another_block_makes_another_page(old: str, new: str) -> None:
    assert old in PAGE
    assert key(PAGE.replace(old, new)) != key(PAGE)


def test_what_a_page_rests_on_beside_its_text_makes_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key(PAGE, "a module") != key(PAGE)
    before = key(PAGE)
    monkeypatch.setattr(cache, "bench", lambda: "another")
    assert key(PAGE) != before


def test_another_bench_is_told_by_any_of_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_SOURCES", tmp_path)
    seen = set()
    for name, text in [("a.py", "1"), ("a.py", "2"), ("plugin/b.py", "1"), ("plugin/c.py", "1"), ("data", "no source")]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        cache.bench.cache_clear()
        seen.add(cache.bench())
    cache.bench.cache_clear()
    assert len(seen) == 4


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    path = cache.file(tmp_path / "engine", "docs/a.md")
    assert cache.load(path) is None
    cache.save(path, GREEN)
    cache.save(path, replace(GREEN, date="2026-11-25 01:11"))
    assert cache.load(path) == replace(GREEN, date="2026-11-25 01:11")
    assert cache.images(path.parent) == {IMAGE}
    assert list(path.parent.iterdir()) == [path]  # nothing half written is left


def test_pages_of_one_name_have_a_file_each(tmp_path: Path) -> None:
    assert cache.file(tmp_path, "a/x.md") != cache.file(tmp_path, "b/x.md")


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        ('"passed"', '"failed"'),
        ("sha256:1", "sha256:2"),
        ('"digest"', '"digets"'),
        ("^.*$", "[]"),
        ("^.*$", '{"green": {}}'),
        (".{20}$", ""),
        ("26", "\udcff"),
    ],
)
def test_what_is_not_as_it_was_written_is_not_trusted(tmp_path: Path, pattern: str, new: str) -> None:
    path = tmp_path / "a.json"
    cache.save(path, GREEN)
    path.write_bytes(re.sub(pattern, new, path.read_text()).encode(errors="surrogateescape"))
    with pytest.raises(DamagedError, match=re.escape(str(path))):
        cache.load(path)
    assert cache.images(tmp_path) == set()


def test_files_of_another_version_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"schema": cache.SCHEMA + 1, "something": "else"}))
    assert cache.load(path) is None
