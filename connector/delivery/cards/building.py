"""From an event's payload to the message's body: the right card, within its size. Pure: no network, no store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from connector.delivery.cards.digest import KINDS as DIGESTS
from connector.delivery.cards.digest import digest_card
from connector.delivery.cards.elements import MAX_BYTES, Element, encode, message
from connector.delivery.cards.lead import Links, lead_card
from connector.delivery.cards.notice import notice_card
from connector.delivery.cards.room import ROOMS, Room
from connector.delivery.cards.words import Payload, Words, mapping
from connector.delivery.records import RecordLinks
from connector.pipeline.values import Json

_NOTICES = frozenset({"run_failed", "test"})

Build = Callable[[Room], Element]


def build_message(
    payload: Payload, records: RecordLinks | None = None, *, answers: tuple[str, str] | None = None, note: str = ""
) -> dict[str, Json]:
    """Return the message for one event, at most 20 KB as UTF-8 JSON.

    `records` gives the buttons to the environment's records; `answers` are the addresses that take good and not good.
    Missing and empty parts of the payload are left out. Text from the payload is cut and escaped; a card too large all
    the same is built again with less in it, see `room`.
    """
    links = links_of(payload, records, answers)

    def build(room: Room) -> Element:
        words = Words(payload, room)
        if words.kind() in DIGESTS:
            return digest_card(words, links, records, note)
        if words.kind() in _NOTICES or not isinstance(payload.get("lead"), Mapping):
            return notice_card(words, note)
        return lead_card(words, links, note)

    return message(fitted(build) or build(ROOMS[-1]))


def fitted(build: Build) -> Element | None:
    """The card with the most in it that is not too large; None where even the smallest is."""
    made = (build(room) for room in ROOMS)
    return next((card for card in made if len(encode(message(card))) <= MAX_BYTES), None)


def links_of(payload: Payload, records: RecordLinks | None, answers: tuple[str, str] | None) -> Links:
    """The addresses of a card's buttons: of our environment, or of ours for answers, and no others."""
    if records is None:
        return Links()
    lead_id, account_id = (mapping(payload.get(table)).get("id") for table in ("lead", "account"))
    record = records.lead(str(lead_id)) if lead_id else None
    links = Links(
        record=record,
        account=records.account(str(account_id)) if account_id else None,
        leads=_list_link(payload.get("link"), records),
    )
    return replace(links, good=answers[0], not_good=answers[1]) if answers and record else links


def _list_link(value: Json, records: RecordLinks) -> str:
    """The payload's link where it leads to our environment, else to its list of leads."""
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        parts = None
    ours = parts is not None and parts.scheme == "https" and parts.netloc == records.host
    return str(value) if ours and str(value).isascii() and str(value).isprintable() else records.leads()
