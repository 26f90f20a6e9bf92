"""Ctrl-C, pressed a second time, or while labs are being removed."""

from __future__ import annotations

import signal

import pytest

from banc.plugin.interrupts import Patience


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
