"""Addresses that take answers: ours are read as they were made, all others are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.delivery.verdictlinks import LIFETIME, Ballot, VerdictLinkError, VerdictLinks
from connector.pipeline.verdicts import Answer

NOW = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
DELIVERY = "dlv_0123456789abcdef0123456789abcdef"
LINKS = VerdictLinks("https://leads.example/connector/", b"a secret")


def tokens(links: VerdictLinks = LINKS, delivery: str = DELIVERY) -> list[str]:
    """The tokens for good and for not good."""
    pair = links.pair(delivery, NOW)
    assert pair is not None
    return [url.rpartition("/")[2] for url in pair]


def test_a_link_says_which_card_and_which_answer_and_nothing_else() -> None:
    """An address below the public one, short, without a name, an e-mail or a lead's id."""
    pair = LINKS.pair(DELIVERY, NOW)
    assert pair is not None
    assert all(url.startswith("https://leads.example/connector/verdicts/") and len(url) < 120 for url in pair)
    expires = NOW + LIFETIME
    assert [LINKS.read(token, NOW) for token in tokens()] == [
        Ballot(DELIVERY, Answer.GOOD, expires),
        Ballot(DELIVERY, Answer.NOT_GOOD, expires),
    ]


def test_a_link_expires() -> None:
    """It is read until the last moment of its thirty days and not after."""
    [good, _] = tokens()
    assert LINKS.read(good, NOW + LIFETIME - timedelta(seconds=1)).answer is Answer.GOOD
    with pytest.raises(VerdictLinkError, match="could be used until 21 Dec 2026"):
        LINKS.read(good, NOW + LIFETIME)


def test_every_character_of_a_link_counts() -> None:
    """Whatever character is another one, cut or added, the link is refused: no answer, card or date can be changed."""
    [good, _] = tokens()
    other = [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in range(len(good) - 1)]
    for token in [*other, good[:-1], good + "A", good + "=", "", "..", "é" * 50, good.replace(good[0], "\x00", 1)]:
        with pytest.raises(VerdictLinkError, match="not whole"):
            LINKS.read(token, NOW)


def test_another_installation_s_links_are_refused() -> None:
    """Another secret makes other signatures; the same one, in another process, the same."""
    [good, _] = tokens(VerdictLinks("https://leads.example/connector/", b"another secret"))
    with pytest.raises(VerdictLinkError):
        LINKS.read(good, NOW)
    assert VerdictLinks("https://elsewhere.example", b"a secret").read(tokens()[0], NOW).delivery_id == DELIVERY


def test_the_secret_itself_signs_nothing() -> None:
    """The key is derived, so that the same secret may sign other things elsewhere."""
    assert LINKS._key != b"a secret"
    assert len(LINKS._key) == 32


@pytest.mark.parametrize("delivery", ["test", "dlv_", "dlv_0123", "dlv_" + "G" * 32, "sub_" + "0" * 32])
def test_what_is_no_delivery_has_no_links(delivery: str) -> None:
    """A test card asks nobody."""
    assert LINKS.pair(delivery, NOW) is None
