from __future__ import annotations

import os
from pathlib import Path

import pytest

from banc import machine
from banc.errors import BenchError

NOWHERE = "unix:///nowhere/docker.sock"


def program(folder: Path, name: str, script: str = "") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of programs, and nothing else to run."""
    monkeypatch.setenv("PATH", str(tmp_path))
    machine._update.cache_clear()
    return tmp_path


def test_a_browser_of_the_system_comes_first(programs: Path) -> None:
    google = program(programs, "google-chrome")
    assert machine.find_browser() == google
    assert machine.find_browser() != program(programs, "chromium") == machine.find_browser()
    assert machine.find_browser() != program(programs, "chromium-headless-shell") == machine.find_browser()


@pytest.mark.site
def test_else_playwrights_own(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(programs / "browsers"))
    assert machine.find_browser() is None
    own = programs / "browsers" / "chromium-1200" / "chrome-linux" / "chrome"
    own.parent.mkdir(parents=True)
    own.touch()
    assert machine.find_browser() == str(own)


def test_a_driver_that_lacks_a_library_is_found_out(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", program(programs, "python", "exit 0"))
    assert machine.driver_runs()
    monkeypatch.setattr("sys.executable", program(programs, "python", "echo libatomic.so.1: not found; exit 127"))
    assert not machine.driver_runs()


def test_a_named_daemon_that_is_missing_is_not_replaced(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program(programs, "apt-get", "touch installed")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.chdir(programs)
    monkeypatch.setenv("DOCKER_HOST", NOWHERE)
    assert machine.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"No Docker daemon answers on {NOWHERE} ")
    assert said.err.count("\n") == 1
    assert not (programs / "installed").exists()


@pytest.mark.parametrize(("user", "debian"), [(0, False), (1000, True)])
def test_only_root_on_debian_may_install(
    programs: Path, monkeypatch: pytest.MonkeyPatch, user: int, debian: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    if debian:
        program(programs, "apt-get")
    assert not machine._may_install()


def test_what_an_installation_says_is_shown_only_when_it_fails(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program(programs, "apt-get", 'echo "$@ $DEBIAN_FRONTEND" >> "$PWD/asked"; echo noise; exit 0')
    monkeypatch.chdir(programs)
    machine.install("some", "thing")
    machine.install("more")
    asked = (programs / "asked").read_text().splitlines()
    assert asked[0].endswith("update noninteractive")
    assert asked[1].endswith("install -y --no-install-recommends some thing noninteractive")
    assert asked[2].endswith("install -y --no-install-recommends more noninteractive")
    assert capfd.readouterr() == ("", "")
    machine._update.cache_clear()
    program(programs, "apt-get", "echo E: no such package; exit 100")
    with pytest.raises(
        BenchError, match=r"`apt-get .* update` failed; run it by hand to see why:\n    E: no such package"
    ):
        machine.install("other")


def test_a_program_that_hangs_is_given_up(programs: Path) -> None:
    program(programs, "hang", "exec /bin/sleep 60")
    with pytest.raises(BenchError, match="`hang` did not end within 0 s"):
        machine._run(["hang"], timeout=0.2)


def test_a_question_is_answered_by_nothing(programs: Path) -> None:
    program(programs, "asks", 'read -r answer || exit 9; echo "$answer"')
    with pytest.raises(BenchError, match="`asks` failed"):
        machine._run(["asks"], timeout=10)


def test_the_mtu_is_that_of_the_way_outside(tmp_path: Path) -> None:
    for device, mtu in (("eth0", 1400), ("lan", 9000)):
        (tmp_path / device).mkdir()
        (tmp_path / device / "mtu").write_text(f"{mtu}\n")
    routes = tmp_path / "route"
    routes.write_text("Iface\tDestination\tGateway\nlan\t0002A8C0\t0\neth0\t00000000\t0102A8C0\n")
    assert machine.outer_mtu(routes, tmp_path) == 1400
    routes.write_text("Iface\tDestination\tGateway\n")
    assert machine.outer_mtu(routes, tmp_path) == 1500
