"""Laws of reading a webhook's body: any JSON is a hint or one error, and nothing of its values gets into a hint."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.dataverse.hookevents import HookBodyError, read_event
from tests.unit.dataverse.hookbodies import body, entity, pair, reference, typed

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEYS = ["Id", "Entities", "Attributes", "LogicalName", "key", "value"]
NAMES = ["Target", "Targets", "EntityMoniker", "SubordinateId", "LeadId", "UpdateContent", "id", "Ids", "tag"]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.uuids().map(str)
anything: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["Id", "Entities", "Attributes", "key", "value"]), inner
        )
        | st.builds(pair, st.sampled_from(NAMES), inner)
        | st.builds(lambda rows: typed("EntityCollection", Entities=rows), inner)
        | st.builds(entity, inner)
    ),
    max_leaves=12,
)
contexts = st.builds(
    lambda base, changes: base | changes,
    st.sampled_from([body(), body("Delete", pair("Target", reference())), body("UpdateMultiple")]),
    st.dictionaries(st.sampled_from(sorted(body())), anything),
)


@given(anything | contexts, st.dictionaries(st.sampled_from(["x-ms-correlation-request-id"]), st.text()))
def test_any_json_is_a_hint_or_one_error(content: object, headers: dict[str, str]) -> None:
    """Ids are plain GUIDs, each once; table and message are names."""
    try:
        hint = read_event(content, headers)
    except HookBodyError as error:
        assert str(error)  # noqa: PT017 - one of two outcomes
        return
    assert all(GUID.fullmatch(one) for one in hint.row_ids)
    assert len(set(hint.row_ids)) == len(hint.row_ids)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", hint.table)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", hint.message)
    assert GUID.fullmatch(hint.operation_id) or hint.operation_id == ""
    assert GUID.fullmatch(hint.correlation_id) or hint.correlation_id == ""


@given(st.text(min_size=12, alphabet="abcdefghij ÄÖ@."))
def test_no_value_of_a_row_gets_into_a_hint(value: str) -> None:
    """Whatever a column held, in parameters or images."""
    images = {"PostEntityImages": [pair("post", entity(fullname=value))]}
    hint = read_event(body("Update", pair("Target", entity(fullname=value))) | images, {})
    assert value not in repr(hint)
    assert hint.columns == frozenset({"fullname"})
