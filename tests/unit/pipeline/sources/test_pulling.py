"""Reading sources beside leads: one reading a table, tokens that serve, tables that cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from connector.errors import MissingFactError, OutsideError
from connector.pipeline.ports import DocumentKind, DocumentStatus, StoredDocument
from connector.pipeline.readings import read_together
from connector.pipeline.rulebook import LiveSource
from connector.pipeline.sources.document import parse_source
from connector.pipeline.sources.harvest import Harvest
from connector.pipeline.sources.mapping import KeyKind
from connector.pipeline.sources.ports import Absorbed, InteractionStore, RowPage, Settled, SourcePage, TableToken
from connector.pipeline.sources.pulling import settle, source_readings

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LEAD, CONTACT = "0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000002"
CALLS = "source: calls\ntable: activity\nlead: {lead: lead}\nat: at\ntype: call\nhistory: 30d\n"
MAILS = (
    "source: mails\ntable: activity\nlead: {contact: contact}\nat: at\ntype: mail\nwhere: {kind: mail}\nhistory: 60d\n"
)


def live(text: str, version: int = 1) -> LiveSource:
    """A live source."""
    mapping = parse_source(text)
    document = StoredDocument(
        DocumentKind.SOURCE, mapping.name, version, DocumentStatus.LIVE, text, mapping.name, NOW, "test"
    )
    return LiveSource(document, mapping)


@dataclass
class FakeStore:
    """Records what is stored."""

    token: TableToken | None = None
    pages: list[SourcePage] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    used: dict[str, Any] = field(default_factory=dict)

    def use_sources(self, sources: Mapping[str, Any], *, kinds: frozenset[str], now: datetime) -> int:
        """Those are live."""
        self.used = {"sources": dict(sources), "kinds": kinds}
        return 0

    def source_token(self, table: str) -> TableToken | None:
        """As given."""
        return self.token

    def begin_source(self, table: str) -> None:
        """A full read begins."""
        self.begun.append(table)

    def absorb_source(self, page: SourcePage, *, now: datetime) -> Absorbed:
        """A page."""
        self.pages.append(page)
        return Absorbed(stored=len(page.sightings))

    def settle_interactions(self, *, now: datetime, expire: bool, leads: Collection[str] | None = None) -> Settled:
        """One found its lead."""
        assert expire
        return Settled(found=1)


@dataclass
class FakeTables:
    """Gives pages, then raises `error`."""

    pages: Sequence[RowPage] = ()
    error: Exception | None = None
    asked: list[tuple[str, frozenset[str], str | None, datetime | None]] = field(default_factory=list)

    def find(self, table: str) -> None:
        """Nothing is looked for here."""
        raise AssertionError(table)

    def read(
        self, table: str, wanted: frozenset[str], token: str | None, *, since: datetime | None
    ) -> Iterator[RowPage]:
        """The pages."""
        self.asked.append((table, wanted, token, since))
        yield from self.pages
        if self.error:
            raise self.error

    def addresses(self, contact_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """One contact has an address."""
        return {CONTACT: ("jo@example.com",)} if CONTACT in contact_ids else {}


def run(store: FakeStore, tables: FakeTables | None, *sources: LiveSource) -> Harvest:
    """Read the sources."""
    harvest = Harvest()
    readings = source_readings(cast("InteractionStore", store), tables, sources, harvest, lambda: NOW)
    read_together(readings, check_stop=lambda: None)
    return harvest


def row(**columns: Any) -> Mapping[str, Any]:
    """A row of the table."""
    return {"at": "2026-11-20T08:00:00Z", "kind": "mail", "lead": None, "contact": None, **columns}


def test_a_table_is_read_once_for_all_its_sources() -> None:
    """With the columns of all of them, as far back as any wants; each says what a row is for it."""
    store = FakeStore()
    page = RowPage(
        [("1", row(lead=LEAD)), ("2", row(contact=CONTACT)), ("3", row(lead=LEAD, at=None))], ("9",), "t1", full=True
    )
    tables = FakeTables([page])
    harvest = run(store, tables, live(CALLS), live(MAILS, 3))
    assert tables.asked == [("activity", frozenset({"lead", "contact", "at", "kind"}), None, NOW - timedelta(days=60))]
    (stored,) = store.pages
    assert (stored.sources, list(stored.rows), list(stored.deleted)) == (
        frozenset({"calls", "mails"}),
        ["1", "2", "3"],
        ["9"],
    )
    assert [(one.source, one.row) for one in stored.sightings] == [("calls", "1"), ("mails", "2")]
    assert [key.kind for key in stored.sightings[1].keys] == [KeyKind.CONTACT, KeyKind.EMAIL]
    assert stored.token == TableToken("t1", tables.asked[0][1], frozenset({"calls@1", "mails@3"}))
    assert store.begun == ["activity"]
    assert (harvest.rows, harvest.stored, dict(harvest.defects)) == (3, 2, {"calls": 1, "mails": 1})
    assert store.used["kinds"] == {"lead", "contact", "email"}


def test_ids_that_were_met_are_handed_on() -> None:
    """After what changed a look at the ids may follow: from its first page on what is not met is gone."""
    store = FakeStore()
    run(
        store,
        FakeTables([RowPage([("1", row(lead=LEAD))]), RowPage([], token="t2", full=True, seen=["1", "2"])]),
        live(CALLS),
    )
    assert [(page.full, list(page.rows), list(page.seen)) for page in store.pages] == [
        (False, ["1"], []),
        (True, [], ["1", "2"]),
    ]
    assert store.begun == ["activity"]


@pytest.mark.parametrize(
    ("columns", "mappings", "serves"),
    [
        ({"lead", "at"}, {"calls@1"}, True),
        ({"lead", "at", "more"}, {"calls@1", "gone@2"}, True),
        ({"lead"}, {"calls@1"}, False),
        ({"lead", "at"}, {"calls@2"}, False),
    ],
)
def test_a_token_serves_the_mappings_that_it_was_read_with(
    columns: set[str], mappings: set[str], *, serves: bool
) -> None:
    """Another column, or another version of a source, and everything is read again."""
    store = FakeStore(TableToken("t1", frozenset(columns), frozenset(mappings)))
    tables = FakeTables([RowPage([], token="t2")])
    run(store, tables, live(CALLS))
    assert tables.asked[0][2] == ("t1" if serves else None)
    assert store.begun == []


def test_a_source_without_history_wants_everything() -> None:
    """Of two sources of a table one is enough for that."""
    tables = FakeTables()
    run(FakeStore(), tables, live(CALLS.replace("history: 30d\n", "")), live(MAILS))
    assert tables.asked[0][3] is None


@pytest.mark.parametrize(
    "error",
    [MissingFactError("No such column."), OutsideError("No privilege.", status=403), OutsideError("?", status=404)],
)
def test_a_lasting_reason_is_reported_and_stops_nothing(error: Exception) -> None:
    """The next run tries again."""
    harvest = run(FakeStore(), FakeTables([RowPage([])], error), live(CALLS))
    assert harvest.unreadable == {"activity": str(error)}


def test_a_passing_reason_ends_the_run() -> None:
    """As it does for leads."""
    with pytest.raises(OutsideError):
        run(FakeStore(), FakeTables(error=OutsideError("Too busy.", status=503)), live(CALLS))


def test_without_an_environment_nothing_is_read() -> None:
    """Which sources are live is still remembered."""
    store = FakeStore()
    run(store, None, live(CALLS))
    assert list(store.used["sources"]) == ["calls"]


def test_what_found_its_lead_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """In the log, since it explains why leads are scored."""
    with caplog.at_level("INFO"):
        settle(cast("InteractionStore", FakeStore()), lambda: NOW)
    assert "1 found their lead" in caplog.text
