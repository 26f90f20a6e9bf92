"""A translation's blocks against its original's."""

from pathlib import Path

import pytest

from banc.pages.blocks import Problem, read_page
from banc.pages.plan import plan
from banc.pages.site import CONFIGS, EXTENSIONS
from banc.results import Status
from banc.runs.translation import Differences, compared, differences, original_of, outcome

PROJECT = Path(__file__).parents[1]


def compare(original: str, translation: str) -> dict[str | None, list[tuple[int, str]]]:
    one, other = (read_page(text, EXTENSIONS, CONFIGS).blocks for text in (original, translation))
    found: Differences = differences(one, other, "x.md", "x.en.md")
    return {name: [(problem.line, problem.message) for problem in told] for name, told in found.items()}


BASE = """Prose.

```bash {#a}
ls  # commentaire
# un autre
cat <<X
# texte
X
```

```text {.output}
a

b
```

```js title="index.js"
const a = "// pas un commentaire"; // minutes
/* un
   commentaire */
console.log(a);
```

```dockerfile
# syntax=docker/dockerfile:1
# Première étape
FROM a
```

```python {.notest reason="plus tard"}
print("# a")  # b
```

```console
$ ls # c
a
```

```json
{"prose": 1}
```
"""


def test_the_same() -> None:
    assert compare(BASE, BASE) == {}


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("# commentaire", "# comment"),
        ("# un autre\n", "# another\n\n"),
        ("// minutes", "// in minutes"),
        ("/* un\n   commentaire */", "/* a comment */"),
        ("# Première étape", "# First stage"),
        ("plus tard", "later"),
        ("  # b", ""),
        ("ls # c", "ls # d"),
        ('{"prose": 1}', '{"words": 2}'),
        ("```json\n", '```json title="Some words"\n'),
        ("Prose.", "Words.\n\nMore words."),
    ],
)
def test_comments_reasons_and_prose_are_free(french: str, english: str) -> None:
    assert french in BASE
    assert compare(BASE, BASE.replace(french, english)) == {}


DIFFERENT = {
    "code": (
        "ls  #",
        "ls -l  #",
        "a",
        (4, "the code differs from its original, x.md:3: 'ls' there, 'ls -l' here; only comments may differ"),
    ),
    "here-document": (
        "# texte",
        "# text",
        "a",
        (7, "the code differs from its original, x.md:3: '# texte' there, '# text' here; only comments may differ"),
    ),
    "output": (
        "a\n\nb",
        "a\n\nc",
        "a",
        (
            14,
            "the output differs from its original, x.md:11: 'b' there, 'c' here; make it the same, or let --update "
            "do so",
        ),
    ),
    "string": (
        "pas un",
        "not a",
        "3",
        (
            18,
            "the code differs from its original, x.md:17: 'const a = \"// pas un commentaire\";' there, "
            "'const a = \"// not a commentaire\";' here; only comments may differ",
        ),
    ),
    "directive": (
        "# syntax=docker/dockerfile:1\n",
        "",
        "4",
        (
            26,
            "the code differs from its original, x.md:24: '# syntax=docker/dockerfile:1' there, 'FROM a' here; only "
            "comments may differ",
        ),
    ),
    "language": (
        "```bash",
        "```sh",
        "a",
        (
            3,
            "the block differs from its original, x.md:3: the language is 'bash' there and 'sh' here; "
            "make them the same",
        ),
    ),
    "attributes": (
        "```bash {#a}",
        "```bash {#a exit=1}",
        "a",
        (
            3,
            "the block differs from its original, x.md:3: the attributes are {#a} there and {#a exit=1} here; "
            "make them the same",
        ),
    ),
    "no attributes": (
        "```console",
        "```console {exit=1}",
        "6",
        (
            34,
            "the block differs from its original, x.md:34: the attributes are none there and {exit=1} here; make them "
            "the same",
        ),
    ),
    "title": (
        "index.js",
        "main.js",
        "3",
        (
            17,
            'the block differs from its original, x.md:17: the attributes are title="index.js" there and '
            'title="main.js" here; make them the same',
        ),
    ),
}


