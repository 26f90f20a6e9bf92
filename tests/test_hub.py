"""Digests from a registry, a stand-in for Docker Hub that wants a token first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from banc.reuse import hub

DIGEST = "sha256:" + "a" * 64


class Registry(BaseHTTPRequestHandler):
    stuck = Event()

    def do_HEAD(self) -> None:
        if "stuck" in self.path:
            self.stuck.wait(5)
        name = self.path.removeprefix("/v2/").partition("/manifests/")[0]
        known = name in ("library/nginx", "library/stuck", "someone/program") and not self.path.endswith("/none")
        if self.headers["Authorization"] != f"Bearer for repository:{name}:pull":
            self.send_response(401)
            realm = f'realm="http://{self.headers["Host"]}/token",service="hub",scope="repository:{name}:pull"'
            self.send_header("WWW-Authenticate", f"Bearer {realm}")
        elif known and "image.index" in self.headers["Accept"]:
            self.send_response(200)
            self.send_header("Docker-Content-Digest", DIGEST)
        else:
            self.send_response(404)
        self.end_headers()

    def do_GET(self) -> None:
        from urllib.parse import parse_qs, urlsplit

        scope = parse_qs(urlsplit(self.path).query)["scope"][0]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"token": f"for {scope}"}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            Registry.stuck.set()
            server.shutdown()
            thread.join()
            Registry.stuck.clear()


def test_digests_are_asked_for_with_a_token(registry: str) -> None:
    names = ["nginx:alpine", "someone/program:1.0", "nginx:none"]
    assert hub.digests(names, registry) == {"nginx:alpine": DIGEST, "someone/program:1.0": DIGEST}


def test_what_does_not_answer_in_time_is_left_out(registry: str) -> None:
    assert hub.digests(["nginx:alpine", "stuck:latest"], registry, seconds=0.5) == {"nginx:alpine": DIGEST}


def test_a_registry_that_is_not_there_gives_nothing() -> None:
    assert hub.digests(["nginx:alpine"], "http://127.0.0.1:1") == {}
