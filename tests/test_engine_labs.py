"""Pages on other engines than the default one: Debian 12's, and one that is made as Docker Hub's images are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from test_acceptance import DATA, run

from banc.labs import engines, kit
from banc.labs.host import LABEL, connect
from banc.labs.images import build, found
from banc.labs.lab import Bench
from banc.labs.mirror import hub_answers

pytestmark = pytest.mark.lab

PAGE = """
```bash {#engine}
docker version --format '{{.Server.Version}}'
```

```text {.output}
20.10.…
```

```Dockerfile
FROM busybox
RUN echo made > /made
```

```bash {#old-builder}
docker build --tag cours-old .
docker run --rm cours-old cat /made
docker run --rm --memory 64m busybox true
docker rmi cours-old
```

```text {.output}
…
Step 1/2 : FROM busybox
…
made
…
```

```bash {#new engine=">=23"}
docker buildx version
```

```bash {#buildx}
docker buildx version
```
"""


@pytest.fixture(scope="module")
def both() -> dict[str, str]:
    """The image of the labs of either engine, the older one's made last."""
    images = {}
    for name in (engines.DEFAULT, "debian-12"):
        with Bench(print, engine=name) as bench:
            images[name] = bench._image
    return images


def test_the_images_of_two_engines_stand_side_by_side(both: dict[str, str]) -> None:
    assert len(set(both.values())) == 2
    with closing(connect()) as client:
        assert all(found(client, image) for image in both.values())


def test_a_page_runs_on_the_engine_of_debian_12(both: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nmarkdown_extensions:\n  - banc.fences: {snapshots: snap}\n")
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs/page.md"
    page.write_text(PAGE)
    wrong = run(tmp_path, "docs", "--engine=debian-12", "--update")
    assert '{engine=">=23"}' in wrong.stdout
    assert "block buildx: the command ended with status 1" in wrong.stdout
    assert wrong.stdout.count("to mend it") == 1, wrong.stdout
    page.write_text(PAGE.replace("{#buildx}", '{#buildx engine=">=23"}'))
    right = run(tmp_path, "docs", "--engine=debian-12", "--update")
    assert right.returncode == pytest.ExitCode.OK, right.stdout
    assert "skipped (2): Docker >=23 (≠ 20.10." in right.stdout
    assert [path.name for path in (tmp_path / "snap").iterdir()] == ["@debian-12"]
    kept = json.loads((tmp_path / "snap/@debian-12/page.md.json").read_text())
    assert kept["engine"].startswith("20.10.")
    assert {block: entry["status"] for block, entry in kept["blocks"].items()} == {
        "engine": "passed",
        "3": "passed",
        "old-builder": "passed",
        "new": "skipped",
        "buildx": "skipped",
    }


STORE = """
```bash {#store}
docker info --format '{{.Driver}}'
docker run --rm --memory 64m busybox echo well
sudo docker ps --quiet
stat --format '%U %G' /run/docker.sock
```

```text {.output}
overlayfs
…
well
root docker
```

```Dockerfile
FROM busybox
RUN echo made > /made
```

```bash {#build}
docker build --quiet --tag cours-new .
docker run --rm --publish 127.0.0.1:8080:80 cours-new cat /made
docker image rm cours-new
```
"""


@pytest.fixture
def dind() -> Iterator[str]:
    """The version of an image that looks like those on Docker Hub; it is removed, and what was built on it."""
    version = "0.0.1"
    with closing(connect()) as client:
        base = kit.base(client, print, hub=hub_answers(client))
        build(client, DATA / "dind", engines.named(version).image, {"BASE": base})
        yield version
        for repository in (f"banc/lab-{version}", "docker"):  # the one that was built on the other first
            for image in client.images.list(repository, filters={"label": LABEL}):
                client.images.remove(image.tags[0])


def test_a_page_runs_on_what_looks_like_docker_hubs_image_of_an_engine(dind: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(STORE)
    result = run(tmp_path, "page.md", f"--engine={dind}")
    assert result.returncode == pytest.ExitCode.OK, result.stdout
