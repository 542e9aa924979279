"""HTTPS for such an environment on loopback, with what servers do differently below HTTP."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.integration.dataverse.strange.environment import FLOW, TENANT, Strange
from tests.integration.dataverse.strange.messages import make_ask
from tests.integration.dataverse.strange.ways import Ways


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for a `Strange`."""

    strange: Strange
    timeout = 20
    disable_nagle_algorithm = True  # the head of an answer does not wait for its body

    def setup(self) -> None:
        """Speak the version that the ways name."""
        self.protocol_version = self.strange.ways.http
        super().setup()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""

    def _serve(self) -> None:
        ways = self.strange.ways
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        told = self.strange.answer(make_ask(self.command, self.path, headers, body))
        if told.status == 0:  # the connection breaks
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        content = told.encoded()
        self.send_response_only(told.status)
        if ways.tells_date:
            self.send_header("Date", self.strange.now().strftime("%a, %d %b %Y %H:%M:%S GMT"))
        shown = {"Content-Type": "application/json; odata.metadata=minimal", **told.headers}
        if ways.gzips and content:
            content, shown["Content-Encoding"] = gzip.compress(content), "gzip"
        for name, value in shown.items():
            self.send_header(name, value)
        if ways.chunked and content:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(content), 700):
                piece = content[start : start + 700]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        else:
            if told.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        self.close_connection = self.close_connection or ways.closes

    do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 - the names that the parent calls


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, context: ssl.SSLContext, handler: type[_Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speak TLS in the connection's own thread."""
        try:
            with self.context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)
        except OSError:
            return


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of its own for `localhost`, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=2))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(hosts, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "strange.pem", folder / "strange.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert_file, key_file


@contextmanager
def running(ways: Ways, files: tuple[Path, Path]) -> Iterator[Strange]:
    """An environment on loopback until the context ends."""
    strange = Strange(ways)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    server = _Server(context, type("Handler", (_Handler,), {"strange": strange}))
    strange.origin = f"https://localhost:{server.server_address[1]}"
    strange.files = files
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield strange
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings(strange: Strange, folder: Path) -> dict[str, str]:
    """What an operator sets for this environment."""
    return {
        "CONNECTOR_DATAVERSE_URL": strange.origin,
        "CONNECTOR_AUTHORITY": strange.origin + TENANT,
        "CONNECTOR_CLIENT_ID": "bbbbbbbb-0000-4000-8000-000000000001",
        "CONNECTOR_CLIENT_SECRET": "not-a-secret",
        "CONNECTOR_CA_BUNDLE": str(strange.files[0]),
        "CONNECTOR_ALLOWED_HOSTS": "localhost",
        "CONNECTOR_TEAMS_CHANNELS": f"sales={strange.origin}{FLOW}?api-version=1&sp=%2Ftriggers&sv=1.0&sig=s",
        "CONNECTOR_TEAMS_RATE": "50/s",
        "CONNECTOR_LEAD_MANAGEMENT": "on",
        "CONNECTOR_DATA_DIR": str(folder),
    }
