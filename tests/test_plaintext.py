"""What a reader of Markdown gets of a page."""

from __future__ import annotations

import pytest

from banc.plaintext import readable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("```bash {#build exit=1 timeout=60}\nls\n```", "```bash\nls\n```", id="a fence loses its braces"),
        pytest.param(
            '```js title="a b.js"\n{ #x }\n```', '```js title="a b.js"\n{ #x }\n```', id="and keeps its title"
        ),
        pytest.param('```sh {.file title="x.sh" term=2}\n```', '```sh title="x.sh"\n```', id="in braces, too"),
        pytest.param("````text {.output}\n```bash {#a}\n````", "````text\n```bash {#a}\n````", id="a fence in a fence"),
        pytest.param("    ~~~text {.output}\n    …\n    ~~~", "~~~text\n    …\n    ~~~", id="tildes, indented"),
        pytest.param("a\n\n```bash {.setup}\nx\n```\n\nb", "a\n\nb", id="what is not shown is not read"),
        pytest.param("a\n\n```bash {#x .teardown}\nx\n```", "a", id="nor what tidies up"),
        pytest.param("## Couche { #couche .term }", "## Couche", id="a heading loses its attributes"),
        pytest.param("[Go](a.md){ .md-button .big }", "[Go](a.md)", id="a link, too"),
        pytest.param("Write `{ #name }`, { #x }or ``{ .a` }``", "Write `{ #name }`,or ``{ .a` }``", id="code is code"),
        pytest.param("`{{.Names}}` and {{.Names}}", "`{{.Names}}` and {{.Names}}", id="templates stand"),
        pytest.param('<div class="x" markdown>\n\na\n\n</div>', "a", id="layout goes"),
        pytest.param('<span class="t">6 h</span> <!-- x -->', "6 h", id="as do spans and comments"),
        pytest.param("<kbd>Ctrl</kbd>", "<kbd>Ctrl</kbd>", id="what says something stays"),
    ],
)
def test_what_only_the_site_and_the_bench_understand_goes(written: str, read: str) -> None:
    assert readable(written) == f"{read}\n"


def test_schematics_become_words() -> None:
    html = '<svg><title id="a">Deux &amp; trois</title>\n<desc id="b">À gauche,\n l’hôte.</desc></svg><title>n</title>'
    page = 'A `![…](diagrams/x.py)`\n\n![…](diagrams/x.py "Légende")\n\n![](diagrams/y.py)\n\n![a](b.png)'
    assert readable(page, html, "fr") == (
        "A `![…](diagrams/x.py)`\n\n**Schéma\u00a0: Deux & trois.** À gauche, l’hôte.\n\n"
        "![](diagrams/y.py)\n\n![a](b.png)\n"
    )
