"""The format of `$batch`: what is sent, and answers written by hand as servers and gateways send them."""

from __future__ import annotations

import pytest

from connector.dataverse.http.batch import (
    MOST_PARTS,
    Creation,
    PartAnswer,
    Update,
    attribute,
    content_type,
    decode,
    encode,
)
from connector.pipeline.values import Json
from tests.unit.dataverse.multipart import BOUNDARY, KIND, joined, part, read_request, refused
from tests.unit.dataverse.org import LEAD_1, LEAD_2
from tests.unit.dataverse.support import ROOT

TYPE = KIND["Content-Type"]


def update(lead: str = LEAD_1, etag: str = 'W/"7"', **values: Json) -> Update:
    """A guarded update."""
    return Update(f"{ROOT}leads({lead})?$select=leadid", etag, values or {"lc_engagement": 70})


def read(body: str, kind: str = TYPE) -> list[PartAnswer]:
    """Decode text."""
    return decode(kind, body.encode())


# --- what is sent ---


def test_a_batch_is_written_with_crlf_to_the_byte() -> None:
    """Boundaries, the part's headers, the request with its guard, the body, the end."""
    assert (
        encode([update(jobtitle="Größe\r\n--b")], "b")
        == (
            "--b\r\n"
            "Content-Type: application/http\r\n"
            "Content-Transfer-Encoding: binary\r\n"
            "Content-ID: 1\r\n"
            "\r\n"
            f"PATCH {ROOT}leads({LEAD_1})?$select=leadid HTTP/1.1\r\n"
            "Accept: application/json\r\n"
            "Content-Type: application/json; charset=utf-8\r\n"
            'If-Match: W/"7"\r\n'
            "Prefer: return=representation\r\n"
            "\r\n"
            '{"jobtitle": "Größe\\r\\n--b"}\r\n'
            "--b--\r\n"
        ).encode()
    )


def test_every_part_has_its_own_guard_number_and_further_headers() -> None:
    """As an independent parser reads them."""
    updates = [
        update(),
        Update(f"{ROOT}leads({LEAD_2})?$select=leadid&tag=us", '"9"', {"a": None}, {"CallerObjectId": "c"}),
    ]
    first, second = read_request(content_type("b-1"), encode(updates, "b-1"))
    assert (first.content_id, first.headers["If-Match"], first.values) == ("1", 'W/"7"', {"lc_engagement": 70})
    assert second.request_line == f"PATCH {ROOT}leads({LEAD_2})?$select=leadid&tag=us HTTP/1.1"
    assert (second.content_id, second.headers["If-Match"], second.values) == ("2", '"9"', {"a": None})
    assert second.headers["CallerObjectId"] == "c"
    assert "CallerObjectId" not in first.headers


def test_a_creation_may_only_create() -> None:
    """Beside updates in one batch; with If-None-Match and no If-Match, whatever headers go with it."""
    creation = Creation(f"{ROOT}lc_scorehistories({LEAD_2})", {"lc_score": 7}, {"CallerObjectId": "c"})
    first, second = read_request(content_type("b-1"), encode([update(), creation], "b-1"))
    assert "If-None-Match" not in first.headers
    assert second.request_line == f"PATCH {ROOT}lc_scorehistories({LEAD_2}) HTTP/1.1"
    assert (second.headers["If-None-Match"], second.values) == ("*", {"lc_score": 7})
    assert "If-Match" not in second.headers
    with pytest.raises(ValueError, match="headers"):
        Creation(f"{ROOT}leads(1)", {}, {"If-None-Match": 'W/"1"'})
    with pytest.raises(ValueError, match="address"):
        Creation("leads(1)", {})


@pytest.mark.parametrize("etag", ["", "*", 'W/"*', 'W/"1"\r\nIf-Match: *'])
def test_there_is_no_part_without_a_real_etag(etag: str) -> None:
    """The wildcard, none, and one that would bring another header."""
    with pytest.raises(ValueError, match="etag"):
        update(etag=etag)


