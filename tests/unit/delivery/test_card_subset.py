"""What a card may hold: each part that telephones or workflows do not show is named with its place."""

from __future__ import annotations

import pytest

from connector.delivery.cards.subset import card_faults, is_web_address
from connector.pipeline.values import Json

TEXT: dict[str, Json] = {"type": "TextBlock", "text": "x"}
GO: dict[str, Json] = {"type": "Action.OpenUrl", "title": "Go", "url": "https://a.example/"}
MENTION: dict[str, Json] = {"type": "mention", "text": "<at>A</at>", "mentioned": {"id": "1", "name": "A"}}


def card(*body: Json, **more: Json) -> dict[str, Json]:
    """A card with this body."""
    return {"type": "AdaptiveCard", "version": "1.4", "body": [*body], **more}


def test_a_card_of_every_part_is_fine() -> None:
    """Each element with its properties, nested, with links and a mention."""
    image: Json = {
        "type": "Image",
        "url": "https://a.example/x.png",
        "altText": "x",
        "size": "small",
        "selectAction": GO,
    }
    column: Json = {"type": "Column", "width": "80px", "items": [TEXT, image], "verticalContentAlignment": "center"}
    whole = card(
        {**TEXT, "maxLines": 3, "wrap": True, "size": "ExtraLarge", "weight": "bolder", "color": "good", "id": "a"},
        {
            "type": "ColumnSet",
            "columns": [column, {"width": 2, "items": [TEXT]}],
            "selectAction": GO,
            "style": "accent",
        },
        {"type": "Container", "items": [{"type": "FactSet", "facts": [{"title": "a", "value": "b"}]}], "bleed": True},
        {"type": "ActionSet", "actions": [GO]},
        actions=[GO],
        msteams={"width": "Full", "entities": [MENTION]},
        fallbackText="x",
    )
    assert card_faults(whole) == []


@pytest.mark.parametrize(
    ("whole", "where"),
    [
        ("text", ""),
        ({"type": "Other"}, ""),
        (card(TEXT, **{"$schema": "https://elsewhere.example"}), "$schema"),
        (card(TEXT, version="1.6"), "version"),
        (card(TEXT, fallbackText=" "), "fallbackText"),
        (card(TEXT, msteams=[]), "msteams"),
        (card(TEXT, msteams={"other": 1}), "msteams.other"),
        (card(TEXT, msteams={"width": "Half"}), "msteams.width"),
        (card(TEXT, msteams={"entities": "x"}), "msteams.entities[0]"),
        (card(TEXT, msteams={"entities": [{"type": "mention"}]}), "msteams.entities[0]"),
        (card(TEXT, msteams={"entities": [{**MENTION, "text": "<at>B</at>"}]}), "msteams.entities[0]"),
        (card(TEXT, body="x"), "body"),
        (card(7), "body[0]"),
        (card({"type": "Table"}), "body[0]"),
        (card({"type": "Column", "items": []}), "body[0]"),
        (card({**TEXT, "text": 7}), "body[0].text"),
        (card({**TEXT, "id": 7}), "body[0].id"),
        (card({**TEXT, "wrap": "yes"}), "body[0].wrap"),
        (card({**TEXT, "maxLines": 0}), "body[0].maxLines"),
        (card({**TEXT, "selectAction": GO}), "body[0].selectAction"),
        (card({"type": "Image", "url": "http://a.example", "altText": "x"}), "body[0].url"),
        (card({"type": "Image", "url": "https://a.example"}), "body[0].altText"),
        (card({"type": "Container", "items": 7}), "body[0].items"),
        (card({"type": "ColumnSet", "columns": [{"items": [TEXT]}] * 4}), "body[0].columns"),
        (card({"type": "ColumnSet", "columns": [7]}), "body[0].columns[0]"),
        (card({"type": "ColumnSet", "columns": [{"items": [TEXT], "width": "wide"}]}), "body[0].columns[0].width"),
        (card({"type": "ColumnSet", "columns": [{"items": [TEXT], "width": 0}]}), "body[0].columns[0].width"),
        (card({"type": "FactSet", "facts": []}), "body[0].facts"),
        (card({"type": "FactSet", "facts": [{"title": "a"}]}), "body[0].facts[0]"),
        (card({"type": "FactSet", "facts": [{"title": "a", "value": ""}]}), "body[0].facts[0]"),
        (card({"type": "ActionSet", "actions": 7}), "body[0].actions"),
        (card(TEXT, actions=[{"type": "Action.Submit", "title": "x"}]), "actions[0]"),
        (card(TEXT, actions=[{"type": "Action.OpenUrl", "url": "https://a.example"}]), "actions[0].title"),
        (card(TEXT, actions=[{**GO, "style": "positive"}]), "actions[0].style"),
        (card(TEXT, actions=[{**GO, "url": "mailto:a@b.example"}]), "actions[0].url"),
    ],
)  # fmt: skip
def test_what_is_not_shown_everywhere_is_named_with_its_place(whole: Json, where: str) -> None:
    """One fault, at the place where the author finds it."""
    found = card_faults(whole)
    assert [place for place, _ in found] == [where], found
    assert all(what for _, what in found)


@pytest.mark.parametrize(
    "address",
    ["https://[broken", "https://", "http://a.example", "https://u@a.example", "https://a.example/ x", "https://ä.example",
     None],
)  # fmt: skip
def test_an_address_is_https_with_a_host_and_nothing_to_re_encode(address: Json) -> None:
    """Everything else is refused, however it is written."""
    assert is_web_address(address)
    assert not is_web_address("https://a.example/x?y=%20z")
