"""What a worker of pytest-xdist has been handed and not begun yet. Read from its queue: no hook tells it."""

from __future__ import annotations

from typing import Any

import pytest


def last_handed_out(session: pytest.Session) -> pytest.Item | None:
    """The last of the tests that wait; None where none does. The scheduler hands out a file before the last one ends.

    `nextitem` is not enough: with a page's last block, it is the test of what the page leaves.
    """
    for plugin in session.config.pluginmanager.get_plugins():
        queue: Any = getattr(plugin, "torun", None)
        if queue is not None:
            with queue.lock() as waiting:
                indices = [entry for entry in list(waiting)[-2:] if isinstance(entry, int)]  # the end has a mark
            return session.items[indices[-1]] if indices else None
    return None
