"""Laws of the batch format: what is sent is what arrives, and no answer is ever taken for another part's."""

from __future__ import annotations

import string
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from connector.dataverse.http.batch import PartAnswer, Update, attribute, content_type, decode, encode
from tests.unit.dataverse.multipart import joined, part, read_request

ROOT = "https://org.crm4.dynamics.com/api/data/v9.2/"
etags = st.builds('W/"{}"'.format, st.integers(0, 2**63 - 1))
texts = st.text(st.characters(codec="utf-8"), max_size=40)
json_values = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts
)
columns = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), json_values, max_size=5)
updates = st.builds(
    lambda number, etag, values: Update(f"{ROOT}leads({UUID(int=number)})?$select=leadid", etag, values),
    st.integers(0, 2**128 - 1),
    etags,
    columns,
)
boundaries = st.text(string.ascii_letters + string.digits + "'()+_,./:=?-", min_size=1, max_size=70)
line_ends = st.sampled_from(["\r\n", "\n"])


@given(st.lists(updates, min_size=1, max_size=8), boundaries)
def test_what_is_sent_is_what_an_independent_parser_reads(sent: list[Update], boundary: str) -> None:
    """Addresses, guards, numbers and values arrive, whatever the values and the boundary."""
    found = read_request(content_type(boundary), encode(sent, boundary))
    assert [(one.content_id, one.request_line, one.headers["If-Match"], one.values) for one in found] == [
        (str(number), f"PATCH {one.address} HTTP/1.1", one.etag, one.values) for number, one in enumerate(sent, 1)
    ]


@st.composite
def answered(draw: st.DrawFn) -> tuple[list[tuple[int, str]], str]:
    """Statuses with bodies (what an answer tells of itself), and a boundary that no body holds."""
    boundary = draw(boundaries)
    bodies = st.text(st.characters(codec="utf-8"), max_size=60).filter(lambda text: f"--{boundary}" not in text)
    return draw(st.lists(st.tuples(st.integers(100, 599), bodies), max_size=8)), boundary


@given(answered(), st.booleans())
def test_an_answer_is_read_as_it_was_written(case: tuple[list[tuple[int, str]], str], measured: bool) -> None:
    """Every status with its own body, in order, with the length told or not."""
    parts, boundary = case
    written = [
        part(status, body, content_id=number, **({"Content_Length": str(len(body.encode()))} if measured else {}))
        for number, (status, body) in enumerate(parts, 1)
    ]
    if not written:
        return
    found = decode(content_type(boundary), joined(written, boundary).encode())
    assert [(one.status, one.body.decode(), one.content_id) for one in found] == [
        (status, body, str(number)) for number, (status, body) in enumerate(parts, 1)
    ]


@given(st.lists(st.integers(100, 599), min_size=1, max_size=6), line_ends, st.data())
def test_an_answer_cut_anywhere_is_none(statuses: list[int], end: str, data: st.DataObject) -> None:
    """As long as its last boundary line is not whole, nothing of it is believed."""
    body = joined([part(status) for status in statuses]).replace("\r\n", end)
    whole = body.rstrip("\r\n")
    cut = data.draw(st.integers(0, len(whole) - 1))
    try:
        decode("multipart/mixed; boundary=batchresponse_4f2a", body[:cut].encode())
    except ValueError:
        return
    raise AssertionError(f"taken for whole: {body[:cut]!r}")


@given(st.integers(1, 8), st.data())
def test_no_answer_is_ever_another_parts(count: int, data: st.DataObject) -> None:
    """Whatever a server leaves out, mixes up, repeats or does not number: each answer is its own part's or nobody's."""
    places = data.draw(st.permutations(range(count)))
    kept = places[: data.draw(st.integers(0, count))]
    told = data.draw(st.lists(st.booleans(), min_size=len(kept), max_size=len(kept)))
    # The truth stands in the body; a server that numbers nothing keeps the order and leaves out from behind.
    if not any(told):
        kept = list(range(len(kept)))
    else:
        in_order = [place for place, number in zip(kept, told, strict=True) if not number]
        if len(kept) == count and in_order and kept != sorted(kept):
            told = [True] * count
    answers = [
        PartAnswer(200, {}, str(place).encode(), str(place + 1) if number else None)
        for place, number in zip(kept, told, strict=True)
    ]
    found = attribute(answers, count)
    assert all(one is None or one.body == str(place).encode() for place, one in enumerate(found))
    if len(kept) == count:
        assert None not in found


@given(st.integers(1, 8), st.lists(st.none() | st.integers(-1, 10).map(str), max_size=10))
def test_numbers_are_never_overruled(count: int, numbers: list[str | None]) -> None:
    """Any numbers at all: an answer with a number goes to that part, or all are refused."""
    answers = [PartAnswer(200, {}, b"", number) for number in numbers]
    try:
        found = attribute(answers, count)
    except ValueError:
        return
    assert len(found) == count
    for place, one in enumerate(found, 1):
        assert one is None or one.content_id in {None, str(place)}
    assert sum(one is not None for one in found) <= len(answers)
