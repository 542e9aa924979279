"""What lies in wait for a write: things that happen once, just before the server handles the next PATCH of a row."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

Action = Callable[[Any], None]  # gets the body of the request that it goes before


class Ambush:
    """Actions by row; each runs once, in the thread that serves the request, before anything is looked at."""

    def __init__(self) -> None:
        self._actions: dict[str, list[Action]] = defaultdict(list)
        self._lock = threading.Lock()

    def lay(self, row_id: str, action: Action) -> None:
        """Let something happen just before the next write of that row."""
        with self._lock:
            self._actions[row_id].append(action)

    def spring(self, row_id: str, body: Any) -> None:
        """Run what lies in wait for a row."""
        with self._lock:
            actions = self._actions.pop(row_id, [])
        for action in actions:
            action(body)