@pytest.mark.parametrize(
    "address", ["leads(1)", "http://org/leads(1)", f"{ROOT}leads(1) HTTP/1.1\r\nX: y", "https://o/ä"]
)
def test_a_part_has_an_absolute_address_on_one_line(address: str) -> None:
    """Nothing that a request line could not hold."""
    with pytest.raises(ValueError, match="address"):
        Update(address, 'W/"1"', {})


@pytest.mark.parametrize(
    "headers", [{"If-Match": "*"}, {"if-none-match": "*"}, {"X": "a\r\nIf-Match: *"}, {"X Y": "a"}, {"Prefer": "x"}]
)
def test_further_headers_cannot_touch_the_guard(headers: dict[str, str]) -> None:
    """Neither by name nor by a line break."""
    with pytest.raises(ValueError, match="headers"):
        Update(f"{ROOT}leads(1)", 'W/"1"', {}, headers)


@pytest.mark.parametrize("count", [0, MOST_PARTS + 1])
def test_a_batch_has_from_one_to_a_thousand_parts(count: int) -> None:
    """Dataverse takes no more."""
    with pytest.raises(ValueError, match="1000"):
        encode([update()] * count, "b")
    assert len(read_request(content_type("b"), encode([update()] * MOST_PARTS, "b"))) == MOST_PARTS


@pytest.mark.parametrize("boundary", ["", "a\r\nb", "ä", "x" * 71, "end "])
def test_a_boundary_is_one_by_the_rules(boundary: str) -> None:
    """RFC 2046: up to 70 of some characters, not ending with a space."""
    with pytest.raises(ValueError, match="boundary"):
        encode([update()], boundary)


# --- what is answered ---


def test_an_answer_is_read_part_by_part() -> None:
    """Status, headers in any case, body, and the number where it is told."""
    found = read(joined([part(204, content_id=1, OData_Version="4.0"), refused(412, "0x80060882", content_id=2)]))
    assert [(one.status, one.content_id) for one in found] == [(204, "1"), (412, "2")]
    assert found[0].headers["odata-version"] == "4.0"
    assert found[0].body == b""
    assert b"0x80060882" in found[1].body


def test_dataverses_own_form_is_read() -> None:
    """No number, a blank line after an empty answer, and text around the parts."""
    body = (
        "a preamble\r\n--batchresponse_4f2a\r\n"
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        "HTTP/1.1 204 No Content\r\nOData-Version: 4.0\r\nOData-EntityId: https://x/leads(1)\r\n\r\n\r\n"
        "--batchresponse_4f2a  \t\r\nContent-Type: application/http\r\n\r\n"
        "HTTP/1.1 200 OK\r\n\r\n{}\r\n--batchresponse_4f2a--\r\nan epilogue\r\n"
    )
    found = read(body)
    assert [(one.status, one.body.strip(), one.content_id) for one in found] == [(204, b"", None), (200, b"{}", None)]
    assert found[0].headers["OData-EntityId"] == "https://x/leads(1)"


def test_bare_line_feeds_are_read_too() -> None:
    """Some servers and gateways send them."""
    found = read(joined([refused(404, content_id=7), part(204)]).replace("\r\n", "\n"))
    assert [(one.status, one.content_id) for one in found] == [(404, "7"), (204, None)]


@pytest.mark.parametrize(
    "kind",
    [
        f'multipart/mixed; boundary="{BOUNDARY}"',
        f"Multipart/Mixed;charset=utf-8;boundary={BOUNDARY}",
        f"multipart/mixed ; Boundary={BOUNDARY} ",
    ],
)
def test_the_boundary_is_found_however_it_is_written(kind: str) -> None:
    """Quoted or not, among other parameters."""
    assert [one.status for one in read(joined([part(204)]), kind)] == [204]


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "multipart/related; boundary=b",
        "multipart/mixed",
        "multipart/mixed; boundary=",
        'multipart/mixed; boundary="a\x01b"',
    ],
)
def test_what_is_no_batch_is_not_read(kind: str) -> None:
    """Another type, no boundary, an impossible one."""
    with pytest.raises(ValueError, match=r"multipart|boundary"):
        read(joined([part(204)]), kind)


