"""A stand-in that serves prebuilt pages of leads and accounts over TLS, so that a benchmark measures the client alone.

Run by `bench_pull.py`: one process, a thread a connection, each answer after a fixed latency. Nothing is looked up.
"""

from __future__ import annotations

import json
import random
import socket
import ssl
import sys
import threading
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from connector.sandbox.tls import server_context, write_ca

PAGE = 5_000
PAGE_MARK, ACCOUNT_MARK, VERSION_MARK = "@@@@", "####", "VVVV"
_TITLES = ["CFO", "Head of Purchasing", "Plant Manager", "Student", "Directrice financière", "IT-Leiter", None]
_COUNTRIES = ["GB", "DE", "FR", "IE", "US", None]


def _ids(rng: random.Random, mark: str) -> list[str]:
    """Ids that differ between pages in their end alone, spread over the whole range."""
    starts = (f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4{rng.getrandbits(12):03x}" for _ in range(PAGE))
    return [f"{start}-8000-00000000{mark}" for start in starts]


class Templates:
    """A page of each table with marks where pages differ."""

    def __init__(self) -> None:
        rng = random.Random(7)
        self.leads_ids, self.account_ids = _ids(rng, PAGE_MARK), _ids(rng, ACCOUNT_MARK)
        rows = [self._lead(rng, lead_id, number) for number, lead_id in enumerate(self.leads_ids)]
        self.leads = [json.dumps(row, ensure_ascii=False) for row in rows]
        self.accounts = [
            json.dumps(
                {
                    "@odata.etag": 'W/"5"',
                    "accountid": account_id,
                    "name": f"Harbour Mills {number}",
                    "numberofemployees": rng.choice([10, 250, 4_000, None]),
                    "_masterid_value": None,
                }
            )
            for number, account_id in enumerate(self.account_ids)
        ]

    def _lead(self, rng: random.Random, lead_id: str, number: int) -> dict[str, Any]:
        return {
            "@odata.etag": f'W/"{number}{VERSION_MARK}"',
            "leadid": lead_id,
            "statecode": 0,
            "statuscode": 1,
            "modifiedon": "2026-11-20T08:00:00Z",
            "jobtitle": rng.choice(_TITLES),
            "companyname": f"Harbour Mills {number}",
            "fullname": f"Person {number}{VERSION_MARK}",
            "emailaddress1": f"person{number}@example.org",
            "address1_country": rng.choice(_COUNTRIES),
            "industrycode": rng.choice([None, 7, 16]),
            "leadsourcecode": rng.choice([None, 8]),
            "numberofemployees": rng.choice([None, 250]),
            "createdon": "2026-01-01T10:00:00Z",
            "followemail": True,
            "msdyn_gdproptout": False,
            "msdyncrm_salesready": False,
            "lc_fit": None,
            "lc_grade": None,
            "_parentaccountid_value": rng.choice(self.account_ids),
            "_customerid_value": None,
            "_parentcontactid_value": None,
            "_masterid_value": None,
        }


class Pages:
    """Answers by address; `leads` and `accounts` are how many there are, `changes` how many a delta brings."""

    def __init__(self, leads: int, accounts: int, changes: int, url: str) -> None:
        self._templates = Templates()
        self._counts = {"leads": leads, "accounts": accounts}
        self._changes, self._url = changes, url
        self._whole = {
            "leads": ",".join(self._templates.leads).encode(),
            "accounts": ",".join(self._templates.accounts).encode(),
        }
        self._version = 1

    def answer(self, target: str) -> bytes:
        """The body of an answer."""
        parts = urlsplit(target)
        table = parts.path.rsplit("/", 1)[-1]
        query = {name: values[0] for name, values in parse_qs(unquote(parts.query)).items()}
        if table not in self._counts:
            return b'{"value":[]}'
        if "$deltatoken" in query:
            return self._delta(table)
        page = int(query.get("$skiptoken", 0))
        return self._page(table, page)

    def _page(self, table: str, page: int) -> bytes:
        pages = max(self._counts[table] // PAGE, 1)
        rows = self._whole[table] if self._counts[table] >= PAGE else self._some(table, self._counts[table])
        link = (
            f'"@odata.nextLink":"{self._url}/api/data/v9.2/{table}?$skiptoken={page + 1}"'
            if page + 1 < pages
            else f'"@odata.deltaLink":"{self._url}/api/data/v9.2/{table}?$deltatoken=1"'
        )
        return b'{"value":[' + self._filled(rows, page, "0001") + b"]," + link.encode() + b"}"

    def _some(self, table: str, count: int) -> bytes:
        return ",".join(getattr(self._templates, table)[:count]).encode()

    def _filled(self, rows: bytes, page: int, version: str) -> bytes:
        account = page % max(self._counts["accounts"] // PAGE, 1)
        marks = ((PAGE_MARK, f"{page:04x}"), (ACCOUNT_MARK, f"{account:04x}"), (VERSION_MARK, version))
        for mark, text in marks:
            rows = rows.replace(mark.encode(), text.encode())
        return rows

    def _delta(self, table: str) -> bytes:
        self._version += 1
        rows = self._some(table, self._changes) if table == "leads" else b""
        link = f'"@odata.deltaLink":"{self._url}/api/data/v9.2/{table}?$deltatoken={self._version}"'
        return b'{"value":[' + self._filled(rows, 0, f"{self._version:04x}") + b"]," + link.encode() + b"}"


def serve(leads: int, accounts: int, changes: int, latency_s: float, folder: Path) -> None:
    """Serve until the process ends; prints its address first."""
    write_ca(folder)
    context = server_context(folder)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        url = f"https://localhost:{listener.getsockname()[1]}"
        pages = Pages(leads, accounts, changes, url)
        print(url, flush=True)
        while True:
            connection, _ = listener.accept()
            thread = threading.Thread(target=_speak, args=(connection, context, pages, latency_s), daemon=True)
            thread.start()


def _speak(connection: socket.socket, context: ssl.SSLContext, pages: Pages, latency_s: float) -> None:
    with connection, context.wrap_socket(connection, server_side=True) as stream, stream.makefile("rb") as lines:
        while request := lines.readline():
            while lines.readline() not in (b"\r\n", b""):
                pass
            asked = time.perf_counter()
            body = pages.answer(request.split()[1].decode())
            time.sleep(max(latency_s - (time.perf_counter() - asked), 0))
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                f"Date: {formatdate(usegmt=True)}\r\n\r\n"
            )
            stream.sendall(head.encode() + body)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), Path(sys.argv[5]))
