"""The card of an event: what it says, what it is made of, and that hostile text does nothing in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from connector.delivery.cards import MAX_BYTES, build_message, encode
from connector.delivery.cards.elements import message
from connector.delivery.cards.lead import Links, lead_card
from connector.delivery.cards.room import ROOMS, Room
from connector.delivery.cards.samples import sample
from connector.delivery.cards.subset import card_faults
from connector.delivery.cards.words import HEADLINES, Words
from connector.delivery.records import RecordLinks
from connector.pipeline.values import Json

RECORDS = RecordLinks("https://contoso.crm4.dynamics.com")
LINK = RECORDS.lead("0a1b")
ANSWERS = ("https://leads.example/verdicts/good", "https://leads.example/verdicts/not")

PAYLOAD: dict[str, Json] = {
    "event_id": "ev-0001",
    "kind": "score_crossed",
    "at": "2026-11-21T09:05:00+00:00",
    "rule": "score of engagement crossed 70",
    "alert": "hot-leads",
    "lead": {"id": "0a1b", "name": "Ada Example", "company": "Typed Co", "title": "Finance Director", "country": "GB"},
    "account": {"id": "0a1c", "name": "Example Holdings"},
    "scores": [
        {
            "model": "engagement", "dimension": "engagement",
            "score": 72, "previous": 41, "grade": "Hot", "previous_grade": "Warm",
            "previous_at": "2026-11-18T16:40:00+00:00",
        },
        {"model": "icp-fit", "dimension": "fit", "score": 55, "previous": 55, "grade": "B", "previous_grade": "B"},
    ],
    "reasons": ["Clicked 3 times in 7 days", "Senior finance person", "Large account", "A fourth reason"],
    "missing": ["Number of employees", "Industry"],
    "summary": "Strong fit and recent intent",
    "qualification": None,
    "owner": {"name": "Sam [Seller]", "entra_id": "a3a4b8f4-1f58-4f0e-8a5f-0a3c0d5f6b77"},
    "last_touch": {"type": "email_click", "at": "2026-11-19T09:00:00+00:00"},
}  # fmt: skip

DIGEST: dict[str, Json] = {
    "event_id": "ev-0002",
    "kind": "digest",
    "at": "2026-11-21T09:05:00+00:00",
    "channel": "sales-uk",
    "from": "2026-11-20T18:00:00+00:00",
    "to": "2026-11-21T09:00:00+00:00",
    "total": 12,
    "by_rule": [{"rule": "hot-leads", "count": 9}, {"rule": "sales-ready", "count": 3}],
    "by_grade": [
        {"model": "engagement", "grade": "Hot", "count": 11},
        {"model": "engagement", "grade": "", "count": 1},
    ],
    "leads": [
        {"id": "0a1b", "name": "Ada Example", "company": "Typed Co", "score": 72, "grade": "Hot", "rule": "hot-leads"},
        {"id": "0a1c", "name": None, "company": None, "score": None, "grade": None, "rule": None},
    ],
    "link": None,
}

RUN: dict[str, Json] = {
    "event_id": "ev-0003",
    "kind": "run_failed",
    "at": "2026-11-21T09:05:00+00:00",
    "run": {"id": "run_1", "kind": "sync", "error": "The environment could not be reached."},
}

# What an Adaptive Card of version 1.2 knows and Teams shows on phones too.
ELEMENTS_1_2 = {"AdaptiveCard", "TextBlock", "FactSet", "Container", "ColumnSet", "Column", "Action.OpenUrl"}

HOSTILE = [
    "[x](javascript:alert(1))",
    "<at>Everyone</at>",
    "&lt;at&gt;Everyone&lt;/at&gt;",
    "![i](https://evil.example/p.png)",
    "**bold** _it_ `code` # h\n- list\n1. one",
    "\x00\x07\r\nnull",
    "نور الهدى \u202e gnp.exe",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60,
    "e" + "\u0301" * 3_000,
    "\ud800 lone",
    "n" * 10_240,
    "'\"\\/{}${name}{{ lead.name }}",
]


def card_of(payload: Mapping[str, Json], records: RecordLinks | None = RECORDS) -> dict[str, Any]:
    """The card inside the message, as it arrives after a trip through JSON."""
    message = json.loads(encode(build_message(payload, records)))
    assert message["type"] == "message"
    [attachment] = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["contentUrl"] is None
    content: dict[str, Any] = attachment["content"]
    return content


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(child)


def texts(card: dict[str, Any]) -> list[str]:
    """Every text that people see, in order."""
    seen: list[str] = []
    for item in objects([card["body"], card.get("actions", [])]):
        seen += [item[key] for key in ("text", "title", "value") if isinstance(item.get(key), str)]
    return seen


def with_everywhere(text: str, kind: str = "score_crossed") -> dict[str, Json]:
    """The payload with this text wherever somebody else's text can stand."""
    return {**sample(kind, text), "event_id": text}


