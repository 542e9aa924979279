"""Changes of metadata by clients: columns created inside a solution, and publication. Reading stands in `queries`."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from xml.etree import ElementTree as ET  # nosec B405  # what it reads is checked first

from connector.sandbox.dataverse.errors import (
    DUPLICATE_COLUMN,
    INVALID_ARGUMENT,
    OBJECT_DOES_NOT_EXIST,
    ODataError,
    bad_payload,
)
from connector.sandbox.dataverse.metadata.definitions import read_definition
from connector.sandbox.dataverse.schema import Column, Row, Table
from connector.sandbox.dataverse.store import Store

MAX_XML = 100_000


class Customizing:
    """What was created and what is published, and how long reads may lag behind.

    `lag` is the number of reads of a table's metadata for which a new column stays unseen unless they say
    `Consistency: Strong`. `components` are the columns in each solution, `unpublished` those that forms do not show.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lag = 0
        self.components: defaultdict[str, list[str]] = defaultdict(list)
        self.unpublished: defaultdict[str, set[str]] = defaultdict(set)
        self._unseen: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def create_column(self, table: Table, body: Any, solution: str | None) -> Column:
        """Add a column to a table, inside the solution that is named. Raises ODataError."""
        column = read_definition(body)
        allowed = self.prefixes(solution)
        if column.name.partition("_")[0] not in allowed:
            raise bad_payload(
                f"The schema name '{column.schema}' must begin with the customization prefix of the publisher:"
                f" {', '.join(sorted(allowed))}.",
                INVALID_ARGUMENT,
            )
        with self._store.lock:
            if column.name in table.columns:
                raise bad_payload(
                    f"An attribute with the specified name {column.schema} already exists", DUPLICATE_COLUMN
                )
            table.add_column(column)
            self._store.expire_tokens()
        with self._lock:
            self._unseen[table.name, column.name] = self.lag
            self.components[solution or "Default"].append(f"{table.name}.{column.name}")
            self.unpublished[table.name].add(column.name)
        return column

    def publish(self, body: Any) -> None:
        """Publish the tables that `ParameterXml` names. Raises ODataError."""
        xml = body.get("ParameterXml") if isinstance(body, dict) and len(body) == 1 else None
        if not isinstance(xml, str):
            raise bad_payload("The parameter 'ParameterXml' of PublishXml is missing, or is not the only one.")
        for name in list(self._published(xml)):
            self.unpublished.pop(name, None)

    def unseen(self, table: Table, *, strong: bool) -> frozenset[str]:
        """The columns that this read of a table's metadata does not see; counts as a read where it is not strong."""
        if strong or not self._unseen:
            return frozenset()
        with self._lock:
            hidden = {column for (name, column), left in self._unseen.items() if name == table.name and left > 0}
            for column in hidden:
                self._unseen[table.name, column] -= 1
        return frozenset(hidden)

    def prefixes(self, solution: str | None) -> frozenset[str]:
        """The prefixes that names may have: that of the solution's publisher, any publisher's without solution."""
        publishers = self._store.rows["publisher"].by_id
        if solution is None:
            return frozenset(row["customizationprefix"] for row in publishers.values())
        row = self._solution(solution)
        if row.get("ismanaged"):
            raise bad_payload(f"The solution '{solution}' is managed and cannot be changed.", INVALID_ARGUMENT)
        return frozenset({publishers[row["_publisherid_value"]]["customizationprefix"]})

    def _solution(self, name: str) -> Row:
        for row in self._store.rows["solution"].by_id.values():
            if row["uniquename"].lower() == name.lower():
                return row
        message = f"solution With uniquename = {name} Does Not Exist"
        raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, message)

    def _published(self, xml: str) -> Iterator[str]:
        if len(xml) > MAX_XML or re.search(r"<!(DOCTYPE|ENTITY)", xml, re.IGNORECASE):
            raise bad_payload("The ParameterXml is too long, or declares entities.", INVALID_ARGUMENT)
        try:
            root = ET.fromstring(xml)  # noqa: S314  # nosec B314  # short, without declarations: see above
        except ET.ParseError:
            raise bad_payload("The ParameterXml is not well-formed.", INVALID_ARGUMENT) from None
        if root.tag != "importexportxml":
            raise bad_payload("The ParameterXml must be an importexportxml element.", INVALID_ARGUMENT)
        for entity in root.iterfind("entities/entity"):
            name = (entity.text or "").strip()
            if name not in self._store.tables:
                message = f"The entity with a name = '{name}' was not found in the MetadataCache."
                raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, message)
            yield name
