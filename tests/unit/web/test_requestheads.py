"""The head of a request, line by line, without a socket."""

from __future__ import annotations

import io

import pytest

from connector.web.requestheads import MOST_HEADERS, StrictHeaders


def read(text: bytes) -> dict[bytes, bytes]:
    """The headers of a head that ends as it should."""
    return StrictHeaders()(io.BytesIO(text + b"\r\n"))


def test_headers_are_read_one_a_line() -> None:
    """Names without regard to case, values without the space around them; what may be repeated is put together."""
    assert read(b"host: x\r\nAccept:  a/b \t\r\nACCEPT: c/d\r\nx-empty:\r\n") == {
        b"Host": b"x", b"Accept": b"a/b, c/d", b"X-Empty": b"",
    }  # fmt: skip
    assert StrictHeaders()(io.BytesIO(b"a: 1\r\n\r\n"), {b"B": b"2"}) == {b"B": b"2", b"A": b"1"}


def test_a_name_with_an_underscore_is_left_out() -> None:
    """An application could not tell it from the name with a hyphen."""
    assert read(b"x_api_key: stolen\r\nx-api-key: own\r\n") == {b"X-Api-Key": b"own"}


@pytest.mark.parametrize(
    "text",
    [
        b"Host: a\r\nhost: b\r\n",
        b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 1, 1\r\n",
        b"Content-Length: \r\n",
        b"a: 1\n",
        b"a: 1\r\n b\r\n",
        b"a : 1\r\n",
        b"a: \x01\r\n",
        b"a\r\n",
        b"x: y\r\n" * (MOST_HEADERS + 1),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: bytes) -> None:
    """Repeated, unclear and malformed lines, and too many of them."""
    with pytest.raises(ValueError, match=r"\w"):
        read(text)


def test_a_head_without_an_end_is_none() -> None:
    """The client hung up before the empty line."""
    with pytest.raises(ValueError, match="no header"):
        StrictHeaders()(io.BytesIO(b"a: 1\r\n"))
