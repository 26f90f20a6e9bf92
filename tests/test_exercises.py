"""What each page of the course gives its readers to do, and to check: exercises and questions."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
TAUGHT = [
    "installer",
    "conteneur",
    "sous-le-capot",
    "standards",
    "moteurs",
    "images",
    "explorer-image",
    "dockerfile",
    "registre",
    "vie-conteneur",
    "arret-conteneur",
    "reseau",
    "stockage",
    "securite",
    "compose",
    "docker-python",
]
PAGES = [f"{name}{language}.md" for name in TAUGHT for language in ("", ".en")]

# The parts of an exercise, in the order of the page: a box or a chapter, then folds; one that holds Python blocks is
# written in HTML.
PART = re.compile(
    r'^(?:!!! (example) |##+ .*\.(exercise)\b|\?\?\? (hint|solution) |<details class="(solution)" )', re.MULTILINE
)
QUESTION = re.compile(r'^!!! question "\d+\. .+"\n\n((?:    .*\n)+)', re.MULTILINE)


def parts(text: str) -> list[str]:
    return [next(filter(None, match.groups())) for match in PART.finditer(text)]


def marks(text: str) -> list[list[str]]:
    """Which choices of each question are right."""
    return [re.findall(r"^    - \[([ x])\] ", choices, re.MULTILINE) for choices in QUESTION.findall(text)]


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_each_exercise_is_followed_by_hints_then_by_its_solution(path: Path) -> None:
    order = parts(path.read_text(encoding="utf-8"))
    follows = {(begin, "hint") for begin in ("example", "exercise", "hint")} | {("hint", "solution")}
    follows |= {("solution", begin) for begin in ("example", "exercise")}
    assert [pair for pair in pairwise(order) if pair not in follows] == []
    if order:
        assert order[0] in ("example", "exercise")
        assert order[-1] == "solution"


@pytest.mark.parametrize("page", PAGES)
def test_each_page_that_teaches_has_an_exercise_and_three_questions_with_choices(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert "example" in parts(text)
    assert len(marks(text)) >= 3
    assert [choices for choices in marks(text) if choices.count("x") != 1 or len(choices) < 3] == []


@pytest.mark.parametrize("name", TAUGHT)
def test_both_languages_ask_the_same_and_give_the_right_answer_the_same_place(name: str) -> None:
    french, english = ((DOCS / f"{name}{language}.md").read_text(encoding="utf-8") for language in ("", ".en"))
    assert marks(english) == marks(french)
    assert parts(english) == parts(french)


def test_the_right_answer_has_no_favourite_place() -> None:
    places = [choices.index("x") for name in TAUGHT for choices in marks((DOCS / f"{name}.md").read_text("utf-8"))]
    assert max(map(places.count, range(3))) <= len(places) / 2
    assert min(map(places.count, range(3))) >= len(places) / 5


@pytest.mark.parametrize("language", ["", ".en"])
def test_the_table_of_all_exercises_names_each_of_them_and_leads_there(language: str) -> None:
    heading = re.compile(r"^## (\d+\. .+) \{ #(tp\d\d) \.exercise \}$", re.MULTILINE)
    there = [
        (title, f"tp-niveau-{level}.md#{anchor}", anchor, f"{level}")
        for level in (1, 2, 3)
        for title, anchor in heading.findall((DOCS / f"tp-niveau-{level}{language}.md").read_text(encoding="utf-8"))
    ]
    row = re.compile(r"^\| \[(.+?)\]\((.+?)\)\{ #(tp\d\d) \} \| (\d) \|", re.MULTILINE)
    assert row.findall((DOCS / f"travaux-pratiques{language}.md").read_text(encoding="utf-8")) == there
    assert [anchor for _, _, anchor, _ in there] == [f"tp{number:02}" for number in range(1, 17)]
    assert [title.split(".")[0] for title, *_ in there] == [f"{number}" for number in range(1, 17)]
