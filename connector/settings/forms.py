"""The written forms of settings: lists, pairs, rates, switches, GUIDs. What a setting means stands in `model`."""

from __future__ import annotations

import re
import uuid
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator

from connector.dataverse.http.writeoptions import Bypass
from connector.pipeline.cron import Cron, parse

_PERIODS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
MOST_HOOK_SECRETS = 2
_HOOK_SECRET = re.compile(r"[A-Za-z0-9._~-]{16,200}")
_CHANNEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def comma_list_of(value: object) -> object:
    """Turn `a, b` into a tuple."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def channels_of(value: object) -> object:
    """Turn `name=url` pairs, separated by white space, into a mapping."""
    if not isinstance(value, str):
        return value
    channels: dict[str, str] = {}
    for number, pair in enumerate(value.split(), start=1):
        name, separator, url = pair.partition("=")
        if not separator or not _CHANNEL_NAME.fullmatch(name) or not url:
            raise ValueError(f"pair {number} is not of the form name=https://...")
        if name in channels:
            raise ValueError(f"the name {name!r} stands there twice")
        channels[name] = url
    return channels


def rates_of(value: object) -> object:
    """Turn `1/s,100/h` into ((1, 1.0), (100, 3600.0))."""
    if not isinstance(value, str):
        return value
    rates = []
    for part in value.split(","):
        matched = re.fullmatch(r"\s*(\d+)\s*/\s*([smhd])\s*", part)
        if not matched or int(matched[1]) == 0:
            raise ValueError(f"{part.strip()!r} is not of the form COUNT/s, COUNT/m, COUNT/h or COUNT/d")
        rates.append((int(matched[1]), _PERIODS_S[matched[2]]))
    return tuple(rates)


def hook_secrets_of(value: object) -> object:
    """Turn one secret, or two separated by white space (the old and the new), into a tuple."""
    if not isinstance(value, str):
        return value
    secrets = tuple(value.split())
    if len(secrets) > MOST_HOOK_SECRETS:
        raise ValueError(f"has {len(secrets)} secrets; give one, or two while one replaces the other")
    if any(not _HOOK_SECRET.fullmatch(secret) for secret in secrets):
        raise ValueError(
            "is too easy to guess or does not fit into an address: use 16 to 200 letters, digits and . _ ~ - "
            "(openssl rand -hex 32 makes one)"
        )
    return secrets


def schedule_of(value: object) -> object:
    """Read a cron expression; `off` is none."""
    if not isinstance(value, str):
        return value
    return None if value.strip().lower() == "off" else parse(value)


def zone_of(value: object) -> object:
    """Read the name of a time zone, such as Europe/Berlin."""
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone that is known here; write one such as Europe/Berlin") from None


def switch_of(value: object) -> object:
    """`on` is on; anything else is off."""
    return value.strip().lower() == "on" if isinstance(value, str) else value


def guid_of(value: object) -> object:
    """Bring a GUID into its plain lower-case form."""
    if not isinstance(value, str):
        return value
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise ValueError("is not a GUID") from None


def guids_of(value: object) -> object:
    """Turn a comma list of GUIDs into a tuple of their plain forms."""
    listed = comma_list_of(value)
    return tuple(guid_of(one) for one in listed) if isinstance(listed, tuple) else listed


def bypasses_of(value: object) -> object:
    """Turn a comma list of what writes bypass into a tuple, each word as Dataverse writes it."""
    known = {word.lower(): word.value for word in Bypass}
    listed = comma_list_of(value)
    return tuple(known.get(word.lower(), word) for word in listed) if isinstance(listed, tuple) else listed


CommaList = Annotated[tuple[str, ...], BeforeValidator(comma_list_of)]
Schedule = Annotated[Cron | None, BeforeValidator(schedule_of)]
Zone = Annotated[ZoneInfo, BeforeValidator(zone_of)]
