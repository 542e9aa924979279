"""The words of which conditions are made, as a document writes them: what the parser takes and the schema names."""

from __future__ import annotations

from connector.scoring.document.accounts import ACCOUNT_KEYS
from connector.scoring.rules import Operator

OPERATORS = tuple(str(operator) for operator in Operator)
TABLES = ("lead", "account", "title")
HEADS = ("fact", "interaction", "model", "account", "all", "any", "not", "at_least_of")
OF_PLANS = ("model", "account")  # what a qualification or an alert may ask, and no scoring model
KEYS = {
    "fact": ("fact", *OPERATORS, "case_sensitive", "min_confidence"),
    "interaction": ("interaction", "at_least", "within", "where", "include_machine"),
    "model": ("model", "at_least", "grade"),
    "account": ACCOUNT_KEYS,
    "all": ("all",),
    "any": ("any",),
    "not": ("not",),
    "at_least_of": ("at_least_of",),
}
MOST_OCCURRENCES = 1_000_000
