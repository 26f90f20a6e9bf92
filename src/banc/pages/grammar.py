"""What may stand behind a fence: the language, then ``title="…"`` or ``{.class #label key=value}``. Strict.

The Markdown extensions that render a page drop or garble without a word what they do not understand.
Here each such slip is an error that shows the right form.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

BENCH_CLASSES = frozenset({"file", "notest", "open", "output", "setup", "teardown", "unordered"})
"""Classes that speak to the bench."""

BENCH_KEYS = frozenset(
    {"engine", "exit", "http", "in", "keys", "opens", "port", "reason", "retry", "serve", "term", "timeout", "until"}
)
"""Keys that speak to the bench. ``serve`` stands without a value."""

DISPLAY_CLASSES = frozenset({"annotate", "copy", "linenums", "no-copy", "no-select", "select"})
"""Classes that only change how the site shows a block."""

DISPLAY_KEYS = frozenset({"hl_lines", "linenums", "linenums_style", "style", "title", "title_mode"})
"""Keys that only change how the site shows a block, but for a title, which may name a file."""

OUTSIDE = ("title", "linenums", "hl_lines", "title_mode")
"""Keys that superfences takes without braces."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands behind a fence's language: ``title="…" {#label .class key=value}``."""

    label: str = ""
    classes: frozenset[str] = frozenset()
    keys: Mapping[str, str] = field(default_factory=dict)  # title included
    words: tuple[str, ...] = ()  # of a Python fence, in the vocabulary of pytest-markdown-docs


class GrammarError(ValueError):
    """A fence's info string that is not what its author meant.

    Attributes:
        line: Line of the fence in the source, from 1.
        message: What is wrong, and the right form.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class _SlipError(Exception):
    """What is wrong, without the line, and the info string that would be better, where one can be told."""

    def __init__(self, message: str, form: str | None = None) -> None:
        super().__init__(message)
        self.form = form


_EXAMPLE = "for example ```bash {#label timeout=60}"
_LANGUAGE = re.compile(r"[\w#.+-]+")
_OPTION = re.compile(r"""([A-Za-z]\w*)=("[^"]*"|'[^']*')(?=\s|\{|$)""")
_ITEM = re.compile(
    r"""\#(?P<label>[\w.:-]+) | \.(?P<cls>[\w-]+)
    | (?P<key>[A-Za-z][\w-]*)=(?P<value>"[^"]*"|'[^']*'|[\w.:+^%-]+)
    | (?P<flag>serve)""",
    re.VERBOSE,
)
_FLAGS = ("serve",)
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_OPENING, _CLOSING = "“„‟«‘", "”»’"
_CURLY = _OPENING + _CLOSING


def parse(info: str, line: int) -> tuple[str, Attributes]:
    """Read what stands behind a fence's backticks or tildes.

    Args:
        info: All of it, without the fence characters.
        line: Line of the fence in the source, from 1; only for the error.

    Returns:
        The language as written (possibly empty) and the attributes.

    Raises:
        GrammarError: It breaks the grammar; the message shows the right form.
    """
    try:
        return _read(info)
    except _SlipError as slip:
        form = "" if slip.form is None else f"; write {_right(slip.form)}"
        raise GrammarError(line, f"{slip}{form}") from None


def _read(info: str) -> tuple[str, Attributes]:
    info = info.replace("\t", " ").strip(" ")
    _refuse_lookalikes(info)
    language, rest = _language(info)
    if not rest:
        return language, Attributes()
    if not rest.startswith("{"):
        return language, _options(language, rest)
    inside = _inside(language, rest)
    return _python(inside) if not language and _PYTHON.match(inside) else (language, _attributes(language, inside))


def _right(form: str) -> str:
    """The fence that an author is shown: with all slips mended that can be, not only the first."""
    tried: set[str] = set()
    while form not in tried:
        tried.add(form)
        try:
            _read(form)
        except _SlipError as slip:
            if slip.form is not None:
                form = slip.form
                continue
        return f"```{form}"  # right, or wrong only in what its author must choose
    return _EXAMPLE


def nearest(word: str, known: frozenset[str]) -> str:
    """The known word that an unknown one most probably stands for; the empty string where none is near."""
    return next(iter(difflib.get_close_matches(word, sorted(known), 1, 0.6)), "")


