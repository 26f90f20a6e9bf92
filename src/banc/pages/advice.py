"""Blocks that are not run although they look like commands: perhaps a mistake, and so a warning. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pygments.lexers import find_lexer_class_by_name  # type: ignore[import-untyped]

from banc.pages.blocks import Block, Problem
from banc.results import Kind

# fmt: off
_COMMANDS = frozenset({
    "apt", "apt-get", "bash", "buildah", "cat", "cd", "chmod", "chown", "chroot", "cp", "ctr", "curl", "dnf",
    "docker", "docker-compose", "echo", "export", "git", "grep", "helm", "ip", "kubectl", "ls", "lxc",
    "make", "mkdir", "mv", "nerdctl", "npm", "nsenter", "ping", "pip", "podman", "ps", "pwd", "python",
    "python3", "rm", "runc", "skopeo", "ssh", "sudo", "systemctl", "tar", "touch", "unshare", "wget", "xargs",
})
# fmt: on
_OTHER_SHELLS = frozenset({"bash-session", "fish", "ksh", "sh-session", "shell-session", "shellsession", "zsh"})


def warnings(block: Block) -> Iterator[Problem]:
    """A block that is not run although it looks like commands."""
    if block.kind is not Kind.PROSE or "notest" in block.attributes.classes or not _looks_like_shell(block):
        return
    name = block.language
    if not name:
        yield Problem(
            block.line, "a block without a language looks like shell and is not run; write ```bash or ```text"
        )
    elif name.lower() in _OTHER_SHELLS:
        yield Problem(block.line, f"{name!r} is not run; write ```bash or, with prompts and outputs, ```console")
    elif not _is_language(name.lower()):
        yield Problem(block.line, f"unknown language {name!r} looks like shell and is not run; write ```bash")


def _looks_like_shell(block: Block) -> bool:
    line = next((text for text in block.code.split("\n") if text.strip() and not text.startswith("#")), "")
    prompt, _, rest = line.strip().partition(" ")
    if prompt in ("$", "#"):
        return bool(rest)
    words = (word for word in line.split() if not re.fullmatch(r"\w+=\S*", word))
    return next(words, "") in _COMMANDS


@cache
def _is_language(name: str) -> bool:
    try:
        find_lexer_class_by_name(name)
    except ValueError:
        return False
    return True
