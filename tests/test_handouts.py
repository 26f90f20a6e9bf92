"""What a page hands out: its commands as a script that bash runs, its files as an archive of the same bytes."""

from __future__ import annotations

import functools
import io
import re
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from markdown import Markdown

from banc.fences import address_of
from banc.handouts import Handout, Piece, archive, as_event, files, folders, offer, script
from banc.pages import blocks
from banc.pages.plan import commands_in, terminal_of
from banc.results import COUNTED, Kind

DOCS = Path(__file__).parents[1] / "docs"
TYPED = Piece("1", Kind.SHELL, "echo one")


def typed(code: str, terminal: str = "1", within: str = "") -> Piece:
    return Piece("x", Kind.SHELL, code, terminal=terminal, within=within)


def created(path: str, text: str = "text", terminal: str = "1") -> Piece:
    return Piece("x", Kind.FILE, text, path, terminal=terminal)


def ran(pieces: Sequence[Piece], folder: Path) -> str:
    """What bash prints when it is given the pieces' script."""
    done = subprocess.run(
        ["bash"], input=script(pieces, "T", "en"), cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


# --- the script ---


def test_a_script_does_what_the_page_has_its_reader_do(tmp_path: Path) -> None:
    pieces = [
        typed("mkdir work\ncd work"),
        created("app/it's.sh", "EOF\n$HOME `x` \\ ’"),
        Piece("c", Kind.CONSOLE, "$ for n in 1 2; do\n>   echo $n\n> done\n1\n2\n> 3\n$ cat app/it*"),
        typed("false"),
    ]
    assert ran(pieces, tmp_path) == "1\n2\nEOF\n$HOME `x` \\ ’\n"
    assert tree(tmp_path) == files(pieces) == {"work/app/it's.sh": "EOF\n$HOME `x` \\ ’\n"}


@pytest.mark.parametrize(
    ("piece", "told"),
    [
        (replace(TYPED, terminal="2"), "in terminal 2"),
        (replace(TYPED, within="sh"), "in sh"),
        (replace(TYPED, stays=True), "stays in the foreground"),
        (replace(TYPED, keys="Ctrl+C"), "press Ctrl+C"),
        (replace(TYPED, reason="two\nmachines"), "not run: two machines"),
        (replace(TYPED, kind=Kind.PYTHON), "Python"),
    ],
)
def test_what_a_script_cannot_do_is_a_comment_in_it(tmp_path: Path, piece: Piece, told: str) -> None:
    assert f"### 1, {told}\n# echo one\n" in script([piece], "T", "en")
    assert "In comments" in script([piece], "T", "en")
    assert ran([piece], tmp_path) == ""
    assert "In comments" not in script([TYPED], "T", "en")


@pytest.mark.parametrize("status", ["0", "3"])
def test_what_is_repeated_on_the_page_is_repeated(tmp_path: Path, status: str) -> None:
    code = f"echo try >>tries\ntest $(wc -l <tries) = 2 && (exit {status})"
    assert ran([Piece("1", Kind.SHELL, code, retry="5", exit=status)], tmp_path) == ""
    assert (tmp_path / "tries").read_text() == "try\ntry\n"


def test_the_event_holds_the_script_as_it_is() -> None:
    assert as_event('a "b"\n\\</script>’') == (
        'dispatchEvent(new CustomEvent("banc-script", { detail: "a \\"b\\"\\n\\\\</script>’" }));\n'
    )


# --- the folder ---


@pytest.mark.parametrize(
    ("code", "folder"),
    [
        ("cd a", "a"),
        ("mkdir a && cd a", "a"),
        ("cd 'a b'  # there", "a b"),
        ("cd a\ncd ./b/../c\ncd ..", "a"),
        ("cd a\ncd", ""),
        ("(cd a)", ""),
        ("echo cd a", ""),
        ("sh -c 'cd a'", ""),
        ("cat >x <<'END'\ncd a\nEND", ""),
        ("cd .hidden", ".hidden"),
        ('cd "$x"', None),
        ("cd $x", None),
        ("cd -", None),
        ("cd /tmp", None),
        ("cd ..", None),
        ("pushd a", None),
        ('cd "$x"\ncd a', None),
        ('cd "$x"\ncd', ""),
    ],
)
def test_where_a_terminal_is(code: str, folder: str | None) -> None:
    assert folders([typed(code), TYPED]) == ["", folder]


def test_each_terminal_has_its_own_folder_and_programs_change_none() -> None:
    pieces = [typed("cd a"), typed("cd b", "2"), typed("cd c", within="sh"), TYPED, replace(TYPED, terminal="2")]
    assert folders(pieces)[3:] == ["a", "b"]


def test_a_file_stands_for_its_last_version_and_none_for_a_folder_that_is_unknown() -> None:
    pieces = [created("a.txt", "1"), typed("cd x"), created("../a.txt", "2"), created("a.txt", "3")]
    assert files(pieces) == {"a.txt": "2\n", "x/a.txt": "3\n"}
    assert files([*pieces, created("../../a.txt")]) == {}
    assert files([created("/etc/a.txt")]) == {}
    assert files([typed('cd "$x"'), created("a.txt")]) == {}


def test_an_archive_has_the_same_bytes_twice() -> None:
    made = archive({"b/c.txt": "’\n", "a.sh": "x"})
    assert made == archive({"a.sh": "x", "b/c.txt": "’\n"})
    held = zipfile.ZipFile(io.BytesIO(made))
    assert {entry.filename: (entry.date_time, entry.external_attr >> 16) for entry in held.infolist()} == {
        "a.sh": ((1980, 1, 1, 0, 0, 0), 0o100644),
        "b/c.txt": ((1980, 1, 1, 0, 0, 0), 0o100644),
    }
    assert held.read("b/c.txt").decode() == "’\n"


# --- the offer ---


def test_one_command_is_nothing_to_take_away() -> None:
    assert offer(Handout("p", [TYPED]), "T", "en") is None
    assert offer(Handout("p", []), "T", "en") is None
    assert offer(Handout("p", [created("a.txt")]), "T", "en") is not None


def test_an_offer_names_what_it_gives_and_where_to_be() -> None:
    made = offer(Handout("p", [typed("cd <w>"), TYPED]), "T", "fr")
    assert made is not None
    assert "zip" not in made.html
    assert "en commentaire" not in made.html
    pieces = [typed("cd 'a<b'"), created("a.txt"), created("b.txt"), replace(TYPED, terminal="2")]
    made = offer(Handout("p", pieces), "T", "fr")
    assert made is not None
    assert '<a href="p.sh" download>' in made.html
    assert '<a href="p.zip" download>Les 2 fichiers</a>' in made.html
    assert "Elle contient <code>a&lt;b</code>, que la page crée" in made.html
    assert "en commentaire" in made.html


# --- the course ---


@functools.cache
def course_pieces(page: str) -> list[Piece]:
    """The pieces of a page of the course, as its site makes them."""
    site = blocks.configuration(DOCS / page)
    names = [name for name in site.extensions if name not in ("banc.figures", "banc.glossary")]
    handout = Handout()
    configs = {name: dict(site.configs.get(name, {})) for name in names}
    configs["banc.fences"] = {"handout": handout}
    text = re.sub(r"\A---\n.*?\n---\n", "", (DOCS / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    Markdown(extensions=names, extension_configs=configs).convert(text)
    return handout.pieces


PAGES = sorted(
    path.name for path in DOCS.glob("*.md") if path.name.count(".") == 1 and path.stem not in ("glossaire", "schemas")
)
"""In French: translations have the same blocks."""


@pytest.mark.parametrize("page", PAGES)
def test_the_folders_of_the_courses_files_are_those_that_bash_goes_to(tmp_path: Path, page: str) -> None:
    """Of each page, what makes folders, goes to them and writes files there; all else would need Docker."""
    pieces = course_pieces(page)
    moves = [
        replace(
            piece,
            code="\n".join(re.findall(r"^(?:mkdir|cd) [^$\n]*$", piece.code, re.MULTILINE)),
            stays=False,
            retry="",
        )
        if piece.kind is Kind.SHELL
        else piece
        for piece in pieces
    ]
    ran(moves, tmp_path)
    assert tree(tmp_path) == files(pieces)
    assert bool(files(pieces)) == any(piece.path for piece in pieces)


@pytest.mark.parametrize("page", PAGES)
def test_a_script_types_what_the_bench_types(page: str) -> None:
    extracted = {address_of(block.attributes.label, block.ordinal): block for block in blocks.load(DOCS / page).blocks}
    pieces = course_pieces(page)
    assert len(pieces) == sum(
        block.kind in COUNTED and not block.attributes.classes & {"setup", "teardown"} for block in extracted.values()
    )
    for piece in pieces:
        block = extracted[piece.name]
        expected = "\n".join(commands_in(block)) if block.kind is Kind.CONSOLE else block.code
        assert (piece.kind, piece.commands, piece.terminal) == (block.kind, expected, terminal_of(block))
