"""What an output becomes when something else is printed, and that no other byte of its page changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banc.pages.blocks import Block, load
from banc.pages.plan import Type, commands_in, outputs_in, plan
from banc.results import Kind
from banc.runs.match import mismatch, mismatch_unordered, trimmed
from banc.runs.verdict import Drift
from banc.updates import update
from banc.updates.rewrite import RewriteError, renewed_lines, renewed_unordered, reworded

# --- lines -------------------------------------------------------------------------------------------------


def text(wanted: list[str], lines: tuple[int | str, ...]) -> list[str]:
    return [wanted[line] if isinstance(line, int) else line for line in lines]


RENEWED = {
    "nothing there": ([], "a\nb", ["a", "b"]),
    "nothing printed": (["a", "…", "b"], "", ["…"]),
    "one line": (["a", "b", "c"], "a\nx\nc", ["a", "x", "c"]),
    "a line more": (["a", "c"], "a\nb\nc", ["a", "b", "c"]),
    "a line less": (["a", "b", "c"], "a\nc", ["a", "c"]),
    "any lines stay": (["a", "…", "z"], "a\nb\nc\ny", ["a", "…", "y"]),
    "any lines stay for none": (["a", "…", "z"], "a\ny", ["a", "…", "y"]),
    "what is looked for is replaced, not dropped": (["…", "cours-a", "…"], "H\ncours-b\nT", ["…", "cours-b", "…"]),
    "the wildcards of lines that fit": (["id …", "size … MB"], "id 12\nsize 3 kB", ["id …", "size … kB"]),
    "the columns of a table": (
        ["NAME … STATUS", "web … Up …", "db … Up …"],
        "NAME   IMAGE   STATUS\nweb    nginx   Up 3 s\ndb     pg      Exited (0) 2 s ago",
        ["NAME … STATUS", "web … Up …", "db … Exited …"],
    ),
    "lines that moved": (["a", "b", "c"], "b\nc\na", ["b", "c", "a"]),
    "what is volatile is as literal as its author had it": (
        ["id 0123456789ab"],
        "id ba9876543210",
        ["id ba9876543210"],
    ),
    "two gaps with nothing left between them": (["a", "…", "b", "…"], "a", ["a", "…"]),
}


@pytest.mark.parametrize(("wanted", "printed", "renewed"), RENEWED.values(), ids=RENEWED)
def test_what_still_holds_stays(wanted: list[str], printed: str, renewed: list[str]) -> None:
    lines = renewed_lines(wanted, trimmed(printed.split("\n")))
    assert text(wanted, lines) == renewed
    assert mismatch(renewed, printed) is None


UNORDERED = {
    "the order of those that are still there": (["c", "b", "a"], "a\nc\nx", ["c", "x", "a"]),
    "one more": (["b", "a"], "a\nb\nc", ["b", "a", "c"]),
    "one less": (["b", "x", "a"], "a\nb", ["b", "a"]),
    "any others": (["b …", "…", "x 1"], "a\nb 2\nx 2", ["b …", "…", "x 2"]),
    "the nearest": (["x 1", "y 1"], "y 2\nx 2", ["x 2", "y 2"]),
    "an empty line between": (["b", "", "a"], "a\nx", ["x", "", "a"]),
}


@pytest.mark.parametrize(("wanted", "printed", "renewed"), UNORDERED.values(), ids=UNORDERED)
def test_lines_in_any_order_keep_theirs(wanted: list[str], printed: str, renewed: list[str]) -> None:
    lines = renewed_unordered(wanted, trimmed(printed.split("\n")))
    assert text(wanted, lines) == renewed
    assert mismatch_unordered(renewed, printed) is None


@pytest.mark.parametrize(
    ("pattern", "line", "renewed"),
    [
        ("a", "b", "b"),
        ("v… of …", "v1 at 2", "v… at …"),
        ("…x", "y", "…y"),
        ("…", "y", "y"),
        ("… a", "b", "…b"),
        ("…b", "", ""),
        ("{…}", "[1]", "[…]"),
    ],
)
def test_the_wildcards_of_a_line_stay(pattern: str, line: str, renewed: str) -> None:
    assert reworded(pattern, line) == renewed


# --- pages -------------------------------------------------------------------------------------------------


def rewritten(page: Path, *printed: str) -> str:
    """Update a page whose commands with an expected output print these, and give its new text."""
    extracted = load(page)
    made = plan(extracted)
    assert made.problems == ()
    drifts: dict[int, list[Drift]] = {}
    left = list(printed)
    for step in made.steps:
        for part in step.parts if isinstance(step, Type) else ():
            if part.expected is not None:
                drifts.setdefault(step.block.ordinal, []).append(Drift(part.expected, left.pop(0)))
    assert not left
    for change in update.drifted(page, extracted.blocks, drifts):
        change.write()
    return page.read_bytes().decode()


FENCE = "```bash\nx\n```\n\n```text {.output}\n%s```\n"

PAGES = {
    "plain": (FENCE % "old\n", ["new"], FENCE % "new\n"),
    "empty": (FENCE % "", ["new\n\nb"], FENCE % "new\n\nb\n"),
    "an empty line": (FENCE % "\n", ["new"], FENCE % "new\n\n"),
    "nothing printed": (FENCE % "old\n", [""], FENCE % ""),
    "an empty line first": (FENCE % "old\n", ["\nnew"], FENCE % "\nnew\n"),
    "spaces at the ends": (
        "Prose.  \n\n" + FENCE % "a  \nold\t\nb \n",
        ["a\nnew\nb"],
        "Prose.  \n\n" + FENCE % "a  \nnew\nb \n",
    ),
    "Windows": (
        (FENCE % "a\nold\n").replace("\n", "\r\n"),
        ["a\nnew\nb"],
        (FENCE % "a\nnew\nb\n").replace("\n", "\r\n"),
    ),
    "a byte order mark": ("\ufeff" + FENCE % "old\n", ["new"], "\ufeff" + FENCE % "new\n"),
    "front matter": ("---\ntitle: x\n---\n\n" + FENCE % "old\n", ["new"], "---\ntitle: x\n---\n\n" + FENCE % "new\n"),
    "no newline at the end": ((FENCE % "old\n")[:-1], ["new"], (FENCE % "new\n")[:-1]),
    "tildes": (
        "~~~bash\nx\n~~~\n~~~~ text {.output}\nold\n~~~~\n",
        ["~~~"],
        "~~~bash\nx\n~~~\n~~~~ text {.output}\n~~~\n~~~~\n",
    ),
    "a fence in the output": (
        FENCE % "old\n",
        ["a\n```\n  ````bash"],
        "```bash\nx\n```\n\n`````text {.output}\na\n```\n  ````bash\n`````\n",
    ),
    "a list": (
        "1. One\n\n    ```bash\n    x\n    ```\n\n    ```text {.output}\n    a\n    old\n    ```\n",
        ["a\n\n  new"],
        "1. One\n\n    ```bash\n    x\n    ```\n\n    ```text {.output}\n    a\n\n      new\n    ```\n",
    ),
    "tabs": (
        "- One\n\n\t```bash\n\tx\n\t```\n\n\t```text {.output}\n\ta\n\told\n\t```\n",
        ["a\nnew"],
        "- One\n\n\t```bash\n\tx\n\t```\n\n\t```text {.output}\n\ta\n\tnew\n\t```\n",
    ),
    "an admonition in a tab": (
        '=== "A"\n\n    !!! note\n' + (FENCE % "old\n").replace("\n", "\n        ").join(["        ", "\n"]),
        ["new"],
        '=== "A"\n\n    !!! note\n' + (FENCE % "new\n").replace("\n", "\n        ").join(["        ", "\n"]),
    ),
    "a quotation": (
        "> ```bash\n> x\n> ```\n>\n> ```text {.output}\n> old\n> ```\n",
        ["new\n\nb"],
        "> ```bash\n> x\n> ```\n>\n> ```text {.output}\n> new\n>\n> b\n> ```\n",
    ),
    "the same output twice": (
        FENCE % "old\n" + "\n" + FENCE % "old\n",
        ["one\nmore", "two"],
        FENCE % "one\nmore\n" + "\n" + FENCE % "two\n",
    ),
    "in any order": (
        "```bash\nx\n```\n```text {.output .unordered}\nb\n…\nold\n```\n",
        ["old 2\na\nb"],
        "```bash\nx\n```\n```text {.output .unordered}\nb\n…\nold 2\n```\n",
    ),
    "console": (
        "```console\n$ a  # x\nold\n\n$ b \\\n> c\n$ d\n…\nz\n```\n",
        ["one\ntwo", "three", "p\n$ q"],
        "```console\n$ a  # x\none\ntwo\n\n$ b \\\n> c\nthree\n$ d\n…\n… q\n```\n",
    ),
    "console with an output behind it": (
        "```console\n$ a\n$ b\n```\n```text {.output}\nold\n```\n",
        ["new"],
        "```console\n$ a\n$ b\n```\n```text {.output}\nnew\n```\n",
    ),
    "a form feed and a line separator in prose": (
        "a\x0cb\u2028c\n\n" + FENCE % "old\n",
        ["new"],
        "a\x0cb\u2028c\n\n" + FENCE % "new\n",
    ),
    "markup": (
        FENCE % "old\n",
        ["<b>&amp; *x* {% y %} --8<\n# h\n=== z"],
        FENCE % "<b>&amp; *x* {% y %} --8<\n# h\n=== z\n",
    ),
}


@pytest.mark.parametrize(("before", "printed", "after"), PAGES.values(), ids=PAGES)
def test_nothing_but_the_output_changes(tmp_path: Path, before: str, printed: list[str], after: str) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(before.encode())
    page.chmod(0o640)
    assert rewritten(page, *printed) == after
    assert page.stat().st_mode & 0o777 == 0o640
    assert rewritten(page, *printed) == after  # once more changes nothing
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_a_page_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(FENCE % "old\n")
    blocks = load(page).blocks
    page.write_text(FENCE % "older\n")
    with pytest.raises(RewriteError, match="changed while its blocks ran; run again"):
        update.drifted(page, blocks, {})


def test_an_output_without_end_is_left_to_its_author(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(FENCE % "old\n")
    with pytest.raises(RewriteError, match=r"line 6: 2000001 lines were printed, .* write the output by hand"):
        rewritten(page, "x\n" * 2_000_000 + "y")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    page, link = tmp_path / "page.md", tmp_path / "link.md"
    page.write_text(FENCE % "old\n")
    link.symlink_to(page.name)
    rewritten(link, "new")
    assert link.is_symlink()
    assert page.read_text() == FENCE % "new\n"


# --- snippets ----------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path) -> Path:
    config = (
        "site_name: x\nmarkdown_extensions:\n  - pymdownx.superfences\n  - pymdownx.snippets:\n      base_path: parts\n"
    )
    (tmp_path / "mkdocs.yml").write_text(config)
    (tmp_path / "docs").mkdir()
    (tmp_path / "parts/sub").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize("line", ['--8<-- "sub/a.md"', "--8<--\nsub/a.md\n--8<--", "    --8<-- 'sub/a.md'\n"])
def test_an_output_in_a_snippet_is_written_there(site: Path, line: str) -> None:
    page, part = site / "docs/page.md", site / "parts/sub/a.md"
    text = f"- Item\n\n{line}\n" if line.startswith(" ") else f"Text.\n\n{line}\n"
    page.write_text(text)
    part.write_text(FENCE % "old\n")
    assert rewritten(page, "new\nline") == text
    assert part.read_text() == FENCE % "new\nline\n"


def test_an_output_in_a_snippet_of_a_snippet_and_one_beside_it(site: Path) -> None:
    page = site / "docs/page.md"
    page.write_text('--8<-- "one.md"\n\n' + FENCE % "mine\n")
    (site / "parts/one.md").write_text('One.\n\n--8<-- "sub/two.md:part"\n')
    (site / "parts/sub/two.md").write_text(
        "Not shown.\n\n--8<-- [start:part]\n" + FENCE % "old\n" + "--8<-- [end:part]\n"
    )
    assert rewritten(page, "new", "my") == '--8<-- "one.md"\n\n' + FENCE % "my\n"
    assert FENCE % "new\n" in (site / "parts/sub/two.md").read_text()


def test_an_output_that_cannot_be_told_from_another_is_left_to_its_author(site: Path) -> None:
    page = site / "docs/page.md"
    page.write_text('--8<-- "a.md"\n')
    (site / "parts/a.md").write_text(FENCE % "old\n" + "\n" + FENCE % "old\n")
    with pytest.raises(RewriteError, match=r"line 1: .* stands in the included files more than once; write it"):
        rewritten(page, "new", "newer")
    assert page.read_text() == '--8<-- "a.md"\n'


def test_a_snippet_that_is_included_twice_must_print_the_same(site: Path) -> None:
    page = site / "docs/page.md"
    page.write_text('--8<-- "a.md"\n\n--8<-- "a.md"\n')
    (site / "parts/a.md").write_text(FENCE % "old\n")
    with pytest.raises(RewriteError, match=r"line 3: what is included here has printed something else"):
        rewritten(page, "one", "two")
    rewritten(page, "new", "new")
    assert (site / "parts/a.md").read_text() == FENCE % "new\n"


def test_what_a_page_would_read_otherwise_is_not_written(site: Path) -> None:
    page = site / "docs/page.md"
    page.write_text(FENCE % "old\n")
    (site / "parts/a.md").write_text("Included.\n")
    with pytest.raises(RewriteError, match=r"line 5: what was printed cannot stand in a Markdown page as it is"):
        rewritten(page, '--8<-- "a.md"')
    assert page.read_text() == FENCE % "old\n"


# --- translations ------------------------------------------------------------------------------------------


def follow(tmp_path: Path, french: str, english: str) -> tuple[str, list[tuple[int, str]]]:
    (tmp_path / "x.md").write_text(french)
    (tmp_path / "x.en.md").write_text(english)
    done = update.followed(tmp_path / "x.md", tmp_path / "x.en.md")
    for change in done.changes:
        change.write()
    return (tmp_path / "x.en.md").read_text(), [(problem.line, problem.message) for problem in done.left]


def test_a_translation_follows_and_keeps_what_is_its_own(tmp_path: Path) -> None:
    french = "Texte.\n\n```console\n$ a  # ici\nnew\n$ b\nc\n```\n\n" + FENCE % "p\nnew\n"
    english = "Words.\n\nMore.\n\n```console\n$ a  # here\nold\n$ b\nc  \n```\n\n" + FENCE % "p  \nold\n"
    followed = english.replace("old", "new")
    assert follow(tmp_path, french, english) == (followed, [])
    assert follow(tmp_path, french, followed) == (followed, [])


def test_a_translation_that_differs_in_more_than_outputs_is_left_alone(tmp_path: Path) -> None:
    english = (FENCE % "old\n").replace("\nx\n", "\ny\n")
    text, ((line, message),) = follow(tmp_path, FENCE % "new\n", english)
    assert text == english
    assert (line, message[:35]) == (2, "the code differs from its original,")


def test_an_output_in_other_words_is_kept_or_left_to_its_author(tmp_path: Path) -> None:
    french = FENCE.replace("x\n", "LANG=fr_FR.UTF-8 x\n", 1) + FENCE
    english = FENCE.replace("x\n", "LANG=en_US.UTF-8 x\n", 1) + FENCE
    before = english % ("3 files\nend\n", "a\n")
    assert follow(tmp_path, french % ("3 fichiers\nfin\n", "a\n"), before) == (before, [])
    text, ((line, message),) = follow(tmp_path, french % ("4 fichiers\nfin\n", "5\n"), before.replace("a\n", "5\n"))
    assert text == before.replace("a\n", "5\n")
    assert (line, message) == (6, "the output of x.md:6 has changed; change it here, in this page's words")


# --- whatever the page and the output ----------------------------------------------------------------------

printed = st.lists(st.text("ab…`~$> -", max_size=6) | st.sampled_from(["```", "$ a", "…", "", "> x"]), max_size=5)
expected = st.lists(st.sampled_from(["a", "b", "…", "a…", "…b", "a…b", "", "a b", "$"]), max_size=5)
indents = st.sampled_from(["", "    ", "\t", "> "])


def page_of(indent: str, mark: str, info: str, outputs: list[list[str]]) -> str:
    lines = ["> Text." if indent == "> " else "- Item" if indent else "Text.", ">" if indent == "> " else ""]
    for output in outputs:
        for line in [f"{mark}bash", "x", mark, "", f"{mark}{info}", *output, mark, ""]:
            lines.append((indent + line).rstrip(" \t") if indent != "> " else (indent + line).rstrip())
    return "\n".join(lines) + "\n"


@settings(derandomize=True, database=None, deadline=None, max_examples=150)
@given(
    indents,
    st.sampled_from(["```", "~~~~"]),
    st.booleans(),
    st.lists(st.tuples(expected, printed), min_size=1, max_size=2),
)
def test_after_a_rewrite_the_page_says_what_was_printed(
    tmp_path_factory: pytest.TempPathFactory,
    indent: str,
    mark: str,
    unordered: bool,
    outputs: list[tuple[list[str], list[str]]],
) -> None:
    page = tmp_path_factory.mktemp("pages") / "page.md"
    info = "text {.output .unordered}" if unordered else "text {.output}"
    before = page_of(indent, mark, info, [wanted for wanted, _ in outputs])
    page.write_bytes(before.encode())
    texts = ["\n".join(trimmed(lines)) for _, lines in outputs]
    after = rewritten(page, *texts)
    compare = mismatch_unordered if unordered else mismatch
    shown = [block for block in load(page).blocks if block.kind is Kind.OUTPUT]
    assert [compare(block.code.split("\n"), text) for block, text in zip(shown, texts, strict=True)] == [None] * len(
        texts
    )
    assert outside(page, shown) == outside_of(before, indent)
    assert rewritten(page, *texts) == after


def outside(page: Path, outputs: list[Block]) -> str:
    """A page's text without its outputs, and without the length of their fences."""
    return outside_of(page.read_bytes().decode(), "")


