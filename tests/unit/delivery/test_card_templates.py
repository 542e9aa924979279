"""Cards that a company writes: names filled in, no more; refused before they could fail, and safe whatever comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector.delivery.cards import MAX_BYTES, build_message, check_template, encode, rendered
from connector.delivery.cards.samples import ANSWERS, RECORDS, sample
from connector.delivery.cards.subset import card_faults
from connector.delivery.cards.templatecheck import known_names
from connector.errors import DocumentError
from connector.pipeline.cardtemplates import EVENT_KINDS, CardTemplate, parse_card
from connector.pipeline.values import Json

OURS = """
type: AdaptiveCard
version: 1.4
fallbackText: "{{ lead.name }} {{ score.line }}"
body:
  - {type: TextBlock, text: "**{{ lead.name }}** of {{ lead.company }}", wrap: true}
  - {type: TextBlock, text: "{{ summary }}", wrap: true}
  - type: FactSet
    facts:
      - {title: Owner, value: "{{ owner.mention }}"}
      - {title: Country, value: "{{ lead.country }}"}
  - type: Container
    items:
      - {type: TextBlock, text: "{{ reasons.1 }}"}
  - {type: TextBlock, text: Always here}
actions:
  - {type: Action.OpenUrl, title: Open, url: "{{ link.record }}"}
  - {type: Action.OpenUrl, title: Good, url: "{{ link.good }}"}
  - {type: Action.OpenUrl, title: Search, url: "https://search.example/?q={{ lead.company }}"}
"""


def template(text: str = OURS, kind: str = "score_crossed") -> CardTemplate:
    """A card document of a kind."""
    return parse_card(text, f"{kind}.yaml")


def card(payload: dict[str, Json], text: str = OURS) -> Any:
    """What a template makes of an event."""
    message = rendered(template(text), payload, RECORDS, ANSWERS)
    assert message is not None
    return json.loads(encode(message))["attachments"][0]["content"]


def faults(body: str, kind: str = "score_crossed") -> list[str]:
    """What is wrong with a card of this body."""
    return [str(fault) for fault in check_template(template(f"type: AdaptiveCard\n{body}", kind))]


def test_names_are_filled_in() -> None:
    """Texts, facts and addresses say what the event says; the company's own markup stays."""
    made = card(dict(sample("score_crossed")))
    assert made["body"][0]["text"] == "**Ada Example** of Example Holdings"
    assert made["body"][2]["facts"][0] == {"title": "Owner", "value": "<at>Sam Seller</at>"}
    assert made["msteams"]["entities"][0]["text"] == "<at>Sam Seller</at>"
    assert [action["url"] for action in made["actions"]] == [
        RECORDS.lead("5b0ce0c4-8d0c-4f7e-9b0a-0c7f5d0e6a11"),
        ANSWERS[0],
        "https://search.example/?q=Example%20Holdings",
    ]
    assert made["fallbackText"] == "Ada Example 72 (+31), Hot (was Warm)"
    assert (made["version"], made["msteams"]["width"]) == ("1.4", "Full")


def test_what_says_nothing_is_left_out() -> None:
    """A paragraph, fact, container or button whose names are all empty leaves no gap; plain texts stay."""
    made = card({"event_id": "e", "kind": "score_crossed", "lead": {"name": "Ada Example"}})
    assert [block.get("text") for block in made["body"]] == ["**Ada Example** of", "Always here"]
    assert "actions" not in made
    assert "entities" not in made["msteams"]


@pytest.mark.parametrize("owner", [{"name": "Sam Seller"}, {"name": "Sam Seller", "entra_id": "1", "mention": False}])
def test_an_owner_who_is_not_mentioned_is_named(owner: dict[str, Json]) -> None:
    """Without an object id, or where the alert does not ask for it, the name stands there alone."""
    made = card({**sample("score_crossed"), "owner": owner})
    assert made["body"][2]["facts"][0]["value"] == "Sam Seller"
    assert "entities" not in made["msteams"]


def test_a_card_without_a_fallback_gets_one() -> None:
    """Notifications always have something to show."""
    made = card(
        dict(sample("score_crossed")),
        OURS.replace("fallbackText", "lang").replace('lang: "{{ lead.name }} {{ score.line }}"', ""),
    )
    assert made["fallbackText"].startswith("hot-leads: ")


