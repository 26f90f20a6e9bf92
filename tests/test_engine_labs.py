"""Pages on another engine than the default one: Debian 12's, in a lab."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from test_acceptance import run

from banc import engines
from banc.host import connect
from banc.images import found
from banc.lab import Bench

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
