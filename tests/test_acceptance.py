"""The bench as its users meet it: pytest in a folder of theirs, a real daemon, pages that go wrong."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from banc.labs import engines
from banc.labs.host import Owner
from banc.labs.lab import Bench

pytestmark = pytest.mark.lab

DATA = Path(__file__).parent / "data"
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    ci = os.environ | {"CI": "true"}  # pytest's reports differ there
    command = [*PYTEST, *arguments]
    return subprocess.run(command, cwd=folder, env=ci, capture_output=True, text=True, timeout=1800)


def errors(output: str, page: str) -> dict[int, str]:
    """The errors reported of a page, by line; not what it leaves, which of a page that fails may be much."""
    wrong = r"(?!block \S+: leaves )(?:block \S+: )?(?!PageWarning)(.*)"
    found = re.findall(rf"^{re.escape(page)}:(\d+): {wrong}$", output, re.MULTILINE)
    return {int(line): text for line, text in found}


def compare(found: dict[int, str], expected: dict[int, str], output: str) -> None:
    """Each expected error is found at its line, with its words, and no other error."""
    for line, words in expected.items():
        assert words in found.get(line, ""), f"line {line}: {found.get(line)!r}\n{output}"
    assert found.keys() == expected.keys()


def line_of(page: Path, text: str, nth: int = 1) -> int:
    lines = page.read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if text in line][nth - 1]


def test_twelve_ways_to_be_wrong_give_twelve_clear_errors(tmp_path: Path) -> None:
    page = Path(shutil.copy(DATA / "broken.md", tmp_path))
    (tmp_path / "green.md").write_text("```bash\ndocker run --rm busybox echo well\n```\n")
    result = run(tmp_path, "broken.md", "green.md")
    found = errors(result.stdout, "broken.md")
    expected = {
        line_of(page, "dokcer"): "the command ended with status 127, expected 0",
        line_of(page, "busybux"): "the command ended with status 125, expected 0",
        line_of(page, "cat nowhere"): "the command ended with status 1, expected 0",
        line_of(page, "three") - 1: "the output is not the expected one",
        line_of(page, "tail -f"): "had not ended after the block's 2 s",
        line_of(page, "timout"): "timeout",
        line_of(page, "```bash timeout=5"): "```bash {timeout=5}",
        line_of(page, "```bash{"): "```bash {#spaceless timeout=5}",
        line_of(page, "exit=0 exit=1"): "exit",
        line_of(page, "{#file}", 2): "file",
        line_of(page, "text {.output}", 2) + 1: "the output is not the expected one",
        line_of(page, "exit 3"): "the command ended the shell",
    }
    compare(found, expected, result.stdout)
    assert len(expected) == 12
    assert re.search(r"^not reached: broken\.md::after: the terminal ended in block exits", result.stdout, re.M)
    assert re.search(r"^green\.md +1 +0 +0 +0 ", result.stdout, re.M), result.stdout
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "\x1b" not in result.stdout
    assert "\x00" not in result.stdout


def test_a_rough_chapter_is_read_to_its_end(tmp_path: Path) -> None:
    page = Path(shutil.copy(DATA / "patient.md", tmp_path))
    result = run(tmp_path, "patient.md")
    found = errors(result.stdout, "patient.md")
    expected = {
        line_of(page, "docker build"): "the command ended with status 1",
        line_of(page, "docker run --rm patient"): "the command ended with status 125",
        line_of(page, "docker logs"): "the command ended with status 1",
        line_of(page, "<image>"): "for bash <image> is a redirection",
        line_of(page, "<container"): "for bash <container id or name> is a redirection",
        line_of(page, "docker run -it -v"): "an interactive program waits for keys",
    }
    compare(found, expected, result.stdout)
    assert f"patient.md:{line_of(page, '```language')}: PageWarning: unknown language 'language'" in result.stdout
    assert re.search(r"^patient\.md +2 +5 +0 +0 ", result.stdout, re.M), result.stdout


def test_terminals_as_a_reader_uses_them(tmp_path: Path) -> None:
    shutil.copy(DATA / "terminals.md", tmp_path)
    result = run(tmp_path, "terminals.md")
    assert re.search(r"^terminals\.md +36 +0 +1 +0 ", result.stdout, re.M), result.stdout
    assert "skipped (1): Docker <25 (≠ 26." in result.stdout
    assert result.returncode == 0


def test_terminals_that_a_reader_would_be_lost_in(tmp_path: Path) -> None:
    page = Path(shutil.copy(DATA / "stubborn.md", tmp_path))
    result = run(tmp_path, "stubborn.md")
    found = errors(result.stdout, "stubborn.md")
    expected = {
        line_of(page, "cours-left busybox"): "had not ended after the block's 3 s; it was interrupted",
        line_of(page, "trap"): "had not ended after the block's 3 s; it was interrupted",
        line_of(page, "busybox false"): "was to stay in the foreground and ended with status 1",
        line_of(page, "--rm busybox sleep"): "did not answer at http://127.0.0.1:8183/ after the block's 3 s",
        line_of(page, "{#occupied"): "a program is still in the foreground of terminal 1",
        line_of(page, "{#nothing"): "no program is in the foreground of terminal 2",
        line_of(page, "exit"): "ended the program that the block is typed in, and more lines follow",
        line_of(page, "{#gone"): "the program 'ca' is not in the foreground of terminal 1",
        line_of(page, "ls /nowhere"): "the command ended with status 1, expected 0",
        line_of(page, "cours-nobody"): "the command ended with status 1, expected 0",
    }
    compare(found, expected, result.stdout)
    assert re.search(r"^stubborn\.md +7 +10 +0 +0 ", result.stdout, re.M), result.stdout
    assert result.stdout.count("{serve until=") == 2  # the way out


@pytest.fixture
def user() -> Iterator[docker.DockerClient]:
    """A user's own container, network, volume and image on the daemon that the bench may use."""
    client = docker.from_env()
    name = "someone-s-own"
    with Bench(print):  # so that the lab's image is there
        pass
    image = next(image for image in client.images.list(name=f"banc/lab-{engines.DEFAULT}") if image.tags)
    image.tag(name)
    client.networks.create(name)
    client.volumes.create(name)
    sleep = ["sleep", "1000"]
    client.containers.run(image, entrypoint=sleep, name=name, network=name, volumes=[f"{name}:/x"], detach=True)
    try:
        yield client
    finally:
        client.containers.get(name).remove(force=True)
        client.networks.get(name).remove()
        client.volumes.get(name).remove()
        client.images.remove(name)
        client.close()


