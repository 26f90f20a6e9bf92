"""Pages, fences and outputs that nobody thought of: what must hold of every one. The same ones in each run."""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import permutations
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from banc.pages.blocks import Extracted, read_page
from banc.pages.grammar import (
    BENCH_CLASSES,
    BENCH_KEYS,
    DISPLAY_CLASSES,
    DISPLAY_KEYS,
    Attributes,
    GrammarError,
    parse,
)
from banc.pages.site import CONFIGS, EXTENSIONS
from banc.runs.align import ANYTHING
from banc.runs.match import LEGEND, UNORDERED_LEGEND, line_matches, mismatch, mismatch_unordered

generated = settings(derandomize=True, database=None, deadline=None, max_examples=200)

# --- extraction: superfences is the truth ------------------------------------------------------------------

INFOS = ["", "bash", "bash {#b timeout=5}", "text {.output}", 'json title="a.json"', "Dockerfile", "{#c}", "console"]


def rendered_by_superfences(page: str) -> list[tuple[str, str, str]]:
    """Language, label and code of each fence in the page's final HTML, by superfences' own public means."""

    def shown(source: str, language: str, css: str, options: Any, md: Any, **about: Any) -> str:
        fields = (language or "", about["id_value"] or "", source)
        return "<pre data-fence='{}' data-label='{}'>{}</pre>".format(*map(escape, fields))

    fence = {"name": "*", "class": "", "format": shown, "validator": lambda *_: True}
    configs = {**CONFIGS, "pymdownx.superfences": {"custom_fences": [fence]}}
    html = Markdown(extensions=list(EXTENSIONS), extension_configs=configs).convert(page)
    html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    found = re.findall(r"<pre data-fence='(.*?)' data-label='(.*?)'>(.*?)</pre>", html, re.DOTALL)
    return [(unescape(language), unescape(label), unescape(code)) for language, label, code in found]


@st.composite
def fences(draw: st.DrawFn) -> list[str]:
    mark = draw(st.sampled_from("`~")) * draw(st.integers(3, 5))
    info = draw(st.sampled_from(INFOS))
    inner = [line for line in ("```", "~~~", "````bash", "~~~ bash", "```bash") if not line.startswith(mark)]
    line = st.sampled_from(["echo one", "", "    deep", "\ttab", "<!-- x -->", "# title", "> quote", "- item", *inner])
    code = draw(st.lists(line, min_size=1, max_size=4))
    return [f"{mark}{' ' * draw(st.integers(0, 1))}{info}".rstrip(), *code, mark]


CONTAINERS = {
    "list": ("1. An item:", "    "),
    "bullets": ("- An item:", "    "),
    "tab": ('=== "Tab"', "    "),
    "admonition": ('!!! note "Note"', "    "),
    "details": ('??? tip "More"', "    "),
    "quote": ("> Quoted:", "> "),
}


def within(kind: str, inner: list[str]) -> list[str]:
    head, indent = CONTAINERS[kind]
    return [head, indent.rstrip(), *((indent + line).rstrip() for line in inner)]


def commented(inner: list[str]) -> list[str]:
    return ["<!--", *(line.replace("-->", "--") for line in inner), "-->"]


def in_html(inner: list[str]) -> list[str]:
    return ["<div markdown>", "", *inner, "", "</div>"]


@st.composite
def joined(draw: st.DrawFn, nodes: st.SearchStrategy[list[str]]) -> list[str]:
    lines: list[str] = []
    for node in draw(st.lists(nodes, min_size=1, max_size=3)):
        lines += [*node, *[""] * draw(st.integers(1, 2))]
    return lines[:-1]


prose = st.sampled_from([["Some prose with `code`."], ["## Title"], ["| a | b |", "|---|---|", "| 1 | 2 |"]])
nodes = st.recursive(
    fences() | prose,
    lambda inner: st.one_of(
        st.builds(within, st.sampled_from(sorted(CONTAINERS)), joined(inner)),
        st.builds(commented, joined(inner)),
        st.builds(in_html, joined(inner)),
    ),
    max_leaves=6,
)


