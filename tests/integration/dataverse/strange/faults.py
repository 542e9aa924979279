"""Faults that a server may have: which requests meet them, and how often."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.dataverse.strange.messages import Ask, Told, fault

Look = Callable[[Ask], Told | None]
When = Callable[[Ask], bool]


EXPIRED = fault(401, "", "The token is no longer valid", WWW_Authenticate='Bearer error="invalid_token"')


BUSY = fault(429, "0x80072322", "Number of requests exceeded the limit of 6000 over time window of 300 seconds.")


GATEWAY = Told(503, b"<html><body>Service Unavailable</body></html>", {"Content-Type": "text/html"})


BROKEN = Told(0)


NOT_TRACKED = fault(400, "0x80072491", "Change tracking is not enabled for entity lead")


def listing(ask: Ask) -> bool:
    """A read of leads."""
    return ask.path.endswith("/leads")


def paged(ask: Ask) -> bool:
    """A further page of one."""
    return listing(ask) and "$skiptoken" in ask.query


def patching(ask: Ask) -> bool:
    """A single update."""
    return ask.method == "PATCH"


def batching(ask: Ask) -> bool:
    """A batch."""
    return ask.path.endswith("$batch")


def writing(ask: Ask) -> bool:
    """An update, single or in a batch."""
    return patching(ask) or batching(ask)


def any_get(ask: Ask) -> bool:
    """Any read."""
    return ask.method == "GET"


def times(number: int, told: Told, when: When) -> Look:
    """A fault of a server that passes: so many requests for which `when` holds are answered so."""
    left = [number]

    def look(ask: Ask) -> Told | None:
        if left[0] and when(ask):
            left[0] -= 1
            return told
        return None

    return look


def nth(number: int, told: Told, when: When) -> Look:
    """One request, the so-manieth for which `when` holds, is answered so."""
    seen = [0]

    def look(ask: Ask) -> Told | None:
        seen[0] += bool(when(ask))
        return told if when(ask) and seen[0] == number else None

    return look