@pytest.mark.parametrize(("french", "english", "name", "problem"), DIFFERENT.values(), ids=DIFFERENT)
def test_different(french: str, english: str, name: str, problem: tuple[int, str]) -> None:
    assert french in BASE
    assert compare(BASE, BASE.replace(french, english)) == {name: [problem]}


A, B, C, D = ("```bash {#%s}\necho %s\n```\n\n" % (name, name) for name in "abcd")  # noqa: UP031 (braces)
OUTPUT = "```text {.output}\nx\n```\n\n"


def test_a_block_too_few() -> None:
    message = "here the block of x.md:5 is missing (bash {#b}); add it to x.en.md"
    assert compare(A + B + C, A + C) == {"a": [(1, message)]}


def test_the_first_block_too_few() -> None:
    message = "here the block of x.md:1 is missing (bash {#a}); add it to x.en.md"
    assert compare(A + B, B) == {"b": [(1, message)]}


def test_an_output_too_few() -> None:
    message = "here the block of x.md:5 is missing (text {.output}); add it to x.en.md"
    assert compare(A + OUTPUT + B, A + B) == {"a": [(1, message)]}


def test_no_block_at_all() -> None:
    message = "here the block of x.md:1 is missing (bash {#a}); add it to x.en.md"
    assert compare(A, "Words.\n") == {None: [(1, message)]}


def test_a_block_too_many() -> None:
    message = "x.md has no such block behind x.md:{}; take it out, or add it there as well"
    assert compare(A + C, A + B + C) == {"b": [(5, message.format(1))]}
    assert compare(A + C, A + B + OUTPUT + C) == {"b": [(5, message.format(1))]}
    assert compare("Prose.\n", A) == {"a": [(1, message.format(1))]}


@pytest.mark.parametrize(
    ("moved", "name", "problem"),
    [
        ("bacd", "b", (1, "x.md:5; move it behind line 5")),
        ("acdb", "b", (13, "x.md:5; move it behind line 1")),
        ("dabc", "d", (1, "x.md:13; move it behind line 13")),
        ("bcda", "a", (13, "x.md:1; move it before all others")),
    ],
)
def test_a_block_in_another_place_is_one_problem(moved: str, name: str, problem: tuple[int, str]) -> None:
    blocks = {"a": A, "b": B, "c": C, "d": D}
    line, where = problem
    message = f"the block stands in another order than in its original, {where}"
    assert compare(A + B + C + D, "".join(blocks[letter] for letter in moved)) == {name: [(line, message)]}


def nameless(*commands: str) -> str:
    return "".join(f"```bash\n{command}\n```\n\n{OUTPUT}" for command in commands)


@pytest.mark.parametrize("there", [("p", "q", "r", "s", "t"), ("q", "q", "r", "s", "q")])
@pytest.mark.parametrize("here", [(1, 0, 2, 3, 4), (1, 2, 3, 4, 0), (0, 1, 3, 4), (0, 1, 2, 2, 3, 4)])
def test_blocks_without_a_name_are_no_avalanche_either(there: tuple[str, ...], here: tuple[int, ...]) -> None:
    found = compare(nameless(*there), nameless(*(there[index] for index in here)))
    assert sum(map(len, found.values())) <= 2


def test_a_block_that_moved_and_changed_is_told_by_its_label() -> None:
    found = compare(A + B + C, A + C + B.replace("echo b", "echo x"))
    assert found == {
        "b": [
            (10, "the code differs from its original, x.md:5: 'echo b' there, 'echo x' here; only comments may differ")
        ]
    }


def test_two_blocks_changed_are_told_each() -> None:
    assert list(compare(A + B + C, A.replace("echo", "true") + B + C.replace("echo", "true"))) == ["a", "c"]


