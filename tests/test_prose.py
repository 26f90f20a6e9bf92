"""The check of French and English: what it reads, what it finds, what it says where it cannot run."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from prose import passages, typography
from prose.__main__ import PROJECT, main
from prose.cache import Cache
from prose.exceptions import ExceptionsError, read
from prose.findings import Finding, found
from prose.labels import of_code
from prose.packages import DICTIONARY, GRAMMALECTE, PACKAGES, MissingError, find
from prose.passages import CODE, Passage, of_configuration, of_page

CONFIG = """\
site_name: Essai
site_description: Un essai
nav:
  - Accueil: index.md
  - Groupe:
      - Une page: page.md
plugins:
  - search
  - i18n:
      languages:
        - locale: fr
        - locale: en
          site_name: Trial
          site_description: A trial
          nav_translations:
            Accueil: Home
          extra:
            untranslated: Not translated yet.
markdown_extensions: [admonition, attr_list, tables, pymdownx.details, pymdownx.superfences, banc.figures]
"""

PAGE = """\
---
description: De quoi parle la page
---

# Un titre

Un paragraphe avec `du code`, [un lien](https://exemple.fr/a/b) et *build*,
sur deux lignes.

```bash {#bloc}
echo "pas de prose ici"
```

!!! note "Une note"

    - un élément

??? question "Une question ?"

    | tête | cellule |
    |---|---|
    | `a` | trois |

![Une image](image.png)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "docs/page.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "prose").mkdir()
    (tmp_path / "prose/exceptions.toml").write_text("", encoding="utf-8")
    return tmp_path


# --- what is read ----------------------------------------------------------------------------------------


def test_a_page_is_read_as_it_is_shown(project: Path) -> None:
    read = [(passage.place(0)[1], passage.text) for passage in of_page(project / "docs/page.md", project)]
    assert read == [
        (2, "De quoi parle la page"),
        (5, "Un titre"),
        (7, f"Un paragraphe avec {CODE}, un lien et build, sur deux lignes."),
        (14, "Une note"),
        (16, "un élément"),
        (18, "Une question ?"),
        (20, "tête"),
        (20, "cellule"),
        (22, "trois"),
        (24, "Une image"),
    ]


def test_a_passage_knows_its_lines_and_its_italics(project: Path) -> None:
    [passage] = [passage for passage in of_page(project / "docs/page.md", project) if CODE in passage.text]
    build = passage.text.index("build")
    assert passage.place(build) == ("docs/page.md", 7)
    assert passage.place(passage.text.index("deux")) == ("docs/page.md", 8)
    assert passage.is_foreign(build, build + 5)
    assert not passage.is_foreign(0, 2)


def test_words_in_a_schematic_are_those_of_its_script() -> None:
    passages = [passage for passage in of_page(PROJECT / "docs/reseau.md", PROJECT) if passage.drawn]
    [label] = [passage for passage in passages if passage.text == "Extérieur"]
    path, line = label.place(0)
    assert path == "diagrams/pont.py"
    assert "Extérieur" in (PROJECT / path).read_text(encoding="utf-8").split("\n")[line - 1]


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("COPY . .", "COPY #"),
        ("COPY package*.json ./", "COPY #"),
        ("RUN npm ci --quiet", "RUN npm ci #"),
        ("sa couche n’a que .wh.a.json ; dans", "sa couche n’a que # ; dans"),
        ("l’image mine/node, la base node:lts-alpine.", "l’image #, la base #."),
        ("eth0, 172.28.0.4", "#, #"),
        ("Noyau : routage. Le pont", "Noyau : routage. Le pont"),
    ],
)
def test_what_is_typed_is_code_in_a_schematic_too(drawn: str, read: str) -> None:
    html = f"<svg><text>{drawn}</text></svg><p>{drawn}</p>"
    assert [text for text, _, _ in passages.texts(html)] == [read.replace("#", CODE), drawn]


