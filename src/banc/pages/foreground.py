"""What a block says of a program that stays in the foreground: ``serve``, ``opens``, ``in``, ``keys``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from banc.keys import KeyNameError, pressed
from banc.pages.blocks import Block, Problem


@dataclass(frozen=True, slots=True)
class Until:
    """Ready when it has printed what the pattern finds."""

    pattern: re.Pattern[str]
    told: str  # as the page says it


@dataclass(frozen=True, slots=True)
class Port:
    """Ready when something listens on a TCP port of the lab; where a container publishes it, something in that."""

    number: int


@dataclass(frozen=True, slots=True)
class Http:
    """Ready when an address answers, with a status below 400."""

    url: str


Ready = Until | Port | Http


@dataclass(frozen=True, slots=True)
class Foreground:
    """Which program a block leaves in the foreground, which one it speaks to, which keys it presses."""

    serves: bool = False
    opens: str = ""  # name that the page gives to the program that the last command opens
    within: str = ""  # name of the program that the lines are typed in
    ready: Ready | None = None
    keys: tuple[bytes, ...] = ()

    @property
    def stays(self) -> bool:
        """The last command is not waited for."""
        return self.serves or bool(self.opens or self.keys)


NOTHING = Foreground()
"""All commands end by themselves."""


def read(block: Block) -> tuple[Foreground, list[Problem]]:
    """Read a block's attributes, and find what is wrong with them."""
    keys = block.attributes.keys
    problems = [Problem(block.line, message) for message in _misfits(block)]
    try:
        ready = _ready(block)
    except ValueError as error:
        ready = None
        problems.append(Problem(block.line, str(error)))
    try:
        typed = tuple(key.data for key in pressed(keys.get("keys", "")))
    except KeyNameError as error:
        typed = ()
        problems.append(Problem(block.line, str(error)))
    return Foreground("serve" in keys, keys.get("opens", ""), keys.get("in", ""), ready, typed), problems


_CONDITIONS = ("until", "port", "http")


def _misfits(block: Block) -> Iterator[str]:
    """Attributes that do not go with one another."""
    keys = block.attributes.keys
    told = [name for name in _CONDITIONS if name in keys]
    if len(told) > 1:
        yield f"{' and '.join(told)} both say when the program is ready; keep one"
    if "serve" in keys and not told:
        yield 'say when the server is ready: {serve until="text"}, {serve port=8080} or {serve http=8080}'
    if told and not {"serve", "opens", "keys"} & set(keys):
        yield f"{told[0]} goes with a program that stays in the foreground; write {{serve {told[0]}=…}}"
    pairs = [("serve", "opens"), ("serve", "keys"), ("opens", "keys")]
    for one, other in pairs:
        if one in keys and other in keys:
            yield f"{one} and {other} do not go together; {_INSTEAD[one, other]}"
    if "retry" in keys and {"serve", "opens", "keys"} & set(keys):
        yield "a block that leaves a program in the foreground cannot be repeated; take retry out"
    if "exit" in keys and {"serve", "opens"} & set(keys):
        yield "the last command stays in the foreground and has no status yet; take exit out"
    for name in ("opens", "in"):
        if name in keys and not re.fullmatch(r"[\w.-]+", keys[name]):
            yield f'{name}="{keys[name]}" is no name; write one word, as in {name}=shell'


_INSTEAD = {
    ("serve", "opens"): "opens is for programs that are typed in, serve for those that are not",
    ("serve", "keys"): "press the keys in a later block, or leave serve out",
    ("opens", "keys"): "press the keys in a block of their own: {in=… keys=…}",
}


def _ready(block: Block) -> Ready | None:
    """The condition, if the block has one.

    Raises:
        ValueError: It cannot be read; the message shows the right form.
    """
    keys = block.attributes.keys
    if "until" in keys:
        return _until(keys["until"])
    if "port" in keys:
        return Port(_port(keys["port"], "port"))
    if "http" in keys:
        url = keys["http"]
        if url.startswith(("http://", "https://")):
            return Http(url)
        return Http(f"http://127.0.0.1:{_port(url, 'http')}/")
    return None


def _until(text: str) -> Until:
    if not text:
        raise ValueError('until="" waits for nothing; write what the program prints when it is ready')
    if not (len(text) > 2 and text.startswith("/") and text.endswith("/")):
        return Until(re.compile(re.escape(text)), text)
    try:
        return Until(re.compile(text[1:-1], re.MULTILINE), text)
    except re.error as error:
        raise ValueError(f"until={text} is no regular expression ({error}); correct it, or leave the / out") from error


def _port(text: str, key: str) -> int:
    if re.fullmatch(r"\d{1,5}", text) and 0 < int(text) < 65536:
        return int(text)
    example = "{serve port=8080}" if key == "port" else '{serve http=8080} or {serve http="http://127.0.0.1:8080/"}'
    raise ValueError(f"{key}={text} is no port from 1 to 65535; write for example {example}")
