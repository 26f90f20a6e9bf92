"""What a lab may use of its machine. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MEMORY = 4 * 2**30
"""Bytes, for all that runs in a lab, swap included."""

PROCESSES = 2048
"""Processes and threads in a lab, at the same time."""


def unlimited(info: Mapping[str, Any]) -> str:
    """What a machine's kernel cannot limit; empty where it can limit all.

    Args:
        info: What the Docker daemon says of itself (``docker info``).
    """
    known = (("memory", "MemoryLimit"), ("swap", "SwapLimit"), ("processes", "PidsLimit"))
    return ", ".join(name for name, key in known if not info.get(key, True))
