"""From blocks to steps, and every mistake an author can make, at its line and in its words."""

import re
from pathlib import Path

import pytest

from banc.pages.blocks import load, read_page
from banc.pages.plan import Expected, Part, Plan, Skip, Step, Type, Write, Wrong, plan
from banc.pages.site import CONFIGS, EXTENSIONS
from banc.results import COUNTED

PROJECT = Path(__file__).parents[1]


def planned(text: str) -> Plan:
    return plan(read_page(text, EXTENSIONS, CONFIGS))


def only(text: str) -> Step:
    page = planned(text)
    assert page.problems == ()
    (step,) = page.steps
    return step


def wrong(text: str) -> list[tuple[int, str]]:
    """The problems of a page's blocks, then of the page itself."""
    page = planned(text)
    of_blocks = [problem for step in page.steps if isinstance(step, Wrong) for problem in step.problems]
    return [(problem.line, problem.message) for problem in (*of_blocks, *page.problems)]


# --- commands --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["bash", "sh", "shell", "Bash"])
def test_a_shell_block(language: str) -> None:
    step = only(f"Prose.\n\n```{language}\nls\n\n# a comment\npwd\n```\n")
    assert isinstance(step, Type)
    assert step.parts == (Part(((4, "ls"), (5, ""), (6, "# a comment"), (7, "pwd"))),)
    assert (step.exit, step.timeout) == (0, 120.0)


def test_exit_and_timeout() -> None:
    step = only("```bash {exit=125 timeout=2.5}\nls\n```\n")
    assert isinstance(step, Type)
    assert (step.exit, step.timeout) == (125, 2.5)
    step = only("---\nbanc: {timeout: 60}\n---\n```bash {exit=any}\nls\n```\n")
    assert isinstance(step, Type)
    assert (step.exit, step.timeout) == (None, 60.0)


def test_an_expected_output() -> None:
    step = only("```bash\nls\n```\n\nIt prints:\n\n```text {.output}\na …\n\n…\n```\n")
    assert isinstance(step, Type)
    assert step.parts == (Part(((2, "ls"),), Expected(8, ("a …", "", "…"))),)


def test_an_empty_output_is_expected_to_be_empty() -> None:
    step = only("```bash\ntrue\n```\n\n```text {.output}\n```\n")
    assert isinstance(step, Type)
    assert step.parts[0].expected == Expected(6, ())


def test_console_without_outputs_expects_nothing_in_particular() -> None:
    step = only("```console\n$ ls\n$ for i in 1 2; do\n> echo $i\n>   done\n\n```\n")
    assert isinstance(step, Type)
    assert step.parts == (
        Part(((2, "ls"),)),
        Part(((3, "for i in 1 2; do"), (4, "echo $i"), (5, "  done"))),
    )


def test_console_with_outputs_is_strict_for_each_command() -> None:
    step = only("```console\n$ cat a\n> not a continuation\n\nend\n$ true\n$\n$ echo \\\n> x\nx\n```\n")
    assert isinstance(step, Type)
    assert step.parts == (
        Part(((2, "cat a"),), Expected(3, ("> not a continuation", "", "end"))),
        Part(((6, "true"),), Expected(6, ())),
        Part(((7, ""),), Expected(7, ())),
        Part(((8, "echo \\"), (9, "x")), Expected(10, ("x",))),
    )


def test_an_output_behind_a_console_block_is_that_of_the_whole() -> None:
    step = only("```console\n$ ls\n$ pwd\n```\n\n```text {.output}\na\n```\n")
    assert isinstance(step, Type)
    assert step.parts == (Part(((2, "ls"), (3, "pwd")), Expected(7, ("a",))),)


def test_setup_and_teardown_are_typed_as_others() -> None:
    page = planned("```bash {.setup}\nls\n```\n\n```bash {.teardown}\nrm x\n```\n")
    assert [type(step) for step in page.steps] == [Type, Type]


def test_skipped_with_its_reason() -> None:
    step = only('```bash {.notest reason="needs « root »" term=2}\ndocker run <image>\n```\n')
    assert isinstance(step, Skip)
    assert step.reason == "needs « root »"


# --- files -----------------------------------------------------------------------------------------------


def test_a_file() -> None:
    step = only('```js title="app/index.js"\na\n\n  b\n```\n')
    assert isinstance(step, Write)
    assert (step.path, step.text, step.build) == ("app/index.js", "a\n\n  b\n", False)


