"""The Dataverse adapter signs in and writes to the sandbox over real HTTPS: the guard, lost answers, many threads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.identity.auth import ClientCertificate, ClientSecret, Credentials, ManagedIdentity, SignIn
from connector.dataverse.setup.doctor import CheckStatus, Expectations, examine
from connector.errors import OutsideError, SignInError
from connector.pipeline.values import Applied, ColumnNeeds, Json, LeadRow, Refused, Stale, Table
from connector.sandbox import Sandbox, start_sandbox

NEEDS = ColumnNeeds(frozenset({"jobtitle"}), frozenset(), frozenset({"lc_engagement"}))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment."""
    with start_sandbox(leads=30, closed=2, accounts=3) as running:
        yield running
        assert running.calls.crashes == []


@contextmanager
def open_session(
    sandbox: Sandbox, credentials: Credentials | None = None, *, authority: str | None = None, trusted: bool = True
) -> Iterator[DataverseSession]:
    """A session with the sandbox, by default with the secret; no pause is made."""
    settings = sandbox.settings
    bundle = Path(settings["CONNECTOR_CA_BUNDLE"]) if trusted else None
    used = credentials or ClientSecret(settings["CONNECTOR_CLIENT_ID"], settings["CONNECTOR_CLIENT_SECRET"])
    sign_in = SignIn(
        used,
        authority=authority or settings["CONNECTOR_AUTHORITY"],
        resource=sandbox.url,
        ca_bundle=bundle,
        sleep=lambda _: None,
    )
    waits: list[float] = []
    with DataverseSession(
        sandbox.url, sign_in, ca_bundle=bundle, monotonic=lambda: monotonic() + sum(waits), sleep=waits.append
    ) as session:
        yield session


@pytest.fixture
def dataverse(sandbox: Sandbox) -> Iterator[Dataverse]:
    """The adapter, its metadata read."""
    with open_session(sandbox) as session:
        opened = Dataverse(session)
        opened.environment()
        yield opened


@pytest.fixture
def lead(sandbox: Sandbox, dataverse: Dataverse) -> LeadRow:
    """One open lead as it was read."""
    lead_id = next(row["leadid"] for row in sandbox.leads() if row["statecode"] == 0 and row["lc_engagement"] is None)
    return dataverse.read_leads([lead_id], NEEDS)[lead_id]


# --- the guard ---


def test_a_write_applies_and_tells_the_new_etag(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """The values stand there, and the etag is the one that a read gives."""
    values: dict[str, Json] = {"lc_engagement": 70, "companyname": "O'Neill & Söhne „日本“"}
    result = dataverse.write(lead.lead_id, lead.etag, values)
    assert {name: sandbox.lead(lead.lead_id)[name] for name in values} == values
    assert isinstance(result, Applied)
    again = dataverse.read_leads([lead.lead_id], NEEDS)[lead.lead_id]
    assert result.etag == again.etag != lead.etag
    assert dataverse.write(lead.lead_id, again.etag, {"lc_engagement": 71}) == Applied(
        dataverse.read_leads([lead.lead_id], NEEDS)[lead.lead_id].etag
    )


@pytest.mark.parametrize("changes", [{"telephone1": "+44 20 7946 0000"}, {"statecode": 2, "statuscode": 4}])
def test_a_lead_that_changed_meanwhile_is_not_written(
    sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow, changes: dict[str, Json]
) -> None:
    """Edited or closed between read and write, even while the write is under way: stale, untouched."""
    sandbox.before_write(lead.lead_id, lambda: sandbox.update_lead(lead.lead_id, changes))
    assert dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70}) == Stale()
    assert sandbox.lead(lead.lead_id)["lc_engagement"] is None


def test_a_lead_that_was_deleted_is_not_made_again(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """A write with an etag is no upsert."""
    sandbox.delete_lead(lead.lead_id)
    count = sandbox.data.count("lead")
    assert dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70}) in {Refused("deleted"), Stale()}
    assert sandbox.data.count("lead") == count


