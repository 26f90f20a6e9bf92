"""Show on each page the schematics that it names."""

import importlib
import sys

# `mkdocs serve` loads hooks anew at each build: load what they use anew too, so that an edit of it shows.
for name in ("banc.schematics.layout", "banc.schematics.ink", "banc.schematics.drawing", "banc.figures"):
    if name in sys.modules:
        importlib.reload(sys.modules[name])

from banc.figures import on_page_markdown  # noqa: E402, F401
