"""Attacks on the running server over sockets: paths, headers, bodies and clients that take their time."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any, cast

import pytest

from connector.errors import MissingFactError
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.deadlines import Patience
from connector.web.headers import SECURITY_HEADERS
from connector.web.limits import Limits
from connector.web.serving import HttpServer

KEY, ENTRY = new_key("tester", ["Admin"])
SIGNED = b"x-api-key: " + KEY.encode() + b"\r\n"
HOOK_SECRET = "attacked-hook-secret"
JSON = b"Content-Type: application/json\r\n"
END = b"Host: x\r\nConnection: close\r\n"
INTERACTIONS = b"/api/v1/interactions"


class Quiet:
    """A service with no runs; everything else would fail, since nothing here may get that far."""

    lead_management = True
    environment_host = None

    def runs(self, *_: object, **__: object) -> list[object]:
        """Know none."""
        return []

    def run(self, _: str) -> object:
        """Know none."""
        raise MissingFactError("There is no such run.")


@pytest.fixture(scope="module")
def server() -> Iterator[HttpServer]:
    """One running server for all attacks."""
    security = Security(api_keys=[ENTRY], hook_secrets=[HOOK_SECRET])
    app = create_app(cast("Any", Quiet()), security, limits=Limits(body_bytes=1_048_576))
    with HttpServer(app, "127.0.0.1", 0, threads=4) as server:
        yield server


def send(server: HttpServer, *parts: bytes) -> bytes:
    """Send bytes; return all that comes back."""
    received = b""
    with socket.create_connection((server.host, server.port), timeout=20) as raw:
        try:
            for part in parts:
                raw.sendall(part)
            while part := raw.recv(65_536):
                received += part
        except ConnectionError:
            pass  # hung up on, after the answer or instead of one
    return received


def status(answer: bytes) -> int:
    """The status of the only answer; every answer bears the headers and tells nothing of the code."""
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", answer)) == 1, answer
    head, _, body = answer.partition(b"\r\n\r\n")
    for name, value in SECURITY_HEADERS.items():
        assert f"{name}: {value}".encode() in head, answer
    assert b"Traceback" not in body
    assert b"heroot" not in answer
    found = int(head.split(b" ")[1])
    if found >= 400 and body:
        assert b"application/problem+json" in head
        assert json.loads(body)["status"] == found
    return found


def get(server: HttpServer, path: bytes, headers: bytes = b"") -> int:
    """Ask for a path as it stands here."""
    return status(send(server, b"GET " + path + b" HTTP/1.1\r\n" + END + headers + b"\r\n"))


def post(server: HttpServer, body: bytes, headers: bytes = SIGNED + JSON, path: bytes = INTERACTIONS) -> int:
    """Post a body of the length that it has."""
    head = b"POST " + path + b" HTTP/1.1\r\n" + END + headers + b"Content-Length: %d\r\n\r\n" % len(body)
    return status(send(server, head, body))


# --- paths -----------------------------------------------------------------------------------------------------------

TRICKS = [
    b"/api/v1/%2e%2e/runs", b"/api/v1/../runs", b"/api/v1/./runs", b"/api/v1//runs", b"/api/v1/runs/",
    b"/api/v1/runs%00", b"/api/v1/runs/%00", b"/api/v1/runs/..%2fruns", b"/api/v1/runs/%2F", b"/api/v1;x/runs",
    b"/api/v1/runs;x=1", b"/api/v1/runs/%ff%fe/x", b"/api/v1/%ef%bc%8e%ef%bc%8e/runs", b"/api/v1/run%e2%80%8bs",
    b"/api/v1/runs%20", b"/api/v1/runs%0d%0aX-Evil:1", b"/api/v1/%72uns/%2e", b"/api/v1/\xff", b"/api/v1/runs\\..",
]  # fmt: skip
ASTRAY = [
    b"/API/v1/runs", b"//api/v1/runs", b"/healthz/../api/v1/runs", b"/healthz%2f..%2fapi/v1/runs", b"/hooks//dataverse",
    b"/hooks/../api/v1/runs", b"http://elsewhere.example/api/v1/runs", b"*", b"\\api\\v1\\runs", b"/api/v1/runs#x",
    b"/.git/config", b"/%2e%2e/%2e%2e/etc/passwd", b"/healthz%00", b"/readyz/", b"/metrics",
]  # fmt: skip


@pytest.mark.parametrize("path", TRICKS)
def test_a_path_that_plays_tricks_is_no_way_around_the_gate(server: HttpServer, path: bytes) -> None:
    """Below the API it needs a sign-in as every path does, and with one it leads nowhere."""
    assert get(server, path) in {400, 401}
    assert get(server, path, SIGNED) in {400, 404}


@pytest.mark.parametrize("path", ASTRAY)
def test_a_path_outside_leads_nowhere(server: HttpServer, path: bytes) -> None:
    """Other spellings, other hosts and files are not there, with and without a sign-in; no redirect tidies them up."""
    assert {get(server, path), get(server, path, SIGNED)} <= {400, 404}


def test_an_encoded_letter_is_the_letter(server: HttpServer) -> None:
    """A path spelled in another way than usual needs the same as the path."""
    assert get(server, b"/%61pi/v1/runs") == 401
    assert get(server, b"/%61pi/v1/runs", SIGNED) == 200


@pytest.mark.parametrize(
    "query", [b"limit=%00", b"limit=5%0d%0aX:1", b"limit=%d9%a5", b"limit=1&limit=2;drop", b"limit"]
)
def test_a_query_that_plays_tricks_is_refused_or_plain(server: HttpServer, query: bytes) -> None:
    """It needs the sign-in first; what cannot be read is 400."""
    assert get(server, b"/api/v1/runs?" + query) == 401
    assert get(server, b"/api/v1/runs?" + query, SIGNED) in {200, 400}


# --- credentials -----------------------------------------------------------------------------------------------------


def test_a_key_in_the_address_opens_nothing(server: HttpServer) -> None:
    """Neither as a query, nor as user and password before the host, nor as a cookie."""
    for name in (b"x-api-key", b"api_key", b"code", b"key", b"access_token", b"subscription-key"):
        assert get(server, b"/api/v1/runs?" + name + b"=" + KEY.encode()) == 401
    assert get(server, b"/api/v1/runs", b"Cookie: x-api-key=" + KEY.encode() + b"\r\n") == 401
    assert get(server, b"/api/v1/runs", b"Authorization: Bearer " + KEY.encode() + b"\r\n") == 401


def test_the_hooks_secret_opens_the_hook_alone(server: HttpServer) -> None:
    """It is no key, and a key is no secret of the hook."""
    secret = b"x-connector-secret: " + HOOK_SECRET.encode() + b"\r\n"
    assert get(server, b"/api/v1/runs?code=" + HOOK_SECRET.encode(), secret) == 401
    assert post(server, b"{}", SIGNED + JSON, b"/hooks/dataverse") == 401
    assert post(server, b"{}", secret + JSON, b"/hooks/dataverse") == 400


HINTS = [
    b"x_api_key: " + KEY.encode(),  # would be the same variable to an application
    b"x-api-key: " + KEY.encode()[:-1],
    b"x-api-key: " + KEY.encode() + b"a",
    b"x-api-key: " + KEY.upper().encode(),
    b"x-api-key: " + KEY.encode() + b", " + KEY.encode(),
    b"x-api-key: lck_tester_" + b"\xff\xfe" * 20,
    b"x-api-key:",
    b"X-Original-URL: /healthz",
    b"X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-User: admin\r\nX-Ms-Client-Principal: e30=",
    b"X-HTTP-Method-Override: GET",
    b"Authorization: Basic " + b"YTpi",
    b"Authorization: Bearer " + b"a" * 20_000,
]  # fmt: skip


@pytest.mark.parametrize("header", HINTS, ids=range(len(HINTS)))
def test_headers_that_hint_at_a_sign_in_are_none(server: HttpServer, header: bytes) -> None:
    """Nearly the key, headers of proxies and of other platforms let nobody in."""
    assert get(server, b"/api/v1/runs", header + b"\r\n") in {401, 413}


# --- heads -----------------------------------------------------------------------------------------------------------

HEADS = [
    b"x-api-key : " + KEY.encode(),  # a proxy may not take it for a header
    b"x-api-key: a\r\n" + SIGNED[:-2],
    SIGNED + b"x-api-key: a",
    b"Authorization: Bearer a\r\nAuthorization: Bearer b",
    b"Host: elsewhere.example",
    b"x-request-id: a\rb",
    b"x-request-id: a\nSet-Cookie: z",
    b"x-request-id: a\0b",
    b"x-request-id: a\r\n folded",
    b"no header",
    b": nameless",
    b"(x): y",
    b"\xc3\xbc: y",
    b"\r\n".join(b"h%d: 1" % number for number in range(200)),
]  # fmt: skip


@pytest.mark.parametrize("lines", HEADS, ids=range(len(HEADS)))
def test_a_head_that_could_be_read_in_two_ways_is_refused(server: HttpServer, lines: bytes) -> None:
    """Spaces before the colon, repeated names, control characters, folded lines and far too many headers are 400."""
    assert get(server, b"/api/v1/runs", lines + b"\r\n") == 400


def test_nothing_that_was_sent_gets_into_a_header(server: HttpServer) -> None:
    """A request's id is given back where it is plain; another one, and the host, never."""
    for given, returned in (
        (b"plain-1.2_3", True),
        (b"<script>", False),
        (b"a; Set-Cookie: z", False),
        (b"a" * 65, False),
    ):
        answer = send(server, b"GET /healthz HTTP/1.1\r\n" + END + b"x-request-id: " + given + b"\r\n\r\n")
        assert (b"x-request-id: " + given + b"\r\n" in answer) is returned
        assert status(answer) == 200
    answer = send(server, b"GET /hooks HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n")
    assert b"elsewhere" not in answer
    assert b"Location" not in answer


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 2\r\nContent-Length: 40",
        b"Content-Length: 2, 2",
        b"Content-Length: +2",
        b"Content-Length: 0x2",
        b"Content-Length: 1_0",
        b"Content-Length: -2",
        b"Content-Length: " + b"9" * 30,
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding : chunked",
    ],
)
def test_a_body_has_one_length(server: HttpServer, framing: bytes) -> None:
    """Whatever is unclear of a body's length ends the connection, and nothing of the body becomes a request."""
    head = b"POST " + INTERACTIONS + b" HTTP/1.1\r\nHost: x\r\n" + SIGNED + JSON + framing + b"\r\n\r\n"
    assert status(send(server, head + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")) in {400, 501}


def test_an_old_client_sends_no_chunks(server: HttpServer) -> None:
    """HTTP/1.0 knows no chunks: what stands there would pass for the next request of a kept connection."""
    head = b"POST " + INTERACTIONS + b" HTTP/1.0\r\nConnection: Keep-Alive\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert status(send(server, head + b"GET /healthz HTTP/1.0\r\n\r\n")) == 400


@pytest.mark.parametrize("method", [b"TRACE", b"CONNECT", b"OPTIONS", b"PROPFIND", b"get", b"A" * 5_000, b"\x00"])
def test_other_methods_do_nothing(server: HttpServer, method: bytes) -> None:
    """They are refused on open addresses, and need a sign-in elsewhere as everything does."""
    assert status(send(server, method + b" /healthz HTTP/1.1\r\n" + END + b"\r\n")) in {400, 405}
    assert status(send(server, method + b" /api/v1/runs HTTP/1.1\r\n" + END + b"\r\n")) in {400, 401, 405}


# --- bodies ----------------------------------------------------------------------------------------------------------

BODIES = {
    "10,000 nested lists": b"[" * 10_000 + b"]" * 10_000,
    "10,000 lists left open": b"[" * 10_000,
    "10,000 nested objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a number of 500,000 digits": b'{"interactions":' + b"9" * 500_000 + b"}",
    "a number beyond all": b'{"interactions":1e999999}',
    "no number": b'{"interactions":NaN}',
    "50,000 keys": b"{" + b",".join(b'"k%d":1' % number for number in range(50_000)) + b"}",
    "a text of a megabyte": b'{"interactions":"' + b"a" * 1_000_000 + b'"}',
    "quotes without an end": b'{"' + b'\\"' * 400_000,
    "UTF-16": '{"interactions":[]}'.encode("utf-16"),
    "half a character": b'{"a":"\\ud800"}',
    "the null character": b'{"a":"\\u0000"}',
    "no UTF-8": b'{"a":"\xff"}',
    "two values": b'{"interactions":[]} {}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_hostile_body_is_refused(server: HttpServer, body: bytes) -> None:
    """400 or 422, whatever it holds; and as 401 unread for those who are not let in."""
    assert post(server, body) in {400, 422}
    assert post(server, body, JSON) == 401
    assert post(server, body, b"x-connector-secret: " + HOOK_SECRET.encode() + b"\r\n", b"/hooks/dataverse") in {
        200,
        400,
    }


@pytest.mark.parametrize("signed", [SIGNED, b""], ids=["signed in", "nobody"])
def test_a_hundred_megabytes_are_not_read(server: HttpServer, signed: bytes) -> None:
    """The answer comes at once, for those who are let in and those who are not, and the connection ends."""
    head = b"POST " + INTERACTIONS + b" HTTP/1.1\r\nHost: x\r\n" + signed + JSON + b"Content-Length: 104857600\r\n\r\n"
    answer = send(server, head, b"x" * 65_536)
    assert status(answer) == (413 if signed else 401)
    assert b"Connection: close" in answer


def test_a_compressed_body_and_other_types_are_refused(server: HttpServer) -> None:
    """What would have to be unpacked first, and what is not JSON in UTF-8, is 415."""
    for headers in (
        JSON + b"Content-Encoding: gzip\r\n", b"Content-Type: text/plain\r\n", b"",
        b"Content-Type: application/json; charset=utf-16\r\n", b"Content-Type: multipart/form-data; boundary=x\r\n",
    ):  # fmt: skip
        assert post(server, b"{}", SIGNED + headers) == 415


# --- clients that take their time ------------------------------------------------------------------------------------


SLOW = [
    b"GET /heal",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ",
    b"POST " + INTERACTIONS + b" HTTP/1.1\r\nHost: x\r\n" + SIGNED + JSON + b"Content-Length: 9\r\n\r\n{",
    b"POST " + INTERACTIONS + b" HTTP/1.1\r\nHost: x\r\n" + SIGNED + JSON + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
]


@pytest.mark.parametrize("sent", SLOW, ids=["path", "headers", "body", "chunks"])
def test_whoever_does_not_finish_a_request_is_told_and_hung_up_on(sent: bytes) -> None:
    """Headers and bodies have to be there in time: then 408, and the thread is free for others."""
    app = create_app(cast("Any", Quiet()), Security(api_keys=[ENTRY]))
    patience = Patience(head_s=0.2, body_s=0.2, quiet_s=0.2)
    with HttpServer(app, "127.0.0.1", 0, threads=1, patience=patience) as server:
        answer = send(server, sent)
        assert status(answer) == 408
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "too_slow"
        assert get(server, b"/healthz") == 200


def test_a_byte_now_and_then_wins_no_time() -> None:
    """The moment is one for the whole head: every byte that comes does not move it on."""
    app = create_app(cast("Any", Quiet()), Security(api_keys=[ENTRY]))
    with HttpServer(app, "127.0.0.1", 0, threads=1, patience=Patience(head_s=0.3, body_s=9, quiet_s=9)) as server:
        received = b""
        with socket.create_connection((server.host, server.port), timeout=0.02) as raw:
            raw.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
            for _ in range(1_000):  # 20 seconds, where nothing ends it before
                try:
                    raw.sendall(b"a")
                    if not (part := raw.recv(65_536)):
                        break
                    received += part
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            else:
                pytest.fail("the server waited for ever")
        assert not received or re.match(rb"HTTP/1\.1 408 ", received)