def outside_of(text: str, indent: str) -> str:
    fence = r"^([> \t]*)(`{3,}|~{3,})text (\{[^\n]*)\n.*?^[> \t]*\2$"
    return re.sub(fence, r"\1 \3", text, flags=re.DOTALL | re.MULTILINE)


@settings(derandomize=True, database=None, deadline=None, max_examples=100)
@given(indents, st.lists(st.tuples(expected, printed), min_size=1, max_size=3))
def test_after_a_rewrite_a_console_block_says_what_was_printed(
    tmp_path_factory: pytest.TempPathFactory, indent: str, outputs: list[tuple[list[str], list[str]]]
) -> None:
    page = tmp_path_factory.mktemp("pages") / "page.md"
    lines = ["```console"]
    for number, (wanted, _) in enumerate(outputs):
        lines += [f"$ command {number}", *(line for line in wanted if line != "$")]
    lines += ["```"]
    head = "> Text.\n>\n" if indent == "> " else "- Item\n\n"
    page.write_text(head + "\n".join((indent + line).rstrip() for line in lines) + "\n")
    if not any(output.lines for output in outputs_in(load(page).blocks[0])):
        return  # then nothing is expected
    texts = ["\n".join(trimmed(lines)) for _, lines in outputs]
    after = rewritten(page, *texts)
    (block,) = load(page).blocks
    assert commands_in(block) == [f"command {number}" for number in range(len(outputs))]
    told = [mismatch(output.lines, text) for output, text in zip(outputs_in(block), texts, strict=True)]
    assert told == [None] * len(outputs)
    if any(output.lines for output in outputs_in(block)):
        assert rewritten(page, *texts) == after
