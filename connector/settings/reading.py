"""Settings are read once from a mapping (the environment), every fault named at once.

Nothing here reads the environment by itself, and no secret ever stands in an error.
"""

from __future__ import annotations

import difflib
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from connector.delivery.guard import check_destination
from connector.errors import ConnectorError, Fault, SettingsError
from connector.hosts import check_authority, check_environment, database_resource
from connector.settings.forms import channels_of, comma_list_of
from connector.settings.model import PREFIX, SECRETS, Settings

_NOT_OF_TYPE = {
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_parsing": "is not a number",
    "finite_number": "is not a number",
}
FOREIGN = ("CONNECTOR_SCHEMAS", "CONNECTOR_TEST_")  # of the project's own checks


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
            bare = [one.removeprefix(PREFIX) for one in known]  # what all share would make any two alike
            near = difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1)
            remedy = "Remove it; docs/configuration.md lists the settings."
            if near:
                remedy = f"Did you mean {PREFIX}{near[0]}?"
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
    message = _NOT_OF_TYPE.get(str(item["type"])) or message.replace("Input should be", "must be", 1)
    return Fault(name, None, f"{message}.")


def _refused(values: Mapping[str, Any]) -> list[Fault]:
    """Name every URL that is not https or whose host is not allowed, and every file that is not there."""
    listed = comma_list_of(values.get("allowed_hosts", ""))
    extra = tuple(listed) if isinstance(listed, tuple) else ()
    tests: list[tuple[str, Callable[[], None]]] = [
        ("dataverse_url", lambda: check_environment(values["dataverse_url"], extra)),
        ("authority", lambda: check_authority(values["authority"], extra)),
        ("database_identity", lambda: _check_database(values.get("database_url", ""), extra)),
        ("public_url", lambda: _check_public(values["public_url"])),
        ("database_url", lambda: _check_database_url(values["database_url"])),
        ("ca_bundle", lambda: _check_bundle(values["ca_bundle"])),
        ("client_certificate", lambda: _check_file(values["client_certificate"], "PFX")),
        ("teams_channels", lambda: _check_channels(values["teams_channels"], extra, "channel")),
        ("flows", lambda: _check_channels(values["flows"], extra, "flow")),
    ]
    faults: list[Fault] = []
    for name, test in tests:
        try:
            if name in values:
                test()
        except (ConnectorError, ValueError) as error:
            faults.append(Fault(PREFIX + name.upper(), None, str(error)))
    return faults


def _check_database(url: str, extra: tuple[str, ...]) -> None:
    """Refuse an identity where the server has a password already, or where it is none that a token may be sent to.

    Without a URL the identity is that of the server that `connector db copy` is told.
    """
    if urlsplit(url).scheme.partition("+")[0] not in {"", "postgresql", "postgres"}:
        raise ValueError("is for a PostgreSQL server. Name one in CONNECTOR_DATABASE_URL, or remove it.")
    if urlsplit(url).password or "password" in parse_qs(urlsplit(url).query):
        raise ValueError("and a password in CONNECTOR_DATABASE_URL exclude each other. Keep one of them.")
    if url:
        database_resource(url, extra)


def _check_database_url(url: str) -> None:
    if urlsplit(url).scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError(
            "names neither SQLite nor PostgreSQL. Write sqlite:////folder/file.db or "
            "postgresql://user:password@host/name."
        )


def _check_bundle(path: str) -> None:
    _check_file(path, "PEM")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(
            f"cannot be used ({type(error).__name__}). Give a PEM file with certificates that may be read."
        ) from error


def _check_public(url: str) -> None:
    if not url.startswith("https://"):
        raise ValueError("is not an https URL. Give the address that flows reach.")


def _check_file(path: str, kind: str) -> None:
    if not Path(path).is_file():
        raise ValueError(f"names no file. Give the path of a {kind} file.")


def _check_channels(text: str, extra: tuple[str, ...], word: str) -> None:
    """Refuse URLs that are none of a workflow. Malformed pairs are named where the setting is read."""
    try:
        channels = channels_of(text)
    except ValueError:
        return
    refused = []
    for name, url in channels.items() if isinstance(channels, dict) else ():
        try:
            check_destination(url, extra)
        except ConnectorError as error:
            refused.append(f"{word} {name!r}: {error}")
    if refused:
        raise ValueError(" ".join(refused))
