"""The bytes of one terminal: how they are had, and how much of them is kept."""

from __future__ import annotations

from typing import Protocol

HEAD = TAIL = 500_000
"""Bytes of a command's output that are kept, from its beginning and from its end."""


class Channel(Protocol):
    """The bytes of one terminal: a local PTY, or a process of a lab started with one."""

    def send(self, data: bytes) -> None:
        """Type."""

    def receive(self, timeout: float) -> bytes:
        """What was printed since; ``b""`` when nothing came within `timeout` seconds.

        Raises:
            EOFError: The shell has ended and all it printed was received.
        """

    def reads_keys(self, shell: int) -> bool:
        """Whether the terminal of process `shell` is in raw mode: whole lines are not waited for."""

    def kill_foreground(self, shell: int) -> None:
        """SIGKILL what runs in the foreground of the terminal of process `shell`, but not the shell."""

    def close(self) -> None:
        """Hang up."""


class Output:
    """Collects bytes in bounded memory: the head and the tail are kept, the middle is counted."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self.seen = 0  # bytes that were added

    def add(self, data: bytes) -> None:
        """Append what was printed."""
        self.seen += len(data)
        room = HEAD - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        if len(self._tail) > 2 * TAIL:
            del self._tail[:-TAIL]

    def clear(self) -> None:
        """Forget everything."""
        self._head.clear()
        self._tail.clear()
        self.seen = 0

    @property
    def dropped(self) -> int:
        """Bytes that were not kept."""
        return self.seen - len(self._head) - len(self._tail[-TAIL:])

    def end(self, length: int) -> bytes:
        """The last bytes."""
        return bytes(self._head[-length:] + self._tail[-length:])[-length:]

    def value(self) -> bytes:
        """Head and tail; where bytes are missing between them, a line says how many."""
        tail = bytes(self._tail[-TAIL:])
        note = f"\r\n[… {self.dropped} bytes left out …]\r\n".encode() if self.dropped else b""
        return bytes(self._head) + note + tail
