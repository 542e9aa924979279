"""Lists in pages: cursors that only their own list takes, links to the next page, times and names in the query."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from connector.web.paging import Asked, Pages, asked_name, asked_time
from connector.web.problems import ProblemError

ROOT = "https://scores.example.com"
NUMBERS = Pages("numbers", int, ROOT)
NAMES = Pages("names", str, ROOT)


def encoded(value: object) -> str:
    """A cursor with any content."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def asking(query: dict[str, str], pages: Pages = NUMBERS, path: str = "/api/v1/numbers") -> Asked:
    """What a request with this query asks."""
    with Flask(__name__).test_request_context(path, query_string=query):
        return pages.asked()


def test_a_page_leads_to_the_next_with_everything_that_was_asked() -> None:
    """Absolute, with the filters of this page, from behind its last item; the last page leads nowhere."""
    query = {"limit": "2", "model": "fit & more", "cursor": NUMBERS.cursor(3)}
    with Flask(__name__).test_request_context("/api/v1/leads/a b/history", query_string=query):
        asked = NUMBERS.asked()
        assert asked == Asked(2, 3)
        page = NUMBERS.cut([4, 5, 6], asked, lambda one: one, str)
        assert page["value"] == ["4", "5"]
        link = urlsplit(str(page["nextLink"]))
        assert f"{link.scheme}://{link.netloc}{link.path}" == f"{ROOT}/api/v1/leads/a%20b/history"
        assert parse_qs(link.query) == {"limit": ["2"], "model": ["fit & more"], "cursor": [NUMBERS.cursor(5)]}
        assert NUMBERS.cut([4, 5], asked, lambda one: one, str) == {"value": ["4", "5"]}
    assert asking({"cursor": NUMBERS.cursor(5)}).after == 5
    assert asking({"cursor": NAMES.cursor("ä b")}, NAMES).after == "ä b"


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "!!!!", "é", "[" * 400, "A" * 600, NAMES.cursor("a"), encoded(["numbers", "1"]),
        encoded(["numbers", True]), encoded(["numbers", -1]), encoded(["numbers", 2**63]), encoded(["numbers"]),
        encoded({"numbers": 1}), encoded(7), encoded(["numbers", 1, 2]), encoded(None),
    ],
)  # fmt: skip
def test_another_cursor_is_none_of_this_list(cursor: str) -> None:
    """Whatever it holds, it is refused before the store is asked."""
    with pytest.raises(ProblemError, match="The cursor is none of this list") as caught:
        asking({"cursor": cursor})
    assert caught.value.status == 400


@pytest.mark.parametrize("cursor", [encoded(["names", 1]), encoded(["names", "a\u0000"]), NUMBERS.cursor(1)])
def test_a_list_of_names_takes_names_alone(cursor: str) -> None:
    """Numbers, and what no database keeps, are refused."""
    with pytest.raises(ProblemError):
        asking({"cursor": cursor}, NAMES)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (None, None),
        ("2026-11-20T09:00:00Z", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20T09:00:00+02:00", datetime(2026, 11, 20, 7, tzinfo=UTC)),
        ("2026-11-20T09:00:00 02:00", datetime(2026, 11, 20, 7, tzinfo=UTC)),  # a plus sign that was not encoded
    ],
)
def test_a_time_is_read_with_its_offset(text: str | None, moment: datetime | None) -> None:
    """In UTC, however it was written."""
    query = {} if text is None else {"since": text}
    with Flask(__name__).test_request_context("/", query_string=query):
        assert asked_time("since") == moment


@pytest.mark.parametrize("text", ["", "now", "2026-11-20", "2026-11-20T09:00:00", "0001-01-01T00:00:00+23:59"])
def test_a_time_without_an_offset_is_refused(text: str) -> None:
    """As is one that no clock shows in UTC."""
    with (
        Flask(__name__).test_request_context("/", query_string={"since": text}),
        pytest.raises(ProblemError, match="since is no time"),
    ):
        asked_time("since")


def test_a_name_has_bounds() -> None:
    """1 to 100 characters, or none at all."""
    for text, good in ((None, True), ("a", True), ("x" * 100, True), ("", False), ("x" * 101, False)):
        with Flask(__name__).test_request_context("/", query_string={} if text is None else {"model": text}):
            if good:
                assert asked_name("model") == text
            else:
                with pytest.raises(ProblemError, match="model is no name"):
                    asked_name("model")
