"""What the built files say: languages, addresses, no word to the outside."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from trial_page import ADDRESS, ROOT, Site

from banc.pages import blocks
from banc.results import COUNTED

pytestmark = pytest.mark.site

OUTSIDE = r"(?:https?:)?//[^'\")]*"
FETCHED = re.compile(
    rf'\b(?:src|poster|action|data)="{OUTSIDE}"'
    rf'|<link (?![^>]*(?:canonical|alternate))[^>]*href="{OUTSIDE}"'
    rf"|url\([\"']?{OUTSIDE}"
    rf"|@import\s+[\"']{OUTSIDE}",
    re.IGNORECASE,
)


def head(site: Site, page: str) -> str:
    return site.read(page).partition("</head>")[0]


def test_both_languages_are_built(site: Site) -> None:
    for page in ("index.html", "images.html", "stockage.html"):
        assert '<html lang="fr"' in site.read(page)
        assert '<html lang="en"' in site.read(f"en/{page}")


def test_no_file_makes_a_browser_fetch_from_elsewhere(site: Site) -> None:
    files = [*site.folder.rglob("*.html"), *site.folder.rglob("*.css")]
    assert len(files) > 8
    found = {path.name: FETCHED.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {name: urls for name, urls in found.items() if urls} == {}


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js">',
        '<link rel="stylesheet" href="//fonts.example/x">',
        "a{background:url(https://x.example/a.png)}",
        '@import "https://x.example/a.css"',
    ],
)
def test_a_fetch_from_elsewhere_would_be_seen(text: str) -> None:
    assert FETCHED.search(text)


def test_a_page_names_its_address_and_its_translations(site: Site) -> None:
    french, english = head(site, "images.html"), head(site, "en/images.html")
    assert f'<link rel="canonical" href="{ADDRESS}images.html">' in french
    assert f'<link rel="canonical" href="{ADDRESS}en/images.html">' in english
    for page in (french, english):
        assert dict(re.findall(r'hreflang="(\w+)" href="([^"]*)"', page)) == {
            "fr": f"{ADDRESS}images.html",
            "en": f"{ADDRESS}en/images.html",
        }


def test_a_page_without_translation_says_so_and_counts_as_the_original(site: Site) -> None:
    page = site.read("en/orphelin.html")
    assert "This page is not translated yet" in page
    assert '<article class="md-content__inner md-typeset" lang="fr">' in page
    assert f'<link rel="canonical" href="{ADDRESS}orphelin.html">' in page
    assert "hreflang" not in page.partition("</head>")[0]
    assert "not translated" not in site.read("en/images.html")


def test_the_error_page_is_french(site: Site) -> None:
    page = site.read("404.html")
    assert '<html lang="fr"' in page
    assert "Cette page n’existe pas" in page
    assert 'href="/conteneurs/assets/course.css"' in page


def test_the_site_map_lists_each_text_once(site: Site) -> None:
    places = re.findall(r"<loc>(.*?)</loc>", site.read("sitemap.xml"))
    assert len(places) == len(set(places))
    assert {f"{ADDRESS}images.html", f"{ADDRESS}en/images.html", f"{ADDRESS}orphelin.html"} <= set(places)
    assert f"{ADDRESS}en/orphelin.html" not in places


def test_each_language_has_its_own_index(site: Site) -> None:
    french = json.loads(site.read("search/search_index.json"))
    english = json.loads(site.read("en/search/search_index.json"))
    assert (french["config"]["lang"], english["config"]["lang"]) == (["course"], ["course"])
    places = {
        index: [doc["location"] for doc in content["docs"]] for index, content in (("fr", french), ("en", english))
    }
    assert not [place for place in places["fr"] if place.startswith("en/")]
    assert {"images.html", "orphelin.html"} <= set(places["fr"])
    assert "images.html" in places["en"]
    assert "orphelin.html" not in places["en"]


def test_badges_and_outputs_are_not_searched(site: Site) -> None:
    text = site.read("search/search_index.json")
    assert "ligne deux" not in text
    assert "Jamais exécuté" not in re.sub(r"^.*?essai\.html", "", text)


def test_the_words_of_a_page_are_in_its_language(site: Site) -> None:
    french, english = site.read("essai.html"), site.read("en/essai.html")
    assert "24 novembre 2026" in french
    assert "images\u00a0: kit hors ligne (remplaçantes)" in french
    assert "Fichier\u00a0: app/package.json" in french
    assert "24 November 2026" in english
    assert "images: offline kit (stand-ins)" in english
    assert "File: app/package.json" in english


def test_authors_find_all_schematics_on_a_page_that_is_in_no_menu_and_no_search(site: Site) -> None:
    scripts = [path.stem for path in (ROOT / "diagrams").glob("*.py") if path.name != "look.py"]
    for folder, network in ("", "Réseau"), ("en/", "Network"):
        gallery = site.read(f"{folder}schemas.html")
        assert gallery.count("<figure") == len(scripts) > 2
        assert all(f"![…](diagrams/{script}.py)" in gallery for script in scripts)
        assert re.search(rf'diagrams/pont\.py\)</code> → <a href="reseau\.html">{network}', gallery)
        assert "schemas.html" not in site.read(f"{folder}index.html")
        assert '"schemas.html' not in site.read(f"{folder}search/search_index.json")


@pytest.mark.parametrize(
    "page",
    sorted(
        path.name
        for path in (ROOT / "docs").glob("*.md")
        if not path.name.startswith(("schemas.", "glossaire.", "errata.", "verification."))
    ),
)
def test_every_block_that_counts_has_its_badge(site: Site, page: str) -> None:
    counted = [
        block
        for block in blocks.load(ROOT / "docs" / page).blocks
        if block.kind in COUNTED and block.attributes.classes.isdisjoint({"setup", "teardown"})
    ]
    html = site.read(f"en/{page.removesuffix('.en.md')}.html" if page.endswith(".en.md") else f"{page[:-3]}.html")
    assert html.count('class="banc-badge ') == len(counted) > 0


def test_nothing_in_the_site_points_to_the_machine_that_built_it(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        assert str(site.folder.parent) not in path.read_text(encoding="utf-8")


def test_each_badge_leads_to_its_row_and_each_row_to_its_block(site: Site) -> None:
    pages = [path for path in site.folder.rglob("*.html") if "verification" not in path.parts]
    rows: set[str] = set()
    for path in pages:
        html = path.read_text(encoding="utf-8")
        for link in re.findall(r'<strong><a href="?([^" >]*verification/pages/[^" >]+)', html):
            details, _, block = link.partition("#")
            there = (path.parent / details).resolve()
            told = there.read_text(encoding="utf-8")
            assert re.search(rf'<tr id="?{re.escape(block)}"?>', told), f"{path}: {link}"
            back = re.search(rf'href="?([^" >]*{re.escape(path.name)})#{re.escape(block)}"?>', told)
            assert back, f"{there}: {block}"
            assert (there.parent / back[1]).resolve() == path.resolve()
            rows.add(str(there.relative_to(site.folder.resolve())))
    assert {
        f"{language}verification/pages/{page}.html" for language in ("", "en/") for page in ("images", "essai")
    } <= rows


@pytest.mark.parametrize(
    ("page", "title"), [("verification", "Vérification de «"), ("en/verification", "Verification of “")]
)
def test_the_account_of_a_page_is_in_its_language(site: Site, page: str, title: str) -> None:
    assert title in site.read(f"{page}/pages/images.html")
    assert 'href="verification/pages/images.html"' in site.read(f"{page}.html")
    stale = "Not verified since" if page.startswith("en") else "Non vérifié depuis"
    assert stale in site.read(f"{page}/pages/essai.html")


def test_the_english_error_page_is_english(site: Site) -> None:
    page = site.read("en/404.html")
    assert '<html lang="en"' in page
    assert "There is no such page" in page
    assert '"base": "/conteneurs/en/"' in page
    assert "Content-Security-Policy" in page
    assert 'href="/conteneurs/assets/course.css"' in page


def test_canonical_addresses_alternates_and_sitemap_agree(site: Site) -> None:
    namespaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    listed = {
        url.findtext("s:loc", namespaces=namespaces): {
            link.get("hreflang"): link.get("href") for link in url.iterfind("x:link", namespaces)
        }
        for url in ElementTree.fromstring(site.read("sitemap.xml")).iterfind("s:url", namespaces)
    }
    seen = set()
    for path in site.folder.rglob("*.html"):
        name = path.relative_to(site.folder).as_posix()
        if path.name == "404.html" or "verification/pages/" in name:  # found from the page that they tell of
            continue
        head = path.read_text(encoding="utf-8").partition("</head>")[0]
        [canonical] = re.findall(r'<link rel="canonical" href="([^"]*)">', head)
        seen.add(canonical)
        alternates = dict(re.findall(r'<link rel="alternate translation" hreflang="(\w+)" href="([^"]*)">', head))
        assert 'rel="alternate"' not in head, f"{name}: the theme's script would fetch a sitemap for it"
        assert alternates == ({} if len(listed[canonical]) == 1 else listed[canonical]), name
        original = name.removeprefix("en/") if alternates == {} else name  # of what is not translated
        assert canonical == f"{ADDRESS}{original}"
    assert seen == listed.keys()
    assert len(seen) > 50


def test_no_page_is_fetched_before_the_reader_asks_for_it(site: Site) -> None:
    # Firefox does it for the rels prefetch and next, and tells that the Content-Security-Policy forbids it.
    for path in site.folder.rglob("*.html"):
        rels = " ".join(re.findall(r'<link rel="([^"]*)"', path.read_text(encoding="utf-8"))).split()
        assert not {"next", "prefetch"} & set(rels), path.name


def test_the_headers_allow_what_each_page_of_each_language_does(site: Site) -> None:
    headers = site.read("_headers")
    pages = list(site.folder.rglob("*.html"))
    meta = r'http-equiv="Content-Security-Policy" content="([^"]+)"'
    policies = [re.findall(meta, path.read_text(encoding="utf-8")) for path in pages]
    assert len(policies) > 40
    assert [
        path for path, found in zip(pages, policies, strict=True) if len(found) != 1 or found[0] not in headers
    ] == []
    assert list(site.folder.rglob("_headers")) == [site.folder / "_headers"]
