"""One request and its whole answer, within bounds. No retry, no limit and no meaning of an answer in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from connector.dataverse.http.addresses import Origin
from connector.dataverse.http.transport import Bearer, Limits, network_fault, outfit, read_body

_ODATA = {"Accept": "application/json", "OData-MaxVersion": "4.0", "OData-Version": "4.0"}
_HEADERS = {**_ODATA, "User-Agent": "dataverse-lead-connector"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it is tried again and again; `doing` says what it is for, without a row's id."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    doing: str
    repeatable: bool
    holds_data: bool = True
    parts: int = 0  # of a batch
    peek: Callable[[bytes], object] | None = None  # is shown the body of a 200 before it is read

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing there."""
        return self.method == "GET"

    @property
    def kind(self) -> str:
        """What requests that take about as long have in common."""
        return f"{self.method} {self.doing} {self.parts}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; its headers came `lasted_s` after the request was begun."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    lasted_s: float


class Exchange:
    """Sends requests to one origin over pooled connections. Threads may share it."""

    def __init__(
        self,
        origin: Origin,
        *,
        ca_bundle: Path | None,
        limits: Limits,
        connections: int,
        monotonic: Callable[[], float],
    ) -> None:
        self._origin = origin
        self._verify: bool | str = str(ca_bundle) if ca_bundle else True
        self._limits = limits
        self._monotonic = monotonic
        self._http = requests.Session()
        outfit(self._http, pool_size=connections)

    def close(self) -> None:
        """Give back every connection."""
        self._http.close()

    def send(self, call: Call, token: str) -> Answer:
        """Send and read the whole answer. Raises OutsideError where there is none."""
        limits = self._limits
        begun = self._monotonic()
        request = requests.Request(
            call.method, call.url, headers={**_HEADERS, **call.headers}, data=call.body, auth=Bearer(token)
        )
        try:
            prepared = self._http.prepare_request(request)
            # What goes out is what `requests` made of the address: that is what must have our origin.
            self._origin.locate(prepared.url or "", doing=call.doing)
            settings = self._http.merge_environment_settings(prepared.url, {}, True, self._verify, None)
            timeout = (limits.connect_s, limits.read_s)
            with self._http.send(prepared, timeout=timeout, allow_redirects=False, **settings) as response:
                lasted_s = self._monotonic() - begun
                body = read_body(
                    response,
                    limit=limits.body_bytes,
                    deadline=begun + limits.answer_s,
                    monotonic=self._monotonic,
                    doing=call.doing,
                )
                return Answer(response.status_code, response.headers, body, lasted_s)
        except OSError as error:  # every `requests` exception is one; so is a CA file that is not there
            raise network_fault(error, host=self._origin.host, doing=call.doing) from None
