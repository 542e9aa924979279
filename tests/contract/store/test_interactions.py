"""Interactions of mapped rows: found, replaced, waiting, left out, judged; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.pipeline.sources.mapping import Evidence, Key, KeyKind, MachineRules, Role, Sighting
from connector.pipeline.sources.people import address_hash
from connector.pipeline.sources.ports import FileMark, Settled, SourcePage, TableToken
from connector.pipeline.values import ColumnNeeds, Interaction, Json, LeadRow
from connector.store import SqlStore
from connector.store.tables import lead_key, left_out_key, pending, pending_key
from tests.contract.store.material import NEEDS, NOW, absorb, at, clear_due, due_ids, lead, lead_page

L1, L2 = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
CONTACT = "22222222-0000-4000-8000-000000000001"
KEYED = ColumnNeeds(
    NEEDS.lead, NEEDS.account, NEEDS.own, frozenset({"leadid", "_parentcontactid_value", "emailaddress1"})
)
TOKEN = TableToken("delta:1", frozenset({"a", "b"}), frozenset({"calls@1"}))


def person(
    lead_id: str = L1, *, email: str | None = None, contact: str | None = None, opted_out: bool = False
) -> LeadRow:
    """A lead with what finds it."""
    return lead(lead_id, opted_out=opted_out, leadid=lead_id, emailaddress1=email, _parentcontactid_value=contact)


def by_lead(lead_id: str = L1) -> Key:
    """The lead's own id."""
    return Key(KeyKind.LEAD, lead_id)


def by_email(address: str = "jo@example.com") -> Key:
    """An address."""
    return Key(KeyKind.EMAIL, address_hash(address))


BY_CONTACT = Key(KeyKind.CONTACT, CONTACT)


def call(
    row: str = "r1", *keys: Key, seconds: float = 0, evidence: Evidence | None = None, **properties: Json
) -> Sighting:
    """A row that tells of a call."""
    moment = at(seconds=seconds)
    return Sighting("calls", row, keys or (by_lead(),), "call", moment, properties, evidence)


def page(
    *sightings: Sighting,
    rows: Sequence[str] = (),
    deleted: Sequence[str] = (),
    full: bool = False,
    last: bool = True,
    seen: Sequence[str] = (),
) -> SourcePage:
    """A page of the table; all rows of its sightings were read."""
    read, token = sorted({*rows, *(one.row for one in sightings)}), TOKEN if last else None
    return SourcePage("phonecall", frozenset({"calls"}), read, sightings, tuple(deleted), token, full, seen)


def stored(store: SqlStore, lead_id: str = L1) -> list[Interaction]:
    """What is known of a mirrored lead."""
    return list(store.dossier(lead_id, now=NOW).interactions)


def count(store: SqlStore, table: sa.Table) -> int:
    """The rows of a table."""
    with store._database.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.fixture
def mirrored(store: SqlStore) -> SqlStore:
    """A store with two leads, of which the first has contact and address, the second the same address."""
    store.absorb(
        lead_page(person(L1, email="Jo@example.com", contact=CONTACT), person(L2, email="jo@example.com")),
        KEYED,
        now=NOW,
    )
    clear_due(store)
    return store


def test_a_row_is_an_interaction_of_every_lead_that_it_finds(mirrored: SqlStore) -> None:
    """By id one, by contact those of the contact, by address all that have it; they become due, the token is kept."""
    done = mirrored.absorb_source(
        page(call("r1"), call("r2", BY_CONTACT), call("r3", by_email(), topic="demo")), now=NOW
    )
    assert (done.stored, done.known, done.waiting, done.left_out) == (4, 0, 0, 0)
    assert len(stored(mirrored, L1)) == 3
    assert [one.properties for one in stored(mirrored, L2)] == [{"topic": "demo"}]
    assert due_ids(mirrored) == [L1, L2]
    assert mirrored.source_token("phonecall") == TOKEN
    assert mirrored.source_token("email") is None


def test_the_same_row_again_changes_nothing(mirrored: SqlStore) -> None:
    """Nobody becomes due by what was known."""
    mirrored.absorb_source(page(call(topic="demo")), now=NOW)
    clear_due(mirrored)
    done = mirrored.absorb_source(page(call(topic="demo")), now=NOW)
    assert (done.stored, done.known, due_ids(mirrored)) == (0, 1, [])


