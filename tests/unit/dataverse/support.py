"""What the tests of the Dataverse adapter share: a clock that sleeping moves, numbered tokens, scripted answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import responses
from requests import PreparedRequest

ORG = "https://org.crm4.dynamics.com"
ROOT = f"{ORG}/api/data/v9.2/"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HTTP_NOW = "Fri, 20 Nov 2026 09:00:00 GMT"

_EVERYWHERE = re.compile("https://.*")

Answer = tuple[int, Mapping[str, str], str]


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    now: datetime = NOW
    mono: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        """Aware UTC."""
        return self.now

    def monotonic(self) -> float:
        """Seconds."""
        return self.mono

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.mono += seconds
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeTokens:
    """Gives token-1 until it is dropped, then token-2, and so on."""

    number: int = 1
    dropped: list[str] = field(default_factory=list)

    def token(self) -> str:
        """The current token."""
        return f"token-{self.number}"

    def drop(self, token: str) -> None:
        """Go on to the next."""
        self.dropped.append(token)
        self.number += 1

    def close(self) -> None:
        """Nothing to close."""


class Script:
    """Answers to requests, by the decoded part of the address that they must hold, each used in turn.

    The last answer for a part stays. `sent` is every request in order.
    """

    def __init__(self, mock: responses.RequestsMock) -> None:
        self._rules: list[tuple[str, str, list[Answer]]] = []
        self.sent: list[PreparedRequest] = []
        for method in ("GET", "PATCH", "POST", "DELETE"):
            mock.add_callback(method, _EVERYWHERE, self._answer)

    def on(self, method: str, part: str, *answers: Any, headers: Mapping[str, str] | None = None) -> None:
        """Answer requests that hold `part`; an answer is JSON for a 200, or (status, headers, body)."""
        given = [
            answer
            if isinstance(answer, tuple)
            else (200, {"Date": HTTP_NOW, **(headers or {})}, json.dumps(answer, ensure_ascii=False))
            for answer in answers
        ]
        self._rules.insert(0, (method, part, given))

    def urls(self, part: str = "") -> list[str]:
        """The decoded addresses asked for, relative to the API root, that hold `part`."""
        urls = [unquote(request.url or "").removeprefix(ROOT) for request in self.sent]
        return [url for url in urls if part in url]

    def _answer(self, request: PreparedRequest) -> Answer:
        self.sent.append(request)
        url = unquote(request.url or "")
        for method, part, answers in self._rules:
            if method == request.method and part in url:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        raise AssertionError(f"nothing answers {request.method} {url}")


def refuse(status: int, code: str = "", message: str = "", **headers: str) -> Answer:
    """An error answer in Dataverse's shape."""
    body = json.dumps({"error": {"code": code, "message": message}})
    return status, {"x-ms-service-request-id": "req-1", "Date": HTTP_NOW, **headers}, body
