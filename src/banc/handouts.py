"""What a reader can take away from a page: its commands as one script, the files that it has them create. Pure.

Both are made of the blocks that the page shows, in its order. Standard library only.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
import shlex
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from banc.results import FIRST_TERMINAL, Kind

WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "all": "{title}\u00a0: les commandes de la page, dans leur ordre.",
        "by hand": "En commentaire\u00a0: ce qu’un script ne fait pas seul. À son tour, faites-le vous-même.",
        "terminal": "dans le terminal {name}",
        "within": "dans {name}",
        "stays": "reste au premier plan",
        "keys": "appuyez sur {name}",
        "not run": "non exécuté\u00a0: {name}",
        "python": "Python",
        "file": "fichier {name}",
        "summary": "Emporter les commandes et les fichiers de cette page",
        "summary without files": "Emporter les commandes de cette page",
        "script": "Toutes les commandes, en un script",
        "partly": "Ce qui se tape dans un autre terminal ou dans un programme y est en commentaire.",
        "copy": "Copier le script",
        "one file": "Le fichier",
        "files": "Les {count} fichiers",
        "last": "chacun dans sa dernière version.",
        "unpack": "Décompressez l’archive là où vous tapez les commandes.",
        "folders": "Elle contient {folders}, que la page crée : placez-vous-y sans le créer.",
    },
    "en": {
        "all": "{title}: the commands of the page, in their order.",
        "by hand": "In comments: what a script cannot do alone. When its turn comes, do it yourself.",
        "terminal": "in terminal {name}",
        "within": "in {name}",
        "stays": "stays in the foreground",
        "keys": "press {name}",
        "not run": "not run: {name}",
        "python": "Python",
        "file": "file {name}",
        "summary": "Take the commands and files of this page with you",
        "summary without files": "Take the commands of this page with you",
        "script": "All commands, as one script",
        "partly": "What is typed in another terminal or in a program is a comment in it.",
        "copy": "Copy the script",
        "one file": "The file",
        "files": "The {count} files",
        "last": "each in its last version.",
        "unpack": "Unpack the archive where you type the commands.",
        "folders": "It holds {folders}, which the page creates: go there without creating it.",
    },
}
"""What is said around both, by language; a language that is missing is spoken to in English."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One block that a page shows, and that is a reader's to type or to create."""

    name: str  # its address within the page
    kind: Kind
    code: str
    path: str = ""  # of the file that it is, as its title says
    terminal: str = FIRST_TERMINAL
    within: str = ""  # the program that it is typed in
    stays: bool = False  # its last command stays in the foreground
    keys: str = ""  # that are pressed after it
    reason: str = ""  # why it is not run
    retry: str = ""  # seconds for which it is repeated until it ends as it must
    exit: str = "0"  # what its last command must end with, or "any"

    @property
    def commands(self) -> str:
        """What is typed: of a console block, what stands behind ``$ ``, and behind ``> `` directly below it."""
        if self.kind is not Kind.CONSOLE:
            return self.code
        commands: list[str] = []
        is_open = False
        for line in self.code.splitlines():
            is_open = line.startswith("$ ") or (is_open and line.startswith(">"))
            if is_open:
                commands.append(re.sub(r"^(\$ |> ?)", "", line))
        return "\n".join(commands)


@dataclass(slots=True)
class Handout:
    """What is collected of one page while it is rendered."""

    name: str = ""  # of its files, without a suffix; without one, nothing can be kept beside the page
    pieces: list[Piece] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)  # too long to be shown, by the name of their file

    def keep(self, address: str, output: str) -> str:
        """Keep a block's whole output for a file beside the page, and tell its name; none where there can be none."""
        if not self.name:
            return ""
        file = f"{self.name}-{address}.txt"
        self.outputs[file] = output
        return file


# --- the script ------------------------------------------------------------------------------------------


def script(pieces: Sequence[Piece], title: str, language: str) -> str:
    """All that a page's blocks do, as one bash script. It stops at no failure, as a reader's shell does not."""
    words = WORDS.get(language, WORDS["en"])
    head = ["#!/bin/bash", f"# {words['all'].format(title=title)}"]
    if any(_by_hand(piece, words) for piece in pieces):
        head.append(f"# {words['by hand']}")
    return "\n\n".join(["\n".join(head), *(_passage(piece, words) for piece in pieces)]) + "\n"


def _passage(piece: Piece, words: Mapping[str, str]) -> str:
    """What a script says of one block."""
    code = _here_document(piece) if piece.path else piece.commands.strip("\n")
    told = _by_hand(piece, words)
    if told:
        code = "\n".join(f"# {line}".rstrip() for line in code.splitlines())
    elif piece.path:
        told = [words["file"].format(name=piece.path)]
    elif piece.retry and piece.exit != "any":
        code = _repeated(code, piece)
    return "\n".join(filter(None, [", ".join([f"### {piece.name}", *told]), code]))


def _repeated(code: str, piece: Piece) -> str:
    """Commands that are tried once a second, until they end as they must."""
    end = f"test $? = {shlex.quote(piece.exit)} && break; sleep 1; done"
    return f"for try in $(seq {shlex.quote(piece.retry)}); do {{\n{code}\n}}; {end}"


def _by_hand(piece: Piece, words: Mapping[str, str]) -> list[str]:
    """Why a script does not do what a block says; nothing where it does."""
    told = [
        ("not run", piece.reason),
        ("python", piece.kind is Kind.PYTHON),
        ("terminal", "" if piece.terminal == FIRST_TERMINAL else piece.terminal),
        ("within", piece.within),
        ("stays", piece.stays),
        ("keys", piece.keys),
    ]
    return [words[word].format(name=" ".join(str(name).split())) for word, name in told if name]


