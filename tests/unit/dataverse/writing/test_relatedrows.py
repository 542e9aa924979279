"""What an environment's answers mean for rows beside leads: written, another's, refused, or to be tried again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.writing.relatedrows import RelatedRows
from connector.errors import OutsideError
from connector.pipeline.values import Json, RelatedRow, RowKind, RowLeft, RowRefused, RowResult, RowWritten
from tests.unit.dataverse.multipart import KIND, joined, part, read_request, refused
from tests.unit.dataverse.org import LEAD_1, LEAD_2, LEAD_3, attribute
from tests.unit.dataverse.support import HTTP_NOW, ROOT, Answer, Script, refuse

HISTORY, PREDICTIVE = "lc_scorehistory", "msdyn_predictivescore"
IDS = {lead: lead.replace("11111111", "99999999") for lead in (LEAD_1, LEAD_2, LEAD_3)}
MADE = part(204)
NO_ETAG = "A row of msdyn_predictivescores came without an etag: it is not updated."
DONE: Answer = (204, {"Date": HTTP_NOW}, "")
HISTORY_COLUMNS = [
    attribute("lc_scorehistoryid", "Uniqueidentifier"),
    attribute("lc_score", "Integer"),
    attribute("lc_reasons", "Memo"),
    attribute("lc_scoredon", "DateTime"),
    attribute("lc_leadid", "Lookup"),
]
PREDICTIVE_COLUMNS = [
    attribute("msdyn_predictivescoreid", "Uniqueidentifier"),
    attribute("msdyn_entityid", "String"),
    attribute("msdyn_entitytype", "String"),
    attribute("msdyn_score", "Integer"),
    attribute("msdyn_scoredon", "DateTime"),
    attribute("msdyn_grade", "Picklist"),
    attribute("msdyn_contributingpredictionids", "Memo"),
]
LOOKUPS = [
    {
        "ReferencingAttribute": "lc_leadid",
        "ReferencedEntity": "lead",
        "ReferencingEntityNavigationPropertyName": "lc_LeadId",
    },
    {"ReferencingAttribute": "createdby", "ReferencedEntity": "systemuser"},
]


def describe(script: Script, table: str, columns: Sequence[dict[str, Any]]) -> None:
    """Answer the questions for a table's metadata."""
    path = f"EntityDefinitions(LogicalName='{table}')"
    script.on("GET", f"{path}/ManyToOneRelationships", {"value": LOOKUPS})
    script.on("GET", f"{path}/Attributes?", {"value": columns})
    for cast, rows in (
        ("Memo", [{"LogicalName": "lc_reasons", "MaxLength": 5}]),
        ("Integer", [{"LogicalName": "msdyn_score", "MinValue": 1, "MaxValue": 99}]),
        ("DateTime", [{"LogicalName": "msdyn_scoredon", "DateTimeBehavior": {"Value": "DateOnly"}}]),
        ("String", []),
        ("Picklist", []),
    ):
        script.on("GET", f"{path}/Attributes/Microsoft.Dynamics.CRM.{cast}", {"value": rows})
    definition = {"LogicalName": table, "EntitySetName": f"{table}s", "PrimaryIdAttribute": f"{table}id"}
    script.on("GET", f"{path}?$select", definition)


@pytest.fixture
def org(script: Script) -> Script:
    """An org with both tables."""
    describe(script, "lead", [attribute("leadid", "Uniqueidentifier")])
    describe(script, HISTORY, HISTORY_COLUMNS)
    describe(script, PREDICTIVE, PREDICTIVE_COLUMNS)
    return script


@pytest.fixture
def writer(session: DataverseSession) -> RelatedRows:
    """What is tested."""
    return RelatedRows(session)


def history(lead: str = LEAD_1, **values: Json) -> RelatedRow:
    """A row of the history."""
    said: dict[str, Json] = {"score": 40, "reasons": "+40 A title", "scored_on": "2026-11-21T09:00:00Z", **values}
    return RelatedRow(RowKind.HISTORY, IDS[lead], lead, said, (("lead_id", "lead", lead),), HISTORY)


def predictive(lead: str = LEAD_1, **values: Json) -> RelatedRow:
    """A predictive score."""
    said: dict[str, Json] = {"entity_id": lead, "entity_type": "lead", "score": 140, "grade": "B", **values}
    said |= {"scored_on": "2026-11-21T09:00:00Z", "score_trend": "steady"}
    return RelatedRow(RowKind.PREDICTIVE, IDS[lead], lead, said, updates=True)


def write(writer: RelatedRows, *rows: RelatedRow) -> list[RowResult | OutsideError]:
    """The results in the order of the rows."""
    told = dict(writer.write_rows(rows, stop=lambda: False))
    return [told[place] for place in range(len(rows))]


def body(script: Script, method: str = "PATCH") -> Any:
    """What was sent last by a method."""
    return json.loads([request.body for request in script.sent if request.method == method][-1] or "{}")