def test_a_status_reason_of_another_state_is_refused(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """The state stays as it was."""
    result = dataverse.write(lead.lead_id, lead.etag, {"statuscode": 3})
    assert isinstance(result, Refused)
    assert result.reason == "rejected"
    assert "0x80048408" in result.message
    assert sandbox.lead(lead.lead_id)["statecode"] == 0


def test_the_mark_found_by_label_is_written(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """The option's value comes from metadata, the lead stays open."""
    (value,) = [
        option.value for option in dataverse.environment().status_options if "Marketingqualifiziert" in option.labels
    ]
    assert isinstance(dataverse.write(lead.lead_id, lead.etag, {"statuscode": value}), Applied)
    row = sandbox.lead(lead.lead_id)
    assert (row["statecode"], row["statuscode"]) == (0, value)


def test_a_lost_answer_is_found_out(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """The write took effect, its answer never came: the repeat meets 412 and says that it may be our own."""
    sandbox.faults.status(504, method="PATCH", handled=True)
    assert dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70}) == Stale(answer_lost=True)
    assert sandbox.lead(lead.lead_id)["lc_engagement"] == 70


@pytest.mark.parametrize("fault", ["truncated", "reset", "no_answer"])
def test_a_connection_that_breaks_in_a_write_writes_once(
    sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow, fault: str
) -> None:
    """The network gone in the middle of a write: the guard keeps the repeat from writing twice."""
    getattr(sandbox.faults, fault)(when=lead.lead_id)
    assert dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70}) == Stale(answer_lost=True)
    assert sandbox.lead(lead.lead_id)["lc_engagement"] == 70


def test_a_busy_server_is_waited_for(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """A 429 has done nothing, so that the repeat applies."""
    sandbox.faults.status(429, code="0x80072326", retry_after=2, method="PATCH")
    assert isinstance(dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70}), Applied)


def test_a_lead_that_may_not_be_written_is_refused(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """Without the right the lead stays as it was and the remedy names the role; with it the same write applies."""
    sandbox.dataverse.access.revoke("prvWriteLead")
    result = dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70})
    assert isinstance(result, Refused)
    assert result.reason == "forbidden"
    assert "prvWriteLead" in result.message
    assert "security role" in result.message
    assert sandbox.lead(lead.lead_id)["lc_engagement"] is None
    sandbox.dataverse.access.grant("prvWriteLead")
    assert isinstance(dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70}), Applied)


def test_a_lost_right_to_read_is_raised(sandbox: Sandbox, dataverse: Dataverse, lead: LeadRow) -> None:
    """Without Read there is nothing to go on with."""
    sandbox.dataverse.access.revoke("prvReadLead")
    with pytest.raises(OutsideError, match="security role"):
        dataverse.read_leads([lead.lead_id], NEEDS)


def test_many_threads_write_through_one_session(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """Each lead is written once, with one token, without cookies, each request guarded."""
    leads = {row.lead_id: row for page in dataverse.pull(NEEDS, {})["leads"] for row in page.leads}
    sandbox.faults.status(429, retry_after=1, times=5, method="PATCH")
    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda row: dataverse.write(row.lead_id, row.etag, {"lc_engagement": 1}), leads.values())
        )
    assert all(isinstance(result, Applied) for result in results)
    assert {sandbox.lead(lead_id)["lc_engagement"] for lead_id in leads} == {1}
    writes = sandbox.calls.matching(service="dataverse", method="PATCH")
    assert len(writes) == len(leads) + 5
    assert all(call.headers["if-match"].startswith('W/"') for call in writes)
    assert not any("cookie" in call.headers for call in sandbox.calls.all())
    assert sandbox.calls.count("entra", "token") == 1


def test_our_own_write_comes_back_once(dataverse: Dataverse, lead: LeadRow) -> None:
    """A delta shows the lead that we wrote; what it says is what we wrote."""
    tokens = {page.table: page.token for pages in dataverse.pull(NEEDS, {}).values() for page in pages if page.token}
    dataverse.write(lead.lead_id, lead.etag, {"lc_engagement": 70})
    (page,) = dataverse.pull(NEEDS, tokens)["leads"]
    assert [(row.lead_id, row.columns["lc_engagement"]) for row in page.leads] == [(lead.lead_id, 70)]
    assert page.table is Table.LEAD


# --- signing in ---


