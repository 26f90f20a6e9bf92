"""Show on each page what its code blocks gave when they were run."""

import importlib
import sys

# `mkdocs serve` loads hooks anew at each build: load what they use anew too, so that an edit of it shows.
for name in ("banc.results", "banc.keys", "banc.ansi", "banc.fences"):
    if name in sys.modules:
        importlib.reload(sys.modules[name])

from banc.fences import on_page_markdown  # noqa: E402, F401
