from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import markdown
import pytest
from pymdownx.superfences import SuperFencesException  # type: ignore[import-untyped]

from banc import fences
from banc.ansi import plain
from banc.handouts import Handout
from banc.pages import blocks, grammar
from banc.results import COUNTED, Image, PageRun, Result, SnapshotError, Status, digest, save

EXTENSIONS = ["admonition", "md_in_html", "pymdownx.details", "pymdownx.superfences", "pymdownx.tabbed", "banc.fences"]
PASSED = Result("1", digest("echo 1"), Status.PASSED, exit=0, output="1", date="2026-11-24")
RUN = PageRun("page.md", "26.1.5", (Image("busybox", "sha256:0", "offline kit"),), (PASSED,))


def render(text: str, snapshots: Path = Path("nowhere"), *, extensions: list[str] | None = None, **options: Any) -> str:
    config: dict[str, dict[str, Any]] = {"banc.fences": {"snapshots": str(snapshots), "page": "page.md", **options}}
    config["pymdownx.tabbed"] = {"alternate_style": True}
    return markdown.markdown(text, extensions=extensions or EXTENSIONS, extension_configs=config)


def states(html: str) -> list[str]:
    return re.findall(r"banc-badge--(\w+)", html)


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    save(tmp_path, RUN)
    return tmp_path


def test_a_verified_block(snapshots: Path) -> None:
    html = render("```bash\necho 1\n```", snapshots)
    assert states(html) == ["verified"]
    assert "Docker 26.1.5" in html
    assert '<time datetime="2026-11-24">24 November 2026</time>' in html
    assert "images: offline kit (stand-ins)" in html
    assert "<samp>1</samp>" in html
    assert html.endswith("</details></div>")  # all of it inside .highlight


def test_what_ran_on_docker_hubs_images_says_so(tmp_path: Path) -> None:
    save(tmp_path, replace(RUN, images=(Image("busybox", "sha256:0", "Docker Hub"),)))
    assert "images\u00a0: Docker Hub" in render("```bash\necho 1\n```", tmp_path, language="fr")


def test_a_badge_names_every_engine_that_agrees(snapshots: Path) -> None:
    save(snapshots / "@debian-12", replace(RUN, engine="20.10.24"))
    save(snapshots / "@29.0", replace(RUN, engine="29.0.1", results=(replace(PASSED, status=Status.FAILED),)))
    save(snapshots / "@28.0", replace(RUN, engine="28.0.1", results=(replace(PASSED, digest="of another text"),)))
    assert ">Docker 26.1.5, 20.10.24<" in render("```bash\necho 1\n```", snapshots)


@pytest.mark.parametrize(
    ("result", "state", "words"),
    [
        (replace(PASSED, exit=3), "fails", "fails as intended (exit 3)"),
        (replace(PASSED, digest=digest("echo 2")), "stale", "Not verified since it changed"),
        (replace(PASSED, block="2"), "never", "Never run"),
        (replace(PASSED, status=Status.SKIPPED, reason="no <b>network</b>"), "skipped", "no &lt;b&gt;network"),
        (replace(PASSED, status=Status.FAILED), "failed", "Failed in the last run"),
        (replace(PASSED, status=Status.NOT_REACHED), "unreached", "Not reached"),
    ],
)
def test_other_states(tmp_path: Path, result: Result, state: str, words: str) -> None:
    save(tmp_path, replace(RUN, results=(result,)))
    html = render("```bash\necho 1\n```", tmp_path)
    assert states(html) == [state]
    assert words in html
    assert ("<samp>" in html) == (state == "fails")


def test_a_page_without_snapshot_was_never_run() -> None:
    assert states(render("```bash\necho 1\n```\n\n```dockerfile\nFROM busybox\n```")) == ["never", "never"]


def test_a_block_that_is_not_to_be_run_gives_its_reason(snapshots: Path) -> None:
    html = render('```bash {.notest reason="needs a <second> machine"}\necho 1\n```', snapshots, language="fr")
    assert states(html) == ["skipped"]
    assert "Non exécuté\u00a0: needs a &lt;second&gt; machine" in html
    assert "<samp>" not in html


@pytest.mark.parametrize(
    "text", ["```json\n{}\n```", "```\nx\n```", "```text {.output}\nx\n```", '```yaml title="Terminal 2"\na: 1\n```']
)
def test_what_does_not_count_has_no_badge(text: str) -> None:
    assert states(render(text)) == []


