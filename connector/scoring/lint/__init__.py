"""The linter: what is wrong, dead or misleading in a model, a qualification or an alert, with proof and a fix.

It reads rules only and never the facts of a lead. `impossible` is said with proof alone (see `prover`).
"""

from connector.scoring.lint.findings import CODES, Finding, Severity
from connector.scoring.lint.model import in_order, lint_model, reachable
from connector.scoring.lint.plans import lint_alert, lint_criteria
from connector.scoring.lint.text import unreadable
from connector.scoring.lint.thresholds import Range

__all__ = [
    "CODES",
    "Finding",
    "Range",
    "Severity",
    "in_order",
    "lint_alert",
    "lint_criteria",
    "lint_model",
    "reachable",
    "unreadable",
]