def test_what_mkdocs_yml_says_is_read(project: Path) -> None:
    french = [(passage.place(0), passage.text) for passage in of_configuration(project, "fr")]
    assert french == [
        (("mkdocs.yml", 1), "Essai"),
        (("mkdocs.yml", 2), "Un essai"),
        (("mkdocs.yml", 4), "Accueil"),
        (("mkdocs.yml", 5), "Groupe"),
        (("mkdocs.yml", 6), "Une page"),
    ]
    english = [passage.text for passage in of_configuration(project, "en")]
    assert english == ["Trial", "A trial", "Home", "Not translated yet."]


MODULE = """\
WORDS = {
    "fr": {"done": "Fini : {count} bloc(s)", "mark": " : ", "nested": {True: "Juste."}},
    "en": {"done": "Done: {count} block(s)", "mark": ": ", "nested": {True: "Right."}},
}
OTHER = {"fr": 1, "de": "Nein"}
"""
SCRIPT = """\
const WORDS = {
  fr: {
    pages: (done) => `${done} page${done > 1 ? "s" : ""}`,
    sure: "Effacer\\u202f?",
    file: "fini.json",
  },
  en: { pages: "pages", sure: "Erase?" },
};
const other = { de: "Nein" };
"""


def test_what_code_says_is_read(project: Path) -> None:
    for name, text in (("src/a.py", MODULE), ("docs/assets/b.js", SCRIPT)):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    french = [(passage.place(0), passage.text) for passage in of_code(project, "fr")]
    assert french == [
        (("docs/assets/b.js", 3), f"{CODE} page"),
        (("docs/assets/b.js", 4), f"Effacer{NN}?"),
        (("src/a.py", 2), f"Fini{N}: {CODE} bloc(s)"),
        (("src/a.py", 2), "Juste."),
    ]
    english = [passage.text for passage in of_code(project, "en")]
    assert english == ["pages", "Erase?", f"Done: {CODE} block(s)", "Right."]


# --- typography ------------------------------------------------------------------------------------------

N, NN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (f"Ceci{N}: cela{NN}; quoi{NN}? Oui{NN}! Non{NN}?!", []),
        (f"«{N}Un mot{N}»{N}: l’image…", []),
        (f"À 12:30, sur http://hote:80/?a=b, {CODE}{N}: {CODE}, nginx:alpine (?)", []),
        ("! au début", []),
        ("Ceci : cela", ["colon"]),
        ("Ceci: cela", ["colon"]),
        (f"Ceci{NN}: cela", ["colon"]),
        (f"{CODE}: cela", ["colon"]),
        ("Quoi ?", ["high-sign"]),
        ("Quoi?", ["high-sign"]),
        (f"Quoi{N}?", ["high-sign"]),
        ("ceci ; cela", ["high-sign"]),
        ("« mot »", ["quotes", "quotes"]),
        ("«mot»", ["quotes", "quotes"]),
        ('"mot"', ["quotes", "quotes"]),
        ("l'image", ["apostrophe"]),
        ("et ainsi de suite...", ["ellipsis"]),
        ("ceci , cela .", ["low-sign", "low-sign"]),
        ("le fichier .dockerignore", []),
        ("un mot - un autre", ["dash"]),
        ("A la fin. A la suite", ["capital", "capital"]),
        ("L’option A est libre", []),
        ("Ca marche", ["capital"]),
    ],
)
def test_french_typography(text: str, rules: list[str]) -> None:
    assert [remark.rule for remark in typography.check(Passage(text), "fr")] == rules


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("It’s “this”: that; what? Yes!", []),
        ("It's", ["apostrophe"]),
        ('"this"', ["quotes", "quotes"]),
        (f"«{N}this{N}»", ["quotes", "quotes"]),
        ("what ?", ["sign"]),
        (f"this{N}: that", ["sign"]),
        ("and so on...", ["ellipsis"]),
    ],
)
def test_english_typography(text: str, rules: list[str]) -> None:
    assert [remark.rule for remark in typography.check(Passage(text), "en")] == rules


