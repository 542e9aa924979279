"""Code that reads the interactions in one pass into lists of times, one list for each distinct filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.scoring.compiler.runtime import FOLDED, Stream, Verdicts, read_carefully
from connector.scoring.compiler.source import Constants, Writer
from connector.scoring.operators import Predicate, fold, predicate
from connector.scoring.rules import FactTest, InteractionTest

# What reading a strange interaction may raise; it is then read again with care.
_STRANGE = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(slots=True)
class StreamPlan:
    """One list of times: `times` are all of them in rising order, `past` those up to now."""

    index: int
    test: InteractionTest

    @property
    def type(self) -> str:
        """The type of the interactions, as it is compared."""
        return fold(self.test.type)

    @property
    def times(self) -> str:
        """The variable of all times."""
        return f"l{self.index}"

    @property
    def past(self) -> str:
        """The variable of the times up to now."""
        return f"p{self.index}"

    def stream(self) -> Stream:
        """What careful reading needs to know."""
        return Stream(self.type, self.test.include_machine, properties_filter(self.test.where))


def properties_filter(tests: tuple[FactTest, ...]) -> Callable[[Mapping[str, object]], bool] | None:
    """Whether an interaction's properties pass every test; a missing property passes none but `is_empty`."""
    if not tests:
        return None
    judges: list[tuple[str, Predicate]] = [(test.fact, predicate(test)) for test in tests]

    def matches(properties: Mapping[str, object]) -> bool:
        return all(judge(properties.get(name)) is True for name, judge in judges)

    return matches


class StreamsCode:
    """Writes the pass over the interactions into the function under construction."""

    def __init__(self, code: Writer, constants: Constants, plans: list[StreamPlan]) -> None:
        self._code = code
        self._constants = constants
        self._plans = plans

    def emit(self) -> None:
        """Write the pass: it leaves `tracked`, `ahead` (something lies in the future) and the lists."""
        code = self._code
        code.line("tracked = facts.get('tracking') is not False")
        code.line("ahead = False")
        for plan in self._plans:
            code.line(f"{plan.times} = {plan.past} = []")
        with code.block("if tracked and (interactions := facts.get('interactions')):"):
            for plan in self._plans:
                code.line(f"{plan.times} = []")
            with code.block("try:"):
                self._pass()
                self._order(is_sorted=False)
            with code.block(f"except {self._constants.name(_STRANGE, 'STRANGE')}:"):
                streams = self._constants.name([plan.stream() for plan in self._plans], "STREAMS")
                everything = ", ".join(plan.times for plan in self._plans)
                code.line(f"({everything},) = {self._constants.name(read_carefully, 'READ')}(interactions, {streams})")
                code.line("ahead = False")
                self._order(is_sorted=True)

    def _pass(self) -> None:
        code = self._code
        by_type: dict[str, list[StreamPlan]] = {}
        for plan in self._plans:
            by_type.setdefault(plan.type, []).append(plan)
        simple = {
            name: plans[0]
            for name, plans in by_type.items()
            if len(plans) == 1 and not plans[0].test.where and not plans[0].test.include_machine
        }
        special = {name: plans for name, plans in by_type.items() if name not in simple}
        if simple:
            pairs = ", ".join(f"{self._constants.shared(name)}: {plan.times}.append" for name, plan in simple.items())
            code.line(f"adds = {{{pairs}}}")
            code.line("seek = adds.get")
        folded = self._constants.name(FOLDED, "FOLDED")
        with code.block("for i in interactions:"):
            code.line(f"k = {folded}[i['type']]")
            head = "if"
            if simple:
                with code.block("if a := seek(k):"), code.block("if not i.get('machine'):"):
                    self._read_time()
                    code.line("a(t)")
                head = "elif"
            for name, plans in special.items():
                with code.block(f"{head} k == {self._constants.shared(name)}:"):
                    self._special(plans)
                head = "elif"

    def _read_time(self) -> None:
        self._code.line("t = i['at']")
        with self._code.block("if type(t) is str:"):
            self._code.line("t = FROM_ISO(t)")

    def _special(self, plans: list[StreamPlan]) -> None:
        code = self._code
        self._read_time()
        code.line("m = i.get('machine')")
        if any(plan.test.where for plan in plans):
            code.line("f = i.get('properties') or EMPTY")
        for plan in plans:
            tests = [] if plan.test.include_machine else ["not m"]
            tests += [self._passes(test) for test in plan.test.where]
            if tests:
                with code.block(f"if {' and '.join(tests)}:"):
                    code.line(f"{plan.times}.append(t)")
            else:
                code.line(f"{plan.times}.append(t)")

    def _passes(self, test: FactTest) -> str:
        """The source that says whether the properties `f` pass a test."""
        judge = predicate(test)
        verdicts, careful = self._constants.name(Verdicts(judge), "T"), self._constants.name(judge, "F")
        name = self._constants.shared(test.fact)
        return f"({verdicts}[x] if type(x := f.get({name})) is str else {careful}(x) is True)"

    def _order(self, *, is_sorted: bool) -> None:
        """Rising order, and what is past. Comparing with now also finds a time without offset, to be read with care."""
        for plan in self._plans:
            with self._code.block(f"if {plan.times}:"):
                if not is_sorted:
                    self._code.line(f"{plan.times}.sort()")
                with self._code.block(f"if {plan.times}[-1] > now:"):
                    self._code.line("ahead = True")
                    self._code.line(f"{plan.past} = PAST_ONLY({plan.times}, now)")
                with self._code.block("else:"):
                    self._code.line(f"{plan.past} = {plan.times}")
