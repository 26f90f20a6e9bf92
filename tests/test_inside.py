"""The connection to a process in a lab, without a daemon: what the Docker SDK hands out, and what it keeps back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from types import SimpleNamespace
from typing import Any

import pytest

from banc.labs.inside import Stream

HEAD = b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n"


class Answer:
    """A connection as the SDK hands it out over TCP: a socket, and the reader that took the answer's head off it."""

    def __init__(self, ours: socket.socket) -> None:
        self._sock = ours
        self.reader: BufferedReader = ours.makefile("rb")
        self._response = SimpleNamespace(raw=SimpleNamespace(_fp=SimpleNamespace(fp=self.reader)), close=lambda: None)

    def close(self) -> None:
        self.reader.close()


@pytest.fixture
def both() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def started(answer: Answer) -> Stream:
    api = SimpleNamespace(exec_create=lambda *_, **__: {"Id": "1"}, exec_start=lambda *_, **__: answer)
    client: Any = SimpleNamespace(api=api)
    return Stream(client, "lab", ["true"], tty=True, user="root")


def everything(stream: Stream) -> bytes:
    received = b""
    with suppress(EOFError):
        while True:
            received += stream.receive(1)
    return received


@pytest.mark.parametrize("early", [b"", b"already"])
def test_what_came_with_the_answer_is_received_first(both: tuple[socket.socket, socket.socket], early: bytes) -> None:
    ours, theirs = both
    answer = Answer(ours)
    theirs.sendall(HEAD + early)
    while answer.reader.readline() != b"\r\n":
        pass
    stream = started(answer)
    theirs.sendall(b" later")
    theirs.shutdown(socket.SHUT_WR)
    assert everything(stream) == early + b" later"
    stream.close()
