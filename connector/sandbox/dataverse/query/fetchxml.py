"""FetchXML becomes a plan: attributes, conditions, linked tables, aggregates, order, pages. Strict on what it has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree as ET  # nosec B405  # what it reads is checked first

from connector.sandbox.dataverse.errors import NO_ATTRIBUTE, ODataError, bad_query, not_implemented
from connector.sandbox.dataverse.query.plans import (
    AGGREGATES,
    Join,
    Output,
    Plan,
    Source,
    Test,
    both,
    condition,
    either,
    negated,
)
from connector.sandbox.dataverse.schema import Column, Table

MAX_XML = 65_536
MAX_PAGE = 5000
MAX_WITHOUT_COOKIE = 50_000
MAX_CONDITIONS = 500
_ALLOWED: Mapping[str, frozenset[str]] = {
    "fetch": frozenset(
        {"top", "count", "page", "paging-cookie", "distinct", "aggregate", "returntotalrecordcount", "no-lock",
         "version", "mapping", "output-format", "latematerialize"}
    ),
    "entity": frozenset({"name"}),
    "attribute": frozenset({"name", "alias", "aggregate", "groupby", "distinct"}),
    "all-attributes": frozenset(),
    "no-attrs": frozenset(),
    "order": frozenset({"attribute", "alias", "descending", "entityname"}),
    "filter": frozenset({"type"}),
    "condition": frozenset({"attribute", "operator", "value", "entityname"}),
    "value": frozenset(),
    "link-entity": frozenset({"name", "from", "to", "alias", "link-type", "visible", "intersect"}),
}  # fmt: skip
_COOKIE = re.compile(r"<cookie page=")
_OPERATORS = {
    "eq": "eq", "gt": "gt", "ge": "ge", "lt": "lt", "le": "le", "like": "like", "begins-with": "begins-with",
    "ends-with": "ends-with", "null": "null", "in": "in", "between": "between", "on": "on",
    "on-or-after": "on-or-after", "on-or-before": "on-or-before",
}  # fmt: skip
_NEGATED = {
    "ne": "eq", "neq": "eq", "not-like": "like", "not-begin-with": "begins-with", "not-end-with": "ends-with",
    "not-null": "null", "not-in": "in", "not-between": "between",
}  # fmt: skip
_NULL_TOO = frozenset({"ne", "neq", "not-in"})


@dataclass(frozen=True, slots=True)
class Fetch:
    """A FetchXML query: its plan, and which of its rows are wanted. `whole`: every column of the table."""

    plan: Plan
    whole: bool
    top: int | None
    count: int
    page: int
    counted: bool

    def cookie(self, first: str, last: str) -> str:
        """The cookie of the page after this one, by the ids of this one's first and last row.

        The inner text is encoded twice, as Dataverse does it.
        """
        key = self.plan.table.key
        inner = f'<cookie page="{self.page}"><{key} last="{{{last}}}" first="{{{first}}}" /></cookie>'
        encoded = quote(quote(inner, safe=""), safe="")
        return f'<cookie pagenumber="{self.page + 1}" pagingcookie="{encoded}" istracking="False" />'


def read_fetch(tables: Mapping[str, Table], text: str, expected: Table) -> Fetch:
    """The query in a text, which must be about the expected table. Raises ODataError."""
    root = _parse(text)
    entities = [each for each in root if each.tag == "entity"]
    if len(entities) != 1 or len(root) != 1:
        raise bad_query("A FetchXML query has one entity.", NO_ATTRIBUTE)
    if entities[0].get("name") != expected.name:
        raise bad_query(f"The entity of the FetchXML query is not '{expected.name}'.")
    return _Reader(tables, expected, root).read(entities[0])


def _parse(text: str) -> ET.Element:
    if len(text) > MAX_XML or re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise bad_query("The FetchXML query is too long, or declares entities.")
    try:
        root = ET.fromstring(text)  # noqa: S314  # nosec B314  # short, without declarations: see above
    except ET.ParseError:
        raise bad_query("Invalid XML.", "0x8004111c") from None
    if root.tag != "fetch":
        raise bad_query("Invalid XML: the root must be 'fetch'.", "0x8004111c")
    conditions = 0
    for element in root.iter():
        if element.tag not in _ALLOWED:
            raise bad_query(f"The element '{element.tag}' is not one of FetchXML.", "0x8004111c")
        unknown = sorted(set(element.attrib) - _ALLOWED[element.tag])
        if unknown:
            raise bad_query(f"The attribute '{unknown[0]}' of '{element.tag}' is not offered.", "0x8004111c")
        conditions += element.tag == "condition"
    if conditions > MAX_CONDITIONS:
        raise bad_query(f"Number of conditions in query exceeded maximum limit of {MAX_CONDITIONS}.", "0x8004430C")
    return root


class _Reader:
    def __init__(self, tables: Mapping[str, Table], table: Table, root: ET.Element) -> None:
        self._tables = tables
        self._root = root
        self._grouped = _flag(root, "aggregate")
        self._plan = Plan(table, distinct=_flag(root, "distinct"), grouped=self._grouped)
        self._whole = False

    def read(self, entity: ET.Element) -> Fetch:
        self._joins(entity, "")
        self._entity(entity, "")
        top, count, page = (self._number(name) for name in ("top", "count", "page"))
        if top is not None and (count is not None or page is not None):
            raise bad_query("The attributes 'top' and 'page' or 'count' exclude each other.")
        size = min(count or MAX_PAGE, MAX_PAGE)
        if "paging-cookie" not in self._root.attrib and (page or 1) * size > MAX_WITHOUT_COOKIE:
            raise bad_query(f"Without a paging cookie no row after the first {MAX_WITHOUT_COOKIE} can be reached.")
        if not _COOKIE.match(self._root.get("paging-cookie", "<cookie page=")):
            raise bad_query("The paging cookie is malformed.")
        if not self._plan.outputs and not self._grouped:
            self._whole = True
        return Fetch(self._plan, self._whole, top, size, page or 1, _flag(self._root, "returntotalrecordcount"))

    def _joins(self, element: ET.Element, alias: str) -> None:
        for link in element.iterfind("link-entity"):
            name = link.get("alias") or f"{link.get('name')}{len(self._plan.joins) + 1}"
            table = self._tables.get(link.get("name", ""))
            if table is None:
                raise bad_query(f"The entity '{link.get('name')}' of a link does not exist.")
            kind = link.get("link-type", "inner")
            if kind not in {"inner", "outer"}:
                raise not_implemented(f"the link type '{kind}'")
            if name in self._plan.tables():
                raise bad_query(f"The alias '{name}' is used twice.")
            other = Source(alias, _column(self._plan.tables()[alias], link.get("to", "")))
            own = _column(table, link.get("from", table.key))
            self._plan.joins.append(Join(name, table, own, other, kind == "outer"))
            self._joins(link, name)
            self._entity(link, name)

    def _entity(self, element: ET.Element, alias: str) -> None:
        table = self._plan.tables()[alias]
        for each in element:
            if each.tag == "attribute":
                self._attribute(each, table, alias)
            elif each.tag == "all-attributes":
                self._whole = self._whole or not alias
                if alias:
                    self._plan.outputs += [
                        Output(f"{alias}.{column.name}", Source(alias, column)) for column in table.columns.values()
                    ]
            elif each.tag == "filter":
                test = self._filter(each, alias)
                outer = next((join for join in self._plan.joins if join.alias == alias and join.outer), None)
                if test is not None:
                    (self._plan if outer is None else outer).tests.append(test)
            elif each.tag == "order":
                self._order(each, table, alias)

    def _attribute(self, element: ET.Element, table: Table, alias: str) -> None:
        column = _column(table, element.get("name", ""))
        aggregate, named = element.get("aggregate", ""), element.get("alias")
        if self._grouped and (named is None or not (aggregate or _flag(element, "groupby"))):
            raise bad_query("An attribute of an aggregate query needs an alias and 'aggregate' or 'groupby'.")
        if aggregate and (not self._grouped or aggregate not in AGGREGATES):
            raise bad_query(f"The aggregate '{aggregate}' is not valid here.")
        name = named or (f"{alias}.{column.name}" if alias else column.field)
        source = None if aggregate == "count" else Source(alias, column)
        self._plan.outputs.append(Output(name, source, aggregate, _flag(element, "distinct")))

    def _order(self, element: ET.Element, table: Table, alias: str) -> None:
        descending = _flag(element, "descending")
        if element.get("alias") is not None and self._grouped:
            self._plan.order.append((element.get("alias", ""), descending))
            return
        alias = element.get("entityname", alias)
        owner = self._plan.tables().get(alias, table)
        self._plan.order.append((Source(alias, _column(owner, element.get("attribute", ""))), descending))

    def _filter(self, element: ET.Element, alias: str) -> Test | None:
        kind = element.get("type", "and")
        if kind not in {"and", "or"}:
            raise bad_query(f"The filter type '{kind}' is not valid.")
        tests = []
        for each in element:
            test = self._filter(each, alias) if each.tag == "filter" else self._condition(each, alias)
            if test is not None:
                tests.append(test)
        if not tests:
            return None
        return both(tests) if kind == "and" else either(tests)

    def _condition(self, element: ET.Element, alias: str) -> Test:
        if element.tag != "condition":
            raise bad_query(f"The element '{element.tag}' cannot stand in a filter.", "0x8004111c")
        alias = element.get("entityname", alias)
        if alias not in self._plan.tables():
            raise bad_query(f"There is no link with the alias '{alias}'.")
        source = Source(alias, _column(self._plan.tables()[alias], element.get("attribute", "")))
        values = [each.text or "" for each in element.iterfind("value")]
        if "value" in element.attrib:
            values.append(element.attrib["value"])
        operator = element.get("operator", "")
        if operator in _OPERATORS:
            return condition(source, _OPERATORS[operator], values)
        if operator not in _NEGATED:
            raise not_implemented(f"the FetchXML operator '{operator}'")
        test = negated(condition(source, _NEGATED[operator], values))
        if operator in _NULL_TOO or operator == "not-null":
            return test
        return lambda rows: source.get(rows) is not None and test(rows)

    def _number(self, name: str) -> int | None:
        text = self._root.get(name)
        if text is None:
            return None
        if not text.isdigit() or int(text) == 0 or (name == "top" and int(text) > MAX_PAGE):
            raise bad_query(f"The value '{text}' of '{name}' is not valid.")
        return int(text)


def _flag(element: ET.Element, name: str) -> bool:
    return element.get(name, "false").lower() in {"true", "1"}


def _column(table: Table, name: str) -> Column:
    found = table.columns.get(name)
    if found is None:
        raise ODataError(400, NO_ATTRIBUTE, f"'{table.name}' entity doesn't contain attribute with Name = '{name}'.")
    return found
