"""A page with every state a block can be in, and what the bench recorded of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from banc.results import Image, PageRun, Result, Status, digest

ROOT = Path(__file__).parents[1]
ADDRESS = "https://cours.example/conteneurs/"  # where the site is said to be published; nothing may be fetched from it

NAMES = sorted(
    {path.name.removesuffix(".md") for path in (ROOT / "docs").glob("*.md")}
    | {"404", "essai", "orphelin", "en/orphelin", "verification/pages/images", "en/verification/pages/compose"}
)


def every_page(*quick: str) -> list[Any]:
    """The addresses of all pages, as a test's parameters: those named, and for `make audit` the others."""
    addresses = [f"en/{name.removesuffix('.en')}.html" if name.endswith(".en") else f"{name}.html" for name in NAMES]
    return [*quick, *(pytest.param(path, marks=pytest.mark.audit) for path in addresses if path not in quick)]


PAGE = """# Essai

Le démon garde la sécurité de l’ordinateur ; il dort dans « l’entrepôt ».

```bash {#verified}
docker version
```

```bash {#output exit=3 timeout=5}
false
```

```text {.output}
<script>window.hacked = true</script>
```

```bash {#stale}
echo now
```

```bash {#never}
echo new
```

```bash {#skipped .notest reason="needs <b>two</b> machines"}
docker swarm init
```

```bash {.setup}
echo unseen
```

```json title="app/package.json"
{}
```

```console title="a <b>"
$ echo a long line, a long line, a long line, a long line, a long line, a long line, a long line
```

```console {#prompts}
$ for name in one two; do
>   echo "$name >"; echo "> $name"
> done
one >
> one
two >
> two
$ true
```
"""

SNAPSHOT = PageRun(
    page="essai.md",
    engine="26.1.5",
    images=(Image("busybox", "sha256:0", "offline kit"),),
    results=(
        Result(
            "verified",
            digest("docker version"),
            Status.PASSED,
            exit=0,
            output="\x1b[32m<script>window.hacked = true</script>\x1b[0m\nligne deux",
            date="2026-11-24",
        ),
        Result(
            "output",
            digest("false"),
            Status.PASSED,
            exit=3,
            output="<script>window.hacked = true</script>",
            date="2026-11-01",
        ),
        Result("stale", digest("echo before"), Status.PASSED, exit=0, output="before", date="2026-11-01"),
        Result(
            "8", digest("{}", "app/package.json"), Status.PASSED, date="2026-11-24"
        ),  # the page's eighth fence, the hidden one counted
    ),
)
TRANSLATION = replace(SNAPSHOT, page="essai.en.md", follows="essai.md")


@dataclass
class Site:
    """The built site and where it is served."""

    folder: Path
    url: str

    def read(self, page: str) -> str:
        return (self.folder / page).read_text(encoding="utf-8")


@dataclass
class Visit:
    """A page open in the browser, and all that went wrong on it."""

    page: Page
    trouble: list[str] = field(default_factory=list)


# Text with less contrast than WCAG's 4.5:1, in the elements that a selector names.
PALE = """
within => {
  const channels = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map(i => top[i] * a + below[i] * (1 - a)); };
  const known = new Map([[null, [255, 255, 255]]]);
  const ground = element => {
    if (!known.has(element)) {
      const own = channels(getComputedStyle(element).backgroundColor);
      known.set(element, (own[3] ?? 1) === 1 ? own : over(own, ground(element.parentElement)));
    }
    return known.get(element);
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.closest(within)) continue;
    const below = ground(element);
    const [a, b] = [light(over(channels(getComputedStyle(element).color), below)), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) pale.push(`${ratio.toFixed(2)} ${element.className} ${node.data.trim().slice(0, 30)}`);
  }
  return pale;
}
"""
