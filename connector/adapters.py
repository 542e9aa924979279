"""The adapters that settings name: store, session with the environment, courier. Each is opened once, when first used.

Several threads may ask for them. What is done with them is decided in `bootstrap`.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from types import TracebackType
from typing import Self

from connector.dataverse.client import Dataverse
from connector.dataverse.http.addresses import Origin
from connector.dataverse.http.retry import RetryPolicy
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.http.writeoptions import WriteOptions
from connector.dataverse.identity.auth import ClientCertificate, ClientSecret, Credentials, ManagedIdentity, SignIn
from connector.dataverse.identity.database import DatabaseTokens
from connector.dataverse.limits.limiter import Limiter
from connector.dataverse.reading.activities import InteractionRows
from connector.dataverse.reading.leadowners import OwnerDirectory
from connector.dataverse.writing.leadwriter import LeadWriter, WriteWay
from connector.dataverse.writing.relatedrows import RelatedRows
from connector.delivery.callbacks import FLOW, FlowCourier
from connector.delivery.courier import Dispatcher
from connector.delivery.records import RecordLinks
from connector.delivery.retry import next_attempt
from connector.delivery.teams import PREFIX as TEAMS
from connector.delivery.teams import TeamsCourier
from connector.delivery.verdictlinks import VerdictLinks
from connector.errors import Fault, SettingsError
from connector.hosts import database_resource
from connector.pipeline.announce import CardColumns
from connector.pipeline.budgets import Bounds
from connector.pipeline.deliver import Outbox
from connector.pipeline.digests import Digests
from connector.pipeline.holding import EVERY_CHANNEL, ChannelTerms, Holding
from connector.pipeline.jobs import Lease
from connector.pipeline.owncards import OwnCards
from connector.pipeline.ports import Store
from connector.pipeline.sharedclock import SharedClock
from connector.pipeline.subscriptions import PREFIX as SUBSCRIPTION
from connector.pipeline.subscriptions import Rates
from connector.pipeline.turns import Turns
from connector.pipeline.values import DeliveryOutcome
from connector.settings import Settings
from connector.store import ServerLimits, open_store


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


class Adapters:
    """What settings name, opened when asked for and given back in `close`.

    Setting `stop` cuts short every wait, for good: those before another try, and those for a rate slot.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        retry: RetryPolicy | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.stop = stop or threading.Event()
        self._retry = retry or RetryPolicy(budget_s=settings.retry_s)
        self._opening = threading.RLock()
        self._closing = ExitStack()
        self.turns = Turns()
        self._one_partition = threading.Lock()
        self._store: Store | None = None
        self._dataverse: Dataverse | None = None
        self._session: DataverseSession | None = None
        self._courier: Dispatcher | None = None
        self._related_rows: RelatedRows | None = None
        self._verdict_links: VerdictLinks | None = None
        self._database_tokens: DatabaseTokens | None = None

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened."""
        self.close()

    def close(self) -> None:
        """Give back every connection that was opened; what is asked for later is opened anew."""
        with self._opening:
            self._store = self._session = self._dataverse = self._courier = self._related_rows = None
            self._verdict_links = self._database_tokens = None
            self._closing.pop_all().close()

    @property
    def store(self) -> Store:
        """The store. Raises StoreError."""
        with self._opening:
            if self._store is None:
                self._store = open_store(self._database_url(), self.settings.data_dir, limits=self._server_limits())
                self._closing.callback(self._store.close)
            return self._store

    @contextmanager
    def turn(
        self, check_stop: Callable[[], None], *, shared: bool = False, lease: Lease | None = None
    ) -> Iterator[None]:
        """Wait for the turn to decide: among our threads first, then among the processes that share the database.

        `shared`: those processes have it too that ask so. Raises StoreError, and what `check_stop` raises.
        """
        with self.turns(check_stop), self.store.turn(check_stop, shared=shared, lease=lease):
            yield

    @property
    def session(self) -> DataverseSession:
        """The session with the environment. Nothing is sent yet."""
        with self._opening:
            if self._session is None:
                self._session = self._open_session()
                self._closing.callback(self._session.close)
            return self._session

    def _open_session(self) -> DataverseSession:
        settings = self.settings
        url = _needed(settings.dataverse_url, "DATAVERSE_URL")
        tokens = SignIn(
            _credentials(settings),
            authority=settings.authority or "",
            resource=url,
            ca_bundle=settings.ca_bundle,
            policy=replace(
                self._retry,
                attempts=min(self._retry.attempts, 3 if settings.managed_identity else 5),
                longest_wish_s=60,
                budget_s=min(self._retry.budget_s, 180),
            ),
            sleep=self._pause,
        )
        return DataverseSession(
            url,
            tokens,
            ca_bundle=settings.ca_bundle,
            policy=self._retry,
            limiter=self._open_limiter(url),
            write_options=WriteOptions(
                settings.write_tag or "", settings.write_bypass, settings.write_bypass_steps, settings.write_as or ""
            ),
            clock=self.clock,
            sleep=self._pause,
        )

    def _open_limiter(self, url: str) -> Limiter:
        """The limiter, whose budgets every process with this store, environment and user shares."""
        settings = self.settings
        bounds = Bounds(settings.request_budget, settings.execution_budget_s)
        user = settings.client_id or f"identity {settings.managed_identity}"
        return Limiter(
            ceiling=settings.parallel,
            bounds=bounds,
            ledger=self.store.ledger(f"{Origin(url).host} {user}", bounds),
            sleep=self._pause,
            stopped=self.stop.is_set,
        )

    @property
    def dataverse(self) -> Dataverse:
        """Source and writer. Nothing is sent yet."""
        with self._opening:
            if self._dataverse is None:
                writer = LeadWriter(WriteWay(self.settings.write_way))
                self._dataverse = Dataverse(
                    self.session,
                    opt_out=self._opt_out(),
                    writer=writer,
                    pictures=self.store,
                    picture_age=timedelta(seconds=self.settings.metadata_s),
                    reconcile_every=timedelta(hours=self.settings.reconcile_h),
                    clock=self.clock,
                )
            return self._dataverse

    @property
    def interaction_tables(self) -> InteractionRows:
        """The environment's tables that interactions are read from. Nothing is sent yet."""
        return InteractionRows(
            self.session,
            pictures=self.store,
            picture_age=timedelta(seconds=self.settings.metadata_s),
            reconcile_every=timedelta(hours=self.settings.reconcile_h),
            clock=self.clock,
        )

    @property
    def owner_directory(self) -> OwnerDirectory:
        """Where the owners of leads are read. Nothing is sent yet."""
        return OwnerDirectory(self.session)

    @property
    def related_rows(self) -> RelatedRows:
        """Where rows beside leads are written. Nothing is sent yet; what it learns of the tables it keeps."""
        with self._opening:
            if self._related_rows is None:
                self._related_rows = RelatedRows(self.session)
            return self._related_rows

    @property
    def courier(self) -> Dispatcher:
        """Who takes cards to Teams and notifications to flows."""
        with self._opening:
            if self._courier is None:
                teams, flows = self._open_teams(), self._open_flows()
                self._courier = Dispatcher({TEAMS: teams, FLOW: flows, SUBSCRIPTION: flows})
                self._closing.callback(self._courier.close)
            return self._courier

    def _open_teams(self) -> TeamsCourier:
        settings = self.settings
        return TeamsCourier(
            {name: url.get_secret_value() for name, url in settings.teams_channels.items()},
            links=self._links(),
            own_cards=OwnCards(self.store),
            answers=self._answers,
            allowed_hosts=settings.allowed_hosts,
            ca_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
        )

    @property
    def verdict_links(self) -> VerdictLinks | None:
        """The addresses by which people judge announced leads; None without a public address. Raises StoreError."""
        if self.settings.public_url is None:
            return None
        with self._opening:
            if self._verdict_links is None:
                self._verdict_links = VerdictLinks(self.settings.public_url, self.store.link_secret())
            return self._verdict_links

    def _answers(self, delivery_id: str) -> tuple[str, str] | None:
        links = self.verdict_links
        return links.pair(delivery_id, self.clock()) if links else None

    def _open_flows(self) -> FlowCourier:
        settings = self.settings
        return FlowCourier(
            {name: url.get_secret_value() for name, url in settings.flows.items()},
            self.store.callback_of,
            links=self._links(),
            clock=self.clock,
            allowed_hosts=settings.allowed_hosts,
            ca_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
        )

    def _links(self) -> RecordLinks:
        return RecordLinks(_needed(self.settings.dataverse_url, "DATAVERSE_URL"), self.settings.app_id)

    @cached_property
    def _shared_clock(self) -> SharedClock:
        return SharedClock(self.clock, self.store.clock_ahead)

    def outbox(self) -> Outbox:
        """The outbox with the rates of channels and flows."""
        settings = self.settings
        channels = [f"{TEAMS}{name}" for name in settings.teams_channels]
        flows = [f"{FLOW}{name}" for name in settings.flows]
        rng = random.Random()  # noqa: S311 - jitter, nothing secret  # nosec B311
        return Outbox(
            store=self.store,
            courier=self.courier,
            rates=Rates(
                {**dict.fromkeys(channels, settings.teams_rate), **dict.fromkeys(flows, settings.flow_rate)},
                self.store.subscription_ids,
                settings.flow_rate,
            ),
            hold=tuple(channels) if settings.teams_uncertain == "hold" else (),
            next_attempt=partial(_next_attempt, rng),
            clock=self._shared_clock,
            wait=self._pause,
            pause_after=timedelta(hours=settings.pause_after_h),
            quiet=lambda name, at: self.holding.quiet_until(name, at) is not None,
        )

    @property
    def holding(self) -> Holding:
        """What channels take: their budgets and quiet hours."""
        settings = self.settings
        names = settings.teams_budgets.keys() | settings.teams_quiet.keys()
        every = (settings.teams_budgets.get(EVERY_CHANNEL), settings.teams_quiet.get(EVERY_CHANNEL))
        terms = {
            name: ChannelTerms(settings.teams_budgets.get(name, every[0]), settings.teams_quiet.get(name, every[1]))
            for name in names
        }
        by_destination = {name if name == EVERY_CHANNEL else f"{TEAMS}{name}": one for name, one in terms.items()}
        return Holding(by_destination, settings.timezone.key)

    def digests(self, cards: CardColumns) -> Digests:
        """The digests of all channels, by what `cards` say of leads."""
        settings = self.settings
        links = RecordLinks(settings.dataverse_url, settings.app_id) if settings.dataverse_url else None
        return Digests(
            store=self.store,
            destinations=tuple(f"{TEAMS}{name}" for name in settings.teams_channels),
            digest_schedule=settings.digest_schedule,
            weekly_schedule=settings.weekly_schedule,
            zone=settings.timezone,
            holding=self.holding,
            cards=cards,
            link=links.leads() if links else None,
        )

    def _pause(self, seconds: float) -> None:
        """Sleep, but no longer than until the service is to stop."""
        self.stop.wait(seconds)

    def _database_url(self) -> str | None:
        url = self.settings.database_url
        return url.get_secret_value() if url else None

    def _server_limits(self) -> ServerLimits:
        settings = self.settings
        with self._opening:
            if settings.database_identity and self._database_tokens is None:
                resource_of = partial(database_resource, extra=settings.allowed_hosts)
                self._database_tokens = DatabaseTokens(settings.database_identity, resource_of, sleep=self._pause)
                self._closing.callback(self._database_tokens.close)
            tokens = self._database_tokens
        return ServerLimits(
            connections=settings.database_connections,
            idle=settings.database_idle_connections,
            statement_s=settings.database_statement_s,
            connect_s=settings.database_connect_s,
            password=tokens.password if tokens else None,
        )

    def _opt_out(self) -> list[str]:
        return [self.settings.opt_out_column] if self.settings.opt_out_column else []


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