def test_a_changed_row_replaces_what_it_said(mirrored: SqlStore) -> None:
    """Another topic, another lead, or no interaction at all any more."""
    mirrored.absorb_source(page(call(topic="demo")), now=NOW)
    mirrored.absorb_source(page(call(topic="price")), now=NOW)
    assert [one.properties for one in stored(mirrored)] == [{"topic": "price"}]
    clear_due(mirrored)
    mirrored.absorb_source(page(call("r1", by_lead(L2))), now=NOW)
    assert (stored(mirrored, L1), len(stored(mirrored, L2))) == ([], 1)
    assert due_ids(mirrored) == [L1, L2]
    mirrored.absorb_source(page(rows=["r1"]), now=NOW)
    assert stored(mirrored, L2) == []


def test_a_deleted_row_takes_its_interaction_away(mirrored: SqlStore) -> None:
    """And what waits of it."""
    mirrored.absorb_source(page(call(), call("r2", by_email("new@example.com"))), now=NOW)
    clear_due(mirrored)
    mirrored.absorb_source(page(deleted=["r1", "r2"]), now=NOW)
    assert (stored(mirrored), count(mirrored, pending), due_ids(mirrored)) == ([], 0, [L1])


def test_what_a_full_read_does_not_meet_is_gone(mirrored: SqlStore) -> None:
    """Rows of other sources stay, and what it met on its first pages too."""
    mirrored.absorb_source(page(call("r1"), call("r2"), call("w1", by_email("new@example.com"))), now=NOW)
    other = replace(call("x"), source="mails")
    mirrored.absorb_source(SourcePage("email", frozenset({"mails"}), ["x"], [other]), now=NOW)
    mirrored.begin_source("phonecall")
    mirrored.absorb_source(page(call("r1"), full=True, last=False), now=NOW)
    assert len(stored(mirrored)) == 3
    mirrored.absorb_source(page(call("r3"), full=True), now=NOW)
    assert sorted(one.interaction_id.split(":")[1] for one in stored(mirrored)) == ["r1", "r3", "x"]
    assert count(mirrored, pending) == 0


def test_what_a_look_at_the_ids_does_not_meet_is_gone(mirrored: SqlStore) -> None:
    """What it meets stays as it is, what waits too; what was read just before it is there."""
    sightings = [call("r1"), call("r2"), call("w1", by_email("new@example.com")), call("w2", by_email("x@example.com"))]
    mirrored.absorb_source(page(*sightings), now=NOW)
    clear_due(mirrored)
    mirrored.absorb_source(page(call("r3"), last=False), now=NOW)
    mirrored.begin_source("phonecall")
    mirrored.absorb_source(page(seen=["r1", "w1"], full=True, last=False), now=NOW)
    assert len(stored(mirrored)) == 3
    mirrored.absorb_source(page(seen=["r3"], full=True), now=NOW)
    assert sorted(one.interaction_id.split(":")[1] for one in stored(mirrored)) == ["r1", "r3"]
    assert (count(mirrored, pending), due_ids(mirrored)) == (1, [L1])


def test_a_row_waits_for_its_lead(mirrored: SqlStore) -> None:
    """However the lead is found; when it comes the row is its, with all that it said."""
    new = "11111111-0000-4000-8000-000000000003"
    keys = (by_lead(new), by_email("new@example.com"))
    done = mirrored.absorb_source(page(call("r1", keys[0], n=1), call("r2", keys[1], n=2)), now=NOW)
    assert (done.stored, done.waiting) == (0, 2)
    assert mirrored.settle_interactions(now=NOW, expire=False).found == 0
    mirrored.absorb(lead_page(person(new, email="new@EXAMPLE.com")), KEYED, now=NOW)
    clear_due(mirrored)
    assert mirrored.settle_interactions(now=NOW, expire=True).found == 2
    assert sorted(str(one.properties["n"]) for one in stored(mirrored, new)) == ["1", "2"]
    assert (count(mirrored, pending), count(mirrored, pending_key), due_ids(mirrored)) == (0, 0, [new])