def test_a_line_that_only_begins_like_the_boundary_is_text() -> None:
    """A longer line, an indented one, and one inside a line."""
    text = f"{{\r\n --{BOUNDARY}\r\n--{BOUNDARY}x\r\n--{BOUNDARY}--x\r\nx--{BOUNDARY}\r\n}}"
    (found,) = read(joined([part(200, text)]))
    assert found.body.decode() == text


def test_a_body_is_as_long_as_it_says() -> None:
    """The rest up to the boundary is white space."""
    (found,) = read(joined([part(200, "{}\r\n\r\n", Content_Length="2")]))
    assert found.body == b"{}"


BAD = {
    "breaks off before its end": joined([part(204)], closed=False),
    "breaks off in a part": joined([part(204), refused(412)])[:-40],
    "is empty": "",
    "has another boundary": joined([part(204)], "other"),
    "goes on after its end": joined([part(204)]) + joined([part(204)]),
    "is a part that is no answer": f"--{BOUNDARY}\r\nContent-Type: text/html\r\n\r\n<html>\r\n--{BOUNDARY}--\r\n",
    "is a set of changes": f"--{BOUNDARY}\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n\r\n--{BOUNDARY}--\r\n",
    "has a part without headers": f"--{BOUNDARY}\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n--{BOUNDARY}--\r\n",
    "has a part without a status": joined(["Content-Type: application/http\r\n\r\n\r\n{}"]),
    "has a status that is none": joined([part(204).replace("HTTP/1.1 204", "HTTP/1.1 20")]),
    "has an encoded part": joined([part(204).replace("binary", "base64")]),
    "has a header without a colon": joined(
        [part(204).replace("HTTP/1.1 204 Some words", "HTTP/1.1 204 x\r\nnonsense")]
    ),
    "has a body shorter than it says": joined([part(200, "{}", Content_Length="3")]),
    "has a body longer than it says": joined([part(200, "{}x", Content_Length="2")]),
    "has a length that is none": joined([part(200, "{}", Content_Length="-2")]),
    "has a part with two numbers": joined([part(204, content_id=1, Content_ID="2")]),
    "has more parts than a batch can have": joined([part(204)] * (MOST_PARTS + 1)),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_an_answer_that_is_not_whole_and_in_shape_is_none(body: str) -> None:
    """Then nothing of it is believed: each of its parts is unknown."""
    with pytest.raises(ValueError, match=r"\w"):
        read(body)


def test_a_folded_and_a_repeated_header_are_read() -> None:
    """As mail headers are."""
    (found,) = read(joined([part(204, X_Y="a\r\n  b", Via="c\r\nVia: d")]))
    assert (found.headers["X-Y"], found.headers["Via"]) == ("a b", "c, d")


# --- whose answer it is ---


def answers(*numbers: str | None) -> list[PartAnswer]:
    """Answers with these numbers; the status is the place."""
    return [PartAnswer(200 + place, {}, b"", number) for place, number in enumerate(numbers)]


@pytest.mark.parametrize(
    ("numbers", "count", "statuses"),
    [
        ((None, None), 2, [200, 201]),
        (("1", "2"), 2, [200, 201]),
        (("2", "1"), 2, [201, 200]),
        (("1", None), 2, [200, 201]),
        (("2",), 3, [None, 200, None]),
        (("1", None), 3, [200, None, None]),
        ((None,), 2, [None, None]),
        ((), 1, [None]),
    ],
)
def test_each_part_gets_its_own_answer_or_none(
    numbers: tuple[str | None, ...], count: int, statuses: list[int | None]
) -> None:
    """By number, else by order where each part was answered; what is not sure is nobody's."""
    found = attribute(answers(*numbers), count)
    assert [None if one is None else one.status for one in found] == statuses


@pytest.mark.parametrize(
    ("numbers", "count"),
    [(("1", "1"), 2), (("3", None), 2), (("0",), 1), (("x",), 1), (("-1",), 1), ((None, None), 1), (("2", None), 2)],
)
def test_answers_that_contradict_the_parts_are_nobodys(numbers: tuple[str | None, ...], count: int) -> None:
    """Two to one part, to one that was not sent, more than parts, another order with numbers missing."""
    with pytest.raises(ValueError, match="answer"):
        attribute(answers(*numbers), count)
