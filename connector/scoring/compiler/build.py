"""One scorer under construction: its code, constants, facts, interactions and the variable of each condition.

Conditions become variables that hold True, False or None (unknown); each distinct condition is evaluated once.
What is done with the variables (points, standing, an outcome) is written elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connector.errors import DocumentError, Fault
from connector.scoring.carriers import walk
from connector.scoring.compiler import moments, runtime
from connector.scoring.compiler.identity import identity, is_timed, stream_identity
from connector.scoring.compiler.logic import combination, terms_of
from connector.scoring.compiler.slots import Slot, SlotCode, age_expression, anchor_lengths, days_expression
from connector.scoring.compiler.source import Constants, Writer
from connector.scoring.compiler.streams import StreamPlan, StreamsCode
from connector.scoring.compiler.titles import TitleReader, remembering
from connector.scoring.derived import type_of
from connector.scoring.facttypes import FactTypes
from connector.scoring.operators import AGES, as_moment, fold, is_blank, normalise, predicate, searchable
from connector.scoring.rules import Condition, FactTest, InteractionTest, ModelTest, Not
from connector.scoring.score import Cause, Score, UnknownFact

ModelJudge = Callable[[Mapping[str, Score]], bool]
JudgeModel = Callable[[ModelTest], ModelJudge]


@dataclass(slots=True)
class Later:
    """A function that evaluates something at a later moment, from the state that scoring left in variables."""

    name: str
    state: tuple[str, ...]
    anchors: str  # the constant that holds the anchors

    @property
    def arguments(self) -> str:
        """The state as the source of a tuple."""
        return f"({', '.join(self.state)},)"


@dataclass(slots=True)
class _LaterCode:
    """The body of a `Later` under construction."""

    code: Writer = field(default_factory=lambda: Writer(1))
    state: dict[str, int] = field(default_factory=dict)
    lengths: dict[str, set[timedelta]] = field(default_factory=dict)
    counts: list[moments.Count] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def needs(self, variable: str) -> None:
        self.state.setdefault(variable, len(self.state))


class Build:
    """Collects the conditions of one scorer, then writes their evaluation in the order in which it is asked for."""

    def __init__(self, types: FactTypes, titles: TitleReader | None, judge_model: JudgeModel | None = None) -> None:
        self.types = types
        self.code = Writer(1)
        self.constants = Constants(
            {
                "AS_MOMENT": as_moment,
                "EARLIER": moments.earlier,
                "EMPLOYEE_BAND": runtime.employee_band,
                "EMPTY": runtime.EMPTY,
                "FOLD": fold,
                "FROM_ISO": datetime.fromisoformat,
                "HOLDS": moments.holds,
                "IS_BLANK": is_blank,
                "IS_FREEMAIL": runtime.is_freemail,
                "NEVER": moments.NEVER,
                "NORMALISE": normalise,
                "PAST_ONLY": moments.past_only,
                "READ_TITLE": remembering(titles),
                "SCORE": Score,
                "SEARCHABLE": searchable,
                "SEEK": moments.seek_change,
                "UTC": UTC,
            }
        )
        self.functions: list[str] = []
        self._judge_model = judge_model
        self._unknown: dict[UnknownFact, int] = {}
        self._variables: dict[Hashable, str] = {}
        self._conditions: dict[str, Condition] = {}
        self._slots: dict[Hashable, Slot] = {}
        self._streams: dict[Hashable, StreamPlan] = {}
        self._emitted: set[str] = set()
        self._lows: dict[timedelta, str] = {}

    # --- the function as a whole

    NEXT = "None if best is NEVER else best.astimezone(UTC)"

    def open(self) -> None:
        """Write what every scorer starts with: the tables, nothing unknown, no change in sight."""
        self.code.line("lead = facts.get('lead') or EMPTY")
        self.code.line("account = facts.get('account')")
        self.code.line("get = lead.get")
        self.code.line("aget = EMPTY.get if account is None else account.get")
        self.code.line("u = 0")
        self.code.line("best = NEVER")

    def finish(self, parameters: str) -> tuple[str, object]:
        """The source, and the function of these parameters that it defines."""
        self.constants.namespace["UNKNOWN"] = runtime.UnknownOf(tuple(self._unknown))
        head = Writer(1)
        if self._lows:
            lows = self.constants.name(moments.Lows(self._lows), "LOWS")
            head.line(f"({', '.join(self._lows.values())},) = {lows}(now)")
        source = "\n".join([*self.functions, f"def generated({parameters}):\n{head.text()}{self.code.text()}"])
        exec(compile(source, "<scorer>", "exec"), self.constants.namespace)  # noqa: S102 - no text of a document in it  # nosec B102
        return source, self.constants.namespace["generated"]

    # --- collecting

    def collect(self, conditions: Iterable[Condition]) -> None:
        """Note every condition that the scorer has, so that each fact's tests are evaluated together."""
        for condition in conditions:
            for part in reversed(list(walk(condition))):
                self._note(part)

    def _note(self, condition: Condition) -> None:
        key = identity(condition)
        if key in self._variables:
            return
        name = f"v{len(self._variables)}"
        self._variables[key] = name
        self._conditions[name] = condition
        if isinstance(condition, FactTest):
            slot = self.slot_of(condition)
            slot.tests.append((name, condition))
        elif isinstance(condition, InteractionTest):
            self.stream_of(condition)

    def variable(self, condition: Condition) -> str:
        """The variable of a collected condition."""
        return self._variables[identity(condition)]

    def slot_of(self, test: FactTest) -> Slot:
        """The slot of a test's fact."""
        key = (test.fact, test.min_confidence)
        if key not in self._slots:
            if not test.fact.startswith(("lead.", "account.", "title.")):
                fault = Fault(test.place.path, test.place.line or None, f"`{test.fact}` is not a known fact.")
                raise DocumentError("The rules name an unknown fact.", faults=[fault])
            known = type_of(test.fact, self.types)
            self._slots[key] = Slot(len(self._slots), test.fact, test.min_confidence, known.kind if known else None)
        return self._slots[key]

    def stream_of(self, test: InteractionTest) -> StreamPlan:
        """The list of times that a test looks at."""
        key = stream_identity(test)
        if key not in self._streams:
            self._streams[key] = StreamPlan(len(self._streams), test)
        return self._streams[key]

    def unknown_bit(self, fact: str, cause: Cause) -> int:
        """The bit that says that a fact is unknown for a cause."""
        return 1 << self._unknown.setdefault(UnknownFact(fact, cause), len(self._unknown))

    # --- what a trace keeps

    @property
    def slots(self) -> Iterable[Slot]:
        """Every fact that is tested."""
        return self._slots.values()

    @property
    def streams(self) -> Mapping[Hashable, StreamPlan]:
        """Every list of times, by what it looks at."""
        return self._streams

    @property
    def lows(self) -> Mapping[timedelta, str]:
        """The variables of now less a length, as far as they are written."""
        return self._lows

    # --- evaluating now

    def evaluate(self, condition: Condition) -> str:
        """Write the evaluation of a condition unless it is written; the variable that holds it."""
        name = self.variable(condition)
        if name in self._emitted:
            return name
        match condition:
            case FactTest():
                slot = self.slot_of(condition)
                SlotCode(self, slot).emit()
                self._emitted.update(variable for variable, _ in slot.tests)
            case InteractionTest():
                self.code.line(f"{name} = {self._occurs(condition)}")
            case ModelTest():
                self.code.line(f"{name} = {self.constants.name(self._model_judge(condition), 'M')}(scores)")
            case _:
                terms = [self.evaluate(term) for term in terms_of(condition)]
                self.code.line(f"{name} = {combination(condition, terms)}")
        self._emitted.add(name)
        return name

    def _occurs(self, test: InteractionTest) -> str:
        self.read_interactions()
        past = self.stream_of(test).past
        enough = f"len({past}) >= {test.at_least}"
        if test.within is not None:
            enough = f"{enough} and {past}[-{test.at_least}] > {self.low(test.within)}"
        return f"({enough}) if tracked else None"

    def _model_judge(self, test: ModelTest) -> ModelJudge:
        if self._judge_model is None:
            fault = Fault(test.place.path, test.place.line or None, "a scoring model cannot test another model.")
            raise DocumentError("The rules test a model where none may be tested.", faults=[fault])
        return self._judge_model(test)

    def read_interactions(self) -> None:
        """Write the one pass over the interactions unless it is written."""
        if "interactions" not in self._emitted:
            self._emitted.add("interactions")
            StreamsCode(self.code, self.constants, list(self._streams.values())).emit()

    def low(self, length: timedelta) -> str:
        """The variable of now less a length; all of them are set at the start."""
        return self._lows.setdefault(length, f"w{len(self._lows)}")

    # --- why something is unknown

    def blame(self, condition: Condition) -> None:
        """Write the collection of the unknown facts of a condition that is unknown."""
        match condition:
            case FactTest():
                self.code.line(f"u |= {self.slot_of(condition).cause}")
            case InteractionTest():
                self.code.line(f"u |= {self.unknown_bit(f'interaction.{condition.type}', Cause.NO_TRACKING)}")
            case ModelTest():  # never unknown
                return
            case Not():
                self.blame(condition.term)
            case _:
                for term in terms_of(condition):
                    with self.code.block(f"if {self.variable(term)} is None:"):
                        self.blame(term)

    # --- evaluating later

    def later(self, conditions: Iterable[Condition], result: str) -> Later:
        """Write a function of a moment that evaluates the conditions anew and returns the expression `result`."""
        body = _LaterCode()
        for condition in conditions:
            self._evaluate_later(condition, body)
        body.code.line(f"return {result}")
        name = f"at{len(self.functions)}"
        self.functions.append(f"def {name}(now, {', '.join(body.state)}):\n{body.code.text()}")
        lengths = {body.state[variable]: tuple(sorted(some)) for variable, some in body.lengths.items()}
        anchors = (*(moments.Anchor(index, some) for index, some in lengths.items()), *dict.fromkeys(body.counts))
        return Later(name, tuple(body.state), self.constants.name(anchors, "A"))

    def _evaluate_later(self, condition: Condition, body: _LaterCode) -> str:
        name = self.variable(condition)
        if name in body.done:
            return name
        body.done.add(name)
        if not is_timed(condition):
            body.needs(name)
            return name
        assert not isinstance(condition, ModelTest), "a score does not depend on the moment here"
        match condition:
            case InteractionTest():
                times = self.stream_of(condition).times
                body.needs(times)
                body.needs("tracked")
                body.counts.append(moments.Count(body.state[times], condition.at_least, condition.within))
                low = "None" if condition.within is None else self._low_later(condition.within)
                body.code.line(f"{name} = HOLDS({times}, {condition.at_least}, {low}, now) if tracked else None")
            case FactTest():
                self._fact_later(name, condition, body)
            case _:
                terms = [self._evaluate_later(term, body) for term in terms_of(condition)]
                body.code.line(f"{name} = {combination(condition, terms)}")
        return name

    def _fact_later(self, name: str, test: FactTest, body: _LaterCode) -> None:
        slot = self.slot_of(test)
        body.needs(slot.moment)
        body.lengths.setdefault(slot.moment, set()).update(anchor_lengths(test))
        if test.operator in AGES:
            length = next(operand for operand in test.operands if isinstance(operand, timedelta))
            expression = age_expression(slot, test, self._low_later(length))
        else:
            judge = self.constants.name(predicate(test), "P")
            expression = f"None if {slot.moment} is None else {judge}({days_expression(slot)})"
        body.code.line(f"{name} = {expression}")

    def _low_later(self, length: timedelta) -> str:
        return f"EARLIER(now, {self.constants.name(length)})"
