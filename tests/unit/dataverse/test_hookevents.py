"""Bodies of webhooks in all their forms become hints; whatever else comes is one error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connector.dataverse.hookevents import HookBodyError, read_date, read_event
from connector.pipeline.hints import Hint

from .hookbodies import (
    CORRELATION,
    LEAD,
    NOBODY,
    OPERATION,
    OTHER,
    body,
    cut,
    entity,
    pair,
    reference,
    typed,
    update,
)

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def read(content: object, **headers: str) -> Hint:
    """Read a body with headers."""
    return read_event(content, {name.replace("_", "-"): value for name, value in headers.items()})


def test_an_update_names_its_row_and_the_columns_that_were_sent() -> None:
    """Typed values, references, dates and plain ones: their names alone are taken, bookkeeping is left out."""
    content = update(
        jobtitle="Finance Director",
        statuscode=typed("OptionSetValue", Value=1),
        revenue=typed("Money", Value=10.5),
        parentaccountid=reference(OTHER, "account"),
        lc_topics=[typed("OptionSetValue", Value=1)],
        lastusedincampaign="/Date(1795251600000)/",
        modifiedon="/Date(1795251600000)/",
        leadid=LEAD,
    )
    columns = frozenset({"jobtitle", "statuscode", "revenue", "parentaccountid", "lc_topics", "lastusedincampaign"})
    assert read(content) == Hint("Update", "lead", (LEAD,), columns, "", OPERATION, CORRELATION, AT)
    assert "Finance Director" not in repr(read(content))


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (body("Create", pair("Target", entity(NOBODY)), outputs=[pair("id", LEAD)], row_id=NOBODY), [LEAD]),
        (body("Create", pair("Target", entity(LEAD)), row_id=""), [LEAD]),
        (body("Delete", pair("Target", reference())), [LEAD]),
        (body("Delete", pair("Target", reference()), row_id=None), [LEAD]),  # type: ignore[arg-type]  # it may be absent
        (body("Merge", pair("Target", reference()), pair("SubordinateId", OTHER), pair("UpdateContent", entity())),
         [LEAD, OTHER]),
        (body("SetState", pair("EntityMoniker", reference()), pair("State", typed("OptionSetValue", Value=1))), [LEAD]),
        (body("Assign", pair("Target", reference()), pair("Assignee", reference(OTHER, "systemuser"))), [LEAD]),
        (body("QualifyLead", pair("LeadId", reference()), row_id=NOBODY), [LEAD]),
        (body("CreateMultiple", pair("Targets", typed("EntityCollection", Entities=[entity(), entity(OTHER)])),
              outputs=[pair("Ids", [LEAD, OTHER])], row_id=NOBODY), [LEAD, OTHER]),
        (body("UpdateMultiple", pair("Targets", [entity(), entity(OTHER)]), row_id=NOBODY), [LEAD, OTHER]),
        (body("DeleteMultiple", pair("Targets", [reference(), [reference(OTHER)]]), row_id=NOBODY), [LEAD]),
        (body("Update", pair("Target", entity(OTHER, "contact"))), [LEAD]),
        (body("Update", pair("Target", entity("{" + LEAD.upper() + "}")), row_id=" " + LEAD.upper()), [LEAD]),
    ],
)  # fmt: skip
def test_every_message_names_its_rows(content: dict[str, Any], ids: list[str]) -> None:
    """Whether the first level says it, a parameter or the result; rows of other tables are not taken for ours."""
    assert list(read(content).row_ids) == ids


def test_a_body_that_was_cut_still_names_its_row() -> None:
    """Over 256 KB the parameters are gone: which columns were sent is not known then."""
    assert read(cut()) == Hint("Update", "lead", (LEAD,), None, "", OPERATION, CORRELATION, AT)
    assert read(cut("UpdateMultiple", row_id=NOBODY)).row_ids == ()


def test_columns_are_told_of_updates_alone_and_only_where_every_row_tells() -> None:
    """A creation touches everything; of many rows the columns of all count."""
    assert read(body("Create", pair("Target", entity(jobtitle="x")))).columns is None
    many = pair("Targets", typed("EntityCollection", Entities=[entity(lc_fit=1), entity(OTHER, jobtitle="x")]))
    assert read(body("UpdateMultiple", many)).columns == frozenset({"lc_fit", "jobtitle"})
    half = pair("Targets", typed("EntityCollection", Entities=[entity(lc_fit=1), reference(OTHER)]))
    assert read(body("UpdateMultiple", half)).columns is None
    assert read(update(modifiedon="/Date(1)/")).columns == frozenset()


def test_a_mapping_of_attributes_is_read_like_a_list_of_pairs() -> None:
    """Some serializers write it so."""
    target = entity() | {"Attributes": {"jobtitle": "x"}}
    content = body() | {"InputParameters": {"Target": target}, "SharedVariables": {"tag": "ours"}}
    assert (read(content).columns, read(content).tag) == (frozenset({"jobtitle"}), "ours")


def test_the_tag_of_the_request_is_a_shared_variable_of_the_first_level() -> None:
    """What a parent was tagged with says nothing of what it caused."""
    assert read(body(shared=[pair("IsAutoTransact", True), pair("tag", "ours")])).tag == "ours"
    assert read(body(shared=[pair("tag", 7)])).tag == ""
    assert read(body(ParentContext=body(shared=[pair("tag", "ours")]))).tag == ""


def test_headers_fill_in_what_the_body_lacks() -> None:
    """And the header's correlation id wins: it is the one in the server's own log."""
    content = {"PrimaryEntityId": LEAD}
    headers = {"x-ms-dynamics-entity-name": "lead", "x-ms-dynamics-request-name": "Delete"}
    hint = read(content, **headers, x_ms_correlation_request_id=OTHER)
    assert (hint.table, hint.message, hint.row_ids, hint.correlation_id) == ("lead", "Delete", (LEAD,), OTHER)
    assert (hint.operation_id, hint.happened_at) == ("", None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "not a JSON object"),
        ([], "not a JSON object"),
        ("Update", "not a JSON object"),
        ({}, "no PrimaryEntityName and MessageName"),
        (body() | {"MessageName": None}, "no MessageName"),
        (body() | {"PrimaryEntityName": "lead' or 1 eq 1"}, "no PrimaryEntityName"),
    ],
)
def test_what_is_no_context_is_one_error(content: object, said: str) -> None:
    """It says what is missing and repeats nothing of the body."""
    with pytest.raises(HookBodyError, match=said) as caught:
        read(content)
    assert "or 1 eq 1" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("/Date(1506409448000-0700)/", datetime(2017, 9, 26, 7, 4, 8, tzinfo=UTC)),
        ("/Date(1506409448123)/", datetime(2017, 9, 26, 7, 4, 8, 123000, tzinfo=UTC)),
        ("/Date(-1000+0530)/", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("/Date(9999999999999999)/", None),
        ("/Date(x)/", None),
        ("2017-09-26T07:04:08Z", None),
        (1506409448000, None),
    ],
)
def test_dates_are_milliseconds_of_utc(text: object, at: datetime | None) -> None:
    """The offset is for show."""
    assert read_date(text) == at
