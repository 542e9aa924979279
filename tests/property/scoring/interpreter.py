"""A slow, obvious reading of the rules, written for the tests alone.

It walks the rules for every lead, knows no shortcut, and shares no code with the operators or the compiler.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

from connector.scoring.facttypes import FactTypes, Kind
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    Group,
    HalfLife,
    InteractionTest,
    Linear,
    Model,
    Not,
    Operator,
    Steps,
)
from connector.scoring.score import Cause, GroupScore, Outcome, Score, Standing, UnknownFact

Truth = bool | None
PRECISE = Context(prec=60)
OUTCOMES = {True: Outcome.TRUE, False: Outcome.FALSE, None: Outcome.UNKNOWN}


def canonical(text: str, *, case_sensitive: bool) -> str:
    """Text as it is compared."""
    text = unicodedata.normalize("NFC", text)
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())


def folded(text: str) -> str:
    """Text as it is compared where case does not count."""
    return canonical(text, case_sensitive=False)


def number_of(value: Any) -> Fraction | None:
    """A finite number as the exact value of its shortest decimal form."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if not math.isfinite(value):
        return None
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def moment_of(value: Any) -> datetime | None:
    """A date or time as aware UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time.min, UTC)
    return None


def is_nothing(value: Any) -> bool:
    """Null, missing or blank."""
    return value is None or (isinstance(value, str) and value.strip() == "")


@dataclass
class Interpreter:
    """Evaluates the rules of one lead's facts at one moment."""

    facts: Mapping[str, Any]
    now: datetime
    types: FactTypes
    titles: Callable[[str], Any]

    # --- facts

    def fact(self, test: FactTest) -> tuple[Any, Cause | None]:  # noqa: PLR0911 - one return for each case
        """The value of a fact, or why there is none."""
        lead: Any = self.facts["lead"]
        account: Any = self.facts.get("account")
        name = test.fact
        if name == "lead.has_account":
            return account is not None, None
        if name.startswith("title."):
            return self.title(test, lead.get("jobtitle"))
        if name == "lead.email_is_freemail":
            address = lead.get("emailaddress1")
            if is_nothing(address):
                return None, Cause.EMPTY_COLUMN
            if not isinstance(address, str) or not re.fullmatch(r".+@[^@]+", address.strip()):
                return None, Cause.WRONG_TYPE
            return address.strip().casefold().endswith(("@gmail.com", "@web.de")), None
        if name == "lead.days_since_created":
            created = lead.get("createdon")
            moment = moment_of(created)
            if moment is None:
                return None, Cause.EMPTY_COLUMN if is_nothing(created) else Cause.WRONG_TYPE
            return max(0, math.floor((self.now - moment) / timedelta(days=1))), None
        table, _, column = name.partition(".")
        if table == "account" and account is None:
            return None, Cause.NO_ACCOUNT
        if name == "account.employee_band":
            return self.band(account.get("numberofemployees"))
        value = (lead if table == "lead" else account).get(column)
        return (None, Cause.EMPTY_COLUMN) if is_nothing(value) else (value, None)

    def title(self, test: FactTest, text: Any) -> tuple[Any, Cause | None]:
        """What a title says."""
        if is_nothing(text):
            return None, Cause.EMPTY_COLUMN
        if not isinstance(text, str):
            return None, Cause.WRONG_TYPE
        title = self.titles(text)
        value = title.seniority if test.fact == "title.seniority" else title.function
        if value is None:
            return None, Cause.UNRECOGNISED_TITLE
        if test.min_confidence is not None and title.confidence < test.min_confidence:
            return None, Cause.LOW_CONFIDENCE
        return value, None

    def band(self, employees: Any) -> tuple[Any, Cause | None]:
        """The employee band."""
        if is_nothing(employees):
            return None, Cause.EMPTY_COLUMN
        number = number_of(employees)
        if number is None or number < 1:
            return None, Cause.WRONG_TYPE
        for end, band in [(10, "1-10"), (50, "11-50"), (200, "51-200"), (500, "201-500"), (1000, "501-1000")]:
            if number <= end:
                return band, None
        return ("1001-5000" if number <= 5000 else "5001+"), None

    # --- conditions

    def truth(self, condition: Condition) -> Truth:  # noqa: PLR0911 - one return for each case
        """The truth of a condition."""
        match condition:
            case FactTest():
                return self.fact_truth(condition)[0]
            case InteractionTest():
                if self.facts.get("tracking") is False:
                    return None
                return len(self.occurrences(condition)) >= condition.at_least
            case Not(term=term):
                inner = self.truth(term)
                return None if inner is None else not inner
            case All(terms=terms):
                return self.at_least(len(terms), terms)
            case AnyOf(terms=terms):
                return self.at_least(1, terms)
            case AtLeastOf(n=n, terms=terms):
                return self.at_least(n, terms)
        raise AssertionError(condition)

    def at_least(self, n: int, terms: Sequence[Condition]) -> Truth:
        """Kleene logic by counting: all, any and at-least-of are one thing."""
        truths = [self.truth(term) for term in terms]
        if sum(truth is True for truth in truths) >= n:
            return True
        if sum(truth is not False for truth in truths) < n:
            return False
        return None

    def fact_truth(self, test: FactTest) -> tuple[Truth, Cause | None]:
        """The truth of a fact test, and why it is unknown."""
        value, cause = self.fact(test)
        if test.operator in {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}:
            if cause is Cause.NO_ACCOUNT:
                return None, cause
            return (value is None) is (test.operator is Operator.IS_EMPTY), None
        if cause:
            return None, cause
        truth = self.compare(test, value)
        return truth, (Cause.WRONG_TYPE if truth is None else None)

    def compare(self, test: FactTest, value: Any) -> Truth:  # noqa: PLR0911 - one return for each case
        """One operator on one value."""
        operator, operands = test.operator, test.operands
        fact_type = self.types.types.get(test.fact)
        if fact_type and fact_type.kind is Kind.MULTI_CHOICE:
            return self.compare_options(operator, {int(operand) for operand in operands}, value)  # type: ignore[arg-type]  # the operator says the type
        match operator:
            case Operator.EQUALS | Operator.IS_ANY_OF:
                return self.is_one_of(test, value)
            case Operator.NOT_EQUALS | Operator.IS_NONE_OF:
                found = self.is_one_of(test, value)
                return None if found is None else not found
            case Operator.CONTAINS | Operator.BEGINS_WITH | Operator.ENDS_WITH | Operator.MATCHES:
                return self.compare_text(test, value)
            case Operator.IN_LAST | Operator.NOT_IN_LAST:
                moment = moment_of(value)
                if moment is None:
                    return None
                age = self.now - moment
                inside = timedelta(0) <= age < operands[0]  # type: ignore[operator]  # the operator says the type
                return inside is (operator is Operator.IN_LAST)
        signs = []
        for operand in operands:
            sign = self.sign(value, operand)
            if sign is None:
                return None
            signs.append(sign)
        return {
            Operator.GREATER_THAN: signs[0] > 0,
            Operator.AFTER: signs[0] > 0,
            Operator.AT_LEAST: signs[0] >= 0,
            Operator.LESS_THAN: signs[0] < 0,
            Operator.BEFORE: signs[0] < 0,
            Operator.AT_MOST: signs[0] <= 0,
            Operator.BETWEEN: signs[0] >= 0 and signs[-1] <= 0,
        }[operator]

    def compare_options(self, operator: Operator, wanted: set[int], value: Any) -> Truth:
        """A multiple choice."""
        if isinstance(value, bool):
            return None
        parts = [value] if isinstance(value, int) else value.split(",") if isinstance(value, str) else value
        try:
            chosen = {int(part) for part in parts}
        except (TypeError, ValueError):
            return None
        if operator in {Operator.EQUALS, Operator.NOT_EQUALS}:
            return (chosen == wanted) is (operator is Operator.EQUALS)
        return (not chosen.isdisjoint(wanted)) is (operator is not Operator.IS_NONE_OF)

    def is_one_of(self, test: FactTest, value: Any) -> Truth:
        """Equality with any operand of the value's type; unknown when none is of that type."""
        verdicts = [self.equals(test, value, operand) for operand in test.operands]
        known = [verdict for verdict in verdicts if verdict is not None]
        return any(known) if known else None

    def equals(self, test: FactTest, value: Any, operand: Any) -> Truth:
        """Equality with one operand."""
        if isinstance(operand, str):
            if not isinstance(value, str):
                return None
            sensitive = test.case_sensitive
            return canonical(value, case_sensitive=sensitive) == canonical(operand, case_sensitive=sensitive)
        if isinstance(operand, bool):
            return value is operand if isinstance(value, bool) else None
        sign = self.sign(value, operand)
        return None if sign is None else sign == 0

    def sign(self, value: Any, operand: Any) -> int | None:
        """-1, 0 or 1 as the value is below, equal to or above the operand; None when they do not compare."""
        if isinstance(operand, Decimal):
            number, end = number_of(value), Fraction(operand)
            return None if number is None else (number > end) - (number < end)
        moment = moment_of(value)
        if moment is None or not isinstance(operand, date):
            return None
        left, right = (moment, operand) if isinstance(operand, datetime) else (moment.date(), operand)
        return (left > right) - (left < right)

    def compare_text(self, test: FactTest, value: Any) -> Truth:
        """Parts of text."""
        if not isinstance(value, str):
            return None
        (operand,) = test.operands
        assert isinstance(operand, str)
        if test.operator is Operator.MATCHES:
            flags = 0 if test.case_sensitive else re.IGNORECASE
            return re.search(operand, canonical(value, case_sensitive=True), flags) is not None
        text = canonical(value, case_sensitive=test.case_sensitive)
        part = canonical(operand, case_sensitive=test.case_sensitive)
        return {
            Operator.CONTAINS: part in text,
            Operator.BEGINS_WITH: text[: len(part)] == part,
            Operator.ENDS_WITH: part == "" or text[-len(part) :] == part,
        }[test.operator]

    # --- interactions

    def occurrences(self, test: InteractionTest) -> list[datetime]:
        """The moments of the interactions that count, in the window."""
        found = []
        for interaction in self.facts.get("interactions", ()):
            at = moment_of(interaction["at"])
            assert at is not None
            age = self.now - at
            if folded(interaction["type"]) != folded(test.type):
                continue
            if interaction.get("machine") and not test.include_machine:
                continue
            if age < timedelta(0) or (test.within is not None and age >= test.within):
                continue
            properties = interaction.get("properties") or {}
            if all(self.property_truth(part, properties) is True for part in test.where):
                found.append(at)
        return found

    def property_truth(self, test: FactTest, properties: Mapping[str, Any]) -> Truth:
        """A test of an interaction's property."""
        value = properties.get(test.fact)
        if test.operator in {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY}:
            return is_nothing(value) is (test.operator is Operator.IS_EMPTY)
        return None if is_nothing(value) else self.compare(test, value)

    # --- points

    def points(self, group: Group) -> int:
        """The points of a group whose condition is true."""
        return capped(group, self.raw_points(group))

    def raw_points(self, group: Group) -> int:
        """The points before the group's cap."""
        if not group.each and group.decay is None:
            assert group.points is not None
            return group.points
        (test,) = interactions_in(group.when)
        ages = [self.now - at for at in self.occurrences(test)]
        if not group.each:
            return faded(group, min(ages))
        return sum(faded(group, age) for age in ages)

    def most(self, group: Group, model: Model) -> int:
        """The largest that an unknown group could add.

        `each` that no cap bounds is as much as the model's caps let through, without any the fewest occurrences.
        """
        if not group.each and group.decay is None:
            assert group.points is not None
            return max(0, capped(group, group.points))
        (test,) = interactions_in(group.when)
        if self.truth(test) is True:
            return max(0, self.points(group))
        if not group.each:
            return max(0, *(capped(group, value) for value in [*values(group), 0]))
        best = max(0, *values(group), 0)
        if best and group.cap is not None and largest(group) >= 0:
            return max(0, group.cap)
        category_cap = model.category_caps.get(group.category) if group.category else None
        if best and (model.cap is not None or (category_cap is not None and category_cap >= 0)):
            return 10**15
        return best * test.at_least

    # --- the whole

    def standing(self, model: Model) -> Standing:
        """Whether the model applies."""
        audience = self.truth(model.audience) if model.audience is not None else True
        if audience is None:
            return Standing.AUDIENCE_UNKNOWN
        if audience is False:
            return Standing.OUTSIDE_AUDIENCE
        excluded = model.exclude is not None and self.truth(model.exclude) is True
        return Standing.EXCLUDED if excluded else Standing.SCORED

    def unknowns(self, condition: Condition) -> Iterator[UnknownFact]:
        """The unknown facts of a condition that is unknown: those of its unknown parts."""
        match condition:
            case FactTest():
                cause = self.fact_truth(condition)[1]
                assert cause is not None
                yield UnknownFact(condition.fact, cause)
            case InteractionTest():
                yield UnknownFact(f"interaction.{condition.type}", Cause.NO_TRACKING)
            case Not(term=term):
                yield from self.unknowns(term)
            case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
                for term in terms:
                    if self.truth(term) is None:
                        yield from self.unknowns(term)

    def group_scores(self, model: Model) -> tuple[GroupScore, ...]:
        """Every group's points and outcome."""
        truths = [self.truth(group.when) for group in model.groups]
        return tuple(
            GroupScore(group.name, self.points(group) if truth else 0, OUTCOMES[truth])
            for group, truth in zip(model.groups, truths, strict=True)
        )

    def snapshot(self, model: Model) -> tuple[Standing, tuple[GroupScore, ...]]:
        """What must not change before the next change."""
        standing = self.standing(model)
        return standing, self.group_scores(model) if standing is Standing.SCORED else ()

    def score(self, model: Model) -> Score:
        """The whole score, without its next change."""
        standing = self.standing(model)
        if standing is not Standing.SCORED:
            blamed = standing is Standing.AUDIENCE_UNKNOWN and model.audience is not None
            unknown = dict.fromkeys(self.unknowns(model.audience)) if blamed and model.audience is not None else {}
            return Score(model.name, standing, None, None, 0.0, None, (), tuple(unknown), None)
        groups = self.group_scores(model)
        unknown_groups = [group for group in model.groups if self.truth(group.when) is None]
        found = dict.fromkeys(fact for group in unknown_groups for fact in self.unknowns(group.when))
        total = self.total(model, [score.points for score in groups])
        best = [
            self.most(group, model) if score.outcome is Outcome.UNKNOWN else score.points
            for group, score in zip(model.groups, groups, strict=True)
        ]
        weights = sum(abs(extreme(group)) for group in model.groups)
        missed = sum(abs(extreme(group)) for group in unknown_groups)
        coverage = (weights - missed) / weights if weights else 1.0
        grade = next((g.name for g in model.grades if g.from_score is None or total >= g.from_score), None)
        reachable = self.total(model, best)
        return Score(model.name, standing, total, grade, coverage, reachable, groups, tuple(found), None)

    def total(self, model: Model, points: Sequence[int]) -> int:
        """The capped sum of the groups' points."""
        total = 0
        for category in {group.category for group in model.groups}:
            part = sum(p for group, p in zip(model.groups, points, strict=True) if group.category == category)
            cap = None if category is None else model.category_caps.get(category)
            total += part if cap is None else min(part, cap) if cap >= 0 else max(part, cap)
        if model.floor is not None:
            total = max(model.floor, total)
        return total if model.cap is None else min(model.cap, total)


