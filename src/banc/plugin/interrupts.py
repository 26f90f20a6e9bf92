"""Ctrl-C, pressed a second time, or while labs are being removed."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator
from types import FrameType
from typing import Any

import pytest


class Patience:
    """Lets Ctrl-C wait from the first one to the end, and while labs are removed: removed halfway, they would stay."""

    def __init__(self) -> None:
        self._before: Any = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self) -> None:
        """Begin: what is still to be done is to remove the lab."""
        self._begin()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_unconfigure(self) -> Generator[None, None, None]:
        """Begin, have all others clear up, and end."""
        self._begin()
        try:
            yield
        finally:
            if self._before is not None:
                signal.signal(signal.SIGINT, self._before)
                self._before = None

    def _begin(self) -> None:
        in_main = threading.current_thread() is threading.main_thread()  # signals reach it alone
        if in_main and self._before is None:
            self._before = signal.signal(signal.SIGINT, self._pressed)

    def _pressed(self, _number: int, _frame: FrameType | None) -> None:
        print("banc: labs are being removed; this takes a moment", file=sys.stderr, flush=True)
