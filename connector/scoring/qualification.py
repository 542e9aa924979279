"""Conditions over scores and facts: qualification criteria, audiences, the filters of alerts.

Tests of facts and interactions mean here what they mean in a model; what is added is the test of a model's score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.scoring.compiler import compile_question
from connector.scoring.compiler.question import Answer, Question
from connector.scoring.compiler.titles import TitleReader
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.operators import fold
from connector.scoring.rules import Condition, Grade, Matrix, Model, ModelTest
from connector.scoring.score import Facts, Outcome, Score, UnknownFact
from connector.scoring.usage import leaves

NO_MODELS: Mapping[str, Model] = {}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What criteria say of a lead: the outcome, why in a sentence, and when it changes with no new data.

    The change of the scores themselves is not counted in: each score carries its own.
    """

    outcome: Outcome
    reason: str
    next_change_at: datetime | None


class CompiledCondition:
    """A condition, ready to be asked; called with facts, the scores by model, and the moment (aware UTC)."""

    def __init__(self, condition: Condition, question: Question, models: Mapping[str, Model]) -> None:
        self.condition = condition
        self.models = models
        self._question = question

    def __call__(self, facts: Facts, scores: Mapping[str, Score], now: datetime) -> Outcome:
        """The outcome; a test of a model that does not score the lead is not met."""
        return self._question(facts, scores, now)[0]

    def judge(self, facts: Facts, scores: Mapping[str, Score], now: datetime) -> tuple[Outcome, datetime | None]:
        """The outcome, and the first later moment at which it changes with no new data and the same scores."""
        outcome, _, change = self._question(facts, scores, now)
        return outcome, change

    def answer(self, facts: Facts, scores: Mapping[str, Score], now: datetime) -> Answer:
        """The outcome, the facts that make it unknown, and its next change."""
        return self._question(facts, scores, now)


def compile_condition(
    condition: Condition,
    types: FactTypes = UNTYPED,
    titles: TitleReader | None = None,
    *,
    models: Mapping[str, Model] = NO_MODELS,
) -> CompiledCondition:
    """Compile a condition; `models` are those whose grades it names, since only a model knows their order.

    Raises DocumentError for rules that no document can hold.
    """
    question = compile_question(condition, types, titles, lambda test: lambda scores: is_met(test, scores, models))
    return CompiledCondition(condition, question, models)


def is_met(test: ModelTest, scores: Mapping[str, Score], models: Mapping[str, Model]) -> bool:
    """Whether a model's score or grade reaches a test's mark; a lead that the model does not score reaches none.

    Of a model that is not among `models` only the very grade counts, since the order of its grades is not known.
    """
    score = scores.get(test.model)
    if score is None or score.score is None:
        return False
    if test.at_least is not None:
        return score.score >= test.at_least
    grades = models[test.model].grades if test.model in models else ()
    return reaches(score.grade, test.grade or "", grades) or (not grades and score.grade == test.grade)


def reaches(seen: str | None, wanted: str, grades: Sequence[Grade]) -> bool:
    """Whether a grade is the wanted one or a higher one of these (highest first); a grade that is not there is neither.

    Names are compared as text is: NFC, without regard to case.
    """
    order = [fold(grade.name) for grade in grades]
    if seen is None or fold(seen) not in order or fold(wanted) not in order:
        return False
    return order.index(fold(seen)) <= order.index(fold(wanted))


def qualify(compiled: CompiledCondition, scores: Mapping[str, Score], facts: Facts, now: datetime) -> Verdict:
    """Judge a lead by compiled criteria, given its scores at the same moment."""
    outcome, unknown, change = compiled.answer(facts, scores, now)
    return Verdict(outcome, _reason(outcome, unknown, scores, compiled), change)


def matrix_label(matrix: Matrix, grades: Mapping[str, str | None], models: Mapping[str, Model]) -> str | None:
    """The place of a lead in a two-model matrix, `A1` the best grade of both, given its grade by model.

    None where a model gives it no grade, or one that the model no longer has.
    """
    ranks = []
    for name in (matrix.fit, matrix.engagement):
        grade, model = grades.get(name), models.get(name)
        names = [one.name for one in model.grades] if model else []
        if grade is None or grade not in names:
            return None
        ranks.append(names.index(grade))
    return f"{chr(ord('A') + ranks[0])}{ranks[1] + 1}"


# --- in words


def _reason(
    outcome: Outcome, unknown: Sequence[UnknownFact], scores: Mapping[str, Score], compiled: CompiledCondition
) -> str:
    """Which models' marks were reached, or were not; which facts are unknown."""
    if outcome is Outcome.UNKNOWN:
        facts = ", ".join(dict.fromkeys(f"{part.fact} ({part.cause.replace('_', ' ')})" for part in unknown))
        return f"Cannot be judged: unknown is {facts}."
    wanted = outcome is Outcome.TRUE
    tests = [test for test in leaves(compiled.condition) if isinstance(test, ModelTest)]
    said = [_words(test, scores) for test in tests if is_met(test, scores, compiled.models) is wanted]
    start = "Met" if wanted else "Not met"
    return f"{start}: {'; '.join(dict.fromkeys(said))}." if said else f"The criteria are {start.lower()}."


def _words(test: ModelTest, scores: Mapping[str, Score]) -> str:
    score = scores.get(test.model)
    seen = "not scored" if score is None or score.score is None else str(score.score)
    if score is not None and score.grade is not None:
        seen += f" {score.grade}"
    mark = f"at least {test.at_least}" if test.at_least is not None else f"{test.grade} or better"
    return f"{test.model} is {seen} ({mark})"
