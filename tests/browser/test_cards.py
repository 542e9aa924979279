"""Cards as people see them: drawn by the official package in a real browser, each kept as a picture to look at.

The pictures stand in tests/output/cards.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connector.delivery.cards import build_message, rendered
from connector.delivery.cards.samples import ANSWERS, RECORDS, sample
from connector.pipeline.cardtemplates import EVENT_KINDS, parse_card
from connector.pipeline.values import Json
from tests.browser.rendering import NARROW, Rendered, Renderer, chromium, packages

pytestmark = pytest.mark.long

OURS = (*ANSWERS, f"https://{RECORDS.host}/main.aspx?")
SAFE_TAGS = {"div", "p", "span", "button", "table", "tbody", "tr", "td", "strong", "em", "br"}
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("light", {}),
    ("dark", {"dark": True}),
    ("narrow", {"width": NARROW}),
)
HOSTILE = {
    "link": "[x](javascript:alert(1)) [y](https://evil.example) ![z](https://evil.example/z.png)",
    "mention": "<at>Everyone</at> &lt;at&gt;All&lt;/at&gt;",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)><a href='https://evil.example'>x</a>",
    "address": "https://evil.example www.evil.example a@evil.example //evil.example evil.com evil.co.uk/x tel:1",
    "markup": "# big **bold** _it_ `code` ~~no~~ | a | b |\n- list\n1. one\n> quote\n***",
    "names": "{{ lead.name }} ${lead.name} \\",
    "long": "n" * 10_240,
    "wide": "W" * 5_000 + " " + "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 800,
    "towers": "Q" + "\u0341\u0316" * 3_000,
    "override": "abc \u202e gnp.exe \u2066 fdp.exe",
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """One browser for all cards."""
    installed = packages()
    with chromium() as browser:
        yield Renderer(browser, installed)


def content(payload: Mapping[str, Json]) -> dict[str, Any]:
    """The card of an event, as it arrives."""
    message: Any = json.loads(json.dumps(build_message(payload, RECORDS, answers=ANSWERS)))
    card: dict[str, Any] = message["attachments"][0]["content"]
    return card


def check(drawn: Rendered) -> None:
    """Nothing leads anywhere but where we lead, nothing runs, nothing stands outside, the renderer finds no fault."""
    assert drawn.faults == ()
    assert drawn.overflowing == ()
    assert drawn.links == ()
    assert drawn.tags <= SAFE_TAGS, drawn.tags - SAFE_TAGS
    assert all(url.startswith(OURS) for url in drawn.opens), drawn.opens
    assert drawn.picture.stat().st_size > 5_000


def letters(text: str) -> str:
    """What of a text is read, whatever stands between."""
    return "".join(char for char in text if char.isalnum())


@pytest.mark.parametrize(("look", "how"), LOOKS, ids=[name for name, _ in LOOKS])
@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_every_kind_of_card_is_drawn_whole(renderer: Renderer, kind: str, look: str, how: dict[str, Any]) -> None:
    """On light, on dark and on a telephone: every text of the card is there to be read."""
    card = content(sample(kind))
    drawn = renderer.draw(card, f"{kind}-{look}", **how)
    check(drawn)
    for block in card["body"]:
        if block["type"] == "TextBlock":
            assert block["text"].replace("\\", "").split()[0] in drawn.text
    assert len(drawn.opens) == json.dumps(card).count("Action.OpenUrl")


def test_a_lead_card_says_all_that_it_has_to(renderer: Renderer) -> None:
    """Who, score, trend, grade, reasons, unknowns, owner, touch and event are read, and the owner is mentioned."""
    drawn = renderer.draw(content(sample("score_crossed")), "lead")
    check(drawn)
    for said in (
        "Ada Example", "Example Holdings", "72", "up 31 since 18 Nov", "down 6 since 18 Nov", "Hot (was Warm)", "Why",
        "Clicked three times in 7 days", "Not known yet", "Number of employees", "Owner", "Email click, 2 days ago",
        "Strong fit and recent engagement", "eve_0f1e2d3c4b5a69788796a5b4c3d2e1f0", "Open the lead", "Not a good lead",
    ):  # fmt: skip
        assert said in drawn.text, said
    assert drawn.mentions == ("Sam Seller",)
    assert drawn.opens == (RECORDS.lead("5b0ce0c4-8d0c-4f7e-9b0a-0c7f5d0e6a11"), *ANSWERS)


@pytest.mark.parametrize("kind", ["score_crossed", "digest", "run_failed"])
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [680, NARROW], ids=["wide", "narrow"])
def test_hostile_text_is_drawn_as_text(renderer: Renderer, name: str, kind: str, width: int) -> None:
    """Wherever somebody else's text can stand, it is read as it was written and does nothing."""
    text = HOSTILE[name]
    drawn = renderer.draw(content(sample(kind, text)), f"hostile-{name}-{kind}-{width}", width=width)
    check(drawn)
    assert len(drawn.mentions) <= (1 if kind == "score_crossed" else 0)
    assert not {"strong", "em", "ul", "ol", "h1", "code", "s"} & drawn.tags
    assert letters(text)[:8] in letters(drawn.text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("arabic", "شركة المثال للتجارة والتطوير"), ("hebrew", "חברה לדוגמה בע״מ"), ("mixed", "נועה Example שרה")],
)
def test_right_to_left_text_keeps_to_itself(renderer: Renderer, name: str, text: str) -> None:
    """Names of right-to-left scripts are whole, and do not turn what stands beside them."""
    drawn = renderer.draw(content(sample("score_crossed", text)), f"right-to-left-{name}")
    check(drawn)
    assert text in drawn.text
    assert "▲ up 31 since 18 Nov" in drawn.text


def test_a_card_without_anything_is_drawn(renderer: Renderer) -> None:
    """Nulls and holes leave no `null`, no `None` and no empty place."""
    empty: dict[str, Json] = dict.fromkeys(sample("score_crossed"))
    drawn = renderer.draw(
        content({**empty, "event_id": "eve_1", "kind": "score_crossed", "lead": {"id": "1"}}), "nulls"
    )
    check(drawn)
    assert "Lead without a name" in drawn.text
    assert not {"None", "null", "undefined"} & set(drawn.text.split())


def test_a_company_s_own_card_is_drawn(renderer: Renderer) -> None:
    """A template's own markup works, the text from leads in it does not."""
    own = parse_card(
        "card: score_crossed\ntype: AdaptiveCard\nbody:\n"
        "  - {type: TextBlock, text: '**{{ lead.name }}** of {{ lead.company }}', size: Large, wrap: true}\n"
        "  - type: FactSet\n    facts:\n      - {title: Owner, value: '{{ owner.mention }}'}\n"
        "      - {title: Why, value: '{{ reasons.1 }}'}\n"
        "actions: [{type: Action.OpenUrl, title: Open, url: '{{ link.record }}'}]\n"
    )
    payload: dict[str, Json] = {**sample("score_crossed"), "reasons": [HOSTILE["link"]]}
    message: Any = rendered(own, payload, RECORDS, ANSWERS)
    drawn = renderer.draw(message["attachments"][0]["content"], "own-card")
    check(drawn)
    assert "strong" in drawn.tags
    assert drawn.mentions == ("Sam Seller",)
    assert letters(HOSTILE["link"])[:20] in letters(drawn.text)
