import os
import signal
import sys
from pathlib import Path

import pytest
from local_lab import LocalBench

pytest_plugins = ["pytester"]


def pytest_configure() -> None:
    """Let programs that tests start be interrupted: what runs in the background may have been told to ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the stand-in in the place of `ssh`; the file in which it writes what it was asked."""
    script = tmp_path / "bin/ssh"
    script.parent.mkdir()
    text = (Path(__file__).parent / "fake_ssh.py").read_text()
    script.write_text(text.replace("#!/usr/bin/env python3", f"#!{sys.executable}", 1))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_SSH_LOG", str(tmp_path / "asked"))
    return tmp_path / "asked"


@pytest.fixture(autouse=True)
def _no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """On GitHub, keep runs within tests out of the summary of the job."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Runs within a run: Hypothesis' plugin refuses to be loaded where tests have used Hypothesis before."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest")
    return pytester


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder whose pages run in a shell of this machine."""
    monkeypatch.setattr("banc.plugin.running.Bench", LocalBench)
    return pytester
