"""What can be told of shell code without running it, from its syntax tree. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

ANY = "*"
"""Among the Dockerfiles that code builds: one whose path only running the code would tell."""


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def _tree(code: str) -> tuple[bytes, Node]:
    data = (code if code.endswith("\n") else code + "\n").encode()
    return data, _parser().parse(data).root_node


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def is_complete(code: str) -> bool:
    """Tell whether bash would run the code as it stands, rather than wait for more lines or refuse it."""
    return not _tree(code)[1].has_error and not re.search(r"(?<!\\)(?:\\\\)*\\\n*$", code)


# --- comments --------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)  # a page and its translation have nearly the same code
def comments_stripped(code: str) -> str:
    """The code without its comments, and without the spaces before them."""
    if "#" not in code:
        return code
    data, root = _tree(code)
    kept, position = [], 0
    for node in _walk(root):
        if node.type == "comment":
            kept.append(data[position : node.start_byte].rstrip(b" \t"))
            position = node.end_byte
    return b"".join([*kept, data[position:]]).decode().removesuffix("" if code.endswith("\n") else "\n")


def is_empty(code: str) -> bool:
    """Tell whether the code holds no command."""
    return not comments_stripped(code).strip()


# --- placeholders ----------------------------------------------------------------------------------------

_OPAQUE = frozenset(
    {
        "ansi_c_string",
        "arithmetic_expansion",
        "comment",
        "heredoc_body",
        "process_substitution",
        "raw_string",
        "string",
        "test_command",
    }
)
_PLACEHOLDER = re.compile(
    r"""(?<![<\\&\d])<                                     # a redirection, not a here-document
    [^\W\d_](?:[^<>\n|&;$"'`()]|(?<=\w)'(?=\w))*(?<!\s)(?<!\s\d)>
    (?=$|[\s:;,)@]|/(?!dev/))                              # and no file's name follows""",
    re.VERBOSE | re.MULTILINE,
)


def placeholders(code: str) -> list[tuple[int, str]]:
    """Find what a reader is meant to replace, written as ``<name>``: for bash, redirections.

    ``sort <in >out`` and here-documents with HTML are none.

    Returns:
        For each, its line in the code (from 0) and its text.
    """
    if "<" not in code:
        return []
    _, root = _tree(code)
    opaque = [(node.start_byte, node.end_byte) for node in _walk(root) if node.type in _OPAQUE]
    found = []
    for match in _PLACEHOLDER.finditer(code):
        position = len(code[: match.start()].encode())
        if not any(start <= position < end for start, end in opaque):
            found.append((code.count("\n", 0, match.start()), match[0]))
    return found


# --- Dockerfiles -----------------------------------------------------------------------------------------

_BUILD_FLAGS = frozenset(
    {"--check", "--compress", "--debug", "--disable-content-trust", "--force-rm", "--load", "--no-cache", "--pull"}
    | {"--push", "--quiet", "--rm", "--squash", "-D", "-q"}
)
"""Options of ``docker build`` that take no value."""

_PREFIXES = frozenset({"command", "env", "exec", "nice", "nohup", "sudo", "time", "timeout", "xargs"})
"""Commands that start another one."""

_GLOBAL_FLAGS = frozenset({"--debug", "-D", "--tls", "--tlsverify"})
"""Options of ``docker`` itself that take no value."""


def dockerfiles_built(code: str) -> frozenset[str]:
    """The Dockerfiles that code builds, as paths from where it runs; `ANY` where that cannot be told."""
    built = (_dockerfile(words) for words in _commands(code))
    return frozenset(path for path in built if path)


def words(code: str) -> set[str]:
    """The words of all commands, as far as they can be told without running the code."""
    return {word for command in _commands(code) for word in command if word}


def changes_folder(code: str) -> bool:
    """Tell whether code may leave the shell in another folder."""
    return any(words[:1] and words[0] in {"cd", "pushd", "popd"} for words in _commands(code))


def _commands(code: str) -> Iterator[list[str | None]]:
    """The words of each command, wherever it stands; None for a word that only the shell can tell."""
    for node in _walk(_tree(code)[1]):
        words = [child for child in node.children if child.type != "variable_assignment"]
        if node.type == "command" and words:
            yield [_word(word) for word in words]


def _word(node: Node) -> str | None:
    text = (node.text or b"").decode()
    if any(child.type.endswith(("expansion", "substitution")) for child in _walk(node)):
        return None
    return re.sub(r"""["'\\]""", "", text)


def _dockerfile(words: Sequence[str | None]) -> str | None:
    """The Dockerfile that a command builds, if any."""
    program, *rest = _without_prefix(words)
    if program == "docker-compose":
        return ANY if {"build", "up"} & set(rest) else None
    if program != "docker":
        return None
    rest = _without_options(rest)
    for group in ("buildx", "image", "builder"):
        if rest[:1] == [group]:
            rest = _without_options(rest[1:])
    if rest[:1] == ["compose"]:
        return ANY if {"build", "up"} & set(rest) else None
    return _of_build(rest[1:]) if rest[:1] == ["build"] else None


def _without_prefix(words: Sequence[str | None]) -> list[str | None]:
    """The command that ``sudo``, ``time`` and the like start, without them, their options and numbers."""
    rest = list(words)
    while len(rest) > 1 and (rest[0] in _PREFIXES or re.match(r"-|\d|\w+=", rest[0] or "")):
        rest.pop(0)
    return rest


def _without_options(words: Sequence[str | None]) -> list[str | None]:
    """Leave out the options that stand before a subcommand."""
    rest = list(words)
    while rest and (rest[0] or "").startswith("-"):
        option = rest.pop(0) or ""
        if option not in _GLOBAL_FLAGS and "=" not in option:
            rest[:1] = []
    return rest


def _of_build(words: Sequence[str | None]) -> str | None:
    """The Dockerfile that the arguments of ``docker build`` name; standard input and addresses name none."""
    file: str | None = ""
    context: str | None = "."
    rest = iter(words)
    for word in rest:
        if word is None or not word.startswith("-") or word == "-":
            context = word
        elif word in ("-f", "--file"):
            file = next(rest, None)
        elif word.startswith("--file="):
            file = word.removeprefix("--file=")
        elif word.startswith("-f"):
            file = word.removeprefix("-f")
        elif word not in _BUILD_FLAGS and "=" not in word and not re.match(r"-[qD]?[tomc].", word):
            next(rest, None)
    if file is None or (not file and context is None):
        return ANY
    if file == "-" or (not file and (context == "-" or re.match(r"\w+://|git@", context or ""))):
        return None
    return posixpath.normpath(file or posixpath.join(context or ".", "Dockerfile"))
