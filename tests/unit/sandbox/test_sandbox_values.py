"""Small parts of the Web API: preferences, links and tokens, routes, formatted values, tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from connector.sandbox.dataverse import preferences, routes
from connector.sandbox.dataverse.errors import ODataError
from connector.sandbox.dataverse.keys import read_key
from connector.sandbox.dataverse.preferences import FORMATTED, LOOKUP_TABLE
from connector.sandbox.dataverse.query import links
from connector.sandbox.dataverse.query.links import Position
from connector.sandbox.dataverse.rendering import format_value
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, OPTION_KINDS, Kind, stable_id
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tables import standard_tables
from connector.sandbox.dataverse.values import accept

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_preferences_are_read_together() -> None:
    """Several preferences stand in one header; values may be quoted and hold commas."""
    found = preferences.read(
        f'odata.maxpagesize=50, odata.include-annotations="{FORMATTED},Microsoft.Dynamics.CRM.*";return=representation,'
        "odata.track-changes,odata.continue-on-error,respond-async",
        maximum=5000,
    )
    assert found.page_size == 50
    assert found.wants(FORMATTED)
    assert found.wants(LOOKUP_TABLE)
    assert not found.wants("OData.Community.Other")
    assert (found.representation, found.track_changes, found.continue_on_error) == (True, True, True)
    assert "respond-async" not in ",".join(found.honoured)


@pytest.mark.parametrize("size", ["0", "-5", "many", "5001", "1.5"])
def test_impossible_page_sizes_are_ignored(size: str) -> None:
    """A page size that cannot be is not honoured and not confirmed."""
    found = preferences.read(f"odata.maxpagesize={size}", maximum=5000)
    assert found.page_size is None
    assert found.honoured == ()


def test_skip_tokens_round_trip() -> None:
    """A position survives its token, and a token does not survive other options."""
    options = [("$select", "a,b"), ("$filter", "x eq 'y z'")]
    position = Position(3, ("Ä", None, "id"), 17, 99)
    token = links.skip_token(position, links.digest(options))
    assert links.read_skip_token(token, links.digest(list(reversed(options)))) == position
    with pytest.raises(ODataError):
        links.read_skip_token(token, links.digest(options[:1]))
    for broken in (
        "",
        "<cookie />",
        token.replace("pagingcookie=", "x="),
        token.replace('pagingcookie="', 'pagingcookie="AAAA'),
    ):
        with pytest.raises(ODataError):
            links.read_skip_token(broken, links.digest(options))


def test_links_keep_options_and_decode_to_the_same() -> None:
    """A link decodes to the options it was made of and one token, however its escapes are written."""
    options = [("$select", "a,b"), ("$filter", "x eq 'é & +'"), ("$skiptoken", "old")]
    link = links.link("https://localhost/api/data/v9.2/leads", options, links.SKIP, '<new value="1" />')
    assert parse_qsl(urlsplit(link).query) == [*options[:2], ("$skiptoken", '<new value="1" />')]
    assert "%3c" in link
    assert "%3C" not in link


def test_delta_tokens_expire() -> None:
    """A token tells its version until it is too old, or older than the definitions."""
    token = links.delta_token(1234, NOW)
    assert token == "1234!11/20/2026 12:00:00"
    later = NOW + timedelta(days=7)
    assert links.read_delta_token(token, now=later, expired_before=1234, days=7) == 1234
    for when, before in ((later + timedelta(seconds=1), 0), (later, 1235)):
        with pytest.raises(ODataError) as caught:
            links.read_delta_token(token, now=when, expired_before=before, days=7)
        assert caught.value.code == "0x80044352"
    for broken in ("", "1234", "x!11/20/2026 12:00:00", "1!yesterday"):
        with pytest.raises(ODataError) as caught:
            links.read_delta_token(broken, now=NOW, expired_before=0, days=7)
        assert caught.value.code == "0x80040203"


@pytest.mark.parametrize(
    ("path", "name", "key", "rest"),
    [
        ("/api/data/v9.2", "", None, ()),
        ("/api/data/v9.2/", "", None, ()),
        ("/api/data/v9.0/leads", "leads", None, ()),
        ("/api/data/v9.2/leads(abc)/jobtitle/$value", "leads", "abc", ("jobtitle", "$value")),
        ("/api/data/v9.2/leads%28abc%29", "leads", "abc", ()),
        ("/api/data/v9.2/EntityDefinitions(LogicalName='lead')", "EntityDefinitions", "LogicalName='lead'", ()),
        ("/api/data/v9.2/WhoAmI()", "WhoAmI", "", ()),
    ],
)
def test_paths_are_taken_apart(path: str, name: str, key: str | None, rest: tuple[str, ...]) -> None:
    """A path gives its first segment, its key and what follows."""
    route = routes.read(path)
    assert (route.name, route.key, route.rest) == (name, key, rest)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 404), ("/api/data/v8.2/leads", 404), ("/api/data/v9.2/a b(", 404), ("/" + "x" * 40_000, 414)],
)
def test_paths_that_lead_nowhere(path: str, status: int) -> None:
    """What is not below the API's root, or too long, is refused."""
    with pytest.raises(ODataError) as caught:
        routes.read(path)
    assert caught.value.status == status


