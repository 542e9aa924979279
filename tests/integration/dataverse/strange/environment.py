"""An environment, its sign-in service and a flow, written from the facts alone; it shares nothing with the sandbox."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.integration.dataverse.strange.filters import CRM, Filter
from tests.integration.dataverse.strange.messages import Ask, Told, fault, make_ask, multipart
from tests.integration.dataverse.strange.tables import COLUMNS, SETS, Row, attribute
from tests.integration.dataverse.strange.ways import Ways

API = "/api/data/v9.2/"


TENANT = "/11111111-2222-4333-8444-555555555555"


FLOW = "/powerautomate/automations/direct/workflows/0/triggers/manual/paths/invoke"


USER = "aaaaaaaa-0000-4000-8000-000000000001"


KIND = f"@{CRM}lookuplogicalname"


class Strange:
    """The environment. `asks` are the requests of the Web API, `cards` what came to the flow."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.lock = threading.RLock()
        self.rows: dict[str, dict[str, Row]] = {"lead": {}, "account": {}, "contact": {}}
        self.version = 1000
        self.gone: list[tuple[int, str, str]] = []  # version, table, id
        self.asks: list[Ask] = []
        self.cards: list[Any] = []
        self.tokens = 0
        self.origin = ""
        self.files: tuple[Path, Path]

    # --- what people do there ---

    def put(self, table: str, row_id: str, **values: Any) -> str:
        """Create or change a row as a person would."""
        with self.lock:
            self.version += 1
            age = dt.timedelta(days=3, minutes=-self.version)
            row = self.rows[table].setdefault(row_id, {"createdon": self.now() - age})
            row.update(values, modifiedon=self.now(), _version=self.version)
        return row_id

    def remove(self, table: str, row_id: str) -> None:
        """Delete a row."""
        with self.lock:
            self.version += 1
            del self.rows[table][row_id]
            self.gone.append((self.version, table, row_id))

    def now(self) -> dt.datetime:
        """This server's clock."""
        return dt.datetime.now(dt.UTC).replace(microsecond=0) + self.ways.clock

    # --- answering ---

    def answer(self, ask: Ask) -> Told:
        """Answer one request."""
        if ask.path.startswith(TENANT):
            return self.sign_in(ask)
        if ask.path.startswith(FLOW):
            self.cards.append(json.loads(ask.body))
            return Told(202)
        if not ask.path.startswith(API):
            return Told(404, b"<html>no such page</html>", {"Content-Type": "text/html"})
        self.asks.append(ask)
        for look in self.ways.before:
            if told := look(ask):
                return told
        with self.lock:
            return self.ways.after(ask, self.serve(ask))

    def sign_in(self, ask: Ask) -> Told:
        """The tenant's configuration, or a token."""
        base = self.origin + TENANT
        if ask.method == "GET":
            found = {
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "issuer": f"{base}/v2.0",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
            }
            return Told(200, found)
        if self.ways.token:
            return self.ways.token
        self.tokens += 1
        return Told(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{self.tokens}"})

    def serve(self, ask: Ask) -> Told:  # noqa: PLR0911 - a table of routes
        """The Web API."""
        rest = ask.path[len(API) :]
        if not ask.headers.get("authorization", "").startswith("Bearer token-"):
            return fault(401, "", "no token")
        if rest == "WhoAmI":
            return Told(200, {"UserId": USER, "BusinessUnitId": USER, "OrganizationId": USER})
        if rest == "$batch":
            return self.serve_batch(ask)
        if rest.startswith("EntityDefinitions"):
            return self.metadata(rest)
        if found := re.fullmatch(r"(\w+)\(([0-9a-fA-F-]{36})\)", rest):
            table, row_id = SETS.get(found[1]), found[2].lower()
            if table is None:
                return fault(404, "0x8006088a", "Resource not found for the segment")
            return self.update(ask, row_id) if ask.method == "PATCH" else self.one(table, row_id, ask)
        if rest in SETS:
            return self.listing(SETS[rest], ask)
        if rest.startswith("systemusers("):
            return Told(200, {"RolePrivileges": [{"Depth": "Global"}]})
        return fault(404, "0x8006088a", "Resource not found for the segment")

    # --- reading ---

    def shown(self, table: str, row: Row, row_id: str, select: str, prefer: str) -> Row:
        """A row as it is sent."""
        told: Row = {"@odata.etag": self.ways.etag(row["_version"]), f"{table}id": row_id}
        for column in select.split(",") if select else []:
            logical = re.sub(r"^_(\w+)_value$", r"\1", column)
            if logical not in COLUMNS[table]:
                raise KeyError(column)
            value = row.get(logical)
            if column != f"{table}id":
                told[column] = value.strftime(self.ways.date_form) if isinstance(value, dt.datetime) else value
            if isinstance(value, tuple):
                told[column] = value[1]
                if "lookuplogicalname" in prefer or '"*"' in prefer:
                    told[column + KIND] = value[0]
        return self.ways.row(table, told)

    def one(self, table: str, row_id: str, ask: Ask) -> Told:
        """One row by its id."""
        row = self.rows[table].get(row_id)
        if row is None:
            return fault(404, "0x80040217", f"{table} With Id = {row_id} Does Not Exist")
        return Told(200, self.shown(table, row, row_id, ask.query.get("$select", ""), ask.prefer))

    def listing(self, table: str, ask: Ask) -> Told:
        """Rows of a table: a query, a first read with tracking, or a delta."""
        ways, query = self.ways, dict(ask.query)
        tracks = "track-changes" in ask.prefer and ways.tracks
        if "track-changes" in ask.prefer and "$deltatoken" not in query:
            if ways.not_tracked:
                return ways.not_tracked
            if refused := next((name for name in ("$filter", "$orderby", "$expand", "$top") if name in query), None):
                return fault(400, "0x80060888", f"{refused} isn't supported when change tracking is enabled")
        since = query.get("$deltatoken")
        if since is not None and ways.expired:
            expired, ways.expired = ways.expired, None
            return expired
        base = int(since.split("!")[0]) if since else None
        mark = int(query.get("$mark", self.version))
        try:
            entries = self.entries(table, query, ask.prefer, base)
        except KeyError as error:
            return fault(400, "0x80041103", f"'{table}' has no column {error}")
        size = ways.page
        if ways.heeds_page_size and (wish := re.search(r"odata\.maxpagesize=(\d+)", ask.prefer)):
            size = min(size, int(wish[1]))
        begin = int(query.get("$skiptoken", "0"))
        told: Row = {"@odata.context": f"{self.origin}{API}$metadata#{table}s", "value": entries[begin : begin + size]}
        path = f"{API}{table}s?"
        kept = [
            f"{name}={quote(query[name])}"
            for name in ("$select", "$filter", "$orderby", "$deltatoken")
            if name in query
        ]
        if begin + size < len(entries):
            told["@odata.nextLink"] = ways.link(
                self.origin, path + "&".join([*kept, f"$mark={mark}", f"$skiptoken={begin + size}"])
            )
        else:
            told |= ways.last_link
            if (tracks or since) and ways.gives_delta_link:
                token = quote(f"{mark}!08/22/2017 08:10:44", safe="").lower()
                chosen = [one for one in kept if one.startswith("$select")]
                told["@odata.deltaLink"] = ways.link(self.origin, path + "&".join([*chosen, f"$deltatoken={token}"]))
        return Told(200, told, {"Preference-Applied": "odata.track-changes"} if tracks else {})

    def entries(self, table: str, query: dict[str, str], prefer: str, base: int | None) -> list[Row]:
        """Everything that an answer lists, over all its pages."""
        rows = self.rows[table]
        found = [(row_id, row) for row_id, row in rows.items() if base is None or row["_version"] > base]
        if "$filter" in query:
            holds = Filter(query["$filter"]).read()
            found = [(row_id, row) for row_id, row in found if holds(partial(value_of, table, row, row_id))]
        keys = [part.split() for part in query.get("$orderby", f"{table}id asc").split(",")]
        for name, *way in reversed(keys):
            read = partial(_value_of_pair, table, name)
            found.sort(key=read, reverse=way == ["desc"])
        if base is not None:
            found.sort(key=lambda pair: pair[1]["_version"])
        changed = [self.shown(table, row, row_id, query.get("$select", ""), prefer) for row_id, row in found]
        if base is None:
            return changed
        context = {"@odata.context": f"{self.origin}{API}$metadata#{table}s/$deletedEntity"}
        gone = [{**context, **self.ways.deleted(row_id)} for at, of, row_id in self.gone if of == table and at > base]
        return self.ways.delta(changed, gone)

    # --- writing ---

    def update(self, ask: Ask, row_id: str) -> Told:  # noqa: PLR0911 - one line for each answer
        """A guarded update of a lead."""
        match = ask.headers.get("if-match", "")
        if match in {"", "*"}:
            return fault(428, "", "an update that is not guarded")
        row = self.rows["lead"].get(row_id)
        if row is None:
            return fault(404, "0x80040217", f"lead With Id = {row_id} Does Not Exist")
        if match != self.ways.etag(row["_version"]):
            return fault(412, "0x80060882", "The version of the existing record doesn't match the RowVersion")
        values = json.loads(ask.body)
        if unknown := [name for name in values if not COLUMNS["lead"].get(name, ("", False))[1]]:
            return fault(400, "0x80048d19", f"Invalid property '{unknown[0]}'")
        self.put("lead", row_id, **self.ways.keep(values))
        if self.ways.patched == "nothing" or "return=representation" not in ask.prefer:
            return Told(204)
        if self.ways.patched == "empty":
            return Told(200, b"")
        if self.ways.patched == "other":
            return Told(200, {"@odata.context": "x"})
        told = self.shown("lead", self.rows["lead"][row_id], row_id, ask.query.get("$select", ""), ask.prefer)
        entity = {"OData-EntityId": f"{self.origin}{API}leads({row_id})", "Preference-Applied": "return=representation"}
        return Told(200, told, entity)

    def serve_batch(self, ask: Ask) -> Told:
        """Independent parts, in order, each with its own answer."""
        if self.ways.batch_refusal:
            return self.ways.batch_refusal
        found = re.search(r'boundary="?([^";]+)', ask.headers["content-type"])
        assert found
        told: list[tuple[str, Told]] = []
        for part in ask.body.decode().split(f"--{found[1]}")[1:-1]:
            outer, head, body = part.strip("\r\n").split("\r\n\r\n", 2)
            first, *lines = head.split("\r\n")
            method, url, _ = first.split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            number = re.search(r"Content-ID: (\S+)", outer)
            # A part is made on behalf of whoever sent the batch.
            headers["authorization"] = ask.headers["authorization"]
            inner = make_ask(method, url, headers, body.encode())
            told.append((number[1] if number else "", self.ways.part(len(told), inner) or self.serve(inner)))
        return (self.ways.batch or multipart)(told)

    # --- metadata ---

    def metadata(self, rest: str) -> Told:
        """Definitions of tables and columns."""
        found = re.fullmatch(
            rf"EntityDefinitions\(LogicalName='(\w+)'\)(/Attributes)?(?:/{re.escape(CRM)}(\w+)AttributeMetadata)?", rest
        )
        table = found[1] if found else ""
        if found is None or table not in COLUMNS:
            return fault(404, "0x80060888", "no such table")
        if not found[2]:
            told = {"LogicalName": table, "EntitySetName": f"{table}s", "PrimaryIdAttribute": f"{table}id"}
            more = {"ChangeTrackingEnabled": self.ways.tracking, "IsOptimisticConcurrencyEnabled": True}
            return Told(200, self.ways.definition(told | more))
        if found[3] and (refused := self.ways.cast(found[3])):
            return refused
        listed = [attribute(name, kind, may=may) for name, (kind, may) in COLUMNS[table].items()]
        return Told(
            200,
            {"value": [self.ways.attribute(row) for row in listed if not found[3] or row["AttributeType"] == found[3]]},
        )


def _value_of_pair(table: str, name: str, pair: tuple[str, Row]) -> Any:
    return value_of(table, pair[1], pair[0], name)


def value_of(table: str, row: Row, row_id: str, name: str) -> Any:
    """A column's value as filters and sorts see it."""
    if name == f"{table}id":
        return row_id
    value = row.get(re.sub(r"^_(\w+)_value$", r"\1", name))
    return value[1] if isinstance(value, tuple) else value
