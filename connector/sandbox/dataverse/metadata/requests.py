"""Requests that change metadata: their paths, privileges and answers. What they change stands beside this file."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.access import CREATE_COLUMN, PUBLISH, Access
from connector.sandbox.dataverse.errors import bad_payload, not_implemented
from connector.sandbox.dataverse.linking import wrong_method
from connector.sandbox.dataverse.metadata.changing import Changing
from connector.sandbox.dataverse.metadata.customizing import Customizing
from connector.sandbox.dataverse.metadata.documents import CRM
from connector.sandbox.dataverse.metadata.optionsets import OptionSets
from connector.sandbox.dataverse.metadata.queries import MetadataQueries, find_column, parse_segment
from connector.sandbox.dataverse.metadata.relating import Relating
from connector.sandbox.dataverse.schema import Column, Table, stable_id
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.visits import Visit, json_body, json_document
from connector.sandbox.server import Response

CREATE_TABLE, DELETE_TABLE, WRITE_TABLE = "prvCreateEntity", "prvDeleteEntity", "prvWriteEntity"
WRITE_COLUMN, DELETE_COLUMN = "prvWriteAttribute", "prvDeleteAttribute"
CREATE_RELATIONSHIP, DELETE_RELATIONSHIP = "prvCreateRelationship", "prvDeleteRelationship"
CREATE_CHOICE, DELETE_CHOICE = "prvCreateOptionSet", "prvDeleteOptionSet"
DEFINITIONS = frozenset({"EntityDefinitions", "RelationshipDefinitions", "GlobalOptionSetDefinitions"})


class MetadataRequests:
    """Answers what changes metadata. `actions` are the messages by their names."""

    def __init__(
        self,
        store: Store,
        access: Access,
        customizing: Customizing,
        queries: MetadataQueries,
        sets: OptionSets,
        *,
        origin: str,
    ) -> None:
        self._store = store
        self._access = access
        self._customizing = customizing
        self._queries = queries
        self._sets = sets
        self._origin = origin
        self._changing = Changing(store)
        self._relating = Relating(store)
        self.actions: dict[str, Callable[[Visit], Response]] = {
            "PublishXml": self._publish,
            "PublishAllXml": self._publish_all,
            "CreateEntities": self._create_tables,
            "InsertStatusValue": self._insert_status,
            "InsertOptionValue": self._insert_option,
            "DeleteOptionValue": self._delete_option,
        }

    def answer(self, visit: Visit) -> Response:
        """Answer a POST, PUT or DELETE below one of the DEFINITIONS. Raises ODataError."""
        (name, key), rest = parse_segment(visit.route.segments[0]), list(visit.route.segments[1:])
        method = visit.request.method
        if method not in {"POST", "PUT", "DELETE"} or (key is None) is not (method == "POST" and not rest):
            raise wrong_method(method)
        if name == "RelationshipDefinitions":
            return self._relationship(visit, key)
        if name == "GlobalOptionSetDefinitions":
            return self._choice(visit, key)
        if key is None:
            return self._create_table(visit)
        table = self._queries.table(key)
        if not rest:
            return self._table(visit, table)
        kind, inner = parse_segment(rest[0])
        if kind == "Keys" and len(rest) == 1:
            return self._key(visit, table, inner)
        if kind != "Attributes" or len(rest) > (1 if method == "POST" else 2):
            raise not_implemented("this change of metadata")
        return self._create_column(visit, table) if inner is None else self._column(visit, table, inner)

    # --- tables ----------------------------------------------------------------------------------------------------

    def _create_table(self, visit: Visit) -> Response:
        self._may(visit, CREATE_TABLE)
        made = self._changing.create_table(json_body(visit.request), self._prefixes(visit))
        self._customizing.components[_solution(visit) or "Default"].append(made.name)
        return self._created(visit, f"EntityDefinitions({stable_id('table', made.name)})")

    def _create_tables(self, visit: Visit) -> Response:
        """The action CreateEntities, whose types are called Complex and whose solution stands in the query."""
        self._may(visit, CREATE_TABLE)
        body, solution = json_body(visit.request), dict(visit.request.options()).get("SolutionUniqueName")
        entities = body.get("Entities")
        if not isinstance(entities, list) or not entities or set(body) - {"Entities", "SolutionUniqueName"}:
            raise bad_payload("The parameter 'Entities' of CreateEntities must be a list of tables.")
        prefixes = self._customizing.prefixes(solution or body.get("SolutionUniqueName"))
        for each in entities:
            made = self._changing.create_table(_plain_types(each), prefixes)
            self._customizing.components[solution or "Default"].append(made.name)
        return Response(HTTPStatus.NO_CONTENT)

    def _table(self, visit: Visit, table: Table) -> Response:
        if visit.request.method == "DELETE":
            self._may(visit, DELETE_TABLE)
            self._changing.delete_table(table)
        else:
            self._may(visit, WRITE_TABLE)
            self._changing.change_table(table, json_body(visit.request))
        return Response(HTTPStatus.NO_CONTENT)

    # --- columns and keys ------------------------------------------------------------------------------------------

    def _create_column(self, visit: Visit, table: Table) -> Response:
        self._may(visit, CREATE_COLUMN)
        body = dict(json_body(visit.request))
        reference = body.pop("GlobalOptionSet@odata.bind", None)
        shared = None
        if reference is not None:
            shared = self._sets.find(str(reference).partition("(")[2].removesuffix(")"))
            body["OptionSet"] = {"Options": shared.document()["Options"]}
        column = self._customizing.create_column(table, body, _solution(visit))
        if shared is not None:
            self._sets.used[table.name, column.name] = shared.name
        return self._created(visit, _address(table, column))

    def _column(self, visit: Visit, table: Table, key: str) -> Response:
        column = find_column(table, key)
        if visit.request.method == "DELETE":
            self._may(visit, DELETE_COLUMN)
            self._changing.delete_column(table, column)
            self._sets.used.pop((table.name, column.name), None)
            return Response(HTTPStatus.NO_CONTENT)
        self._may(visit, WRITE_COLUMN)
        merge = visit.request.headers.get("mscrm.mergelabels", "").lower() == "true"
        self._changing.change_column(table, column, json_body(visit.request), merge_labels=merge)
        self._customizing.unpublished[table.name].add(column.name)
        return Response(HTTPStatus.NO_CONTENT, headers=[("OData-EntityId", self._at(visit, _address(table, column)))])

    def _key(self, visit: Visit, table: Table, key: str | None) -> Response:
        self._may(visit, WRITE_TABLE)
        if key is None:
            made = self._changing.create_key(table, json_body(visit.request))
            named = stable_id("key", table.name, made.schema.lower())
            return self._created(visit, f"EntityDefinitions({stable_id('table', table.name)})/Keys({named})")
        if visit.request.method != "DELETE":
            raise wrong_method(visit.request.method)
        self._changing.delete_key(table, key)
        return Response(HTTPStatus.NO_CONTENT)

    # --- relationships and choices ---------------------------------------------------------------------------------

    def _relationship(self, visit: Visit, key: str | None) -> Response:
        if key is None:
            self._may(visit, CREATE_RELATIONSHIP)
            made = self._relating.create(json_body(visit.request), self._prefixes(visit))
            return self._created(visit, f"RelationshipDefinitions({made})")
        if visit.request.method != "DELETE":
            raise not_implemented("a change of a relationship")
        self._may(visit, DELETE_RELATIONSHIP)
        self._relating.delete(key.lower())
        return Response(HTTPStatus.NO_CONTENT)

    def _choice(self, visit: Visit, key: str | None) -> Response:
        if key is None:
            self._may(visit, CREATE_CHOICE)
            made = self._sets.create(json_body(visit.request), self._prefixes(visit))
            return self._created(visit, f"GlobalOptionSetDefinitions({made.id})")
        if visit.request.method != "DELETE":
            raise not_implemented("a change of a global choice")
        self._may(visit, DELETE_CHOICE)
        self._sets.delete(key)
        return Response(HTTPStatus.NO_CONTENT)

    def _insert_status(self, visit: Visit) -> Response:
        return self._insert(visit, status=True)

    def _insert_option(self, visit: Visit) -> Response:
        return self._insert(visit, status=False)

    def _insert(self, visit: Visit, *, status: bool) -> Response:
        self._may(visit, WRITE_COLUMN)
        value = self._sets.insert(json_body(visit.request), status=status)
        name = "InsertStatusValueResponse" if status else "InsertOptionValueResponse"
        context = f"{self._origin}{visit.route.root}/$metadata#{CRM}{name}"
        return json_document({"@odata.context": context, "NewOptionValue": value})

    def _delete_option(self, visit: Visit) -> Response:
        self._may(visit, WRITE_COLUMN)
        self._sets.remove(json_body(visit.request))
        return Response(HTTPStatus.NO_CONTENT)

    # --- publication -----------------------------------------------------------------------------------------------

    def _publish(self, visit: Visit) -> Response:
        self._may(visit, PUBLISH)
        self._customizing.publish(json_body(visit.request))
        return Response(HTTPStatus.NO_CONTENT)

    def _publish_all(self, visit: Visit) -> Response:
        self._may(visit, PUBLISH)
        self._customizing.unpublished.clear()
        return Response(HTTPStatus.NO_CONTENT)

    # --- what they share -------------------------------------------------------------------------------------------

    def _may(self, visit: Visit, privilege: str) -> None:
        self._access.require_named(privilege, visit.user_id)

    def _prefixes(self, visit: Visit) -> frozenset[str]:
        return self._customizing.prefixes(_solution(visit))

    def _at(self, visit: Visit, address: str) -> str:
        return f"{self._origin}{visit.route.root}/{address}"

    def _created(self, visit: Visit, address: str) -> Response:
        return Response(HTTPStatus.NO_CONTENT, headers=[("OData-EntityId", self._at(visit, address))])


def _solution(visit: Visit) -> str | None:
    return visit.request.headers.get("mscrm.solutionuniquename")


def _address(table: Table, column: Column) -> str:
    owner, own = stable_id("table", table.name), stable_id("column", table.name, column.name)
    return f"EntityDefinitions({owner})/Attributes({own})"


def _plain_types(value: Any) -> Any:
    """A body of CreateEntities with the types that EntityDefinitions knows."""
    if isinstance(value, list):
        return [_plain_types(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: each.replace(f"{CRM}Complex", CRM) if name == "@odata.type" else _plain_types(each)
        for name, each in value.items()
    }