def test_the_other_languages_words_keep_their_typography() -> None:
    text = f"The page *Qu’est-ce qu’un conteneur{NN}?*".replace("*", "")
    italics = (text.index("Qu"), len(text))
    assert typography.check(Passage(text, foreign=[italics]), "en") == []
    assert typography.check(Passage(text), "en") != []


def test_a_finding_shows_what_cannot_be_seen() -> None:
    passage = Passage(f"Le fichier {CODE} est là{N}; lisez-le", "docs/x.md", ((0, 3), (19, 4)))
    [remark] = typography.check(passage, "fr")
    assert str(found(passage, remark, "fr")) == (
        "docs/x.md:4: “[U+00A0];” → “[U+202F];”: a narrow no-break space (U+202F) comes before this sign [high-sign]\n"
        f"    Le fichier [code] est là{N}; lisez-le"
    )


# --- exceptions ------------------------------------------------------------------------------------------


def finding(rule: str, text: str) -> Finding:
    return Finding("docs/x.md", 1, "fr", rule, text, "")


def exceptions(folder: Path, text: str) -> Path:
    path = folder / "exceptions.toml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def test_exceptions_allow_what_they_name_and_nothing_else(tmp_path: Path) -> None:
    allowed = read(
        exceptions(
            tmp_path,
            """
            [words]
            "kept as they are" = ["root", "Docker", "idle"]
            [[rules]]
            rule = "conj_*"
            text = "Images"
            reason = "a title"
            """,
        )
    )
    fine = [finding("spelling", word) for word in ("root", "Root", "root’s", "Docker")] + [finding("conj_1", "Images")]
    wrong = [finding("spelling", "docker"), finding("conj_1", "image"), finding("gn", "Images")]
    assert allowed.open(fine + wrong) == wrong
    assert [entry.text for entry in allowed.unused()] == ["idle"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[words", "exceptions.toml"),
        ('[[rules]]\nrule = "gn"', "needs a rule and a reason"),
        ('[[rules]]\nrule = "gn"\nreason = " "', "needs a rule and a reason"),
        ('[words]\n"one" = ["a"]\n"two" = ["a"]', "a stands there twice"),
    ],
)
def test_exceptions_have_a_reason_and_stand_once(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ExceptionsError, match=message):
        read(exceptions(tmp_path, text))


# --- Debian's packages -----------------------------------------------------------------------------------


def unpacked(root: Path) -> Path:
    (root / GRAMMALECTE).mkdir(parents=True)
    dictionary = (root / DICTIONARY).with_suffix(".dic")
    dictionary.parent.mkdir(parents=True)
    dictionary.touch()
    return root


