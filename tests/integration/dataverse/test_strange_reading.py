"""The main job against servers that tell rows, links, pages, dates, ids and metadata in their own way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from connector.dataverse.setup.doctor import CheckStatus
from tests.integration.dataverse.strange.faults import NOT_TRACKED, any_get
from tests.integration.dataverse.strange.messages import Told, fault
from tests.integration.dataverse.strange.ordeal import check, happen, opened, ordeal, settle, sync, writes
from tests.integration.dataverse.strange.server import running
from tests.integration.dataverse.strange.tables import Row
from tests.integration.dataverse.strange.ways import Ways


def annotated(table: str, row: Row) -> Row:
    """Annotations and unknown fields, whether asked for or not."""
    told: Row = {"@odata.type": f"#Microsoft.Dynamics.CRM.{table}", "@odata.id": "x", "unheard_of": {"a": [1]}}
    for name, value in row.items():
        told[name] = value
        if value is not None and not name.startswith("@"):
            told[f"{name}@OData.Community.Display.V1.FormattedValue"] = f"shown {value}"
    return told


def without_nulls(table: str, row: Row) -> Row:
    """Empty columns are left out."""
    return {name: value for name, value in row.items() if value is not None}


def numbers_as_text(table: str, row: Row) -> Row:
    """Numbers are text, as with IEEE754Compatible."""
    return {
        n: str(v) if n in {"revenue", "numberofemployees", "lc_fit"} and v is not None else v for n, v in row.items()
    }


def money(table: str, row: Row) -> Row:
    """Numbers have fractions."""
    return {
        n: float(v) if n in {"revenue", "numberofemployees", "lc_fit"} and v is not None else v for n, v in row.items()
    }


def loud_guids(table: str, row: Row) -> Row:
    """Ids are in capitals."""
    return {n: v.upper() if isinstance(v, str) and v.count("-") == 4 else v for n, v in row.items()}


def braced_guids(table: str, row: Row) -> Row:
    """Ids stand in braces."""
    return {n: f"{{{v}}}" if isinstance(v, str) and v.count("-") == 4 else v for n, v in row.items()}


def managed(value: object) -> Row:
    """A flag as a managed property."""
    return {"Value": value, "CanBeChanged": True, "ManagedPropertyLogicalName": "canbe"}


def managed_all(row: Row) -> Row:
    """Every flag is a managed property."""
    return {n: managed(v) if n.startswith(("IsValid", "IsCustom")) else v for n, v in row.items()}


READING: dict[str, Callable[[], Ways]] = {
    "path links": lambda: Ways(page=3, link=lambda o, p: p),
    "upper-case host": lambda: Ways(page=3, link=lambda o, p: o.replace("https://localhost", "HTTPS://LOCALHOST") + p),
    "encoded dollar": lambda: Ways(page=3, link=lambda o, p: o + p.replace("$", "%24")),
    "unencoded link": lambda: Ways(
        page=3, link=lambda o, p: o + p.replace("%21", "!").replace("%2f", "/").replace("%20", " ")
    ),
    "null links": lambda: Ways(page=3, last_link={"@odata.nextLink": None}),
    "no delta link": lambda: Ways(page=3, gives_delta_link=False),
    "ignored prefer": lambda: Ways(page=3, tracks=False),
    "page size ignored": lambda: Ways(heeds_page_size=False, page=2),
    "one a page": lambda: Ways(page=1),
    "deleted no reason": lambda: Ways(deleted=lambda i: {"id": f"{{{i}}}"}),
    "deleted changed": lambda: Ways(deleted=lambda i: {"id": f"{i}", "reason": "changed"}),
    "deleted odata id": lambda: Ways(deleted=lambda i: {"@odata.id": f"leads({i})", "reason": "deleted"}),
    "deleted as key": lambda: Ways(deleted=lambda i: {"leadid": i, "reason": "deleted"}),
    "deleted 4.01": lambda: Ways(
        deleted=lambda i: {"@odata.context": "x", "@odata.removed": {"reason": "deleted"}, "@odata.id": f"leads({i})"}
    ),
    "deleted without id": lambda: Ways(deleted=lambda i: {"reason": "deleted"}),
    "deleted first": lambda: Ways(delta=lambda changed, gone: [*gone, *changed]),
    "twice in a delta": lambda: Ways(delta=lambda changed, gone: [*changed, *changed, *gone, *gone]),
    "twice over pages": lambda: Ways(page=1, delta=lambda c, g: [r for one in [*c, *g] for r in (one, one)]),
    "annotations": lambda: Ways(row=annotated),
    "nulls absent": lambda: Ways(row=without_nulls),
    "numbers as text": lambda: Ways(row=numbers_as_text),
    "money scale": lambda: Ways(row=money),
    "upper-case ids": lambda: Ways(row=loud_guids),
    "braced ids": lambda: Ways(row=braced_guids),
    "naive dates": lambda: Ways(date_form="%Y-%m-%dT%H:%M:%S"),
    "seven decimals": lambda: Ways(date_form="%Y-%m-%dT%H:%M:%S.0000000Z"),
    "offset dates": lambda: Ways(date_form="%Y-%m-%dT%H:%M:%S+00:00"),
    "strong etags": lambda: Ways(etag='"{}"'.format),
    "opaque etags": lambda: Ways(etag='W/"v{}-x=="'.format),
    "bom": lambda: Ways(
        after=lambda a, t: Told(t.status, b"\xef\xbb\xbf" + t.encoded(), t.headers) if any_get(a) else t
    ),
    "gzip": lambda: Ways(gzips=True, page=3),
    "chunked": lambda: Ways(chunked=True, page=3),
    "closes": lambda: Ways(closes=True, page=3),
    "http 1.0": lambda: Ways(http="HTTP/1.0", page=3),
    "no date": lambda: Ways(tells_date=False),
    "an hour ahead": lambda: Ways(clock=dt.timedelta(hours=1)),
    "an hour behind": lambda: Ways(clock=dt.timedelta(hours=-1)),
    "expired 400": lambda: Ways(expired=fault(400, "0x80044352", "Version stamp has expired")),
    "expired 410": lambda: Ways(expired=fault(410, "")),
    "expired html": lambda: Ways(expired=Told(404, b"<html>", {"Content-Type": "text/html"})),
    "off, window": lambda: Ways(tracking=False, not_tracked=NOT_TRACKED, page=4),
    "off, window, no page size": lambda: Ways(tracking=False, not_tracked=NOT_TRACKED),
    "off, window, an hour behind": lambda: Ways(tracking=False, not_tracked=NOT_TRACKED, clock=dt.timedelta(hours=-1)),
    "off, window, no date": lambda: Ways(tracking=False, not_tracked=NOT_TRACKED, tells_date=False),
    "off after all": lambda: Ways(not_tracked=NOT_TRACKED, page=3),
    "off after all, no code": lambda: Ways(not_tracked=fault(400, "", "change tracking is not enabled"), page=3),
    "off after all, 501": lambda: Ways(not_tracked=fault(501, "", "not implemented"), page=3),
    "tracking as managed property": lambda: Ways(definition=lambda d: d | {"ChangeTrackingEnabled": managed(True)}),
    "no concurrency flag": lambda: Ways(
        definition=lambda d: {k: v for k, v in d.items() if k != "IsOptimisticConcurrencyEnabled"}
    ),
    "managed flags": lambda: Ways(attribute=managed_all),
    "no custom flag": lambda: Ways(
        attribute=lambda a: {
            k: v
            for k, v in a.items()
            if k not in {"IsCustomAttribute", "DisplayName", "AttributeTypeName", "AttributeOf"}
        }
    ),
    "no update flag": lambda: Ways(attribute=lambda a: {k: v for k, v in a.items() if k != "IsValidForUpdate"}),
    "number casts refused": lambda: Ways(
        cast=lambda c: fault(404, "") if c in {"Integer", "String", "DateTime"} else None
    ),
    "casts with html": lambda: Ways(
        cast=lambda c: Told(404, b"<html>", {"Content-Type": "text/html"}) if c == "Money" else None
    ),
}


def test_a_server_as_the_facts_say(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Against the plain server everything arrives; reading all of it again writes and announces nothing."""
    with running(Ways(), files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            sync(service)
            happen(strange)
            sync(service)
            before = writes(strange)
            report = service.sync(full=True, by="test")
            assert report is not None
            assert (report.writes.applied, writes(strange) - before, len(strange.cards)) == (0, 0, 1)
            check(strange)


def test_the_doctor_finds_nothing_wrong_with_it(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Every line is ok, and nothing is written to find that out."""
    with running(Ways(), files) as strange:
        settle(strange)
        with opened(strange, tmp_path) as service:
            found = {line.name: line.detail for line in service.doctor() if line.status is not CheckStatus.OK}
            assert found == {}
            assert writes(strange) == 0


@pytest.mark.parametrize("way", READING)
def test_a_server_that_reads_in_its_own_way(way: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    """However rows, links, pages, dates, ids and metadata come, nothing is lost and the third run is quiet."""
    ordeal(READING[way](), files, tmp_path)
