"""The connector's package: what lies in the repository is what is generated, and it keeps the platform's rules."""

from __future__ import annotations

import json
import os
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connector.cli import openapi
from connector.errors import ConnectorError
from connector.web.auth import KEY_HEADER
from connector.web.contract import connector_definition
from connector.web.package import Target, package_files, write_package
from connector.web.package.icon import BRAND_COLOR, SIZE, pixels
from tests.contract.openapi.certification import faults
from tests.contract.openapi.walking import Json, operations

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "power-automate"
AGAIN = "generate it again: connector openapi --package infra/power-automate"
FILES = package_files()
PROPERTIES: dict[str, Any] = json.loads(FILES["apiProperties.json"])["properties"]
# The headings of the template for connectors.
HEADINGS = [
    "Publisher: ", "Prerequisites", "Supported Operations", "Obtaining Credentials", "Getting Started",
    "Known Issues and Limitations", "Frequently Asked Questions", "Deployment Instructions",
]  # fmt: skip


def rows_of(png: bytes) -> list[list[tuple[int, int, int]]]:
    """The pixels of a PNG that is made as ours is: 8 bits, colours, no filter."""
    at, data, size = 8, b"", (0, 0)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        if kind == b"IHDR":
            width, height, *rest = struct.unpack(">IIBBBBB", body)
            assert rest == [8, 2, 0, 0, 0]
            size = (width, height)
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    plain, step = zlib.decompress(data), 3 * size[0] + 1
    rows = [plain[number * step + 1 : (number + 1) * step] for number in range(size[1])]
    return [[(row[x], row[x + 1], row[x + 2]) for x in range(0, len(row), 3)] for row in rows]


@pytest.mark.parametrize("name", [name for name in FILES if name != "icon.png"])
def test_the_files_are_what_is_generated(name: str) -> None:
    """Byte for byte, so that nobody edits one of them by hand, or forgets them."""
    assert (FOLDER / name).read_bytes() == FILES[name], AGAIN


def test_the_icon_is_what_is_drawn_and_keeps_the_rules() -> None:
    """230 pixels square, the brand's colour to the corners, the drawing about 160, no colour that is refused."""
    png = (FOLDER / "icon.png").read_bytes()
    rows = rows_of(png)
    assert rows == pixels() == rows_of(FILES["icon.png"]), AGAIN
    ground = tuple(bytes.fromhex(BRAND_COLOR[1:]))
    assert {len(row) for row in rows} == {len(rows)} == {SIZE} == {230}
    assert {rows[y][x] for x in (0, SIZE - 1) for y in (0, SIZE - 1)} == {ground}
    drawn = [(x, y) for y, row in enumerate(rows) for x, pixel in enumerate(row) if pixel != ground]
    for way in (0, 1):
        assert 150 <= max(one[way] for one in drawn) - min(one[way] for one in drawn) + 1 <= 170
    assert BRAND_COLOR.lower() not in {"#007ee5", "#ffffff"}
    assert PROPERTIES["iconBrandColor"] == BRAND_COLOR
    assert len(png) < 100_000


def test_the_definition_is_the_connectors() -> None:
    """It is what `connector openapi` prints, keeps every rule, and knows neither health nor hooks."""
    definition = json.loads(FILES["apiDefinition.swagger.json"])
    assert definition == connector_definition()
    assert faults(definition) == []
    assert not [path for path in definition["paths"] if path.startswith(("/hooks", "/healthz", "/readyz"))]
    assert len(FILES["apiDefinition.swagger.json"]) < 1_000_000


def test_two_kinds_of_connections_are_offered() -> None:
    """Entra ID, whose token is for the service, and a key in its header; no kind shares what it should not."""
    entra, key = PROPERTIES["connectionParameterSets"]["values"]
    token = entra["parameters"]["token"]["oAuthSettings"]
    assert token["identityProvider"] == "aad"
    assert token["customParameters"]["resourceUri"]["value"] == Target().resource
    assert token["redirectMode"] == "GlobalPerConnector"
    assert "clientSecret" not in token
    assert entra["metadata"] == {"allowSharing": False}
    assert key["parameters"]["api_key"]["type"] == "securestring"
    [header] = [one for one in PROPERTIES["policyTemplateInstances"] if one["templateId"] == "setheader"]
    assert header["parameters"]["x-ms-apimTemplateParameter.name"] == KEY_HEADER
    assert "api_key" in header["parameters"]["x-ms-apimTemplateParameter.value"]


