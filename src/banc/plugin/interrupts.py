"""Ctrl-C, pressed a second time, or while labs are being removed."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any

import pytest

from banc.plugin.items import BlockItem, LeaksItem

Handler = Callable[[int, FrameType | None], None]


class Patience:
    """Lets Ctrl-C wait from the first one to the end, and while labs are removed: removed halfway, they would stay."""

    def __init__(self) -> None:
        self._before: Any = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Begin at once where a page is interrupted: what the first one ends clears up. Other tests are let be."""
        of_a_page = isinstance(item, BlockItem | LeaksItem)
        if of_a_page and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._begin(self._first)
        result = yield  # does not come back from Ctrl-C
        if of_a_page:
            self._end()
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self) -> None:
        """Begin: what is still to be done is to remove the lab."""
        self._begin(self._pressed)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_unconfigure(self) -> Generator[None, None, None]:
        """Begin, have all others clear up, and end."""
        self._begin(self._pressed)
        try:
            yield
        finally:
            self._end()

    def _begin(self, handler: Handler) -> None:
        if threading.current_thread() is threading.main_thread():  # signals reach it alone
            before = signal.signal(signal.SIGINT, handler)
            if self._before is None:
                self._before = before

    def _end(self) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _first(self, number: int, frame: FrameType | None) -> None:
        self._begin(self._pressed)
        signal.default_int_handler(number, frame)

    def _pressed(self, _number: int, _frame: FrameType | None) -> None:
        print("banc: labs are being removed; this takes a moment", file=sys.stderr, flush=True)