def test_a_translation_shows_the_results_of_its_original(snapshots: Path) -> None:
    save(snapshots, PageRun("page.en.md", results=(replace(PASSED, digest=digest("echo 1 # one")),), follows="page.md"))
    html = render("```bash\necho 1 # one\n```\n\n```bash\necho 2\n```", snapshots, page="page.en.md")
    assert states(html) == ["verified", "never"]
    assert "Docker 26.1.5" in html
    assert states(render("```bash\necho 2\n```", snapshots, page="page.en.md")) == ["stale"]


def test_a_translation_without_its_original_was_never_run(tmp_path: Path) -> None:
    save(tmp_path, PageRun("page.en.md", results=(PASSED,), follows="page.md"))
    assert states(render("```bash\necho 1\n```", tmp_path, page="page.en.md")) == ["never"]


def test_a_damaged_snapshot_is_named(snapshots: Path) -> None:
    (snapshots / "page.md.json").write_text("{")
    with pytest.raises(SnapshotError, match=r"page\.md\.json.*pytest --update"):
        render("```bash\necho 1\n```", snapshots)


NESTED = """
!!! note
    ```bash
    echo 1
    ```

- item

    === "tab"

        ~~~bash
        echo 2
        ~~~

<!--
```bash
echo in a comment
```
-->

    ```bash
    echo in an indented block
    ```

```json
{}
```

```bash {.setup}
echo 4
```

````text
```bash
echo in four backticks
```
````

```bash
echo 6
```

```bash {#labelled}
echo 7
```
"""


def test_blocks_are_numbered_as_they_are_rendered(tmp_path: Path) -> None:
    known = {"1": "echo 1", "2": "echo 2", "6": "echo 6", "labelled": "echo 7"}
    save(
        tmp_path, replace(RUN, results=tuple(Result(name, digest(code), Status.PASSED) for name, code in known.items()))
    )
    html = render(NESTED, tmp_path)
    assert states(html) == ["verified"] * 4
    assert "\x02" not in html
    assert "echo 4" not in html
    assert "<div hidden>" not in html


def test_the_site_and_the_bench_name_the_blocks_alike(tmp_path: Path) -> None:
    extracted = blocks.read_page(NESTED, [*EXTENSIONS, "attr_list"], {"pymdownx.tabbed": {"alternate_style": True}})
    results = tuple(Result(block.name, digest(block.code), Status.PASSED) for block in extracted.blocks)
    save(tmp_path, replace(RUN, results=results))
    counted = [block for block in extracted.blocks if block.kind in COUNTED and "setup" not in block.attributes.classes]
    assert states(render(NESTED, tmp_path)) == ["verified"] * len(counted)
    assert (fences.BENCH_KEYS, fences.BENCH_CLASSES) == (grammar.BENCH_KEYS, grammar.BENCH_CLASSES)


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("\x1b[1;32mok\x1b[0m \x1b]0;title\x07\x1b(Bend\r\n", '<span class="banc-bold banc-fg-2">ok</span> end'),
        ("a\tb\r\nc\x00\x08", "a\tb\nc"),
        ("\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x07", "link"),
        (
            '\x1b[31m" onload="x\x1b[0m</samp></pre>',
            '<span class="banc-fg-1">" onload="x</span>&lt;/samp&gt;&lt;/pre&gt;',
        ),
    ],
)
def test_an_output_is_plain_text(tmp_path: Path, output: str, shown: str) -> None:
    save(tmp_path, replace(RUN, results=(replace(PASSED, output=output),)))
    assert f"<samp>{shown}</samp>" in render("```bash\necho 1\n```", tmp_path)


def test_an_output_is_unfolded_where_its_block_says_so(snapshots: Path) -> None:
    assert '<details class="banc-captured" data-search-exclude=""><summary>' in render(
        "```bash\necho 1\n```", snapshots
    )
    html = render("```bash {.open}\necho 1\n```", snapshots)
    assert '<details class="banc-captured" data-search-exclude="" open><summary>Captured output</summary>' in html
    assert '<pre tabindex="0" role="group" aria-label="Captured output"><samp>1</samp></pre>' in html


