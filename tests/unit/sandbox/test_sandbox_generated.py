"""Rows that are computed, and what lies over them: the same as rows that are kept, by every way of reading."""

from __future__ import annotations

import contextlib
import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.sandbox.dataverse.errors import ODataError
from connector.sandbox.dataverse.generated import Selection
from connector.sandbox.dataverse.layered import Layered
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tables import standard_tables
from connector.sandbox.dataverse.values import GUID, accept
from connector.sandbox.sample.scale import TEMPLATES, Crowd
from connector.sandbox.sample.surroundings import Surroundings

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _filled(leads: int, accounts: int) -> Store:
    store = Store(standard_tables(), lambda: NOW)
    Crowd(store, 7, NOW, Surroundings()).fill(leads, accounts)
    return store


@pytest.fixture
def store() -> Store:
    """Two hundred generated leads with their accounts."""
    return _filled(200, 30)


def _selection(store: Store, table: str = "lead", *names: str) -> Selection:
    columns = store.tables[table].columns.values()
    return tuple((each.field, each.default) for each in columns if not names or each.field in names)


def _read(store: Store, size: int, table: str = "lead") -> list[dict[str, Any]]:
    """All rows, page by page as JSON where that is possible, else one by one."""
    rows, selection, after = store.rows[table], _selection(store, table), ""
    key = store.tables[table].key
    found: list[dict[str, Any]] = []
    while True:
        page = rows.texts(after, size, selection)
        if page is None:
            rest = [row for _, row in zip(range(size), rows.after(after), strict=False)]
            shown = [{name: row.get(name, default) for name, default in selection} for row in rest]
            found += [each | {"@odata.etag": f'W/"{each["versionnumber"]}"'} for each in shown]
            if len(rest) < size:
                return found
            after = rest[-1][key]
        else:
            texts, after, more = page
            found += [json.loads(text) for text in texts]
            if not more:
                return found


def test_a_row_is_found_by_its_id(store: Store) -> None:
    """Ids are GUIDs that rise with the number; each leads back to its row; strangers lead nowhere."""
    below = store.rows["lead"].below
    assert below is not None
    ids = [below.row_id(number) for number in range(below.count)]
    assert ids == sorted(set(ids))
    assert all(GUID.fullmatch(each) for each in ids)
    assert [below.number(each) for each in ids] == list(range(200))
    assert [below.number(each) for each in ("nonsense", "ffffffff" + ids[-1][8:], ids[0][:-1] + "x")] == [None] * 3
    assert [below.first_after(each) for each in ("", ids[0], ids[-1])] == [0, 1, 200]
    assert below.first_at(below.time(17)) == 17


def test_ids_of_a_million_are_distinct_in_samples() -> None:
    """The first and last rows of a million are found again, and neighbours differ."""
    below = _filled(1_000_000, 200_000).rows["lead"].below
    assert below is not None
    for number in (0, 1, 2, 499_999, 999_998, 999_999):
        assert below.number(below.row_id(number)) == number
        assert below.row_id(number) < below.row_id(number + 1)
    assert below.time(999_999) < "2026-11-20T09:00:00Z"


def test_rows_are_what_a_client_could_have_written(store: Store) -> None:
    """Every value is one that its column takes; links lead to rows that are there; names are complete."""
    for name in ("lead", "account"):
        table = store.tables[name]
        for row in store.rows[name].after(""):
            for field, value in row.items():
                column = table.fields.get(field.removesuffix("@table"))
                assert column is not None, field
                if not column.targets and value is not None:
                    assert accept(table, column, value) == value
    leads = list(store.rows["lead"].after(""))
    assert all(row["fullname"] for row in leads)
    linked = [row["_parentaccountid_value"] for row in leads if row.get("_parentaccountid_value")]
    assert len(linked) > 100
    assert all(store.get("account", each) is not None for each in linked)
    assert len({row["emailaddress1"] for row in leads if "emailaddress1" in row}) > 150
    assert any(row.get("statecode") for row in leads)


def test_numbers_make_texts_unique() -> None:
    """Beyond the number of templates names and addresses stay distinct."""
    store = _filled(0, TEMPLATES + 50)
    names = [row["name"] for row in store.rows["account"].after("")]
    assert len(set(names)) == len(names) == TEMPLATES + 50


def test_texts_say_what_rows_say(store: Store) -> None:
    """A page as JSON equals its rows, for all columns and for a few, with percent signs and quotes in the values."""
    rows = store.rows["lead"]
    assert rows.below is not None
    rows.below.templates[3].constants["subject"] = '100 % "sure"'
    everything = _selection(store)
    page = rows.texts("", 200, everything)
    assert page is not None
    for text, row in zip(page[0], rows.after(""), strict=True):
        shown = {name: row.get(name, default) for name, default in everything}
        assert json.loads(text) == {"@odata.etag": f'W/"{row["versionnumber"]}"', **shown}
    few = rows.texts("", 1, _selection(store, "lead", "leadid"))
    assert few is not None
    assert set(json.loads(few[0][0])) == {"@odata.etag", "leadid"}


