"""A Docker host behind SSH: its daemon's socket, led by OpenSSH to a Unix socket of this machine.

One connection serves for all requests, and what works with a local socket works through it: the SDK's own way by
SSH logs in anew for each request, and its connections neither time out nor are closed by halves.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from banc.errors import BenchError

_SOCKET = "/var/run/docker.sock"  # where a Docker host's daemon listens, if its address does not say
_LOGIN = 60.0  # seconds that logging in may take
_ENDING = 5.0  # seconds that ssh is given to end


class Forward:
    """A Unix socket behind which the daemon of a Docker host answers, until it is closed."""

    def __init__(self, address: str) -> None:
        """Log in, without a question: with a key, and to a host that is known.

        Args:
            address: ``ssh://[user@]host[:port][/path/of/docker.sock]``.

        Raises:
            BenchError: There is no way in; what ssh says is in the message.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="banc-")
        path = Path(self._folder.name, "docker.sock")
        self.address = f"unix://{path}"
        """As in ``DOCKER_HOST``."""
        self._said = Path(self._folder.name, "ssh.log").open("w+")  # noqa: SIM115 (closed by close)
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = self._started(address, path)
            self._wait(self._process, address, path)
        except BaseException:
            self.close()
            raise

    def _started(self, address: str, path: Path) -> subprocess.Popen[bytes]:
        try:
            host = urlsplit(address)
            where = [*(["-l", host.username] if host.username else []), *(["-p", str(host.port)] if host.port else [])]
        except ValueError as error:
            raise BenchError(f"{address} is no address: {error}. Write it as ssh://user@host:22.") from error
        command = ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes", "-o", "ServerAliveInterval=15"]
        command += ["-L", f"{path}:{host.path or _SOCKET}", *where, "--", host.hostname or "", "cat"]
        try:
            # `cat` ends when we do, whatever our end is. In a session of its own, Ctrl-C does not reach ssh before
            # the labs are removed through it.
            return subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=self._said, stderr=self._said, start_new_session=True
            )
        except OSError as error:
            raise BenchError(f"ssh cannot be started ({error}). Install it (Debian: openssh-client).") from error

    def _wait(self, process: subprocess.Popen[bytes], address: str, path: Path) -> None:
        deadline = time.monotonic() + _LOGIN
        while True:
            with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(path))
                return
            ended = process.poll() is not None
            if ended or time.monotonic() > deadline:
                self._said.seek(0)
                said = self._said.read().strip().rstrip(".") or ("it ended" if ended else f"not within {_LOGIN:.0f} s")
                raise BenchError(
                    f"No way to {address} by ssh: {said}. Log in by hand once (`ssh {urlsplit(address).netloc}`): "
                    "it must not ask for anything."
                )
            time.sleep(0.05)

    def close(self) -> None:
        """Log out."""
        if self._process:
            self._process.terminate()
            try:
                self._process.communicate(timeout=_ENDING)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.communicate()
        self._said.close()
        self._folder.cleanup()
