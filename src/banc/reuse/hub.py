"""Which manifests a registry has under some tags, asked without pulling anything.

The requests count as no pulls: https://docs.docker.com/docker-hub/usage/pulls/. How a registry asks for a token:
https://distribution.github.io/distribution/spec/auth/token/.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import requests

from banc.labs.mirror import DOCKER_HUB, MANIFESTS

_AT_ONCE = 16
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


def digests(names: Iterable[str], registry: str = DOCKER_HUB, seconds: float = 4.0) -> dict[str, str]:
    """The digests of some images' manifests; those that could not be found out in time are left out.

    Args:
        names: As a reader writes them, with tags: ``nginx:alpine``, ``someone/program:1.0``.
        registry: Its address.
        seconds: How long it may take, all in all.
    """
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = {name: pool.submit(_digest, name, registry, deadline) for name in sorted(set(names))}
    return {name: answer.result() for name, answer in answers.items() if answer.result()}


def _digest(name: str, registry: str, deadline: float) -> str:
    """The digest of one image; empty where none was given."""
    repository, _, tag = name.partition(":")
    path = repository if "/" in repository else f"library/{repository}"
    url = f"{registry}/v2/{path}/manifests/{tag}"
    headers = {"Accept": MANIFESTS}
    try:
        answer = requests.head(url, headers=headers, timeout=_left(deadline))
        if answer.status_code == requests.codes.unauthorized:
            headers["Authorization"] = f"Bearer {_token(answer.headers['WWW-Authenticate'], deadline)}"
            answer = requests.head(url, headers=headers, timeout=_left(deadline))
        answer.raise_for_status()
        return str(answer.headers["Docker-Content-Digest"])
    except (requests.RequestException, KeyError, TimeoutError):
        return ""


def _token(challenge: str, deadline: float) -> str:
    """The token that a registry asks for."""
    asked = dict(_CHALLENGE.findall(challenge))
    answer = requests.get(asked.pop("realm"), params=asked, timeout=_left(deadline))
    answer.raise_for_status()
    return str(answer.json()["token"])


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
