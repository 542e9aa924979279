"""Reading requests and writing answers as bytes, without a socket."""

from __future__ import annotations

import io

import pytest

from connector.sandbox.server import BadRequestError, Request, Response, read_request, render


def _read(data: bytes) -> tuple[Request, bool] | None:
    return read_request(io.BytesIO(data), lambda: None)


def test_a_request_is_taken_apart() -> None:
    """Method, path, query, headers in lower case, repeated headers joined, body by its length."""
    found = _read(b"POST /a%20b?x=1&y= HTTP/1.1\r\nPrefer: a\r\nPREFER: b\r\nContent-Length: 3\r\n\r\nabcdef")
    assert found is not None
    request, keep = found
    assert (request.method, request.path, request.query, request.body) == ("POST", "/a%20b", "x=1&y=", b"abc")
    assert request.headers["prefer"] == "a, b"
    assert request.options() == [("x", "1"), ("y", "")]
    assert keep


@pytest.mark.parametrize(
    ("data", "keep"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
    ],
)
def test_connections_stay_open_unless_said(data: bytes, keep: bool) -> None:
    """HTTP/1.1 keeps a connection open unless the client closes it."""
    found = _read(data)
    assert found is not None
    assert found[1] is keep


def test_a_url_in_the_query_is_not_the_absolute_form() -> None:
    """Only a request line that begins with a scheme is in absolute form."""
    found = _read(b"GET /token?resource=https://a.example/b HTTP/1.1\r\n\r\n")
    assert found is not None
    assert (found[0].path, found[0].query) == ("/token", "resource=https://a.example/b")
    whole = _read(b"GET https://localhost:1/a?b=c HTTP/1.1\r\n\r\n")
    assert whole is not None
    assert (whole[0].path, whole[0].query) == ("/a", "b=c")


def test_the_end_of_the_stream_is_no_request() -> None:
    """Nothing more to read is None."""
    assert _read(b"") is None


@pytest.mark.parametrize(
    "data",
    [
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
)
def test_what_is_not_http_raises(data: bytes) -> None:
    """A malformed or shortened request is an error, not a guess."""
    with pytest.raises(BadRequestError):
        _read(data)


def test_answers_without_a_body_have_no_length() -> None:
    """204 and 304 carry neither body nor Content-Length; others carry both; closing is announced."""
    head, body = render(Response(204, b"ignored", [("A", "b")]), keep=True)
    assert body == b""
    assert head.startswith(b"HTTP/1.1 204 No Content\r\n")
    assert b"Content-Length" not in head
    assert b"A: b\r\n" in head
    head, body = render(Response(299, b"xy"), keep=False)
    assert head.startswith(b"HTTP/1.1 299 Unknown\r\n")
    assert b"Content-Length: 2\r\n" in head
    assert b"Connection: close\r\n" in head
    assert body == b"xy"


def test_headers_are_found_without_case() -> None:
    """A header of an answer is found whatever its case."""
    assert Response(200, headers=[("ETag", "x")]).header("etag") == "x"
    assert Response(200).header("etag") is None
