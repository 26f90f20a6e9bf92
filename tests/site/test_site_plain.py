"""The pages as Markdown, the list of them, and where to correct a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from trial_page import ADDRESS, ROOT, Site

pytestmark = pytest.mark.site

FOLDERS = ["", "en/"]


def menu(folder: str) -> list[str]:
    """The names of the pages of the menu, without their endings; the site of the tests begins with two of its own."""
    (text,) = re.findall(r"^nav:\n((?: .*\n)+)", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    names = [Path(page).stem for item in yaml.safe_load(text) for page in item.values()]
    return ["essai", *(["orphelin"] if not folder else []), *names]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_of_the_menu_is_listed_with_what_it_is_about(site: Site, folder: str) -> None:
    listed = site.read(f"{folder}llms.txt")
    title = "# Les conteneurs, commande par commande" if not folder else "# Containers, one command at a time"
    assert listed.startswith(f"{title}\n\n> ")
    lines = re.findall(r"^- \[(.+)\]\((.+)\)(?:: (.+))?$", listed, re.MULTILINE)
    names = [address.removeprefix(f"{ADDRESS}{folder}").removesuffix(".md") for _, address, _ in lines]
    assert names == menu(folder)
    assert {name for name, (*_, about) in zip(names, lines, strict=True) if not about} <= {"essai", "orphelin"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_has_its_markdown_beside_it_and_says_so(site: Site, folder: str) -> None:
    pages = sorted(path.stem for path in (site.folder / folder).glob("*.html"))
    missing = []
    for name in pages:
        link = re.search(
            r'<link rel="alternate markdown" type="text/markdown" href="([^"]+)">', site.read(f"{folder}{name}.html")
        )
        if not link or link[1] != f"{name}.md" or not (site.folder / folder / link[1]).is_file():
            missing.append(name)
    assert missing == ["404", *(["orphelin"] if folder else [])]  # no page; not translated


def test_it_is_the_page_and_nothing_for_the_bench(site: Site) -> None:
    for path in [*site.folder.glob("*.md"), *site.folder.glob("en/*.md")]:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# "), path
        if path.stem != "ecrire-une-page":  # which shows how pages are written
            assert not re.search(r"^ *```\w+ \{|^#+ .*\{ ?[#.]", text, re.MULTILINE), path
            assert not re.search(r"^!\[.*\.py", text, re.MULTILINE), path
    assert "**Schéma\u00a0: " in site.read("reseau.md")
    assert "**Schematic: " in site.read("en/reseau.md")


@pytest.mark.parametrize(("folder", "words"), [("", "Corriger cette page"), ("en/", "Correct this page")])
def test_the_foot_of_a_page_leads_to_the_errata(site: Site, folder: str, words: str) -> None:
    assert f'<a href="errata.html#corriger">{words}</a>' in site.read(f"{folder}images.html")
    assert 'id="corriger"' in site.read(f"{folder}errata.html")
