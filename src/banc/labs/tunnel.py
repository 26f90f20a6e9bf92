"""A way to a lab's Docker daemon for programs outside: a Unix socket of this machine.

The bytes go through the daemon outside, as all that is done in a lab does: no port is opened, and it works
with a Docker host that is elsewhere.
"""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docker

from banc.errors import BenchError
from banc.labs import inside

_DIAL = ("docker", "system", "dial-stdio")  # connects its standard input and output with the daemon
_PATIENCE = 60.0  # seconds between two looks at a silent connection
_ENDING = 5.0  # seconds that a connection's threads are given to end


class Tunnel:
    """A socket behind which a lab's daemon answers, until it is closed."""

    def __init__(self, client: docker.DockerClient, container: str) -> None:
        self._client = client
        self._container = container
        self._folder = tempfile.TemporaryDirectory(prefix="banc-")
        path = Path(self._folder.name, "docker.sock")
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        self._server.listen()
        self._connections: list[socket.socket] = []
        self._threads = [self._started(self._accept)]
        self.address = f"unix://{path}"
        """As in ``DOCKER_HOST``."""

    def _started(self, function: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        thread.start()
        return thread

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:  # closed
                return
            self._connections.append(connection)
            self._threads.append(self._started(self._serve, connection))

    def _serve(self, connection: socket.socket) -> None:
        """Carry one connection's bytes both ways until the daemon ends it."""
        try:
            stream = inside.Stream(self._client, self._container, _DIAL, tty=False, user="root")
        except BenchError:  # the lab is gone: the program outside sees its connection closed
            connection.close()
            return
        upward = self._started(self._send, connection, stream)
        frames = inside.Frames()
        try:
            while True:
                connection.sendall(frames.add(stream.receive(_PATIENCE)))
        except (EOFError, OSError):
            pass
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        upward.join(_ENDING)
        stream.close()
        connection.close()

    def _send(self, connection: socket.socket, stream: inside.Stream) -> None:
        with suppress(EOFError, OSError):
            while data := connection.recv(65536):
                stream.send(data)
            stream.end_input()

    def close(self) -> None:
        """End all connections."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a connection
        self._server.close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_ENDING)
        self._folder.cleanup()
