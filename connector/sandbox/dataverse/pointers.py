"""The table over all activities: a row with the same id for each of them, kept up with every transaction."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.store import Change, Store
from connector.sandbox.dataverse.tables.activities import ACTIVITIES

POINTER = "activitypointer"


class Pointers:
    """Keeps activitypointer in step with the activities."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.before_commit.insert(0, self._follow)

    def load(self) -> None:
        """Take in the activities that were loaded."""
        rows = (row for name in ACTIVITIES for row in self._store.rows[name].by_id.values())
        self._store.load(POINTER, [self._pointer(row) for row in rows])

    def _follow(self, changes: list[Change]) -> None:
        for change in list(changes):
            if change.table not in ACTIVITIES:
                continue
            if change.after is None:
                self._store.delete(POINTER, change.row_id)
            elif self._store.get(POINTER, change.row_id) is None:
                self._store.insert(POINTER, self._pointer(change.after))
            else:
                self._store.update(POINTER, change.row_id, self._pointer(change.after))

    def _pointer(self, row: Row) -> Row:
        """What all activities share; status reasons have one value for each state here."""
        known = self._store.tables[POINTER].fields
        shared = {name: row[name] for name in known if name in row and name != "versionnumber"}
        if "_regardingobjectid_value@table" in row:
            shared["_regardingobjectid_value@table"] = row["_regardingobjectid_value@table"]
        option = self._store.tables[POINTER].columns["statecode"].option(row.get("statecode", 0))
        return shared | {"statuscode": None if option is None else option.default_status}
