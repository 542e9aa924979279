"""Where a request goes once it is inside: a table, metadata, a function or an action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.bulkdelete import bulk_delete
from connector.sandbox.dataverse.errors import no_segment, not_implemented
from connector.sandbox.dataverse.functions import Functions
from connector.sandbox.dataverse.linking import wrong_method
from connector.sandbox.dataverse.metadata.customizing import Customizing
from connector.sandbox.dataverse.metadata.optionsets import OptionSets
from connector.sandbox.dataverse.metadata.queries import MetadataQueries
from connector.sandbox.dataverse.metadata.requests import DEFINITIONS, MetadataRequests
from connector.sandbox.dataverse.schema import Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tablerequests import TableRequests
from connector.sandbox.dataverse.visits import Visit, json_body, json_document
from connector.sandbox.server import Response


class Endpoints:
    """One environment's addresses. `actions` are asked with POST by their names, `bound` ones below a row."""

    def __init__(
        self,
        store: Store,
        access: Access,
        tables: TableRequests,
        customizing: Customizing,
        clock: Callable[[], datetime],
        *,
        origin: str,
    ) -> None:
        self._store = store
        self._access = access
        self._origin = origin
        self._tables = tables
        self.option_sets = OptionSets(store)
        self._metadata = MetadataQueries(store.tables, clock, customizing, self.option_sets)
        self._changes = MetadataRequests(store, access, customizing, self._metadata, self.option_sets, origin=origin)
        self._functions = Functions(store, access, origin=origin)
        self.bound: dict[tuple[str, str], Callable[[Visit], Response]] = {}
        self.actions: dict[str, Callable[[Visit], Response]] = {
            **self._changes.actions,
            "BulkDelete": self._bulk_delete,
        }

    def answer(self, visit: Visit) -> Response:
        """Answer one request. Raises ODataError."""
        route, method = visit.route, visit.request.method
        table = self.table(route.name)
        act = None if table is None or method != "POST" else self.bound.get((table.name, "/".join(route.rest)))
        if act is not None and route.key is not None:
            return act(visit)
        if table is not None:
            return self._tables.answer(visit, table)
        if route.name in DEFINITIONS:
            if method != "GET":
                return self._changes.answer(visit)
            strong = visit.request.headers.get("consistency", "").lower() == "strong"
            return json_document(self._metadata.answer(list(route.segments), visit.request.options(), strong=strong))
        if route.name == "$metadata":
            raise not_implemented("$metadata as a document of types: ask EntityDefinitions")
        if route.name not in self._functions.known and route.name not in self.actions:
            raise no_segment(route.name)
        if route.rest:
            raise no_segment(route.rest[0])
        if method == "GET" and route.name in self._functions.known:
            return json_document(self._functions.answer(visit))
        if method == "POST" and route.name in self.actions:
            return self.actions[route.name](visit)
        raise wrong_method(method)

    def _bulk_delete(self, visit: Visit) -> Response:
        job = bulk_delete(self._store, self._access, json_body(visit.request), visit.user_id)
        context = f"{self._origin}{visit.route.root}/$metadata#Microsoft.Dynamics.CRM.BulkDeleteResponse"
        return json_document({"@odata.context": context, "JobId": job})

    def table(self, set_name: str) -> Table | None:
        """The table of that set name."""
        return next((each for each in self._store.tables.values() if each.set_name == set_name), None)
