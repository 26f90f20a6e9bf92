"""What MkDocs takes from mkdocs.yml without a word, although it is a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml


def twice(node: yaml.Node) -> Iterator[str]:
    """Keys that stand twice in one mapping: only the last one counts."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        yield from (
            f"line {key.start_mark.line + 1}: {key.value}" for key, _ in node.value if keys.count(key.value) > 1
        )
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in child if isinstance(child, tuple) else (child,):
            yield from twice(part)


def test_no_key_stands_twice() -> None:
    root = yaml.compose((Path(__file__).parents[1] / "mkdocs.yml").read_text(encoding="utf-8"))
    assert root is not None
    assert list(twice(root)) == []


def test_a_key_that_stands_twice_would_be_seen() -> None:
    root = yaml.compose("plugins:\n  - i18n:\n      extra: 1\n      extra: 2\n")
    assert root is not None
    assert list(twice(root)) == ["line 3: extra", "line 4: extra"]