def test_a_shell_script_by_title_is_written_not_typed() -> None:
    step = only('```bash title="run.sh" {#a}\n```\n'.replace('title="run.sh" {#a}', '{#a title="run.sh"}'))
    assert isinstance(step, Write)
    assert (step.path, step.text) == ("run.sh", "")


def test_a_file_by_class() -> None:
    step = only('```text {.file title="LICENSE"}\nfree\n```\n')
    assert isinstance(step, Write)
    assert step.path == "LICENSE"


BUILDS = {
    "alone": ("", True),
    "built": ("```bash\ndocker build -t x .\n```\n", False),
    "built in a console block": ("```console\n$ docker build -t x .\nok\n```\n", False),
    "built by compose": ("```bash\ndocker compose up -d\n```\n", False),
    "another one is built": ("```bash\ndocker build -f Dockerfile.dev .\n```\n", True),
    "the one of a folder is built": ("```bash\ndocker build app\n```\n", True),
    "built where it is not run": ('```bash {.notest reason="x"}\ndocker build .\n```\n', True),
    "replaced before it is built": ("```dockerfile\nFROM b\n```\n\n```bash\ndocker build .\n```\n", True),
    "built from another folder": ("```bash\nmkdir app\ncd app\ndocker build -f ../app/Dockerfile .\n```\n", False),
}


@pytest.mark.parametrize(("after", "build"), BUILDS.values(), ids=BUILDS)
def test_a_dockerfile_that_no_later_block_builds_is_built(after: str, build: bool) -> None:
    page = planned(f"```bash\ndocker build .\n```\n\n```Dockerfile {{timeout=300}}\nFROM a\n```\n\n{after}")
    step = page.steps[1]
    assert isinstance(step, Write)
    assert (step.path, step.text, step.build, step.timeout) == ("Dockerfile", "FROM a\n", build, 300.0)


def test_a_dockerfile_by_title() -> None:
    page = planned(
        '```docker title="app/Dockerfile"\nFROM a\n```\n\n```dockerfile title="b/Dockerfile"\nFROM b\n```\n\n'
        "```bash\ncd b\ndocker build .\n```\n"
    )
    steps = [step for step in page.steps if isinstance(step, Write)]
    assert [(step.path, step.build) for step in steps] == [("app/Dockerfile", False), ("b/Dockerfile", False)]


# --- mistakes --------------------------------------------------------------------------------------------

