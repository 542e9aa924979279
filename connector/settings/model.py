"""What a service is told about the world: settings, types, bounds. How they are read stands in `reading`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from connector.dataverse.http.writeoptions import WriteOptions
from connector.dataverse.limits.limiter import CEILING, LARGEST_CEILING
from connector.pipeline.cron import parse
from connector.pipeline.holding import EVERY_CHANNEL
from connector.scoring.rules import Budget, QuietHours
from connector.settings.alertforms import budgets_of, quiet_hours_of
from connector.settings.forms import (
    CommaList,
    Schedule,
    Zone,
    bypasses_of,
    channels_of,
    guid_of,
    guids_of,
    hook_secrets_of,
    rates_of,
    switch_of,
)

PREFIX = "CONNECTOR_"
LARGEST_PORT = 65_535


class Settings(BaseModel):
    """What a service is told about the world; see docs/configuration.md for each."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    dataverse_url: str | None = None
    authority: str | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    client_certificate: Path | None = None
    client_certificate_password: SecretStr | None = None
    managed_identity: str | None = None
    ca_bundle: Path | None = None
    allowed_hosts: CommaList = ()
    data_dir: Path = Path(".connector")
    database_url: SecretStr | None = None
    database_identity: str | None = None
    database_connections: int = Field(default=24, ge=4, le=500)
    database_idle_connections: int = Field(default=8, ge=0, le=500)
    database_statement_s: float = Field(default=120.0, ge=0, le=86_400)
    database_connect_s: int = Field(default=10, ge=2, le=300)
    public_url: str | None = None
    app_id: Annotated[str | None, BeforeValidator(guid_of)] = None
    opt_out_column: str | None = None
    teams_channels: Annotated[Mapping[str, SecretStr], BeforeValidator(channels_of)] = Field(default_factory=dict)
    teams_rate: Annotated[tuple[tuple[int, float], ...], BeforeValidator(rates_of)] = ((1, 1.0), (100, 3600.0))
    flows: Annotated[Mapping[str, SecretStr], BeforeValidator(channels_of)] = Field(default_factory=dict)
    flow_rate: Annotated[tuple[tuple[int, float], ...], BeforeValidator(rates_of)] = ((4, 1.0),)
    teams_budgets: Annotated[Mapping[str, Budget], BeforeValidator(budgets_of)] = Field(default_factory=dict)
    teams_quiet: Annotated[Mapping[str, QuietHours], BeforeValidator(quiet_hours_of)] = Field(default_factory=dict)
    digest_schedule: Schedule = parse("0 * * * *")
    weekly_schedule: Schedule = None
    channel_test_schedule: Schedule = None
    teams_uncertain: Literal["resend", "hold"] = "resend"
    sync_deliver_s: float = Field(default=60.0, ge=0, le=3600)
    pause_after_h: float = Field(default=72.0, ge=1, le=8760)
    retry_s: float = Field(default=900.0, ge=0, le=3600)
    metadata_s: float = Field(default=3600.0, ge=0, le=86_400)
    reconcile_h: float = Field(default=24.0, ge=0, le=8760)
    parallel: int = Field(default=CEILING, ge=1, le=LARGEST_CEILING)
    request_budget: int = Field(default=6000, ge=1, le=1_000_000)
    execution_budget_s: float = Field(default=1200.0, ge=1, le=1_000_000)
    daily_requests: int | None = Field(default=None, ge=1)
    write_way: Literal["auto", "single", "batch"] = "auto"
    write_tag: str | None = None
    write_bypass: Annotated[tuple[str, ...], BeforeValidator(bypasses_of)] = ()
    write_bypass_steps: Annotated[tuple[str, ...], BeforeValidator(guids_of)] = ()
    write_as: Annotated[str | None, BeforeValidator(guid_of)] = None
    api_audience: CommaList = ()
    api_tenant: str | None = None
    api_keys: CommaList = Field(default=(), repr=False)
    api_clients: CommaList = ()
    api_calls_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    api_body_kb: int = Field(default=1024, ge=16, le=65_536)
    api_body_s: float = Field(default=30, ge=1, le=600)
    proxies: int = Field(default=0, ge=0, le=9)
    metrics_bind: str = "127.0.0.1:9464"
    bind: str = "127.0.0.1:8080"
    webhook_secret: Annotated[tuple[SecretStr, ...], BeforeValidator(hook_secrets_of)] = ()
    worker_threads: int = Field(default=4, ge=1, le=64)
    worker_grace_s: float = Field(default=25.0, ge=0, le=3600)
    sync_schedule: Schedule = None
    refresh_schedule: Schedule = None
    prune_schedule: Schedule = parse("17 3 * * *")
    timezone: Zone = ZoneInfo("UTC")
    keep_days: int = Field(default=90, ge=2, le=36_500)
    keep_jobs_days: int = Field(default=7, ge=2, le=36_500)
    keep_audit_days: int = Field(default=365, ge=30, le=36_500)
    lead_management: Annotated[bool, BeforeValidator(switch_of)] = False
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    log_format: Literal["auto", "text", "json"] = "auto"
    traces: Literal["off", "otlp", "azure"] = "off"

    @property
    def bind_address(self) -> tuple[str, int]:
        """Host and port of `serve`."""
        host, _, port = self.bind.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        """Host and port of the metrics; None where they are off."""
        host, _, port = self.metrics_bind.rpartition(":")
        return None if self.metrics_bind == "off" else (host.strip("[]"), int(port))

    @field_validator("metrics_bind")
    @classmethod
    def _metrics_address(cls, value: str) -> str:
        """Want HOST:PORT, or `off`."""
        return value if value == "off" else cls._address(value)

    @field_validator("bind")
    @classmethod
    def _address(cls, value: str) -> str:
        """Want HOST:PORT."""
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or int(port) > LARGEST_PORT:
            raise ValueError(f"{value!r} is not of the form HOST:PORT, such as 127.0.0.1:8080")
        return value

    @field_validator("write_tag")
    @classmethod
    def _tag(cls, value: str | None) -> str | None:
        """Want a plain word."""
        return WriteOptions(tag=value or "").tag or None

    @field_validator("write_bypass")
    @classmethod
    def _bypass(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Want words that go together."""
        return WriteOptions(bypass=value).bypass

    @field_validator("write_bypass_steps")
    @classmethod
    def _steps(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Want no more than an environment can take."""
        return WriteOptions(bypass_steps=value).bypass_steps

    @model_validator(mode="after")
    def _known_channels(self) -> Settings:
        """Want what is said of channels to speak of channels that there are."""
        for name, said in (("TEAMS_BUDGETS", self.teams_budgets), ("TEAMS_QUIET", self.teams_quiet)):
            unknown = sorted(set(said) - set(self.teams_channels) - {EVERY_CHANNEL})
            if unknown:
                raise ValueError(
                    f"{PREFIX}{name} names the channel {unknown[0]!r}, which {PREFIX}TEAMS_CHANNELS does not"
                )
        return self

    @model_validator(mode="after")
    def _one_credential(self) -> Settings:
        """Allow at most one way to sign in."""
        ways = [
            name
            for name, value in (
                ("CLIENT_SECRET", self.client_secret),
                ("CLIENT_CERTIFICATE", self.client_certificate),
                ("MANAGED_IDENTITY", self.managed_identity),
            )
            if value
        ]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(PREFIX + way for way in ways)} exclude each other: keep one")
        return self


SECRETS = (
    "client_secret",
    "client_certificate_password",
    "database_url",
    "teams_channels",
    "flows",
    "api_keys",
    "webhook_secret",
)