def test_the_card_says_who_what_and_why() -> None:
    """Name, account, score with trend, grade in words, reasons, what is missing, owner, touch, id and time."""
    seen = texts(card_of(PAYLOAD))
    assert seen == [
        "hot-leads: score of engagement crossed 70",
        "Ada Example",
        "Finance Director · Example Holdings · GB",
        "Engagement",
        "72",
        "Hot (was Warm)",
        "▲ up 31 since 18 Nov",
        "Fit",
        "55",
        "B",
        "● unchanged",
        "Strong fit and recent intent",
        "Why",
        "• Clicked 3 times in 7 days",
        "• Senior finance person",
        "• Large account",
        "Not known yet",
        "• Number of employees",
        "• Industry",
        "Owner",
        "<at>Sam Seller</at>",
        "Last touch",
        "Email click, 2 days ago",
        "Event ev-0001 · 21 Nov 2026 09:05 UTC",
        "Open the lead",
    ]


def test_the_card_is_declared_1_4_and_made_of_1_2_elements() -> None:
    """Version, width, fallback text and one OpenUrl button; no element is newer."""
    card = card_of(PAYLOAD)
    assert card["version"] == "1.4"
    assert card["msteams"]["width"] == "Full"
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the lead", "url": LINK}]
    assert "Ada Example" in card["fallbackText"]
    assert "72 (+31), Hot" in card["fallbackText"]
    assert LINK in card["fallbackText"]
    assert {item["type"] for item in objects(card["body"]) if "type" in item} <= ELEMENTS_1_2
    assert all(item.get("wrap") is True for item in objects(card) if item.get("type") == "TextBlock")


def test_the_owner_is_mentioned_by_id_and_the_text_is_the_same_to_the_letter() -> None:
    """Text and entity of a mention have to be equal, so that markup leaves the name instead of being escaped."""
    card = card_of(PAYLOAD)
    assert card["msteams"]["entities"] == [
        {
            "type": "mention",
            "text": "<at>Sam Seller</at>",
            "mentioned": {"id": "a3a4b8f4-1f58-4f0e-8a5f-0a3c0d5f6b77", "name": "Sam Seller"},
        }
    ]


@pytest.mark.parametrize("owner", [{"name": "Sam [Seller]"}, {"name": "Sam [Seller]", "entra_id": None}])
def test_an_owner_without_an_id_is_named_and_not_mentioned(owner: dict[str, Json]) -> None:
    """Without an object id nobody is found, so that the plain name stands there, escaped as any text."""
    card = card_of(PAYLOAD | {"owner": owner})
    assert "entities" not in card["msteams"]
    assert "Sam \\[Seller\\]" in texts(card)


def test_the_answers_are_buttons_beside_the_record() -> None:
    """Good and not good are links of ours; without a lead to judge there are none."""
    made = json.loads(encode(build_message(PAYLOAD, RECORDS, answers=ANSWERS)))["attachments"][0]["content"]
    assert [action["url"] for action in made["actions"]] == [LINK, *ANSWERS]
    assert ANSWERS[0] not in encode(build_message(DIGEST, RECORDS, answers=ANSWERS)).decode()


