"""Makes questions with choices of admonitions that hold a list of choices, each explained.

A Python-Markdown extension, beside ``admonition``. A choice is the first line of its item, behind ``[x]`` where
it is right and ``[ ]`` where it is wrong; what follows explains it::

    !!! question "Deux conteneurs partagent-ils un noyau ?"

        - [x] Oui, celui de l’hôte
              `uname -r` donne la même réponse dans les deux.
        - [ ] Non, chaque image apporte le sien
              Une image n’apporte que des fichiers.

Each choice becomes a fold that opens on its verdict and its explanation: a mouse, a finger and the keyboard open
it, without a script. A question that lacks something is reported in its place and to the log, at its line, and
the rest of the page stands. A site of MkDocs needs::

    hooks: [hooks/questions.py]          # holds: from banc.questions import on_page_markdown
    markdown_extensions:
      - admonition
      - banc.questions
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

WORDS: Mapping[str, Mapping[bool, str]] = {
    "fr": {True: "Juste.", False: "Faux."},
    "en": {True: "Right.", False: "Wrong."},
}
"""What is said of a choice, by language; a language that is missing is spoken to in English."""

_CHOICE = re.compile(r"\[([ xX])\](?:\s+|$)")


class QuestionError(ValueError):
    """A question lacks something; the message says what, and how to write it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a reader may choose."""

    right: bool
    text: str  # Markdown
    explanation: Sequence[Element]


def read(items: Sequence[Element]) -> Sequence[Choice]:
    """Read the choices of a question, from the items of its list.

    Raises:
        QuestionError: One has no mark or no explanation, or all are right, or all are wrong.
    """
    choices = tuple(_choice(item) for item in items)
    if not any(choice.right for choice in choices):
        raise QuestionError("no choice is right: write [x] in the stead of [ ] before one that is")
    if all(choice.right for choice in choices):
        raise QuestionError("no choice is wrong: add one that a reader may take for right, behind [ ]")
    return choices


def _choice(item: Element) -> Choice:
    loose = not (item.text or "").strip() and len(item) > 0 and item[0].tag == "p"
    text = (item[0].text if loose else item.text) or ""
    mark = _CHOICE.match(text.lstrip())
    if not mark:
        raise QuestionError(f"« {_start(text)} » is neither right nor wrong: begin it with [x] or [ ] and a space")
    choice, _, rest = text.lstrip()[mark.end() :].partition("\n")
    explanation = list(item)[1:] if loose else list(item)
    if rest.strip():
        paragraph = Element("p")
        paragraph.text = "\n".join(line.strip() for line in rest.split("\n"))
        explanation.insert(0, paragraph)
    if not choice.strip() or not explanation:
        raise QuestionError(f"« {_start(choice)} » is not explained: write why it is right or wrong on the next line")
    return Choice(mark[1] != " ", choice.strip(), explanation)


def _start(text: str) -> str:
    return text.strip().partition("\n")[0][:60]


class Questions(Extension):
    """The Markdown extension."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "page": ["", "Path of the page, for messages; the MkDocs hook sets it"],
            "source": ["", "Its file, to tell the lines of mistakes; the MkDocs hook sets it"],
            "language": ["en", "Language of the page; the MkDocs hook sets it"],
            "logger": [__name__, "Logger that hears of each question that lacks something"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Register with Python-Markdown."""
        # Before inline patterns (20): the text of choices is Markdown still.
        md.treeprocessors.register(_Asking(md, self), "banc-questions", 25)


class _Asking(Treeprocessor):
    """Turns the lists of choices into folds."""

    def __init__(self, md: Markdown, extension: Questions) -> None:
        super().__init__(md)
        self._options = extension.getConfigs()

    def run(self, root: Element) -> None:
        """Turn each of them, numbered for the ids."""
        for number, question in enumerate(list(_asked(root)), start=1):
            title = question[0].text or ""
            try:
                for place, part in enumerate(question):
                    if _holds_choices(part):
                        question[place] = self._folds(part)
            except QuestionError as error:
                self._report(question, title, str(error))
                continue
            question.set("class", f"{question.get('class')} banc-question")
            question.set("role", "group")
            question.set("aria-labelledby", f"banc-question-{number}")
            question[0].set("id", f"banc-question-{number}")

    def _folds(self, choices: Element) -> Element:
        words = WORDS.get(self._options["language"], WORDS["en"])
        folds = Element("ul", {"class": "banc-choices"})
        for choice in read(list(choices)):
            kind = "right" if choice.right else "wrong"
            fold = SubElement(SubElement(folds, "li"), "details", {"class": f"banc-choice banc-choice--{kind}"})
            SubElement(fold, "summary").text = choice.text
            explanation = list(choice.explanation)
            if explanation[0].tag != "p":
                explanation.insert(0, Element("p"))
            first = explanation[0]
            verdict = Element("strong", {"class": "banc-choice__verdict"})
            verdict.text, verdict.tail = words[choice.right], f" {first.text or ''}"
            first.text = ""
            first.insert(0, verdict)
            fold.extend(explanation)
        return folds

    def _report(self, question: Element, title: str, message: str) -> None:
        page = self._options["page"] or "a page"
        line = _line(self._options["source"], title)
        where = f"{page}:{line}" if line else page
        logging.getLogger(self._options["logger"]).error("%s: question « %s »: %s", where, title, message)
        question.set("class", "admonition failure banc-question-failure")
        SubElement(question, "p").text = message


def _asked(root: Element) -> Iterator[Element]:
    """The questions that have choices; one that is folded is answered as a whole."""
    for element in root.iter("div"):
        if {"admonition", "question"} <= set(element.get("class", "").split()) and any(map(_holds_choices, element)):
            yield element


def _holds_choices(element: Element) -> bool:
    """Whether an element is a list of which an item begins with a mark."""
    starts = ((item.text or "").strip() or (item[0].text if len(item) else "") or "" for item in element)
    return element.tag == "ul" and any(_CHOICE.match(start.lstrip()) for start in starts)


def _line(source: str, title: str) -> int:
    """The line of a question's title in its file, 0 where it is not found."""
    with suppress(OSError):
        for number, line in enumerate(Path(source).read_text(encoding="utf-8").split("\n"), start=1):
            if line.lstrip().startswith("!!! question") and title in line:
                return number
    return 0


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:
    """MkDocs hook: tell the extension which page comes next, in which language, and whom to tell of failures."""
    options = config.mdx_configs.setdefault("banc.questions", {})
    language = getattr(page.file, "locale", None) or config.theme.get("language") or config.theme.get("locale")
    options.update(
        page=page.file.src_uri,
        source=page.file.abs_src_path or "",
        language=str(language or "en")[:2],
        logger="mkdocs.banc.questions",
    )
    return markdown


def makeExtension(**kwargs: Any) -> Questions:  # noqa: N802 (the name is Python-Markdown's)
    """Make the extension, as Python-Markdown asks."""
    return Questions(**kwargs)
