"""The settings of a service: read once from a mapping (the environment), frozen, every fault named at once.

Each setting is `CONNECTOR_<NAME>`; a secret may also come from a file named by `CONNECTOR_<NAME>_FILE`. Nothing here
reads the environment by itself, and no secret ever stands in an error or a repr.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from connector.dataverse.http.writeoptions import WriteOptions
from connector.dataverse.limits.limiter import CEILING, LARGEST_CEILING
from connector.delivery.guard import check_destination
from connector.errors import ConnectorError, Fault, SettingsError
from connector.hosts import check_authority, check_environment
from connector.pipeline.cron import parse
from connector.settingforms import (
    CommaList,
    Schedule,
    Zone,
    bypasses_of,
    channels_of,
    comma_list_of,
    guid_of,
    guids_of,
    hook_secrets_of,
    rates_of,
    switch_of,
)

PREFIX = "CONNECTOR_"
LARGEST_PORT = 65_535
FOREIGN = ("CONNECTOR_SCHEMAS", "CONNECTOR_TEST_")  # of the project's own checks


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
    database_connections: int = Field(default=24, ge=4, le=500)
    database_idle_connections: int = Field(default=8, ge=0, le=500)
    database_statement_s: float = Field(default=120.0, ge=0, le=86_400)
    database_connect_s: int = Field(default=10, ge=2, le=300)
    public_url: str | None = None
    app_id: Annotated[str | None, BeforeValidator(guid_of)] = None
    opt_out_column: str | None = None
    teams_channels: Annotated[Mapping[str, SecretStr], BeforeValidator(channels_of)] = Field(default_factory=dict)
    teams_rate: Annotated[tuple[tuple[int, float], ...], BeforeValidator(rates_of)] = ((1, 1.0), (100, 3600.0))
    teams_uncertain: Literal["resend", "hold"] = "resend"
    sync_deliver_s: float = Field(default=60.0, ge=0, le=3600)
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
    lead_management: Annotated[bool, BeforeValidator(switch_of)] = False
    log_level: Literal["debug", "info", "warning", "error"] = "warning"

    @property
    def bind_address(self) -> tuple[str, int]:
        """Host and port of `serve`."""
        host, _, port = self.bind.rpartition(":")
        return host.strip("[]"), int(port)

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
    "api_keys",
    "webhook_secret",
)


def load_settings(environ: Mapping[str, str], *, need_dataverse: bool = False) -> Settings:
    """Read the settings from `environ`; with `need_dataverse` what a sign-in needs must be there.

    Raises SettingsError with every fault at once: unknown names, malformed values, missing ones, refused hosts.
    """
    values, faults = _read(environ)
    faults += _unknown(environ)
    if need_dataverse:
        faults += _missing(values)
    settings = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_fault(item) for item in error.errors(include_input=False, include_url=False, include_context=False)]
    faults += _refused(values)
    if faults or settings is None:
        raise SettingsError("The settings cannot be used:", faults=faults)
    return settings


def setting_names() -> tuple[str, ...]:
    """Every setting's full name, secrets' `_FILE` form excluded."""
    return tuple(PREFIX + name.upper() for name in Settings.model_fields)


def _read(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in Settings.model_fields:
        variable = PREFIX + name.upper()
        text = environ.get(variable, "").strip()
        file = environ.get(variable + "_FILE", "").strip() if name in SECRETS else ""
        if text and file:
            faults.append(Fault(variable, None, f"is set, and {variable}_FILE too.", "Keep one of them."))
        elif file:
            try:
                text = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                faults.append(
                    Fault(variable + "_FILE", None, f"cannot be read ({type(error).__name__}).", "Check the path.")
                )
        if text:
            values[name] = text
    return values, faults


def _unknown(environ: Mapping[str, str]) -> list[Fault]:
    """Name what looks like a setting and is none: a misspelt one would be off without a word."""
    known = {*setting_names(), *(f"{PREFIX}{name.upper()}_FILE" for name in SECRETS)}
    faults = []
    for name in sorted(set(environ) - known):
        if name.startswith(PREFIX) and not name.startswith(FOREIGN):
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]}?" if near else "Remove it; docs/configuration.md lists the settings."
            faults.append(Fault(name, None, "is no setting.", remedy))
    return faults


def _missing(values: Mapping[str, Any]) -> list[Fault]:
    """Name what a sign-in to Dataverse lacks."""
    wanted = {"dataverse_url": "Set it to your environment, such as https://org.crm4.dynamics.com."}
    if "managed_identity" not in values:
        wanted["authority"] = "Set it to https://login.microsoftonline.com/<your tenant id>."
        wanted["client_id"] = "Set it to the application (client) id of your app registration."
    faults = [
        Fault(PREFIX + name.upper(), None, "is missing.", remedy)
        for name, remedy in wanted.items()
        if name not in values
    ]
    if not {"client_secret", "client_certificate", "managed_identity"} & set(values):
        faults.append(
            Fault(
                PREFIX + "CLIENT_SECRET",
                None,
                "is missing.",
                f"Set it, or {PREFIX}CLIENT_CERTIFICATE, or {PREFIX}MANAGED_IDENTITY (system, or a client id).",
            )
        )
    return faults


def _fault(item: Mapping[str, Any]) -> Fault:
    location = item["loc"]
    name = PREFIX + str(location[0]).upper() if location else ""
    message = str(item["msg"]).removeprefix("Value error, ")
    return Fault(name, None, f"{message}.")


def _refused(values: Mapping[str, Any]) -> list[Fault]:
    """Name every URL that is not https or whose host is not allowed, and every file that is not there."""
    listed = comma_list_of(values.get("allowed_hosts", ""))
    extra = tuple(listed) if isinstance(listed, tuple) else ()
    tests: list[tuple[str, Callable[[], None]]] = [
        ("dataverse_url", lambda: check_environment(values["dataverse_url"], extra)),
        ("authority", lambda: check_authority(values["authority"], extra)),
        ("public_url", lambda: _check_public(values["public_url"])),
        ("ca_bundle", lambda: _check_file(values["ca_bundle"], "PEM")),
        ("client_certificate", lambda: _check_file(values["client_certificate"], "PFX")),
        ("teams_channels", lambda: _check_channels(values["teams_channels"], extra)),
    ]
    faults: list[Fault] = []
    for name, test in tests:
        try:
            if name in values:
                test()
        except (ConnectorError, ValueError) as error:
            faults.append(Fault(PREFIX + name.upper(), None, str(error)))
    return faults


def _check_public(url: str) -> None:
    if not url.startswith("https://"):
        raise ValueError("is not an https URL. Give the address that flows reach.")


def _check_file(path: str, kind: str) -> None:
    if not Path(path).is_file():
        raise ValueError(f"names no file. Give the path of a {kind} file.")


def _check_channels(text: str, extra: tuple[str, ...]) -> None:
    """Refuse channels whose URL is none of a workflow. Malformed pairs are named where the setting is read."""
    try:
        channels = channels_of(text)
    except ValueError:
        return
    refused = []
    for name, url in channels.items() if isinstance(channels, dict) else ():
        try:
            check_destination(url, extra)
        except ConnectorError as error:
            refused.append(f"channel {name!r}: {error}")
    if refused:
        raise ValueError(" ".join(refused))