def test_an_expired_token_is_renewed_once(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """A 401 costs one more token and no error."""
    sandbox.faults.expired_access_token()
    dataverse.environment()
    assert sandbox.calls.count("entra", "token") == 2


def test_a_token_that_is_always_refused_is_an_error(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """After one new token it ends."""
    sandbox.faults.expired_access_token(times=None)
    with pytest.raises(SignInError):
        dataverse.environment()
    assert sandbox.calls.count("entra", "token") == 2


def test_a_certificate_signs_in(sandbox: Sandbox) -> None:
    """With the PFX file and its password."""
    credentials = ClientCertificate(
        sandbox.settings["CONNECTOR_CLIENT_ID"], sandbox.certificate_pfx, sandbox.certificate_password
    )
    with open_session(sandbox, credentials) as session:
        assert session.get("WhoAmI", doing="asking").data["UserId"]


@pytest.mark.parametrize("assigned", [False, True])
def test_a_managed_identity_signs_in(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, *, assigned: bool) -> None:
    """Through the machine's own endpoint, without an authority."""
    for name, value in sandbox.identity_environment.items():
        monkeypatch.setenv(name, value)
    identity = ManagedIdentity(sandbox.identity_client_id if assigned else "system")
    with open_session(sandbox, identity) as session:
        assert session.get("WhoAmI", doing="asking").data["UserId"]


@pytest.mark.parametrize(
    ("client_id", "secret", "tenant", "words"),
    [
        (None, "wrong", None, "AADSTS7000215"),
        ("00000000-0000-0000-0000-000000000000", None, None, "AADSTS700016"),
        (None, None, "00000000-0000-0000-0000-00000000dead", "CONNECTOR_AUTHORITY"),
    ],
)
def test_a_wrong_sign_in_says_what_to_do(
    sandbox: Sandbox, client_id: str | None, secret: str | None, tenant: str | None, words: str
) -> None:
    """Secret, client and tenant, each with its code or its setting, and without the secret."""
    settings = sandbox.settings
    credentials = ClientSecret(
        client_id or settings["CONNECTOR_CLIENT_ID"], secret or settings["CONNECTOR_CLIENT_SECRET"]
    )
    authority = settings["CONNECTOR_AUTHORITY"]
    base = authority.rpartition("/")[0]
    with (
        open_session(sandbox, credentials, authority=f"{base}/{tenant}" if tenant else authority) as session,
        pytest.raises(SignInError) as caught,
    ):
        session.get("WhoAmI", doing="asking")
    assert words in str(caught.value)
    assert caught.value.remedy
    assert settings["CONNECTOR_CLIENT_SECRET"] not in str(caught.value)


def test_a_missing_application_user_says_what_to_do(sandbox: Sandbox) -> None:
    """Entra lets us in, the environment does not know us."""
    sandbox.remove_application_user()
    with open_session(sandbox) as session, pytest.raises(SignInError, match="application user"):
        session.get("WhoAmI", doing="asking")


def test_an_untrusted_authority_is_named(sandbox: Sandbox) -> None:
    """Without the CA bundle the certificate is refused, with the setting to use."""
    with open_session(sandbox, trusted=False) as session, pytest.raises(SignInError, match="CONNECTOR_CA_BUNDLE"):
        session.get("WhoAmI", doing="asking")


def test_a_sign_in_service_that_is_down_is_waited_for(sandbox: Sandbox) -> None:
    """Some 503 and a broken answer cost repeats only."""
    sandbox.faults.status(503, times=2, service="entra")
    sandbox.faults.no_answer(service="entra")
    with open_session(sandbox) as session:
        assert session.get("WhoAmI", doing="asking").status == 200


# --- doctor ---


def test_the_doctor_finds_nothing_amiss_in_a_fresh_environment(sandbox: Sandbox) -> None:
    """Every line ok, and it only reads."""
    expected = Expectations(
        NEEDS, writes=frozenset({"lc_engagement"}), status_reasons=[["Marketing Qualified"]], sales_ready=True
    )
    with open_session(sandbox) as session:
        checks = list(examine(session, expected))
    assert [check for check in checks if check.status is not CheckStatus.OK] == []
    assert not sandbox.calls.matching(service="dataverse", method="PATCH")


def test_the_doctor_names_what_is_missing(sandbox: Sandbox) -> None:
    """A column and an option are failures, each in its own line; accounts that may not be read are a warning."""
    sandbox.data.remove_column("lead", "lc_engagement")
    expected = Expectations(
        NEEDS, writes=frozenset({"lc_engagement"}), status_reasons=[["Sales Qualified"]], opt_out=["lc_nope"]
    )
    sandbox.faults.status(403, code="0x80040220", when="/accounts?")
    with open_session(sandbox) as session:
        found = {check.name: check.status for check in examine(session, expected)}
    failed = {name for name, status in found.items() if status is CheckStatus.FAILURE}
    assert failed == {"lead columns", "columns to write", "Status Reason Sales Qualified", "opt-out columns"}
    assert found["account read"] is CheckStatus.WARNING  # leads are scored without them
