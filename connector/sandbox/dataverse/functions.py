"""Functions that hang on no table: who asks, versions, counts, and what changed in metadata. GET only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.errors import OBJECT_DOES_NOT_EXIST, ODataError, bad_query, not_implemented
from connector.sandbox.dataverse.metadata.documents import column_document, table_document
from connector.sandbox.dataverse.query.options import split_outside
from connector.sandbox.dataverse.schema import Table, stable_id
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.visits import Visit

VERSION = "9.2.0.0"
CRM = "Microsoft.Dynamics.CRM."


class Functions:
    """The functions by their names; each takes a visit and gives a document."""

    def __init__(self, store: Store, access: Access, *, origin: str) -> None:
        self._store = store
        self._access = access
        self._origin = origin
        self.known: dict[str, Callable[[Visit], dict[str, Any]]] = {
            "": self._service_document,
            "WhoAmI": self._who_am_i,
            "RetrieveVersion": self._version,
            "RetrieveCurrentOrganization": self._organization,
            "RetrieveTotalRecordCount": self._total_count,
            "RetrieveMetadataChanges": self._metadata_changes,
        }

    def answer(self, visit: Visit) -> dict[str, Any]:
        """The document of a function; options other than parameters and `tag` are refused. Raises ODataError."""
        for name, _ in visit.request.options():
            if not name.startswith("@") and name != "tag":
                raise bad_query(f"The query parameter {name} is not supported.")
        document = self.known[visit.route.name](visit)
        if "@odata.context" in document:
            return document
        context = f"{self._origin}{visit.route.root}/$metadata#{CRM}{visit.route.name}Response"
        return {"@odata.context": context, **document}

    def _service_document(self, visit: Visit) -> dict[str, Any]:
        names = sorted(table.set_name for table in self._store.tables.values())
        return {
            "@odata.context": f"{self._origin}{visit.route.root}/$metadata",
            "value": [{"name": name, "kind": "EntitySet", "url": name} for name in names],
        }

    def _who_am_i(self, visit: Visit) -> dict[str, Any]:
        return {
            "BusinessUnitId": next(iter(self._store.rows["businessunit"].by_id)),
            "UserId": visit.user_id,
            "OrganizationId": next(iter(self._store.rows["organization"].by_id)),
        }

    def _version(self, _visit: Visit) -> dict[str, Any]:
        return {"Version": VERSION}

    def _organization(self, _visit: Visit) -> dict[str, Any]:
        organization = next(iter(self._store.rows["organization"].by_id.values()))
        detail = {
            "OrganizationId": organization["organizationid"],
            "FriendlyName": organization.get("name"),
            "OrganizationVersion": VERSION,
            "EnvironmentId": stable_id("environment"),
            "UrlName": "sandbox",
            "State": "Enabled",
            "Endpoints": {"Count": 1, "IsReadOnly": False, "Keys": ["WebApplication"], "Values": [f"{self._origin}/"]},
        }
        return {"Detail": detail}

    def _total_count(self, visit: Visit) -> dict[str, Any]:
        """A snapshot in Dataverse, up to a day old; here it is of now."""
        names = _read_json(arguments(visit).get("EntityNames", "[]").replace("'", '"'))
        if not isinstance(names, list) or not names:
            raise bad_query("The function 'RetrieveTotalRecordCount' needs EntityNames.")
        counts = []
        for name in names:
            table = self._table(str(name))
            self._access.require("Read", table, visit.user_id)
            counts.append(len(self._store.rows[table.name].by_id))
        found = {"Count": len(names), "IsReadOnly": False, "Keys": names, "Values": counts}
        return {"EntityRecordCountCollection": found}

    def _table(self, name: str) -> Table:
        table = self._store.tables.get(name)
        if table is None:
            message = f"The entity with a name = '{name}' was not found in the MetadataCache."
            raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, message)
        return table

    # --- RetrieveMetadataChanges -----------------------------------------------------------------------------------

    def _metadata_changes(self, visit: Visit) -> dict[str, Any]:
        """The first call of the function: all that its query asks for; there are no stamps to come back with."""
        given = arguments(visit)
        if set(given) != {"Query"}:
            raise not_implemented("RetrieveMetadataChanges with a version stamp or filters of deletions")
        query = _read_json(given["Query"])
        if not isinstance(query, dict) or set(query) - {"Properties", "Criteria", "AttributeQuery"}:
            raise bad_query("The Query of 'RetrieveMetadataChanges' is not an EntityQueryExpression that is offered.")
        wanted = _properties(query)
        entities = []
        for table in self._store.tables.values():
            document = table_document(table)
            if not _fits(document, query.get("Criteria")):
                continue
            shown = {name: document[name] for name in ("MetadataId", *wanted) if name in document}
            if "Attributes" in wanted:
                shown["Attributes"] = _attributes(table, query.get("AttributeQuery") or {})
            entities.append(shown)
        stamp = str(self._store.version)
        return {"ServerVersionStamp": stamp, "DeletedMetadata": None, "EntityMetadata": entities}


def arguments(visit: Visit) -> dict[str, str]:
    """The arguments of a function as they were written; parameters (@p1) are replaced. Raises ODataError."""
    options = dict(visit.request.options())
    found: dict[str, str] = {}
    for part in split_outside(visit.route.key or "", ","):
        name, sign, text = part.strip().partition("=")
        if not sign or (text.startswith("@") and text not in options):
            raise bad_query(f"The argument '{part.strip()}' has no value.")
        found[name] = options[text] if text.startswith("@") else text
    return found


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise bad_query(f"'{text[:60]}' is not JSON.") from None


def _properties(query: Mapping[str, Any]) -> list[str]:
    properties = query.get("Properties") or {}
    names = properties.get("PropertyNames", [])
    return [str(name) for name in names]


def _fits(document: Mapping[str, Any], criteria: Any) -> bool:
    conditions = criteria.get("Conditions", []) if isinstance(criteria, dict) else []
    for each in conditions:
        if each.get("ConditionOperator") not in {"Equals", "NotEquals"}:
            raise not_implemented(f"the operator '{each.get('ConditionOperator')}' in RetrieveMetadataChanges")
        value = each.get("Value")
        wanted = value.get("Value") if isinstance(value, dict) else value
        if (document.get(str(each.get("PropertyName"))) == wanted) is not (each["ConditionOperator"] == "Equals"):
            return False
    return True


def _attributes(table: Table, query: Mapping[str, Any]) -> list[dict[str, Any]]:
    wanted = _properties(query)
    found = []
    for column in table.columns.values():
        document = column_document(table, column)
        if _fits(document, query.get("Criteria")):
            kept = ("@odata.type", "MetadataId", *wanted)
            found.append(
                {name: document[name] for name in dict.fromkeys(kept) if name in document} if wanted else document
            )
    return found