@pytest.mark.parametrize(
    ("score", "told"),
    [
        ({"score": 72, "previous": 41, "previous_at": "2025-11-18T16:40:00+00:00"}, "▲ up 31 since 18 Nov 2025"),
        ({"score": 72, "previous": 41, "previous_at": "2026-11-21T08:40:00+00:00"}, "▲ up 31 since 08:40 UTC"),
        ({"score": 41, "previous": 72, "previous_at": None}, "▼ down 31"),
        ({"score": 72, "previous": 72, "previous_at": "2026-11-18T16:40:00+00:00"}, "● unchanged since 18 Nov"),
        ({"score": 72, "previous": None}, "first score"),
    ],
)
def test_the_trend_is_told_in_words(score: dict[str, Json], told: str) -> None:
    """Arrow, direction, difference and since when: nobody has to know the arrow or see a colour."""
    assert told in texts(card_of(PAYLOAD | {"scores": [{"model": "m", **score}]}))


def test_a_woken_account_stands_first_and_can_be_opened() -> None:
    """The company is the news; the lead and both records are there."""
    card = card_of(PAYLOAD | {"kind": "account_woke", "rule": "account woke up"})
    assert texts(card)[1:3] == ["Example Holdings", "Ada Example · Finance Director · GB"]
    assert [action["url"] for action in card["actions"]] == [LINK, RECORDS.account("0a1c")]


def test_what_is_missing_stands_first_where_it_is_the_news() -> None:
    """A lead that needs data is announced for what is not known of it."""
    seen = texts(card_of(PAYLOAD | {"kind": "lead_needs_data"}))
    assert seen.index("Not known yet") < seen.index("Why")


def test_a_digest_counts_and_lists_its_leads_each_with_its_link() -> None:
    """Total, period, counts by alert and grade, top leads that open, how many more, and the list of leads."""
    card = card_of(DIGEST)
    assert texts(card) == [
        "Digest for sales-uk",
        "12 alerts",
        "20 Nov 2026 18:00 UTC to 21 Nov 2026 09:00 UTC",
        "By alert",
        "hot-leads",
        "9",
        "sales-ready",
        "3",
        "By grade: Hot 11",
        "Top leads",
        "Ada Example",
        "Typed Co · hot-leads",
        "72, Hot",
        "Open the lead",
        "Lead without a name",
        "Open the lead",
        "and 10 more",
        "Event ev-0002 · 21 Nov 2026 09:05 UTC",
        "Open the list",
    ]
    rows = [item["selectAction"]["url"] for item in objects(card) if "selectAction" in item]
    assert rows == [LINK, RECORDS.lead("0a1c")]
    assert [action["url"] for action in card["actions"]] == [RECORDS.leads()]


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/x", "javascript:alert(1)", "https://contoso.crm4.dynamics.com.evil.example/", 7]
)
def test_a_digest_leads_to_our_environment_only(link: Json) -> None:
    """A link that is not of the environment gives way to its list of leads."""
    card = card_of(DIGEST | {"link": link})
    assert [action["url"] for action in card["actions"]] == [RECORDS.leads()]
    view = "https://contoso.crm4.dynamics.com/main.aspx?pagetype=entitylist&etn=lead&viewid=1"
    assert [action["url"] for action in card_of(DIGEST | {"link": view})["actions"]] == [view]


def test_a_weekly_summary_and_a_digest_of_one_are_named_as_such() -> None:
    """The headline says which it is, and one alert is no plural."""
    seen = texts(card_of(DIGEST | {"kind": "weekly_summary", "total": 1, "channel": None}))
    assert seen[:2] == ["Weekly summary", "1 alert"]


def test_a_failed_run_says_which_why_and_what_to_do() -> None:
    """The run's id, its error and the command that shows more; no button leads to a record."""
    card = card_of(RUN)
    seen = texts(card)
    assert seen[:2] == ["A run failed", "Leads may wait for their scores until a run succeeds."]
    assert [seen[3], seen[5], seen[7]] == ["run\\_1", "sync", "The environment could not be reached."]
    assert "connector runs show run\\_1" in seen
    assert "actions" not in card
    assert card["fallbackText"] == "A run failed: The environment could not be reached."


def test_an_event_of_a_kind_that_is_not_known_says_what_it_can() -> None:
    """A later version's event has a card all the same."""
    assert texts(card_of({"kind": "new_kind", "rule": "something new", "message": "Look."}))[:2] == [
        "Something new",
        "Look.",
    ]


