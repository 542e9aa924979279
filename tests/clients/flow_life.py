"""The life of a flow, acted out over HTTP by a stranger: only Python's standard library, nothing of the connector.

Plays the platform (connects, lists models, subscribes, unsubscribes) and the flow (answers calls). Prints a JSON line
of what happened and exits with 0; says what was wrong and exits with 1.

    python flow_life.py --base http://127.0.0.1:8080 --public https://leads.example.com --key KEY --pem server.pem \
        --model engagement --minimum 60 --leads ID ID ID ID
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import queue
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, NoReturn

PATIENCE_S = 60.0
# As the platform writes its addresses: an explicit port, percent-encoding in capitals, a signature.
TARGET = "/workflows/0a1B/triggers/When/versions/0858/run?api-version=2016-10-01&sp=%2Ftriggers%2FWhen%2Frun&sig=zY-x_9"


class Call(NamedTuple):
    """One call of the flow: its target as it stood on the wire, its headers and its body."""

    target: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The notification."""
        told: dict[str, Any] = json.loads(self.raw)
        return told


class Answer(NamedTuple):
    """An answer of the API."""

    status: int
    headers: Message
    body: Any


class Flow:
    """A flow's callback on loopback; answers with what `answers` hold, then with 202."""

    def __init__(self, pem: str) -> None:
        self.calls: queue.Queue[Call] = queue.Queue()
        self.answers: queue.Queue[tuple[int, dict[str, str], bytes]] = queue.Queue()
        flow = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                flow.calls.put(Call(self.path, headers, raw))
                try:
                    status, extra, body = flow.answers.get_nowait()
                except queue.Empty:
                    status, extra, body = 202, {}, b""
                self.send_response(status)
                for name, value in {**extra, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_address[1]}{TARGET}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self._thread.start()

    def next(self) -> Call:
        """The next call."""
        try:
            return self.calls.get(timeout=PATIENCE_S)
        except queue.Empty:
            fail("the flow was not called")

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


