"""The failure that is never the course's fault."""

from __future__ import annotations


class BenchError(Exception):
    """The bench is broken: no daemon, disk full, mirror gone. The message says what to do next."""
