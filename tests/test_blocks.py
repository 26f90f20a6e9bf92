"""A page's blocks are those of its final HTML, with the lines they stand on in the source."""

import re
import time
from pathlib import Path

import pytest
from markdown import Markdown

from banc.pages.blocks import Block, Extracted, Problem, SiteError, configuration, load, read_page
from banc.pages.site import CONFIGS, EXTENSIONS, FIGURES
from banc.results import COUNTED, Kind

DATA = Path(__file__).parent / "data"
PROJECT = Path(__file__).parents[1]
NESTINGS = (DATA / "nestings.md").read_text(encoding="utf-8")

EXPECTED = [
    ("top", 8, Kind.SHELL, "echo top"),
    ("list", 14, Kind.SHELL, "echo list"),
    ("tildes", 20, Kind.SHELL, 'echo "between tildes, with ``` inside"'),
    ("tab", 26, Kind.SHELL, "echo tab"),
    ("nested-tab", 32, Kind.SHELL, "echo nested tab"),
    ("indented-by-a-tab", 38, Kind.SHELL, "echo by a tab\n    echo twice"),
    ("after-two-empty-lines", 48, Kind.SHELL, "echo two\n\n\necho empty lines"),
    ("details", 57, Kind.SHELL, "echo details"),
    ("9", 67, Kind.PROSE, "Four backticks round three:\n\n```bash {#inner}\necho not a block\n```"),
    ("quote", 81, Kind.SHELL, "echo quote"),
    ("in-html", 87, Kind.SHELL, "echo in HTML"),
    ("12", 95, Kind.PROSE, "no language"),
    ("13", 99, Kind.FILE, "{}"),
    ("last", 103, Kind.SHELL, "echo last"),
]
"""The blocks of nestings.md; not among them: one in a comment, one in code of four backticks, one in indented code."""


def read(text: str) -> Extracted:
    return read_page(text, EXTENSIONS, CONFIGS)


def told(page: Extracted) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in page.problems]


def seen(block: Block) -> tuple[str, int, Kind, str]:
    return block.name, block.line, block.kind, block.code


# --- what is found ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [NESTINGS, NESTINGS.replace("\n", "\r\n"), "\ufeff" + NESTINGS, NESTINGS.rstrip("\n")],
    ids=["plain", "CRLF", "BOM", "no newline at the end"],
)
@pytest.mark.parametrize("of_the_site", [False, True])
def test_every_nesting(text: str, of_the_site: bool) -> None:
    site = configuration(PROJECT / "docs" / "index.md") if of_the_site else None
    page = read_page(text, site.extensions, site.configs) if site else read(text)
    assert [seen(block) for block in page.blocks] == EXPECTED
    assert [block.ordinal for block in page.blocks] == list(range(1, 15))
    assert page.problems == ()
    assert page.front.values["banc"] == {"timeout": 60}
    assert page.front.lines == {"title": 2, "banc": 3, "banc.timeout": 3}


