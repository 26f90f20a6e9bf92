"""Check pages, or the whole course: ``python -m prose [PAGE …]``. 1 where something is found, 2 where it cannot run."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from prose import labels
from prose.cache import Cache
from prose.check import Check
from prose.exceptions import ExceptionsError, read
from prose.findings import Finding
from prose.packages import MissingError, find
from prose.passages import Passage, language, of_configuration, of_page
from prose.words import SPELLING, version

PROJECT = Path(__file__).resolve().parents[1]
_MEND = """\
To mend it, correct the text. Where it is right as it stands, say so in prose/exceptions.toml, with the reason."""


def main(arguments: Sequence[str], project: Path = PROJECT) -> int:
    """Print what is found, at its line, then how much was read.

    Args:
        arguments: Names of pages; none for all pages, the menu, what code says, and exceptions that nothing needs.
        project: The folder of mkdocs.yml.
    """
    try:
        root = find(project / ".cache")
        exceptions = read(project / "prose/exceptions.toml")
        pages = [Path(name).resolve(strict=True) for name in arguments]
    except (MissingError, ExceptionsError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    check = Check(root)
    everything = not pages
    pages = pages or sorted((project / "docs").glob("**/*.md"))
    cache = Cache(project, version(root))
    found = exceptions.open(_findings(check, cache, pages, project, everything))
    cache.save()
    for finding, times in _once(found):
        print(check.suggested(finding) if finding.rule == SPELLING else finding)
        if times > 1:
            print(f"    (and {times - 1} more of these in this file)")
    idle = exceptions.unused() if everything else []
    for entry in idle:
        print(f"prose/exceptions.toml: {entry.text or entry.rule}: no page needs this exception any more; remove it")
    if found:
        print(_MEND)
    print(f"Prose: findings on {len(pages)} page(s): {len(found) + len(idle)} (Grammalecte {version(root)}).")
    return 1 if found or idle else 0


def _once(found: Sequence[Finding]) -> Iterator[tuple[Finding, int]]:
    """Each unknown word once a file, with how often it stands there; every other finding."""
    words = Counter((finding.path, finding.text) for finding in found if finding.rule == SPELLING)
    for finding in found:
        if finding.rule != SPELLING:
            yield finding, 1
        elif times := words.pop((finding.path, finding.text), 0):
            yield finding, times


def _findings(check: Check, cache: Cache, pages: Sequence[Path], project: Path, everything: bool) -> Iterator[Finding]:
    """What is found on pages and, if asked, in mkdocs.yml and in what code says, allowed or not."""
    for page in pages:
        look = partial(_look, check, partial(of_page, page, project), language(page))
        yield from cache.get(str(page), page.read_bytes(), look)
    for name in ("fr", "en") if everything else ():
        look = partial(_look, check, partial(of_configuration, project, name), name)
        yield from cache.get(f"mkdocs.yml in {name}", b"", look)
        look = partial(_look, check, partial(labels.of_code, project, name), name)
        code = b"".join(file.read_bytes() for file in labels.files(project))
        yield from cache.get(f"what code says in {name}", code, look)


def _look(check: Check, read: Callable[[], list[Passage]], tongue: str) -> list[Finding]:
    return check(read(), tongue)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
