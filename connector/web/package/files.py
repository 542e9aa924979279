"""All files of the package by their names, for one service."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.errors import ConnectorError
from connector.web.contract import connector_definition
from connector.web.package.icon import icon
from connector.web.package.properties import properties
from connector.web.package.readme import readme

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?")
NO_CLIENT = "00000000-0000-0000-0000-000000000000"
RESOURCE = "api://lead-scoring"
SETTINGS = {
    "apiDefinition": "apiDefinition.swagger.json",
    "apiProperties": "apiProperties.json",
    "icon": "icon.png",
    "powerAppsApiVersion": "2016-11-01",
    "powerAppsUrl": "https://api.powerapps.com",
}


@dataclass(frozen=True, slots=True)
class Target:
    """The service that a package is for; what is not told stands for what an administrator fills in.

    `host` is the public host of the service, `client_id` the app registration of the connector, `resource` the
    Application ID URI of the service's own registration.
    """

    host: str | None = None
    client_id: str = NO_CLIENT
    resource: str = RESOURCE


def package_files(target: Target | None = None) -> dict[str, bytes]:
    """Every file of the package by its name. Raises ConnectorError where the host is none."""
    target = target or Target()
    definition = connector_definition()
    if target.host is not None:
        if not _HOST.fullmatch(target.host):
            raise ConnectorError(
                f"{target.host!r} is no host.", remedy="Give the host of CONNECTOR_PUBLIC_URL without https://."
            )
        definition["host"] = target.host
    return {
        "apiDefinition.swagger.json": _json(definition),
        "apiProperties.json": _json(properties(definition, target.client_id, target.resource)),
        "settings.json": _json(SETTINGS),
        "icon.png": icon(),
        "readme.md": readme(definition).encode(),
    }


def write_package(folder: Path, target: Target | None = None) -> list[Path]:
    """Write the files into a folder, which is made if it is not there; return their paths. Raises ConnectorError."""
    files = package_files(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise ConnectorError(
            f"{folder} cannot be written ({error.strerror}).", remedy="Name another folder."
        ) from error
    return [folder / name for name in files]


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
