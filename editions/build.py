"""The site that every edition is made from, and the day that it bears."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
NAME = "conteneurs"
"""What the files of all editions begin with."""


class EditionError(Exception):
    """An edition cannot be made; the message says why and what to do."""


def moment(project: Path = PROJECT) -> int:
    """When the text was last changed, in seconds since 1970: SOURCE_DATE_EPOCH, else the last commit's date.

    Raises:
        EditionError: There is neither.
    """
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    log = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=project, capture_output=True, text=True, check=False)
    if log.returncode != 0 or not log.stdout.strip():
        raise EditionError(f"{project} is no clone with commits: give the day as SOURCE_DATE_EPOCH=$(date +%s)")
    return int(log.stdout)


def day(seconds: int) -> str:
    """That day, as names of files have it: 2026-11-25."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def build(into: Path, project: Path = PROJECT) -> None:
    """Build the site that can be opened from a folder; the same bytes for the same text.

    Raises:
        EditionError: MkDocs refused; what it said is in the message.
    """
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(into)]
    # PYTHONHASHSEED: no set may decide on an order.
    fixed = {
        "OFFLINE": "1",
        "EDITIONS": "",
        "SITE_URL": "",
        "SOURCE_DATE_EPOCH": str(moment(project)),
        "PYTHONHASHSEED": "0",
    }
    ended = subprocess.run(command, cwd=project, env=os.environ | fixed, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise EditionError(f"the site cannot be built:\n{ended.stdout}{ended.stderr}")
