"""What every server goes through: three runs and what people do between them, with the scores counted again by hand."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from connector.bootstrap import Service
from connector.dataverse.http.retry import RetryPolicy
from connector.errors import ConnectorError
from connector.pipeline.publishing import read_documents
from connector.pipeline.report import Report
from connector.settings import load_settings
from tests.integration.dataverse.strange.environment import Strange
from tests.integration.dataverse.strange.server import running, settings
from tests.integration.dataverse.strange.tables import Row
from tests.integration.dataverse.strange.ways import Ways

DOCUMENTS = {
    "models/fit.yaml": """
model: fit
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
write: {score: lc_fit, grade: lc_fitgrade, scored_on: lc_scoredon}
groups:
  - {name: Decides, points: 40, when: [{fact: title.seniority, equals: c_level}]}
  - {name: Large, points: 20, when: [{fact: account.numberofemployees, at_least: 500}]}
  - {name: Rich, points: 10, when: [{fact: account.revenue, greater_than: 1000.5}]}
  - {name: Ours, points: 5, when: [{fact: lead.industrycode, equals: Financial}]}
  - {name: Recent, points: 3, when: [{fact: lead.createdon, in_last: 30d}]}
  - {name: Pays, points: 2, when: [{fact: lead.revenue, at_least: 100.25}]}
grades: [{name: Hot, from: 60}, {name: Warm, from: 20}, {name: Cold}]
""",
    "qualification/ready.yaml": """
qualification: ready
when: [{model: fit, at_least: 60}]
actions: {status_reason: [Marketing Qualified], sales_ready: lc_ready}
""",
    "alerts/hot.yaml": """