def belongings(client: docker.DockerClient) -> dict[str, object]:
    """The user's own things, and how they are."""
    container = client.containers.get("someone-s-own")
    volume = client.volumes.get("someone-s-own")
    return {
        "container": (container.id, container.attrs["State"], container.attrs["NetworkSettings"]["Networks"]),
        "network": client.networks.get("someone-s-own").id,
        "volume": (volume.attrs["CreatedAt"], volume.attrs["Mountpoint"]),
        "image": client.images.get("someone-s-own").id,
    }


def labs(client: docker.DockerClient, process: int) -> list[str]:
    """The labs of a process."""
    found = client.containers.list(filters={"label": f"banc.process={process}"})
    return [str(container.name) for container in found if str(container.name).startswith("banc-lab")]


def leftovers(client: docker.DockerClient) -> list[str]:
    """What runs of the bench that have ended left on the daemon; what others are at is of no account."""
    owners = {str(container.name): Owner.of(container.labels) for container in client.containers.list(all=True)}
    return [name for name, owner in owners.items() if owner and owner.gone()]


RUTHLESS = """
```bash
docker run -d busybox sleep 1000
docker stop --time 1 $(docker ps --quiet)
docker system prune --all --force --volumes
test -z "$(docker ps --all --quiet)"
```
"""


def test_what_is_the_users_stays_as_it_was(user: docker.DockerClient, tmp_path: Path) -> None:
    before = belongings(user)
    (tmp_path / "ruthless.md").write_text(RUTHLESS)
    result = run(tmp_path, "ruthless.md")
    assert result.returncode == 0, result.stdout
    assert belongings(user) == before
    assert not leftovers(user)


def test_a_killed_run_is_cleared_by_the_next(user: docker.DockerClient, tmp_path: Path) -> None:
    before = belongings(user)
    (tmp_path / "slow.md").write_text("```bash\ntouch started\nsleep 100\n```\n")
    (tmp_path / "quick.md").write_text("```bash\ntrue\n```\n")
    with subprocess.Popen([*PYTEST, "slow.md"], cwd=tmp_path, stdout=subprocess.DEVNULL) as killed:
        deadline = time.monotonic() + 300
        while not labs(user, killed.pid):
            assert time.monotonic() < deadline, "no lab was started"
            assert killed.poll() is None
            time.sleep(0.2)
        killed.kill()
    assert leftovers(user), "the killed run left nothing to clear"
    result = run(tmp_path, "quick.md")
    assert result.returncode == 0, result.stdout
    assert "Removed what a killed run left" in result.stdout
    assert not leftovers(user)
    assert belongings(user) == before


def test_what_a_page_leaves_is_named_at_the_block_that_made_it(tmp_path: Path) -> None:
    page = Path(shutil.copy(DATA / "leaky.md", tmp_path))
    result = run(tmp_path, "leaky.md")
    found = re.findall(r"^leaky\.md:(\d+): block (\S+): leaves (.*)$", result.stdout, re.MULTILINE)
    expected = [
        ("container", "container 'cours-web' (running, publishes port 8080)"),
        ("volume", "network 'cours-reseau'"),
        ("volume", "process 'sleep 300'"),
        ("volume", "volume 'cours-donnees'"),
        ("image", "image 'cours-app:latest'"),
        ("image", "image 'cours-copie:2'"),
        (
            "compose",
            "the Compose project 'cours' (container 'cours-web-1', network 'cours_default', image 'cours-web:latest')",
        ),
    ]
    wanted = [(str(line_of(page, f"{{#{block}}}")), block, what) for block, what in expected]
    assert sorted(found) == sorted(wanted), result.stdout
    assert re.search(r"^leaky\.md +9 +0 +0 +0 ", result.stdout, re.M), result.stdout
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
