"""The main job against servers that fail now and then, and what is said where they fail for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from connector.errors import OutsideError
from tests.integration.dataverse.strange.faults import (
    BROKEN,
    EXPIRED,
    GATEWAY,
    When,
    any_get,
    batching,
    listing,
    nth,
    paged,
    patching,
    times,
    writing,
)
from tests.integration.dataverse.strange.messages import Ask, Told, fault
from tests.integration.dataverse.strange.ordeal import (
    CONTACT,
    LEADS,
    check,
    happen,
    opened,
    ordeal,
    settle,
    sync,
    writes,
)
from tests.integration.dataverse.strange.server import running
from tests.integration.dataverse.strange.ways import Ways

FAULTS: dict[str, tuple[int, Callable[[], Ways]]] = {
    "429 seconds": (1, lambda: Ways(before=[times(2, fault(429, "0x80072322", Retry_After="0.05"), any_get)])),
    "429 zero": (1, lambda: Ways(before=[times(2, fault(429, "0x80072322", Retry_After="0"), listing)])),
    "429 absent": (1, lambda: Ways(before=[times(2, fault(429, ""), listing)])),
    "429 nonsense": (1, lambda: Ways(before=[times(2, fault(429, "", Retry_After="soon"), listing)])),
    "429 past date": (
        1,
        lambda: Ways(before=[times(2, fault(429, "", Retry_After="Sun, 06 Nov 1994 08:49:37 GMT"), listing)]),
    ),
    "429 on writes": (1, lambda: Ways(before=[times(3, fault(429, "0x80072326", Retry_After="0"), writing)])),
    "503 html": (1, lambda: Ways(before=[times(3, GATEWAY, listing)])),
    "503 html on writes": (1, lambda: Ways(before=[times(3, GATEWAY, writing)])),
    "503 for long": (2, lambda: Ways(before=[times(6, GATEWAY, listing)])),
    "401 in paging": (1, lambda: Ways(page=3, before=[nth(3, EXPIRED, listing)])),
    "401 on batch": (1, lambda: Ways(before=[nth(2, EXPIRED, batching)])),
    "401 on patch": (1, lambda: Ways(batch_refusal=fault(501, ""), before=[nth(2, EXPIRED, patching)])),
    "503 on patch": (1, lambda: Ways(batch_refusal=fault(501, ""), before=[nth(2, GATEWAY, patching)])),
    "401 twice": (2, lambda: Ways(page=3, before=[times(2, EXPIRED, paged)])),
    "reset": (
        1,
        lambda: Ways(page=3, before=[nth(2, BROKEN, listing), nth(1, BROKEN, patching), nth(2, BROKEN, batching)]),
    ),
    "privilege lost between pages": (
        2,
        lambda: Ways(page=3, before=[nth(4, fault(403, "0x80040220", "missing prvReadLead"), listing)]),
    ),
    "damaged json": (1, lambda: Ways(before=[times(2, Told(200, b'{"value": [{"leadid"'), listing)])),
    "empty answer": (1, lambda: Ways(before=[times(2, Told(200, b""), listing)])),
}


@pytest.mark.parametrize("way", FAULTS)
def test_a_server_that_fails_now_and_then(way: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    """Whatever passes is waited for, or a later run completes what one left; nothing is announced twice."""
    runs, ways = FAULTS[way]
    ordeal(ways(), files, tmp_path, runs=runs)


def always(told: Told, when: When) -> Callable[[Ask], Told | None]:
    """A fault that does not pass by itself."""
    return lambda ask: told if when(ask) else None


def forbidden(missing: str) -> Told:
    """The answer to who lacks a privilege."""
    return fault(403, "0x80040220", f"Principal user is missing {missing} privilege")


def at(path: str) -> When:
    """Requests whose address holds this."""
    return lambda ask: path in ask.raw


LASTING: dict[str, tuple[Told, When, str, str]] = {
    "metadata forbidden": (forbidden("prvReadEntity"), at("EntityDef"), "definition of the lead table", "Basic User"),
    "metadata unknown": (fault(404, ""), at("EntityDef"), "definition of the lead table", "CONNECTOR_DATAVERSE_URL"),
    "a redirect": (Told(302, b"", {"Location": "https://x"}), listing, "redirects", "CONNECTOR_DATAVERSE_URL"),
    "never let in": (EXPIRED, listing, "HTTP 401 while reading leads", "application user"),
    "no list": (Told(200, {"value": None}), listing, "no list of rows while reading leads", "CONNECTOR_DATAVERSE_URL"),
    "an error as success": (Told(200, {"error": {}}), listing, "no list of rows", "CONNECTOR_DATAVERSE_URL"),
    "updates forbidden on the way": (Told(405, b""), writing, "HTTP 405 while updating a lead", "firewall"),
    "no guarded updates": (fault(400, "0x8006088d"), patching, "guarded by a version", "optimistic concurrency"),
    "no such table": (fault(404, "0x8006088a"), patching, "not known there", "CONNECTOR_DATAVERSE_URL"),
}


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_fault_is_named_with_its_remedy(name: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    """Run after run fails in the same words, and the first one after the repair completes what they left."""
    told, when, said, remedy = LASTING[name]
    refusal = fault(501, "") if when is patching else None
    with running(Ways(before=[always(told, when)], batch_refusal=refusal), files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            for _ in range(2):
                with pytest.raises(OutsideError) as caught:
                    sync(service)
                assert said in caught.value.message
                assert remedy in caught.value.remedy
            strange.ways.before.clear()
            sync(service)
            check(strange)


ODD_ROWS: dict[str, tuple[Callable[[], Ways], str]] = {
    "no etag": (lambda: Ways(row=lambda t, r: {n: v for n, v in r.items() if n != "@odata.etag"}), "etag"),
    "a bare etag": (lambda: Ways(etag="{}".format), "etag"),
    "a wildcard": (lambda: Ways(etag=lambda version: "*"), "etag"),
    "no state": (lambda: Ways(row=lambda t, r: {n: v for n, v in r.items() if n != "statecode"}), "statecode"),
    "links elsewhere": (lambda: Ways(page=3, link=lambda o, p: "https://other.example" + p), "leads away"),
    "the same link": (
        lambda: Ways(page=3, link=lambda o, p: o + p.partition("$skiptoken")[0] + "$skiptoken=3"),
        "circle",
    ),
}


@pytest.mark.parametrize("name", ODD_ROWS)
def test_answers_that_cannot_be_relied_on_end_a_run(name: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    """A row that could not be guarded, or pages without end: named, and nothing is written."""
    ways, said = ODD_ROWS[name]
    with running(ways(), files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            with pytest.raises(OutsideError, match=said):
                sync(service)
            assert writes(strange) == 0


def test_a_wait_of_a_day_is_named_and_kept(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Nobody waits so long within a run; the next one sends nothing before its time."""
    told = fault(429, "0x80072322", Retry_After="86400")
    with running(Ways(before=[always(told, listing)]), files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            with pytest.raises(OutsideError, match="nothing to be sent for 86400 s"):
                sync(service)
            sent = len(strange.asks)
            with pytest.raises(OutsideError, match="it was not sent"):
                sync(service)
            assert len(strange.asks) == sent


def test_contacts_that_may_be_read_again_give_leads_their_account(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Also by contacts that nobody has touched for years."""
    with running(Ways(before=[always(forbidden("prvReadContact"), at("/contacts"))]), files) as strange:
        settle(strange)
        strange.rows["contact"][CONTACT]["modifiedon"] -= dt.timedelta(days=2000)
        with opened(strange, tmp_path) as service:
            assert sync(service).writes.applied == 12
            assert sync(service).writes.applied == 0
            strange.ways.before.clear()
            assert sync(service).writes.applied == 2
            check(strange)


def test_accounts_that_may_be_read_again_are_known_again(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Until then leads are scored with the account unknown, which the report says; what is mirrored is not dropped."""
    never = always(forbidden("prvReadAccount"), at("/accounts"))
    with running(Ways(before=[never]), files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            for scored in (12, 0):
                report = sync(service)
                assert report.scored == scored
                assert "accounts-forbidden" in {one.code for one in report.warnings()}
            strange.ways.before.clear()
            assert not sync(service).withheld
            check(strange)
            strange.ways.before.append(never)
            assert sync(service).withheld
            assert service.store.missing_accounts() == []
            check(strange)


@pytest.mark.parametrize("batches", [True, False])
def test_a_lead_that_may_not_be_written_keeps_no_other_back(
    files: tuple[Path, Path], tmp_path: Path, *, batches: bool
) -> None:
    """It is tried once in each run, without a card, and written once it may be."""
    told = fault(403, "0x80048306", "no WriteAccess")
    ways = Ways(batch_refusal=None if batches else fault(400, ""))
    ways.part = lambda place, ask: told if LEADS[7] in ask.raw else None
    ways.before = [always(told, lambda ask: patching(ask) and LEADS[7] in ask.raw)]
    with running(ways, files) as strange:
        settle(strange)
        with opened(strange, tmp_path, CONNECTOR_PARALLEL="2") as service:
            first, second = sync(service), sync(service)
            assert (first.writes.applied, first.writes.refused) == (11, 1)
            assert (second.scored, second.writes.applied, second.writes.refused) == (1, 0, 1)
            assert "organization-level" in first.writes.rejected[0]
            ways.before.clear()
            ways.part = lambda place, ask: None
            assert sync(service).writes.applied == 1
            check(strange)
            assert strange.cards == []


@pytest.mark.parametrize("way", ["plain", "in capitals, other dates"])
def test_writes_whose_answers_are_lost_are_recognised(way: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    """Every answer to an update is lost: the next run finds the values there and announces them, once."""
    ways = Ways()
    if way != "plain":
        ways.date_form = "%Y-%m-%dT%H:%M:%S.0000000+00:00"
        ways.keep = lambda values: {n: v.upper() if n == "lc_fitgrade" else v for n, v in values.items()}
    with running(ways, files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            sync(service)
            happen(strange)
            ways.after = lambda ask, told: BROKEN if writing(ask) else told
            with pytest.raises(OutsideError, match="while updating a lead"):
                sync(service)
            ways.after = lambda ask, told: told
            sync(service)
            check(strange)
            assert len(strange.cards) == 1
            before = writes(strange)
            sync(service)
            assert (writes(strange) - before, len(strange.cards)) == (0, 1)


def test_a_sign_in_that_is_refused_is_named(files: tuple[Path, Path], tmp_path: Path) -> None:
    """A wrong secret is told as such, nothing reaches the environment, and the repaired one works at once."""
    entra = {"error": "invalid_client", "error_description": "AADSTS7000215: x", "error_codes": [7000215]}
    with running(Ways(token=Told(401, entra)), files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            with pytest.raises(OutsideError, match="client secret is wrong"):
                sync(service)
            assert strange.asks == []
        strange.ways.token = None
        with opened(strange, tmp_path / "repaired") as service:
            sync(service)
            check(strange)
