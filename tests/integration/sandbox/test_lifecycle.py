"""Starting, serving and closing: sockets, threads, files, plain HTTP manners, speed that does not stall."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.sandbox import Sandbox, start_sandbox
from connector.sandbox.server import Request

from .support import API, Client, client_of

SLOW_S = 60.0  # an answer takes so long that nobody may wait for it
TRIES = 9


def _raw(sandbox: Sandbox, data: bytes) -> bytes:
    """Send bytes over TLS, say that no more will come, and read to the end."""
    context = ssl.create_default_context(cafile=sandbox.settings["CONNECTOR_CA_BUNDLE"])
    port = int(sandbox.url.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.sendall(data)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_close_leaves_nothing() -> None:
    """After closing, no thread, no listening port and no file is left, with clients still connected and waiting."""
    before = set(threading.enumerate())
    sandbox = start_sandbox(leads=3, closed=0, accounts=1)
    folder = Path(sandbox.settings["CONNECTOR_CA_BUNDLE"]).parent
    assert sandbox.certificate_pfx.parent == folder
    arrived = threading.Event()

    def is_slow(request: Request) -> bool:
        if request.path.endswith("/leads"):
            arrived.set()
        return arrived.is_set()

    sandbox.faults.latency(SLOW_S, when=is_slow)
    client, waiting = Client(sandbox), Client(sandbox)
    assert client.get("WhoAmI").status == 200
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(waiting.get, "leads")
        assert arrived.wait(20)
        started = time.monotonic()
        sandbox.close()
        assert time.monotonic() - started < SLOW_S
        answer.exception(timeout=20)
    sandbox.close()
    client.close()
    waiting.close()
    assert set(threading.enumerate()) <= before
    assert not folder.exists()
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_taken_port_leaves_nothing_behind() -> None:
    """When the port is taken, starting fails with the system's error and nothing stays open."""
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        start_sandbox(leads=1, closed=0, accounts=1, port=taken.getsockname()[1])
    assert set(threading.enumerate()) <= before