def programs(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Have these programs on the path before all others."""
    folder.mkdir()
    for name, script in scripts.items():
        (folder / name.replace("_", "-")).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name.replace("_", "-")).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_installed_packages_are_used(tmp_path: Path) -> None:
    assert find(tmp_path / "cache", unpacked(tmp_path / "system")) == tmp_path / "system"
    assert find(unpacked(tmp_path / "cache/debian").parent, tmp_path / "empty") == tmp_path / "cache/debian"


def test_missing_packages_are_downloaded_and_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(
        tmp_path / "bin",
        monkeypatch,
        apt_get=f'case "$*" in *"download {" ".join(PACKAGES)}") touch a.deb b.deb;; *) exit 1;; esac',
        dpkg_deb=f'mkdir -p "$3/{GRAMMALECTE}" "$3/{DICTIONARY.parent}" && touch "$3/{DICTIONARY}.dic"',
    )
    assert find(tmp_path / "cache", tmp_path / "empty") == tmp_path / "cache/debian"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["debian"]


def test_root_fetches_lists_that_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    lists = tmp_path / "lists"
    programs(
        tmp_path / "bin",
        monkeypatch,
        apt_get=f'case "$*" in *update) touch {lists};; *) test -e {lists} && touch a.deb;; esac',
        dpkg_deb=f'mkdir -p "$3/{GRAMMALECTE}" "$3/{DICTIONARY.parent}" && touch "$3/{DICTIONARY}.dic"',
    )
    assert find(tmp_path / "cache", tmp_path / "empty") == tmp_path / "cache/debian"
    lists.unlink()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(MissingError, match="Run `apt-get update` as root, then this again"):
        find(tmp_path / "cache2", tmp_path / "empty")


def test_a_download_that_fails_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs(tmp_path / "bin", monkeypatch, apt_get="echo 'E: Unable to locate package' >&2; exit 100", dpkg_deb="")
    with pytest.raises(MissingError) as caught:
        find(tmp_path / "cache", tmp_path / "empty")
    assert "    E: Unable to locate package\n" in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_apt_get_docker_unpacks_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match=rf"docker run --rm -v {tmp_path}/cache:/cache .* {' '.join(PACKAGES)} "):
        find(tmp_path / "cache", tmp_path / "empty")


def test_what_cannot_run_is_never_green(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(cache: Path) -> Path:
        raise MissingError("not here: do this")

    monkeypatch.setattr("prose.__main__.find", missing)
    assert main([], project) == 2
    assert capsys.readouterr().err == "not here: do this\n"


# --- all together ----------------------------------------------------------------------------------------


def test_a_page_is_looked_at_again_once_it_has_changed(project: Path) -> None:
    page, asked = project / "docs/page.md", []

    def look() -> list[Finding]:
        asked.append(page.read_text(encoding="utf-8"))
        return [finding("gn", "les")]

    def get(version: str = "1") -> list[Finding]:
        cache = Cache(project, version)
        kept = cache.get("page.md", page.read_bytes(), look)
        cache.save()
        return kept

    assert get() == get() == [finding("gn", "les")]
    assert len(asked) == 1
    page.write_text("Autre chose.", encoding="utf-8")
    get()
    assert len(asked) == 2
    get(version="2")
    assert len(asked) == 3
    (project / "mkdocs.yml").write_text(CONFIG + "\n", encoding="utf-8")
    get(version="2")
    assert len(asked) == 4
    (project / ".cache/prose.json").write_text("{", encoding="utf-8")
    get(version="2")
    assert len(asked) == 5


@pytest.fixture
def real(project: Path) -> Path:
    """A project that has the real Grammalecte."""
    try:
        root = find(PROJECT / ".cache")
    except MissingError as error:
        pytest.skip(str(error))
    if root != Path("/"):
        (project / ".cache").mkdir()
        (project / ".cache/debian").symlink_to(root)
    return project


def test_mistakes_are_told_at_their_lines(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    french = (
        f"# Les images\n\nDes conteneur démarrent.\n\nUn mot *build*, du `code` compris{N}: aujourdhui.\n\naujourdhui\n"
    )
    english = "# The images\n\nThis occured *aujourd’hui*, in `teh` code.\n"
    (real / "docs/page.md").write_text(french, encoding="utf-8")
    (real / "docs/page.en.md").write_text(english, encoding="utf-8")
    assert main([], real) == 1
    told = capsys.readouterr().out.split("\n")
    found = [line for line in told if line.startswith("docs/")]
    starts = ["docs/page.en.md:3: “occured” → “occurred”", "docs/page.md:3: “conteneur” → “conteneurs”"]
    starts.append("docs/page.md:5: “aujourdhui” → “aujourd’hui”")
    assert [line[: len(start)] for line, start in zip(found, starts, strict=True)] == starts
    assert told[told.index(found[-1]) + 2] == "    (and 1 more of these in this file)"
    assert any(line.startswith("Prose: findings on 2 page(s): 4 (Grammalecte ") for line in told)


def test_a_needless_exception_is_found(real: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (real / "docs/page.md").write_text("# Rien\n\nRien à dire de docker.\n", encoding="utf-8")
    (real / "prose/exceptions.toml").write_text('[words]\n"names" = ["Docker", "docker"]\n', encoding="utf-8")
    assert main([], real) == 1
    told = capsys.readouterr().out
    assert "prose/exceptions.toml: Docker: no page needs this exception any more; remove it\n" in told
    assert main([str(real / "docs/page.md")], real) == 0  # one page alone cannot tell
