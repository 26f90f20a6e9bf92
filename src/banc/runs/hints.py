"""What often lies behind a command that failed, by its words and by what it printed. Pure."""

from __future__ import annotations

import re

from banc.labs.limits import MEMORY, PROCESSES

# Debian 12's engine has neither of these plugins, and the builder from before BuildKit.
_TOO_OLD = re.compile(r"'(buildx|compose)' is not a docker command|requires BuildKit|buildx component is missing")
_LOGS = re.compile(r"\bdocker (container )?logs\b")
_KILLED = 128 + 9  # exit status after SIGKILL


def hint(status: int | None, command: str, output: str) -> str:
    """What to look at first, as the beginning of a sentence; empty where nothing is known.

    Args:
        status: Of the command; None where it was not reached.
        command: As typed.
        output: What it printed.
    """
    told = " ".join(output.split())
    if _TOO_OLD.search(told):
        return 'this engine lacks what the block needs: name those that have it, {engine=">=23"}'
    if "fork" in told and "Resource temporarily unavailable" in told:
        return f"the lab is full, it may hold {PROCESSES:,} processes: look for what starts them without end"
    if _LOGS.search(command) and "No such container" in told:
        return "`docker logs` takes a container, not an image (`docker ps --all` lists them)"
    if status == _KILLED:
        memory = f"{MEMORY >> 30} GB"
        return f"it was killed, by `docker kill` or `stop`, or because the lab's memory ({memory}) was full"
    return ""