def test_ids_may_be_quoted() -> None:
    """A key is an id, quoted or not or named, in lower case; anything else has to be an alternate key."""
    lead = standard_tables()["lead"]
    for text in (f"'{stable_id('x').upper()}'", stable_id("x"), f"leadid={stable_id('x')}"):
        assert read_key(lead, text).row_id == stable_id("x")
    for text in ("12", "subject='x'", "subject", "leadid='x'", "subject='x',", "subject='x'subject='y'", ""):
        with pytest.raises(ODataError) as caught:
            read_key(lead, text)
        assert caught.value.status == 400


def test_tables_are_consistent() -> None:
    """Lookups lead to tables that exist, options have distinct values, status reasons belong to a state."""
    tables = standard_tables()
    for table in tables.values():
        assert table.primary_name in table.columns
        for column in table.columns.values():
            assert column.kind not in LOOKUP_KINDS or column.targets
            assert all(target.table in tables for target in column.targets)
            values = [option.value for option in column.options]
            assert len(values) == len(set(values))
            assert bool(values) is (column.kind in OPTION_KINDS)
            if column.kind is Kind.STATUS:
                states = {option.value: option for option in table.columns["statecode"].options}
                assert all(option.state in states for option in column.options)
                assert all(column.option(state.default_status or 0) for state in states.values())
                assert all(set(option.labels) == {1033, 1031, 1036} for option in column.options)


def test_each_call_makes_its_own_tables() -> None:
    """What one sandbox does to its definitions does not reach another."""
    first, second = standard_tables(), standard_tables(change_tracking=False)
    first["lead"].remove_column("lc_fit")
    assert "lc_fit" in second["lead"].fields
    assert (first["lead"].tracked, second["lead"].tracked) == (True, False)
    assert "parentaccountid" in first["lead"].navigations
    first["lead"].remove_column("parentaccountid")
    assert "parentaccountid" not in first["lead"].navigations


def test_values_as_people_read_them() -> None:
    """Options, flags, numbers, amounts and times have a formatted value; text and ids have none."""
    tables = standard_tables()
    store, lead = Store(tables, lambda: NOW), tables["lead"].columns
    shown = {
        "statuscode": (1, "New"), "decisionmaker": (False, "No"), "numberofemployees": (12_000, "12,000"),
        "estimatedamount": (1234.5, "€1,234.50"), "createdon": ("2026-11-20T15:04:00Z", "11/20/2026 03:04 PM"),
        "jobtitle": ("CEO", None), "parentaccountid": ("gone", None), "industrycode": (99, None),
    }  # fmt: skip
    for name, (value, text) in shown.items():
        column = lead[name]
        assert format_value(store, column, {column.field: value}, value) == text


def test_null_is_accepted_everywhere() -> None:
    """Null empties any column."""
    lead = standard_tables()["lead"]
    assert all(accept(lead, column, None) is None for column in lead.columns.values())