def interactions_in(condition: Condition) -> list[InteractionTest]:
    """The interaction tests of a condition."""
    match condition:
        case InteractionTest():
            return [condition]
        case Not(term=term):
            return interactions_in(term)
        case All(terms=terms) | AnyOf(terms=terms) | AtLeastOf(terms=terms):
            return [test for term in terms for test in interactions_in(term)]
    return []


def values(group: Group) -> list[int]:
    """The points that one occurrence can have at the start of each step."""
    if isinstance(group.decay, Steps):
        return [points for _, points in group.decay.steps] + [0]
    assert group.points is not None
    return [group.points, 0] if group.decay else [group.points]


def largest(group: Group) -> int:
    """The value of greatest magnitude, the positive of two."""
    return max(values(group), key=lambda value: (abs(value), value))


def capped(group: Group, points: int) -> int:
    """After the group's cap."""
    if group.cap is None:
        return points
    return max(points, group.cap) if largest(group) < 0 else min(points, group.cap)


def extreme(group: Group) -> int:
    """What a group counts for in coverage, with its sign."""
    if not group.each:
        return max((capped(group, value) for value in values(group)), key=lambda value: (abs(value), value))
    if group.cap is not None:
        return group.cap
    (test,) = interactions_in(group.when)
    return largest(group) * test.at_least


def faded(group: Group, age: timedelta) -> int:
    """The rounded points of one occurrence of an age."""
    decay = group.decay
    if isinstance(decay, Steps):
        return next((points for bound, points in decay.steps if age < bound), 0)
    assert group.points is not None
    if decay is None:
        return group.points
    if isinstance(decay, Linear):
        share = max(Fraction(0), 1 - Fraction(microseconds(age), microseconds(decay.period)))
        return away_from_zero(group.points * share)
    assert isinstance(decay, HalfLife)
    halvings = Fraction(microseconds(age), microseconds(decay.period))
    if halvings.denominator == 1:
        return away_from_zero(Fraction(group.points, 2**halvings.numerator)) if halvings < 64 else 0
    exponent = PRECISE.divide(Decimal(halvings.numerator), Decimal(halvings.denominator))
    exact = PRECISE.multiply(Decimal(group.points), PRECISE.power(Decimal(2), -exponent))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def microseconds(length: timedelta) -> int:
    """A length in whole microseconds."""
    return (length.days * 86_400 + length.seconds) * 1_000_000 + length.microseconds


def away_from_zero(exact: Fraction) -> int:
    """Round half away from zero."""
    size = math.floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size
