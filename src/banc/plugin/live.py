"""The last line of a terminal: what is at work, since when; redrawn in place, gone when anything else is printed."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from time import monotonic

_INTERVAL = 0.5  # seconds between two drawings, and before the first: what is over sooner is not shown
_ERASED = "\r\x1b[2K"


class Live:
    """Draws from a thread of its own: the one that runs the tests waits for them."""

    def __init__(self, descriptor: int, is_free: Callable[[], bool]) -> None:
        """Take the terminal, and what tells that its last line is empty.

        Args:
            descriptor: An open file that is a terminal; it is duplicated, since pytest captures its own.
            is_free: Whether the cursor stands at the beginning of a line.
        """
        self._terminal = os.dup(descriptor)
        self._is_free = is_free
        self._since: dict[str, float] = {}
        self._lock = threading.RLock()
        self._is_drawn = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw_on, name="banc-live", daemon=True)
        self._thread.start()

    def begin(self, name: str) -> None:
        """Something is at work from now on."""
        with self._lock:
            self._since[name] = monotonic()

    def end(self, name: str) -> None:
        """It is no longer."""
        with self._lock:
            self._since.pop(name, None)

    @contextlib.contextmanager
    def hidden(self) -> Iterator[None]:
        """Take the line away for as long as something else is printed."""
        with self._lock:
            self._erase()
            yield

    def _erase(self) -> None:
        if self._is_drawn:
            self._write(_ERASED)
            self._is_drawn = False

    def _draw_on(self) -> None:
        while not self._ended.wait(_INTERVAL):
            with self._lock:
                if self._since and self._is_free():
                    self._draw()

    def _draw(self) -> None:
        now = monotonic()
        told = "   ".join(f"{name}  {now - since:.0f} s" for name, since in self._since.items())
        shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in told)
        # The cursor goes back to the beginning: what is printed without a word to us begins there.
        columns = os.get_terminal_size(self._terminal).columns or 80  # 0: the terminal does not know
        self._write(f"{_ERASED}{shown[: columns - 1]}\r")
        self._is_drawn = True

    def _write(self, text: str) -> None:
        os.write(self._terminal, text.encode("utf-8", errors="replace"))

    def close(self) -> None:
        """Take the line away for good."""
        self._ended.set()
        self._thread.join()
        self._erase()
        os.close(self._terminal)
