from __future__ import annotations

import logging
import os
import re
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, get_args
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import markdown
import pytest

from banc.schematics import drawing, ink
from banc.schematics.layout import GraphvizError, Point, Route, layout

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path.name for path in (ROOT / "diagrams").glob("*.py") if path.name != "look.py")
ONE = """from look import Card, Link, Schematic, words

with Schematic(words(fr="Un schéma", en="A picture"), words(fr="Deux choses.", en="Two things.")):
    first = Card(words(fr="Démon", en="Daemon"), "a < b", role="network")
    second = Card("b")
    first >> Link(words(fr="appelle", en="calls")) >> second
"""
SVG = {"svg": "http://www.w3.org/2000/svg"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the look and one schematic, `diagrams/un.py`."""
    folder = tmp_path / "diagrams"
    folder.mkdir()
    (folder / "look.py").write_text((ROOT / "diagrams/look.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "un.py").write_text(ONE, encoding="utf-8")
    return tmp_path


def render(project: Path, text: str, **options: str) -> str:
    config: dict[str, dict[str, Any]] = {"banc.figures": {"root": str(project), "page": "page.md", **options}}
    return markdown.markdown(text, extensions=["banc.figures", "attr_list", "admonition"], extension_configs=config)


def write(project: Path, script: str) -> Path:
    path = project / "diagrams/un.py"
    path.write_text(script, encoding="utf-8")
    return path


def read(picture: str) -> Element:
    return ElementTree.fromstring(picture)


def texts(element: Element) -> list[str]:
    return [text.text or "" for text in element.findall(".//svg:text", SVG)]


def groups(picture: Element, name: str) -> list[Element]:
    return [group for group in picture.iter(f"{{{SVG['svg']}}}g") if name in group.get("class", "").split()]


# On the page


def test_an_image_that_is_a_script_becomes_what_it_draws(project: Path) -> None:
    html = render(project, "Avant.\n\n![Le démon](diagrams/un.py)\n\nAprès.", language="fr")
    assert '<title id="banc-figure-1-title">Le démon</title>' in html
    assert '<desc id="banc-figure-1-desc">Deux choses.</desc>' in html
    assert 'role="img" aria-labelledby="banc-figure-1-title" aria-describedby="banc-figure-1-desc"' in html
    assert ">Démon</text>" in html
    assert ">a &lt; b</text>" in html
    assert "<p>Avant.</p>" in html
    assert "<p>Après.</p>" in html
    assert "<img" not in html


def test_one_script_speaks_both_languages(project: Path) -> None:
    french, english = (render(project, "![](diagrams/un.py)", language=language) for language in ("fr", "en"))
    assert ">Un schéma</title>" in french
    assert ">A picture</title>" in english
    assert ">appelle</text>" in french
    assert ">calls</text>" in english


def test_a_figure_that_stands_twice_has_no_id_twice(project: Path) -> None:
    html = render(project, "![a](diagrams/un.py)\n\n![b](diagrams/un.py)")
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids)) == 6
    assert {name for names in re.findall(r'aria-\w+by="([^"]*)"', html) for name in names.split()} == set(ids)


def test_a_figure_takes_caption_label_and_class(project: Path) -> None:
    html = render(project, '![x](diagrams/un.py "Qui <appelle> qui"){#schema .wide}')
    assert '<figure id="schema" class="banc-figure wide">' in html
    assert "<figcaption>Qui &lt;appelle&gt; qui</figcaption>" in html


def test_a_figure_is_as_large_as_drawn_without_a_style_that_a_strict_policy_refuses(project: Path) -> None:
    html = render(project, "![x](diagrams/un.py)")
    assert re.search(r'<svg [^>]*width="(\S+)" height="(\S+)" [^>]*viewBox="\S+ \S+ \1 \2"', html)
    assert "style=" not in html


def test_a_figure_can_be_moved_with_the_keyboard(project: Path) -> None:
    html = render(project, "![x](diagrams/un.py)")
    assert '<div class="banc-figure__scroll" role="group" aria-labelledby="banc-figure-1-title" tabindex="0">' in html


def test_a_figure_can_be_enlarged_where_a_script_shows_the_button(project: Path) -> None:
    html = render(project, "![x](diagrams/un.py)", language="fr")
    assert re.search(r"<button [^>]* hidden [^>]*>Agrandir</button>", html)
    assert 'aria-labelledby="banc-figure-1-enlarge banc-figure-1-title"' in html


@pytest.mark.parametrize(("width", "wide"), [(300, False), (400, True)])
def test_a_figure_says_whether_a_phone_shows_all_of_it(project: Path, width: int, wide: bool) -> None:
    write(project, ONE.replace('Card("b")', f'Card("b", width={width})'))
    assert ("banc-figure--wide" in render(project, "![x](diagrams/un.py)")) == wide


@pytest.mark.parametrize("text", ["- un\n\n    ![x](diagrams/un.py)", "!!! note\n\n    ![x](diagrams/un.py)"])
def test_a_figure_stands_wherever_a_paragraph_does(project: Path, text: str) -> None:
    assert render(project, text).count("<svg") == 1


def test_other_images_are_left_alone(project: Path) -> None:
    html = render(project, "![x](un.png) et `![x](diagrams/un.py)`")
    assert '<img alt="x" src="un.png" />' in html
    assert "<svg" not in html


# What goes wrong


def told(project: Path, text: str, caplog: pytest.LogCaptureFixture) -> str:
    """What is said of a page whose one figure fails: the same on the page and in the log."""
    html = render(project, f"Avant.\n\n{text}\n\nAprès.", language="fr")
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("banc.figures", logging.ERROR)
    page, _, message = record.getMessage().partition(": ")
    assert page == "page.md"
    assert "<p>Avant.</p>" in html
    assert "<p>Après.</p>" in html
    assert "Ce schéma n’a pas pu être dessiné" in html
    box = re.search(r'admonition-title">[^<]*</p><p>(.*?)</p>', html)
    assert box is not None
    assert box[1] == message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;")
    return message


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("a = 1\nb = nothing\n", "diagrams/un.py:2: NameError: name 'nothing' is not defined; mend that line and save"),
        ("a = 1\n\nb = (\n", "diagrams/un.py:3: SyntaxError: '(' was never closed; mend that line and save"),
        ("raise SystemExit\n", "diagrams/un.py:1: SystemExit; mend that line and save"),
        ("a = 1\n", "diagrams/un.py:1: it draws nothing, expected one picture: one `with Schematic(…)`"),
        (ONE + ONE, "diagrams/un.py:1: it draws 2, expected one picture: one `with Schematic(…)`"),
        (
            "from look import Card\nCard('a')\n",
            "diagrams/un.py:2 (diagrams/look.py:LINE): ValueError: this belongs into a picture: "
            "write it below `with Schematic(title, description):`; mend that line and save",
        ),
        (
            ONE.replace('"network"', '"net"'),
            "diagrams/un.py:4 (diagrams/look.py:LINE): ValueError: there is no role 'net': choose one of plain, start, "
            "application, library, kernel, hardware, network, storage, danger; mend that line and save",
        ),
        (
            ONE + "    first >> second\n",
            "diagrams/un.py:7 (diagrams/look.py:LINE): ValueError: only a Link joins, and only cards: "
            "write `one >> Link() >> other`; mend that line and save",
        ),
        (
            ONE + "    first >> Link() >> [second, second]\n",
            "diagrams/un.py:7 (diagrams/look.py:LINE): ValueError: a Link joins two cards: "
            "write one Link for each pair; mend that line and save",
        ),
        (
            ONE + "    first >> Link()\n",
            "diagrams/un.py:3 (diagrams/look.py:LINE): ValueError: 1 Link joins nothing: "
            "write `one >> Link() >> other`; mend that line and save",
        ),
        (
            ONE.replace('fr="appelle", ', ""),
            "diagrams/un.py:6 (diagrams/look.py:LINE): ValueError: words({'en': 'calls'}) lacks the page's language: "
            "add fr=…; mend that line and save",
        ),
    ],
)
def test_a_script_that_fails_names_its_line_and_the_way_out(
    project: Path, script: str, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(project, script)
    assert re.sub(r"look\.py:\d+", "look.py:LINE", told(project, "![x](diagrams/un.py)", caplog)) == message


def test_a_look_that_fails_names_its_line(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    (project / "diagrams/look.py").write_text("a = 1\nb = (\n")
    message = told(project, "![x](diagrams/un.py)", caplog)
    assert (
        message == "diagrams/un.py:1 (diagrams/look.py:2): SyntaxError: '(' was never closed; mend that line and save"
    )


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("diagrams/une.py", "did you mean diagrams/un.py?"),
        ("nowhere/quite.py", "write that script, with its path from the folder of mkdocs.yml"),
    ],
)
def test_a_script_that_is_not_there(project: Path, source: str, hint: str, caplog: pytest.LogCaptureFixture) -> None:
    assert told(project, f"![x]({source})", caplog) == f"there is no {source}: {hint}"


def test_a_figure_within_a_text(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    message = told(project, "Voyez ![x](diagrams/un.py) ici.", caplog)
    assert message == "diagrams/un.py stands within a text: leave an empty line before and after it"


def test_without_graphviz_one_clear_error(
    project: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    message = told(project, "![x](diagrams/un.py)", caplog)
    assert message.startswith("diagrams/un.py:3: Graphviz is missing (")
    assert message.endswith("it comes with pygraphviz; `make site`, or `pip install 'banc[draw]'`")


def test_without_the_package_diagrams_one_clear_error(
    project: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "diagrams", None)
    message = told(project, "![x](diagrams/un.py)", caplog)
    assert message.endswith("install what draws: `make site`, or `pip install 'banc[draw]'`")


def test_graphviz_refuses_what_is_no_graph() -> None:
    with pytest.raises(GraphvizError, match="Graphviz refuses the graph"):
        layout("digraph {")


def test_no_dot_is_needed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "<svg" in drawing.draw(project / "diagrams/un.py", "fr")


# The cache


def test_what_has_not_changed_is_not_drawn_again(project: Path) -> None:
    counter = project / "runs"
    counting = f"with open({str(counter)!r}, 'a') as file:\n    file.write('.')\n"
    script, look = write(project, ONE + counting), project / "diagrams/look.py"

    def runs(language: str = "fr") -> int:
        before = counter.stat().st_size if counter.exists() else 0
        drawing.draw(script, language, project / "cache")
        return counter.stat().st_size - before

    assert runs() == 1
    assert runs() == 0
    for path in (script, look):
        os.utime(path, (1, 1))
    assert runs() == 0
    assert runs("en") == 1
    write(project, ONE.replace("Deux", "Trois") + counting)
    assert runs() == 1
    look.write_text(look.read_text(encoding="utf-8").replace("GAP = 6.0", "GAP = 9.0"), encoding="utf-8")
    assert runs() == 1
    assert runs() == 0


@pytest.mark.parametrize("package", drawing.PACKAGES)
def test_another_version_draws_anew(project: Path, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script, cache = project / "diagrams/un.py", project / "cache"
    drawing.draw(script, "fr", cache)
    version = drawing.version
    monkeypatch.setattr(drawing, "version", lambda name: "99" if name == package else version(name))
    drawing.draw(script, "fr", cache)
    assert len(list(cache.glob("*.svg"))) == 2


def test_a_path_from_here_leaves_no_look_behind(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    drawing.draw(Path("diagrams/un.py"), "fr")
    assert "look" not in sys.modules  # of another project, it would be the wrong one


def test_an_edited_look_shows_at_once(project: Path) -> None:
    script, look = project / "diagrams/un.py", project / "diagrams/look.py"
    before = read(drawing.draw(script, "fr"))
    look.write_text(look.read_text(encoding="utf-8").replace('f"card {_role(role)}', 'f"other'), encoding="utf-8")
    after = read(drawing.draw(script, "fr"))
    assert (len(groups(before, "other")), len(groups(after, "other"))) == (0, 2)


def test_a_picture_is_made_of_all_that_its_script_imports(tmp_path: Path) -> None:
    for name, text in {"a.py": "import b, os", "b.py": "from c import *\nimport a", "c.py": "(", "d.py": ""}.items():
        (tmp_path / name).write_text(text)
    assert [path.name for path in drawing.sources(tmp_path / "a.py")] == ["a.py", "b.py", "c.py"]


def test_drawing_leaves_nothing_behind(project: Path) -> None:
    path, modules = list(sys.path), set(sys.modules)
    drawing.draw(project / "diagrams/un.py", "fr")
    assert sys.path == path
    assert "look" not in set(sys.modules) - modules
    assert not (project / "diagrams/__pycache__").exists()


# Places


def test_graphviz_says_where_things_are() -> None:
    placed = layout("digraph { node [shape=box fixedsize=true width=1 height=0.5]; a -> b [id=one] }")
    above, below = placed.boxes["a"], placed.boxes["b"]
    assert (above.width, above.height) == (72, 36)
    assert above.bottom < below.top
    way = placed.routes["one"]
    assert way.curve[0] == pytest.approx((above.centre.x, above.bottom), abs=0.5)
    assert way.head == pytest.approx((below.centre.x, below.top), abs=0.5)
    assert way.tail is None


def test_a_route_is_made_upright_and_takes_its_label_along() -> None:
    placed = layout('digraph { a -> b [id=one label="x"]; a -> c [id=two] }').routes["one"]
    assert placed.label is not None
    assert placed.head is not None
    upright = placed.upright(7)
    assert {point.x for point in upright.curve} == {7}
    assert upright.head == Point(7, placed.head.y)
    assert upright.label is not None
    assert 7 < upright.label.x < 30


def test_text_is_taken_to_be_as_wide_as_in_the_widest_font() -> None:
    assert ink.Line("mmmm").width > ink.Line("nnnn").width > ink.Line("iiii").width
    assert ink.Line("Noyau", "title").width > ink.Line("Noyau").width


def test_points_lie_along_a_route() -> None:
    straight = Route((Point(0, 0), Point(0, 3), Point(0, 6), Point(0, 9)), None, None, None)
    assert list(straight.points(3)) == [Point(0, 0), Point(0, 3), Point(0, 6), Point(0, 9)]


# What a script can say


def drawn(project: Path, body: str) -> Element:
    """Draw what the lines show."""
    head = f"from look import {', '.join(LOOK)}\n\nwith Schematic('T', 'D'):\n"
    return read(drawing.draw(write(project, head + indent(dedent(body), "    ")), "fr"))


LOOK = ("Card", "Frame", "Layer", "Link", "Row", "Schematic", "Stack", "Zone")


def rectangle(group: Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a group's box."""
    left, top, width, height = (float(group[0].get(name, "")) for name in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


def test_layers_of_a_row_share_the_width_and_stand_on_the_common_ones(project: Path) -> None:
    picture = drawn(
        project,
        """
        row = Row([Layer("a", note="ro"), Layer("b")], heads=["one", "two"])
        Stack("", "", row, Frame("common", [Layer("c"), Row([Layer("d"), Layer("e"), Layer("f")])]), width=300)
        """,
    )
    places = {texts(card)[0]: rectangle(card) for card in groups(picture, "card")}
    a, b, c, d, e, f = (places[name] for name in "abcdef")
    assert a[0] == c[0] == d[0]
    assert b[2] == c[2] == f[2]
    assert a[2] - a[0] == pytest.approx(b[2] - b[0], abs=0.2)
    assert a[1::2] == b[1::2]  # as high as the higher one
    assert a[2] < b[0]
    assert d[2] < e[0]
    assert a[3] < c[1] < c[3] < d[1]
    heads = [text for text in picture.iter(f"{{{SVG['svg']}}}text") if text.text in ("one", "two")]
    assert [float(text.get("y", "")) < a[1] for text in heads] == [True, True]


def test_a_layer_may_be_hidden_and_a_card_absent(project: Path) -> None:
    picture = drawn(project, 'Stack("s", "", Layer("a", struck=True), Layer("b", dashed=True))\nCard("c", dashed=True)')
    names = {texts(card)[0]: card.get("class") for card in groups(picture, "card")}
    assert names == {"a": "card plain struck", "b": "card plain dashed", "c": "card plain dashed"}


def test_a_layer_without_a_name_leaves_its_place_free(project: Path) -> None:
    picture = drawn(project, 'Stack("", "", Row([Layer(""), Layer("b")]), Layer("c"), width=200)')
    b, c = groups(picture, "card")
    assert rectangle(b)[0] > 100
    assert rectangle(c)[2] - rectangle(c)[0] > 150


def test_a_level_link_joins_cards_at_one_height(project: Path) -> None:
    body = 'a, b, c = Card("a"), Card("b"), Card("c")\na >> Link() >> b\nb - Link(level=True) - c'
    places = {texts(card)[0]: rectangle(card) for card in groups(drawn(project, body), "card")}
    assert places["a"][3] < places["b"][1]
    assert places["b"][1::2] == places["c"][1::2]
    assert places["b"][2] < places["c"][0]


def test_a_link_goes_beside_the_card_in_between(project: Path) -> None:
    body = """
        a, b, c = Card("a", width=300), Card("b", width=120), Card("c", width=300)
        a >> Link() >> b
        b >> Link() >> c
        a - Link(dashed=True) - c
    """
    picture = drawn(project, body)
    places = {texts(card)[0]: rectangle(card) for card in groups(picture, "card")}
    ways = [group.find("svg:path", SVG) for group in groups(picture, "link")]
    xs = [
        {float(x) for x in re.findall(r"(?:^M|C| )([\d.]+) [\d.]+", way.get("d", ""))}
        for way in ways
        if way is not None
    ]
    middle = (places["b"][0] + places["b"][2]) / 2
    assert xs[:2] == [{middle}, {middle}]
    (beside,) = xs[2]
    assert places["b"][2] < beside < places["a"][2]


def test_a_link_may_lead_both_ways(project: Path) -> None:
    picture = drawn(project, 'a, b, c = Card("a"), Card("b"), Card("c")\na << Link() >> b\na - Link() - c')
    tips = [len(link.findall("svg:polygon", SVG)) for link in groups(picture, "link")]
    assert tips == [2, 0]


@pytest.mark.parametrize("entered", ["b", "c"])
def test_the_name_of_a_zone_makes_way_for_a_link(project: Path, entered: str) -> None:
    cards = 'a = Card("a")\nwith Zone("Name of it"):\n    b, c = Card("b", width=150), Card("c", width=150)'
    (zone,) = groups(drawn(project, f"{cards}\na >> Link() >> {entered}"), "zone")
    name = zone.find("svg:text", SVG)
    assert name is not None
    from_left = float(name.get("x", "")) - rectangle(zone)[0]
    assert (from_left > 80) == (entered == "b")  # the left one, below the name's usual place


# The schematics of the course


def test_the_example_for_contributors_can_be_drawn(project: Path) -> None:
    example = re.search(r"```python\n(from look .*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    assert example is not None
    picture = read(drawing.draw(write(project, example[1]), "fr"))
    assert texts(picture) == ["tire", "Démon", "dockerd", "Registre"]


@pytest.fixture(scope="module", params=SCRIPTS)
def pictures(request: pytest.FixtureRequest) -> dict[str, str]:
    script = ROOT / "diagrams" / request.param
    return {language: drawing.draw(script, language) for language in ("fr", "en")}


def test_a_schematic_is_small_and_says_what_it_is(pictures: dict[str, str]) -> None:
    for picture in pictures.values():
        assert len(picture.encode()) < 20_000
        title, description = read(picture).findall("*", SVG)[:2]
        assert title.text
        assert len(description.text or "") > 100
    french, english = (read(picture) for picture in pictures.values())
    assert french[0].text != english[0].text
    assert french[1].text != english[1].text
    assert len(texts(french)) == len(texts(english))


def test_words_at_links_are_within_the_picture(pictures: dict[str, str]) -> None:
    for picture in map(read, pictures.values()):
        left, _, width, _ = map(float, picture.get("viewBox", "").split())
        for text in (text for link in groups(picture, "link") for text in link.findall("svg:text", SVG)):
            half = ink.Line(text.text or "").width / 2
            assert left < float(text.get("x", "")) - half
            assert float(text.get("x", "")) + half < left + width


def test_a_schematic_has_nothing_of_its_own_to_clash_or_to_load(pictures: dict[str, str]) -> None:
    for picture in pictures.values():
        assert not re.search(r' id="|href|url\(|<style|<image', picture)
        assert picture.count("<title>") == 1
        assert not re.search(r"<svg[^>]*(?: width=| height=)", picture)


def test_a_schematic_is_drawn_in_the_same_way_each_time(
    pictures: dict[str, str], request: pytest.FixtureRequest
) -> None:
    assert drawing.draw(ROOT / "diagrams" / request.node.callspec.params["pictures"], "fr") == pictures["fr"]


SHOWN = re.compile(r"!\[[^\]]+\]\((diagrams/[\w.]+)")
"""A schematic on a page, with words for those who do not see it."""

PAGES = {path.stem: path for path in (ROOT / "docs").glob("*.md") if not path.name.endswith(".en.md")}


def shown(page: Path) -> list[str]:
    return [Path(script).name for script in SHOWN.findall(page.read_text(encoding="utf-8"))]


LESSON = "\n## À retenir"
"""What only a page that teaches has, unlike one to look things up in."""

WITHOUT = {
    "commandes-utiles": "commands to tell containers by, act on them, clean up: a table says it better",
    "depannage": "faults and remedies; each leads to the page that has the picture",
    "docker-python": "client and daemon are those of installer.md, with a program in the client's place",
    "explorer-image": "dive and the terminal show the layers themselves; images.md has the picture",
    "tp-niveau-1": "what goes where is for the reader to find; the pages it rests on have the pictures",
    "tp-niveau-2": "what goes where is for the reader to find; the pages it rests on have the pictures",
    "tp-niveau-3": "what goes where is for the reader to find; the pages it rests on have the pictures",
}
"""Lessons without a schematic, and why."""

ASKED = re.compile(r"<!-- (?:schéma|schematic)\s?:")


def amiss(pages: Mapping[str, Path], without: Mapping[str, str]) -> list[str]:
    """What the pages lack in schematics."""
    texts = {name: page.read_text(encoding="utf-8") for name, page in pages.items()}
    bare = {name for name, text in texts.items() if LESSON in text and not SHOWN.search(text)}
    return sorted(
        [f"{name}.md has no schematic: draw one, or say in WITHOUT why not" for name in bare - {*without}]
        + [f"{name} is no lesson without a schematic: take it out of WITHOUT" for name in {*without} - bare]
        + [f"{name}.md asks for a schematic: draw it" for name, text in texts.items() if ASKED.search(text)]
    )


def test_every_lesson_has_a_schematic_or_a_reason() -> None:
    assert amiss(PAGES, WITHOUT) == []


def test_what_the_pages_lack_is_told(tmp_path: Path) -> None:
    written = {
        "drawn": "![x](diagrams/un.py)\n## À retenir",
        "bare": "\n## À retenir",
        "excused": "\n## À retenir",
        "list": "\n## Commandes",
        "asking": "<!-- schéma\u00a0: x -->",
    }
    pages = {name: tmp_path / f"{name}.md" for name in written}
    for name, text in written.items():
        pages[name].write_text(text, encoding="utf-8")
    assert amiss(pages, {"excused": "why", "drawn": "why", "gone": "why"}) == [
        "asking.md asks for a schematic: draw it",
        "bare.md has no schematic: draw one, or say in WITHOUT why not",
        "drawn is no lesson without a schematic: take it out of WITHOUT",
        "gone is no lesson without a schematic: take it out of WITHOUT",
    ]


def test_every_schematic_is_on_a_page() -> None:
    assert sorted({script for page in PAGES.values() for script in shown(page)}) == SCRIPTS


@pytest.mark.parametrize("name", PAGES)
def test_a_translation_shows_the_same_schematics(name: str) -> None:
    translation = PAGES[name].with_suffix(".en.md")
    assert shown(translation) == shown(PAGES[name])


def test_the_three_stacks() -> None:
    stacks = groups(read(drawing.draw(ROOT / "diagrams/machines.py", "fr")), "stack")
    common, own = ["Noyau de l’hôte", "Matériel"], ["Application", "Bibliothèques", "Init et services"]
    layers = {texts(stack)[0]: [text for card in groups(stack, "card") for text in texts(card)] for stack in stacks}
    assert {name: sorted(found) for name, found in layers.items()} == {
        "Machine virtuelle": sorted([*own, "Noyau invité", "Hyperviseur", *common]),
        "Conteneur système": sorted([*own, *common]),
        "Conteneur d’application": sorted([*own[:2], *common]),
    }
    for stack in stacks:
        height = {texts(card)[0]: float(card[0].get("y", "")) for card in groups(stack, "card")}
        order = ["Application", "Bibliothèques", "Noyau invité", "Hyperviseur", "Noyau de l’hôte", "Matériel"]
        present = [height[name] for name in order if name in height]
        assert present == sorted(present)
        assert height["Matériel"] == max(height.values())
    grounds = {max(float(card[0].get("y", "")) for card in groups(stack, "card")) for stack in stacks}
    assert len(grounds) == 1


def test_the_default_bridge() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/pont.py", "en"))
    assert [texts(card) for card in groups(picture, "card")] == [
        ["Outside", "your network, the Internet"],
        ["Kernel: routing and NAT", "eth0", "docker0"],
        ["Default bridge", "bridge", "veth", "veth"],
        ["cours-est", "container", "eth0"],
        ["cours-ouest", "container", "eth0"],
    ]
    assert [len(link.findall("svg:polygon", SVG)) for link in groups(picture, "link")] == [2, 0, 0, 0]  # both ways


def test_the_two_bridges_and_the_container_in_both() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/reseaux.py", "en"))
    assert [texts(zone)[0] for zone in groups(picture, "zone")] == ["Host", "cours-pont", "cours-prive"]
    assert [texts(card) for card in groups(picture, "card")] == [
        ["curl", "http://127.0.0.1:8184"],
        ["Kernel: routing and NAT", "127.0.0.1:8184 → cours-vitrine:80", "172.28.0.1", "172.29.0.1"],
        ["Bridge", "172.28.0.0/24", "veth", "veth"],
        ["cours-nord", "container", "eth0"],
        ["Bridge", "172.29.0.0/24", "veth", "veth"],
        ["cours-vitrine", "container", "eth0"],
        ["cours-appli", "in both", "eth0", "eth1"],
    ]
    links = groups(picture, "link")
    assert len(links) == 8
    assert [texts(link) for link in groups(picture, "danger")] == [["nothing passes"]]
    assert len([link for link in links if link.findall("svg:polygon", SVG)]) == 3  # the way of the request


def test_the_layers_of_two_containers() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/couches.py", "en"))
    assert [texts(layer) for layer in groups(picture, "card")] == [
        ["writable layer", "note.txt, added"],
        ["writable layer", "whiteout .wh.summary.json"],
        ["COPY --from=build", "package.json, index.js, summary.json"],
        ["WORKDIR /app"],
        ["FROM node:lts-alpine", "itself made of layers"],
    ]


def test_what_the_cache_saves() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/cache.py", "en"))
    builds = [(len(groups(stack, "start")), len(groups(stack, "library"))) for stack in groups(picture, "stack")]
    assert builds == [(0, 6), (2, 4), (4, 2)]


def test_the_two_stages() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/etapes.py", "en"))
    assert [texts(zone) for zone in groups(picture, "zone")] == [["Stage build"], ["Final stage"]]
    assert [texts(link) for link in groups(picture, "link")] == [
        ["FROM, AS build"],
        ["FROM"],
        ["COPY --from=build"],
        [],
        [],
    ]


def test_the_four_places_to_write() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/stockage.py", "en"))
    container, *places = groups(picture, "card")
    assert texts(container)[2:] == ["/couche", "/lie", "/volume", "/memoire"]
    assert [texts(place)[0] for place in places] == ["Layer", "Bind mount", "Volume", "tmpfs"]
    assert len(groups(picture, "link")) == 4


def test_who_speaks_to_whom_by_which_standard() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/standards.py", "en"))
    labels = [(link.get("class"), texts(link)) for link in groups(picture, "link")]
    assert ("link network", ["CRI"]) in labels
    assert ("link network", ["CNI"]) in labels
    assert ("link network", ["CSI"]) in labels
    assert [texts(link) for link in groups(picture, "start") if link.get("class") == "link start"] == [
        ["distribution"],
        ["runtime"],
        [],
        [],
    ]


def test_the_specifications_over_the_life_of_an_image() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/oci.py", "en"))
    zones = [texts(zone)[0] for zone in groups(picture, "zone")]
    assert zones == ["Image specification", "Distribution specification", "Runtime specification"]
    assert [texts(card)[0] for card in groups(picture, "card")] == [
        "Dockerfile",
        "Image",
        "Registry",
        "Bundle",
        "Container",
    ]


def test_the_services_of_the_application() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/compose.py", "en"))
    assert [texts(card)[0] for card in groups(picture, "card")] == ["curl", "web", "app", "cache", "donnees"]
    assert [texts(zone)[0] for zone in groups(picture, "zone")] == ["facade", "coulisses"]
    [app] = [texts(card) for card in groups(picture, "card") if texts(card)[0] == "app"]
    assert app[-2:] == ["facade", "coulisses"]  # a chip for each network


def test_the_chain_of_a_container() -> None:
    picture = read(drawing.draw(ROOT / "diagrams/chaine.py", "en"))
    assert [texts(card)[0] for card in groups(picture, "card") if "dashed" in card.get("class", "")] == ["runc"]
    assert [texts(link) for link in groups(picture, "link")].count(["parent of"]) == 2


def chains(script: str) -> list[list[str]]:
    """The titles of cards that links lead to, from each card that none leads to."""
    picture = read(drawing.draw(ROOT / "diagrams" / script, "en"))
    cards = groups(picture, "card")
    after: dict[int, list[int]] = {}
    for link in groups(picture, "link"):
        way = link.find("svg:path", SVG)
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", "" if way is None else way.get("d", ""))]
        after.setdefault(nearest(cards, *numbers[:2]), []).append(nearest(cards, *numbers[-2:]))

    def follow(card: int) -> list[list[str]]:
        (title, *_) = texts(cards[card])
        return [[title, *rest] for other in after.get(card, []) for rest in follow(other)] or [[title]]

    led_to = {card for found in after.values() for card in found}
    return [chain for card in after if card not in led_to for chain in follow(card)]


def nearest(cards: list[Element], x: float, y: float) -> int:
    """Which card a link ends at."""

    def away(card: Element) -> float:
        left, top, right, bottom = rectangle(card)
        return max(left - x, x - right, 0) + max(top - y, y - bottom, 0)

    return min(range(len(cards)), key=lambda index: away(cards[index]))


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (
            "signaux.py",
            [
                ["docker stop", "nginx", "Code 0"],
                ["docker stop", "init", "sleep", "Code 143"],
                ["docker stop", "sleep", "Code 137"],
            ],
        ),
        (
            "registre.py",
            [
                ["Client", "Daemon, dockerd", "Images"],
                ["Client", "Daemon, dockerd", "Container"],
                ["Registry", "Daemon, dockerd", "Images"],
                ["Registry", "Daemon, dockerd", "Container"],
            ],
        ),
        (
            "rejoindre.py",
            [
                ["docker attach", "Process 1", "Logs"],
                ["docker cp", "Files"],
                ["docker exec", "One more process"],
                ["docker logs", "Logs"],
            ],
        ),
        (
            "chemins.py",
            [
                ["Image store", "Registry", "Image store"],
                ["Image store", "Archive", "Image store"],
            ],
        ),
        (
            "cgroups.py",
            [
                ["/sys/fs/cgroup", "Sessions"],
                ["/sys/fs/cgroup", "Containers", "cours-borne"],
                ["/sys/fs/cgroup", "Containers", "cours-bulle"],
                ["/sys/fs/cgroup", "Services"],
            ],
        ),
        (
            "attaque.py",
            [
                ["You", "Daemon", "Container", "cours-coffre", ":ro, --cap-drop=ALL"],
                ["You", "Daemon", "Container", "--user, userns-remap"],
                ["You", "Daemon", "rootless"],
            ],
        ),
        (
            "verification.py",
            [
                ["Page", "Blocks", "Terminal", "Daemon"],
                ["Page", "Blocks", "Terminal", "Result of each block", "Report"],
                ["Page", "Blocks", "Terminal", "Result of each block", "Site"],
                ["Registry", "Daemon"],
            ],
        ),
    ],
)
def test_what_leads_to_what(script: str, found: list[list[str]]) -> None:
    assert sorted(chains(script)) == sorted(found)


def rows(script: str) -> list[list[tuple[str, str]]]:
    """The layers of a picture from the top, row by row: title and role."""
    at: dict[float, list[tuple[str, str]]] = {}
    for card in groups(read(drawing.draw(ROOT / "diagrams" / script, "en")), "card"):
        at.setdefault(rectangle(card)[1], []).append((texts(card)[0], card.get("class", "").split()[1]))
    return [at[top] for top in sorted(at)]


def test_namespaces_are_double_but_for_two() -> None:
    found = rows("espaces.py")
    assert [[title for title, _ in row] for row in found if len(row) == 2] == [
        [name, name] for name in ("mnt", "uts", "ipc", "pid", "net", "cgroup")
    ]
    assert found[6:] == [[("user", "danger")], [("time", "hardware")], [("Kernel", "kernel")]]


def test_each_call_meets_its_barrier() -> None:
    _, calls, *barriers, kernel = rows("barrieres.py")
    assert [title for title, _ in calls] == ["personality", "sethostname", "kill"]
    assert [[role for _, role in row] for row in barriers] == [
        ["danger", "plain", "plain"],
        ["danger", "plain"],
        ["danger"],
    ]
    assert kernel == [("Kernel", "kernel")]


def test_chroot_sets_only_files_apart() -> None:
    assert [row[0][1] for row in rows("chroot.py")] == ["kernel", *["danger"] * 4]
    assert {row[1][1] for row in rows("chroot.py")} == {"application"}


def test_root_of_a_container_is_root_of_the_host_under_one_daemon_of_three() -> None:
    _, inside, outside = rows("demons.py")
    assert inside == [("root", "application")] * 3
    assert outside == [("root", "danger"), ("no account", "plain"), ("you", "plain")]


def test_two_of_three_ways_leave_the_secret_in_the_image() -> None:
    assert rows("secret.py")[-1] == [("A layer", "danger"), ("The history", "danger"), ("Nothing", "application")]


# The colours


def palette(scheme: str) -> dict[str, str]:
    sheet = (ROOT / "docs/assets/figures.css").read_text(encoding="utf-8")
    block = re.search(rf"^{re.escape(scheme)} \{{(.*?)^\}}", sheet, re.DOTALL | re.MULTILINE)
    assert block is not None
    return dict(re.findall(r"--figure-([\w-]+): (#[0-9a-f]{6});", block[1]))


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [":root", '[data-md-color-scheme="slate"]'], ids=["light", "dark"])
def test_all_text_has_contrast(scheme: str) -> None:
    colours = palette(scheme)
    roles = get_args(runpy.run_path(str(ROOT / "diagrams/look.py"))["Role"])
    on = {
        **{f"{role}-ink": f"{role}-fill" for role in roles},
        **{
            f"{name} on {ground}": ground
            for name in ("ink", "quiet", "start-line", "danger-line")
            for ground in ("page", "zone")
        },
    }
    pale = {name: round(contrast(colours[name.split()[0]], colours[ground]), 2) for name, ground in on.items()}
    assert {name: value for name, value in pale.items() if value < 4.5} == {}


@pytest.mark.parametrize("scheme", [":root", '[data-md-color-scheme="slate"]'], ids=["light", "dark"])
def test_all_borders_have_contrast(scheme: str) -> None:
    colours = palette(scheme)
    lines = [name for name in colours if name.endswith("line")]
    pale = {name: round(contrast(colours[name], colours["zone"]), 2) for name in lines}
    assert {name: value for name, value in pale.items() if value < 3} == {}


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_ctrl_c_is_no_fault_of_the_script(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runpy, "run_path", interrupted)
    with pytest.raises(KeyboardInterrupt):
        drawing.draw(project / "diagrams/un.py", "fr")