def test_a_block_has_the_same_number_in_both_pages() -> None:
    nameless, prose = "```bash\nls\n```\n", "```json\n{}\n```\n\n"
    message = (
        "the block is number 1 here and 2 in x.md:5, since the two pages have not the same fences before it; give it "
        "a label in both: {#label}"
    )
    assert compare(prose + nameless, nameless) == {"1": [(1, message)]}
    assert compare(prose + A, A) == {}


def test_a_prose_fence_too_many_shifts_all_numbers_and_is_told_once() -> None:
    found = compare(nameless("p", "q", "r"), "```json\n{}\n```\n\n" + nameless("p", "q", "r"))
    assert list(found) == ["2"]


LOCALE = """```bash
LC_ALL=%s date
locale -a | grep %s
```

```text {.output}
%s
```
"""


def test_a_locale_may_differ_and_the_words_of_outputs_with_it() -> None:
    french = LOCALE % ("fr_FR.UTF-8", "fr_FR.utf8", "mardi 3 février, 3,5 Mo dans /tmp/x\nla fin")
    english = LOCALE % ("en_US.UTF-8", "en_US.utf8", "Tuesday 3 February, 3.5 MB in /tmp/x\nthe end")
    assert compare(french, english) == {}
    other = english.replace("/tmp/x", "/tmp/y")
    (problem,) = compare(french, other)["1"]
    assert problem[0] == 7
    assert "/tmp/x" in problem[1]
    same = LOCALE % ("fr_FR.UTF-8", "fr_FR.utf8", "Tuesday 3 February, 3.5 MB in /tmp/x\nthe end")
    assert list(compare(french, same)) == ["1"]


def test_the_output_of_a_console_block_is_no_code() -> None:
    page = "```console\n$ cat x # %s\n# %s\n$ # %s\n```\n"
    assert compare(page % ("fichier", "titre", "fin"), page % ("file", "titre", "end")) == {}
    assert compare(page % ("fichier", "titre", "fin"), page % ("file", "title", "fin")) == {
        "1": [
            (
                3,
                "the output differs from its original, x.md:1: '# titre' there, '# title' here; make it the same, or "
                "let --update do so",
            )
        ]
    }


# --- files and results -----------------------------------------------------------------------------------


def test_the_original_of_a_page(tmp_path: Path) -> None:
    for name in ("x.md", "x.en.md", "x.pt-BR.md", "alone.en.md", "a.b.md"):
        (tmp_path / name).touch()
    originals = {path.name: original_of(path) for path in tmp_path.iterdir()}
    assert originals == {
        "x.md": None,
        "x.en.md": tmp_path / "x.md",
        "x.pt-BR.md": tmp_path / "x.md",
        "alone.en.md": None,
        "a.b.md": None,
    }


@pytest.mark.parametrize("path", sorted((PROJECT / "docs").glob("*.en.md")), ids=lambda path: path.name)
def test_the_course_is_the_same_in_both_languages(path: Path) -> None:
    original = original_of(path)
    assert original
    assert compared(original, path) == {}


def test_what_a_translations_blocks_give() -> None:
    text = A + B + '```bash {#c .notest reason="later"}\nls\n```\n\n```bash {#d exit=x}\nls\n```\n'
    steps = plan(read_page(text, EXTENSIONS, CONFIGS)).steps
    given = [outcome(step, {"b": [Problem(6, "differs"), Problem(7, "too")], "d": [Problem(1, "z")]}) for step in steps]
    assert [one.result.status for one in given] == [Status.PASSED, Status.FAILED, Status.SKIPPED, Status.FAILED]
    assert given[0].failure is None
    assert given[1].failure
    assert (given[1].failure.line, given[1].failure.headline) == (6, "differs")
    assert given[1].failure.others == (Problem(7, "too"),)
    assert given[2].result.reason == "later"
    assert given[3].failure
    assert given[3].failure.headline.startswith("exit=x is no status")
    assert given[3].failure.others == (Problem(1, "z"),)
