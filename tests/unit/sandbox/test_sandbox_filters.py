"""The filter language on plain rows: grammar, types, nulls, functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest

from connector.sandbox.dataverse.errors import ODataError
from connector.sandbox.dataverse.query.filters import Operand, compile_filter, wanted_keys
from connector.sandbox.dataverse.query.syntax import All, Comparison, Not, parse
from connector.sandbox.dataverse.query.syntax import Any as AnyOf
from connector.sandbox.dataverse.query.words import Type, split
from connector.sandbox.dataverse.schema import Table

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TYPES = {
    "name": Type.STRING, "other": Type.STRING, "size": Type.NUMBER, "flag": Type.BOOLEAN, "id": Type.GUID,
    "at": Type.DATETIME, "day": Type.DATE,
}  # fmt: skip
ID = "11111111-1111-4111-8111-111111111111"


class Columns:
    """A resolver over plain dicts."""

    def operand(self, path: tuple[str, ...]) -> Operand:
        """The column of that name."""
        name = "/".join(path)
        if name not in TYPES:
            raise ODataError(400, "", name)

        def get(row: Mapping[str, Any]) -> Any:
            return row.get(name)

        return Operand(get, TYPES[name], name)

    def rows_of(self, name: str) -> NoReturn:
        """Plain dicts have no collections."""
        raise ODataError(400, "", name)

    def inside(self, table: Table, variable: str) -> NoReturn:
        """Plain dicts have no collections."""
        raise ODataError(400, table.name, variable)


def _holds(text: str, **row: Any) -> bool:
    return compile_filter(parse(text, {}), Columns(), NOW)(row)


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("name eq 'Straße'", {"name": "STRAßE"}, True),
        ("name eq 'it''s'", {"name": "It's"}, True),
        ("name ne 'a'", {"name": None}, True),
        ("name eq null", {"name": None}, True),
        ("name ne null", {"name": ""}, True),
        ("name gt 'b'", {"name": "C"}, True),
        ("size ge 10", {"size": 10}, True),
        ("size gt 10", {"size": None}, False),
        ("size lt 10", {"size": None}, False),
        ("size eq 1.50", {"size": 1.5}, True),
        ("size eq -3", {"size": -3}, True),
        ("size gt null", {"size": 3}, False),
        ("flag eq true", {"flag": True}, True),
        ("flag eq true", {"flag": None}, False),
        ("flag ne true", {"flag": None}, True),
        ("flag eq false", {"flag": 0}, False),
        (f"id eq {ID.upper()}", {"id": ID}, True),
        (f"id eq '{{{ID}}}'", {"id": ID}, True),
        ("at ge 2026-11-20T12:00:00Z", {"at": "2026-11-20T12:00:00Z"}, True),
        ("at ge 2026-11-20T13:00:00+01:00", {"at": "2026-11-20T12:00:00Z"}, True),
        ("at ge 2026-11-20T12:00:00.5Z", {"at": "2026-11-20T12:00:00Z"}, False),
        ("at ge 2026-11-20T12:00:00.5Z", {"at": "2026-11-20T12:00:01Z"}, True),
        ("at lt 2026-11-20T12:00:00.5Z", {"at": "2026-11-20T12:00:00Z"}, True),
        ("at le 2026-11-20T12:00:00.5Z", {"at": "2026-11-20T12:00:01Z"}, False),
        ("at eq 2026-11-20T12:00:00.5Z", {"at": "2026-11-20T12:00:00Z"}, False),
        ("at gt 2026-11-20", {"at": "2026-11-20T00:00:01Z"}, True),
        ("day eq 2026-11-20", {"day": "2026-11-20"}, True),
        ("day ge 2026-11-20T05:00:00Z", {"day": "2026-11-20"}, True),
        ("name eq other", {"name": "A", "other": "a"}, True),
        ("name eq other", {"name": None, "other": None}, True),
        ("name lt other", {"name": "a", "other": "B"}, True),
        ("name lt other", {"name": None, "other": "B"}, False),
        ("contains(name,'BC')", {"name": "abcd"}, True),
        ("startswith(name,'ab')", {"name": None}, False),
        ("endswith(name,'D')", {"name": "abcd"}, True),
        ("size eq 1 or size eq 2 and name eq 'x'", {"size": 1, "name": "y"}, True),
        ("(size eq 1 or size eq 2) and name eq 'x'", {"size": 1, "name": "y"}, False),
        ("not size eq 1 and name eq 'x'", {"size": 2, "name": "x"}, True),
        ("not not size eq 1", {"size": 1}, True),
        ("Microsoft.Dynamics.CRM.In(PropertyName='size',PropertyValues=['1','2'])", {"size": 2}, True),
        ("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['X'])", {"name": "x"}, True),
        ("Microsoft.Dynamics.CRM.NotIn(PropertyName='name',PropertyValues=['X'])", {"name": "x"}, False),
        ("Microsoft.Dynamics.CRM.Between(PropertyName='size',PropertyValues=['1','3'])", {"size": 3}, True),
        ("Microsoft.Dynamics.CRM.Between(PropertyName='size',PropertyValues=['1','3'])", {"size": 4}, False),
        ("Microsoft.Dynamics.CRM.On(PropertyName='at',PropertyValue='2026-11-20')", {"at": "2026-11-20T23:00:00Z"},
         True),
        ("Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='at',PropertyValue=2026-11-20)", {"at": "2026-11-19T23:00:00Z"},
         False),
        ("Microsoft.Dynamics.CRM.OnOrBefore(PropertyName='at',PropertyValue=2026-11-20)", {"at": None}, False),
        ("Microsoft.Dynamics.CRM.LastXHours(PropertyName='at',PropertyValue=2)", {"at": "2026-11-20T10:00:00Z"}, True),
        ("Microsoft.Dynamics.CRM.LastXHours(PropertyName='at',PropertyValue=2)", {"at": "2026-11-20T12:00:01Z"}, False),
        ("Microsoft.Dynamics.CRM.LastXDays(PropertyName='at',PropertyValue='1')", {"at": "2026-11-19T11:00:00Z"},
         False),
        ("Microsoft.Dynamics.CRM.In(PropertyName='flag',PropertyValues=['true'])", {"flag": True}, True),
    ],
)  # fmt: skip
def test_a_filter_holds_or_not(text: str, row: dict[str, Any], expected: bool) -> None:
    """Each operator, type and function decides as Dataverse does; nulls satisfy only `eq null` and `ne`."""
    assert _holds(text, **row) is expected


@pytest.mark.parametrize(
    "text",
    [
        "", "name", "name eq", "name eq 'x' and", "(name eq 'x'", "name eq 'x')", "name is 'x'", "eq eq eq eq",
        "'x' eq name", "name eq #", "size eq 1.2.3", "contains(name)", "contains(name,5)", "contains(size,'x')",
        "name eq 5", "size eq 'x'", "flag eq 1", "id eq 5", "at eq 5", "name eq size", "unknown eq 1",
        "at eq 2026-13-40T00:00:00Z", "Microsoft.Dynamics.CRM.Nearby(PropertyName='name',PropertyValue='x')",
        "Microsoft.Dynamics.CRM.In(PropertyValues=['x'])", "Microsoft.Dynamics.CRM.In(PropertyName='name')",
        "Microsoft.Dynamics.CRM.In(PropertyName='size',PropertyValues=['x'])",
        "Microsoft.Dynamics.CRM.Between(PropertyName='size',PropertyValues=['1'])",
        "Microsoft.Dynamics.CRM.On(PropertyName='name',PropertyValue='2026-11-20')",
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName='size',PropertyValue=1)",
        "Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['x'",
        "Microsoft.Dynamics.CRM.In(PropertyName='name' PropertyValues=['x'])",
        "name eq @p1",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text: str) -> None:
    """A fault of grammar, name or type is a refusal, never a result."""
    with pytest.raises(ODataError):
        _holds(text)


def test_or_binds_weaker_than_and() -> None:
    """The tree shows which word binds stronger."""
    tree = parse("size eq 1 or size eq 2 and not size eq 3", {})
    assert isinstance(tree, AnyOf)
    assert isinstance(tree.parts[0], Comparison)
    assert isinstance(tree.parts[1], All)
    assert isinstance(tree.parts[1].parts[1], Not)


def test_aliases_are_literals() -> None:
    """An alias stands for its value, text included, and not for further aliases."""
    condition = parse("name eq @p1", {"@p1": "'x or y'"})
    assert compile_filter(condition, Columns(), NOW)({"name": "x or y"})
    with pytest.raises(ODataError):
        parse("name eq @p1", {"@p1": "@p2", "@p2": "1"})


def test_five_hundred_conditions_are_the_limit() -> None:
    """The 501st condition is refused with its own code."""
    assert isinstance(parse(" or ".join(["size eq 1"] * 500), {}), AnyOf)
    with pytest.raises(ODataError) as caught:
        parse(" or ".join(["size eq 1"] * 501), {})
    assert caught.value.code == "0x8004430C"


def test_enumeration_literals_are_text() -> None:
    """A literal with its type's name in front is the text inside."""
    (word,) = split("Microsoft.Dynamics.CRM.AttributeTypeCode'Picklist'", {})
    assert word.literal is not None
    assert (word.literal.value, word.literal.type) == ("Picklist", Type.STRING)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (f"id eq {ID}", [ID]),
        (f"size eq 1 and id eq '{ID}'", [ID]),
        (f"Microsoft.Dynamics.CRM.In(PropertyName='id',PropertyValues=['{ID}','a'])", [ID, "a"]),
        (f"size eq 1 or id eq {ID}", None),
        (f"not id eq {ID}", None),
        (f"id ne {ID}", None),
        ("id eq id", None),
        ("size eq 1 and size eq 2", None),
        ("Microsoft.Dynamics.CRM.In(PropertyName='size',PropertyValues=['1'])", None),
    ],
)
def test_filters_by_key_name_their_rows(text: str, keys: list[str] | None) -> None:
    """Only a filter that cannot hold for other ids gives its keys."""
    assert wanted_keys(parse(text, {}), "id") == keys
