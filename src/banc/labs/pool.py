"""Labs for one worker: on one of the Docker hosts that it may use, the next one started while a page still runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from banc.errors import BenchError
from banc.labs.images import Say
from banc.labs.lab import Bench, Lab

OpenBench = Callable[[str | None], Bench]
"""Makes the bench of a Docker host; None is the one that the environment names."""


def share(hosts: Sequence[str], worker: int) -> list[str | None]:
    """The Docker hosts of one worker, its own first; the others are for when that one goes away.

    >>> share(["a", "b", "c"], 4), share([], 1)
    (['b', 'c', 'a'], [None])
    """
    first = worker % len(hosts) if hosts else 0
    return [*hosts[first:], *hosts[:first]] or [None]


class Pool:
    """Gives out labs, one after the other. To be closed in the end."""

    def __init__(self, open_bench: OpenBench, hosts: Sequence[str | None], say: Say) -> None:
        """Nothing is started until the first lab is asked for.

        Args:
            open_bench: Makes the bench of a Docker host.
            hosts: Where labs may be started: on the first, and when it goes away, on the next.
            say: Takes lines of progress.
        """
        self._open_bench = open_bench
        self._hosts = list(hosts)
        self._say = say
        self._bench: Bench | None = None
        self._broken: BenchError | None = None
        self._ahead: tuple[bool, Future[Lab]] | None = None
        self._thread: ThreadPoolExecutor | None = None

    def lab(self, *, online: bool) -> Lab:
        """A fresh lab: the one that was prepared, or one that is started now.

        Args:
            online: It reaches the Internet.

        Raises:
            BenchError: None is to be had; where there is no Docker host left, the reason stays the same for good.
        """
        if self._broken:
            raise self._broken
        while True:
            try:
                return self._prepared(online=online) or self._on_host().lab(online=online)
            except BenchError as error:
                self._go_on_elsewhere(error)

    @property
    def host(self) -> str:
        """The address of the Docker host that labs come from; empty before the first."""
        return self._bench.address if self._bench else ""

    @property
    def first(self) -> str | None:
        """The Docker host that the next lab is to come from; None is the one that the environment names."""
        return self._hosts[0]

    def open(self) -> None:
        """Make the bench of that host now.

        Raises:
            BenchError: It cannot be had.
        """
        self._on_host()

    def _on_host(self) -> Bench:
        self._bench = self._bench or self._open_bench(self._hosts[0])
        return self._bench

    def _prepared(self, *, online: bool) -> Lab | None:
        if self._ahead is None or self._ahead[0] != online:
            return None
        (_, started), self._ahead = self._ahead, None
        return started.result()

    def prepare(self, *, online: bool) -> None:
        """Start in the background the lab that will be asked for next; one at most.

        Args:
            online: It will reach the Internet.
        """
        if self._ahead is None and self._bench is not None:
            self._thread = self._thread or ThreadPoolExecutor(1, "banc-lab")
            self._ahead = online, self._thread.submit(self._bench.lab, online=online)

    def explained(self, error: BenchError) -> BenchError:
        """An error that a lab met with, and that its Docker host has gone where this is the reason."""
        if self._bench is None or self._bench.answers():
            return error
        return BenchError(f"the Docker host {self._bench.address} no longer answers: {error}")

    def _go_on_elsewhere(self, error: BenchError) -> None:
        """Give up a Docker host that does not answer for the next one.

        Raises:
            BenchError: It does answer, and the trouble is another; or there is no other host.
        """
        if self._bench and self._bench.answers():
            raise error
        if len(self._hosts) == 1:
            self._broken = self.explained(error)
            raise self._broken
        del self._hosts[0]
        self._say(f"{self.explained(error)} Going on with {self._hosts[0]}.")
        self._leave()

    def close(self) -> None:
        """Remove what was prepared for nothing, and the bench with all that it has on its host."""
        self._leave()
        if self._thread:
            self._thread.shutdown()

    def _leave(self) -> None:
        bench, self._bench = self._bench, None
        ahead, self._ahead = self._ahead, None
        try:
            if ahead and not ahead[1].cancel() and ahead[1].exception() is None:
                ahead[1].result().close()
            if bench:  # once nothing is being started any more: it would not be removed
                bench.close()
        except BenchError as error:
            self._say(f"{error} What this run left there will be removed by the next one that uses it.")
