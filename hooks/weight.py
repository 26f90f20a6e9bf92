"""Spare readers what they do not see: indents, spans round what has no colour, and the search until it is opened."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

_AS_WRITTEN = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.DOTALL)
_INDENT = re.compile(r"[ \t\n]*\n[ \t\n]*")  # not what a no-break space is

# Pygments' classes of spaces, names and punctuation: the theme has the text's own colour for the first two, and one
# close to it for the third. https://pygments.org/docs/tokens/
_COLOURLESS = re.compile(r'<span class="(?:w|nx?|p)">([^<]*)</span>')

_UNREAD = re.compile(
    r' data-search-exclude(?:="")?'  # the search has read it
    r'|<meta name="generator"[^>]*>'
    r'|<link rel="(?:prev|next)"[^>]*>'  # Firefox fetches the next page ahead, which hooks/policy.py refuses
    r"|<span></span>"  # with which Pygments begins a block, for browsers that have no <code> within <pre>
    r'|"clipboard\.\w+": "[^"]*", |, "select\.version": "[^"]*"'  # words of features that the course does without
)

# Where the theme asks whether to load the index, which is heavier than all else, with the page, or with the search.
_WITH_THE_PAGE = '(location.protocol!=="file:"),'
_WITH_THE_SEARCH = "(false),"


@event_priority(-50)  # when all others have written, and before hooks/policy.py, which looks at the result
def on_post_page(output: str, **_: Any) -> str:
    """Lighten a page."""
    return lightened(output)


@event_priority(-50)
def on_post_template(output: str, *, template_name: str, **_: Any) -> str:
    """Lighten the error page."""
    return lightened(output) if template_name == "404.html" else output


def lightened(html: str) -> str:
    """The same page to its readers, with one line break where lines are broken, and code that colours words only."""
    parts = _AS_WRITTEN.split(_UNREAD.sub("", _COLOURLESS.sub(r"\1", html)))
    parts[2::3] = [""] * len(parts[2::3])  # the names of the elements that are left as they are
    parts[::3] = [_INDENT.sub("\n", part) for part in parts[::3]]
    return "".join(parts)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Have the theme load the index of the search when it is opened.

    Raises:
        PluginError: The theme's script does not ask so any more.
    """
    for script in Path(config.site_dir).glob("assets/javascripts/bundle.*.js"):
        text = script.read_text(encoding="utf-8")
        if text.count(_WITH_THE_PAGE) != 1:
            raise PluginError(
                f"the theme's {script.name} no longer says {_WITH_THE_PAGE!r}, by which hooks/weight.py has the "
                "search's index loaded late: see setupSearchWorker in its source map"
            )
        script.write_text(text.replace(_WITH_THE_PAGE, _WITH_THE_SEARCH), encoding="utf-8")
