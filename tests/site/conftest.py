"""The course's site with one page more, which has every state a block can be in, and a browser to look at it."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, expect, sync_playwright
from trial_page import ADDRESS, PAGE, ROOT, SNAPSHOT, TRANSLATION, Site, Visit

from banc import machine
from banc.results import save


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless it is asked for by its mark."""
    if "audit" in config.getoption("markexpr"):
        return
    long = [item for item in items if item.get_closest_marker("audit")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = tmp_path_factory.mktemp("project")
    for folder in ("diagrams", "hooks", "overrides", "src"):
        (project / folder).symlink_to(ROOT / folder)
    shutil.copytree(ROOT / "docs", project / "docs")
    shutil.copytree(ROOT / "tests/snapshot", project / "tests/snapshot")
    for name, text in {
        "essai.md": PAGE,
        "essai.en.md": PAGE.replace("Essai", "Trial"),
        "orphelin.md": "# Seul\n\nHapax.",
    }.items():
        (project / "docs" / name).write_text(text, encoding="utf-8")
    for run in (SNAPSHOT, TRANSLATION):
        save(project / "tests/snapshot", run)
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("nav:\n", "nav:\n  - Essai: essai.md\n  - Seul: orphelin.md\n", 1)
    (project / "mkdocs.yml").write_text(config, encoding="utf-8")
    build = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=project,
        env={"SITE_URL": ADDRESS, "NO_MKDOCS_2_WARNING": "1", "PATH": ""},  # neither dot nor docker to be found
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    assert "WARNING" not in build.stderr
    # Served below a folder, as it is published: a link to the host's root would break.
    published = tmp_path_factory.mktemp("www")
    (published / "conteneurs").symlink_to(project / "site")
    with _Server(("127.0.0.1", 0), functools.partial(_Silent, directory=str(published))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(project / "site", f"http://127.0.0.1:{server.server_port}/conteneurs/")
        server.shutdown()


_PATIENCE = 180_000  # milliseconds: a machine that is emulated takes tens of seconds for a page
expect.set_options(timeout=_PATIENCE)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test that fails says what it wants."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = machine.find_browser()
    if path is None:
        pytest.skip("no Chromium: install it (Debian: apt-get install chromium), or run `playwright install chromium`")
    if not machine.driver_runs():
        pytest.skip("Playwright does not start: `python -m playwright --version` says why (Debian: libatomic1)")
    quiet = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*quiet.split(), "--no-first-run"], timeout=_PATIENCE
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a page of the site; complaints, failed requests and requests to elsewhere are written down."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, *, width: int = 1280, dark: bool = False, touch: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            has_touch=touch,
            locale="fr-FR",
        )
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        visit = Visit(context.new_page())
        _write_down(visit.page, visit.trouble, site.url)
        visit.page.goto(site.url + path)
        return visit

    yield open_page
    for context in contexts:
        context.close()


def _write_down(page: Page, trouble: list[str], home: str) -> None:
    """Note every complaint in the console, every failed request, every request to elsewhere."""

    def on_request(request: Request) -> None:
        if not request.url.startswith(home):
            trouble.append(f"elsewhere: {request.url}")

    def on_response(response: Response) -> None:
        if response.status >= 400:
            trouble.append(f"{response.status}: {response.url}")

    def on_failure(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader left, on a slow machine before all had come
            trouble.append(f"failed: {request.url}: {request.failure}")

    page.on("console", lambda message: trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on("requestfailed", on_failure)
    page.on("request", on_request)
    page.on("response", on_response)