def _refuse_lookalikes(info: str) -> None:
    """Spaces and quotes that look like the plain ones, and are others."""
    for match in re.finditer(rf"[^\S ]|[\u200b\u2060\ufeff{_CURLY}]", _QUOTED.sub(lambda m: "x" * len(m[0]), info)):
        character = match[0]
        if character in _CURLY:
            mended = re.sub(rf"\s*[{_CLOSING}]", '"', re.sub(rf"[{_OPENING}]\s*", '"', info))
            raise _SlipError(f"{character} is no quote here", mended)
        name = unicodedata.name(character, "a control character").lower()
        mended = re.sub(r"[\u200b\u2060\ufeff]", "", info)
        mended = " ".join(mended.split())
        raise _SlipError(f"a {name} (U+{ord(character):04X}) stands for a plain space", mended)


def _language(info: str) -> tuple[str, str]:
    """Split the language off."""
    if info.startswith("{"):
        return "", info
    if info.startswith("."):
        raise _SlipError("a language has no dot in front", info[1:])
    match = _LANGUAGE.match(info)
    language = match[0] if match else ""
    rest = info[len(language) :]
    if rest.startswith("="):
        return "", info
    if rest.startswith("{"):
        raise _SlipError("a space is missing before the brace", f"{language} {rest}")
    if rest and not rest.startswith(" "):
        raise _SlipError(f"{info.split()[0]!r} is no language; write {_EXAMPLE}")
    return language, rest.strip(" ")


def _inside(language: str, rest: str) -> str:
    """What stands between the braces."""
    end = rest.rfind("}")
    if end < 0:
        raise _SlipError("the closing brace is missing", _form(language, rest[1:]))
    behind = rest[end + 1 :].strip()
    if behind:
        mended = _form(language, rest[1:end], _braced(behind))
        raise _SlipError(f"{behind!r} stands behind the braces", mended)
    return rest[1:end]


_PYTHON = re.compile(r" *\.python(?= |$)")
_WORD = re.compile(r"(?:continuation|(?:fixture|runner):[A-Za-z_]\w*|retry:\d+)$")


def _python(inside: str) -> tuple[str, Attributes]:
    """A Python fence with options of pytest-markdown-docs, which wants the language in the braces."""
    attributes: list[str] = []
    words: list[str] = []
    for item in inside.split()[1:]:
        if item == "notest":
            raise _SlipError('say why the block is not run; write ```python {.notest reason="…"}')
        (words if _WORD.match(item) else attributes).append(item)
    return "python", replace(_attributes("python", " ".join(attributes)), words=tuple(words))


def _form(language: str, *inside: str) -> str:
    """The right form of a fence, without its backticks."""
    attributes = " ".join(filter(None, (text.strip(" {}") for text in inside)))
    return f"{language or 'text'} {{{attributes}}}"


def _braced(text: str) -> str:
    """Attributes that were written without braces, or half with them."""
    return " ".join(text.replace("{", " ").replace("}", " ").split())


def _options(language: str, rest: str) -> Attributes:
    """Attributes without braces: ``title="…"``."""
    keys: dict[str, str] = {}
    position = 0
    while position < len(rest):
        match = _OPTION.match(rest, position)
        if not match or match[1] not in OUTSIDE:
            raise _misplaced(language, rest, rest[position:].split(" ")[0])
        if match[1] in keys:
            raise _SlipError(f"the key {match[1]!r} stands twice; keep one")
        keys[match[1]] = match[2][1:-1]
        position = match.end()
        position += len(rest[position:]) - len(rest[position:].lstrip(" "))
        if rest.startswith("{", position):
            mended = _form(language, rest[position + 1 :], rest[:position])
            raise _SlipError("attributes stand before the braces and in them", mended)
    return Attributes(keys=keys)


def _misplaced(language: str, rest: str, word: str) -> _SlipError:
    """Why a word may not stand behind the language, and the right form."""
    if "=" in word or word[0] in ".#":
        return _SlipError(f"{word!r} must stand in braces", _form(language or "bash", _braced(rest)))
    return _SlipError(
        f"{word!r} cannot stand behind the language; write for example ```{language} {{#label timeout=60}}"
    )


