"""Columns that a model reads and facts do not hold: not empty, only not read yet. Whom the model cannot judge by them.

Facts hold every column that was read, an empty one as null. A missing one is scored as an empty one is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from connector.scoring.compiler import Scorer
from connector.scoring.compiler.titles import TitleReader
from connector.scoring.derived import source_column
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.qualification import compile_condition
from connector.scoring.rules import Condition, FactTest, Operator
from connector.scoring.score import Facts, Outcome, Score, Standing
from connector.scoring.usage import facts_used, leaves

_EMPTINESS = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})


class Unread:
    """What one model reads, held against the facts of leads."""

    def __init__(self, scorer: Scorer, types: FactTypes = UNTYPED, titles: TitleReader | None = None) -> None:
        model = scorer.model
        self._types = types
        self._columns = sorted(facts_used(model, types))
        standing = [condition for condition in (model.audience, model.exclude) if condition is not None]
        self._asked_of_all = self._emptiness(standing)
        self._asked_of_scored = self._emptiness([group.when for group in model.groups])
        self._exclude = None if model.exclude is None else compile_condition(model.exclude, types, titles)

    def missing(self, facts: Facts) -> frozenset[str]:
        """The columns and roll-ups of the model that these facts do not hold; none of an account that is not there."""
        tables = {"lead": facts["lead"], "account": facts.get("account")}
        found = []
        for fact in self._columns:
            table, _, column = fact.partition(".")
            held = tables[table]
            if held is not None and column not in held:
                found.append(fact)
        return frozenset(found)

    def decisive(self, facts: Facts, score: Score, missing: frozenset[str], now: datetime) -> frozenset[str]:
        """Those of the missing columns without which nobody knows what the model says; `score` is what it says now.

        One whose emptiness is asked for always is: missing, it counts as empty.
        """
        if not missing:
            return missing
        unknown = {self._column(part.fact) for part in score.unknown} | self._asked_of_all
        if score.standing is Standing.SCORED:
            unknown |= self._asked_of_scored
            if self._exclude is not None:
                outcome, parts, _ = self._exclude.answer(facts, {}, now)
                unknown |= {self._column(part.fact) for part in parts if outcome is Outcome.UNKNOWN}
        return missing & unknown

    def _emptiness(self, conditions: Iterable[Condition]) -> frozenset[str]:
        tests = (test for condition in conditions for test in leaves(condition) if isinstance(test, FactTest))
        return frozenset(self._column(test.fact) for test in tests if test.operator in _EMPTINESS)

    def _column(self, fact: str) -> str:
        return source_column(fact, self._types) or fact