class Platform:
    """Whoever calls the API for a flow."""

    def __init__(self, base: str, public: str, key: str) -> None:
        self.base, self.public, self.key = base, public, key

    def ask(self, method: str, path: str, body: object = None, *, key: bool = True) -> Answer:
        """Ask the API once."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"x-api-key": self.key} if key else {}
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, json.loads(answer.read() or b"null"))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, json.loads(error.read() or b"null"))

    def local(self, location: str) -> str:
        """The path of an absolute address of the service."""
        check(location.startswith(self.public + "/"), "Location is absolute, below the public address")
        return location.removeprefix(self.public)

    def subscribe(self, flow: Flow, **filters: object) -> tuple[str, dict[str, Any]]:
        """Switch a flow on: the path of its subscription, and what was answered."""
        body = {"callback_url": flow.url, **filters}
        answer = self.ask("POST", "/api/v1/triggers/score-crossed", body)
        check(answer.status == 201, f"subscribing answers 201, not {answer.status}")
        return self.local(answer.headers["Location"]), answer.body

    def heat(self, lead: str) -> None:
        """Let a lead do what makes it hot, and have it scored."""
        at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        kinds = [("form_submission", "demo"), ("form_submission", "pricing"), ("email_click", "-")]
        rows = [
            {"id": f"{lead}-{form}", "lead_id": lead, "type": kind, "at": at, "properties": {"form": form}}
            for kind, form in kinds
        ]
        check(self.ask("POST", "/api/v1/interactions", {"interactions": rows}).status == 200, "interactions are taken")
        self.run()

    def run(self) -> None:
        """Start a run and follow it to its end."""
        answer = self.ask("POST", "/api/v1/runs")
        check(answer.status == 202, "a run starts")
        path = self.local(answer.headers["Location"])
        until = time.monotonic() + PATIENCE_S
        while (run := self.ask("GET", path).body)["status"] in {"queued", "running"}:
            check(time.monotonic() < until, "the run ends")
            time.sleep(0.1)
        check(run["status"] == "succeeded", f"the run succeeds: {run['error']}")


def fail(what: str) -> NoReturn:
    """End: something is not as it should be."""
    sys.exit(f"not so: {what}")


def check(holds: object, what: str) -> None:
    """Go on only where it holds."""
    if not holds:
        fail(what)


def check_signature(call: Call, secret: str) -> int:
    """Check a call as the specification of Standard Webhooks says; return the moment that it was made."""
    stamp, name = call.headers["webhook-timestamp"], call.headers["webhook-id"]
    check(abs(int(stamp) - time.time()) < 300, "the timestamp is fresh")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    check(len(key) >= 24, "the secret is long")
    wanted = base64.b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + call.raw, hashlib.sha256)).decode()
    check(f"v1,{wanted}" in call.headers["webhook-signature"].split(), "the signature is right")
    check(name == call.body["id"], "the id in the header is that of the body")
    return int(stamp)


def live(platform: Platform, flow: Flow, model: str, minimum: int, leads: list[str]) -> dict[str, object]:
    """The whole life."""
    hot, second, third, fourth = leads
    filters = {"model": model, "minimum": minimum}

    # The connection is made: credentials are looked at, and what can be chosen is listed.
    check(platform.ask("GET", "/api/v1/lists/models", key=False).status == 401, "nobody connects without a key")
    models = platform.ask("GET", "/api/v1/lists/models").body["value"]
    check(model in [one["value"] for one in models], "the model can be chosen")
    check(platform.ask("GET", f"/api/v1/lists/models/{model}/grades").body["value"], "its grades can be chosen")
    platform.run()  # the first look sets the baseline

    # Switched on, called, too busy for a moment, called again.
    path, made = platform.subscribe(flow, **filters)
    flow.answers.put((429, {"Retry-After": "1"}, b""))
    platform.heat(hot)
    first, again = flow.next(), flow.next()
    check(first.target == again.target == TARGET, "the callback is called byte for byte")
    check(check_signature(again, made["signing_secret"]) > check_signature(first, made["signing_secret"]), "later")
    check((first.body["id"], first.raw) == (again.body["id"], again.raw), "the same event at every try")
    told = again.body
    check((told["type"], told["lead_id"]) == ("score_crossed", hot), "the lead that was asked for")
    check(told["model"] == model and told["score"] >= minimum, "the score that crossed")
    check(told["reasons"] and told["link"].startswith("https://"), "why, and where to look")
    check(datetime.fromisoformat(told["time"]).tzinfo is not None, "the time has an offset")

    # Saved without a change, then edited: the same subscription, then another one in the place of the first.
    check(platform.subscribe(flow, **filters) == (path, {**made, "is_new": False}), "the same again is the same")
    edited, _ = platform.subscribe(flow, **filters, country="GB")
    check(edited != path, "another filter is another subscription")
    for key in (False, True, False):
        check(platform.ask("DELETE", path, key=key).status in {200, 204}, "it ends, with a key and without")
    platform.heat(second)
    call = flow.next()
    check(call.body["lead_id"] == second, "the edited flow is called")
    check(call.body["id"] != told["id"], "another event has another id")

    # Switched off: nothing more comes. Switched on again: what happened meanwhile is not told.
    check(platform.ask("DELETE", edited, key=False).status in {200, 204}, "it ends without a key")
    platform.heat(third)
    path, made = platform.subscribe(flow, **filters)
    check(made["is_new"], "switched on again it is a new subscription")

    # Gone: the subscription ends by itself, and the next one is a new one.
    flow.answers.put((410, {}, b'{"error": {"code": "WorkflowNotFound"}}'))
    platform.heat(fourth)
    check(flow.next().body["lead_id"] == fourth, "the third lead was not told, the fourth is")
    until = time.monotonic() + PATIENCE_S
    while not platform.subscribe(flow, **filters)[1]["is_new"]:
        check(time.monotonic() < until, "a flow that is gone ends its subscription")
        time.sleep(0.1)
    check(flow.calls.empty(), "nobody was called who did not ask")
    return {"events": 3, "calls": 4}


def main() -> None:
    """Play it."""
    parser = argparse.ArgumentParser()
    for name in ("--base", "--public", "--key", "--pem", "--model"):
        parser.add_argument(name, required=True)
    parser.add_argument("--minimum", type=int, required=True)
    parser.add_argument("--leads", nargs=4, required=True)
    asked = parser.parse_args()
    flow = Flow(asked.pem)
    try:
        platform = Platform(asked.base, asked.public, asked.key)
        done = live(platform, flow, asked.model, asked.minimum, asked.leads)
    finally:
        flow.close()
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main()
