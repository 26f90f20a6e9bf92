"""A terminal of this machine, so that the shell's part is tested in milliseconds, without a lab."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import warnings
from collections.abc import Sequence
from pathlib import Path

from ptyprocess import PtyProcess, PtyProcessError


class LocalChannel:
    def __init__(self, argv: Sequence[str], home: Path) -> None:
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        with warnings.catch_warnings():  # Python 3.12 and newer: threads are about, but the child only calls exec
            warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
            self.process = PtyProcess.spawn(list(argv), cwd=str(home), env=env, dimensions=(40, 100))
        self.process.delayafterclose = self.process.delayafterterminate = 0.01

    def send(self, data: bytes) -> None:
        os.write(self.process.fd, data)

    def receive(self, timeout: float) -> bytes:
        if not select.select([self.process.fd], [], [], timeout)[0]:
            return b""
        return bytes(self.process.read(65536))

    def reads_keys(self, shell: int) -> bool:
        return not termios.tcgetattr(self.process.fd)[3] & termios.ICANON

    def kill_foreground(self, shell: int) -> None:
        group = os.tcgetpgrp(self.process.fd)
        if group != os.getpgid(shell):
            os.killpg(group, signal.SIGKILL)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            try:
                self.process.close(force=True)
            except PtyProcessError:  # killed, but not gone yet: the machine is busy
                self.process.wait()
