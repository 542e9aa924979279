"""Who may own a row: giving one to somebody takes the privilege to assign, and an owner who can own.

The codes of these refusals are not known for sure; callers go by the status.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.errors import INVALID_ARGUMENT, ODataError
from connector.sandbox.dataverse.keys import read_reference
from connector.sandbox.dataverse.schema import Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.writing import BIND

OWNER = f"ownerid{BIND}"
ACCESS_TEAM = 1


def check_owner(store: Store, access: Access, table: Table, body: Any, user_id: str, row: Row | None) -> None:
    """Raise ODataError where a body names another owner than now (or than the caller) and that is not allowed."""
    named = body.get(OWNER) if isinstance(body, dict) else None
    address = (
        read_reference(store, named)
        if isinstance(named, str) and OWNER.split("@", maxsplit=1)[0] in table.columns
        else None
    )
    owner = address.find(store) if address is not None else None
    if address is None or owner is None:
        return  # what is wrong with it is told when the body is read
    now = user_id if row is None else row.get("_ownerid_value")
    if owner[address.table.key] == now:
        return
    access.require("Assign", table, user_id)
    if owner.get("isdisabled"):
        raise _refused(f"The user {owner.get('fullname')} is disabled and cannot own records.")
    if address.table.name == "team" and owner.get("teamtype") == ACCESS_TEAM:
        raise _refused(f"The team {owner.get('name')} is an access team and cannot own records.")


def _refused(message: str) -> ODataError:
    return ODataError(HTTPStatus.BAD_REQUEST, INVALID_ARGUMENT, message)
