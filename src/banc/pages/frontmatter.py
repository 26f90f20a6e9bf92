"""A page's front matter, as MkDocs reads it, and the lines its keys stand on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from mkdocs.utils import meta


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands between the ``---`` lines at the head of a page."""

    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)  # "banc", "banc.timeout" → source line, from 1
    error: tuple[int, str] | None = None  # line and message, where it is no YAML


def split(text: str) -> tuple[str, int, FrontMatter]:
    """Take the front matter off a page.

    Args:
        text: The page, with plain newlines.

    Returns:
        The Markdown that MkDocs renders, the number of lines before it, and the front matter.
    """
    body, values = meta.get_data(text)
    before = text[: len(text) - len(body)].count("\n")
    block = meta.YAML_RE.match(text)
    if not block:
        return body, before, FrontMatter(values, dict.fromkeys(values, 1))
    try:
        root = yaml.compose(block[1], Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = getattr(error, "problem", None) or str(error).split("\n")[0]
        return body, before, FrontMatter(error=(mark.line + 2 if mark else 1, told))
    if not isinstance(root, yaml.MappingNode):
        return body, before, FrontMatter(error=(1, "no keys with values") if root else None)
    if root.value and not values:  # MkDocs could not make values of it, and goes on without a word
        return body, before, FrontMatter(error=(1, "a value of a type that YAML does not know"))
    return body, before, FrontMatter(values, dict(_lines(root)))


def _lines(node: yaml.MappingNode, prefix: str = "") -> Iterator[tuple[str, int]]:
    for key, value in node.value:
        yield f"{prefix}{key.value}", key.start_mark.line + 2  # marks count from 0, and "---" comes before
        if isinstance(value, yaml.MappingNode):
            yield from _lines(value, f"{prefix}{key.value}.")