def test_a_random_history_over_generated_rows_equals_one_over_kept_rows() -> None:
    """Whatever is created, changed, deleted and undone, both kinds of table read the same, and so do their deltas."""
    chance = random.Random(3)
    generated, kept = _filled(60, 5), Store(standard_tables(), lambda: NOW)
    kept.load("lead", [dict(row) for row in generated.rows["lead"].after("")])
    start = generated.version
    kept.version = start
    ids = [row["leadid"] for row in generated.rows["lead"].after("")]
    for row, copy in zip(generated.rows["lead"].after(""), kept.rows["lead"].after(""), strict=True):
        copy["versionnumber"] = row["versionnumber"]
    stores = (generated, kept)

    def both(step: int) -> None:
        row_id = chance.choice(
            [*ids, *(f"{number:08x}-0000-4000-8000-000000000000" for number in range(0, 2**32, 2**30))]
        )
        there, undo = kept.get("lead", row_id) is not None, chance.random() < 0.1
        deleting = chance.random() < 0.3
        for each in stores:
            failing = pytest.raises(KeyError) if undo else contextlib.nullcontext()
            with failing, each.transaction():
                if not there:
                    each.insert("lead", {"leadid": row_id, "lastname": f"L{step}"})
                elif deleting:
                    each.delete("lead", row_id)
                else:
                    each.update("lead", row_id, {"lc_fit": step})
                if undo:
                    raise KeyError(row_id)

    for step in range(400):
        both(step)
        if step % 40 == 0:
            assert _read(generated, 7) == _read(kept, 7)
    assert [row["leadid"] for row in generated.rows["lead"].since(start, generated.version)] == [
        row["leadid"] for row in kept.rows["lead"].since(start, kept.version)
    ]
    assert [each for _, each in generated.rows["lead"].deleted_since(start, generated.version)] == [
        each for _, each in kept.rows["lead"].deleted_since(start, kept.version)
    ]
    assert dict(generated.rows["lead"].by_id) == dict(kept.rows["lead"].by_id)


def test_of_a_changed_row_only_the_difference_is_kept(store: Store) -> None:
    """A write over a generated row costs what it changed."""
    rows = store.rows["lead"].by_id
    assert isinstance(rows, Layered)
    row_id = next(iter(rows))
    store.update("lead", row_id, {"lc_fit": 5})
    assert set(rows.changed[0]) == {"lc_fit", "modifiedon", "versionnumber"}
    assert rows[row_id]["lc_fit"] == 5


def test_forgetting_a_column(store: Store) -> None:
    """The end of a column empties it in generated, changed and added rows alike."""
    row_id = next(iter(store.rows["lead"].by_id))
    store.update("lead", row_id, {"jobtitle": "CFO"})
    store.insert("lead", {"leadid": "11111111-2222-4333-8444-555555555555", "jobtitle": "CEO"})
    store.forget("lead", "jobtitle")
    assert not any("jobtitle" in row for row in store.rows["lead"].after(""))


def test_the_edges(store: Store) -> None:
    """A table is filled once; what is not there cannot be deleted; an id over a deleted row makes it anew."""
    below = store.rows["lead"].below
    assert below is not None
    with pytest.raises(ValueError, match="already"):
        store.underlay(below)
    row_id = below.row_id(3)
    store.delete("lead", row_id)
    with pytest.raises(ODataError):
        store.delete("lead", row_id)
    rows = store.rows["lead"].by_id
    for missing in (row_id, "nonsense"):
        with pytest.raises(KeyError):
            del rows[missing]
    assert 5 not in rows  # type: ignore[comparison-overlap]  # whatever is asked for
    store.insert("lead", {"leadid": row_id, "lastname": "Again"})
    assert store.require("lead", row_id)["lastname"] == "Again"
    assert len(rows) == 200


def test_rows_that_were_there_stay(store: Store) -> None:
    """Rows loaded before the generated ones are read among them."""
    kept: Row = {"accountid": "80000000-2222-4333-8444-555555555555", "name": "Kept"}
    other = Store(standard_tables(), lambda: NOW)
    other.load("account", [kept])
    Crowd(other, 7, NOW, Surroundings()).fill(0, 20)
    names = [row["name"] for row in other.rows["account"].after("")]
    assert len(names) == 21
    assert names.index("Kept") not in {0, 20}
    assert len(_read(other, 4, "account")) == 21