def _attributes(language: str, inside: str) -> Attributes:
    """Attributes in braces."""
    label = ""
    classes: list[str] = []
    keys: dict[str, str] = {}
    position = len(inside) - len(inside.lstrip(" "))
    while position < len(inside):
        match = _ITEM.match(inside, position)
        end = match.end() if match else position
        if not match or inside[end : end + 1] not in ("", " "):
            raise _unreadable(language, inside, position)
        if match["label"]:
            _check_label(match["label"], label)
            label = match["label"]
        elif match["cls"]:
            _check_class(match["cls"])
            classes.append(match["cls"])
        else:
            key, value = match["key"] or match["flag"], match["value"] or ""
            _check_key(key, keys)
            if key in _FLAGS and not match["flag"]:
                raise _SlipError(f"'{key}' takes no value, here is {match['value']}; write {key}")
            keys[key] = value[1:-1] if value[:1] in ("'", '"') else value
        position = end + len(inside[end:]) - len(inside[end:].lstrip(" "))
    if classes and not language:
        raise _SlipError(f"without a language in front, the site takes '{classes[0]}' for one", _form("text", inside))
    return Attributes(label, frozenset(classes), keys)


def _check_label(label: str, before: str) -> None:
    if before:
        raise _SlipError(f"a block has one label, here are two: #{before} and #{label}; keep one")
    if label.isdigit():
        raise _SlipError(f"the label #{label} is a number, as blocks without a label have; write #step-{label}")


def _check_class(name: str) -> None:
    known = BENCH_CLASSES | DISPLAY_CLASSES
    if name in known:
        return
    if name in BENCH_KEYS:
        value = "" if name in _FLAGS else "=…"
        raise _SlipError(f"unknown class '.{name}': {name} is a key; write {name}{value}")
    raise _SlipError(f"unknown class '.{name}'{_hint('.', nearest(name, known), known)}")


def _check_key(key: str, before: Mapping[str, str]) -> None:
    known = BENCH_KEYS | DISPLAY_KEYS
    if key in before:
        raise _SlipError(f"the key '{key}' stands twice; keep one")
    if key in known or key.startswith("data-"):
        return
    if key in BENCH_CLASSES:
        raise _SlipError(f"unknown key '{key}': it is a class; write .{key}")
    raise _SlipError(f"unknown key '{key}'{_hint('', nearest(key, known), known)}")


def _hint(sign: str, near: str, known: frozenset[str]) -> str:
    if near:
        return f"; did you mean {sign}{near}?"
    return "; known are " + ", ".join(sign + name for name in sorted(known))


def _unreadable(language: str, inside: str, position: int) -> _SlipError:
    """Why the attributes cannot be read from a position on, and the right form."""
    rest = inside[position:]
    word = rest.split(" ")[0]
    if re.match(r"[A-Za-z][\w-]* +=|[A-Za-z][\w-]*= ", rest):
        return _SlipError("no spaces round '='", _form(language, re.sub(r" *= *", "=", inside)))
    unquoted = _QUOTED.sub("", rest)
    if re.match(r"""[\w.#:-]+(=([\w.:+-]+|"[^"]*"|'[^']*'))?,""", rest):
        mended = " ".join(re.sub(r""",(?=(?:[^"]*"[^"]*")*[^"]*$) *""", " ", inside).split())
        return _SlipError("attributes are separated by spaces", _form(language, mended))
    if '"' in unquoted or "'" in unquoted.replace("'", "", 1):
        return _SlipError(f"a quote is not closed in {rest!r}; write " + 'key="value"')
    if match := re.match(r"([A-Za-z][\w-]*)=(\S+)", word):
        value = match[2].replace('"', "").replace("'", "")
        return _SlipError(f'the value of {match[1]!r} has special characters; quote it: {match[1]}="{value}"')
    if re.match(r"[A-Za-z][\w-]*=$", word):
        return _SlipError(f"{word!r} has no value; write {word}…")
    if word in BENCH_CLASSES:
        return _SlipError(f"{word!r} lacks its dot", _form(language, inside[:position] + "." + rest))
    if word in BENCH_KEYS | DISPLAY_KEYS:
        return _SlipError(f"{word!r} lacks its value; write {word}=…")
    return _SlipError(f'{word!r} is no attribute; write .class, #label, key=value or key="value with spaces"')
