"""$batch over HTTPS: independent operations, change sets, references, errors, malformed payloads, counting."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.dataverse.errors import ODataError

from .batches import BOUNDARY, body_of, change_set, operation, parts_of, send
from .support import API, Client

GOING = "odata.continue-on-error"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def leads(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Open leads."""
    return [lead for lead in sandbox.leads() if lead["statecode"] == 0]


def _guarded(lead: dict[str, Any], changes: Any, version: int = 0) -> str:
    etag = f'W/"{version or lead["versionnumber"]}"'
    return operation("PATCH", f"leads({lead['leadid']})", changes, If_Match=etag)


def test_guarded_parts_are_judged_one_by_one(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """With continue-on-error every PATCH stands for itself: a stale etag is that part's 412 and no other's."""
    sandbox.update_lead(leads[1]["leadid"], {"telephone1": "+44 20 7946 0009"})
    answer = send(client, *(_guarded(lead, {"lc_fit": 7}) for lead in leads[:3]), prefer=GOING)
    parts = parts_of(answer)
    assert (answer.status, answer.headers["Preference-Applied"]) == (200, GOING)
    assert [part.status for part in parts] == [204, 412, 204]
    assert parts[1].code == "0x80060882"
    assert [sandbox.lead(lead["leadid"])["lc_fit"] for lead in leads[:3]] == [7, None, 7]
    assert parts[0].headers["OData-EntityId"] == f"{sandbox.url}{API}/leads({leads[0]['leadid']})"


def test_it_stops_at_the_first_error(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """Without the preference the answer has the status of the first error, which stands at the end; no more is done."""
    answer = send(
        client,
        _guarded(leads[0], {"lc_fit": 1}), _guarded(leads[1], {"lc_fit": 2}, version=5),
        _guarded(leads[2], {"lc_fit": 3}),
    )  # fmt: skip
    assert answer.status == 412
    assert [part.status for part in parts_of(answer)] == [204, 412]
    assert [sandbox.lead(lead["leadid"])["lc_fit"] for lead in leads[:3]] == [1, None, None]


def test_reads_with_relative_and_absolute_addresses(
    sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]
) -> None:
    """A GET may name its address relative to the service, absolute in its path, or whole; annotations by its Prefer."""
    path = f"leads({leads[0]['leadid']})?$select=statuscode"
    answer = send(
        client,
        operation("GET", path), operation("GET", f"{API}/{path}"), operation("GET", f"{sandbox.url}{API}/{path}"),
        operation("GET", path, Prefer='odata.include-annotations="*"'), operation("GET", "$metadata"),
        operation("GET", path, If_None_Match=f'W/"{leads[0]["versionnumber"]}"'), prefer=GOING,
    )  # fmt: skip
    first, second, third, annotated, metadata, unchanged = parts_of(answer)
    assert first.json == second.json == third.json
    assert first.headers["Content-Type"].startswith("application/json")
    assert annotated.json["statuscode@OData.Community.Display.V1.FormattedValue"]
    assert metadata.status in {200, 404, 501}
    assert unchanged.status == 304


def test_a_host_of_somebody_else_is_refused(client: Client) -> None:
    """An absolute address has to be of this environment."""
    (part,) = parts_of(send(client, operation("GET", f"https://elsewhere.example{API}/WhoAmI")))
    assert part.status == 400


def test_long_addresses_fit_into_parts(client: Client, leads: list[dict[str, Any]]) -> None:
    """A part takes an address of 65,536 characters where a request takes 32,768, and no longer one."""
    names = "','".join(str(lead["leadid"]) for lead in leads) + "','" + "x" * 40_000
    target = f"leads?$filter=Microsoft.Dynamics.CRM.In(PropertyName='leadid',PropertyValues=['{names}'])&$select=leadid"
    target = target.replace(" ", "%20")
    assert client.ask("GET", f"{API}/{target}").status == 414
    (part,) = parts_of(send(client, operation("GET", target)))
    assert len(part.json["value"]) == len(leads)
    (part,) = parts_of(send(client, operation("GET", target.replace("x" * 40_000, "x" * 66_000))))
    assert part.status == 414


def test_change_set_is_atomic(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """One failing operation takes the whole change set back: rows, versions of rows, deltas; what follows is done."""
    before = [sandbox.lead(lead["leadid"]) for lead in leads[:3]]
    count = sandbox.data.count("lead")
    delta = client.get("leads", "odata.track-changes,odata.maxpagesize=5000", select="leadid").json["@odata.deltaLink"]
    failing = change_set(
        operation("PATCH", f"leads({leads[0]['leadid']})", {"lc_fit": 1}, 1, If_Match="*"),
        operation("POST", "leads", {"lastname": "Never"}, 2),
        operation("DELETE", f"leads({leads[1]['leadid']})", None, 3),
        operation("PATCH", f"leads({leads[2]['leadid']})", {"lc_fit": 3}, 4, If_Match='W/"5"'),
    )
    good = change_set(operation("PATCH", f"leads({leads[0]['leadid']})", {"lc_fit": 9}, 11), boundary="changeset_two")
    parts = parts_of(send(client, failing, good, prefer=GOING))
    assert [(part.status, part.content_id) for part in parts] == [(412, "4"), (204, "11")]
    assert sandbox.data.count("lead") == count
    assert [sandbox.lead(lead["leadid"]) for lead in leads[1:3]] == before[1:]
    assert sandbox.lead(leads[0]["leadid"])["lc_fit"] == 9
    assert [row["leadid"] for row in client.follow(delta).value] == [leads[0]["leadid"]]


def test_a_failed_change_set_may_be_answered_flat(
    sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]
) -> None:
    """A knob leaves out the multipart around the one error of a change set."""
    sandbox.dataverse.batches.flat_errors = True
    answer = send(client, change_set(operation("PATCH", f"leads({NOBODY})", {"lc_fit": 1}, 1, If_Match="*")))
    assert answer.status == 404
    assert b"changesetresponse" not in answer.body
    assert [part.code for part in parts_of(answer)] == ["0x80040217"]
    assert leads


def test_references(sandbox: Sandbox, client: Client) -> None:
    """$n stands for the row of that operation, in a body, in an address and before a property."""
    answer = send(
        client,
        change_set(
            operation("POST", "accounts", {"name": "Brampton Mills"}, 1),
            operation("POST", "leads", {"lastname": "Ashe", "parentaccountid@odata.bind": "$1"}, 2),
            operation("PATCH", "$1", {"telephone1": "+44 20 7946 0010"}, 3),
            operation("PUT", "$2/jobtitle", {"value": "Director"}, 4),
        ),
    )
    parts = parts_of(answer)
    assert (answer.status, [part.content_id for part in parts]) == (200, ["1", "2", "3", "4"])
    account, lead = (part.headers["OData-EntityId"].split("(")[1].rstrip(")") for part in parts[:2])
    assert sandbox.lead(lead)["_parentaccountid_value"] == account
    assert sandbox.lead(lead)["jobtitle"] == "Director"
    found = sandbox.data.row("account", account)
    assert found is not None
    assert found["telephone1"] == "+44 20 7946 0010"


def test_reference_to_what_comes_later_is_400(sandbox: Sandbox, client: Client) -> None:
    """A reference to an operation that has not run yet is refused, and the change set with it."""
    count = sandbox.data.count("lead")
    answer = send(
        client,
        change_set(
            operation("POST", "leads", {"lastname": "Ashe", "parentaccountid@odata.bind": "$1"}, 2),
            operation("POST", "accounts", {"name": "Brampton Mills"}, 1),
        ),
    )
    (part,) = parts_of(answer)
    assert (answer.status, part.status) == (400, 400)
    assert part.json["error"]["message"] == "Content-ID Reference: '$1' does not exist in the batch context."
    assert sandbox.data.count("lead") == count


def test_conditions_and_representation_in_parts(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """If-None-Match: * creates only; return=representation brings the row with its new etag."""
    lead_id = leads[0]["leadid"]
    answer = send(
        client,
        operation("PATCH", f"leads({lead_id})", {"lc_fit": 1}, If_None_Match="*"),
        operation("PATCH", f"leads({NOBODY})", {"lastname": "Created"}, If_None_Match="*"),
        operation("PATCH", f"leads({lead_id})?$select=lc_fit", {"lc_fit": 3}, Prefer="return=representation"),
        operation("DELETE", f"leads({leads[1]['leadid']})", If_Match='W/"5"'), prefer=GOING,
    )  # fmt: skip
    exists, created, shown, stale = parts_of(answer)
    assert (exists.status, exists.code) == (412, "0x80040237")
    assert created.status == 204
    assert (shown.status, shown.json["lc_fit"]) == (200, 3)
    assert shown.headers["ETag"] == shown.json["@odata.etag"]
    assert shown.headers["Preference-Applied"] == "return=representation"
    assert stale.status == 412
    assert sandbox.data.row("lead", leads[1]["leadid"]) is not None


def test_a_thousand_operations_and_no_more(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """1,000 operations are run, those in change sets counted one by one; with 1,001 nothing is done."""
    target = f"leads({leads[0]['leadid']})?$select=leadid"
    reads = [operation("GET", target)] * 998
    two = change_set(
        operation("PATCH", f"leads({leads[0]['leadid']})", {"lc_fit": 5}, 1),
        operation("PATCH", f"leads({leads[1]['leadid']})", {"lc_fit": 5}, 2),
    )
    answer = send(client, operation("GET", target), *reads, two)
    assert (answer.status, "1000" in answer.message) == (400, True)
    assert sandbox.lead(leads[0]["leadid"])["lc_fit"] is None
    assert [part.status for part in parts_of(send(client, *reads, two))] == [200] * 998 + [204] * 2


def _bare(body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n")


_GOOD = body_of(operation("POST", "leads", {"lastname": "Never"}))
MALFORMED: dict[str, bytes] = {
    "bare line feeds": _bare(_GOOD),
    "no closing boundary": _GOOD.replace(f"--{BOUNDARY}--".encode(), b""),
    "another boundary": _GOOD.replace(BOUNDARY.encode(), b"batch_there"),
    "bare line feeds in a head": _GOOD.replace(b"binary\r\n", b"binary\n"),
    "bare line feeds in an inner head": _GOOD.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\n"),
    "not a header": _GOOD.replace(b"Content-Transfer-Encoding: binary", b"nonsense"),
    "no transfer encoding": _GOOD.replace(b"Content-Transfer-Encoding: binary\r\n", b""),
    "another content type": _GOOD.replace(b"application/http", b"text/plain"),
    "no request line": _GOOD.replace(b"POST leads HTTP/1.1", b"leads"),
    "no blank line": f"--{BOUNDARY}\r\nContent-Type: application/http\r\n--{BOUNDARY}--\r\n".encode(),
    "after the end": _GOOD + _GOOD,
    "a length too great": _GOOD.replace(b"type=entry", b"type=entry\r\nContent-Length: 999"),
    "a batch in a batch": body_of(operation("POST", "$batch", {})),
    "a read in a change set": body_of(change_set(operation("GET", "WhoAmI", None, 1))),
    "a change set in a change set": body_of(change_set(change_set(operation("POST", "leads", {}, 1)))),
    "one content id twice": body_of(
        change_set(operation("POST", "leads", {"lastname": "Never"}, 1)),
        change_set(operation("POST", "leads", {"lastname": "Never"}, 1), boundary="changeset_two"),
    ),
    "nothing": b"",
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_malformed_payloads_have_no_effect(sandbox: Sandbox, client: Client, fault: str) -> None:
    """What cannot be read as a batch is refused as a whole with 400 and JSON, before anything is done."""
    count = sandbox.data.count("lead")
    answer = send(client, body=MALFORMED[fault], prefer=GOING)
    assert answer.status == 400
    assert answer.message
    assert answer.code in {"0x80048d19", ""}
    assert sandbox.data.count("lead") == count


@pytest.mark.parametrize("kind", ["application/json", "multipart/mixed", "multipart/form-data; boundary=x"])
def test_other_content_types_are_refused(client: Client, kind: str) -> None:
    """A batch is multipart/mixed with a boundary; the JSON format of later OData versions is not offered."""
    assert send(client, body=b'{"requests": []}', kind=kind).status == 400


def test_lengths_and_line_feeds_in_bodies(sandbox: Sandbox, client: Client) -> None:
    """A body may say its length, and has line feeds of its own where it likes."""
    body = b'{\n  "lastname": "Feed"\n}'
    part = operation("POST", "leads", {}).replace("{}", body.decode())
    counted = part.replace("type=entry", f"type=entry\r\nContent-Length: {len(body)}")
    answer = send(client, part, counted + "   ", kind=f"multipart/mixed;boundary={BOUNDARY}")
    assert [each.status for each in parts_of(answer)] == [204, 204]
    assert sum(lead["lastname"] == "Feed" for lead in sandbox.leads()) == 2


def test_method_and_path(client: Client) -> None:
    """$batch takes POST, and nothing below it."""
    assert client.ask("GET", f"{API}/$batch").status == 405
    assert client.ask("POST", f"{API}/$batch/leads", {}).status == 404


def test_the_door_and_the_limits_are_those_of_one_request(
    sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]
) -> None:
    """A batch counts as one request for the limit, its parts count for the entitlement; a 429 is the whole batch's."""
    parts = [_guarded(lead, {"lc_fit": 7}) for lead in leads[:10]]
    sandbox.dataverse.protection.operations = 0
    sandbox.dataverse.protection.requests = 2
    assert send(client, *parts, prefer=GOING).status == 200
    assert sandbox.dataverse.protection.operations == 10
    assert send(client, *parts, prefer=GOING).status == 200
    refused = send(client, *parts, prefer=GOING)
    assert (refused.status, refused.code) == (429, "0x80072322")
    assert int(refused.headers["Retry-After"]) > 0
    client.token = "nonsense"
    sandbox.dataverse.protection.requests = None
    assert send(client, *parts, prefer=GOING).status == 401


def test_execution_time_is_charged_for_each_operation(
    sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]
) -> None:
    """Execution time is what stops batches: here each operation is charged a second."""
    sandbox.dataverse.protection.operation_s = 1.0
    sandbox.dataverse.protection.execution_s = 15.0
    parts = [_guarded(lead, {"lc_fit": 7}) for lead in leads[:10]]
    assert [send(client, *parts, prefer=GOING).status for _ in range(3)] == [200, 200, 429]


def test_parts_are_recorded_and_may_be_made_to_fail(
    sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]
) -> None:
    """Each part is a call of its own to "dataverse.part"; a fault that fits a part is that part's alone."""
    sandbox.calls.clear()
    sandbox.faults.status(503, when=leads[1]["leadid"], retry_after=7)
    sandbox.faults.status(500, when=leads[2]["leadid"], handled=True)
    answer = send(client, *(_guarded(lead, {"lc_fit": 7}) for lead in leads[:4]), prefer=GOING)
    parts = parts_of(answer)
    assert [part.status for part in parts] == [204, 503, 500, 204]
    assert parts[1].headers["Retry-After"] == "7"
    assert [sandbox.lead(lead["leadid"])["lc_fit"] for lead in leads[:4]] == [7, None, 7, 7]
    assert sandbox.calls.count("dataverse") == 1
    assert sandbox.calls.count("dataverse.part", "write") == 4
    assert len(sandbox.calls.matching(service="dataverse.part", status=204)) == 2


def test_deletes_in_a_failed_set_come_back(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """A row deleted and made anew inside a change set is after its failure what it was."""
    lead_id = leads[0]["leadid"]
    before = sandbox.lead(lead_id)
    (part,) = parts_of(
        send(
            client,
            change_set(
                operation("DELETE", f"leads({lead_id})", None, 1),
                operation("PATCH", f"leads({lead_id})", {"lastname": "Other"}, 2),
                operation("PATCH", f"leads({lead_id})", {"lc_fit": 70_000}, 3),
            ),
        )
    )
    assert part.status == 400
    assert sandbox.lead(lead_id) == before
    assert [lead["leadid"] for lead in sandbox.leads()].count(lead_id) == 1


def test_a_listener_can_refuse_a_change_set(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """What stops a commit, as synchronous logic does, takes the change set back and is its one error."""

    def stop(_changes: object) -> None:
        raise ODataError(400, "0x80040265", "Not today.")

    sandbox.data.store.before_commit.append(stop)
    answer = send(client, change_set(operation("PATCH", f"leads({leads[0]['leadid']})", {"lc_fit": 1}, 1)))
    (part,) = parts_of(answer)
    assert (answer.status, part.code) == (400, "0x80040265")
    assert sandbox.lead(leads[0]["leadid"])["lc_fit"] is None
