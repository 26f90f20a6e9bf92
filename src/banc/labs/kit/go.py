"""Programs written in Go, for stand-ins: built from modules that a go.sum pins, where Go is to be had."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from banc.errors import BenchError
from banc.labs.images import Say

_OLDEST = (1, 21)  # from here on, Go fetches the release that a module asks for, or names it
_FETCH = 600  # seconds that fetching all modules may take
_HOUR = 3600  # seconds that a build may take on a slow machine


class NoGoError(Exception):
    """Nothing can be built here; the message says why, as in "there is no Go on this machine"."""


def build(module: Path, architecture: str, say: Say) -> None:
    """Build the programs that a module's ``tool`` lines name into its folder ``bin``.

    Args:
        module: A folder with go.mod, and with go.sum, which has the hash of all that is fetched.
        architecture: Of the Linux machine that runs them, as Go calls it: ``amd64``, ``arm64``.
        say: Takes lines of progress.

    Raises:
        NoGoError: There is no Go that is new enough, or no module proxy answers it.
        BenchError: What was fetched is not what go.sum names, or does not compile.
    """
    go = program()
    with tempfile.TemporaryDirectory(prefix="banc-") as scratch:
        # Nothing stays: what is built is kept as an image.
        places = {name: str(Path(scratch, name)) for name in ("GOPATH", "GOMODCACHE", "GOCACHE")}
        target = {"CGO_ENABLED": "0", "GOOS": "linux", "GOARCH": architecture}
        environment = os.environ | places | target | {"GOFLAGS": "-mod=readonly -trimpath -modcacherw", "GOWORK": "off"}
        environment.pop("GOBIN", None)
        version = _fetch(go, module, environment)
        say("Compiling Go code, which takes a few minutes …")
        linked = f"-s -w -X main.version={version.removeprefix('v')}"
        ended = _run([go, "build", "-ldflags", linked, "-o", f"{module}/bin/", "tool"], module, environment, _HOUR)
    if ended.returncode:
        raise BenchError(
            f"Go could not compile the programs of a stand-in:\n{ended.stderr.strip()}\n"
            "Free memory and disk space (TMPDIR names another folder for it), then run again."
        )


def program() -> str:
    """Where Go is.

    Raises:
        NoGoError: There is none that is new enough.
    """
    go = shutil.which("go")
    if go is None:
        raise NoGoError("there is no Go on this machine")
    said = _run([go, "version"], Path("/"), os.environ | {"GOTOOLCHAIN": "local"}, 60).stdout
    version = re.search(r"go(\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < _OLDEST:
        raise NoGoError(f"the Go on this machine is too old ({said.strip()})")
    return go


def _fetch(go: str, module: Path, environment: dict[str, str]) -> str:
    """Fetch all modules; the version of the one with the program."""
    version = "{{if not .DepOnly}}{{.Module.Version}}{{end}}"
    ended = _run([go, "list", "-deps", "-f", version, "tool"], module, environment, _FETCH)
    if "checksum mismatch" in ended.stderr:
        raise BenchError(
            f"Go fetched something else than go.sum names:\n{ended.stderr.strip()}\n"
            "See which module proxy answers (`go env GOPROXY`), then run again."
        )
    if ended.returncode:
        reason = ended.stderr.strip().splitlines()[-1].rpartition('": ')[2]
        raise NoGoError(f"Go could not fetch its modules ({reason})")
    return ended.stdout.strip()


def _run(
    command: Sequence[str], folder: Path, environment: dict[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except subprocess.TimeoutExpired as error:
        raise NoGoError(f"`go {command[1]}` did not end within {timeout:.0f} s") from error
