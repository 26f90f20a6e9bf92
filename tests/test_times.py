"""The home page says how long each page takes, as that page does; nobody has to add it up."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.exceptions import PluginError

ROOT = Path(__file__).parents[1]
HOMES = ["index.md", "index.en.md"]


@pytest.fixture(scope="module")
def times() -> Any:
    """The hook, as MkDocs loads it."""
    spec = importlib.util.spec_from_file_location("times", ROOT / "hooks/times.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("stated", "minutes", "shown"),
    [
        ("45\u00a0minutes environ, exercice compris.", 45, "45\u00a0min"),
        ("Une heure environ.", 60, "1\u00a0h"),
        ("Une heure et quart environ.", 75, "1\u00a0h\u00a015"),
        ("Deux heures et demie environ.", 150, "2\u00a0h\u00a030"),
    ],
)
def test_what_pages_say_is_understood(times: Any, stated: str, minutes: int, shown: str) -> None:
    assert times.minutes(f"    **Durée.** {stated}\n") == minutes
    assert times.shown(minutes) == shown


def told(hook: Any, docs: Path, asked: str) -> str:
    page = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    config = SimpleNamespace(docs_dir=str(docs))
    return str(hook.on_page_markdown(f"`{asked}`{{ .course-time }}", page=page, config=config))


def test_times_are_summed_up(times: Any, tmp_path: Path) -> None:
    (tmp_path / "un.md").write_text("**Durée.** 50 minutes.", encoding="utf-8")
    (tmp_path / "deux.md").write_text("**Durée.** Une heure et demie.", encoding="utf-8")
    (tmp_path / "rien.md").write_text("# Mémo", encoding="utf-8")
    found = {asked: told(times, tmp_path, asked) for asked in ("un", "un deux", "*")}
    assert found == {
        "un": '<span class="course-time">50\u00a0min</span>',
        "un deux": '<span class="course-time">2\u00a0h\u00a020</span>',
        "*": '<span class="course-time">2</span>',
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("rien", "# Mémo", "rien.md does not state its time"),
        ("long", "**Durée.** Une matinée.", "long.md .* not « Une matinée. »"),
        ("absente", None, "No such file"),
    ],
)
def test_a_time_that_is_not_known_ends_the_build(
    times: Any, tmp_path: Path, name: str, text: str | None, message: str
) -> None:
    if text:
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    with pytest.raises(PluginError, match=message):
        told(times, tmp_path, name)


@pytest.mark.parametrize("home", HOMES)
def test_each_page_on_the_path_has_its_own_time(times: Any, home: str) -> None:
    text = (ROOT / "docs" / home).read_text(encoding="utf-8")
    entries = re.findall(r"^- +\*\*\[.+?\]\(([\w-]+)\.md\)\*\*(?: `(.+?)`\{ \.course-time \})?$", text, re.M)
    assert len(entries) > 10
    for page, asked in entries:
        stated = times.minutes((ROOT / f"docs/{page}.md").read_text(encoding="utf-8"))
        assert asked == (page if stated else ""), page


@pytest.mark.parametrize("home", HOMES)
def test_a_shorter_path_takes_as_long_as_its_pages(home: str) -> None:
    text = (ROOT / "docs" / home).read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+? \| (\[.+\)) \| `(.+?)`\{ \.course-time \} \|$", text, re.M)
    assert len(rows) > 2
    for links, asked in rows:
        assert re.findall(r"\]\(([\w-]+)\.md\)", links) == asked.split()


@pytest.mark.parametrize("home", HOMES)
def test_the_path_has_each_page_of_the_menu_in_its_order(home: str) -> None:
    menu = re.findall(r"^  - [^:\n]+: ([\w-]+)\.md$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    text = (ROOT / "docs" / home).read_text(encoding="utf-8")
    path = re.findall(r"^- +\*\*\[.+?\]\(([\w-]+)\.md\)\*\*", text, re.M)
    assert path == [page for page in menu if page not in ("index", "ecrire-une-page", "verification")]


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.en.md")), ids=lambda path: path.name)
def test_pages_that_state_their_time_state_before_it_what_they_ask_for_the_same_in_both_languages(path: Path) -> None:
    asked = []
    original = path.with_name(path.name.replace(".en.md", ".md"))
    for page, needs, time in ((original, "Prérequis", "Durée"), (path, "Prerequisites", "Time")):
        text = page.read_text(encoding="utf-8")
        found = re.findall(rf"^    \*\*{needs}\.\*\* (.+)\n\n    \*\*{time}\.\*\* .+$", text, re.MULTILINE)
        assert len(found) == text.count("!!! abstract"), page.name
        asked.append([re.findall(r"\]\(([^)#]+)", need) for need in found])
    assert asked[0] == asked[1]
