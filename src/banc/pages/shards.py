"""Pages → shards of about the same duration, for machines that share a run. Pure.

Every machine finds the same shards from what is committed: together they have each page once, and nobody needs to
tell them which are whose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


class ShardError(ValueError):
    """A shard is not given as it must be; the message says how."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a run."""

    number: int  # from 1
    of: int  # parts that there are

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def parsed(text: str) -> Shard | None:
    """The shard that a text names; None for an empty text: the whole run.

    >>> parsed("1/3")
    Shard(number=1, of=3)

    Raises:
        ShardError: It names none.
    """
    if not text:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", text, re.ASCII)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise ShardError(f"{text!r} is no shard: write 1/3 for the first of three")
    return Shard(int(found[1]), int(found[2]))


def pages_of(shard: Shard, seconds: Mapping[str, float]) -> set[str]:
    """The pages of one shard: the longest page first, each goes where least is to be done so far.

    Args:
        shard: Which one.
        seconds: All pages of the run, and how long each is expected to take.
    """
    shares: list[list[str]] = [[] for _ in range(shard.of)]
    loads = [0.0] * shard.of
    for page in sorted(seconds, key=lambda page: (-seconds[page], page)):
        least = min(range(shard.of), key=lambda index: (loads[index], len(shares[index])))
        shares[least].append(page)
        loads[least] += seconds[page]
    return set(shares[shard.number - 1])
