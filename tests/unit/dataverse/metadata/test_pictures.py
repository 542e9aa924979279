"""What is kept of the tables: for whom, for how long, and what ends it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.pictures import pack, unpack
from connector.dataverse.metadata.tables import read_table
from connector.errors import MissingFactError, OutdatedError, OutsideError
from connector.pipeline.pictures import Picture
from connector.pipeline.values import ColumnNeeds, Refused, Table
from tests.unit.dataverse import org
from tests.unit.dataverse.org import LEAD_1, lead, page
from tests.unit.dataverse.support import ORG, FakeTime, Script, refuse

NEEDS = ColumnNeeds(frozenset({"jobtitle"}), frozenset())
HOUR = timedelta(hours=1)


class Kept:
    """A store of pictures."""

    def __init__(self) -> None:
        self.pictures: dict[str, Picture] = {}

    def remember_picture(self, origin: str, taken: Picture) -> None:
        """Through JSON, as a database keeps it."""
        body: Mapping[str, Any] = json.loads(json.dumps(taken.body))
        self.pictures[origin] = Picture(taken.purpose, taken.read_at, body)

    def picture(self, origin: str) -> Picture | None:
        """The last one."""
        return self.pictures.get(origin)

    def forget_pictures(self) -> None:
        """None."""
        self.pictures.clear()


@pytest.fixture
def kept() -> Kept:
    """An empty store."""
    return Kept()


def opened(session: DataverseSession, kept: Kept, time: FakeTime, **options: Any) -> Dataverse:
    """Another process with the same store."""
    return Dataverse(session, pictures=kept, picture_age=HOUR, clock=time.clock, **options)


def reads(script: Script) -> int:
    """How often metadata were asked for."""
    return len(script.urls("EntityDefinitions"))


def test_what_is_kept_is_what_was_read(session: DataverseSession, script: Script) -> None:
    """Every type, option, length and bound survives."""
    org.describe(script)
    tables = read_table(session, Table.LEAD), read_table(session, Table.ACCOUNT)
    assert unpack(json.loads(json.dumps(pack(tables)))) == tables


@pytest.mark.parametrize("body", [{}, {"format": 0, "tables": []}, {"format": 1}, {"format": 1, "tables": [{}, {}]}])
def test_what_nobody_understands_is_read_again(body: Mapping[str, Any]) -> None:
    """Another version of this program may have written it."""
    assert unpack(body) is None


def test_the_next_process_does_not_ask(session: DataverseSession, script: Script, kept: Kept, time: FakeTime) -> None:
    """The same environment, column for column, without a request."""
    org.describe(script)
    first = opened(session, kept, time).environment("documents")
    asked = reads(script)
    assert opened(session, kept, time).environment("documents") == first
    assert opened(session, kept, time).environment() == first
    assert reads(script) == asked
    assert list(kept.pictures) == [ORG]


def test_other_documents_and_age_end_it(session: DataverseSession, script: Script, kept: Kept, time: FakeTime) -> None:
    """Published documents are another purpose; a picture of a time to come has no age that is known."""
    org.describe(script)
    opened(session, kept, time).environment("documents")
    once = reads(script)
    opened(session, kept, time).environment("others")
    assert reads(script) == 2 * once
    time.sleep(3600)
    opened(session, kept, time).environment("others")
    assert reads(script) == 3 * once
    time.now -= HOUR
    opened(session, kept, time).environment("others")
    assert reads(script) == 4 * once


def test_to_look_again_is_to_read(session: DataverseSession, script: Script, kept: Kept, time: FakeTime) -> None:
    """Who looks again is told whether that can help."""
    org.describe(script)
    opened(session, kept, time).environment("documents")
    dataverse, once = opened(session, kept, time), reads(script)
    dataverse.environment("documents")
    assert dataverse.look_again()
    dataverse.environment("documents")
    assert reads(script) == 2 * once
    assert not dataverse.look_again()


def test_a_refused_read_may_be_due_to_what_was_kept(
    session: DataverseSession, script: Script, kept: Kept, time: FakeTime
) -> None:
    """A column that was removed meanwhile: the error says that looking again may help; read afresh it does not."""
    org.describe(script)
    opened(session, kept, time).environment("documents")
    dataverse = opened(session, kept, time)
    dataverse.environment("documents")
    script.on("GET", "leads?", refuse(400, "0x80060888", "Could not find a property named 'jobtitle'"))
    for read in (lambda: list(dataverse.pull(NEEDS, {})["leads"]), lambda: dataverse.read_leads([LEAD_1], NEEDS)):
        with pytest.raises(OutdatedError, match="jobtitle"):
            read()
    dataverse.look_again()
    dataverse.environment("documents")
    with pytest.raises(OutsideError) as caught:
        dataverse.read_leads([LEAD_1], NEEDS)
    assert not isinstance(caught.value, OutdatedError)


@pytest.mark.parametrize(("status", "code"), [(403, "0x80040220"), (401, ""), (503, "")])
def test_what_has_nothing_to_do_with_columns_is_told_as_it_is(
    session: DataverseSession, script: Script, kept: Kept, time: FakeTime, *, status: int, code: str
) -> None:
    """A lost privilege, a refused token and a busy server are not mended by metadata."""
    org.describe(script)
    opened(session, kept, time).environment("documents")
    script.on("GET", "leads?", refuse(status, code))
    with pytest.raises(OutsideError) as caught:
        opened(session, kept, time).read_leads([LEAD_1], NEEDS)
    assert not isinstance(caught.value, OutdatedError)


def test_a_refused_write_may_be_due_to_what_was_kept(
    session: DataverseSession, script: Script, kept: Kept, time: FakeTime
) -> None:
    """An option that was removed meanwhile is looked up again before the row is called refused."""
    org.describe(script)
    opened(session, kept, time).environment("documents")
    script.on("PATCH", "leads(", refuse(400, "0x8004431a", "out of range"))
    dataverse = opened(session, kept, time)
    with pytest.raises(OutdatedError, match="out of range"):
        dataverse.write(LEAD_1, 'W/"1"', {"statuscode": 823270000})
    dataverse.look_again()
    outcome = dataverse.write(LEAD_1, 'W/"1"', {"statuscode": 823270000})
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.code) == ("rejected", "0x8004431a")


def test_nobody_is_read_by_an_opt_out_column_that_was_kept_and_is_wrong(
    session: DataverseSession, script: Script, kept: Kept, time: FakeTime
) -> None:
    """What is kept is checked like what is read."""
    org.describe(script)
    opened(session, kept, time).environment("documents")
    script.on("GET", "leads?", page(lead()))
    with pytest.raises(MissingFactError, match="CONNECTOR_OPT_OUT_COLUMN"):
        opened(session, kept, time, opt_out=["lc_gone"]).read_leads([LEAD_1], NEEDS)
    assert script.urls("leads?") == []
