"""Patterns that an engine which tries every way would be busy with for years."""

from __future__ import annotations

import pytest

from connector.scoring.operators import compile_pattern

LONG = "a" * 2_000


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "^(a*)*$", "(.*a){12}$", r"^(\w+\s?)*$"])
def test_no_pattern_takes_for_ever(pattern: str) -> None:
    """It is searched for in a time that grows with the text: these would otherwise not end."""
    assert compile_pattern(pattern, case_sensitive=False).search(LONG + "!") is None
    assert compile_pattern(pattern, case_sensitive=False).search(LONG) is not None


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)b", "(?<!a)b"])
def test_what_only_trying_every_way_can_find_is_refused(pattern: str) -> None:
    """References back and looks around are no patterns here."""
    with pytest.raises(Exception, match=r"invalid|not supported|bad"):
        compile_pattern(pattern, case_sensitive=False)
