"""Questions with choices: what authors write, and what readers get."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markdown import Markdown

from banc.questions import on_page_markdown

ASKED = """\
Text.

!!! question "Un `noyau` ?"

    Choisissez.

    - [x] Oui, **un** seul
          `uname -r` le dit :
          le même partout.
    - [ ] Non

        Une image n’a pas de noyau.

        - Que des fichiers.
"""


def shown(text: str, **options: str) -> str:
    extensions = ["admonition", "pymdownx.details", "banc.questions"]
    return Markdown(extensions=extensions, extension_configs={"banc.questions": options}).convert(text)


def test_each_choice_is_a_fold_that_opens_on_its_verdict() -> None:
    html = re.sub(r"\s*\n\s*", "", shown(ASKED, language="fr"))
    assert html == (
        '<p>Text.</p><div aria-labelledby="banc-question-1" class="admonition question banc-question" role="group">'
        '<p class="admonition-title" id="banc-question-1">Un <code>noyau</code> ?</p><p>Choisissez.</p>'
        '<ul class="banc-choices"><li><details class="banc-choice banc-choice--right">'
        "<summary>Oui, <strong>un</strong> seul</summary>"
        '<p><strong class="banc-choice__verdict">Juste.</strong> <code>uname -r</code> le dit :le même partout.</p>'
        '</details></li><li><details class="banc-choice banc-choice--wrong"><summary>Non</summary>'
        '<p><strong class="banc-choice__verdict">Faux.</strong> Une image n’a pas de noyau.</p>'
        "<ul><li>Que des fichiers.</li></ul></details></li></ul></div>"
    )


def test_another_language_is_spoken_to_in_english() -> None:
    html = shown(ASKED, language="de")
    assert ">Right.</strong>" in html
    assert ">Wrong.</strong>" in html


@pytest.mark.parametrize(
    "text",
    [
        '??? question "Pourquoi ?"\n\n    - [x] a\n      b\n',  # folded as a whole
        '!!! question "Pourquoi ?"\n\n    - a\n    - b\n',  # no choices
        "- [x] a\n  b\n",
    ],
)
def test_what_is_no_question_with_choices_stays(text: str) -> None:
    assert "banc-" not in shown(text)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ("- [ ] a\n  why", "no choice is right: write [x] in the stead of [ ] before one that is"),
        ("- [x] a\n  why", "no choice is wrong: add one that a reader may take for right, behind [ ]"),
        ("- [x] a\n  why\n- [ ] b", "« b » is not explained: write why it is right or wrong on the next line"),
        ("- [x]\n  why\n- [ ] b\n  why", "« why » is not explained: write why it is right or wrong on the next line"),
        (
            "- [x] a\n  why\n- b\n  why",
            "« b » is neither right nor wrong: begin it with [x] or [ ] and a space",
        ),
        (
            "- [x]a\n  why\n- [ ] b\n  why",
            "« [x]a » is neither right nor wrong: begin it with [x] or [ ] and a space",
        ),
    ],
)
def test_a_question_that_lacks_something_is_told_at_its_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, choices: str, message: str
) -> None:
    indented = "".join(f"    {line}\n" for line in choices.split("\n"))
    page = tmp_path / "page.md"
    page.write_text(f'---\ntitle: x\n---\n\n# Page\n\n!!! question "Un `mot` ?"\n\n{indented}', encoding="utf-8")
    html = shown(page.read_text(encoding="utf-8").split("---\n")[2], page="page.md", source=str(page))
    assert [record.getMessage() for record in caplog.records] == [f"page.md:7: question « Un `mot` ? »: {message}"]
    assert caplog.records[0].levelno == logging.ERROR
    assert "banc-question-failure" in html
    assert message.replace("<", "&lt;") in html


def test_the_hook_tells_the_page_its_language_and_its_file() -> None:
    config: Any = SimpleNamespace(mdx_configs={}, theme={"language": "fr"})
    page: Any = SimpleNamespace(file=SimpleNamespace(src_uri="x.en.md", abs_src_path="/x.en.md", locale="en"))
    assert on_page_markdown("text", page=page, config=config) == "text"
    assert config.mdx_configs["banc.questions"] == {
        "page": "x.en.md",
        "source": "/x.en.md",
        "language": "en",
        "logger": "mkdocs.banc.questions",
    }
