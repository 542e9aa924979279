"""Findings on the examples of a model, and on a text that cannot be read."""

from __future__ import annotations

import pytest

from connector.errors import DocumentError, Fault
from connector.scoring.facttypes import FactTypes
from connector.scoring.lint import lint_model, unreadable
from connector.scoring.rules import Example
from tests.unit.scoring.lint.builders import TYPES, fact, group, model

OPEN = FactTypes(TYPES.types)


@pytest.mark.parametrize(
    ("types", "column", "fixes"),
    [
        (TYPES, "country", []),
        (TYPES, "budget", []),
        (TYPES, "contry", ["Did you mean lead.country?"]),
        (TYPES, "zzz", ["Check the column's logical name, or leave it out."]),
        (OPEN, "zzz", []),
        (OPEN, "new_region", []),
        (OPEN, "jobtitel", ["Did you mean lead.jobtitle?"]),
    ],
)
def test_columns_of_examples_that_no_rule_reads(types: FactTypes, column: str, fixes: list[str]) -> None:
    """What is read, or listed, or may well be a column of one's own is no finding; what is meant is suggested."""
    example = Example({}, {"lead": {column: "GB"}, "account": None})
    found = lint_model(model(group("g", 5, fact("lead.country", "equals", "GB")), examples=(example,)), types)
    assert [one.fix for one in found if one.code == "example-column"] == fixes


def test_each_fault_of_a_text_is_a_finding() -> None:
    """With its line and remedy; an error without faults is one finding by itself."""
    (told,) = unreadable(DocumentError("two", faults=[Fault("groups", 3, "is missing.", "Add it.")]))
    assert (told.code, told.line, told.message, told.fix) == ("invalid-document", 3, "groups: is missing.", "Add it.")
    assert unreadable(DocumentError("It is empty."))[0].message == "It is empty."
