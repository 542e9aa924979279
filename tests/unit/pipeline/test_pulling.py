"""Pulling: pages with their tokens, full reads, accounts that nobody sent, and what is not read again."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from connector.errors import OutsideError
from connector.pipeline.ports import MirrorStore, Source
from connector.pipeline.pulling import ACCOUNT_CHUNK, bring_accounts, pull
from connector.pipeline.report import Report
from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Page, Table
from tests.unit.pipeline.world import START, A, B, C, World, heat_model

NEEDS = ColumnNeeds(frozenset({"heat"}), frozenset({"name"}))


class FakeMirror:
    """Records what is stored, in order; `missing` are the accounts that leads link to."""

    def __init__(self, missing: Sequence[str] = ()) -> None:
        self.missing = list(missing)
        self.stored: list[str] = []
        self.prepared_by: set[str] = set()

    def tokens(self, needs: ColumnNeeds) -> Mapping[Table, str]:
        """None yet."""
        assert needs == NEEDS
        return {}

    def begin_full(self, table: Table) -> None:
        """A full read begins."""
        self.stored.append(f"begin {table}")

    def prepare(self, page: Page, needs: ColumnNeeds) -> Page:
        """Write ahead: the id stands for the facts."""
        assert needs == NEEDS
        self.prepared_by.add(threading.current_thread().name)
        return replace(page, written=tuple((lead.lead_id, "") for lead in page.leads))

    def absorb(self, page: Page, needs: ColumnNeeds, *, now: object) -> int:
        """A page, prepared if it came by itself."""
        assert (needs, now) == (NEEDS, START)
        assert [name for name, _ in page.written] == [lead.lead_id for lead in page.leads]
        assert threading.current_thread().name not in self.prepared_by
        rows = [*(lead.lead_id for lead in page.leads), *(account.account_id for account in page.accounts)]
        self.stored.append(f"{page.table} {','.join(rows)} {page.token or '-'}")
        return len(rows)

    def missing_accounts(self) -> Sequence[str]:
        """Those."""
        return self.missing

    def prune_accounts(self) -> int:
        """Drop what nobody links to."""
        self.stored.append("prune")
        return 0

    def count_opted_out(self) -> int:
        """Two."""
        return 2


class FakeSource:
    """Gives pages, those of a table one after the other; `accounts` are those that exist."""

    def __init__(self, *pages: Page, accounts: Sequence[str] = (), fault: OutsideError | None = None) -> None:
        self.pages, self.accounts, self.fault = pages, accounts, fault
        self.asked: list[int] = []

    def pull(self, needs: ColumnNeeds, tokens: Mapping[Table, str]) -> Mapping[str, Iterator[Page]]:
        """The pages, by table."""
        assert (needs, tokens) == (NEEDS, {})
        tables = dict.fromkeys(page.table for page in self.pages)
        return {str(table): iter([page for page in self.pages if page.table is table]) for table in tables}

    def read_accounts(self, account_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, AccountRow]:
        """Those that exist."""
        self.asked.append(len(account_ids))
        if self.fault is not None:
            raise self.fault
        return {one: AccountRow(one, {}) for one in account_ids if one in self.accounts}


def pulled(mirror: FakeMirror, source: FakeSource) -> Report:
    """Pull from fakes."""
    report = Report("run")
    pull(
        cast("MirrorStore", mirror),
        cast("Source", source),
        NEEDS,
        report,
        clock=lambda: START,
        check_stop=lambda: None,
    )
    return report


def lead(lead_id: str) -> LeadRow:
    """A lead."""
    return LeadRow(lead_id, "1", {}, None, True, 1, None, False)


def test_each_page_is_stored_with_its_token_in_order() -> None:
    """A full read of a table begins once, before its first page; rows are counted as the server sent them."""
    mirror = FakeMirror()
    report = pulled(
        mirror,
        FakeSource(
            Page(Table.ACCOUNT, accounts=(AccountRow("x", {}),), full=True, token="a1", rows_read=7),
            Page(Table.LEAD, leads=(lead("p"),), full=True, rows_read=3),
            Page(Table.LEAD, leads=(lead("q"),), full=True, token="l1", rows_read=2),
        ),
    )
    accounts = [step for step in mirror.stored if "account" in step]
    leads = [step for step in mirror.stored if "lead" in step]
    assert accounts == ["begin account", "account x a1"]
    assert leads == ["begin lead", "lead p,q l1"]
    assert mirror.stored[-1] == "prune"
    assert (report.pulled, report.accounts, report.opted_out) == (5, 7, 2)


def test_a_full_read_is_stored_in_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many rows at once, in their order; what is left comes with the token, changes are stored page by page."""
    monkeypatch.setattr("connector.pipeline.pulling.BUNDLE", 2)
    mirror = FakeMirror()
    rows = [Page(Table.LEAD, leads=(lead(name),), full=True, rows_read=1) for name in "abc"]
    report = pulled(mirror, FakeSource(*rows, Page(Table.LEAD, leads=(lead("d"),), full=True, token="l1", rows_read=1)))
    assert mirror.stored == ["begin lead", "lead a,b -", "lead c,d l1", "prune"]
    assert report.pulled == 4


