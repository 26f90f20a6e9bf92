"""A strict Content-Security-Policy: on each page, and in the files from which common hosts take their headers.

No script stands within a page: the theme's are in docs/assets/settings.js (overrides/partials/javascripts).
https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

_CHARSET = '<meta charset="utf-8">'
_SCRIPT = re.compile(r'<script(?![^>]* (?:src=|type="application/json"))[^>]*>(?P<text>[^<]{,60})')
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # the theme's icons are in its style sheet
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_is_served = False


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], **_: Any) -> None:
    """Note whether authors look at their pages: MkDocs then puts a script into them that reloads them."""
    global _is_served
    _is_served = command == "serve"


@event_priority(-100)  # when the page is as it will be
def on_post_page(output: str, **_: Any) -> str:
    """Give a page the policy."""
    return _guarded(output)


@event_priority(-100)
def on_post_template(output: str, *, template_name: str, **_: Any) -> str:
    """Give the error page the policy."""
    return _guarded(output) if template_name == "404.html" and output else output


def _guarded(html: str) -> str:
    if _is_served:
        return html
    if _CHARSET not in html:
        raise PluginError(f"a page has no {_CHARSET}, behind which hooks/policy.py puts the policy: look at base.html")
    if script := _SCRIPT.search(html):
        raise PluginError(
            f"a script stands within a page, which its policy forbids: {script['text']!r}; put it into a file below "
            "docs/assets, or, if it is the theme's, look at overrides/partials/javascripts"
        )
    return html.replace(_CHARSET, f'{_CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">', 1)


@event_priority(-300)
def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the policy of all pages, and what only a header can say, for Netlify and Cloudflare, and for Apache."""
    i18n: Any = config.plugins.get("i18n")
    if i18n and i18n.building:
        return  # one language of several
    site = Path(config.site_dir)
    (site / "_headers").write_text("/*\n" + "".join(f"  {name}: {text}\n" for name, text in _HEADERS.items()), "utf-8")
    apache = "".join(f'  Header always set {name} "{text}"\n' for name, text in _HEADERS.items())
    (site / ".htaccess").write_text(f"<IfModule mod_headers.c>\n{apache}</IfModule>\n", "utf-8")
