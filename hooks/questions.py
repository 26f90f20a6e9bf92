"""Tell the questions of each page its language, and their mistakes its lines."""

import importlib
import sys

# `mkdocs serve` loads hooks anew at each build: load what they use anew too, so that an edit of it shows.
if "banc.questions" in sys.modules:
    importlib.reload(sys.modules["banc.questions"])

from banc.questions import on_page_markdown  # noqa: F401