def compare(page: str) -> Extracted:
    """The bench finds what superfences renders: the same fences, with the same code, in the same order."""
    found = read_page(page, EXTENSIONS, CONFIGS)
    truth = rendered_by_superfences(page)
    assert [block.code for block in found.blocks] == [code for _, _, code in truth]
    for block, (language, label, _) in zip(found.blocks, truth, strict=True):
        if not block.problems:
            assert (block.language, block.attributes.label) == (language, label)
    lines = page.replace("\r\n", "\n").split("\n")
    for block in found.blocks:
        assert lines[block.line - 1].strip("> \t").lstrip("`~").strip() == block.info
        for number, code in enumerate(block.code.split("\n") if block.code else (), start=block.code_line):
            assert re.sub(r"^[\s>]+|\s", "", lines[number - 1]) == re.sub(r"^[\s>]+|\s", "", code)
    return found


@generated
@given(joined(nodes), st.booleans(), st.booleans())
def test_every_nesting_of_fences_is_found_as_the_site_shows_it(lines: list[str], tabs: bool, crlf: bool) -> None:
    if tabs:
        lines = [re.sub(r"^(    )+", lambda indent: "\t" * (len(indent[0]) // 4), line) for line in lines]
    found = compare(("\r\n" if crlf else "\n").join(lines) + "\n")
    assert found.problems == ()
    assert all(block.problems == () for block in found.blocks)


soup = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "", "", "    ", "  ", "\t", "> ", "- ", "1. ", "        "]),
        st.sampled_from(
            ["```", "```", "```", "~~~", "````", "", "<!--", "-->", '=== "T"', "!!! note", "<div markdown>"]
        ),
        st.sampled_from(["", "", "", "bash", " bash", " bash {#x}", "bash{exit=1}", " bash {exit = 1}", " `x`", " {"]),
    ),
) | st.sampled_from(["one", "two", "    three"])


@generated
@given(st.lists(soup, max_size=14))
def test_a_soup_of_lines_is_read_as_the_site_reads_it(lines: list[str]) -> None:
    compare("\n".join(lines) + "\n")


# --- grammar: what is read can be written, what is refused is mended ---------------------------------------

words = st.text("abcXYZ019-", min_size=1, max_size=6)
labels = words.map(lambda word: f"l{word}")
values = st.one_of(words, st.text("ab ={},é…/\\$'#.", max_size=12), st.text('ab ="{}', max_size=12))
keys = st.sampled_from(sorted((BENCH_KEYS | DISPLAY_KEYS) - {"serve"})) | words.map(lambda word: f"data-{word}")
attributes = st.builds(
    Attributes,
    st.just("") | labels,
    st.frozensets(st.sampled_from(sorted(BENCH_CLASSES | DISPLAY_CLASSES)), max_size=3),
    st.dictionaries(keys, values, max_size=4),
)


def written(language: str, given: Attributes) -> str:
    """The info string that says this."""
    items = [f"#{given.label}"] if given.label else []
    items += [f".{name}" for name in sorted(given.classes)]
    for key, value in given.keys.items():
        quote = "'" if '"' in value else '"'
        items.append(key if key == "serve" else f"{key}={quote}{value}{quote}")
    items = [".python", *items, *given.words] if given.words else items
    return f"{'' if given.words else language} {{{' '.join(items)}}}".strip()


@generated
@given(st.sampled_from(["bash", "c++", "text", "Dockerfile"]), attributes, st.booleans())
def test_attributes_are_read_as_they_were_written(language: str, given: Attributes, serve: bool) -> None:
    meant = Attributes(given.label, given.classes, {**given.keys, **({"serve": ""} if serve else {})})
    assert parse(written(language, meant), 1) == (language, meant)


pieces = st.one_of(
    st.sampled_from(["bash", "text", "python", "title", "exit", "serve", "output", "notest", "timout", "hl_lines"]),
    st.sampled_from([" ", " ", " ", "{", "}", "=", '"', "'", ".", "#", ",", "-", ":", "`", "\\", "/", "1", "1"]),
    st.sampled_from(
        ["\u00a0", "\u202f", "\u200b", "\ufeff", "“", "”", "«", "»", "’", "\t", "\x1c", "é", "…", "<", ">"]
    ),
    st.sampled_from(
        ["{.python ", "continuation", "fixture:a", "{#a", "{.output", " exit=1", " exit = 1", ' title="a"']
    ),
)
NEXT_STEPS = re.compile(r"; (write |keep one|did you mean |known are |quote it: )|: it is a class; |is a key; write ")