@pytest.mark.parametrize(
    "text", ["[x](javascript:alert(1))", "<at>All</at>", "{{ lead.id }}", "**b** \\", "نور الهدى", "n" * 10_240]
)
def test_text_from_leads_stays_text(text: str) -> None:
    """What stands in a lead is escaped in texts and percent-encoded in addresses, and is no template itself."""
    made = card(dict(sample("score_crossed", text)))
    said = json.dumps(made["body"], ensure_ascii=False)
    assert card_faults(made) == []
    assert "](javascript" not in said.replace("\\\\]", "")
    assert said.count("<at>") == len(made["msteams"].get("entities", [])) <= 1
    assert made["actions"][2]["url"].startswith("https://search.example/?q=")
    assert not set(made["actions"][2]["url"]) & set("{}<>[]() ")
    assert len(encode({"attachments": [{"content": made}]})) <= MAX_BYTES


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("body: [{type: TextBlock, text: '{{ lead.nam }}'}]", "'lead.nam' is no name. Did you mean lead.name?"),
        ("body: [{type: TextBlock, text: '{{ }}'}]", "'nothing' is no name"),
        ("body: [{type: TextBlock, text: '{{#if lead.name}}'}]", "braces that hold no name"),
        ("body: [{type: TextBlock, text: x, color: '{{ lead.name }}'}]", "no name can stand here"),
        ("body: [{type: TextBlock, text: '{{ link.good }}'}]", "an address can stand in a `url` only"),
        ("body: [{type: Input.Text, id: x}]", "body[0]: is of the type 'Input.Text'"),
        ("body: [{type: TextBlock, text: x, style: heading}]", "is no property of TextBlock that is shown everywhere"),
        ("body: [{type: TextBlock, text: x, size: huge}]", "body[0].size: is none of default, small"),
        ("body: [{type: TextBlock}]", "body[0].text: is missing"),
        ("body: []", "body: is empty"),
        ("body: [{type: TextBlock, text: '{{ lead.name }}'}]", "nothing is left of it where an event says next to"),
        ("version: '1.5'\nbody: [{type: TextBlock, text: x}]", "version: is not a version from 1.0 to 1.4"),
        ("refresh: {}\nbody: [{type: TextBlock, text: x}]", "refresh: is no property of a card that workflows show"),
    ],
)  # fmt: skip
def test_a_card_that_could_not_be_shown_is_refused(body: str, said: str) -> None:
    """Each fault says where, what, and what to do."""
    assert any(said in fault for fault in faults(body)), faults(body)


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("https://crm.example/{{ lead.id }}", False),
        ("https://crm.example?id={{ lead.id }}", False),
        ("{{ link.record }}", False),
        ("{{ lead.name }}", True),
        ("https://{{ lead.company }}/", True),
        ("https://crm.example{{ lead.company }}", True),
        ("https://crm.example/?to={{ link.record }}", True),
        ("http://crm.example/", True),
        ("javascript:alert(1)", True),
    ],
)
def test_no_name_decides_where_a_button_leads(url: str, is_refused: bool) -> None:
    """An address is ours as a whole, or begins with the company's own host."""
    action = json.dumps({"type": "Action.OpenUrl", "title": "Go", "url": url})
    found = faults(f"body: [{{type: TextBlock, text: x}}]\nactions: [{action}]")
    assert bool(found) is is_refused, found


def test_a_card_that_long_texts_make_too_large_is_refused() -> None:
    """It would fall back on the day when somebody has a long name: better said before."""
    block = "  - {type: TextBlock, text: '{{ summary }} {{ lead.name }} {{ reasons.1 }} {{ reasons.2 }}'}\n"
    assert any(
        "larger than 20,000 bytes" in fault for fault in faults("body:\n  - {type: TextBlock, text: x}\n" + block * 40)
    )
    assert faults("body:\n  - {type: TextBlock, text: x}\n" + block * 3) == []


def test_a_fault_names_its_line() -> None:
    """The author finds the place."""
    (fault,) = check_template(template("type: AdaptiveCard\nbody:\n  - type: TextBlock\n    text: '{{ nobody }}'\n"))
    assert (fault.path, fault.line) == ("body[0].text", 4)


def test_a_template_whose_rendering_cannot_be_sent_gives_nothing() -> None:
    """The sender falls back to the built-in card then."""
    assert (
        rendered(template("type: AdaptiveCard\nbody: [{type: TextBlock, text: '{{ lead.title }}'}]"), {}, None, None)
        is None
    )


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_the_built_in_cards_are_templates_too(kind: str) -> None:
    """What `connector cards example` prints can be published as it is: a start for one's own."""
    message: Any = build_message(sample(kind), RECORDS, answers=ANSWERS)
    text = json.dumps(message["attachments"][0]["content"])
    assert check_template(parse_card(text, f"{kind}.json")) == []


def test_the_card_of_the_guide_can_be_published() -> None:
    """What docs/cards.md shows as a card of one's own is one, and it names every kind of event."""
    guide = (Path(__file__).resolve().parents[3] / "docs" / "cards.md").read_text(encoding="utf-8")
    shown = guide.partition("```yaml\n")[2].partition("```")[0]
    assert check_template(template(shown)) == []
    assert [kind for kind in EVENT_KINDS if f"`{kind}`" not in guide] == []


@pytest.mark.parametrize("name", sorted(name for name in known_names() if "link" not in name))
def test_every_name_has_a_value_in_the_sample(name: str) -> None:
    """The sample that templates are tried on says everything that a name can stand for, of one kind or another."""
    made = rendered(
        template(f"body: [{{type: TextBlock, text: 'x {{{{ {name} }}}}'}}]\ntype: AdaptiveCard"),
        sample("digest"),
        RECORDS,
        None,
    )
    assert made is not None


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("score_crosed.yaml", "type: AdaptiveCard", "Did you mean score_crossed?"),
        ("x.yaml", "card: elsewhere\ntype: AdaptiveCard", "is no kind of event"),
        ("digest.yaml", "[1]", "must be a mapping"),
    ],
)
def test_a_document_that_is_no_card_of_a_kind_is_refused(name: str, text: str, said: str) -> None:
    """The kind stands in the document or in the file's name, and is one that cards are sent for."""
    with pytest.raises(DocumentError, match=said.replace("?", r"\?")):
        parse_card(text, name)


def test_the_kind_may_stand_in_the_document() -> None:
    """So that a card can come from elsewhere than a file."""
    assert parse_card("card: digest\ntype: AdaptiveCard\nbody: []").kind == "digest"
