"""The composition root: the one place that joins settings, adapters and pipeline.

Nothing is opened at import; a `Service` opens what it needs when it is asked and gives it back in `close`.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, partial
from types import TracebackType
from typing import Any, Self

from connector.dataverse import columns
from connector.dataverse.auth import ClientCertificate, ClientSecret, Credentials, ManagedIdentity, SignIn
from connector.dataverse.client import Dataverse
from connector.dataverse.doctor import Check, CheckStatus, Expectations, examine
from connector.dataverse.retry import RetryPolicy
from connector.dataverse.session import DataverseSession
from connector.delivery.courier import TeamsCourier
from connector.delivery.records import RecordLinks
from connector.delivery.retry import next_attempt
from connector.errors import ConnectorError, Fault, OutsideError, RefusedError, SettingsError
from connector.pipeline.announce import CardColumns
from connector.pipeline.deliver import Outbox, deliver_due
from connector.pipeline.ports import DocumentKind, Run, RunStatus, Store
from connector.pipeline.publishing import Applied, Desk, Draft, apply_documents
from connector.pipeline.report import Report
from connector.pipeline.rulebook import write_columns
from connector.pipeline.sync import Job, run_sync
from connector.pipeline.values import ColumnNeeds, Delivered, Delivery, DeliveryOutcome, Interaction, Json
from connector.pipeline.views import best_leads, diff_model, explain_lead, lead_entry
from connector.scoring.derived import is_rollup
from connector.scoring.diff import Diff
from connector.scoring.document import parse_alert, parse_criteria, parse_model
from connector.scoring.rules import Alert, Criteria, Model
from connector.scoring.usage import facts_used
from connector.settings import Settings
from connector.store import open_store, upgrade

CARDS = CardColumns(columns.FULL_NAME, columns.COMPANY_NAME, columns.JOB_TITLE, columns.COUNTRY, columns.ACCOUNT_NAME)
POLL_S = 0.5
SYNC, FULL_SYNC = "sync", "full_sync"

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


class Service:
    """Everything that commands and the API ask for, over the adapters that the settings name."""

    def __init__(
        self, settings: Settings, *, clock: Callable[[], datetime] = utc_now, retry: RetryPolicy | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._retry = retry

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self.close()

    def close(self) -> None:
        """Give back every connection that was opened."""
        for name in ("courier", "session", "store"):
            opened = self.__dict__.pop(name, None)
            if opened is not None:
                opened.close()

    # --- adapters, opened when first used ---------------------------------------------------------------------------

    @cached_property
    def store(self) -> Store:
        """The store. Raises StoreError."""
        url = self.settings.database_url
        return open_store(url.get_secret_value() if url else None, self.settings.data_dir)

    @cached_property
    def session(self) -> DataverseSession:
        """The session with the environment. Nothing is sent yet."""
        settings = self.settings
        url = _needed(settings.dataverse_url, "DATAVERSE_URL")
        tokens = SignIn(
            _credentials(settings), authority=settings.authority or "", resource=url, ca_bundle=settings.ca_bundle
        )
        return DataverseSession(url, tokens, ca_bundle=settings.ca_bundle, policy=self._retry)

    @cached_property
    def dataverse(self) -> Dataverse:
        """Source and writer. Nothing is sent yet."""
        column = self.settings.opt_out_column
        return Dataverse(self.session, opt_out=[column] if column else [])

    @cached_property
    def courier(self) -> TeamsCourier:
        """Who takes cards to Teams."""
        settings = self.settings
        return TeamsCourier(
            {name: url.get_secret_value() for name, url in settings.teams_channels.items()},
            links=RecordLinks(_needed(settings.dataverse_url, "DATAVERSE_URL"), settings.app_id),
            allowed_hosts=settings.allowed_hosts,
            ca_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
        )

    def outbox(self) -> Outbox:
        """The outbox with the channels' rates."""
        settings = self.settings
        destinations = [f"teams:{name}" for name in settings.teams_channels]
        rng = random.Random()  # noqa: S311 - jitter, nothing secret  # nosec B311
        return Outbox(
            store=self.store,
            courier=self.courier,
            rates=dict.fromkeys(destinations, settings.teams_rate),
            hold=tuple(destinations) if settings.teams_uncertain == "hold" else (),
            next_attempt=partial(_next_attempt, rng),
            clock=self.clock,
            wait=time.sleep,
        )

    # --- the main job -----------------------------------------------------------------------------------------------

    @property
    def lead_management(self) -> bool:
        """Whether an administrator has turned scoring on."""
        return self.settings.lead_management

    def require_lead_management(self) -> None:
        """Raise RefusedError unless lead management is on."""
        if not self.settings.lead_management:
            raise RefusedError(
                "Lead management is off: scoring leads profiles people, so that an administrator has to decide for it.",
                remedy="Agree on purpose and lawful basis, then set CONNECTOR_LEAD_MANAGEMENT=on.",
            )

    def sync(self, *, full: bool = False, announce_baseline: bool = False, by: str) -> Report | None:
        """Do one run here; None when a worker has that role: then `ask` it.

        Raises RefusedError while lead management is off, and what stopped the run.
        """
        self.require_lead_management()
        with self.store.worker_lock() as held:
            if not held:
                return None
            run = self.store.start_run(FULL_SYNC if full else SYNC, by=by, now=self.clock())
            return self._run(run, announce_baseline=announce_baseline)

    def ask(self, *, full: bool = False, by: str) -> Mapping[str, Any]:
        """Queue a run for the worker and follow it; return what `sync --json` prints. Raises OutsideError."""
        return self._follow(self.store.enqueue_run(FULL_SYNC if full else SYNC, by=by, now=self.clock()))

    def _run(self, run: Run, *, announce_baseline: bool = False, stop: Callable[[], bool] = lambda: False) -> Report:
        job = Job(
            store=self.store,
            source=self.dataverse,
            writer=self.dataverse,
            outbox=self.outbox(),
            clock=self.clock,
            cards=CARDS,
            parallel=self.settings.write_parallel,
            deliver_s=self.settings.sync_deliver_s,
            announce_baseline=announce_baseline,
            stop=stop,
        )
        return run_sync(job, run)

    def _follow(self, run: Run) -> Mapping[str, Any]:
        """Wait for a run that a worker does. Raises OutsideError when it failed."""
        while run.status in {RunStatus.QUEUED, RunStatus.RUNNING}:
            time.sleep(POLL_S)
            run = self.store.run(run.run_id)
        if run.status is not RunStatus.SUCCEEDED:
            raise OutsideError(f"The run {run.run_id} ended as {run.status}: {run.error or 'no reason is recorded'}")
        return run.summary

    @contextmanager
    def worker(self, stop: threading.Event) -> Iterator[None]:
        """Work in a thread until `stop`: runs that were asked for, and deliveries when they are due.

        Raises RefusedError when another process has the worker role of this data folder.
        """
        with self.store.worker_lock() as held:
            if not held:
                raise RefusedError(
                    "Another worker holds this data folder.", remedy="Stop it, or give this one its own folder."
                )
            thread = threading.Thread(target=self._work, args=(stop,), name="worker")
            thread.start()
            try:
                yield
            finally:
                stop.set()
                thread.join()

    def _work(self, stop: threading.Event) -> None:
        """The worker's loop; whatever fails is recorded with its run, or logged, and the loop goes on."""
        while not stop.is_set():
            try:
                run = self.store.claim_run(now=self.clock())
                if run is not None:
                    self._run(run, stop=stop.is_set)
                    continue
                deliver_due(self.outbox(), stop=stop.is_set)
            except Exception as error:  # noqa: BLE001 - a worker that dies would stop all work without a word
                _log.warning("the worker met %s: %s", type(error).__name__, _safe(error))
            stop.wait(POLL_S)

    # --- documents --------------------------------------------------------------------------------------------------

    def apply(self, drafts: Sequence[Draft], *, publish: bool, replace: bool, by: str) -> list[Applied]:
        """Store drafts, or publish those that pass. Raises DocumentError when one does not parse."""
        return apply_documents(self._desk(by), drafts, publish=publish, replace=replace)

    def publish_draft(self, kind: DocumentKind, name: str, *, replace: bool, by: str) -> list[Applied]:
        """Publish a stored draft. Raises MissingFactError when there is none."""
        draft = self.store.draft(kind, name)
        return self.apply([Draft(kind, name, draft.body)], publish=True, replace=replace, by=by)

    def _desk(self, by: str) -> Desk:
        channels = frozenset(self.settings.teams_channels) or None
        return Desk(self.store, columns.STANDARD_TYPES, by, self.clock(), channels)

    # --- asked by commands and the API ------------------------------------------------------------------------------

    def add_interactions(self, interactions: Sequence[Interaction]) -> int:
        """Store interactions, each once by its id; return how many were new."""
        return self.store.add_interactions(interactions, now=self.clock())

    def start_run(self, kind: str, by: str, idempotency_key: str | None = None) -> Run:
        """Queue a run for the worker."""
        self.require_lead_management()
        return self.store.enqueue_run(kind, by=by, now=self.clock(), idempotency_key=idempotency_key)

    def run(self, run_id: str) -> Run:
        """One run."""
        return self.store.run(run_id)

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """Runs, newest first."""
        return self.store.runs(limit)

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Every stored score of a lead."""
        return self.store.lead_scores(lead_id)

    def readiness(self) -> list[tuple[str, bool, str]]:
        """Each dependency: name, usable, what is wrong."""
        try:
            self.store.check()
        except ConnectorError as error:
            return [("store", False, str(error))]
        return [("store", True, "")]

    def upgrade_database(self) -> str:
        """Bring the database's schema to this version's; return its revision. Raises StoreError."""
        url = self.settings.database_url
        return upgrade(url.get_secret_value() if url else None, self.settings.data_dir)

    def lead(self, lead_id: str) -> dict[str, Any]:
        """Who a mirrored lead is."""
        return lead_entry(self.store, CARDS, lead_id, self.clock())

    def ranking(self, most: int) -> list[dict[str, Any]]:
        """The best leads, with reasons."""
        return best_leads(self.store, CARDS, most)

    def explain(self, lead_id: str, model: str | None = None) -> list[dict[str, Any]]:
        """Why a mirrored lead has its scores."""
        return explain_lead(self.store, columns.STANDARD_TYPES, lead_id, model, self.clock())

    def diff(self, text: str) -> Diff:
        """What publication of a model document would change."""
        return diff_model(self.store, columns.STANDARD_TYPES, text, self.clock())

    def doctor(self, *, send_test_card: bool = False) -> list[Check]:
        """Check the environment against what the live documents need, and the channels when a test card may be sent."""
        checks = list(examine(self.session, self._expectations(), clock=self.clock))
        if send_test_card:
            checks += [self._test_card(name) for name in self.settings.teams_channels]
        return checks

    def _expectations(self) -> Expectations:
        """What the live documents need, read without the environment."""
        models = [parse_model(d.body, columns.STANDARD_TYPES) for d in self.store.live(DocumentKind.MODEL)]
        criteria = [parse_criteria(d.body, columns.STANDARD_TYPES) for d in self.store.live(DocumentKind.QUALIFICATION)]
        alerts = [parse_alert(d.body, columns.STANDARD_TYPES) for d in self.store.live(DocumentKind.ALERT)]
        documents: list[Model | Criteria | Alert] = [*models, *criteria, *alerts]
        facts = frozenset[str]().union(*(facts_used(one, columns.STANDARD_TYPES) for one in documents))
        reasons = [c.actions.status_reason for c in criteria if c.actions.status_reason]
        ready = {c.actions.sales_ready for c in criteria}
        opt_out = self.settings.opt_out_column
        return Expectations(
            needs=ColumnNeeds(_columns_of("lead", facts), _columns_of("account", facts)),
            writes=frozenset(column for model in models for column in write_columns(model))
            | frozenset(column for column in ready if isinstance(column, str)),
            status_reasons=[reason.labels or reason.value or () for reason in reasons],
            sales_ready=True in ready,
            opt_out=[opt_out] if opt_out else [],
        )

    def _test_card(self, channel: str) -> Check:
        """Send a test card to one channel; 202 says that the workflow took it, not that Teams shows it."""
        name = f"channel {channel}"
        delivery = Delivery("test", "test", f"teams:{channel}", "test", _TEST_CARD, 1, self.clock())
        outcome = self.courier.send(delivery)
        if isinstance(outcome, Delivered):
            return Check(name, CheckStatus.OK, f"the workflow answered {outcome.status}; look whether the card arrived")
        return Check(name, CheckStatus.FAILURE, outcome.reason, "Copy the URL again from the channel's workflow.")


_TEST_CARD: dict[str, Json] = {
    "event_id": "test",
    "kind": "score_crossed",
    "rule": "a test card, asked for by connector doctor",
    "lead": {"name": "Test card"},
    "scores": [],
    "reasons": [],
    "missing": [],
}


def _columns_of(table: str, facts: frozenset[str]) -> frozenset[str]:
    return frozenset(
        fact.removeprefix(f"{table}.") for fact in facts if fact.startswith(f"{table}.") and not is_rollup(fact)
    )


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise SettingsError("A setting is missing:", faults=[Fault(f"CONNECTOR_{name}", None, "is missing.")])
    return value


def _credentials(settings: Settings) -> Credentials:
    """The one way to sign in that the settings name."""
    if settings.managed_identity:
        return ManagedIdentity(settings.managed_identity)
    client_id = _needed(settings.client_id, "CLIENT_ID")
    if settings.client_certificate:
        password = settings.client_certificate_password
        return ClientCertificate(
            client_id, settings.client_certificate, password.get_secret_value() if password else None
        )
    if settings.client_secret is None:
        raise SettingsError("A setting is missing:", faults=[Fault("CONNECTOR_CLIENT_SECRET", None, "is missing.")])
    return ClientSecret(client_id, settings.client_secret.get_secret_value())


def _next_attempt(rng: random.Random, attempt: int, outcome: DeliveryOutcome, now: datetime) -> datetime | None:
    return next_attempt(attempt, outcome, now, rng)


def _safe(error: Exception) -> str:
    """What may be logged of an error: our own are written for people, others may quote data."""
    return str(error) if isinstance(error, ConnectorError) else "see CONNECTOR_LOG_LEVEL=debug"