def test_changes_do_not_begin_a_full_read_and_one_that_follows_them_does() -> None:
    """A token that expires on the way: changes first, then everything, whose end must tell what is gone."""
    mirror = FakeMirror()
    pulled(mirror, FakeSource(Page(Table.LEAD, leads=(lead("p"),)), Page(Table.LEAD, full=True, token="l2")))
    assert mirror.stored == ["lead p -", "begin lead", "lead  l2", "prune"]


def test_missing_accounts_are_read_in_parts() -> None:
    """Those that exist are stored and counted; one that does not is asked for and left."""
    missing = [f"acc-{number}" for number in range(ACCOUNT_CHUNK + 1)]
    mirror, source = FakeMirror(missing), FakeSource(accounts=missing[:-1])
    assert pulled(mirror, source).accounts == ACCOUNT_CHUNK
    assert source.asked == [ACCOUNT_CHUNK, 1]


def test_only_some_of_the_missing_accounts_may_be_asked_for() -> None:
    """Whoever looks again at a few leads asks for their accounts alone."""
    mirror, source = FakeMirror(["a", "b"]), FakeSource(accounts=["a", "b"])
    brought = bring_accounts(
        cast("MirrorStore", mirror), cast("Source", source), NEEDS, clock=lambda: START, among={"b", "z"}
    )
    assert (brought, mirror.stored) == (1, ["account b -"])


FORBIDDEN = OutsideError("Dataverse answered HTTP 403.", status=403)


def test_a_table_that_may_not_be_read_is_a_warning() -> None:
    """The rest is stored, nothing is asked for by id, and the report says what to do; its token is kept for later."""
    mirror, source = FakeMirror(["a"]), FakeSource(Page(Table.ACCOUNT, token="none", withheld="HTTP 403."))
    report = pulled(mirror, source)
    assert (mirror.stored, source.asked) == (["account  none", "prune"], [])
    said = {one.code: one.message for one in report.warnings()}
    assert "HTTP 403. Give the application user" in said["accounts-forbidden"]
    assert "contacts-forbidden" not in said


def test_accounts_that_may_not_be_asked_for_are_left() -> None:
    """They stay missing, and unknown; any other fault ends the run."""
    mirror, source = FakeMirror(["a"]), FakeSource(accounts=["a"], fault=FORBIDDEN)
    assert pulled(mirror, source).withheld == {Table.ACCOUNT: FORBIDDEN.message}
    assert mirror.stored == ["prune"]
    with pytest.raises(OutsideError, match="503"):
        pulled(FakeMirror(["a"]), FakeSource(accounts=["a"], fault=OutsideError("HTTP 503.", status=503)))


def test_who_looks_at_a_few_leads_goes_without_forbidden_accounts() -> None:
    """Nobody is told there: the runs tell."""
    source = cast("Source", FakeSource(accounts=["a"], fault=FORBIDDEN))
    assert bring_accounts(cast("MirrorStore", FakeMirror(["a"])), source, NEEDS, clock=lambda: START) == 0


