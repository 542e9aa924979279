"""The card of an event: what it says, what it is made of, and that hostile text does nothing in it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from connector.delivery.cards import MAX_BYTES, build_message, encode
from connector.pipeline.values import Json

LINK = "https://contoso.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn=lead&id=0a1b"

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
        },
        {"model": "icp-fit", "dimension": "fit", "score": 55, "previous": 55, "grade": "B", "previous_grade": "B"},
    ],
    "reasons": ["Clicked 3 times in 7 days", "Senior finance person", "Large account", "A fourth reason"],
    "missing": ["Number of employees", "Industry"],
    "summary": "Strong fit and recent intent",
    "qualification": None,
}  # fmt: skip

# What an Adaptive Card of version 1.2 knows and Teams shows on phones too.
ELEMENTS_1_2 = {"AdaptiveCard", "TextBlock", "FactSet", "Action.OpenUrl"}

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


def card_of(payload: Mapping[str, Json], link: str | None = LINK) -> dict[str, Any]:
    """The card inside the message, as it arrives after a trip through JSON."""
    message = json.loads(encode(build_message(payload, link)))
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
    for item in objects(card):
        seen += [item[key] for key in ("text", "title", "value") if isinstance(item.get(key), str)]
    return seen


def with_everywhere(text: str) -> dict[str, Json]:
    """The payload with this text wherever somebody else's text can stand."""
    score: dict[str, Json] = {
        "model": text, "dimension": text, "score": 7, "previous": 1, "grade": text, "previous_grade": "x" + text,
    }  # fmt: skip
    return PAYLOAD | {
        "event_id": text,
        "rule": text,
        "alert": text,
        "lead": {"id": "1", "name": text, "company": text, "title": text, "country": text, "owner": text},
        "account": {"id": "1", "name": text},
        "scores": [score] * 5,
        "reasons": [text] * 9,
        "missing": [text] * 9,
        "summary": text,
        "qualification": {"name": text, "status_reason": text},
        "matrix": [{"place": text}],
    }


def test_the_card_says_who_what_and_why() -> None:
    """Name, account, score with change, grade in words, three reasons, what is missing, event id and time are there."""
    seen = texts(card_of(PAYLOAD))
    assert seen == [
        "hot-leads: score of engagement crossed 70",
        "Ada Example · Example Holdings",
        "Strong fit and recent intent",
        "Engagement",
        "72 (+31), Hot (was Warm)",
        "Fit",
        "55 (unchanged), B",
        "Job title",
        "Finance Director",
        "Country",
        "GB",
        "Why",
        "• Clicked 3 times in 7 days",
        "• Senior finance person",
        "• Large account",
        "Not known yet: Number of employees, Industry",
        "Event ev-0001 · 21 Nov 2026 09:05 UTC",
        "Open the lead",
    ]


def test_the_card_is_declared_1_4_and_made_of_1_2_elements() -> None:
    """Version, width, fallback text and one OpenUrl button; no colour carries meaning, and no element is newer."""
    card = card_of(PAYLOAD)
    assert card["version"] == "1.4"
    assert card["msteams"] == {"width": "Full"}
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open the lead", "url": LINK}]
    assert "Ada Example" in card["fallbackText"]
    assert "72 (+31), Hot" in card["fallbackText"]
    assert LINK in card["fallbackText"]
    assert {item["type"] for item in objects(card) if "type" in item} <= ELEMENTS_1_2
    assert not [item for item in objects(card) if "color" in item or "style" in item]
    assert all(item.get("wrap") is True for item in objects(card) if item.get("type") == "TextBlock")


def test_the_typed_company_stands_in_for_a_missing_account() -> None:
    """Without an account the lead's own company text is shown, without either the name alone."""
    assert "Ada Example · Typed Co" in texts(card_of(PAYLOAD | {"account": None}))
    assert "Ada Example" in texts(card_of(PAYLOAD | {"account": None, "lead": {"id": "1", "name": "Ada Example"}}))


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
    assert expected in texts(card_of(PAYLOAD | {"scores": scores}))


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


def test_more_missing_facts_than_fit_are_counted() -> None:
    """The first five are named, the rest is a number."""
    seen = texts(card_of(PAYLOAD | {"missing": [f"fact {n}" for n in range(8)]}))
    assert "Not known yet: fact 0, fact 1, fact 2, fact 3, fact 4 and 3 more" in seen


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


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_nothing(text: str) -> None:
    """In every place: no link, image, mention, list, control or override character, and at most 20 KB."""
    message = build_message(with_everywhere(text), LINK)
    assert len(encode(message)) <= MAX_BYTES
    card = card_of(with_everywhere(text))
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
    assert [item["url"] for item in objects(card) if "url" in item] == [LINK]


def test_the_largest_texts_in_the_widest_characters_fit() -> None:
    """Texts at every limit, of characters of four bytes with marks that count, still make at most 20 KB."""
    for text in ("\U0001f468\u200d" * 5_000, "\U00011103\U00011100" * 5_000, "_" * 10_000):
        card = build_message(with_everywhere(text), LINK)
        assert len(encode(card)) <= MAX_BYTES


def test_a_card_too_large_is_built_again_with_shorter_texts() -> None:
    """Shortening is by text, so that no part of the card is lost."""
    wide = "\U00011103\U00011100\U00011101" * 400
    card = card_of(with_everywhere(wide))
    assert len([item for item in objects(card) if item.get("text", "").startswith("• ")]) == 3
    assert card["actions"]


@pytest.mark.parametrize("payload", [PAYLOAD, {}, *(with_everywhere(text) for text in HOSTILE)])
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