MISTAKES = {
    "no command": ("```bash\n```\n", [(1, "the block holds no command; write one, or take the block out")]),
    "only comments": ("```bash\n# ls\n```\n", [(1, "the block holds no command; write one, or take the block out")]),
    "empty console": ("```console\n```\n", [(1, "the block holds no command; write one, or take the block out")]),
    "console without a prompt": (
        "```console\n\nls\n```\n",
        [(3, "a console block begins with a command; write '$ ' before it, or call the block bash")],
    ),
    "a prompt in bash": (
        "```bash\n# a\n$ ls\n```\n",
        [
            (
                3,
                "a bash block is typed as it stands, and '$' is no command; leave the prompt out, "
                "or call the block console",
            )
        ],
    ),
    "placeholder": (
        "```bash\nls\ndocker run \\\n  <image>\n```\n",
        [
            (
                4,
                "for bash <image> is a redirection, not a placeholder; write a real name, or a variable that the page "
                "sets (redirections, if meant, have a space: < in > out)",
            )
        ],
    ),
    "placeholder in console": (
        "```console\n$ ls\na\n$ docker rm <nom>\n```\n",
        [
            (
                4,
                "for bash <nom> is a redirection, not a placeholder; write a real name, or a variable that the page "
                "sets (redirections, if meant, have a space: < in > out)",
            )
        ],
    ),
    "exit": (
        "```bash {exit=256}\nls\n```\n",
        [(1, "exit=256 is no status; write a number from 0 to 255, or exit=any")],
    ),
    "negative exit": (
        "```bash {exit=-1}\nls\n```\n",
        [(1, "exit=-1 is no status; write a number from 0 to 255, or exit=any")],
    ),
    "timeout": (
        "```bash {timeout=0}\nls\n```\n",
        [(1, "timeout=0 is no number of seconds above 0; write for example timeout=60")],
    ),
    "timeout in minutes": (
        "```bash {timeout=2m}\nls\n```\n",
        [(1, "timeout=2m is no number of seconds above 0; write for example timeout=60")],
    ),
    "no reason": ("```bash {.notest}\nls\n```\n", [(1, 'say why the block is not run: {.notest reason="…"}')]),
    "empty reason": (
        '```bash {.notest reason=" "}\nls\n```\n',
        [(1, 'say why the block is not run: {.notest reason="…"}')],
    ),
    "reason without .notest": (
        '```bash {reason="x"}\nls\n```\n',
        [(1, 'a reason goes with .notest; write {.notest reason="…"} or take it out')],
    ),
    "grammar": ("```bash {exit = 1}\nls\n```\n", [(1, "no spaces round '='; write ```bash {exit=1}")]),
    "two at once": (
        "```bash {exit=a timeout=b}\nls\n```\n",
        [
            (1, "timeout=b is no number of seconds above 0; write for example timeout=60"),
            (1, "exit=a is no status; write a number from 0 to 255, or exit=any"),
        ],
    ),
    "setup and teardown": (
        "```bash {.setup .teardown}\nls\n```\n",
        [(1, "a block is .setup or .teardown, not both; keep one")],
    ),
    "exit on a file": (
        '```json {title="a.json" exit=1}\n{}\n```\n',
        [(1, "'exit' has no effect on this block (a file); take it out")],
    ),
    "setup on prose": (
        "```json {.setup}\n{}\n```\n",
        [(1, "'setup' has no effect on this block (it is not run); take it out")],
    ),
    "duplicate label": (
        "```bash {#a}\nls\n```\n\n```bash {#a}\nls\n```\n",
        [(5, "the label #a stands already at line 1; choose another")],
    ),
    "file without a name": (
        "```text {.file}\nx\n```\n",
        [(1, 'a file needs its name; write {.file title="name.txt"}')],
    ),
    "file above the folder": (
        '```text title="a/../../x.txt"\nx\n```\n',
        [
            (
                1,
                'the file "a/../../x.txt" lies outside the page\'s folder; give it a path within, such as '
                'title="app/x.txt"',
            )
        ],
    ),
    "absolute file": (
        '```text title="/etc/x.conf"\nx\n```\n',
        [
            (
                1,
                'the file "/etc/x.conf" lies outside the page\'s folder; give it a path within, such as '
                'title="app/x.txt"',
            )
        ],
    ),
    "folder": (
        '```text {.file title="app/"}\nx\n```\n',
        [(1, 'the title "app/" names a folder; add the file\'s name')],
    ),
    "dockerfile with a heading": (
        '```dockerfile title="First stage"\nFROM a\n```\n',
        [(1, 'the title "First stage" names no file; write for example title="Dockerfile", or take it out')],
    ),
    "output of nothing": (
        "```text {.output}\nx\n```\n",
        [(1, "no block stands before this output; put it behind the block that prints it")],
    ),
    "output of prose": (
        "```json\n{}\n```\n\n```text {.output}\nx\n```\n",
        [(5, "the block before this output (line 1) prints nothing; put it behind the block that does")],
    ),
    "output of a file": (
        '```json title="a.json"\n{}\n```\n\n```text {.output}\nx\n```\n',
        [(5, "the block before this output (line 1) prints nothing; put it behind the block that does")],
    ),
    "two outputs": (
        "```bash\nls\n```\n\n```text {.output}\nx\n```\n\n```text {.output}\ny\n```\n",
        [(9, "the output at line 5 belongs to the same block; make one of the two")],
    ),
    "output behind a console block that has one": (
        "```console\n$ ls\na\n```\n\n```text {.output}\na\n```\n",
        [(6, "the console block at line 1 holds its output already; keep one of the two")],
    ),
    "unordered elsewhere": (
        "```bash {.unordered}\nls\n```\n",
        [(1, "'unordered' has no effect on this block (a shell block); take it out")],
    ),
    "serve without a condition": (
        "```bash {serve}\nls\n```\n",
        [(1, 'say when the server is ready: {serve until="text"}, {serve port=8080} or {serve http=8080}')],
    ),
    "serve as a class": (
        "```bash {.serve}\nls\n```\n",
        [(1, "unknown class '.serve': serve is a key; write serve")],
    ),
    "two conditions": (
        '```bash {serve until="x" port=80}\nls\n```\n',
        [(1, "until and port both say when the program is ready; keep one")],
    ),
    "a condition alone": (
        "```bash {port=80}\nls\n```\n",
        [(1, "port goes with a program that stays in the foreground; write {serve port=…}")],
    ),
    "a port that is none": (
        "```bash {serve port=http}\nls\n```\n",
        [(1, "port=http is no port from 1 to 65535; write for example {serve port=8080}")],
    ),
    "an address that is none": (
        '```bash {serve http="localhost"}\nls\n```\n',
        [
            (
                1,
                "http=localhost is no port from 1 to 65535; write for example {serve http=8080} or "
                '{serve http="http://127.0.0.1:8080/"}',
            )
        ],
    ),
    "an expression that is none": (
        '```bash {serve until="/(/"}\nls\n```\n',
        [
            (
                1,
                "until=/(/ is no regular expression (missing ), unterminated subpattern at position 0); correct it, or "
                "leave the / out",
            )
        ],
    ),
    "until nothing": (
        '```bash {serve until=""}\nls\n```\n',
        [(1, 'until="" waits for nothing; write what the program prints when it is ready')],
    ),
    "serve and opens": (
        '```bash {serve until="x" opens=a}\nls\n```\n',
        [
            (
                1,
                "serve and opens do not go together; opens is for programs that are typed in, serve for those that "
                "are not",
            )
        ],
    ),
    "exit of what stays": (
        "```bash {opens=a exit=1}\nsh\n```\n",
        [(1, "the last command stays in the foreground and has no status yet; take exit out")],
    ),
    "retry of what stays": (
        "```bash {opens=a retry=1}\nsh\n```\n",
        [(1, "a block that leaves a program in the foreground cannot be repeated; take retry out")],
    ),
    "retry": (
        "```bash {retry=soon}\nls\n```\n",
        [(1, "retry=soon is no number of seconds above 0; write for example retry=60")],
    ),
    "a program's name": (
        '```bash {opens="a b"}\nsh\n```\n',
        [(1, 'opens="a b" is no name; write one word, as in opens=shell')],
    ),
    "in what nobody opens": (
        "```bash {opens=shell}\nsh\n```\n\n```bash {in=shall}\nls\n```\n",
        [(5, "no block before this one opens 'shall' in terminal 1; did you mean shell?")],
    ),
    "in another terminal": (
        "```bash {opens=shell}\nsh\n```\n\n```bash {term=2 in=shell}\nls\n```\n",
        [
            (
                5,
                "no block before this one opens 'shell' in terminal 2; write {opens=shell} on the block that opens it",
            )
        ],
    ),
    "a shell that is still open": (
        "```bash {opens=shell}\nsh\n```\n\n```bash\nls\n```\n",
        [
            (
                5,
                "the program of line 1 is still in the foreground of this terminal; type in it with {in=shell}, or "
                'end it first with {keys="^C"}',
            )
        ],
    ),
    "a server that still serves": (
        '```bash {serve until="x"}\nsh\n```\n\n```bash\nls\n```\n',
        [
            (
                5,
                "the program of line 1 is still in the foreground of this terminal; use another one with {term=2}, or "
                'end it first with {keys="^C"}',
            )
        ],
    ),
    "a key that is none": (
        '```bash {keys="<Entr>"}\nls\n```\n',
        [(1, "there is no key <Entr>; did you mean <Enter>?")],
    ),
    "engine": (
        "```bash {engine=new}\nls\n```\n",
        [(1, 'engine=new is no range of Docker versions; write for example ">=25" or ">=20.10,<29"')],
    ),
    "term on an output": (
        "```bash\nls\n```\n\n```text {.output term=2}\nx\n```\n",
        [(5, "'term' has no effect on this block (an output); take it out")],
    ),
    "keys on a file": (
        '```text {title="a.txt" keys="q"}\nx\n```\n',
        [(1, "'keys' has no effect on this block (a file); take it out")],
    ),
    "python in a tab": (
        "- x\n\n    ```python\n    1\n    ```\n",
        [
            (
                3,
                "pytest-markdown-docs, which runs Python, does not see into lists, tabs and admonitions; move the "
                "block to the left margin",
            )
        ],
    ),
    "python without a reason": (
        "```{.python notest}\n1\n```\n",
        [(1, 'say why the block is not run; write ```python {.notest reason="…"}')],
    ),
    "front matter's network": (
        "---\nbanc: {network: maybe}\n---\n",
        [(2, "network: maybe is neither true nor false; write one of the two")],
    ),
    "front matter's engines": (
        "---\nbanc: {engines: new}\n---\n",
        [(2, 'engines: new is no range of Docker versions; write for example ">=25" or ">=20.10,<29"')],
    ),
    "front matter with a typo": (
        "---\nbanc:\n  timout: 3\n---\n",
        [(3, "unknown key 'timout' in banc:; did you mean timeout?")],
    ),
    "front matter of another kind": (
        "---\ntitle: x\nbanc: 60\n---\n",
        [(3, "banc: holds keys with values; write for example banc: {timeout: 60}")],
    ),
    "front matter's timeout": (
        "---\nbanc:\n  timeout: -1\n---\n",
        [(3, "timeout=-1 is no number of seconds above 0; write for example timeout=60")],
    ),
    "stray fence": (
        "```bash{a}\nls\n```\n",
        [(1, "a space is missing before the brace; write ```bash {a} (as it stands the site shows no block here)")],
    ),
    "unknown attribute on prose": (
        "```json {.outptu}\n{}\n```\n",
        [(1, "unknown class '.outptu'; did you mean .output?")],
    ),
}


