"""Every page of the site, in both schemes: no barrier that axe knows, no complaint, no request to elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from trial_page import Visit, every_page

Open = Callable[..., Visit]
QUICK = ["index.html", "essai.html", "en/stockage.html", "404.html", "verification/pages/images.html"]


@pytest.mark.site
@pytest.mark.parametrize("path", every_page(*QUICK))
def test_a_page_has_no_barrier(visit: Open, path: str) -> None:
    found: list[str] = []
    for scheme in ("default", "slate"):
        opened = visit(path, dark=scheme == "slate")
        expect(opened.page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
        opened.page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        found += [f"{scheme}: {one}" for one in (*barriers(opened), *opened.trouble)]
    assert found == []


def barriers(opened: Visit) -> list[str]:
    """What axe finds on a page, a line each: the rule, where, and what is wrong there."""
    found = Axe().run(opened.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        for node in rule["nodes"][:5]
    ]


@pytest.mark.site
@pytest.mark.parametrize("path", every_page(*QUICK))
def test_a_page_fits_the_narrowest_window(visit: Open, path: str) -> None:
    opened = visit(path, width=320)  # of 1280 pixels at 400 %, too: https://www.w3.org/TR/WCAG22/#reflow
    opened.page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 320
