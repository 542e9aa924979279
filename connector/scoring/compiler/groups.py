"""Code of a model's groups: points, results, what unknowns cost and could add, and when a group next changes."""

from __future__ import annotations

from connector.scoring.compiler.build import Build
from connector.scoring.compiler.carried import CarriedPoints, bounded
from connector.scoring.compiler.identity import is_timed
from connector.scoring.compiler.runtime import PointsOf
from connector.scoring.rules import All, AnyOf, Condition, FactTest, InteractionTest, Model, Operator
from connector.scoring.score import GroupScore, Outcome


class GroupCode:
    """Writes one group. Its result is left in `result`, its points are added to `total`, a sum of its category."""

    def __init__(self, build: Build, index: int, model: Model, category: int | None) -> None:
        group = model.groups[index]
        self._build = build
        self._code = build.code
        self._group = group
        self._suffix = "" if category is None else str(category)
        self.result = f"r{index}"
        self._carried = CarriedPoints(group) if group.each or group.decay else None
        self._most = self._carried.most_in(model, group.category) if self._carried else 0
        points = group.points or 0
        self._points = bounded(points, group.cap, is_negative=points < 0)
        self.weight = self._carried.weight if self._carried else abs(self._points)

    def emit(self) -> None:
        """Write the group's evaluation, result and next change."""
        condition = self._group.when
        variable = self._build.evaluate(condition)
        with self._code.block(f"if {variable}:"):
            self._award()
        with self._code.block(f"elif {variable} is None:"):
            self._code.line(f"{self.result} = {self._constant(Outcome.UNKNOWN)}")
            self._miss()
            self._build.blame(condition)
        with self._code.block("else:"):
            self._code.line(f"{self.result} = {self._constant(Outcome.FALSE)}")
        if is_timed(condition):
            self._emit_change(variable)

    def _constant(self, outcome: Outcome, points: int = 0) -> str:
        return self._build.constants.name(GroupScore(self._group.name, points, outcome), "G")

    def _award(self) -> None:
        if self._carried is None:
            self._code.line(f"{self.result} = {self._constant(Outcome.TRUE, self._points)}")
            self._code.line(f"s{self._suffix} += {self._points}")
            return
        self._code.line(f"p, f = {self._points_now()}")
        self._take("f")
        self._code.line(f"s{self._suffix} += p")
        self._code.line(f"{self.result} = {self._build.constants.name(PointsOf(self._group.name), 'V')}[p]")

    def _points_now(self) -> str:
        assert self._carried is not None
        stream = self._build.stream_of(self._carried.carrier)
        return f"{self._build.constants.name(self._carried.now, 'C')}({stream.times}, len({stream.past}), now)"

    def _miss(self) -> None:
        """What the unknown group takes from coverage and could add."""
        self._code.line(f"w += {self.weight}")
        if self._carried is None:
            if self._points > 0:
                self._code.line(f"e{self._suffix} += {self._points}")
            return
        if self._is_alone():
            self._code.line(f"e{self._suffix} += {self._most}")
            return
        with self._code.block(f"if {self._build.variable(self._carried.carrier)}:"):
            self._code.line(f"p, f = {self._points_now()}")
            self._code.line(f"e{self._suffix} += max(0, p)")
        with self._code.block("else:"):
            self._code.line(f"e{self._suffix} += {self._most}")

    def _is_alone(self) -> bool:
        """Whether the counted interaction is the whole condition, so that an unknown group knows no occurrence."""
        return isinstance(self._group.when, InteractionTest)

    # --- the next change

    def _emit_change(self, variable: str) -> None:
        terms = self._waning_terms()
        if terms is None:
            self._seek(variable)
        else:
            with self._code.block(f"if {self._lies_ahead(terms)}:"):
                self._seek(variable)
            if isinstance(self._group.when, AnyOf):
                self._change_of_any(variable, terms)
            else:
                with self._code.block(f"elif {variable} is not False:"):
                    self._take_expiries(terms)

    def _waning_terms(self) -> list[InteractionTest | FactTest] | None:
        """The timed terms of a group whose next change is plain to see: nothing can come true without new data.

        That is one test, or `all` or `any` of tests and untimed conditions, where each timed one is an interaction or
        `in_last`. None where the change must be sought.
        """
        condition = self._group.when
        terms = condition.terms if isinstance(condition, All | AnyOf) else (condition,)
        timed = [term for term in terms if is_timed(term)]
        waning = [term for term in timed if _wanes(term)]
        if len(waning) != len(timed):
            return None
        return [term for term in waning if isinstance(term, InteractionTest | FactTest)]

    def _lies_ahead(self, terms: list[InteractionTest | FactTest]) -> str:
        """Whether something that counts later is known now."""
        moments = {self._build.slot_of(term).moment for term in terms if isinstance(term, FactTest)}
        tests = ["ahead"] if any(isinstance(term, InteractionTest) for term in terms) else []
        return " or ".join([*tests, *(f"({moment} is not None and {moment} > now)" for moment in sorted(moments))])

    def _take(self, moment: str) -> None:
        with self._code.block(f"if {moment} < best:"):
            self._code.line(f"best = {moment}")

    def _expiry(self, term: InteractionTest | FactTest) -> str | None:
        """The source of the moment at which a term that is true becomes false; None where it never does."""
        if isinstance(term, FactTest):
            return f"{self._build.slot_of(term).moment} + {self._build.constants.name(term.operands[0])}"
        if term.within is None:
            return None
        past = self._build.stream_of(term).past
        return f"{past}[-{term.at_least}] + {self._build.constants.name(term.within)}"

    def _set_expiry(self, expiry: str) -> None:
        """Write its assignment to `f`; beyond the calendar is never."""
        with self._code.block("try:"):
            self._code.line(f"f = {expiry}")
        with self._code.block("except OverflowError:"):
            self._code.line("f = NEVER")

    def _take_expiries(self, terms: list[InteractionTest | FactTest]) -> None:
        """All of them must hold, so the first to expire ends it."""
        for term in terms:
            expiry = self._expiry(term)
            if expiry is not None:
                with self._code.block(f"if {self._build.variable(term)}:"):
                    self._set_expiry(expiry)
                    self._take("f")

    def _change_of_any(self, variable: str, terms: list[InteractionTest | FactTest]) -> None:
        """One of them is enough, so the last to expire ends it, unless something untimed holds."""
        condition = self._group.when
        assert isinstance(condition, AnyOf)
        lasting = [self._build.variable(term) for term in condition.terms if not is_timed(term)]
        lasting += [self._build.variable(term) for term in terms if self._expiry(term) is None]
        unless = f" and not ({' or '.join(lasting)})" if lasting else ""
        with self._code.block(f"elif {variable}{unless}:"):
            self._code.line("g = now")
            for term in terms:
                expiry = self._expiry(term)
                if expiry is not None:
                    with self._code.block(f"if {self._build.variable(term)}:"):
                        self._set_expiry(expiry)
                        self._code.line("g = max(f, g)")
            self._take("g")

    def _seek(self, variable: str) -> None:
        later = self._build.later([self._group.when], variable)
        self._code.line(f"best = SEEK({later.name}, {later.arguments}, now, best, {later.anchors})")


def _wanes(term: Condition) -> bool:
    """Whether a term, once nothing lies ahead, can only become false by the passing of time."""
    if isinstance(term, InteractionTest):
        return True
    return isinstance(term, FactTest) and term.operator is Operator.IN_LAST