@pytest.mark.parametrize(("text", "problems"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(text: str, problems: list[tuple[int, str]]) -> None:
    assert wrong(text) == problems


def test_what_is_done_in_one_terminal_may_end_what_runs_in_another() -> None:
    served = '```bash {serve until="x"}\nsh\n```\n\n'
    assert wrong(served + "```bash {term=2}\ndocker stop x\n```\n\n```bash\nls\n```\n") == []
    assert wrong(served + '```bash {keys="^C"}\n\n```\n\n```bash\nls\n```\n') == []
    assert wrong(served + "```bash {.teardown}\nls\n```\n") == []


def test_blocks_keep_names_of_their_own_although_labels_repeat() -> None:
    page = planned("```bash {#a}\nls\n```\n\n```bash {#a}\nls\n```\n\n```bash {#a}\nls\n```\n")
    assert [(step.block.name, type(step)) for step in page.steps] == [("a", Type), ("2", Wrong), ("3", Wrong)]


def test_a_wrong_block_leaves_the_others_alone() -> None:
    page = planned("```bash\nls\n```\n\n```bash {exit=x}\nls\n```\n\n```text {.output}\na\n```\n\n```bash\npwd\n```\n")
    assert [type(step) for step in page.steps] == [Type, Wrong, Type]
    assert page.problems == ()


# --- warnings --------------------------------------------------------------------------------------------

WARNINGS = {
    "unknown language": (
        "```language\ndocker ps\n```\n",
        "unknown language 'language' looks like shell and is not run; write ```bash",
    ),
    "another shell": (
        "```zsh\nls -l\n```\n",
        "'zsh' is not run; write ```bash or, with prompts and outputs, ```console",
    ),
    "no language": (
        "```\n$ docker ps\n```\n",
        "a block without a language looks like shell and is not run; write ```bash or ```text",
    ),
    "with a variable": (
        "```term\n\n# first\nA=1 sudo ls\n```\n",
        "unknown language 'term' looks like shell and is not run; write ```bash",
    ),
}


@pytest.mark.parametrize(("text", "message"), WARNINGS.values(), ids=WARNINGS)
def test_warnings(text: str, message: str) -> None:
    page = planned("Prose.\n\n" + text)
    assert [(warning.line, warning.message) for warning in page.warnings] == [(3, message)]
    assert (page.steps, page.problems) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "```text\ndocker ps\n```\n",
        "```\nCONTAINER ID   IMAGE\n```\n",
        "```unknown\nSELECT 1\n```\n",
        "```\n$ \n```\n",
        '```language {.notest reason="x"}\ndocker ps\n```\n',
        "```yaml\nls: docker\n```\n",
    ],
)
def test_no_warnings(text: str) -> None:
    assert planned(text).warnings == ()


# --- whole pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((PROJECT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_the_course_has_no_mistakes_and_loses_no_block(path: Path) -> None:
    page = load(path)
    course = plan(page)
    assert [step for step in course.steps if isinstance(step, Wrong)] == []
    assert (course.problems, course.warnings) == ((), ())
    assert [step.block.ordinal for step in course.steps] == [b.ordinal for b in page.blocks if b.kind in COUNTED]


@pytest.mark.parametrize(("text", "problems"), MISTAKES.values(), ids=MISTAKES)
def test_every_message_says_what_to_do(text: str, problems: list[tuple[int, str]]) -> None:
    for _, message in problems:
        assert re.search(r"; |: \{|did you mean|say why", message), message
