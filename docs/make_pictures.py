"""Draws the picture of a card for the README: one of the demo's, by the official package. Run: make pictures."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # what draws cards stands beside its tests

from connector.cli.demo import play, staged  # noqa: E402 - found by the line above
from tests.browser.rendering import Renderer, chromium, packages  # noqa: E402 - likewise

FOLDER = ROOT / "docs" / "pictures"
LARGEST_BYTES = 150_000
PUBLIC = {"CONNECTOR_PUBLIC_URL": "https://leads.example"}


def demo_card() -> dict[str, Any]:
    """The card of the demo's lead with the highest score."""
    with staged(extra=PUBLIC) as stage:
        play(stage)
        cards = [sent.body["attachments"][0]["content"] for sent in stage.sandbox.teams.cards]
    rises = [card for card in cards if "▲" in json.dumps(card, ensure_ascii=False)]
    return max(rises or cards, key=lambda card: len(json.dumps(card)))


def main() -> None:
    """Draw the picture, and refuse one that is too large for a README."""
    card = demo_card()
    with chromium() as browser:
        drawn = Renderer(browser, packages()).draw(card, "card", folder=FOLDER, scale=1.5)
    size = drawn.picture.stat().st_size
    if size > LARGEST_BYTES:
        sys.exit(f"{drawn.picture} has {size} bytes, more than {LARGEST_BYTES}.")
    print(f"{drawn.picture.relative_to(ROOT)}: {size} bytes")


if __name__ == "__main__":
    main()
