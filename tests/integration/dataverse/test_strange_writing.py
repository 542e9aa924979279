"""The main job against servers that answer updates and batches in their own way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.dataverse.strange.faults import BUSY, EXPIRED, GATEWAY
from tests.integration.dataverse.strange.messages import Told, fault, multipart
from tests.integration.dataverse.strange.ordeal import ordeal
from tests.integration.dataverse.strange.ways import Ways


def wrapped(told: Told) -> Told:
    """With words before the first part and after the last."""
    return Told(told.status, b"This is MIME.\r\n\r\n" + told.encoded() + b"\r\ngood bye\r\n", told.headers)


def cut(told: Told) -> Told:
    """Without its end."""
    return Told(told.status, told.encoded()[:-60], told.headers)


WRITING: dict[str, Callable[[], Ways]] = {
    "204 nothing": lambda: Ways(patched="nothing"),
    "200 empty": lambda: Ways(patched="empty"),
    "200 other": lambda: Ways(patched="other"),
    "batch refused 400": lambda: Ways(batch_refusal=fault(400, "", "no")),
    "batch refused 403 html": lambda: Ways(batch_refusal=Told(403, b"<html>", {"Content-Type": "text/html"})),
    "batch refused 405": lambda: Ways(batch_refusal=Told(405, b"")),
    "batch refused 413": lambda: Ways(batch_refusal=Told(413, b"")),
    "batch refused 501": lambda: Ways(batch_refusal=fault(501, "")),
    "batch refused 503": lambda: Ways(batch_refusal=GATEWAY),
    "batch as json": lambda: Ways(batch=lambda p: Told(200, {"responses": []})),
    "batch with html": lambda: Ways(batch=lambda p: Told(200, b"<html>", {"Content-Type": "text/html"})),
    "batch lf": lambda: Ways(batch=lambda p: multipart(p, eol="\n")),
    "batch quoted": lambda: Ways(batch=lambda p: multipart(p, quoted=True, boundary="b(1)+_,-./:=?x")),
    "batch chunked": lambda: Ways(chunked=True),
    "batch preamble": lambda: Ways(batch=lambda p: wrapped(multipart(p))),
    "batch unnumbered": lambda: Ways(batch=lambda p: multipart(p, numbered=False)),
    "batch backwards": lambda: Ways(batch=lambda p: multipart(p[::-1])),
    "batch fewer": lambda: Ways(batch=lambda p: multipart(p[:-2] or p)),
    "batch fewer, unnumbered": lambda: Ways(batch=lambda p: multipart(p[:-2] or p, numbered=False)),
    "batch cut": lambda: Ways(batch=lambda p: multipart(p) if len(p) == 1 else cut(multipart(p))),
    "batch inner 500": lambda: Ways(part=lambda i, a: fault(500, "") if i == 1 else None),
    "batch inner 503": lambda: Ways(part=lambda i, a: GATEWAY if i == 1 else None),
    "batch inner 429": lambda: Ways(part=lambda i, a: BUSY if i == 1 else None),
    "batch inner 401": lambda: Ways(part=lambda i, a: EXPIRED if i == 1 else None),
    "batch without addresses": lambda: Ways(part=lambda i, a: fault(404, "0x8006088a")),
    "batch inner lies": lambda: Ways(
        batch=lambda p: multipart([(n, GATEWAY if i == 1 else t) for i, (n, t) in enumerate(p)])
    ),
    "batch stops": lambda: Ways(batch=lambda p: multipart(p[:1])),
    "batch overlooks etags": lambda: Ways(batch=lambda p: multipart([(n, Told(204)) for n, _ in p])),
    "batch always 412": lambda: Ways(part=lambda i, a: fault(412, "0x80060882")),
    "grade in capitals": lambda: Ways(keep=lambda v: {n: x.upper() if n == "lc_fitgrade" else x for n, x in v.items()}),
    "date only": lambda: Ways(keep=lambda v: {n: x[:10] if n == "lc_scoredon" else x for n, x in v.items()}),
    "stamp of its own": lambda: Ways(
        keep=lambda v: {n: "2020-01-01T00:00:00Z" if n == "lc_scoredon" else x for n, x in v.items()}
    ),
}


@pytest.mark.parametrize("way", WRITING)
def test_a_server_that_writes_in_its_own_way(way: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    """However updates are answered, each score arrives once, by itself where batches cannot be relied on."""
    ordeal(WRITING[way](), files, tmp_path, CONNECTOR_PARALLEL="2")
