"""Explain on each page the words that the glossary has."""

import importlib
import sys

# `mkdocs serve` loads hooks anew at each build: load what they use anew too, so that an edit of it shows.
if "banc.glossary" in sys.modules:
    importlib.reload(sys.modules["banc.glossary"])

from banc.glossary import on_page_markdown, on_post_page  # noqa: F401
