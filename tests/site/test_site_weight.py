"""What a reader loads: the first page, with all that it needs, and each page after it. As hosts send it, in gzip."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Response
from trial_page import Site

KB = 1024
PAGE = 20 * KB
FIRST = 100 * KB
REQUESTS = 15


def sent(body: bytes) -> int:
    """Bytes of a body as it is sent. Pictures, which gzip does not make smaller, are sent as they are."""
    return min(len(body), len(gzip.compress(body, 6)))


@pytest.mark.site
def test_a_page_is_light(site: Site) -> None:
    weights = {
        path.relative_to(site.folder).as_posix(): sent(path.read_bytes()) for path in site.folder.rglob("*.html")
    }
    assert len(weights) > 40
    assert {name: f"{weight / KB:.1f} KB" for name, weight in weights.items() if weight > PAGE} == {}


@pytest.mark.site
def test_the_first_page_comes_with_few_requests_and_is_light(site: Site, browser: Browser) -> None:
    came: list[Response] = []
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.on("response", lambda response: came.append(response))
    page.goto(site.url, wait_until="networkidle")
    weights = {response.url: sent(response.body()) for response in came}
    context.close()
    told = "\n".join(f"{weight:6} {url}" for url, weight in weights.items())
    assert len(weights) <= REQUESTS, told
    assert sum(weights.values()) <= FIRST, told