def test_every_page_is_followed_through_the_gateway() -> None:
    """Each pageable operation stands in a policy for the name of its link."""
    followed = {
        (policy["parameters"]["x-ms-apimTemplateParameter.nextLinkPropertyName"], name)
        for policy in PROPERTIES["policyTemplateInstances"]
        if policy["templateId"] == "updatenextlink"
        for name in policy["parameters"]["x-ms-apimTemplate-operationName"]
    }
    definition = connector_definition()
    assert followed == {
        (one["x-ms-pageable"]["nextLinkName"], one["operationId"])
        for _, _, one in operations(definition)
        if "x-ms-pageable" in one
    }


def test_the_readme_has_every_heading_and_every_operation() -> None:
    """The mandatory headings in their order, and each operation that a person sees."""
    text = FILES["readme.md"].decode()
    at = [text.index(f"\n## {heading}") for heading in HEADINGS]
    assert at == sorted(at)
    for _, _, operation in operations(connector_definition()):
        shown = f"- **{operation['summary']}**: " in text
        assert shown is (operation.get("x-ms-visibility") != "internal"), operation["operationId"]
    assert not re.search(r"\{\w*\}", text)


def test_a_package_is_for_a_host_and_its_registrations(tmp_path: Path) -> None:
    """Host, registration and resource are filled in; what is no host is refused before anything is written."""
    target = Target("scores.example.com", "0a1b2c3d-0000-4000-8000-0000000000cc", "api://scores")
    paths = write_package(tmp_path / "new" / "folder", target)
    assert {path.name for path in paths} == set(FILES)
    read: dict[str, Json] = {path.name: json.loads(path.read_text()) for path in paths if path.suffix == ".json"}
    assert read["apiDefinition.swagger.json"]["host"] == "scores.example.com"
    entra = read["apiProperties.json"]["properties"]["connectionParameterSets"]["values"][0]["parameters"]["token"]
    assert entra["oAuthSettings"]["clientId"] == target.client_id
    assert entra["oAuthSettings"]["customParameters"]["resourceUri"]["value"] == "api://scores"
    for host in ("https://scores.example.com", "scores", "a b.example.com", "x.example.com/path", ""):
        with pytest.raises(ConnectorError, match="no host"):
            package_files(Target(host))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConnectorError, match="cannot be written"):
        write_package(tmp_path / "file")


def test_the_command_writes_the_package(tmp_path: Path) -> None:
    """`connector openapi --package` writes the files and names them; without it the definition is printed."""
    done = CliRunner().invoke(openapi.command, ["--package", str(tmp_path / "p"), "--host", "scores.example.com"])
    assert done.exit_code == 0, done.output
    assert {Path(line).name for line in done.output.split()} == set(FILES)
    printed = CliRunner().invoke(openapi.command, [])
    assert json.loads(printed.output) == connector_definition()


def test_the_platforms_own_schemas_take_it() -> None:
    """Properties and settings pass the vendor's schemas; what these do not know yet is looked at by itself.

    They know one set of parameters of a connection, and fewer ways to redirect.
    """
    folder = os.environ.get("CONNECTOR_SCHEMAS")
    if not folder:
        pytest.skip("CONNECTOR_SCHEMAS does not name the folder of the vendors' schemas")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: pip install jsonschema")

    def broken(name: str, value: object) -> list[str]:
        schema = json.loads(Path(folder, "paconn", f"{name}.schema.strict.json").read_text(encoding="utf-8"))
        return [
            f"{list(one.path)}: {one.message[:200]}" for one in jsonschema.Draft7Validator(schema).iter_errors(value)
        ]

    assert broken("paconn-settings", json.loads(FILES["settings.json"])) == []
    plain = json.loads(FILES["apiProperties.json"])
    for one in plain["properties"].pop("connectionParameterSets")["values"]:
        for parameter in one["parameters"].values():
            if "oAuthSettings" in parameter:
                parameter["oAuthSettings"]["redirectMode"] = "Global"
        single = {"properties": plain["properties"] | {"connectionParameters": one["parameters"]}}
        assert broken("paconn-apiProperties", single) == []