PAGES = [DATA / "nestings.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_code_lines_are_those_of_the_source(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for block in load(path).blocks:
        assert lines[block.line - 1].strip("> \t`~") == block.info
        for number, code in enumerate(block.code.split("\n"), start=block.code_line):
            assert lines[number - 1].lstrip("> \t").rstrip() == code.strip()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_site_counts_the_same_blocks(path: Path) -> None:
    site = configuration(PROJECT / "docs" / "index.md")
    configs = {name: dict(options) for name, options in site.configs.items()}
    page = read_page(path.read_text(encoding="utf-8"), site.extensions, site.configs)
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    extensions = [name for name in site.extensions if name != FIGURES]  # drawing takes time, and makes no block
    html = re.sub(r"<!--.*?-->", "", Markdown(extensions=extensions, extension_configs=configs).convert(text))
    counted = [block for block in page.blocks if block.kind in COUNTED]
    hidden = [block for block in counted if {"setup", "teardown"} & block.attributes.classes]
    addresses = [block.attributes.label or f"bloc-{block.ordinal}" for block in counted if block not in hidden]
    *before, _ = html.split('<div class="banc-badge ')
    assert [re.findall(r'<div id="([^"]+)" class="[^"]*\bhighlight\b', part)[-1] for part in before] == addresses


def test_snippets_have_the_line_that_asks_for_them(tmp_path: Path) -> None:
    (tmp_path / "part.md").write_text("From elsewhere:\n\n```bash\necho snippet\n```\n")
    (tmp_path / "app.sh").write_text("echo one\necho two\n")
    text = 'Before.\n\n--8<-- "part.md"\n\n```bash\n--8<-- "app.sh"\n```\n\n```bash\necho after\n```\n'
    configs = {**CONFIGS, "pymdownx.snippets": {"base_path": [str(tmp_path)]}}
    blocks = read_page(text, [*EXTENSIONS, "pymdownx.snippets"], configs).blocks
    assert [(block.line, block.code_line, block.code) for block in blocks] == [
        (3, 3, "echo snippet"),
        (5, 6, "echo one\necho two\n"),
        (9, 10, "echo after"),
    ]


def test_lines_are_true_where_an_extension_removes_some() -> None:
    text = "Key: value\n\nProse.\n\n```bash\nls\n```\n"
    page = read_page("---\ntitle: x\n---\n" + text, [*EXTENSIONS, "meta"], CONFIGS)
    assert [(block.line, block.code_line) for block in page.blocks] == [(8, 9)]


def test_fences_with_a_formatter_of_their_own_are_no_code() -> None:
    custom = {"custom_fences": [{"name": "mermaid", "class": "mermaid"}]}
    page = read_page(
        "```mermaid\ngraph\n```\n\n```bash\nls\n```\n", EXTENSIONS, {**CONFIGS, "pymdownx.superfences": custom}
    )
    assert [(block.ordinal, block.line) for block in page.blocks] == [(1, 5)]


def test_without_attr_list_and_superfences_as_with_them() -> None:
    page = read_page("```bash {#a .setup}\nls\n```\n", ["fenced_code"], {})
    assert [(block.name, block.attributes.classes) for block in page.blocks] == [("a", frozenset({"setup"}))]


@pytest.mark.parametrize("text", ["", "\n\n", "prose", "---\ntitle: x\n---\n", "``` in a line ``` of prose\n"])
def test_a_page_without_blocks(text: str) -> None:
    page = read(text)
    assert (page.blocks, page.problems) == ((), ())


def test_a_garbled_fence_keeps_the_name_that_the_site_gives_it() -> None:
    (block,) = read("```bash {#a exit = 1}\nls\n```\n").blocks
    assert (block.name, block.kind) == ("a", Kind.SHELL)
    assert block.problems == (Problem(1, "no spaces round '='; write ```bash {#a exit=1}"),)


def test_a_garbled_fence_keeps_the_kind_that_the_site_gives_it() -> None:
    (block,) = read('```bash {title="run.sh" exit = 1}\nls\n```\n').blocks
    assert (block.kind, block.attributes.keys) == (Kind.FILE, {"title": "run.sh"})


# --- what looks like a block, and is none ----------------------------------------------------------------

NO_BLOCK = " (as it stands the site shows no block here)"
INDENT = ", which is less indented; indent all lines of the block as far as its fence"
AS_TEXT = "the site prints it as text"
NEXT = "\n\nProse.\n\n```bash\npwd\n```\n"

STRAY = {
    "no space before the brace": (
        "```bash{term=2}\nls\n```" + NEXT,
        [(1, "a space is missing before the brace; write ```bash {term=2}" + NO_BLOCK)],
    ),
    "no braces": (
        "Prose.\n\n```bash term=2\nls\n```" + NEXT,
        [(3, "'term=2' must stand in braces; write ```bash {term=2}" + NO_BLOCK)],
    ),
    "title beside braces": (
        'Prose.\n\n```bash title="x" {#a}\nls\n```' + NEXT,
        [(3, 'attributes stand before the braces and in them; write ```bash {#a title="x"}' + NO_BLOCK)],
    ),
    "no-break space": (
        "```bash\u00a0{#a}\nls\n```" + NEXT,
        [(1, "a no-break space (U+00A0) stands for a plain space; write ```bash {#a}" + NO_BLOCK)],
    ),
    "text behind the braces": (
        "```bash {#a} here\nls\n```" + NEXT,
        [(1, "'here' stands behind the braces; write ```bash {#a here}" + NO_BLOCK)],
    ),
    "several": (
        "```bash{a}\nls\n```\n\n```bash b=1\nls\n```\n\n```bash {#c} d\nls\n```\n\n```bash{e}\nls\n```" + NEXT,
        [
            (1, "a space is missing before the brace; write ```bash {a}" + NO_BLOCK),
            (5, "'b=1' must stand in braces; write ```bash {b=1}" + NO_BLOCK),
            (9, "'d' stands behind the braces; write ```bash {#c d}" + NO_BLOCK),
            (13, "a space is missing before the brace; write ```bash {e}" + NO_BLOCK),
        ],
    ),
    "two before one block": (
        "```bash{a}\n```bash{b}\nls\n```\n\n```bash{c}\nls\n```\n",
        [
            (1, "a space is missing before the brace; write ```bash {a}" + NO_BLOCK),
            (6, "a space is missing before the brace; write ```bash {c}" + NO_BLOCK),
            (2, "a space is missing before the brace; write ```bash {b}" + NO_BLOCK),
        ],
    ),
    "never closed": (
        "Prose.\n\n````bash\nls\n```" + NEXT,
        [(3, "this fence is never closed; add ```` alone on a line, as indented")],
    ),
    "broken off": (
        "1. Step:\n\n    ```bash\n    ls\n  pwd\n    ```" + NEXT,
        [(3, "this fence is broken off by line 5" + INDENT)],
    ),
    "quote that ends": (
        "> ```bash\n> ls" + NEXT,
        [(1, "this fence is broken off by line 4" + INDENT)],
    ),
    "on the line of a list item": (
        "- ```bash\n  ls\n  ```" + NEXT,
        [
            (
                1,
                "a fence cannot open on the line of a list item; put ```bash on a line of its own, four spaces further "
                "in than the item",
            )
        ],
    ),
    "on the line of a list item, and more": (
        "- ```bash\n  ls\n  ```\n\n```bash{a}\nls\n```" + NEXT,
        [
            (
                1,
                "a fence cannot open on the line of a list item; put ```bash on a line of its own, four spaces further "
                "in than the item",
            ),
            (5, "a space is missing before the brace; write ```bash {a}" + NO_BLOCK),
        ],
    ),
    "breaks off a fence in indented code": (
        "Prose.\n\n    ```bash{a}\n    ls\n    ```\n\n```bash\nls\n```\n",
        [(7, "no block opens here: the one of line 5 waits for its end")],
    ),
    "front matter with a control character": (
        "---\ntitle: \x00\n---\n" + NEXT,
        [
            (
                1,
                "the front matter cannot be read (unacceptable character #x0000: special characters are not allowed); "
                + AS_TEXT,
            )
        ],
    ),
    "front matter with a tag": (
        "---\ntitle: !x y\n---\n" + NEXT,
        [(1, "the front matter cannot be read (a value of a type that YAML does not know); " + AS_TEXT)],
    ),
    "front matter that is a list": (
        "---\n- x\n---\n" + NEXT,
        [(1, "the front matter cannot be read (no keys with values); " + AS_TEXT)],
    ),
    "front matter": (
        "---\ntitle: [x\n---\n\n```bash\nls\n```\n",
        [
            (
                3,
                "the front matter cannot be read (expected ',' or ']', but got '<stream end>'); " + AS_TEXT,
            )
        ],
    ),
}


@pytest.mark.parametrize(("text", "problems"), STRAY.values(), ids=STRAY)
def test_stray(text: str, problems: list[tuple[int, str]]) -> None:
    assert told(read(text)) == problems


@pytest.mark.parametrize(
    "text",
    [
        "<!-- ```bash{a} -->\n",
        "<!--\nmy notes: ```\n```bash{a}\n-->\n",
        "Prose.\n\n    ```bash{a}\n    ls\n",
        "````markdown\n```bash{a}\nls\n```\n````\n",
        "Use `<!--`, then ```` ``` ````.\n\n- ``` x ```\n",
        "<pre>\n```bash{a}\n</pre>\n",
    ],
)
def test_not_stray(text: str) -> None:
    page = read(text + NEXT)
    assert told(page) == []
    assert page.blocks[-1].code == "pwd"


def test_a_block_that_swallows_the_next() -> None:
    page = read("```bash\nls\n\nProse.\n\n```bash {#b}\npwd\n```\n")
    assert [block.problems for block in page.blocks] == [
        (Problem(1, "this block is not closed before another fence opens (line 6); close it with ``` alone on a line"),)
    ]


def test_the_block_that_a_stray_fence_makes_has_no_problem_of_its_own() -> None:
    page = read("```bash{a}\nls\n```" + NEXT)
    assert [(block.kind, block.problems) for block in page.blocks] == [(Kind.PROSE, ())]


def test_a_page_that_an_extension_refuses(tmp_path: Path) -> None:
    configs = {**CONFIGS, "pymdownx.snippets": {"base_path": [str(tmp_path)], "check_paths": True}}
    ((line, message),) = told(read_page('--8<-- "none.md"\n', [*EXTENSIONS, "pymdownx.snippets"], configs))
    assert line == 1
    assert message.startswith("the page cannot be rendered (SnippetMissingError:")


# --- files -----------------------------------------------------------------------------------------------


def test_a_page_that_is_not_utf8(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_bytes("# Titre\n\nDéjà\n".encode("latin-1"))
    assert told(load(page)) == [(3, "byte 0xe9 is not UTF-8; save the page as UTF-8 text")]


def test_a_page_outside_any_project(tmp_path: Path) -> None:
    page = tmp_path / "deep" / "page.md"
    page.parent.mkdir()
    page.write_text("```bash\nls\n```\n")
    site = configuration(page)
    assert (site.page, site.docs, site.snapshots) == ("page.md", None, None)
    assert [block.code for block in load(page).blocks] == ["ls"]


def project(folder: Path, config: str) -> Path:
    (folder / "mkdocs.yml").write_text(config)
    page = folder / "docs" / "part" / "page.md"
    page.parent.mkdir(parents=True)
    page.write_text("```bash\nls\n```\n")
    return page


def test_a_page_of_a_site(tmp_path: Path) -> None:
    page = project(
        tmp_path,
        "site_name: x\nplugins: [no-such-plugin]\nmarkdown_extensions:\n"
        "  - pymdownx.superfences\n  - banc.fences: {snapshots: out}\n  - toc: {permalink: !ENV [NONE, true]}\n",
    )
    site = configuration(page)
    assert (site.page, site.docs, site.snapshots) == ("part/page.md", tmp_path / "docs", tmp_path / "out")
    assert "pymdownx.superfences" in site.extensions
    assert site.configs["toc"] == {"permalink": True}
    assert [block.code for block in load(page).blocks] == ["ls"]


def test_a_page_beside_the_docs_is_read_as_the_site_but_is_not_of_it(tmp_path: Path) -> None:
    project(tmp_path, "site_name: x\nmarkdown_extensions: [banc.fences]\n")
    site = configuration(tmp_path / "README.md")
    assert (site.page, site.docs, site.snapshots) == ("README.md", None, None)
    assert "banc.fences" in site.extensions


def test_a_site_without_the_bench_has_no_snapshots(tmp_path: Path) -> None:
    assert configuration(project(tmp_path, "site_name: x\n")).snapshots is None


def test_a_changed_mkdocs_yml_is_read_anew(tmp_path: Path) -> None:
    page = project(tmp_path, "site_name: x\nmarkdown_extensions: [admonition]\n")
    assert "footnotes" not in configuration(page).extensions
    time.sleep(0.01)
    (tmp_path / "mkdocs.yml").write_text("site_name: x\nmarkdown_extensions: [footnotes]\n")
    assert "footnotes" in configuration(page).extensions


def test_snippets_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = project(tmp_path, "site_name: x\nmarkdown_extensions: [pymdownx.superfences, pymdownx.snippets]\n")
    (tmp_path / "part.md").write_text("```bash\necho snippet\n```\n")
    page.write_text('--8<-- "part.md"\n')
    monkeypatch.chdir(tmp_path.parent)
    assert [block.code for block in load(page).blocks] == ["echo snippet"]


@pytest.mark.parametrize(
    ("config", "told"),
    [("site_name: [", "error parsing"), ("markdown_extensions: [no.such.extension]\n", "no.such.extension")],
)
def test_a_broken_mkdocs_yml(tmp_path: Path, config: str, told: str) -> None:
    page = project(tmp_path, config)
    with pytest.raises(SiteError, match=rf"(?s)mkdocs\.yml.*{told}.*mkdocs build"):
        configuration(page)