alert: hot
on: {model: fit, crosses: 60}
channels: [sales]
""",
}


LEADS = [f"{number:08x}-aaaa-4bbb-8ccc-0123456789ab" for number in range(14)]


ACCOUNTS = [f"{number:08x}-acc0-4bbb-8ccc-0123456789ab" for number in range(3)]


CONTACT = "00000000-c0c0-4bbb-8ccc-0123456789ab"


IMPATIENT = RetryPolicy(attempts=4, first_s=0.002, longest_s=0.005, longest_wish_s=2, budget_s=30)


def settle(strange: Strange) -> None:
    """Fourteen leads: linked in every way, one closed, one opted out, two hot."""
    big, small, poor = ACCOUNTS
    strange.put("account", big, name="Big", numberofemployees=900, revenue=2000.75)
    strange.put("account", small, name="Small", numberofemployees=12, revenue=1000.5)
    strange.put("account", poor, name="Poor", numberofemployees=None, revenue=None)
    strange.put("contact", CONTACT, parentcustomerid=("account", big))
    links: list[Row] = [
        {"parentaccountid": ("account", big)},
        {"customerid": ("account", small)},
        {"customerid": ("contact", CONTACT), "parentcontactid": ("contact", CONTACT)},
        {},
        {"parentaccountid": ("account", poor)},
    ]
    for number, lead_id in enumerate(LEADS):
        about: Row = {
            "fullname": f"Person {number}",
            "jobtitle": "Chief Executive Officer" if number in {0, 5} else "Student",
            "industrycode": 16 if number % 2 else 7,
            "revenue": 100.25 if number % 3 else None,
            "statecode": 0,
            "statuscode": 1,
            "msdyn_gdproptout": number == 12,
            "followemail": True,
        }
        strange.put("lead", lead_id, **about, **links[number % len(links)])
    strange.put("lead", LEADS[13], statecode=2, statuscode=4)


def account_of(strange: Strange, lead: Row) -> Row:
    """The account that a lead belongs to by the precedence of the design."""
    for link in ("parentaccountid", "customerid"):
        if lead.get(link) and lead[link][0] == "account":
            return strange.rows["account"].get(lead[link][1], {})
    contact = lead.get("parentcontactid")
    company = strange.rows["contact"].get(contact[1], {}).get("parentcustomerid") if contact else None
    return strange.rows["account"].get(company[1], {}) if company else {}


def expected(strange: Strange, lead: Row) -> int:
    """The score that the model gives, counted again by hand."""
    account = account_of(strange, lead)
    return int(
        40 * ("Chief" in lead["jobtitle"])
        + 20 * ((account.get("numberofemployees") or 0) >= 500)
        + 10 * ((account.get("revenue") or 0) > 1000.5)
        + 5 * (lead["industrycode"] == 16)
        + 3
        + 2 * ((lead.get("revenue") or 0) >= 100.25)
    )


def open_leads(strange: Strange) -> dict[str, Row]:
    """Those that are to be scored."""
    rows = strange.rows["lead"].items()
    return {key: row for key, row in rows if row["statecode"] == 0 and not row["msdyn_gdproptout"]}


def check(strange: Strange) -> None:
    """Every open lead has its score, no other has one, and the hot ones are marked."""
    scored = open_leads(strange)
    assert {key: row.get("lc_fit") for key, row in scored.items()} == {
        key: expected(strange, row) for key, row in scored.items()
    }
    assert all("lc_fit" not in row for key, row in strange.rows["lead"].items() if key in LEADS[12:])
    assert all((row.get("lc_ready") is True) == (row["lc_fit"] >= 60) for row in scored.values())
    assert all((row["statuscode"] == 823270000) == (row["lc_fit"] >= 60) for row in scored.values())


def happen(strange: Strange) -> None:
    """What people do between two runs: one lead becomes hot, one goes, one is closed, one comes, an account grows."""
    strange.put("lead", LEADS[10], jobtitle="Chief Executive Officer")  # of the large account: 40 + 30 and more
    strange.remove("lead", LEADS[3])
    strange.put("lead", LEADS[4], statecode=2, statuscode=4)
    new = "ffffffff-aaaa-4bbb-8ccc-0123456789ab"
    about = {"jobtitle": "Student", "industrycode": 7, "statecode": 0, "statuscode": 1, "msdyn_gdproptout": False}
    strange.put("lead", new, fullname="New", parentaccountid=("account", ACCOUNTS[1]), **about)
    strange.put("account", ACCOUNTS[1], numberofemployees=501)


def sync(service: Service) -> Report:
    """One run in this process."""
    report = service.sync(by="test")
    assert report is not None
    return report


def insist(service: Service, runs: int) -> Report:
    """Run again after a failed run, as a timer does."""
    for _ in range(runs - 1):
        with suppress(ConnectorError):
            return sync(service)
    return sync(service)


def writes(strange: Strange) -> int:
    """Requests that may have written something, but for questions about batches."""
    return sum(
        ask.method == "PATCH" or (ask.method == "POST" and ask.body.count(b"PATCH ") > 1) for ask in strange.asks
    )


def opened(strange: Strange, folder: Path, **more: str) -> Service:
    """A service with the documents live."""
    for name, text in DOCUMENTS.items():
        (folder / "documents" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "documents" / name).write_text(text)
    environ = {**settings(strange, folder / "data"), **more}
    service = Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT)
    applied = service.apply(read_documents(folder / "documents"), publish=True, replace=False, by="test")
    assert [line for document in applied if document.refused for line in document.lines()] == []
    return service


def ordeal(ways: Ways, files: tuple[Path, Path], folder: Path, *, runs: int = 1, **more: str) -> Strange:
    """Three runs and what happens between them; `runs` is how many a timer may need to bring one through."""
    with running(ways, files) as strange:
        settle(strange)
        with opened(strange, folder, **more) as service:
            insist(service, runs)
            check(strange)
            assert strange.cards == []
            assert service.lead_scores(LEADS[3])
            happen(strange)
            insist(service, runs)
            check(strange)
            assert len(strange.cards) == 1
            assert service.lead_scores(LEADS[4]) == []
            if ways.tracks and ways.gives_delta_link and not ways.not_tracked:
                assert service.lead_scores(LEADS[3]) == []
            before = writes(strange)
            report = sync(service)
            assert (report.scored, report.writes.applied, writes(strange) - before) == (0, 0, 0)
            assert len(strange.cards) == 1
        return strange
