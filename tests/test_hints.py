"""What often lies behind a command that failed; what a machine cannot limit."""

from __future__ import annotations

import pytest

from banc.labs.limits import unlimited
from banc.runs.hints import hint


@pytest.mark.parametrize(
    ("status", "command", "output", "expected"),
    [
        (137, "docker run web", "", "because the lab's memory (4 GB) was full"),
        (1, "docker logs nginx", "Error response from daemon: No such container: nginx", "takes a container, not"),
        (1, "docker container logs nginx", "Error: No such container: nginx", "takes a container, not"),
        (1, "docker rm nginx", "Error: No such container: nginx", ""),
        (254, "ls", "bash: fork: Resource temporarily\nunavailable", "2,048 processes"),
        (1, "cat", "cat: Resource temporarily unavailable", ""),
        (125, "docker buildx ls", "docker: 'buildx' is not a docker command.", '{engine=">=23"}'),
        (1, "false", "", ""),
    ],
)
def test_a_hint_is_given_where_something_is_known(status: int, command: str, output: str, expected: str) -> None:
    given = hint(status, command, output)
    assert expected in given
    assert bool(given) == bool(expected)


def test_what_a_kernel_cannot_limit_is_told() -> None:
    assert unlimited({"MemoryLimit": True, "SwapLimit": True, "PidsLimit": True}) == ""
    assert unlimited({"MemoryLimit": False, "SwapLimit": False, "PidsLimit": True}) == "memory, swap"
    assert unlimited({"PidsLimit": False}) == "processes"
