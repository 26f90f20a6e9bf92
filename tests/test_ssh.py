"""The way to a Docker host behind SSH, with a stand-in for `ssh`."""

from __future__ import annotations

import http.server
import json
import shutil
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from banc.errors import BenchError
from banc.labs.host import connect
from banc.labs.ssh import Forward


class _Daemon(http.server.BaseHTTPRequestHandler):
    """As much of a Docker daemon as the SDK asks of one to begin with."""

    def do_GET(self) -> None:
        answer = json.dumps({"Version": "1.2.3", "ApiVersion": "1.41"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[str]:
    """The path of a socket behind which a daemon answers."""
    path = str(tmp_path / "far.sock")
    with socketserver.ThreadingUnixStreamServer(path, _Daemon) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield path
        server.shutdown()


def test_a_daemon_is_reached_through_ssh_which_ends_with_the_client(ssh: Path, daemon: str) -> None:
    client = connect(f"ssh://etudiant@far:2222{daemon}")
    assert client.version()["Version"] == "1.2.3"
    asked = ssh.read_text().split("\n")
    assert asked[-7:] == ["-l", "etudiant", "-p", "2222", "--", "far", "cat"]
    assert "BatchMode=yes" in asked  # a question would be waited on for ever
    folder = Path(asked[asked.index("-L") + 1].partition(":")[0]).parent
    assert folder.is_dir()
    client.close()
    assert not folder.exists()


def test_without_a_path_it_is_the_usual_socket(ssh: Path) -> None:
    forward = Forward("ssh://far")
    asked = ssh.read_text().split("\n")
    assert asked[asked.index("-L") + 1].endswith("/docker.sock:/var/run/docker.sock")
    assert asked[-3:] == ["--", "far", "cat"]
    forward.close()
    assert forward._process
    assert forward._process.returncode is not None


@pytest.mark.usefixtures("ssh")
def test_why_there_is_no_way_in_is_what_ssh_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_SSH_TROUBLE", "etudiant@far: Permission denied (publickey).")
    with pytest.raises(BenchError, match=r"ssh://etudiant@far by ssh: .*Permission denied.*`ssh etudiant@far`"):
        connect("ssh://etudiant@far")


@pytest.mark.usefixtures("ssh")
def test_nobody_behind_the_way_is_a_daemon_that_does_not_answer() -> None:
    with pytest.raises(BenchError, match="No Docker daemon answers on ssh://far/nowhere"):
        connect("ssh://far/nowhere")


def test_an_address_that_is_none_and_a_machine_without_ssh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="ssh://far:port is no address"):
        connect("ssh://far:port")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("ssh") is None
    with pytest.raises(BenchError, match="Install it"):
        connect("ssh://far")
