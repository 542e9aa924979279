"""What a run costs once everything was read: the reads of a run over changes, and our own writes that come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connector.bootstrap import Service
from connector.pipeline.report import Report
from connector.pipeline.values import Interaction
from connector.sandbox import Sandbox

MOST_READS = 12


def sync(service: Service, *, full: bool = False) -> Report:
    """One run in this process."""
    report = service.sync(by="test", full=full)
    assert report is not None
    return report


def reads(sandbox: Sandbox) -> int:
    """How many requests to the environment changed nothing."""
    kinds = sandbox.calls.counts()
    return sum(kinds.get(f"dataverse.{kind}", 0) for kind in ("read", "delta", "metadata"))


def test_a_run_over_changes_takes_few_reads(service: Service, sandbox: Sandbox) -> None:
    """Many changed leads and accounts, metadata included, in at most twelve reads; every change is scored."""
    sync(service)
    sync(service)
    leads = [row["leadid"] for row in sandbox.leads() if row["statecode"] == 0 and not row["msdyn_gdproptout"]]
    for number, lead_id in enumerate(leads):
        sandbox.update_lead(lead_id, {"jobtitle": f"Chief Number {number} Officer"})
    sandbox.calls.clear()
    report = sync(service)
    assert report.scored == len(leads)
    assert 2 <= reads(sandbox) <= MOST_READS


def test_our_own_writes_come_back_and_do_nothing(service: Service, sandbox: Sandbox) -> None:
    """Every written lead is told as changed; none is scored, written or announced for it."""
    first = sync(service)
    sandbox.calls.clear()
    second = sync(service)
    assert second.pulled >= first.writes.applied > 0
    assert (second.scored, second.writes.applied, service.store.count_due()) == (0, 0, 0)
    assert sandbox.calls.count("dataverse", "write") == 0
    assert sandbox.teams.cards == []
    sandbox.calls.clear()
    assert sync(service).pulled == 0
    assert reads(sandbox) <= MOST_READS


def test_a_column_that_is_removed_is_named_though_metadata_are_kept(service: Service, sandbox: Sandbox) -> None:
    """A fact that is no column any more stays unknown: the run reads the metadata afresh and goes on."""
    sync(service)
    sandbox.data.remove_column("lead", "numberofemployees")
    report = sync(service)
    assert report.scored >= 0
    assert sync(service).writes.stale == 0


def test_a_merged_lead_hands_on_what_its_person_did(service: Service, sandbox: Sandbox) -> None:
    """The survivor has the forms of both, the lead that was merged leaves the mirror."""
    sync(service)
    survivor, loser, *_ = sorted(
        row["leadid"]
        for row in sandbox.leads()
        if row["statecode"] == 0 and not row["msdyn_gdproptout"] and row["followemail"] is not False
    )
    at = datetime.now(UTC) - timedelta(hours=1)
    service.add_interactions([Interaction("form-1", loser, "form_submission", at, {"form": "demo"})])
    sync(service)
    sandbox.merge(survivor, loser)
    sync(service)
    dossiers = {one.lead.lead_id: one for one in service.store.dossiers(200, now=service.clock())}
    assert loser not in dossiers
    assert "form-1" in {one.interaction_id for one in dossiers[survivor].interactions}


def test_a_contact_that_moves_is_noticed(service: Service, sandbox: Sandbox) -> None:
    """Though nothing of its lead changed: the lead has the account that is the contact's company now."""
    sync(service)
    by_contact = next(
        row
        for row in sandbox.leads()
        if row["statecode"] == 0
        and not row["msdyn_gdproptout"]
        and row["_parentcontactid_value"]
        and not row["_parentaccountid_value"]
        and not row["_customerid_value"]
    )
    accounts = sorted(row["accountid"] for row in sandbox.data.rows("account"))
    before = service.store.dossier(by_contact["leadid"], now=service.clock()).lead.account_id
    other = next(one for one in accounts if one != before)
    contact = by_contact["_parentcontactid_value"]
    sandbox.data.update(
        "contact",
        contact,
        {
            "_parentcustomerid_value": other,
            "_parentcustomerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "account",
        },
    )
    sync(service)
    assert service.store.dossier(by_contact["leadid"], now=service.clock()).lead.account_id == other


def test_rows_that_are_gone_are_noticed_without_change_tracking(service: Service, sandbox: Sandbox) -> None:
    """By the look through the table, which a full sync makes at any time."""
    sandbox.data.set_change_tracking("lead", on=False)
    sync(service)
    gone = next(row["leadid"] for row in sandbox.leads() if row["statecode"] == 0 and not row["msdyn_gdproptout"])
    sandbox.delete_lead(gone)
    sync(service)
    assert gone in {one.lead.lead_id for one in service.store.dossiers(200, now=service.clock())}
    sync(service, full=True)
    assert gone not in {one.lead.lead_id for one in service.store.dossiers(200, now=service.clock())}