def test_a_row_is_created_where_there_is_none(writer: RelatedRows, org: Script) -> None:
    """With If-None-Match, its texts cut to their columns, and the lead bound by the name that metadata give."""
    org.on("PATCH", f"lc_scorehistorys({IDS[LEAD_1]})", DONE)
    assert write(writer, history()) == [RowWritten()]
    request = org.sent[-1]
    assert request.headers["If-None-Match"] == "*"
    assert "If-Match" not in request.headers
    assert body(org) == {
        "lc_score": 40,
        "lc_reasons": "+40 …",
        "lc_scoredon": "2026-11-21T09:00:00Z",
        "lc_LeadId@odata.bind": f"/leads({LEAD_1})",
    }
    assert write(writer, history(LEAD_1, score=None)) == [RowWritten()]
    assert body(org)["lc_score"] is None
    assert len(org.urls(f"'{HISTORY}')?")) == 1  # the definition was kept


def test_many_are_created_in_one_batch(writer: RelatedRows, org: Script) -> None:
    """A part for each, each guarded; what is there already is done, what got no answer is sent alone."""
    org.on("POST", "$batch", (200, KIND, joined([MADE, refused(412, "0x80040237"), refused(401)])))
    org.on("PATCH", f"({IDS[LEAD_3]})", DONE)
    assert write(writer, *(history(lead) for lead in IDS)) == [RowWritten()] * 3
    (batch,) = [request for request in org.sent if request.method == "POST"]
    assert isinstance(batch.body, bytes)
    parts = read_request(str(batch.headers["Content-Type"]), batch.body)
    assert [one.headers["If-None-Match"] for one in parts] == ["*"] * 3
    assert not any("If-Match" in one.headers for one in parts)
    assert parts[0].request_line == f"PATCH {ROOT}lc_scorehistorys({IDS[LEAD_1]}) HTTP/1.1"


@pytest.mark.parametrize("answer", [refuse(501), (200, KIND, joined([refused(500, "0x80040216")]))])
def test_where_batches_do_not_work_rows_go_alone(
    writer: RelatedRows, org: Script, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    """One that is refused as a whole, or stops at its first error; it is not tried again."""
    org.on("POST", "$batch", answer)
    org.on("PATCH", "lc_scorehistorys(", DONE)
    assert write(writer, history(), history(LEAD_2)) == [RowWritten()] * 2
    assert write(writer, history(), history(LEAD_2)) == [RowWritten()] * 2
    assert len(org.urls("$batch")) == 1
    assert ["one by one" in record.message for record in caplog.records].count(True) == 1


def test_a_batch_that_may_pass_later_is_left(writer: RelatedRows, org: Script) -> None:
    """Too many requests: nothing is sent alone."""
    org.on("POST", "$batch", refuse(429, "0x80072322", Retry_After="9999"))
    first, second = write(writer, history(), history(LEAD_2))
    assert isinstance(first, OutsideError)
    assert (first.status, first) == (429, second)
    assert not [request for request in org.sent if request.method == "PATCH"]


def test_the_predictive_score_is_read_and_updated_by_its_etag(writer: RelatedRows, org: Script) -> None:
    """Within the bounds of its columns, a day as a day; what the environment has no column for is left out."""
    row = {"@odata.etag": 'W/"5"', "msdyn_predictivescoreid": IDS[LEAD_1].upper()}
    org.on("GET", "msdyn_predictivescores?", {"value": [row]})
    org.on("PATCH", "msdyn_predictivescores(", DONE)
    assert write(writer, predictive()) == [RowWritten()]
    request = org.sent[-1]
    assert request.headers["If-Match"] == 'W/"5"'
    assert "If-None-Match" not in request.headers
    assert body(org) == {
        "msdyn_entityid": LEAD_1,
        "msdyn_entitytype": "lead",
        "msdyn_score": 99,
        "msdyn_grade": 1,
        "msdyn_scoredon": "2026-11-21",
    }
    write(writer, predictive(score=-3))
    assert body(org)["msdyn_score"] == 1


def test_a_row_that_changed_since_is_tried_again(writer: RelatedRows, org: Script) -> None:
    """412 at the update: whoever wrote it is looked at by the next try."""
    row = {"@odata.etag": 'W/"5"', "msdyn_predictivescoreid": IDS[LEAD_1]}
    org.on("GET", "msdyn_predictivescores?", {"value": [row]})
    org.on("PATCH", "msdyn_predictivescores(", refuse(412, "0x80060882"))
    (result,) = write(writer, predictive())
    assert isinstance(result, OutsideError)
    assert result.retryable


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        (refuse(404, "0x80040217"), RowLeft("taken")),
        ({"@odata.etag": 'W/"5"', "msdyn_contributingpredictionids": "p-1"}, RowLeft("taken")),
        ({"@odata.etag": 'W/"5"', "msdyn_contributingpredictionids": None}, RowWritten()),
        ({"msdyn_predictivescoreid": IDS[LEAD_1]}, RowRefused(NO_ETAG)),
    ],
)
def test_what_stands_in_its_place_decides(writer: RelatedRows, org: Script, found: Any, meant: RowResult) -> None:
    """A creation that met 412: nothing under our id is another's row; ours is updated unless it was taken over."""
    org.on("GET", "msdyn_predictivescores?", {"value": []})
    org.on("GET", f"msdyn_predictivescores({IDS[LEAD_1]})", found)
    org.on("PATCH", "msdyn_predictivescores(", refuse(412, "0x80060892"), DONE)
    assert write(writer, predictive()) == [meant]


