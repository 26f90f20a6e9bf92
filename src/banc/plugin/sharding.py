"""A shard of a run: the pages that this machine runs, and which ones it leaves to the others."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from banc.pages import durations
from banc.pages.shards import Shard, pages_of
from banc.plugin.items import PageFile
from banc.plugin.timing import committed


def divided(items: Sequence[pytest.Item], shard: Shard) -> tuple[list[pytest.Item], tuple[str, ...]]:
    """The tests of a shard, and the names of the pages that other shards have.

    A page's translations go with it. Tests that are no pages go with the first shard.
    """
    files = {file: None for item in items if (file := item.getparent(PageFile))}  # each once, in their order
    seconds: dict[str, float] = {}
    for file in files:
        group = _group(file)
        # By what is committed alone: every machine must come to the same.
        expected = durations.expected(None, committed(file.path), len(file.page.plan.steps))
        seconds[group] = seconds.get(group, 0.0) + expected
    ours = pages_of(shard, seconds)
    kept = [
        item for item in items if (_group(file) in ours if (file := item.getparent(PageFile)) else shard.number == 1)
    ]
    return kept, tuple(sorted(file.page.name for file in files if _group(file) not in ours))


def _group(file: PageFile) -> str:
    """What goes together: the path of the page that is run, as seen from the root of the tests."""
    page = file.page
    original = page.site.docs / page.follows if page.follows and page.site.docs else page.path
    return os.path.relpath(original, file.config.rootpath)
