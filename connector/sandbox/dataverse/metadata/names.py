"""Names in filters over metadata documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connector.sandbox.dataverse.errors import bad_query
from connector.sandbox.dataverse.query.filters import Operand
from connector.sandbox.dataverse.query.words import Type
from connector.sandbox.dataverse.schema import Row, Table

Document = dict[str, Any]


class DocumentResolver:
    """Names in a filter over metadata: a property, or `Property/Value`."""

    def __init__(self, documents: list[Document]) -> None:
        self._known: Document = {}
        for document in documents:
            self._known |= {key: value for key, value in document.items() if value is not None}

    def operand(self, path: tuple[str, ...]) -> Operand:
        """The operand that a path leads to."""
        sample: Any = self._known
        for name in path:
            if not isinstance(sample, dict) or name not in sample:
                raise bad_query(f"Could not find a property named '{'/'.join(path)}' on this metadata type.")
            sample = sample[name]

        def get(document: Mapping[str, Any]) -> Any:
            value: Any = document
            for name in path:
                value = value.get(name) if isinstance(value, Mapping) else None
            return value

        if path[-1] == "MetadataId":
            return Operand(get, Type.GUID, path[-1])
        kinds = {bool: Type.BOOLEAN, int: Type.NUMBER, float: Type.NUMBER}
        return Operand(get, kinds.get(type(sample), Type.STRING), "/".join(path))

    def rows_of(self, name: str) -> tuple[Callable[[Mapping[str, Any]], list[Row]], Table]:
        """Metadata have no lambdas."""
        raise bad_query(f"A lambda over '{name}' is not supported for metadata.")

    def inside(self, _table: Table, _variable: str) -> DocumentResolver:
        """Metadata have no lambdas."""
        return self
