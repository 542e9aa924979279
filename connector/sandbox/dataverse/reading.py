"""Reading rows: one, a page, all with change tracking, what changed. Pages continue after the last row (keyset)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.asked import Asked
from connector.sandbox.dataverse.errors import NOT_TRACKED, ODataError, bad_query
from connector.sandbox.dataverse.planned import Planned
from connector.sandbox.dataverse.preferences import TOTAL
from connector.sandbox.dataverse.query import links, syntax
from connector.sandbox.dataverse.query.bounds import time_bounds
from connector.sandbox.dataverse.query.links import Position
from connector.sandbox.dataverse.query.options import PLANNED, Query, Reader, check_names
from connector.sandbox.dataverse.rendering import Rendering, sort_key, sorter
from connector.sandbox.dataverse.schema import Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.faults import Effect
from connector.sandbox.service import Texts

MAX_COUNT = 5000
TRACKED_OPTIONS = frozenset({"$select", "$skiptoken", "$deltatoken", "tag"})
DEFAULT_TOKEN_DAYS = 7


class Reading:
    """Answers reads from a store."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._planned = Planned(store, clock)

    def page(self, asked: Asked) -> dict[str, Any]:
        """One page of a collection, of a tracked read, or of a delta. Raises ODataError."""
        options = check_names(asked.pairs)
        if PLANNED & set(options):
            if asked.only is not None:
                raise bad_query(f"The query parameter {min(PLANNED & set(options))} is not supported for a collection.")
            context = f"{asked.base}/$metadata#{asked.table.set_name}"
            return {"@odata.context": context, **self._planned.page(asked.table, options, asked.preferences)}
        query = self._query(asked, options)
        position = None
        if links.SKIP in options:
            position = links.read_skip_token(options[links.SKIP], links.digest(asked.pairs))
        tracked = asked.preferences.track_changes or links.DELTA in options or (position and position.tracked)
        if not tracked:
            return self._plain(asked, query, position or Position())
        self._check_tracked(asked.table, query)
        if position is None and links.DELTA in options:
            version = self._read_delta_token(options[links.DELTA])
            position = Position(1, ("rows", version), version, self._store.version)
        if position is not None and position.until is not None:
            return self._delta(asked, query, position)
        return self._tracked(asked, query, position or Position(1, (), self._store.version))

    def count(self, asked: Asked) -> int:
        """How many rows a filter keeps, at most 5000, or how many changes a delta has."""
        options = check_names(asked.pairs)
        if PLANNED & set(options):
            raise bad_query(f"The query parameter {min(PLANNED & set(options))} is not supported for a count.")
        query = self._query(asked, options)
        if links.DELTA in options:
            self._check_tracked(asked.table, query)
            version, rows = self._read_delta_token(options[links.DELTA]), self._store.rows[asked.table.name]
            until = self._store.version
            return sum(1 for _ in rows.since(version, until)) + len(rows.deleted_since(version, until))
        return self._count(asked.table, query)

    def _query(self, asked: Asked, options: dict[str, str]) -> Query:
        query = Reader(self._store, self._clock()).query(asked.table, options)
        if asked.only is None:
            return query
        return replace(query, keys=sorted(asked.only if query.keys is None else asked.only & set(query.keys)))

    def row(self, asked: Asked, row: Row) -> dict[str, Any]:
        """One row with the columns and linked rows asked for."""
        options = check_names(asked.pairs)
        refused = sorted(set(options) - {"$select", "$expand", "tag"})
        if refused:
            raise bad_query(f"The query parameter {refused[0]} is not supported for a single row.")
        query = Reader(self._store, self._clock()).query(asked.table, options)
        (shown,) = self._rendering(asked).rows(asked.table, query, [row])
        return {"@odata.context": self._context(asked, query) + "/$entity", **shown}

    # --- plain collections -----------------------------------------------------------------------------------------

    def _plain(self, asked: Asked, query: Query, position: Position) -> dict[str, Any]:
        size, limited = asked.size, query.top is not None and asked.preferences.page_size is None
        if [(operand.name, down) for operand, down in query.order] == [(asked.table.key, False)]:
            query = replace(query, order=())  # the order that there is
        if query.test is None and query.keys is None and not (query.order or query.count or query.top):
            page = self._encoded(asked, query, position)
            if page is not None:
                return page
        if limited:
            size = min(query.top or size, size)
        with self._store.lock:
            matching = self._sorted(asked, query, position) if query.order else self._by_id(asked, query, position)
            rows = list(itertools.islice(matching, size + 1))
        following = None
        if len(rows) > size:
            rows = rows[:size]
            if not limited:
                last = [_sort_value(operand.get(rows[-1])) for operand, _ in query.order]
                following = Position(position.page + 1, (*last, rows[-1][asked.table.key]))
        page = self._envelope(asked, query)
        if query.count:
            page["@odata.count"] = self._count(asked.table, query)
        page["value"] = self._rendering(asked).rows(asked.table, query, rows)
        return self._with_next(asked, page, following, position)

    def _encoded(
        self, asked: Asked, query: Query, position: Position, *, tracked: bool = False
    ) -> dict[str, Any] | None:
        """A page of generated rows that need not be looked at; None for any other."""
        after = position.keys[-1] if position.keys else ""
        selection = self._rendering(asked).selection(asked.table, query)
        found = None if selection is None else self._store.rows[asked.table.name].texts(after, asked.size, selection)
        if found is None:
            return None
        texts, last, more = found
        page = self._envelope(asked, query) | {"value": Texts(texts)}
        if more:
            following = Position(position.page + 1, (last,), position.version)
            return self._with_next(asked, page, following, position)
        return self._with_delta(asked, page, position.version or 0) if tracked else page

    def _by_id(self, asked: Asked, query: Query, position: Position) -> Iterator[Row]:
        after = position.keys[-1] if position.keys else ""
        return self._candidates(asked.table, query, after)

    def _candidates(self, table: Table, query: Query, after: str = "") -> Iterator[Row]:
        rows = self._store.rows[table.name]
        found: Iterator[Row]
        if query.keys is not None:
            found = (row for key in sorted(query.keys) if key > after and (row := rows.by_id.get(key)) is not None)
        else:
            found = rows.after(after)
        return found if query.test is None else filter(query.test, found)

    def _by_time(self, asked: Asked, query: Query, position: Position) -> Iterator[Row] | None:
        """Rows of a table of generated ones in the order of a time, from a position on; None for any other order."""
        (first, down), *further = query.order
        if query.keys is not None or [(each.name, also) for each, also in further] != [(asked.table.key, down)]:
            return None
        options = dict(asked.pairs)
        condition = None
        if query.test is not None and "$filter" in options:
            condition = syntax.parse(options["$filter"], {k: v for k, v in options.items() if k.startswith("@")})
        low, high = time_bounds(condition, first.name)
        if position.keys:
            reached = str(position.keys[0]).upper()
            low, high = (low, min(high, reached)) if down else (max(low, reached), high)
        found = self._store.rows[asked.table.name].by_time(first.name, (low, high), descending=down)
        return found if found is None or query.test is None else filter(query.test, found)

    def _sorted(self, asked: Asked, query: Query, position: Position) -> Iterator[Row]:
        table = asked.table
        rows = self._by_time(asked, query, position)
        if rows is None:
            everything = list(self._candidates(table, query))
            for operand, descending in reversed(query.order):
                everything.sort(key=sorter(operand), reverse=descending)
            rows = iter(everything)
        if not position.keys:
            return rows
        *values, last_id = position.keys
        wanted = [sort_key(value) for value in values]

        def is_after(row: Row) -> bool:
            for (operand, descending), known in zip(query.order, wanted, strict=True):
                key = sort_key(operand.get(row))
                if key != known:
                    return (key < known) is descending
            return bool(row[table.key] > last_id)

        return filter(is_after, rows)

    def _count(self, table: Table, query: Query) -> int:
        with self._store.lock:
            return sum(1 for _ in itertools.islice(self._candidates(table, query), MAX_COUNT))

    # --- change tracking -------------------------------------------------------------------------------------------

    def _check_tracked(self, table: Table, query: Query) -> None:
        if not table.tracked:
            message = f"Entity {table.name} does not have change tracking enabled."
            raise ODataError(HTTPStatus.BAD_REQUEST, NOT_TRACKED, message)
        refused = sorted(query.given - TRACKED_OPTIONS)
        if refused:
            raise bad_query(f"The {refused[0]} query parameter isn't supported when Change Tracking is enabled.")

    def _read_delta_token(self, token: str) -> int:
        organization = next(iter(self._store.rows["organization"].by_id.values()), {})
        days = organization.get("expirechangetrackingindays", DEFAULT_TOKEN_DAYS)
        before = self._store.expired_before
        return links.read_delta_token(token, now=self._clock(), expired_before=before, days=days)

    def _tracked(self, asked: Asked, query: Query, position: Position) -> dict[str, Any]:
        encoded = self._encoded(asked, query, position, tracked=True)
        if encoded is not None:
            return encoded
        after = position.keys[-1] if position.keys else ""
        with self._store.lock:
            rows = list(itertools.islice(self._store.rows[asked.table.name].after(after), asked.size + 1))
        page = self._envelope(asked, query)
        page["value"] = self._rendering(asked).rows(asked.table, query, rows[: asked.size])
        if len(rows) <= asked.size:
            return self._with_delta(asked, page, position.version or 0)
        following = Position(position.page + 1, (rows[asked.size - 1][asked.table.key],), position.version)
        return self._with_next(asked, page, following, position)

    def _delta(self, asked: Asked, query: Query, position: Position) -> dict[str, Any]:
        phase, start = position.keys
        version, until = position.version or 0, position.until or 0
        rows: list[Row] = []
        with self._store.lock:
            known = self._store.rows[asked.table.name]
            if phase == "rows":
                rows = list(itertools.islice(known.since(version, until), asked.size + 1))
            deleted = known.deleted_since(start if phase == "rows" else version, until)
        following = None
        if len(rows) > asked.size:
            rows, room = rows[: asked.size], 0
            following = Position(position.page + 1, ("rows", start), rows[-1]["versionnumber"], until)
        else:
            room = asked.size - len(rows)
            if len(deleted) > room:
                sent = deleted[room - 1][0] if room else start
                following = Position(position.page + 1, ("deleted", start), sent, until)
        page = self._envelope(asked, query, suffix="/$delta")
        gone = f"{asked.base}/$metadata#{asked.table.set_name}/$deletedEntity"
        page["value"] = self._rendering(asked).rows(asked.table, query, rows) + [
            {"@odata.context": gone, "id": row_id, "reason": "deleted"} for _, row_id in deleted[:room]
        ]
        if following is None:
            return self._with_delta(asked, page, until)
        return self._with_next(asked, page, following, position)

    def _rendering(self, asked: Asked) -> Rendering:
        return Rendering(self._store, asked.preferences, asked.base, asked.size)

    # --- what stands around the rows -------------------------------------------------------------------------------

    def _context(self, asked: Asked, query: Query) -> str:
        names = [column.field for column in query.select or ()]
        names += [f"{each.navigation}({','.join(c.field for c in each.query.select or ())})" for each in query.expand]
        shown = f"({','.join(names)})" if names else ""
        return f"{asked.base}/$metadata#{asked.table.set_name}{shown}"

    def _envelope(self, asked: Asked, query: Query, suffix: str = "") -> dict[str, Any]:
        page: dict[str, Any] = {"@odata.context": self._context(asked, query) + suffix}
        if asked.preferences.wants(TOTAL):
            total = self._count(asked.table, query) if query.count else -1
            page[f"@{TOTAL}"] = total
            page[f"@{TOTAL}limitexceeded"] = total >= MAX_COUNT
            page["@Microsoft.Dynamics.CRM.globalmetadataversion"] = str(self._store.expired_before)
        return page

    def _with_next(
        self, asked: Asked, page: dict[str, Any], following: Position | None, current: Position
    ) -> dict[str, Any]:
        if following is None:
            return page
        if asked.bent(Effect.NEXT_LINK_CYCLE):
            following = current
        elif asked.bent(Effect.REPEATED_PAGE):
            following = replace(current, page=current.page + 1)
        token = links.skip_token(following, links.digest(asked.pairs))
        return page | {"@odata.nextLink": self._link(asked, links.SKIP, token)}

    def _with_delta(self, asked: Asked, page: dict[str, Any], version: int) -> dict[str, Any]:
        if asked.bent(Effect.NO_DELTA_LINK):
            return page
        token = links.delta_token(version, self._clock())
        return page | {"@odata.deltaLink": self._link(asked, links.DELTA, token)}

    def _link(self, asked: Asked, name: str, token: str) -> str:
        return links.link(f"{asked.base}/{asked.path or asked.table.set_name}", asked.pairs, name, token)


def _sort_value(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
