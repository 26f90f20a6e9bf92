"""A strict Content-Security-Policy: on each page, and in the files from which common hosts take their headers.

The theme has a few scripts within its pages; they are allowed by what they are, not as such.
https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority

_CHARSET = '<meta charset="utf-8">'
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_seen: set[str] = set()
_is_served = False


def policy(scripts: set[str]) -> str:
    """The policy that allows what is the site's own, and these scripts.

    Args:
        scripts: Hashes of the scripts that stand within pages.
    """
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *(f"'sha256-{script}'" for script in sorted(scripts))]),
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


def hashes(html: str) -> set[str]:
    """Hashes of the scripts that stand within a page and are run; data is not."""
    found = [match for match in _SCRIPT.finditer(html) if not re.search(r"\b(?:src|type)=", match["attributes"])]
    return {base64.b64encode(hashlib.sha256(match["text"].encode()).digest()).decode() for match in found}


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], **_: Any) -> None:
    """Begin anew; note whether authors look at their pages: MkDocs then puts a script into them that reloads them."""
    global _is_served
    _is_served = command == "serve"
    _seen.clear()  # here, since each language is a build of its own within the first one's


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
    scripts = hashes(html)
    _seen.update(scripts)
    return html.replace(
        _CHARSET, f'{_CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}">', 1
    )


@event_priority(-300)
def on_post_build(*, config: MkDocsConfig) -> None:
    """Write the policy of all pages, and what only a header can say, for Netlify and Cloudflare, and for Apache."""
    i18n: Any = config.plugins.get("i18n")
    if i18n and i18n.building:
        return  # one language of several
    headers = {"Content-Security-Policy": f"{policy(_seen)}; frame-ancestors 'none'", **_HEADERS}
    site = Path(config.site_dir)
    (site / "_headers").write_text("/*\n" + "".join(f"  {name}: {text}\n" for name, text in headers.items()), "utf-8")
    apache = "".join(f'  Header always set {name} "{text}"\n' for name, text in headers.items())
    (site / ".htaccess").write_text(f"<IfModule mod_headers.c>\n{apache}</IfModule>\n", "utf-8")
