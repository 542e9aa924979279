"""The cards that a Teams channel gets: pure functions from an event's payload to the message's body.

Adaptive Cards, declared 1.4 and made of 1.2 elements, sent as the one attachment of a message.
"""

from connector.delivery.cards.building import build_message
from connector.delivery.cards.elements import MAX_BYTES, encode
from connector.delivery.cards.templatecheck import check_template
from connector.delivery.cards.templates import rendered

__all__ = ["MAX_BYTES", "build_message", "check_template", "encode", "rendered"]
