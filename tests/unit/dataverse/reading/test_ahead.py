"""Pages that are asked for early: which, how many, and what becomes of wrong guesses."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from connector.dataverse.http.answers import Reply
from connector.dataverse.reading.ahead import Ahead, next_link
from connector.errors import OutsideError

PATIENCE_S = 10.0


def body(link: str | None, **more: object) -> bytes:
    """A raw answer."""
    return json.dumps({"value": [], **more, **({"@odata.nextLink": link} if link else {})}).encode()


class Server:
    """Answers with raw bodies; `asked` are the links in their order, and each answer may be held back."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.held: dict[str, threading.Event] = {}
        self.seen = {link: threading.Event() for link in answers}

    def get(self, link: str, *, peek: Callable[[bytes], object]) -> Reply:
        """Answer, the raw body first."""
        self.asked.append(link)
        self.seen[link].set()
        raw = self.answers[link]
        peek(raw)
        if link in self.held:
            assert self.held[link].wait(PATIENCE_S)
        return Reply(200, {}, json.loads(raw))


def test_the_next_page_is_asked_for_before_the_one_that_is_waited_for_is_read() -> None:
    """By the link at the end of the raw answer."""
    server = Server({"1": body("2"), "2": body(None)})
    held = server.held["1"] = threading.Event()

    def let_go() -> None:
        if server.seen["2"].wait(PATIENCE_S):
            held.set()

    release = threading.Thread(target=let_go)
    release.start()
    with Ahead(server.get) as early:
        assert early.take("1").data["@odata.nextLink"] == "2"  # it ends only once the second was asked for
        assert early.take("2").data == {"value": []}
    release.join()
    assert server.asked == ["1", "2"]


def test_nothing_is_asked_for_behind_a_page_that_nobody_waits_for() -> None:
    """However quick the server is, one page waits."""
    server = Server({"1": body(None), "2": body("3"), "3": body(None)})
    with Ahead(server.get) as early:
        early.take("1")
        early.ask("2")
    assert server.asked[:2] == ["1", "2"][: len(server.asked)]
    assert "3" not in server.asked


def test_a_page_is_asked_for_once() -> None:
    """By whoever is first."""
    server = Server({"1": body("2"), "2": body(None)})
    with Ahead(server.get) as early:
        early.take("1")
        early.ask("2")
        early.ask("2")
        early.take("2")
    assert server.asked == ["1", "2"]


def test_a_wrong_guess_is_dropped() -> None:
    """What the answer says when it is read decides."""
    server = Server({"1": body("wrong"), "wrong": b"[", "2": body(None)})
    with Ahead(server.get) as early:
        early.take("1")
        assert early.take("2").data == {"value": []}
    assert sorted(server.asked) == ["1", "2", "wrong"]


def test_what_asking_raises_is_raised_where_the_page_is_taken() -> None:
    """Not before, when the page ahead of it is still to be worked on."""

    def get(link: str, *, peek: Callable[[bytes], object]) -> Reply:
        peek(body("2"))
        if link == "2":
            raise OutsideError("gone")
        return Reply(200, {}, {})

    with Ahead(get) as early:
        early.take("1")
        with pytest.raises(OutsideError, match="gone"):
            early.take("2")


def test_a_page_that_is_taken_again_is_asked_for_again() -> None:
    """Circles are somebody else's business."""
    server = Server({"1": body(None)})
    with Ahead(server.get) as early:
        early.take("1")
        early.take("1")
    assert server.asked == ["1", "1"]


def test_no_thread_is_left() -> None:
    """Also where the reading failed."""
    with pytest.raises(KeyError), Ahead(Server({"1": body(None)}).get) as early:
        early.take("1")
        raise KeyError
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("next page")]


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        (
            body("https://x/leads?$skiptoken=%3Ccookie%20a=%22b%22%3E"),
            "https://x/leads?$skiptoken=%3Ccookie%20a=%22b%22%3E",
        ),
        (b'{"value":[],\n "@odata.nextLink" : "https://x/2"\n}\n', "https://x/2"),
        (b'{"@odata.nextLink":"https://x/2","value":[]}', None),
        (json.dumps({"value": [{"a": '"@odata.nextLink":"https://x/2"}'}]}).encode(), None),
        (b'{"value":[{"accounts@odata.nextLink":"https://x/2"}', None),
        (b'{"value":[{"@odata.nextLink":"https://x/2"}]}', None),
        (b'{"@odata.nextLink":"https://x/' + b"\xff" + b'"}', None),
        (body(None), None),
        (b"", None),
    ],
)
def test_the_link_is_found_where_servers_write_it(raw: bytes, link: str | None) -> None:
    """At the very end, as the last member of the whole answer; else the answer is read first."""
    assert next_link(raw) == link
