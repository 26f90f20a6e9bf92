"""The glossary: what it must have, and the words that it explains on the other pages."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markdown import Markdown

from banc.glossary import GlossaryError, Term, on_page_markdown, on_post_page, read

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {"fr": DOCS / "glossaire.md", "en": DOCS / "glossaire.en.md"}

SMALL = """\
# Glossaire

## Couche { #couche .term }

*layer* · [Images](images.md)

Une **pile** de `fichiers`, [dit-on](ailleurs.md)\u00a0:
rien de plus.

## Image de base { #image-de-base .term }

*base image* · [Images](images.md)

Celle que nomme `FROM`.

## Image { #image .term data-forms="image|-image de synthèse" }

*image* · [Images](images.md)

Un modèle.

## Étape { #etape .term data-forms="" }

*stage* · [Images](images.md)

Une partie.

## Compose { #compose .term data-forms="Compose" }

*Compose* · [Compose](compose.md)

Un outil.

## Registre { #registre .term data-forms="registry" }

*registry* · [Images](images.md)

Un serveur.
"""


def terms(tongue: str) -> dict[str, Term]:
    return {term.id: term for term in read(PAGES[tongue].read_text(encoding="utf-8"))}


# --- the course's glossary -------------------------------------------------------------------------------


def test_it_has_each_term_that_authors_are_held_to() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.search(r"^- one term for one thing: (.*)\. Dockerfile, shell and root stay", contributing, re.MULTILINE)
    assert listed
    demanded = [*listed[1].split(", "), "Dockerfile", "shell", "root"]
    assert len(demanded) > 24
    had = {term.title.lower() for term in terms("fr").values()}
    assert [term for term in demanded if term.lower() not in had] == []


def test_both_languages_have_the_same_entries_and_name_each_other() -> None:
    french, english = terms("fr"), terms("en")
    assert len(french) >= 40
    assert french.keys() == english.keys()
    for name, term in french.items():
        for one, other in ((term, english[name]), (english[name], term)):
            equivalent = re.match(r"\*(.*?)\* · ", one.about)
            assert equivalent, f"{one.title} has no equivalent"
            assert equivalent[1].lower() == other.title.lower()


@pytest.mark.parametrize("tongue", PAGES)
def test_each_entry_names_a_page_that_there_is(tongue: str) -> None:
    for term in terms(tongue).values():
        pages = re.findall(r"\[[^\]]+\]\(([\w-]+\.md)(?:#[\w-]+)?\)", term.about)
        assert pages, f"{term.title} names no page"
        assert all((DOCS / page).is_file() for page in pages)


@pytest.mark.parametrize("tongue", PAGES)
def test_entries_are_short_and_in_the_order_of_the_alphabet(tongue: str) -> None:
    entries = list(terms(tongue).values())
    keys = [
        unicodedata.normalize("NFD", term.title.replace("’", " ")).encode("ascii", "ignore").lower() for term in entries
    ]
    assert keys == sorted(keys)
    assert [
        term.title
        for term in entries
        if len(term.definition) > 240 or len(re.findall(r"[.?!…](?= |$)", term.definition)) > 2
    ] == []


def test_every_heading_of_the_second_level_is_an_entry() -> None:
    for tongue, page in PAGES.items():
        assert len(re.findall("^## ", page.read_text(encoding="utf-8"), re.MULTILINE)) == len(terms(tongue))


# --- reading one -----------------------------------------------------------------------------------------


def test_a_definition_is_read_without_its_markup() -> None:
    couche, *_ = read(SMALL)
    assert couche == Term(
        "couche",
        "Couche",
        "*layer* · [Images](images.md)",
        "Une pile de fichiers, dit-on\u00a0: rien de plus.",
        ("couche",),
    )


def test_an_entry_without_a_definition_is_refused() -> None:
    with pytest.raises(GlossaryError, match="Couche has no definition; write"):
        read("## Couche { #couche .term }\n\n*layer* · [Images](images.md)\n")


# --- on other pages --------------------------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "glossaire.md"
    path.write_text(SMALL, encoding="utf-8")
    return path


def shown(text: str, source: Path | str, page: str = "page.md") -> str:
    extensions = ["admonition", "attr_list", "tables", "pymdownx.details", "pymdownx.superfences", "banc.glossary"]
    options = {"source": str(source), "shown": page}
    return Markdown(extensions=extensions, extension_configs={"banc.glossary": options}).convert(text)


def links(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<a class="banc-term" href="([^"]*)">([^<]*)</a>', html)


def test_the_first_occurrence_is_explained_and_no_other(source: Path) -> None:
    html = shown("Une couche, puis une couche.\n\nEncore une couche, et des images.", source)
    assert html == (
        '<p>Une <a class="banc-term" href="glossaire.md#couche">couche</a>, puis une couche.</p>\n'
        '<p>Encore une couche, et des <a class="banc-term" href="glossaire.md#image">images</a>.</p>'
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L’image, les Couches", ["image", "Couches"]),
        ("une image de base, une image", ["image de base", "image"]),
        ("deux images de bases", ["images de bases"]),
        ("une image\u00a0de\nbase", ["image\u00a0de\nbase"]),
        ("une image de synthèse, une image", ["image"]),
        ("imager, mini-image, image-clé, sous_image", []),
        ("une étape", []),
        ("two registries", ["registries"]),
        ("qui se compose de Compose", ["Compose"]),
        ("**couche** et *image*", ["couche"]),
        ("- couche\n- image\n", ["couche", "image"]),
        ("| couche |\n|---|\n| image |\n", ["image"]),
        ("# couche\n\n`couche` [couche](x.md)", []),
        ("```text\ncouche\n```", []),
        ('!!! note "couche"\n\n    image\n', ["image"]),
        ('!!! abstract "Avant"\n\n    image\n', []),
        ('??? question "couche"\n\n    image\n', ["image"]),
        ("<!-- couche -->", []),
    ],
)
def test_where_words_are_explained(source: Path, text: str, found: list[str]) -> None:
    assert [word for _, word in links(shown(text, source))] == found


def test_nothing_is_explained_in_the_glossary_or_without_one(source: Path) -> None:
    assert links(shown("une couche", source, "glossaire.md")) == []
    assert links(shown("une couche", "")) == []


def test_links_lead_from_folders_too(source: Path) -> None:
    assert links(shown("une couche", source, "tp/page.md")) == [("../glossaire.md#couche", "couche")]


def test_an_edited_glossary_is_read_again(source: Path) -> None:
    assert links(shown("une tranche", source)) == []
    source.write_text(SMALL.replace("## Couche", "## Tranche"), encoding="utf-8")
    assert links(shown("une tranche", source)) == [("glossaire.md#couche", "tranche")]


@pytest.mark.parametrize(
    ("locale", "path", "expected"),
    [
        ("fr", "page.md", ("glossaire.md", "page.md")),
        ("en", "page.en.md", ("glossaire.en.md", "page.md")),
        ("de", "page.de.md", ("glossaire.md", "page.md")),
        (None, "page.en.md", ("glossaire.md", "page.en.md")),
    ],
)
def test_the_hook_finds_the_glossary_of_the_pages_language(
    tmp_path: Path, source: Path, locale: str | None, path: str, expected: tuple[str, str]
) -> None:
    (tmp_path / "glossaire.en.md").write_text(SMALL, encoding="utf-8")
    config = SimpleNamespace(docs_dir=str(tmp_path), mdx_configs={})
    page: Any = SimpleNamespace(file=SimpleNamespace(src_uri=path, **({"locale": locale} if locale else {})))
    assert on_page_markdown("texte", page=page, config=config) == "texte"
    options = config.mdx_configs["banc.glossary"]
    assert (Path(options["source"]).name, options["shown"]) == expected


@pytest.mark.parametrize(
    ("page", "script"), [("glossaire.html", "glossaire.js"), ("glossaire/index.html", "glossaire/index.js")]
)
def test_the_definitions_lie_beside_the_glossary(tmp_path: Path, source: Path, page: str, script: str) -> None:
    file = SimpleNamespace(
        src_uri="glossaire.md", abs_src_path=str(source), abs_dest_path=str(tmp_path / "site" / page), locale="fr"
    )
    config = SimpleNamespace(mdx_configs={})
    assert on_post_page("html", page=SimpleNamespace(file=file), config=config) == "html"
    written = re.search(r"detail: (\{.*\}) ", (tmp_path / "site" / script).read_text("utf-8"))
    assert written
    definitions = json.loads(written[1])
    assert definitions["couche"] == "Une pile de fichiers, dit-on\u00a0: rien de plus."
    assert list(definitions) == ["couche", "image-de-base", "image", "etape", "compose", "registre"]


def test_no_other_page_has_definitions_beside_it(tmp_path: Path, source: Path) -> None:
    file = SimpleNamespace(src_uri="page.md", abs_src_path=str(source), abs_dest_path=str(tmp_path / "page.html"))
    on_post_page("html", page=SimpleNamespace(file=file), config=SimpleNamespace(mdx_configs={}))
    assert not (tmp_path / "page.js").exists()


def test_without_a_glossary_the_hook_asks_for_none(tmp_path: Path) -> None:
    config = SimpleNamespace(docs_dir=str(tmp_path), mdx_configs={})
    on_page_markdown("", page=SimpleNamespace(file=SimpleNamespace(src_uri="page.md")), config=config)
    assert config.mdx_configs["banc.glossary"]["source"] == ""


def test_the_first_link_of_an_entry_says_where_its_term_is_taught() -> None:
    taught, untold = read(
        "## Couche { #couche .term }\n\n*layer* · [Images](images.md#couches), [too](b.md)\n\nPart.\n"
        "## Pont { #pont .term }\n\n*bridge*\n\nPart.\n"
    )
    assert (taught.taught, untold.taught) == ("images.md#couches", "")