def test_the_port_can_be_chosen() -> None:
    """Dataverse listens on the port that was asked for."""
    for _ in range(TRIES):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        try:
            chosen = start_sandbox(leads=1, closed=0, accounts=1, port=port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            continue  # another process took it in between
        with chosen as sandbox:
            assert sandbox.url == f"https://localhost:{port}"
        return
    pytest.fail("every port that was free was taken")


def test_settings_name_everything_a_client_needs(sandbox: Sandbox) -> None:
    """The settings are complete, and the CA bundle is readable."""
    assert set(sandbox.settings) == {
        "CONNECTOR_DATAVERSE_URL", "CONNECTOR_AUTHORITY", "CONNECTOR_CLIENT_ID", "CONNECTOR_CLIENT_SECRET",
        "CONNECTOR_CA_BUNDLE", "CONNECTOR_ALLOWED_HOSTS", "CONNECTOR_TEAMS_CHANNELS", "CONNECTOR_APP_ID",
        "CONNECTOR_LEAD_MANAGEMENT",
    }  # fmt: skip
    assert Path(sandbox.settings["CONNECTOR_CA_BUNDLE"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert sandbox.data.row("appmodule", sandbox.settings["CONNECTOR_APP_ID"]) is not None
    assert [path.name for path in Path(sandbox.settings["CONNECTOR_CA_BUNDLE"]).parent.iterdir()] == ["ca.pem"]


def test_strict_verification_accepts_the_chain(sandbox: Sandbox) -> None:
    """The certificate chain passes the strict checks that newer Pythons make by default."""
    context = ssl.create_default_context(cafile=sandbox.settings["CONNECTOR_CA_BUNDLE"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    port = int(sandbox.url.rpartition(":")[2])
    for name in ("localhost", "127.0.0.1"):
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname=name) as connection,
        ):
            assert connection.version() in {"TLSv1.2", "TLSv1.3"}


def test_strangers_are_not_trusted(sandbox: Sandbox) -> None:
    """A client that does not know the CA refuses the connection, and the server carries on."""
    port = int(sandbox.url.rpartition(":")[2])
    context = ssl.create_default_context()
    with socket.create_connection(("127.0.0.1", port)) as plain, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(plain, server_hostname="localhost")
    with client_of(sandbox) as client:
        assert client.get("WhoAmI").status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"rubbish\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 300 + b"\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http_is_refused(sandbox: Sandbox, data: bytes) -> None:
    """Malformed requests get a 400 and the connection ends."""
    answer = _raw(sandbox, data)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Connection: close" in answer


def test_manners_of_http(sandbox: Sandbox) -> None:
    """Two requests on one connection, a chunked body, "100 Continue", the absolute form and "close" all work."""
    head = f"Host: localhost\r\nAuthorization: Bearer {sandbox.mint_token(audience=sandbox.url, version=1)}\r\n"
    lead_id = sandbox.leads()[0]["leadid"]
    patch = f"PATCH {API}/leads({lead_id}) HTTP/1.1\r\n{head}Content-Type: application/json\r\n"
    chunked = f'{patch}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"lc_\r\n8\r\nfit": 5}}\r\n0\r\n\r\n'
    expecting = f'{patch}Expect: 100-continue\r\nContent-Length: 13\r\n\r\n{{"lc_fit": 6}}'
    last = f"GET {sandbox.url}{API}/WhoAmI HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
    answer = _raw(sandbox, (chunked + expecting + last).encode())
    assert answer.count(b"HTTP/1.1 204 No Content") == 2
    assert b"HTTP/1.1 100 Continue\r\n\r\n" in answer
    assert b"HTTP/1.1 200 OK" in answer
    assert sandbox.lead(lead_id)["lc_fit"] == 6
    no_content = answer.partition(b"\r\n\r\n")[0]
    assert b"Content-Length" not in no_content


def test_keep_alive_does_not_stall(sandbox: Sandbox, client: Client) -> None:
    """Small requests on one connection are far from the 40 ms that a delayed acknowledgement costs each."""
    taken = []
    for _ in range(100):
        started = time.monotonic()
        client.get("WhoAmI")
        taken.append(time.monotonic() - started)
    assert min(taken[50:]) < 0.03  # the first ones are acknowledged at once; of a busy machine one is quick enough


def test_writes_from_many_threads_are_all_kept(sandbox: Sandbox) -> None:
    """Of guarded writes to one row at the same time exactly one wins each round; none is lost."""
    lead_id = sandbox.leads()[0]["leadid"]

    def raise_by_one(_number: int) -> int:
        with client_of(sandbox) as client:
            while True:
                row = client.get(f"leads({lead_id})", select="lc_intent").json
                body = {"lc_intent": (row["lc_intent"] or 0) + 1}
                if client.patch(lead_id, body, If_Match=row["@odata.etag"]).status == 204:
                    return 1

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(raise_by_one, range(20))) == 20
    assert sandbox.lead(lead_id)["lc_intent"] == 20


def test_two_sandboxes_of_one_seed_are_the_same() -> None:
    """Seed and time give the same rows; another seed gives others."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with (
        start_sandbox(seed=3, leads=20, closed=2, accounts=5, now=now) as first,
        start_sandbox(seed=3, leads=20, closed=2, accounts=5, now=now) as second,
        start_sandbox(seed=4, leads=20, closed=2, accounts=5, now=now) as third,
    ):
        assert first.leads() == second.leads()
        assert list(first.sample_interactions()) == list(second.sample_interactions())
        assert first.leads() != third.leads()


def test_a_script_is_played(sandbox: Sandbox, client: Client) -> None:
    """The script's changes happen at once; its closed and edited leads change just before their next PATCH."""
    script = sandbox.events_script()
    assert len(sandbox.leads()) == 65
    sandbox.play(script)
    assert len(sandbox.leads()) == 66
    assert sandbox.lead(script.opted_out)["msdyn_gdproptout"] is True
    assert sandbox.lead(script.disqualified)["statecode"] == 2
    for lead_id, state in ((script.closed, 2), (script.edited, 0)):
        etag = client.get(f"leads({lead_id})").headers["ETag"]
        assert sandbox.lead(lead_id)["statecode"] == 0
        assert client.patch(lead_id, {"lc_fit": 1}, If_Match=etag).status == 412
        assert sandbox.lead(lead_id)["statecode"] == state
    etag = client.get(f"leads({script.anticipated})").headers["ETag"]
    assert client.patch(script.anticipated, {"lc_fit": 77}, If_Match=etag).status == 412
    assert sandbox.lead(script.anticipated)["lc_fit"] == 77


def test_record_links_lead_to_a_page(campaign: Sandbox) -> None:
    """The address in a card shows the record to people, without a token and with its text escaped."""
    lead = next(lead for lead in campaign.leads() if "'" in lead["lastname"])
    path = f"/main.aspx?appid={campaign.settings['CONNECTOR_APP_ID']}&pagetype=entityrecord&etn=lead&id="
    with client_of(campaign, token="") as client:
        for written in (lead["leadid"], f"%7B{lead['leadid'].upper()}%7D"):
            page = client.ask("GET", path + written)
            assert page.status == 200
            assert page.headers["Content-Type"].startswith("text/html")
            assert lead["lastname"].replace("'", "&#x27;") in page.body.decode()
        assert client.ask("GET", f"{path}nobody").status == 404
        assert client.ask("GET", path.replace("lead", "ghost") + lead["leadid"]).status == 404
