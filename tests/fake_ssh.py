#!/usr/bin/env python3
"""Takes the place of `ssh`: leads a Unix socket to another of this machine, as ``-L`` asks, until its input ends."""

import contextlib
import os
import socket
import sys
import threading
from pathlib import Path


def pump(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes one way; an end is passed on, as ssh does."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def serve(server: socket.socket, far: str) -> None:
    while True:
        near, _ = server.accept()
        away = socket.socket(socket.AF_UNIX)
        try:
            away.connect(far)
        except OSError:
            near.close()
            continue
        for pair in ((near, away), (away, near)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def main() -> None:
    Path(os.environ["FAKE_SSH_LOG"]).write_text("\n".join(sys.argv[1:]))
    if trouble := os.environ.get("FAKE_SSH_TROUBLE"):
        sys.exit(trouble)
    local, _, far = sys.argv[sys.argv.index("-L") + 1].partition(":")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(local)
        server.listen()
        threading.Thread(target=serve, args=(server, far), daemon=True).start()
        sys.stdin.read()


if __name__ == "__main__":
    main()