@pytest.mark.parametrize("lines", [1, 100_000])
def test_of_a_megabyte_beginning_and_end_are_shown_and_all_of_it_is_kept(tmp_path: Path, lines: int) -> None:
    line = "<b>\x1b[31m" + "x" * (1_000_000 // lines)
    output = "\n".join(["first", *[line] * lines, "last"])
    save(tmp_path, replace(RUN, results=(replace(PASSED, output=output),)))
    text, began = "```bash\necho 1\n```", time.monotonic()
    html = render(text, tmp_path)
    assert time.monotonic() - began < 5
    assert len(html) < 100_000
    assert "<b>" not in html
    assert re.search(r"<samp>first\n.*… \d+ lines are not shown: see the file", html, re.DOTALL)
    assert "last</samp>" in html
    handout = Handout("page")
    html = render(text, tmp_path, handout=handout)
    assert '<a href="page-bloc-1.txt">the whole output</a>' in html
    assert handout.outputs == {"page-bloc-1.txt": plain(output)}


@pytest.mark.parametrize("output", ["", "\n", "\x1b[0m\r\n"])
def test_no_output_no_fold(tmp_path: Path, output: str) -> None:
    save(tmp_path, replace(RUN, results=(replace(PASSED, output=output),)))
    assert "<details" not in render("```bash\necho 1\n```", tmp_path)


def test_an_output_is_not_shown_twice(snapshots: Path) -> None:
    html = render("```bash\necho 1\n```\n\n```text {.output}\n1\n```", snapshots)
    assert 'Expected output</span><pre tabindex="0" role="group" aria-label="Expected output"><samp>1</samp>' in html
    assert "Captured" not in html
    save(snapshots, replace(RUN, results=(replace(PASSED, digest=digest("$ echo 1\n1")),)))
    html = render("```console\n$ echo 1\n1\n```", snapshots)
    assert states(html) == ["verified"]
    assert "Captured" not in html


def test_a_console_block_is_one_to_the_script_that_copies() -> None:
    assert '<div id="bloc-1" class="banc-console highlight">' in render("```console\n$ echo 1\n1\n```")
    assert "banc-console" not in render("```bash\necho 1\n```")


def test_an_expected_output_with_gaps_leaves_the_captured_one_to_see(snapshots: Path) -> None:
    html = render("```bash\necho 1\n```\n\n```text {.output}\n<…>\n```", snapshots)
    assert (
        'Expected output</span><pre tabindex="0" role="group" aria-label="Expected output"><samp>&lt;…&gt;</samp>'
        in html
    )
    assert "Captured" in html


def test_the_benchs_words_do_not_reach_the_html() -> None:
    keys = " ".join(f'{key}="x"' for key in sorted(fences.BENCH_KEYS))
    html = render(f"```bash {{#here .mine {keys} data-x=1}}\necho 1\n```")
    assert re.search(r'<div[^>]*class="mine highlight"[^>]*>', html)
    tag = re.match(r"<div[^>]*>", html)
    assert tag is not None
    assert "x=" not in tag[0].replace("data-x=", "")
    assert "serve" not in tag[0]


def test_pymdownx_still_highlights() -> None:
    html = render('```bash {title="Terminal 1" linenums="5" hl_lines="1"}\necho 1\n```')
    assert '<span class="filename">Terminal 1</span>' in html
    assert '<span class="normal">5</span>' in html
    assert '<span class="hll">' in html
    assert '<span class="nb">echo</span>' in html
    assert render('```bash title="Terminal 1"\necho 1\n```').count("Terminal 1") == 1


@pytest.mark.parametrize(
    ("fence", "title"),
    [
        ('json title="app/package.json"', "Fichier\u00a0: app/package.json"),
        ("dockerfile", "Fichier\u00a0: Dockerfile"),
        ('Dockerfile title="prod.Dockerfile"', "Fichier\u00a0: prod.Dockerfile"),
        ('bash {.file title="start"}', "Fichier\u00a0: start"),
    ],
)
def test_a_file_says_that_it_is_one(fence: str, title: str) -> None:
    html = render(f"```{fence}\nx\n```", language="fr")
    assert f'<span class="filename">{title}</span>' in html
    assert "banc-file highlight" in html


def test_each_block_has_its_address() -> None:
    unseen = "<!--\n```bash\nnot on the page\n```\n-->\n\n```bash {.setup}\nhidden\n```\n\n"
    html = render(
        unseen + "```bash {#build}\nmake\n```\n\n```json\n{}\n```\n\n```bash\nmake\n```\n\n```bash {keys=q}\n\n```"
    )
    addresses = ["build", "bloc-4", "bloc-5"]  # numbered as the bench numbers them
    assert re.findall(r'<div id="([^"]*)" class="(?:banc-press )?highlight"', html.partition("-->")[2]) == addresses
    assert "\x02" not in html


def test_a_badge_leads_to_where_all_is_told_of_its_block(snapshots: Path) -> None:
    html = render("```bash\necho 1\n```", snapshots, verification="../verification/page.html")
    assert '<strong><a href="../verification/page.html#bloc-1"><span' in html


def test_an_author_cannot_forge_a_mark() -> None:
    assert states(render("\x02banc:0\x03\n\n```bash\necho 1\n```")) == ["never"]


def test_the_order_of_the_extensions_does_not_matter() -> None:
    text = "```bash {#a exit=1}\nfalse\n```"
    alone = render(text, extensions=["fenced_code", "banc.fences"])
    assert states(alone) == ["never"]
    assert render(text, extensions=["banc.fences", "attr_list", "pymdownx.superfences"]) == alone


def test_without_pygments_there_is_a_box_all_the_same() -> None:
    config = {"pymdownx.highlight": {"use_pygments": False}}
    html = markdown.markdown("```bash\necho 1\n```", extensions=EXTENSIONS, extension_configs=config)
    assert html.startswith('<div id="bloc-1" class="highlight"><pre')
    assert states(html) == ["never"]


def test_one_markdown_instance_serves_many_pages() -> None:
    md = markdown.Markdown(extensions=EXTENSIONS)
    text = "```bash\necho 1\n```"
    first = md.convert(text)
    md.reset()
    assert md.convert(text) == first


def test_a_fault_of_ours_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(fences, "kind_of", broken)
    with pytest.raises(SuperFencesException, match=r"page\.md: the bash fence that begins with 'echo 1'.*boom"):
        render("```bash\necho 1\n```")


def test_every_language_says_the_same_things() -> None:
    french, english = fences.WORDS["fr"], fences.WORDS["en"]
    assert french.keys() == english.keys()
    assert set(fences.State) <= french.keys()
    for key, words in french.items():
        assert re.findall(r"\{\w*\}", words) == re.findall(r"\{\w*\}", english[key])


def test_the_terminal_and_the_program_stand_above_a_block() -> None:
    def header(attributes: str) -> str:
        found = re.search(
            r'<span class="filename">(.*?)</span>', render(f"```bash {attributes}\nls\n```", language="fr")
        )
        return found[1] if found else ""

    assert header("{term=2}") == "Terminal 2"
    assert header("{in=ca}") == "dans ca"
    assert header("{term=2 in=ca}") == "Terminal 2, dans ca"
    assert header('{term=2 title="Le serveur"}') == "Le serveur"
    assert header('{term=2 title="a.txt"}') == "Fichier\u00a0: a.txt, Terminal 2"
    assert header("") == ""


def test_keys_are_shown_as_on_a_keyboard() -> None:
    alone = render('```bash {#x term=2 in=ca keys="^P^Q<Enter>"}\n\n```', language="fr")
    assert "Appuyez sur <kbd>Ctrl</kbd>+<kbd>P</kbd> <kbd>Ctrl</kbd>+<kbd>Q</kbd> <kbd>Entrée</kbd>" in alone
    assert '<span class="filename">Terminal 2, dans ca</span>' in alone
    assert "<pre>" not in alone
    assert 'id="x"' in alone
    assert "banc-badge" in alone
    behind = render('```bash {keys="^C"}\ndocker stats\n```')
    assert "<code>" in behind
    assert "then <kbd>Ctrl</kbd>+<kbd>C</kbd>" in behind


def test_python_with_options_is_shown_as_python() -> None:
    html = render("```{.python continuation fixture:x #p}\nprint(1)\n```")
    assert re.match(r'<div id="p" class="highlight">', html)
    assert "continuation" not in html


def test_a_heading_leaves_a_block_its_address(snapshots: Path) -> None:
    page = "## Run\n\n```bash {#run}\necho 1\n```\n\n## Stop\n"
    html = render(page, snapshots, extensions=[*EXTENSIONS, "toc"])
    assert sorted(re.findall(r' id="([^"]+)"', html)) == ["run", "run_1", "stop"]
    assert '<h2 id="run_1">' in html
    assert "banc-label" not in html
