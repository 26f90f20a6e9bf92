"""Which worker of pytest-xdist runs what: a file at a time, and of those that are left the longest first."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from banc.plugin.timing import Durations

_AHEAD = 3  # tests that are left of a file when its worker is handed the next one, whose lab it then starts


class LongestFirst(LoadFileScheduling):  # type: ignore[misc]  # has no types
    """Gives a worker that is free what will take longest: what is short fills the gaps at the end."""

    def __init__(self, config: pytest.Config, log: Any, durations: Durations) -> None:
        """Take what pytest-xdist gives, and what is known of durations."""
        super().__init__(config, log)
        self._durations = durations
        self._expected: dict[str, float] = {}

    def _reschedule(self, node: Any) -> None:
        """As pytest-xdist does, but one test earlier."""
        if self.workqueue and not node.shutting_down and self._pending_of(self.assigned_work[node]) == _AHEAD:
            self._assign_work_unit(node)
        else:
            super()._reschedule(node)

    def _assign_work_unit(self, node: Any) -> None:
        self.workqueue.move_to_end(max(self.workqueue, key=self._seconds), last=False)
        super()._assign_work_unit(node)

    def _seconds(self, file: str) -> float:
        """What is expected of a file; asked once of each."""
        if file not in self._expected:
            self._expected[file] = self._durations.expected(file, len(self.workqueue[file]))
        return self._expected[file]
