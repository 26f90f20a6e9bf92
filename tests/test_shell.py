"""What is told of shell code from its syntax tree; bash itself is the oracle for what it takes."""

import subprocess

import pytest

from banc.pages import shell

PLACEHOLDERS = [
    ("docker exec <container id or name> ping x", [(0, "<container id or name>")]),
    ("docker run -it img <image>", [(0, "<image>")]),
    ("ls\ndocker run \\\n  <image>", [(2, "<image>")]),
    ("docker pull <image>:<tag>", [(0, "<image>"), (0, "<tag>")]),
    ("docker rm <étiquette>; ls", [(0, "<étiquette>")]),
    ("docker rm <l'étiquette> x\necho l'eau", [(0, "<l'étiquette>")]),
    ("é=1; echo é; docker rm <nom>", [(0, "<nom>")]),
    ("ls $(cat <file>)", [(0, "<file>")]),
    ("cat <<'EOF' >x.html\n<b>x</b>\nEOF\ndocker rm <nom>", [(3, "<nom>")]),
]

NONE = [
    "cmd <in >out",
    "cmd <in>out",
    "cmd <in>/dev/null",
    "sort < in > out",
    "sort <in 2> err",
    "cat <<EOF\n<p>x</p>\nEOF",
    "cat <<-'EOF'\n\t<p>x</p>\n\tEOF",
    "cat <<< word > out",
    "diff <(sort a) <(sort b) > c",
    "echo '<name>' \"<name>\" $'<name>' # <name>",
    "echo $((a <b)) ; [[ a <b ]]",
    "echo \\<name\\>",
]


@pytest.mark.parametrize(("code", "found"), PLACEHOLDERS)
def test_placeholders(code: str, found: list[tuple[int, str]]) -> None:
    assert shell.placeholders(code) == found


@pytest.mark.parametrize("code", NONE)
def test_no_placeholders(code: str) -> None:
    assert shell.placeholders(code) == []
    assert subprocess.run(["bash", "-n"], input=code, text=True, capture_output=True).returncode == 0


BUILDS = [
    ("docker build -t x .", {"Dockerfile"}),
    ("sudo docker build -f a/Dockerfile.prod a", {"a/Dockerfile.prod"}),
    ("docker build --file=./a/Containerfile .", {"a/Containerfile"}),
    ("DOCKER_BUILDKIT=0 docker build app/ && ls", {"app/Dockerfile"}),
    ("docker buildx build --load -t a:b app 2>&1 | cat", {"app/Dockerfile"}),
    ("docker buildx --builder x build .", {"Dockerfile"}),
    ('docker image build --tag=x "$PWD"', {shell.ANY}),
    ('docker build --target build -t "x:$v" .', {"Dockerfile"}),
    ("docker build -qt x .", {"Dockerfile"}),
    ("docker build -tx -qty app", {"app/Dockerfile"}),
    ("docker build -f a/Dockerfile $folder", {"a/Dockerfile"}),
    ("$command build app", set()),
    ("docker $options build app", set()),
    ("docker -D --log-level=debug build app", {"app/Dockerfile"}),
    ("docker build -f $file .", {shell.ANY}),
    ("docker build - <Dockerfile", set()),
    ("docker build -t x -f- . <<EOF\nFROM x\nEOF", set()),
    ("docker build https://host/x.git", set()),
    ('id=$(docker build -q a); echo "$(docker build b)"', {"a/Dockerfile", "b/Dockerfile"}),
    ("for i in 1 2; do docker build $i; done", {shell.ANY}),
    ("docker compose -f x.yml up -d", {shell.ANY}),
    ("docker-compose build", {shell.ANY}),
    ("docker --context x build -q .", {"Dockerfile"}),
    ("time sudo -E env A=1 docker build .", {"Dockerfile"}),
    ("timeout 60 docker build .", {"Dockerfile"}),
    ("docker run x build .", set()),
    ("docker compose ps; docker buildx ls; echo docker build .", set()),
    ("ls # docker build .", set()),
]


@pytest.mark.parametrize(("code", "built"), BUILDS)
def test_dockerfiles_built(code: str, built: set[str]) -> None:
    assert shell.dockerfiles_built(code) == built


def test_changes_folder() -> None:
    assert shell.changes_folder("ls && cd app")
    assert not shell.changes_folder("echo cd app")


@pytest.mark.parametrize(
    ("code", "stripped"),
    [
        ("# a\nls  # b\nls", "\nls\nls"),
        ("echo '#c' \"#d\" e#f ${x#y} # é\n", "echo '#c' \"#d\" e#f ${x#y}\n"),
        ("cat <<X\n# kept\nX", "cat <<X\n# kept\nX"),
        ("a \\\n  b # c\nd", "a \\\n  b\nd"),
    ],
)
def test_comments_stripped(code: str, stripped: str) -> None:
    assert shell.comments_stripped(code) == stripped


def test_is_empty() -> None:
    assert shell.is_empty("\n# only this\n")
    assert not shell.is_empty("ls # this")


@pytest.mark.parametrize("code", ["ls", "cat <<X\na\nX", "if true; then\n ls\nfi", "echo \\\\", "a && b"])
def test_complete(code: str) -> None:
    assert shell.is_complete(code)


@pytest.mark.parametrize("code", ["ls \\", "cat <<X\na", "if true", "echo 'a", "a &&", "a |", "f() {"])
def test_incomplete(code: str) -> None:
    assert not shell.is_complete(code)