def test_the_leads_at_hand_are_settled_alone(mirrored: SqlStore) -> None:
    """What waits for others, or is to be judged of others, is left to the next run."""
    new, other = (f"11111111-0000-4000-8000-00000000000{number}" for number in (3, 4))
    mirrored.absorb_source(page(call("r1", by_email("new@example.com")), call("r2", by_lead(other))), now=NOW)
    assert mirrored.settle_interactions(now=NOW, expire=False, leads=[new, other]) == Settled()
    burst = [replace(touch(f"c{n}", Role.CLICK, 60 + n, str(n)), rank="") for n in range(3)]
    mirrored.absorb_source(page(*burst), now=NOW)
    mirrored.absorb(lead_page(person(new, email="new@example.com"), person(other)), KEYED, now=NOW)
    assert mirrored.settle_interactions(now=NOW, expire=False, leads=[new]) == Settled(found=1)
    assert [len(stored(mirrored, one)) for one in (new, other)] == [1, 0]
    assert mirrored.settle_interactions(now=NOW, expire=False, leads=[L1, other]) == Settled(found=1, marked=3)
    assert mirrored.settle_interactions(now=NOW, expire=False) == Settled()


def test_a_row_that_found_one_lead_still_waits_for_another(mirrored: SqlStore) -> None:
    """Whatever order the leads come in, in the end the same leads have it."""
    new = "11111111-0000-4000-8000-000000000003"
    done = mirrored.absorb_source(page(call("r1", by_lead(L1), by_email("new@example.com"))), now=NOW)
    assert (done.stored, done.waiting) == (1, 1)
    mirrored.absorb(lead_page(person(new, email="new@example.com")), KEYED, now=NOW)
    mirrored.settle_interactions(now=NOW, expire=True)
    assert (len(stored(mirrored, L1)), len(stored(mirrored, new))) == (1, 1)


def test_what_waits_too_long_goes(mirrored: SqlStore) -> None:
    """Counted from what it tells of: a lead that comes long after is not the reason why it was kept."""
    nobody = by_email("nobody@example.com")
    mirrored.absorb_source(page(call("old", nobody, seconds=-31 * 86_400), call("new", nobody)), now=NOW)
    assert mirrored.settle_interactions(now=NOW, expire=False).expired == 0
    assert mirrored.settle_interactions(now=NOW, expire=True).expired == 1
    assert mirrored.settle_interactions(now=NOW + timedelta(days=30), expire=True).expired == 1


def test_a_lead_that_changed_its_address_is_found_by_the_new_one(mirrored: SqlStore) -> None:
    """And no more by the old one."""
    mirrored.absorb(lead_page(person(L2, email="two@example.com")), KEYED, now=NOW)
    mirrored.absorb_source(page(call("r1", by_email()), call("r2", by_email("two@example.com"))), now=NOW)
    assert [one.interaction_id.split(":")[1] for one in stored(mirrored, L2)] == ["r2"]


def test_nothing_of_people_who_opted_out_is_stored(mirrored: SqlStore) -> None:
    """Neither by their id nor by what finds them; what waited for them goes, and what was known."""
    mirrored.absorb_source(page(call("r1"), call("r2", by_email("shy@example.com"))), now=NOW)
    shy = "11111111-0000-4000-8000-000000000009"
    mirrored.absorb(lead_page(person(shy, email="shy@example.com", opted_out=True)), KEYED, now=NOW)
    assert count(mirrored, pending) == 0
    done = mirrored.absorb_source(page(call("r3", by_lead(shy)), call("r4", by_email("shy@example.com"))), now=NOW)
    assert (done.stored, done.waiting, done.left_out) == (0, 0, 2)
    mirrored.absorb(lead_page(person(shy, email="shy@example.com")), KEYED, now=NOW)
    assert count(mirrored, left_out_key) == 0
    assert mirrored.absorb_source(page(call("r4", by_email("shy@example.com"))), now=NOW).stored == 1


def test_whom_we_suppress_is_not_found_by_an_address_either(mirrored: SqlStore) -> None:
    """The address of a person who objected keeps what comes by it out, for the other lead of the person too."""
    mirrored.suppress([L1], now=NOW)
    done = mirrored.absorb_source(page(call("r1", by_email()), call("r2", BY_CONTACT), call("r3")), now=NOW)
    assert (done.stored, done.waiting, done.left_out) == (0, 0, 3)
    assert stored(mirrored, L2) == []


