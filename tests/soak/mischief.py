"""What goes wrong: faults of Dataverse, Entra ID, Teams and flows, kills of every process. Chosen by seeded chance."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from connector.sandbox import Sandbox
from connector.sandbox.faults import Fault
from tests.soak.installation import NAMES, WEB, Installation

PENDING = 6  # faults that nobody has met yet


def is_write(request: Any) -> bool:
    """Whether a request writes to leads, alone or in a batch."""
    return bool(request.method == "PATCH" or (request.method == "POST" and "$batch" in request.path))


def is_read(request: Any) -> bool:
    """Whether a request reads rows."""
    return bool(request.method == "GET" and request.path.endswith(("/leads", "/accounts", "/contacts")))


@dataclass(slots=True)
class Mischief:
    """Does one thing at a time; `faults` are the knobs that were turned, by what they are called in the report."""

    sandbox: Sandbox
    installation: Installation
    chance: Random
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    _back_at: float = 0.0

    def turn_a_knob(self) -> str:
        """Let the outside world fail in one way, for the next few requests; not while enough is wrong already.

        Otherwise, on a busy machine, faults would come faster than requests that meet them, and nothing would work.
        """
        pending = [fault for _, fault in self.faults if fault.left != 0]
        if len(pending) >= PENDING:
            pending[0].clear()
            return ""
        knobs, n = self.sandbox.faults, self.chance.randint(1, 6)
        soon = self.chance.choice((0.1, 0.3, 1.0))
        choices: dict[str, Callable[[], Fault | list[Fault]]] = {
            "storm of 503 and 504": lambda: knobs.storm((503, 504), length=2 * n),
            "storm of 429": lambda: knobs.storm((429,), length=n, retry_after=soon),
            "429 to writes": lambda: knobs.storm((429,), length=n, retry_after=soon, when=is_write),
            "reset while reading": lambda: knobs.reset(when=is_read, times=n),
            "reset while writing": lambda: knobs.reset(when=is_write, times=n),
            "page broken off": lambda: knobs.truncated(when=is_read, times=n),
            "half a document": lambda: knobs.cut_json(times=n),
            "no answer to a write": lambda: knobs.no_answer(when=is_write, times=n),
            "written, answered with 504": lambda: knobs.status(504, handled=True, when=is_write, times=n),
            "slow answers": lambda: knobs.latency(soon, times=5 * n),
            "web page instead of Dataverse": lambda: knobs.html(times=n),
            "access token over": lambda: knobs.expired_access_token(times=n),
            "no tokens": lambda: [knobs.token_endpoint_down(times=2 * n), knobs.expired_access_token(times=2)],
            "delta token over": lambda: knobs.expired_delta_token(when=is_read),
            "no delta link": lambda: knobs.no_delta_link(when=is_read),
            "Teams: 5xx": lambda: knobs.status(self.chance.choice((500, 502, 503)), service="teams", times=n),
            "Teams: 429": lambda: knobs.status(429, retry_after=1, service="teams", times=n),
            "Teams: card posted, no answer": lambda: knobs.no_answer(service="teams"),
            "Teams: card posted, 504": lambda: knobs.status(504, handled=True, service="teams"),
            "flow: 5xx": lambda: knobs.status(self.chance.choice((500, 502, 503)), service="flows", times=n),
            "flow: 429": lambda: knobs.status(429, retry_after=1, service="flows", times=n),
            "flow: called, no answer": lambda: knobs.no_answer(service="flows"),
        }  # fmt: skip
        name = self.chance.choice(sorted(choices))
        made = choices[name]()
        self.faults += [(name, fault) for fault in (made if isinstance(made, list) else [made])]
        return name

    def trouble_webhooks(self) -> str:
        """Lose, repeat or reorder the next webhooks."""
        poster = self.sandbox.dataverse.hooks.poster
        name, act = self.chance.choice(
            (("lost", poster.lose), ("repeated", poster.repeat), ("reordered", poster.reorder))
        )
        number = self.chance.randint(2, 6)
        act(number)
        self.installation.counts[f"webhooks {name}"] += number
        return f"webhooks {name}"

    def strike(self) -> str:
        """Do something to a process."""
        name = self.chance.choice(NAMES)
        if name in self.installation.stopped:
            return ""
        deed = self.chance.choices(("kill", "restart", "freeze"), (6, 2, 2))[0]
        if deed == "kill":
            self.installation.kill(name)
        elif deed == "restart":
            self.installation.restart(name)
        elif name != WEB:
            self.installation.freeze(name, self.chance.uniform(1.0, 6.0))
        return f"{deed} {name}"

    def trouble_database(self) -> str:
        """Crash the database for a moment, or kill one of its processes."""
        if self.installation.down:
            return ""
        if self.chance.random() < 0.5:
            self.installation.kill_backend()
            return "kill a session"
        self.installation.crash_database()
        self._back_at = time.monotonic() + self.chance.uniform(0.2, 4.0)
        return "crash the database"

    def tend(self) -> None:
        """Let the database come back when its time is up."""
        if self.installation.down and time.monotonic() >= self._back_at:
            self.installation.start_database()

    def end(self) -> None:
        """Let nothing go wrong any more."""
        self.sandbox.faults.clear()
        poster = self.sandbox.dataverse.hooks.poster
        poster.release()
        if self.installation.down:
            self.installation.start_database()
        self.installation.tend(all_of_them=True)

    def counts(self) -> Counter[str]:
        """How often each fault was met by a request."""
        met: Counter[str] = Counter()
        for name, fault in self.faults:
            met[name] += fault.applied
        return +met
