"""What may guard an update, and what can never match."""

from __future__ import annotations

import pytest

from connector.dataverse.http.etags import checked_etag, outdated


@pytest.mark.parametrize("etag", ['W/"7"', '"7"', 'W/"a b"'])
def test_an_etag_is_sent_as_it_was_read(etag: str) -> None:
    """Weak and strong ones alike."""
    assert checked_etag(etag) == etag


@pytest.mark.parametrize("etag", ["", "*", 'W/"*', "7", '""', 'W/""', '"', 'W/"7"\r\nX: y', 'W/"é"'])
def test_what_names_no_version_guards_nothing(etag: str) -> None:
    """Empty, the wildcard, unquoted, and what would break out of the header."""
    with pytest.raises(ValueError, match="etag"):
        checked_etag(etag)


@pytest.mark.parametrize(
    ("etag", "other"),
    [
        ('W/"8"', 'W/"7"'),
        ('"1"', 'W/"0"'),
        ('W/"0"', 'W/"9223372036854775807"'),
        ('W/"abc"', 'W/"9223372036854775807"'),
    ],
)
def test_an_outdated_etag_is_none_that_a_row_can_have(etag: str, other: str) -> None:
    """The version before, which does not come back; where there is none, one that no row reaches."""
    assert outdated(etag) == checked_etag(other) != etag