def test_a_lead_that_is_deleted_takes_its_keys_along(mirrored: SqlStore) -> None:
    """Nothing finds it any more, and nothing waits for it."""
    mirrored.absorb_source(page(call("r1", by_email("x@example.com"), by_lead(L1))), now=NOW)
    mirrored.absorb(lead_page(deleted=[L1]), KEYED, now=NOW)
    with mirrored._database.read() as connection:
        assert set(connection.scalars(sa.select(lead_key.c.lead_id))) == {L2}


def test_without_sources_no_keys_are_kept(mirrored: SqlStore) -> None:
    """When the last source is stopped, they go."""
    mirrored.use_sources({"calls": ("phonecall", MachineRules())}, kinds=frozenset({"email"}), now=NOW)
    assert count(mirrored, lead_key) == 3
    mirrored.use_sources({}, kinds=frozenset(), now=NOW)
    assert count(mirrored, lead_key) == 0


def test_what_came_from_a_source_that_is_live_no_more_goes(mirrored: SqlStore) -> None:
    """Its leads become due; what waits of it goes too. An export is not touched."""
    kinds = frozenset({"email"})
    mirrored.use_sources({"calls": ("phonecall", MachineRules())}, kinds=kinds, now=NOW)
    mirrored.use_export("cij", MachineRules(), keys=kinds)
    mirrored.absorb_source(page(call("r1"), call("r2", by_email("x@example.com"))), now=NOW)
    mirrored.absorb_export([replace(call("e1"), source="cij")], done=None, now=NOW)
    clear_due(mirrored)
    assert mirrored.use_sources({"mails": ("email", MachineRules())}, kinds=kinds, now=NOW) == 1
    assert [one.interaction_id.split(":")[0] for one in stored(mirrored)] == ["cij"]
    assert (due_ids(mirrored), count(mirrored, pending)) == ([L1], 0)
    assert mirrored.key_kinds() == {"email"}


def test_tokens_of_sources_are_dropped_for_a_full_sync(mirrored: SqlStore) -> None:
    """The next read of each table reads everything."""
    mirrored.absorb_source(page(call()), now=NOW)
    mirrored.drop_tokens("run-1")
    assert mirrored.source_token("phonecall") is None


def test_of_an_exports_rows_the_newest_stays(mirrored: SqlStore) -> None:
    """In whatever order they come; those that wait too."""
    rows = [replace(call("r1", n=n), rank=f"{n}") for n in (2, 1, 3, 1)]
    waiting = [replace(one, keys=(by_email("new@example.com"),), row="w") for one in rows]
    for one in [*rows, *waiting]:
        mirrored.absorb_export([one], done=None, now=NOW)
    assert [one.properties for one in stored(mirrored)] == [{"n": 3}]
    mirrored.absorb(lead_page(person(L2, email="new@example.com")), KEYED, now=NOW)
    mirrored.settle_interactions(now=NOW, expire=False)
    assert [one.properties for one in stored(mirrored, L2)] == [{"n": 3}]


def test_rows_of_one_name_find_their_leads_together(mirrored: SqlStore) -> None:
    """A form that is told of a contact and of a lead is one, of all that either finds."""
    rows = [replace(call("f", by_lead(L1)), rank="1"), replace(call("f", by_email()), rank="1")]
    mirrored.absorb_export(rows, done=None, now=NOW)
    assert (len(stored(mirrored, L1)), len(stored(mirrored, L2))) == (1, 1)


def test_files_that_were_read_are_remembered(mirrored: SqlStore) -> None:
    """With the last rows of each, until everything is to be read again."""
    mark = FileMark("part-1", 100, 5)
    mirrored.absorb_export([replace(call(), source="cij")], done=("cij", "EmailClicked", mark), now=NOW)
    assert mirrored.files_read("cij", "EmailClicked") == {"part-1": mark}
    assert mirrored.files_read("cij", "EmailSent") == {}
    mirrored.forget_files("cij")
    assert mirrored.files_read("cij", "EmailClicked") == {}


# --- machine clicks -------------------------------------------------------------------------------------------------


def touch(row: str, role: Role, seconds: float, link: str = "", said: str = "") -> Sighting:
    """A row of one message."""
    return replace(call(row, seconds=seconds, evidence=Evidence("mail", role, link, said)), rank="1")


def marks(store: SqlStore) -> dict[str, tuple[bool, Json]]:
    """Each row's mark and its reason."""
    return {
        one.interaction_id.split(":")[1]: (one.machine, one.properties.get("machine_reason")) for one in stored(store)
    }


