"""Which clicks and opens of one message are a machine's: pure rules over everything that is known of the message.

The answer depends on the set of rows alone, whatever order they came in. What is then done with a mark is decided
elsewhere: models leave marked interactions out unless they say `include_machine: true`.

    claimed        the row says so itself (a bot that Customer Insights - Journeys caught)
    scanner        the browser calls itself one of `agents`
    no_delivery    nothing of the message was ever delivered to the person, or it came back (`needs_delivery`)
    too_soon       it lies before the first delivery, or less than `too_soon` after one
    same_second    within one second at least `same_second` different links were followed
    burst          at least `burst_links` different links were followed within `burst_within`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.pipeline.sources.mapping import MachineRules, Role

# What link scanners and robots call themselves, in lower case; part of it is enough.
AGENTS = (
    "barracuda", "bot/", "bot;", "crawler", "curl/", "fireeye", "forcepoint", "go-http-client", "googleimageproxy",
    "headlesschrome", "mimecast", "phantomjs", "proofpoint", "python-requests", "safelinks", "sophos", "spider",
    "symantec", "trendmicro", "urlscan", "wget/", "zscaler",
)  # fmt: skip

CLAIMED, SCANNER, RETURNED = "claimed", "scanner", "returned"
NO_DELIVERY, TOO_SOON, SAME_SECOND, BURST = "no_delivery", "too_soon", "same_second", "burst"
REASONS = (CLAIMED, SCANNER, RETURNED, NO_DELIVERY, TOO_SOON, SAME_SECOND, BURST)

_SECOND = timedelta(seconds=1)
_UNKNOWN_LINKS = 3  # clicks of which nobody knows the link: two may be a person's double click


@dataclass(frozen=True, slots=True)
class Touch:
    """One row of a message: `said` is a reason that came with it, `link` what was followed (empty: not known)."""

    interaction_id: str
    role: Role
    at: datetime
    link: str = ""
    said: str = ""


def is_scanner(agent: str, agents: Collection[str] = AGENTS) -> bool:
    """Whether a browser calls itself a scanner."""
    folded = agent.casefold()
    return any(part in folded for part in agents)


def judge(touches: Iterable[Touch], rules: MachineRules) -> dict[str, str]:
    """The ids of a message's interactions that do not count, each with the first reason that holds.

    All of them belong to one message to one person. A delivery that came back is among them, as `returned`.
    """
    known = sorted(touches, key=lambda touch: (touch.at, touch.interaction_id))
    deliveries = [touch for touch in known if touch.role is Role.DELIVERY]
    returns = sum(touch.role is Role.RETURN for touch in known)
    # A return takes one delivery back; which one is not told, and they bear the same time.
    taken_back = deliveries[max(0, len(deliveries) - returns) :]
    stayed = [touch.at for touch in deliveries[: max(0, len(deliveries) - returns)]]
    found = {touch.interaction_id: RETURNED for touch in taken_back}
    found |= {touch.interaction_id: touch.said for touch in known if touch.role is Role.OPEN and touch.said}
    clicks = [touch for touch in known if touch.role is Role.CLICK]
    for reason, marked in (
        (BURST, _bursts(clicks, rules)),
        (SAME_SECOND, _same_second(clicks, rules)),
        (TOO_SOON, {click.interaction_id for click in clicks if _is_too_soon(click.at, stayed, rules)}),
        (NO_DELIVERY, {click.interaction_id for click in clicks if rules.needs_delivery and not stayed}),
    ):
        found |= dict.fromkeys(marked, reason)
    return found | {click.interaction_id: click.said for click in clicks if click.said}


def _is_too_soon(at: datetime, deliveries: Sequence[datetime], rules: MachineRules) -> bool:
    if not deliveries:
        return False
    return at < deliveries[0] or any(delivered <= at < delivered + rules.too_soon for delivered in deliveries)


def _same_second(clicks: Sequence[Touch], rules: MachineRules) -> set[str]:
    if not rules.same_second:
        return set()
    return _crowds(
        clicks,
        _SECOND,
        lambda links: len(links) - ("" in links) >= rules.same_second or links[""] >= _UNKNOWN_LINKS,
    )


def _bursts(clicks: Sequence[Touch], rules: MachineRules) -> set[str]:
    if not rules.burst_links:
        return set()
    return _crowds(clicks, rules.burst_within, lambda links: len(links) - ("" in links) >= rules.burst_links)


def _crowds(clicks: Sequence[Touch], length: timedelta, is_crowd: Callable[[Counter[str]], bool]) -> set[str]:
    """The clicks (ordered by time) that lie in a stretch shorter than `length` whose links, counted, are a crowd."""
    links: Counter[str] = Counter()
    marked: set[str] = set()
    start = done = 0
    for end, click in enumerate(clicks):
        links[click.link] += 1
        while click.at - clicks[start].at >= length:
            links[clicks[start].link] -= 1
            if not links[clicks[start].link]:
                del links[clicks[start].link]
            start += 1
        if is_crowd(links):
            marked.update(one.interaction_id for one in clicks[max(start, done) : end + 1])
            done = end + 1
    return marked
