"""Labs ahead of need and hosts that go away, with stand-ins for benches."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from banc.errors import BenchError
from banc.labs.pool import Pool, share


class Lab:
    def __init__(self, name: str, online: bool) -> None:
        self.name, self.online = name, online
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Hosts:
    """Docker hosts, and what was started on them."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.labs: list[Lab] = []
        self.closed: list[str] = []
        self.trouble = ""
        self.gate = threading.Event()
        self.gate.set()

    def open(self, address: str | None) -> Any:
        return _Bench(self, str(address))

    def pool(self, *addresses: str) -> tuple[Pool, list[str]]:
        said: list[str] = []
        return Pool(self.open, addresses, said.append), said


class _Bench:
    def __init__(self, hosts: Hosts, address: str) -> None:
        self.hosts, self.address = hosts, address
        self._reach()

    def _reach(self) -> None:
        if self.address in self.hosts.gone:
            raise BenchError(f"nobody at {self.address}.")

    def answers(self) -> bool:
        return self.address not in self.hosts.gone

    def lab(self, *, online: bool) -> Lab:
        self.hosts.gate.wait()
        self._reach()
        if self.hosts.trouble:
            raise BenchError(self.hosts.trouble)
        self.hosts.labs.append(Lab(f"{self.address}-{len(self.hosts.labs)}", online))
        return self.hosts.labs[-1]

    def close(self) -> None:
        self._reach()
        self.hosts.closed.append(self.address)


@pytest.mark.parametrize(
    ("worker", "hosts"), [(0, ["a", "b", "c"]), (1, ["b", "c", "a"]), (2, ["c", "a", "b"]), (3, ["a", "b", "c"])]
)
def test_workers_take_the_hosts_in_turn(worker: int, hosts: Sequence[str]) -> None:
    assert share(["a", "b", "c"], worker) == hosts


def test_without_hosts_the_environment_names_one() -> None:
    assert share([], 5) == [None]


def test_a_prepared_lab_is_started_beside_and_handed_out_once() -> None:
    hosts = Hosts()
    pool, _ = hosts.pool("a")
    first: Any = pool.lab(online=False)
    hosts.gate.clear()
    pool.prepare(online=False)  # comes back although the lab cannot be ready yet
    pool.prepare(online=False)  # one is enough
    assert hosts.labs == [first]
    hosts.gate.set()
    second: Any = pool.lab(online=False)
    third: Any = pool.lab(online=False)
    assert [lab.name for lab in (first, second, third)] == ["a-0", "a-1", "a-2"]
    assert hosts.labs == [first, second, third]
    pool.close()


def test_a_prepared_lab_of_the_other_kind_waits_for_its_page() -> None:
    hosts = Hosts()
    pool, _ = hosts.pool("a")
    pool.lab(online=False)
    pool.prepare(online=True)
    offline: Any = pool.lab(online=False)
    online: Any = pool.lab(online=True)
    assert (offline.online, online.online) == (False, True)
    assert len(hosts.labs) == 3
    pool.close()


def test_what_was_prepared_for_nothing_is_removed_before_the_bench() -> None:
    hosts = Hosts()
    pool, said = hosts.pool("a")
    pool.lab(online=False)
    hosts.gate.clear()
    pool.prepare(online=False)
    threading.Timer(0.05, hosts.gate.set).start()  # it is still being started when the run ends
    pool.close()
    assert [lab.closed for lab in hosts.labs] == [False, True]
    assert (hosts.closed, said) == (["a"], [])


def test_nothing_is_prepared_before_there_is_a_bench() -> None:
    hosts = Hosts()
    pool, _ = hosts.pool("a")
    pool.prepare(online=False)
    pool.close()
    assert hosts.labs == []


def test_when_a_host_goes_away_the_next_one_serves() -> None:
    hosts = Hosts()
    pool, said = hosts.pool("a", "b")
    pool.lab(online=False)
    pool.prepare(online=False)
    hosts.gone.add("a")
    assert str(pool.explained(BenchError("cut off."))) == "the Docker host a no longer answers: cut off."
    lab: Any = pool.lab(online=True)
    assert lab.name.startswith("b-")
    assert pool.host == "b"
    assert said[0] == "the Docker host a no longer answers: nobody at a. Going on with b."
    pool.close()
    assert hosts.closed == ["b"]


def test_a_prepared_lab_whose_host_went_away_is_started_on_the_next_one() -> None:
    hosts = Hosts()
    pool, _ = hosts.pool("a", "b")
    pool.lab(online=False)
    hosts.gate.clear()
    pool.prepare(online=False)
    hosts.gone.add("a")
    hosts.gate.set()
    lab: Any = pool.lab(online=False)
    assert lab.name.startswith("b-")
    pool.close()


def test_without_another_host_the_reason_stays_the_same() -> None:
    hosts = Hosts()
    pool, said = hosts.pool("a", "b")
    hosts.gone |= {"a", "b"}
    for _ in range(2):
        with pytest.raises(BenchError, match=r"nobody at b\."):
            pool.lab(online=False)
    assert said == ["nobody at a. Going on with b."]
    hosts.gone.clear()
    with pytest.raises(BenchError, match=r"nobody at b\."):  # not looked for again for each page
        pool.lab(online=False)
    pool.close()


def test_trouble_of_one_lab_is_not_that_of_its_host() -> None:
    hosts = Hosts()
    pool, said = hosts.pool("a", "b")
    pool.lab(online=False)
    hosts.trouble = "no space left"
    with pytest.raises(BenchError, match="no space left"):
        pool.lab(online=False)
    hosts.trouble = ""
    lab: Any = pool.lab(online=False)
    assert lab.name.startswith("a-")
    assert said == []
    pool.close()


def test_the_end_of_a_run_whose_host_went_away_is_told_not_raised() -> None:
    hosts = Hosts()
    pool, said = hosts.pool("a")
    pool.lab(online=False)
    hosts.gone.add("a")
    pool.close()
    assert said == ["nobody at a. What this run left there will be removed by the next one that uses it."]
