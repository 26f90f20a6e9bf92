"""What pages would be run on now: found out without starting, building or pulling anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, Self

from banc.labs import engines, kit
from banc.labs.host import connect, working
from banc.labs.images import identity
from banc.labs.lab import image_name
from banc.labs.mirror import HUB, KIT, hub_answers
from banc.reuse import hub
from banc.reuse.cache import Green


class Survey:
    """What is on a Docker host. Use it as a context manager."""

    def __init__(
        self,
        images: Literal["auto", "hub", "kit"] = "auto",
        docker_host: str | None = None,
        engine: str = engines.DEFAULT,
    ) -> None:
        """Look.

        Args:
            images: Where images come from, as for a bench.
            docker_host: Address of the daemon, as in ``DOCKER_HOST``.
            engine: Name of the engine that labs would have.

        Raises:
            BenchError: No daemon answers there.
        """
        self._client = connect(docker_host)
        try:
            with working("looking at what is there"):
                self.origin = HUB if images == "hub" or (images == "auto" and hub_answers(self._client)) else KIT
                self.lab = identity(self._client, image_name(engine))
                """Id of the image that labs would be made from; empty where it would have to be built."""
                self._volume = kit.ready(self._client) if self.origin == KIT else ""
                self.kit = kit.instance(self._client, self._volume) if self._volume else ""
        except BaseException:
            self.close()
            raise
        self._digests: dict[str, str] | None = None

    @property
    def complete(self) -> bool:
        """Whether all that pages need is there. A bench makes what is missing."""
        return bool(self.lab and (self.origin == HUB or self.kit))

    def holds(self, green: Green, names: Collection[str]) -> bool:
        """Tell whether a page would be run on the same engine and images as in its last green run.

        Args:
            green: That run.
            names: Images of all pages: those whose digests must be asked for are asked for at once.

        Raises:
            BenchError: The daemon refused.
        """
        if not self.lab or green.lab != self.lab:
            return False
        if not green.run.images or (self.kit and green.kit == self.kit):
            return True
        now = self._current(names)
        return all(image.origin == self.origin and now.get(image.name) == image.digest for image in green.run.images)

    def _current(self, names: Collection[str]) -> Mapping[str, str]:
        if self._digests is None:
            with working("asking for the digests of images"):
                self._digests = hub.digests(names) if self.origin == HUB else self._of_kit()
        return self._digests

    def _of_kit(self) -> dict[str, str]:
        return kit.digests(self._client, image_name(engines.DEFAULT), self._volume) if self._volume else {}

    def close(self) -> None:
        """Let go of the daemon."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
