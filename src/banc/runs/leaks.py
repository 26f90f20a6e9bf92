"""What a page leaves behind, and the block that made it. Pure.

Pulled images are no leaks, nor is what a build leaves without a name: the image that a rebuild replaced and the
build cache are the engine's to keep, and go together with `docker image prune`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from banc.labs.inventory import Kind, Thing
from banc.pages.blocks import Block
from banc.runs.verdict import Failure

_SHOWN = 60  # characters of a process's command line
_AT_THE_END = "in a {.teardown} block"


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that a page left."""

    block: Block | None  # that made it; None where nobody knows
    what: str  # as an author reads it: "container 'web' (running)"
    mend: str

    @property
    def author(self) -> str:
        """Name of the block that made it; empty where nobody knows."""
        return self.block.name if self.block else ""

    @property
    def failure(self) -> Failure:
        """As an author reads it."""
        return Failure(self.block.line if self.block else 1, f"leaves {self.what}", self.mend)


def leaks(things: Sequence[Thing], ran: Sequence[tuple[float, Block]]) -> list[Leak]:
    """What a page left, in the order of the blocks that made it.

    Args:
        things: What is in its lab at its end, and was not there when it began.
        ran: The blocks in the order in which they were run, and when each began, in seconds since 1970.
    """
    if not ran:  # all is the lab's own
        return []
    started = ran[0][0]
    there = [thing for thing in things if thing.made is None or thing.made + thing.slack >= started]
    held = {name for thing in there for name in thing.volumes}
    there = [thing for thing in there if not (thing.unnamed and thing.name in held)]  # goes with its container
    authors = [(thing, _author(thing, ran)) for thing in there]
    with_container = [author for thing, author in authors if thing.kind is Kind.CONTAINER]
    alone = [
        Leak(author, _what(thing), _mend(thing, author))
        for thing, author in authors
        if not thing.project and not (_shows_a_container(thing) and author in with_container)
    ]
    found = [*alone, *_projects(authors)]
    order = {block.ordinal: number for number, (_, block) in enumerate(ran)}
    return sorted(found, key=lambda leak: order[leak.block.ordinal] if leak.block else -1)


def _author(thing: Thing, ran: Sequence[tuple[float, Block]]) -> Block | None:
    """The block that was running when a thing was made; of several that may have been, the one that speaks of it."""
    if thing.made is None:
        return None
    before = [block for began, block in ran if began <= thing.made - thing.slack][-1:]
    perhaps = [block for began, block in ran if abs(began - thing.made) < thing.slack]
    candidates = [*before, *perhaps]
    speaking = [block for block in candidates if thing.name.partition(" ")[0] in block.code]
    return next(reversed(speaking or candidates), None)


def _shows_a_container(thing: Thing) -> bool:
    """A client in the foreground, which ends with its container."""
    return thing.kind is Kind.PROCESS and thing.name.startswith("docker ")


def _projects(authors: Sequence[tuple[Thing, Block | None]]) -> Iterator[Leak]:
    """What Docker Compose made, by its project."""
    for project in dict.fromkeys(thing.project for thing, _ in authors if thing.project):
        parts = [(thing, author) for thing, author in authors if thing.project == project]
        blocks = [author for _, author in parts if author]
        named = ", ".join(f"{thing.kind} '{thing.name}'" for thing, _ in parts)
        images = " --rmi local" if any(thing.kind is Kind.IMAGE for thing, _ in parts) else ""
        down = f"docker compose --project-name {project} down --volumes{images}"
        author = min(blocks, key=lambda block: block.line) if blocks else None
        yield Leak(author, f"the Compose project '{project}' ({named})", f"{down} {_AT_THE_END}")


def _what(thing: Thing) -> str:
    if thing.unnamed:
        return f"a volume without a name of its own ({thing.name[:12]})"
    facts = [thing.state, "in the foreground" if thing.foreground else "", _told(thing)]
    known = ", ".join(filter(None, facts))
    name = thing.name if len(thing.name) <= _SHOWN else thing.name[: _SHOWN - 1] + "…"
    return f"{thing.kind} '{name}'" + (f" ({known})" if known else "")


def _told(thing: Thing) -> str:
    if not thing.ports:
        return ""
    verb = "publishes" if thing.kind is Kind.CONTAINER else "listens on"
    return f"{verb} port{'s' if len(thing.ports) > 1 else ''} {', '.join(thing.ports)}"


def _mend(thing: Thing, author: Block | None) -> str:
    match thing.kind:
        case Kind.CONTAINER:
            volumes = " --volumes" if thing.volumes else ""
            if author and thing.name not in author.code:
                return "run it with --rm, or give it a name and remove it at the end"
            return f"docker rm --force{volumes} {thing.name} {_AT_THE_END}, or --rm"
        case Kind.NETWORK:
            return f"docker network rm {thing.name} {_AT_THE_END}"
        case Kind.VOLUME if thing.unnamed:
            return "run its container with --rm, or remove it with docker rm --volumes"
        case Kind.VOLUME:
            return f"docker volume rm {thing.name} {_AT_THE_END}"
        case Kind.IMAGE:
            return f"docker rmi {thing.name} {_AT_THE_END}"
        case Kind.PROCESS:
            if thing.foreground:
                return 'end it in a block of its own: {keys="^C"}, or whatever ends it'
            return f"end it {_AT_THE_END}, in its terminal: kill %1"