def test_machine_clicks_are_marked_and_unmarked_as_rows_arrive(mirrored: SqlStore) -> None:
    """A click whose delivery comes later is a person's after all; the lead becomes due with each change of a mark."""
    mirrored.use_export("calls", MachineRules(needs_delivery=True), keys=frozenset())
    mirrored.absorb_export([touch("c", Role.CLICK, 60, "a")], done=None, now=NOW)
    assert mirrored.settle_interactions(now=NOW, expire=False).marked == 1
    assert marks(mirrored) == {"c": (True, "no_delivery")}
    mirrored.absorb_export([touch("d", Role.DELIVERY, 0)], done=None, now=NOW)
    clear_due(mirrored)
    assert mirrored.settle_interactions(now=NOW, expire=False).marked == 1
    assert (marks(mirrored), due_ids(mirrored)) == ({"c": (False, None), "d": (False, None)}, [L1])
    assert mirrored.settle_interactions(now=NOW, expire=False).marked == 0


def test_a_row_that_goes_has_its_message_judged_again(mirrored: SqlStore) -> None:
    """A burst of three is none without its third."""
    burst = [replace(touch(str(n), Role.CLICK, 60 + n, str(n)), rank="") for n in range(3)]
    mirrored.absorb_source(page(*burst), now=NOW)
    mirrored.settle_interactions(now=NOW, expire=False)
    assert {machine for machine, _ in marks(mirrored).values()} == {True}
    mirrored.absorb_source(page(deleted=["2"]), now=NOW)
    mirrored.settle_interactions(now=NOW, expire=False)
    assert {machine for machine, _ in marks(mirrored).values()} == {False}


def test_recorded_clicks_are_judged_by_the_usual_rules(mirrored: SqlStore) -> None:
    """Whoever records them names the message; what is of no message is left as it is."""
    clicks = [
        Interaction(f"c{n}", L1, "email_click", at(seconds=n), {"message": "autumn", "link": f"/{n}"}) for n in range(3)
    ]
    mirrored.add_interactions([*clicks, Interaction("own", L1, "email_click", NOW, {}, machine=True)], now=NOW)
    mirrored.settle_interactions(now=NOW, expire=False)
    found = {one.interaction_id: one.machine for one in stored(mirrored)}
    assert found == {"c0": True, "c1": True, "c2": True, "own": True}
    assert mirrored.add_interactions(clicks, now=NOW) == 0


def test_messages_of_two_sources_are_not_mixed(mirrored: SqlStore) -> None:
    """Two may number theirs alike."""
    mirrored.absorb_export([touch("a", Role.CLICK, 60, "a")], done=None, now=NOW)
    mirrored.absorb_export([replace(touch("b", Role.CLICK, 60, "b"), source="other")], done=None, now=NOW)
    mirrored.settle_interactions(now=NOW, expire=False)
    assert {machine for machine, _ in marks(mirrored).values()} == {False}


def test_refused_tracking_makes_the_lead_unknown(mirrored: SqlStore) -> None:
    """It is no interaction; when the consent changes, the lead is followed again."""
    refusal = replace(call("k", by_email()), type="tracking_refused", machine=True)
    mirrored.absorb_source(page(refusal), now=NOW)
    dossier = mirrored.dossier(L1, now=NOW)
    assert (dossier.lead.tracking, dossier.interactions) == (False, ())
    mirrored.absorb_source(page(rows=["k"]), now=NOW)
    assert mirrored.dossier(L1, now=NOW).lead.tracking


def test_what_cannot_be_stored_is_replaced(mirrored: SqlStore) -> None:
    """A half character in a row's name or text breaks nothing."""
    odd = call("r\udc00\x00", topic="\x00")
    assert mirrored.absorb_source(page(odd), now=NOW).stored == 1
    assert mirrored.absorb_source(page(odd), now=NOW).known == 1
    assert stored(mirrored)[0].properties == {"topic": "\ufffd"}


def test_plain_leads_need_no_keys(store: SqlStore) -> None:
    """Where nothing finds leads by contact or address, none are kept."""
    absorb(store, lead(L1))
    assert count(store, lead_key) == 0
    assert store.absorb_source(page(call()), now=NOW).stored == 1