def test_the_typed_company_stands_in_for_a_missing_account() -> None:
    """Without an account the lead's own company text is shown, without either the name alone."""
    typed = card_of(PAYLOAD | {"account": None})
    assert "Finance Director · Typed Co · GB" in texts(typed)
    assert "Ada Example · Typed Co: " in typed["fallbackText"]
    alone = card_of(PAYLOAD | {"account": None, "lead": {"id": "1", "name": "Ada Example"}})
    assert texts(alone)[1:3] == ["Ada Example", "Engagement"]


@pytest.mark.parametrize(
    ("score", "previous", "expected"),
    [
        (72, 41, "72 (+31)"),
        (12, 20, "12 (-8)"),
        (-3, 0, "-3 (-3)"),
        (72, None, "72 (first score)"),
        (72, 72, "72 (unchanged)"),
        (None, 20, "not scored"),
        (True, 20, "not scored"),
        ("9", 20, "not scored"),
    ],
)
def test_a_score_is_shown_with_its_change(score: Json, previous: Json, expected: str) -> None:
    """Rise, fall, first and missing scores are each said in words."""
    scores: Json = [{"model": "m", "dimension": "", "score": score, "previous": previous, "grade": None}]
    assert f"Score {expected}" in card_of(PAYLOAD | {"scores": scores})["fallbackText"].replace("M ", "Score ")


def test_two_models_of_one_dimension_go_by_their_names() -> None:
    """Where a dimension would not tell two scores apart, the models' names do."""
    scores: Json = [{"model": name, "dimension": "fit", "score": 1, "previous": None} for name in ("one", "two")]
    seen = texts(card_of(PAYLOAD | {"scores": scores}))
    assert "One" in seen
    assert "Two" in seen


def test_a_qualified_lead_says_what_it_qualified_as() -> None:
    """A qualification shows its name and Status Reason and keeps within six facts."""
    qualification: Json = {"name": "sales-ready", "status_reason": "Marketing Qualified"}
    payload = PAYLOAD | {"kind": "lead_qualified", "rule": "", "alert": None, "qualification": qualification}
    card = card_of(payload)
    assert texts(card)[0] == "Lead qualified"
    [facts] = [item["facts"] for item in objects(card) if item.get("type") == "FactSet"]
    assert {"title": "Qualified as", "value": "sales-ready"} in facts
    assert {"title": "Status", "value": "Marketing Qualified"} in facts
    assert len(facts) <= 6


def test_the_place_in_the_matrix_is_a_fact() -> None:
    """The first place is shown beside the scores; none, or a strange one, leaves it out."""
    assert "A2" in texts(card_of(PAYLOAD | {"matrix": [{"place": "A2"}, {"place": "C1"}]}))
    strange: list[Json] = [[], None, ["A2"], [{}]]
    for matrix in strange:
        assert "Fit and engagement" not in texts(card_of(PAYLOAD | {"matrix": matrix}))


def test_more_unknowns_than_fit_are_counted() -> None:
    """The first four are named, the rest is a number."""
    seen = texts(card_of(PAYLOAD | {"missing": [f"fact {n}" for n in range(8)]}))
    assert "• fact 3" in seen
    assert "• and 4 more" in seen
    assert "• fact 4" not in seen


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"lead": None, "account": None, "scores": None, "reasons": None, "missing": None, "at": None},
        {
            "lead": "text",
            "account": 7,
            "scores": [None, 3, {}],
            "reasons": [None, "", {}],
            "missing": "x",
            "at": "soon",
        },
        {
            "lead": {"name": None},
            "scores": [{"score": None, "grade": None}],
            "summary": None,
            "at": "2026-11-21T09:05:00",
        },
        PAYLOAD | {"reasons": [], "missing": [], "scores": [], "summary": ""},
    ],
)
def test_nulls_and_wrong_shapes_leave_things_out(payload: dict[str, Json]) -> None:
    """A payload with holes still gives a whole card, with no `None` in it and nothing empty."""
    card = card_of(payload, None)
    assert all(text and "None" not in text for text in texts(card))
    assert "actions" not in card
    assert card["fallbackText"]