def _here_document(piece: Piece) -> str:
    """The command that writes a file."""
    end = "EOF"
    while end in piece.code.splitlines():
        end += "F"
    folder, path = posixpath.dirname(piece.path), shlex.quote(piece.path)
    text = piece.code if piece.code.endswith("\n") or not piece.code else f"{piece.code}\n"
    return (f"mkdir -p {shlex.quote(folder)}\n" if folder else "") + f"cat > {path} <<'{end}'\n{text}{end}"


def as_event(script: str) -> str:
    """The same for the page's own script, which a browser lets load a script, and no text, from a folder on disk."""
    return f'dispatchEvent(new CustomEvent("banc-script", {{ detail: {json.dumps(script, ensure_ascii=False)} }}));\n'


# --- the files -------------------------------------------------------------------------------------------

_CHANGE = re.compile(
    r"""(?:[^|;()'"]*&&\ *)?  # commands that must have succeeded
    cd(?:\ +(?:--\ +)?(?P<path>'[^']*'|"[^"$`\\]*"|[^\s;&|()<>'"$`~*?\\-][^\s;&|()<>'"$`~*?\\]*))?
    \ *(?:\#.*)?""",
    re.VERBOSE,
)
_HERE = re.compile(r"<<-?\s*['\"]?(\w+)")


def folders(pieces: Iterable[Piece]) -> list[str | None]:
    """The folder that each block finds its terminal in, seen from where the page begins; None where none can tell.

    Only ``cd`` with a plain path is understood, at the beginning of a line or behind ``&&``.
    """
    found: list[str | None] = []
    current: dict[str, str | None] = {}
    for piece in pieces:
        here = current.setdefault(piece.terminal, "")
        found.append(here)
        if piece.kind in (Kind.SHELL, Kind.CONSOLE) and not piece.within and not piece.reason:
            for line in _plain_lines(piece.commands):
                here = _after(line, here)
            current[piece.terminal] = here
    return found


def _plain_lines(code: str) -> Iterator[str]:
    """The lines of commands, without the texts of here-documents."""
    end = ""
    for line in code.splitlines():
        if end:
            end = "" if line.strip() == end else end
            continue
        yield line
        here = _HERE.search(line)
        end = here[1] if here else ""


def _after(line: str, folder: str | None) -> str | None:
    """The folder after one line of a command."""
    change = _CHANGE.fullmatch(line)
    if not change:
        return None if re.match(r"(cd|pushd|popd)\b", line) else folder
    path = (change["path"] or "").strip("'\"")
    if not path:
        return ""
    if folder is None or path.startswith("/"):
        return None
    after = posixpath.normpath(posixpath.join(folder, path))
    return None if after.startswith("..") else "" if after == "." else after


def files(pieces: Sequence[Piece]) -> dict[str, str]:
    """The last version of each file that a page has its reader create, by its path from where the page begins.

    None at all where it cannot be told in which folder one of them belongs.
    """
    held: dict[str, str] = {}
    for piece, folder in zip(pieces, folders(pieces), strict=True):
        if not piece.path:
            continue
        path = posixpath.normpath(posixpath.join(folder or "", piece.path))
        if folder is None or path.startswith(("/", "../")):  # the bench refuses such a title
            return {}
        held[path] = piece.code if piece.code.endswith("\n") or not piece.code else f"{piece.code}\n"
    return held


def archive(files: Mapping[str, str]) -> bytes:
    """The files as a zip, always the same bytes for the same files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path)  # of 1 January 1980, the first day that the format knows
            entry.create_system = 3  # Unix: the next line is read
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, files[path].encode())
    return held.getvalue()


# --- on the page -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """What one page offers."""

    script: str
    files: Mapping[str, str]
    html: str  # the links to both, relative to the page


def offer(handout: Handout, title: str, language: str) -> Offer | None:
    """What a page offers, as ``.sh`` and ``.zip`` beside it; nothing for one command and no file.

    Args:
        handout: What was collected of the page.
        title: The page's, for the script's first line.
        language: Of the page.
    """
    held = files(handout.pieces)
    if len(handout.pieces) < 2 and not held:
        return None
    words, name = WORDS.get(language, WORDS["en"]), handout.name
    partly = any(_by_hand(piece, words) for piece in handout.pieces)
    items = [_script_item(name, words, partly)]
    if held:
        items.append(_files_item(name, words, held))
    summary = words["summary" if held else "summary without files"]
    html = (
        f'<details class="banc-handout" data-search-exclude=""><summary>{escape(summary)}</summary>'
        f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul></details>"
    )
    return Offer(script(handout.pieces, title, language), held, html)


def _script_item(name: str, words: Mapping[str, str], partly: bool) -> str:
    source = escape(f"{name}.sh")
    button = f'<button type="button" data-banc-script="{source}.js" hidden>{escape(words["copy"])}</button>'
    told = f". {escape(words['partly'])}" if partly else ""
    return f'<a href="{source}" download>{escape(words["script"])}</a> (<code>{source}</code>){told} {button}'


def _files_item(name: str, words: Mapping[str, str], held: Mapping[str, str]) -> str:
    source = escape(f"{name}.zip")
    link = words["one file"] if len(held) == 1 else words["files"].format(count=len(held))
    last = "." if len(held) == 1 else f", {escape(words['last'])}"
    tops = sorted({path.split("/")[0] for path in held if "/" in path})
    inside = words["folders"].format(folders=", ".join(f"<code>{escape(top)}</code>" for top in tops)) if tops else ""
    told = " ".join(filter(None, [escape(words["unpack"]), inside]))
    return f'<a href="{source}" download>{escape(link)}</a> (<code>{source}</code>){last} {told}'
