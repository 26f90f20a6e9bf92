from __future__ import annotations

from dataclasses import replace

import pytest

from banc.errors import BenchError
from banc.labs.host import LABEL, Owner, connect, working

OWNER = Owner.this()


def test_labels_name_their_owner() -> None:
    labels = OWNER.labels("lab")
    assert labels[LABEL] == "lab"
    assert Owner.of(labels) == OWNER
    assert Owner.of({LABEL: "image"}) is None


def test_this_process_lives() -> None:
    assert not OWNER.gone()


@pytest.mark.parametrize(
    ("owner", "gone"),
    [
        pytest.param(replace(OWNER, process="4194305"), True, id="no such process"),
        pytest.param(replace(OWNER, since="1"), True, id="its number was given to another"),
        pytest.param(replace(OWNER, boot="another"), True, id="the machine was started anew"),
        pytest.param(replace(OWNER, space="another"), False, id="it runs in a container of its own"),
        pytest.param(replace(OWNER, machine="another", boot="another"), False, id="it runs on another machine"),
        pytest.param(
            replace(OWNER, machine="another", boot="another", made="0"), True, id="it cannot be seen, and is old"
        ),
    ],
)
def test_who_is_gone(owner: Owner, gone: bool) -> None:
    assert owner.gone() is gone


def test_without_a_daemon_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(
        BenchError, match=r"No Docker daemon answers on unix:///nowhere/docker.sock .*apt-get install docker.io"
    ):
        connect()
    with pytest.raises(BenchError, match="unix:///elsewhere"):
        connect("unix:///elsewhere/docker.sock")


def test_a_full_disk_is_told_from_other_trouble() -> None:
    with pytest.raises(BenchError, match=r"building x failed: .*Free some disk space"), working("building x"):
        raise OSError(28, "No space left on device")
    with pytest.raises(BenchError, match="docker info"), working("building x"):
        raise OSError("other")