def test_a_duplicate_of_a_key_of_theirs_is_no_row_of_ours(writer: RelatedRows, org: Script) -> None:
    """A history table with a key of the company's own."""
    org.on("PATCH", "lc_scorehistorys(", refuse(412, "0x80060892"))
    assert write(writer, history()) == [RowLeft("taken")]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (refuse(403, "0x80040220", "missing prvCreatelc_scorehistory"), "may not write rows of lc_scorehistory"),
        (refuse(404, "0x8006088a"), "There is no table lc_scorehistory"),
        (refuse(404), "There is no table lc_scorehistory"),
        (refuse(503), "HTTP 503"),
        (refuse(401), "HTTP 401"),
        ((403, {}, "<html>Blocked</html>"), "not Dataverse's"),
        (refuse(500), "HTTP 500"),
    ],
)
def test_what_can_be_mended_elsewhere_is_tried_again(
    writer: RelatedRows, org: Script, answer: Answer, says: str
) -> None:
    """With a reason that says what to do; the definition is read anew where it may be to blame."""
    org.on("PATCH", "lc_scorehistorys(", answer)
    (result,) = write(writer, history())
    assert isinstance(result, OutsideError)
    assert says in str(result)


def test_a_row_that_is_refused_is_not_tried_again(writer: RelatedRows, org: Script) -> None:
    """The reason names the columns and quotes no data; a deleted lead is no fault at all."""
    org.on("PATCH", "lc_scorehistorys(", refuse(400, "0x80040265", "Erika Beispiel is on the list"))
    (result,) = write(writer, history())
    assert isinstance(result, RowRefused)
    assert "lc_score" in result.message
    assert "Erika" not in result.message
    org.on("PATCH", "lc_scorehistorys(", refuse(404, "0x80040217"))
    assert write(writer, history()) == [RowLeft("gone")]


def test_a_definition_that_no_longer_holds_is_read_anew(writer: RelatedRows, org: Script) -> None:
    """A column that is gone: once by what was kept, then by what is there now."""
    org.on("PATCH", "lc_scorehistorys(", DONE, refuse(400, "0x80048d19"), refuse(400, "0x80048d19"))
    assert write(writer, history()) == [RowWritten()]
    (kept,), (fresh,) = write(writer, history()), write(writer, history())
    assert isinstance(kept, OutsideError)
    assert isinstance(fresh, RowRefused)
    assert len(org.urls(f"'{HISTORY}')?")) == 2


@pytest.mark.parametrize("table", [HISTORY, PREDICTIVE])
def test_a_table_that_is_not_there_is_named_with_the_remedy(writer: RelatedRows, script: Script, table: str) -> None:
    """Every row of it waits; nothing is sent."""
    script.on("GET", f"'{table}')", refuse(404, "0x80040217"))
    (result,) = write(writer, history() if table == HISTORY else predictive())
    assert isinstance(result, OutsideError)
    assert result.message == f"There is no table {table} in this environment."
    assert ("connector provision columns" in result.remedy) is (table == HISTORY)


def test_metadata_that_cannot_be_read_now_keep_rows_waiting(writer: RelatedRows, script: Script) -> None:
    """As any other fault of the server."""
    script.on("GET", "EntityDefinitions", refuse(403, "0x80040220"))
    (result,) = write(writer, history())
    assert isinstance(result, OutsideError)
    assert result.status == 403


def test_columns_that_are_missing_are_named(writer: RelatedRows, org: Script) -> None:
    """Of a history all that is written must be there, the lookup too; of a predictive score what makes sense of it."""
    describe(org, HISTORY, [one for one in HISTORY_COLUMNS if one["LogicalName"] != "lc_score"])
    org.on("GET", f"'{HISTORY}')/ManyToOneRelationships", {"value": None})
    (result,) = write(writer, history())
    assert "lacks columns that are written: lc_score, lc_leadid." in str(result)
    describe(org, PREDICTIVE, PREDICTIVE_COLUMNS[:1])
    (result,) = write(writer, predictive())
    assert "msdyn_entityid, msdyn_entitytype, msdyn_score" in str(result)


def test_once_it_stops_nothing_more_is_sent(writer: RelatedRows, org: Script) -> None:
    """Between rows that go alone, too."""
    assert list(writer.write_rows([history()], stop=lambda: True)) == []
    stops = iter([False, False, True])
    org.on("POST", "$batch", refuse(501))
    org.on("PATCH", "lc_scorehistorys(", DONE)
    told = list(writer.write_rows([history(), history(LEAD_2)], stop=lambda: next(stops)))
    assert told == [(0, RowWritten())]