# --- over a real store ----------------------------------------------------------------------------------------------


def test_only_needed_columns_reach_the_mirror(live: World) -> None:
    """What no document, card or guard uses is neither asked for nor kept."""
    live.dataverse.put(A, heat=15, need="Must have", companyname="Mills")
    live.sync()
    assert "need" not in live.dataverse.needs[-1].lead
    assert "need" not in live.store.dossier(A, now=live.clock()).lead.columns
    assert live.store.dossier(A, now=live.clock()).lead.columns["companyname"] == "Mills"


def test_leads_have_their_accounts_however_those_come(live: World) -> None:
    """In pages of their own, or only when asked for."""
    live.dataverse.put_account("acc-1")
    live.dataverse.put(A, heat=15, account="acc-1")
    live.dataverse.put(B, heat=15, account="acc-2")
    report = live.sync()
    assert report.without_account == 1  # acc-2 does not exist
    account = live.store.dossier(A, now=live.clock()).account
    assert account is not None
    assert account.columns["name"] == "Harbour Mills"
    assert live.dataverse.calls["read_accounts"] == 1


def test_a_pull_in_many_pages_is_the_same_as_in_one(live: World) -> None:
    """Pages of two; the run after it reads only what changed."""
    live.dataverse.page_size = 2
    for one in (A, B, C):
        live.dataverse.put(one, heat=15)
    assert (live.sync().pulled, live.store.count_due()) == (3, 0)
    assert len(live.store.dossiers(9, now=live.clock())) == 3
    live.sync()  # our own writes
    assert live.sync().pulled == 0


def test_a_full_sync_notices_what_changes_do_not_tell(live: World) -> None:
    """A lead that went without a word leaves with the next full read; nobody's score is forgotten by it."""
    for one in (A, B):
        live.dataverse.put(one, heat=75)
    live.sync()
    live.dataverse.rows.pop(B)
    live.dataverse.changed.pop((Table.LEAD, B))
    live.sync()
    assert len(live.store.dossiers(9, now=live.clock())) == 2
    live.dataverse.put(A, heat=95)
    report = live.sync(kind="full_sync")
    assert [one.lead.lead_id for one in live.store.dossiers(9, now=live.clock())] == [A]
    assert report.pulled == 1
    live.dataverse.put(A, heat=15)
    live.sync()


def test_a_full_sync_is_not_a_first_pull(live: World) -> None:
    """Stored scores stay the baseline: what crossed since is announced."""
    live.dataverse.put(A, heat=15)
    live.sync()
    live.dataverse.put(A, heat=75)
    live.sync(kind="full_sync")
    assert live.cards() == [("score_crossed", A, "teams:sales")]


def test_a_connection_that_breaks_between_pages_keeps_what_came(live: World) -> None:
    """The first page is stored, the token is not: the next run reads again and completes."""
    live.dataverse.page_size = 1
    for one in (A, B):
        live.dataverse.put(one, heat=15)
    whole = live.dataverse.pull

    def broken(*arguments: Any) -> Mapping[str, Iterator[Page]]:
        pages = whole(*arguments)["leads"]

        def breaking() -> Iterator[Page]:
            yield next(pages)
            raise OutsideError("the connection broke")

        return {"leads": breaking()}

    live.dataverse.pull = broken  # type: ignore[assignment,method-assign]  # the environment breaks once
    with pytest.raises(OutsideError, match="broke"):
        live.sync()
    assert len(live.store.dossiers(9, now=live.clock())) == 1
    live.dataverse.pull = whole  # type: ignore[method-assign]  # and is well again
    assert live.sync().scored == 2


def test_columns_that_are_needed_anew_are_read_for_all(world: World) -> None:
    """A model that asks for another column makes the next pull read everything again."""
    world.publish(heat_model())
    world.dataverse.put(A, heat=15, need="x")
    world.sync()
    world.publish(heat_model("wants", fact="lead.need", write="{score: lc_other}").replace("at_least: ", "equals: x"))
    assert world.sync().pulled == 1
    assert world.store.dossier(A, now=world.clock()).lead.columns["need"] == "x"