@generated
@given(st.lists(pieces, max_size=9).map("".join) | st.text(max_size=12))
def test_whatever_stands_behind_a_fence_is_read_or_mended(info: str) -> None:
    """The form that an author is shown is right, or is all right but for what only the author can choose."""
    message = refusal(info)
    if not message:
        language, attributes = parse(info, 1)
        assert parse(written(language, attributes), 1) == (language, attributes)
        return
    assert NEXT_STEPS.search(message), message
    _, shown, form = message.partition("write ```")
    if shown and "…" not in form:
        assert "write ```" not in refusal(form), message


def refusal(info: str) -> str:
    try:
        parse(info, 1)
    except GrammarError as error:
        return error.message
    return ""


# --- matcher: what … stands for ----------------------------------------------------------------------------


def without_blank_ends(lines: list[str]) -> list[str]:
    """Spaces at the ends of lines, and empty lines at the end, are of no account."""
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


line = st.text("ab …\t", max_size=5) | st.text(max_size=8).filter(lambda text: "\n" not in text)
printed = st.lists(line, max_size=6).map(without_blank_ends)
pattern = st.sampled_from(["…", " …", "a…", "…b", "a…b", "a…a…", "…a…b…", "a", "b", "ab", ""])
wanted_lines = st.lists(pattern, max_size=5).map(without_blank_ends)
plain = st.lists(st.sampled_from(["a", "b", "ab", "aab", "ba", ""]), max_size=5).map(without_blank_ends)


@generated
@given(printed, st.lists(st.sampled_from([" ", "\t", "\n"]), max_size=3).map("".join))
def test_an_output_is_what_it_is(lines: list[str], blank: str) -> None:
    assert mismatch(lines, "\n".join(lines) + blank) is None
    assert mismatch_unordered(lines, "\n".join(lines) + blank) is None


@generated
@given(printed, st.data())
def test_any_lines_may_be_left_out_and_any_text_in_a_line(lines: list[str], data: st.DataObject) -> None:
    wanted: list[str] = []
    for line in lines:
        keep = data.draw(st.sampled_from(["whole", "gap", "part"]))
        if keep == "whole":
            wanted.append(line)
        elif keep == "part":
            start = data.draw(st.integers(0, len(line)))
            end = data.draw(st.integers(start, len(line)))
            wanted.append(line[:start] + ANYTHING + line[end:])
        elif wanted[-1:] != [ANYTHING]:
            wanted.append(ANYTHING)
    assert mismatch(wanted, "\n".join(lines)) is None
    assert mismatch_unordered(wanted, "\n".join(lines)) is None


@generated
@given(wanted_lines, plain)
def test_outputs_agree_as_a_regular_expression_would_say(wanted: list[str], lines: list[str]) -> None:
    told = mismatch(wanted, "\n".join(lines))
    assert (told is None) == agrees(wanted, lines)
    assert told is None or told.startswith(LEGEND)


def agrees(wanted: list[str], lines: list[str]) -> bool:
    """The meaning of …, slowly: any text of a line; alone in a line, any lines."""
    pattern = ""
    for text in wanted:
        pieces = map(re.escape, text.split(ANYTHING))
        pattern += r"(?:.*\n)*" if text.strip() == ANYTHING else ".*".join(pieces) + r"\n"
    return re.fullmatch(pattern, "".join(f"{text}\n" for text in lines)) is not None


@generated
@given(wanted_lines, plain)
def test_lines_in_any_order_agree_where_some_order_does(wanted: list[str], lines: list[str]) -> None:
    wanted, lines = list(filter(None, wanted)), list(filter(None, lines))
    patterns = [text for text in wanted if text.strip() != ANYTHING]
    enough = len(lines) == len(patterns) or len(wanted) > len(patterns)
    some = any(all(map(line_matches, patterns, order)) for order in permutations(lines, len(patterns)))
    told = mismatch_unordered(wanted, "\n".join(lines))
    assert (told is None) == (enough and some)
    assert told is None or told.startswith(UNORDERED_LEGEND)


@generated
@given(plain, st.randoms(use_true_random=False))
def test_a_permutation_is_the_same_in_any_order(lines: list[str], random: Random) -> None:
    shuffled = random.sample(lines, len(lines))
    assert mismatch_unordered(lines, "\n".join(shuffled)) is None
    assert (mismatch(lines, "\n".join(shuffled)) is None) == (shuffled == lines)
