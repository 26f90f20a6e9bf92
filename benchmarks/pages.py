"""Reading and planning pages, against rendering them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice

from markdown import Markdown

from banc.pages import frontmatter, plan, site
from banc.pages.blocks import read_page
from benchmarks.measure import ROOT, Measure, Sides, timed


@contextmanager
def _sides(size: int) -> Iterator[Sides]:
    sources = sorted((ROOT / "docs").glob("*.md"))
    config = site.configuration(sources[0])
    texts = [path.read_text(encoding="utf-8") for path in islice(cycle(sources), size)]
    extensions = [name for name in config.extensions if name not in (site.FENCES, site.FIGURES)]
    markdown = Markdown(extensions=extensions, extension_configs={k: dict(v) for k, v in config.configs.items()})

    def ours() -> None:
        for text in texts:
            plan.plan(read_page(text, config.extensions, config.configs))

    def beside() -> None:
        for text in texts:
            markdown.reset().convert(frontmatter.split(text)[0])

    yield Sides(lambda: timed(ours), lambda: timed(beside), f"{size} pages, the course's in turn")


MEASURE = Measure(
    "pages",
    "extraction and plan",
    "Python-Markdown with the site's other extensions",
    goal=1.3,
    sides=_sides,
    size=1000,
    tiny=4,
    rounds=3,
    docker=False,
)
