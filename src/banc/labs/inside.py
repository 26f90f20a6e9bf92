"""Processes inside a container: their bytes, to and fro."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Sequence
from typing import Any

import docker

from banc.errors import BenchError
from banc.labs.host import working

_PATIENCE = 60  # seconds that a process may take to read what it is sent
_KILLED = 128 + 9  # exit status after SIGKILL
_NOT_STARTED = 125  # exit status of `timeout`, where it could not do its work
_NO_PROCESS = b"fork system call failed: Resource temporarily unavailable\n"
_NOT_EXECUTED = 126  # exit status that the daemon gives, where it could not start a program that is there
_RUNTIME = b"OCI runtime exec failed: "
_NO_KEYS = ",".join(["ctrl-@"] * 8)  # Ctrl-P Ctrl-Q is for the daemon inside: nobody types this by chance
_FRAME = 8  # bytes in front of each piece of output where there is no terminal


class Stream:
    """The connection to one process started inside a container."""

    def __init__(
        self,
        client: docker.DockerClient,
        container: str,
        argv: Sequence[str],
        *,
        tty: bool,
        user: str,
        environment: dict[str, str] | None = None,
        folder: str | None = None,
    ) -> None:
        """Start the process.

        Raises:
            BenchError: The daemon refused, as it does when the container has ended.
        """
        self._client = client
        with working(f"starting {argv[0]} in a lab"):
            self._exec = client.api.exec_create(
                container,
                list(argv),
                stdin=True,
                tty=tty,
                user=user,
                environment=environment,
                workdir=folder,
                detach_keys=_NO_KEYS,
            )["Id"]
            raw: Any = client.api.exec_start(self._exec, tty=tty, socket=True)
        self._raw = raw
        self._socket: socket.socket = getattr(raw, "_sock", raw)
        self._pending = self._read_ahead()

    def _read_ahead(self) -> bytes:
        """What the HTTP client took off the connection together with the answer's headers.

        The SDK hands out the bare socket below the client's buffer, and would lose it.
        """
        response = getattr(self._raw, "_response", None)
        if response is None:
            return b""
        reader = response.raw._fp.fp
        self._socket.settimeout(0)
        try:
            return bytes(reader.read1(len(reader.peek(1)))) if reader.peek(1) else b""
        except ssl.SSLWantReadError:
            return b""
        finally:
            self._socket.settimeout(None)

    def send(self, data: bytes) -> None:
        """Write to the process's standard input.

        Raises:
            EOFError: It has ended, or does not read.
        """
        try:
            self._socket.settimeout(_PATIENCE)
            self._socket.sendall(data)
        except OSError as error:
            raise EOFError from error

    def end_input(self) -> None:
        """Tell the process that no more input comes."""
        socket.socket.shutdown(self._socket, socket.SHUT_WR)  # a TLS socket's own would end what comes back, too

    def receive(self, timeout: float) -> bytes:
        """The next bytes; ``b""`` when none came within `timeout` seconds.

        Raises:
            EOFError: The process has ended and all was read.
        """
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        self._socket.settimeout(max(timeout, 0.001))
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            return b""
        except OSError as error:
            raise EOFError from error
        if not data:
            raise EOFError
        return data

    def status(self) -> int:
        """The exit status of the process, once `receive` has met its end."""
        with working("asking for an exit status"):
            return int(self._client.api.exec_inspect(self._exec)["ExitCode"])

    def close(self) -> None:
        """Leave the connection; the process is not told."""
        response = getattr(self._raw, "_response", None)
        if response is not None:  # closed from the top, or its buffer complains when it is thrown away
            response.close()
        self._raw.close()
        self._socket.close()


def run(
    client: docker.DockerClient,
    container: str,
    argv: Sequence[str],
    *,
    user: str = "root",
    timeout: float = 60,
    stdin: bytes = b"",
) -> tuple[int, bytes]:
    """Run a process to its end. It should read all of a long input before it prints much.

    Returns:
        Its exit status, and its standard output and errors as they came.

    Raises:
        BenchError: It had not ended after `timeout` seconds (it is killed), or the daemon failed.
    """
    bounded = ("timeout", "--signal=KILL", f"{timeout:.3f}", *argv)
    began = time.monotonic()
    stream = Stream(client, container, bounded, tty=False, user=user)
    try:
        with working(f"running {argv[0]} in a lab"):
            if stdin:
                stream.send(stdin)
            stream.end_input()
        data = _all(stream, began + timeout + _PATIENCE)
        status = stream.status()
    except (TimeoutError, EOFError) as error:
        raise _endless(argv, timeout) from error
    finally:
        stream.close()
    output = Frames().add(data)
    if status == _NOT_STARTED and output.endswith(_NO_PROCESS):  # not in the data: its words may come one by one
        raise _not_started(argv, "too many processes run there")
    if status == _NOT_EXECUTED and output.startswith(_RUNTIME):  # also of too many: its reason is one of several then
        raise _not_started(argv, output.decode(errors="replace").strip())
    if status == _KILLED and time.monotonic() - began >= timeout:
        raise _endless(argv, timeout)
    return status, output


def _not_started(argv: Sequence[str], why: str) -> BenchError:
    return BenchError(f"`{' '.join(argv)}` cannot be started in a lab: {why}. Run again.")


def _endless(argv: Sequence[str], timeout: float) -> BenchError:
    return BenchError(f"`{' '.join(argv)}` did not end within {timeout:.0f} s in a lab. Is the machine overloaded?")


def _all(stream: Stream, deadline: float) -> bytes:
    data = bytearray()
    try:
        while (left := deadline - time.monotonic()) > 0:
            data += stream.receive(left)
    except EOFError:
        return bytes(data)
    raise TimeoutError


class Frames:
    """Takes the heads out of a stream that has no terminal: they tell standard output from errors."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def add(self, data: bytes) -> bytes:
        """What the pieces that are complete with this data hold."""
        self._pending += data
        output = bytearray()
        while len(self._pending) >= _FRAME:
            end = _FRAME + int.from_bytes(self._pending[4:_FRAME], "big")
            if len(self._pending) < end:
                break
            output += self._pending[_FRAME:end]
            del self._pending[:end]
        return bytes(output)