@pytest.mark.parametrize("kind", ["score_crossed", "digest", "run_failed"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_nothing(text: str, kind: str) -> None:
    """In every place: no link, image, mention, list, control or override character, and at most 20 KB."""
    payload: dict[str, Json] = {**with_everywhere(text, kind), "owner": {"name": text}}
    assert len(encode(build_message(payload, RECORDS))) <= MAX_BYTES
    card = card_of(payload)
    assert card_faults(card) == []
    shown = "\n".join([*texts(card), card["fallbackText"]])
    assert "<at>" not in shown
    assert "</at>" not in shown
    assert "&lt;" not in shown
    assert "\u202e" not in shown
    assert not any(ord(char) < 32 and char != "\n" for char in shown)
    for line in texts(card):
        assert "](" not in line.replace("\\](", "")
        assert "**" not in line.replace("\\*", "")
        assert not line.startswith(("#", ">", "- ", "1. "))
    assert all(item["url"].startswith("https://contoso.crm4.dynamics.com/") for item in objects(card) if "url" in item)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_owner_is_mentioned_once_or_not_at_all(text: str) -> None:
    """Whatever an owner is called, the text holds the entity's mention and no other."""
    card = card_of(PAYLOAD | {"owner": {"name": text, "entra_id": "a3a4b8f4"}})
    assert card_faults(card) == []
    said = "".join(texts(card))
    mentioned = [entity["text"] for entity in card["msteams"].get("entities", [])]
    assert said.count("<at>") == len(mentioned) <= 1
    assert all(mention in said for mention in mentioned)


WIDEST = ("\U0001f468\u200d" * 5_000, "\U00011103\U00011100" * 5_000, "_" * 10_000, "&amp;" * 2_000)


@pytest.mark.parametrize("kind", [*HEADLINES, "another"])
def test_the_largest_texts_in_the_widest_characters_fit(kind: str) -> None:
    """Texts at every limit, of characters of four bytes with marks that count, still make at most 20 KB."""
    for text in WIDEST:
        message = build_message(with_everywhere(text, kind), RECORDS, answers=ANSWERS, note=text[:300])
        assert len(encode(message)) <= MAX_BYTES
        assert card_faults(card_of(with_everywhere(text, kind))) == []


def test_a_card_too_large_says_less_in_a_defined_order() -> None:
    """A lead's card has room for the longest texts; a digest of such leads loses the tail of its list, then words."""
    wide = "\U00011103\U00011100\U00011101" * 400
    assert len([said for said in texts(card_of(with_everywhere(wide))) if said.startswith("• ")]) == 7
    rows = [item for item in objects(card_of(with_everywhere(wide, "digest"))) if "selectAction" in item]
    assert 3 <= len(rows) < 10


@pytest.mark.parametrize("room", ROOMS)
def test_a_lead_card_stays_whole_in_every_room(room: Room) -> None:
    """However little room there is: name, scores, reasons, event id and the button are there."""
    words = Words(with_everywhere("\U00011103\U00011100" * 400), room)
    card = lead_card(words, Links(record=LINK))
    assert card_faults(card) == []
    assert len([said for said in texts(card) if said.startswith("• ")]) >= 3
    assert "Open the lead" in texts(card)
    assert len(encode(message(card))) <= MAX_BYTES


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_smaller_than_the_one_before(room: Room) -> None:
    """The order in which a card says less never gives anything back."""
    before = ROOMS[max(ROOMS.index(room) - 1, 0)]
    for name in ("reasons", "missing", "leads", "counts", "share"):
        assert getattr(room, name) <= getattr(before, name)


@pytest.mark.parametrize("payload", [PAYLOAD, DIGEST, RUN, {}, *(with_everywhere(text) for text in HOSTILE)])
def test_the_official_schema_takes_the_card(payload: dict[str, Json]) -> None:
    """The card passes the Adaptive Card schema of its version (`msteams`, which that does not know, left out)."""
    folder = os.environ.get("CONNECTOR_SCHEMAS")
    if not folder:
        pytest.skip("CONNECTOR_SCHEMAS does not name the folder of the vendors' schemas")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: pip install jsonschema")
    schema = json.loads(Path(folder, "adaptivecards", "adaptive-card-1.4.0.json").read_text(encoding="utf-8-sig"))
    card = card_of(payload)
    del card["msteams"]
    faults = [error.message for error in jsonschema.Draft6Validator(schema).iter_errors(card)]
    assert faults == []
