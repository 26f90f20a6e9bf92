"""Ready this machine for `make test`: a Docker daemon, what the offline kit needs, a browser.

Run as ``python -m banc.machine``. Where the machine is a Debian-like one and the user root, what is missing is
installed; elsewhere one sentence says what to install. Without a daemon the exit status is 1; without a browser
only the tests that need one are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import IO

import docker

from banc.errors import BenchError
from banc.labs.host import connect
from banc.labs.mirror import hub_answers

_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is the lightest: without a window to draw, it shows a page in half the time."""
_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
_LOG = Path("/var/log/dockerd.log")
_INSTALL = 2400  # seconds for one installation, on a slow machine behind a slow line
_START = 300.0  # seconds for a daemon to answer once it was started


def main() -> int:
    """Look at each thing, and mend what can be mended; one line each."""
    try:
        _ready_docker()
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    _ready_kit()
    _ready_browser()
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


def _ready_docker() -> None:
    """Have a daemon answer.

    Raises:
        BenchError: None does, and none could be installed or started.
    """
    try:
        client = connect()
    except BenchError:
        if os.environ.get("DOCKER_HOST") or not _may_install():
            raise
        if shutil.which("dockerd") is None:
            _say("No Docker daemon answers: installing Debian's docker.io …")
            install("docker.io", "iptables")
        client = _start_docker()
    _say(f"Docker: {client.version()['Version']} answers.")
    client.close()


def _start_docker() -> docker.DockerClient:
    """Start the daemon and wait for it; a package may have started it already."""
    with _LOG.open("ab") as log:
        if Path("/run/systemd/system").exists():
            _run(["systemctl", "start", "docker"], timeout=_START)
        else:
            _say(f"Starting dockerd; it writes to {_LOG}, and stays when the tests have ended.")
            _detach(["dockerd", f"--mtu={outer_mtu()}"], log)
    deadline = time.monotonic() + _START
    while True:
        try:
            return connect()
        except BenchError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _detach(command: Sequence[str], log: IO[bytes]) -> None:
    """Start a program that outlives this one and holds none of its files."""
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)


def outer_mtu(routes: Path = Path("/proc/net/route"), devices: Path = Path("/sys/class/net")) -> int:
    """The MTU of the device that leads outside: with a larger one containers' connections would hang.

    Args:
        routes: The kernel's table of IPv4 routes.
        devices: The kernel's folder of network devices.
    """
    for line in routes.read_text().splitlines()[1:]:
        device, destination, *_ = line.split()
        if destination == "00000000":
            return int((devices / device / "mtu").read_text())
    return 1500


def _ready_kit() -> None:
    """Where Docker Hub does not answer, have the program that makes a base image without it."""
    if shutil.which("mmdebstrap") or os.environ.get("BANC_IMAGES") == "hub" or not _may_install():
        return  # a bench that needs it and has it not says so
    with closing(connect()) as client:
        if os.environ.get("BANC_IMAGES") != "kit" and hub_answers(client):
            return
    _say("Docker Hub is not used: installing mmdebstrap for the offline kit …")
    try:
        install("mmdebstrap", "debian-archive-keyring")
    except BenchError as error:
        print(error, file=sys.stderr)


def _ready_browser() -> None:
    """Have a browser for the site's tests, and what Playwright needs to drive it."""
    trouble = ""
    if _may_install() and not find_browser():
        _say("No Chromium was found: installing Debian's …")
        trouble = _tried(lambda: install("chromium-headless-shell", "fonts-liberation"))
        if trouble:  # older than Debian 12
            trouble = _tried(lambda: install("chromium", "fonts-liberation"))
    if _may_install() and not driver_runs():
        _say("Playwright does not start: installing a library that it needs …")
        trouble = trouble or _tried(lambda: install("libatomic1"))
    if not find_browser():
        _say("Downloading Playwright's Chromium …")
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        trouble = trouble or _tried(lambda: _run(command, timeout=_INSTALL))
    if not find_browser():
        _say(f"The browser tests will be skipped: there is no Chromium, and it could not be installed. {trouble}")
    elif not driver_runs():
        _say(f"The browser tests will be skipped: `python -m playwright --version` fails. {trouble}")


def _tried(installation: Callable[[], None]) -> str:
    """Install something that can be done without; why it could not be had, or an empty string."""
    try:
        installation()
    except BenchError as error:
        return str(error)
    return ""


def find_browser() -> str | None:
    """The path of a Chromium: the system's, else Playwright's own; None where there is none."""
    for name in _BROWSERS:
        if path := shutil.which(name):
            return path
    # https://playwright.dev/python/docs/browsers: asking Playwright itself would need its driver to run.
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def driver_runs() -> bool:
    """Whether Playwright's driver can be started: its node wants libraries that a bare Debian lacks."""
    return _tried(lambda: _run([sys.executable, "-m", "playwright", "--version"], timeout=_START)) == ""


def _may_install() -> bool:
    """Whether this is a Debian-like machine and we are root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install Debian packages.

    Raises:
        BenchError: apt-get failed; its last lines are in the message.
    """
    _update()
    _run([*_APT, "install", "-y", "--no-install-recommends", *packages], timeout=_INSTALL)


@cache
def _update() -> None:
    """Fetch the package lists, once."""
    _run([*_APT, "update"], timeout=_INSTALL)


def _run(command: Sequence[str], timeout: float) -> None:
    """Run a program without a word, and without a question it could wait on.

    Raises:
        BenchError: It failed or did not end; its last lines are in the message.
    """
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    try:
        ended = subprocess.run(
            command,
            check=False,
            timeout=timeout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired as error:
        raise BenchError(
            f"`{' '.join(command)}` did not end within {timeout:.0f} s. Run it by hand to see why."
        ) from error
    if ended.returncode:
        last = "\n".join(f"    {line}" for line in ended.stdout.strip().splitlines()[-8:])
        raise BenchError(f"`{' '.join(command)}` failed; run it by hand to see why:\n{last}")


if __name__ == "__main__":
    sys.exit(main())
