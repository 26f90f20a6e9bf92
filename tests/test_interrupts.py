"""Ctrl-C, pressed a second time, or while labs are being removed."""

from __future__ import annotations

import signal
from unittest.mock import create_autospec

import pytest

from banc.plugin.interrupts import Patience
from banc.plugin.items import BlockItem


def test_ctrl_c_waits_from_the_first_one_to_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    patience = Patience()
    patience.pytest_keyboard_interrupt()
    signal.raise_signal(signal.SIGINT)
    ending = patience.pytest_unconfigure()
    next(ending)
    signal.raise_signal(signal.SIGINT)
    assert capsys.readouterr().err == "banc: labs are being removed; this takes a moment\n" * 2
    with pytest.raises(StopIteration):
        next(ending)
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_is_as_ever_after_labs_could_not_be_removed() -> None:
    before = signal.getsignal(signal.SIGINT)
    ending = Patience().pytest_unconfigure()
    next(ending)
    assert signal.getsignal(signal.SIGINT) is not before
    with pytest.raises(KeyError):
        ending.throw(KeyError())
    assert signal.getsignal(signal.SIGINT) is before


def test_a_page_is_interrupted_once(capsys: pytest.CaptureFixture[str]) -> None:
    """What the first one ends clears up, and would else be ended halfway by a second one."""
    before = signal.getsignal(signal.SIGINT)
    patience = Patience()
    running = patience.pytest_runtest_protocol(create_autospec(BlockItem, instance=True))
    next(running)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    assert capsys.readouterr().err == "banc: labs are being removed; this takes a moment\n"
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt())
    signal.raise_signal(signal.SIGINT)
    ending = patience.pytest_unconfigure()
    next(ending)
    next(ending, None)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("item", [BlockItem, pytest.Function])
def test_ctrl_c_is_as_ever_between_pages_and_in_tests_of_others(item: type[pytest.Item]) -> None:
    before = signal.getsignal(signal.SIGINT)
    running = Patience().pytest_runtest_protocol(create_autospec(item, instance=True))
    next(running)
    assert (signal.getsignal(signal.SIGINT) is before) == (item is pytest.Function)
    with pytest.raises(StopIteration) as ended:
        running.send(True)
    assert ended.value.value is True
    assert signal.getsignal(signal.SIGINT) is before
