"""The site as one zip that opens from a folder: ``python -m editions.offline [FOLDER]``, else into dist/."""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from editions.build import NAME, PROJECT, EditionError, build, day, moment

USELESS = (
    "404.html",
    "missing.js",
    "_headers",
    ".htaccess",
    "sitemap.xml",
    "sitemap.xml.gz",
    "search_index.json",
    "*.map",
    "wordcut.js",
    "tinyseg.js",
)
"""What only a server, a developer or a reader of Thai or Japanese wants of a site."""


def files(site: Path) -> Iterator[Path]:
    """What a reader needs of it, in one order."""
    for path in sorted(site.rglob("*")):
        if path.is_file() and not any(path.match(pattern) for pattern in USELESS):
            yield path


def pack(site: Path, into: Path, seconds: int) -> None:
    """Put a site into one zip below a folder of the zip's name; nothing of this machine or this moment goes in.

    Args:
        site: The site as built.
        into: The file to write.
        seconds: The date of all files in it, since 1970.
    """
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files(site):
            name = f"{into.stem}/{path.relative_to(site).as_posix()}"
            entry = zipfile.ZipInfo(name, time.gmtime(seconds)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def make(folder: Path, project: Path = PROJECT) -> Path:
    """Build the site and pack it; give the file, which bears its day."""
    seconds = moment(project)
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{NAME}-{day(seconds)}.zip"
    with tempfile.TemporaryDirectory() as site:
        build(Path(site), project)
        pack(Path(site), made, seconds)
    return made


if __name__ == "__main__":
    try:
        made = make(Path(sys.argv[1] if len(sys.argv) > 1 else PROJECT / "dist"))
    except EditionError as error:
        sys.exit(str(error))
    print(f"{made} ({made.stat().st_size / 1e6:.1f} MB): unpack it and open {made.stem}/index.html")
