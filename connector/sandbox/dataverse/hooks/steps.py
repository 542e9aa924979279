"""Which steps are registered for a message of a table, and the rules that a registration has to keep."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET  # nosec B405  # what it reads is checked first

from connector.sandbox.dataverse.errors import INVALID_ARGUMENT, ODataError
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tables.registration import HTTP_HEADER, HTTP_QUERY, SECRET, WEBHOOK, WEBHOOK_KEY

REGISTRATION = frozenset({"serviceendpoint", "sdkmessageprocessingstep", "sdkmessageprocessingstepimage"})
POST_OPERATION = 40
PRE_IMAGE, POST_IMAGE, BOTH_IMAGES = 0, 1, 2
PORTS = frozenset({None, 80, 443})


@dataclass(frozen=True, slots=True)
class Image:
    """A copy of the row that a step asks for; no `columns`: all of them."""

    alias: str
    kind: int
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One registered step of a webhook. `filtering`: columns of which one has to be written; empty: any."""

    step_id: str
    name: str
    rank: int
    asynchronous: bool
    keeps_jobs: bool
    filtering: frozenset[str]
    images: tuple[Image, ...]
    url: str
    authentication: int
    secret: str

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values that the secret consists of; that of a webhook key is `code`."""
        if self.authentication == WEBHOOK_KEY:
            return [("code", self.secret)] if self.secret else []
        return read_settings(self.secret)


class Steps:
    """The enabled steps by message and table, read from the tables anew after a registration changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[tuple[str, str], tuple[Step, ...]] | None = None
        self.any_port = True  # Dataverse itself posts to ports 80 and 443 only

    def forget(self) -> None:
        """A registration changed."""
        self._found = None

    def any(self) -> bool:
        """Tell whether anything is registered at all."""
        return bool(self._known())

    def of(self, message: str, table: str) -> tuple[Step, ...]:
        """The steps for a message of a table, in their order."""
        known = self._known()
        found = known.get((message, table), ()) + known.get((message, ""), ())
        return tuple(sorted(found, key=lambda step: step.rank)) if len(found) > 1 else found

    def _known(self) -> dict[tuple[str, str], tuple[Step, ...]]:
        if self._found is None:
            self._found = self._read()
        return self._found

    def _read(self) -> dict[tuple[str, str], tuple[Step, ...]]:
        found: dict[tuple[str, str], tuple[Step, ...]] = {}
        for row in self._store.rows["sdkmessageprocessingstep"].by_id.values():
            endpoint = self._endpoint(row)
            if row.get("statecode", 0) != 0 or endpoint is None or endpoint.get("contract") != WEBHOOK:
                continue
            message = self._store.require("sdkmessage", row["_sdkmessageid_value"])["name"]
            of_table = self._store.get("sdkmessagefilter", row.get("_sdkmessagefilterid_value") or "")
            key = message, "" if of_table is None else of_table["primaryobjecttypecode"]
            found[key] = (*found.get(key, ()), self._step(row, endpoint))
        return found

    def _endpoint(self, row: Row) -> Row | None:
        if row.get("_eventhandler_value@table", "serviceendpoint") != "serviceendpoint":
            return None
        return self._store.get("serviceendpoint", row.get("_eventhandler_value") or "")

    def _step(self, row: Row, endpoint: Row) -> Step:
        step_id = row["sdkmessageprocessingstepid"]
        images = tuple(
            Image(each.get("entityalias") or "", each.get("imagetype", POST_IMAGE), _names(each.get("attributes")))
            for each in self._store.rows["sdkmessageprocessingstepimage"].by_id.values()
            if each.get("_sdkmessageprocessingstepid_value") == step_id
        )
        return Step(
            step_id, row.get("name") or "", row.get("rank") or 1, row.get("mode") == 1,
            not row.get("asyncautodelete"), _names(row.get("filteringattributes")), images,
            endpoint["url"], endpoint["authtype"], endpoint.get(SECRET) or "",
        )  # fmt: skip

    # --- what a registration has to keep to ------------------------------------------------------------------------

    def check_endpoint(self, row: Row) -> None:
        """Raise ODataError for a service endpoint that cannot be a webhook."""
        for name in ("name", "contract", "authtype"):
            _require(row, name, "serviceendpoint")
        if row["contract"] != WEBHOOK:
            return
        parts = urlsplit(row.get("url") or "")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise _refused("The URL of a webhook must be an absolute http or https address.")
        if not self.any_port and parts.port not in PORTS:
            raise _refused("Webhooks support only port 80 for http and port 443 for https.")
        if row["authtype"] not in {WEBHOOK_KEY, HTTP_HEADER, HTTP_QUERY}:
            raise _refused("A webhook takes the authentication types WebhookKey, HttpHeader and HttpQueryString.")
        if row["authtype"] != WEBHOOK_KEY:
            read_settings(row.get(SECRET) or "")

    def check_step(self, row: Row) -> None:
        """Raise ODataError for a step whose parts do not go together."""
        for name in ("_sdkmessageid_value", "_eventhandler_value", "stage", "mode", "rank", "supporteddeployment"):
            _require(row, name, "sdkmessageprocessingstep")
        message = self._store.require("sdkmessage", row["_sdkmessageid_value"])["name"]
        of_table = self._store.get("sdkmessagefilter", row.get("_sdkmessagefilterid_value") or "")
        if of_table is not None and of_table.get("_sdkmessageid_value") != row["_sdkmessageid_value"]:
            raise _refused("The message filter is not one of the message of the step.")
        if row["mode"] == 1 and row["stage"] != POST_OPERATION:
            raise _refused("An asynchronous step must run in the post-operation stage.")
        names = _names(row.get("filteringattributes"))
        if not names:
            return
        if message not in {"Update", "UpdateMultiple"} or of_table is None:
            raise _refused(f"Filtering attributes are not supported for the message {message}.")
        unknown = sorted(names - self._store.tables[of_table["primaryobjecttypecode"]].columns.keys())
        if unknown:
            raise _refused(f"The filtering attribute '{unknown[0]}' is not a column of the table.")


def read_settings(text: str) -> list[tuple[str, str]]:
    """Names and values of `<settings><setting name="..." value="..."/></settings>`. Raises ODataError."""
    if not text:
        return []
    try:
        if "<!" in text:
            raise _refused("The authentication value must not declare anything.")
        root = ET.fromstring(text)  # noqa: S314  # nosec B314  # at most 2,048 characters, without declarations
    except ET.ParseError:
        root = None
    if root is None or root.tag != "settings":
        raise _refused('The authentication value must be <settings><setting name="..." value="..."/></settings>.')
    return [(each.get("name", ""), each.get("value", "")) for each in root.iterfind("setting")]


def _names(text: str | None) -> frozenset[str]:
    return frozenset(name.strip() for name in (text or "").split(",") if name.strip())


def _require(row: dict[str, Any], name: str, table: str) -> None:
    if row.get(name) is None:
        raise _refused(f"The column '{name}' of '{table}' is required.")


def _refused(message: str) -> ODataError:
    return ODataError(HTTPStatus.BAD_REQUEST, INVALID_ARGUMENT, message)
