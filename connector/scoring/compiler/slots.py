"""Code that reads each fact once and evaluates all its tests. Interactions and combinations stand elsewhere.

A slot is one fact (for titles: with one confidence). Values of the type that the tests are made for are judged by
inlined comparisons, all others by the same tests as functions (`operators.predicate`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from connector.scoring.compiler.comparisons import comparison_lines, type_guard
from connector.scoring.derived import source_column
from connector.scoring.facttypes import Kind
from connector.scoring.operators import AGES, predicate
from connector.scoring.rules import FactTest, Operator
from connector.scoring.score import Cause

if TYPE_CHECKING:
    from connector.scoring.compiler.build import Build

_EMPTINESS = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Slot:
    """One fact that is read once; its variables are `x`, `c` (why unknown) and `d` (as a moment) with the index."""

    index: int
    fact: str
    min_confidence: float | None
    kind: Kind | None
    tests: list[tuple[str, FactTest]] = field(default_factory=list)
    is_emitted: bool = False

    @property
    def value(self) -> str:
        """The variable of the value."""
        return f"x{self.index}"

    @property
    def cause(self) -> str:
        """The variable of the bit that says why the value is unknown."""
        return f"c{self.index}"

    @property
    def moment(self) -> str:
        """The variable of the value as a moment."""
        return f"d{self.index}"

    @property
    def is_days(self) -> bool:
        """Whether this counts days, so that every test of it is timed."""
        return self.fact == "lead.days_since_created"

    @property
    def is_column(self) -> bool:
        """Whether this is a column as it is read, with nothing derived from it."""
        derived = self.fact in {"lead.has_account", "lead.email_is_freemail", "account.employee_band"}
        return not (derived or self.is_days or self.fact.startswith("title."))

    def judged(self) -> list[tuple[str, FactTest]]:
        """The tests of what the value is."""
        return [(name, test) for name, test in self.tests if test.operator not in AGES | _EMPTINESS]

    def emptiness(self) -> list[tuple[str, FactTest]]:
        """The tests of whether there is a value."""
        return [(name, test) for name, test in self.tests if test.operator in _EMPTINESS]

    def aged(self) -> list[tuple[str, FactTest]]:
        """The tests of how long ago the value was."""
        return [(name, test) for name, test in self.tests if test.operator in AGES]


def anchor_lengths(test: FactTest) -> tuple[timedelta, ...]:
    """After which times since its moment a timed test may change."""
    if test.operator in AGES:
        return (timedelta(0), *(length for length in test.operands if isinstance(length, timedelta)))
    whole = [operand for operand in test.operands if isinstance(operand, Decimal)]
    days = {day for number in whole for day in (int(number.to_integral_value("ROUND_CEILING")), int(number // 1) + 1)}
    return tuple(day * _DAY for day in sorted(days) if 0 < day < timedelta.max.days)


class SlotCode:
    """Writes the code of one slot into the function under construction."""

    def __init__(self, build: Build, slot: Slot) -> None:
        self._build = build
        self._slot = slot
        self._code = build.code
        self._tests = slot.judged()
        self._functions = {
            name: build.constants.name(predicate(test, slot.kind), "P")
            for name, test in slot.judged() + slot.emptiness()
        }

    def emit(self) -> None:
        """Write the reading of the fact and all its tests."""
        slot = self._slot
        if slot.fact == "lead.has_account":
            self._code.line(f"{slot.value} = account is not None")
            self._judge_known()
        elif slot.fact.startswith("title."):
            self._read_title()
            self._judge_derived()
        elif slot.is_days:
            self._read_days()
            self._judge_derived()
        elif slot.fact in {"lead.email_is_freemail", "account.employee_band"}:
            function = "IS_FREEMAIL" if slot.fact == "lead.email_is_freemail" else "EMPLOYEE_BAND"
            self._code.line(f"r = {self._get()}")
            self._code.line(f"{slot.value} = {function}(r)")
            with self._code.block(f"if {slot.value} is None:"):
                self._set_cause("r")
            self._judge_derived()
        else:
            self._code.line(f"{slot.value} = {self._get()}")
            self._judge_column()
            self._judge_age()

    # --- reading

    def _get(self) -> str:
        column = source_column(self._slot.fact, self._build.types) or self._slot.fact
        table, _, name = column.partition(".")
        return f"{'aget' if table == 'account' else 'get'}({self._build.constants.shared(name)})"

    def _read_title(self) -> None:
        slot, code = self._slot, self._code
        attribute = "seniority" if slot.fact == "title.seniority" else "function"
        code.line(f"r = {self._get()}")
        with code.block("if type(r) is str and r and not r.isspace():"):
            code.line("t = READ_TITLE(r)")
            code.line(f"{slot.value} = t.{attribute}")
            with code.block(f"if {slot.value} is None:"):
                code.line(f"{slot.cause} = {self._bit(Cause.UNRECOGNISED_TITLE)}")
            if slot.min_confidence is not None:
                with code.block(f"elif t.confidence < {self._build.constants.name(slot.min_confidence)}:"):
                    code.line(f"{slot.value} = None")
                    code.line(f"{slot.cause} = {self._bit(Cause.LOW_CONFIDENCE)}")
        with code.block("else:"):
            code.line(f"{slot.value} = None")
            self._set_cause("r")

    def _read_days(self) -> None:
        slot, code = self._slot, self._code
        code.line(f"r = {self._get()}")
        code.line(f"{slot.moment} = None if r is None else AS_MOMENT(r)")
        code.line(f"{slot.value} = None if {slot.moment} is None else {days_expression(slot)}")
        with code.block(f"if {slot.value} is None:"):
            self._set_cause("r")

    def _bit(self, cause: Cause) -> int:
        return self._build.unknown_bit(self._slot.fact, cause)

    def _set_cause(self, value: str) -> None:
        empty, wrong = self._bit(Cause.EMPTY_COLUMN), self._bit(Cause.WRONG_TYPE)
        no_account = ""
        if self._reads_account():
            no_account = f"{self._bit(Cause.NO_ACCOUNT)} if account is None else "
        self._code.line(f"{self._slot.cause} = {no_account}{empty} if IS_BLANK({value}) else {wrong}")

    def _reads_account(self) -> bool:
        column = source_column(self._slot.fact, self._build.types) or self._slot.fact
        return column.startswith("account.")

    # --- judging

    def _judge_known(self) -> None:
        """A value that is always there."""
        for name, _ in self._tests:
            self._code.line(f"{name} = {self._call(name)}")
        self._assign_emptiness(is_empty=False)

    def _judge_derived(self) -> None:
        """A value of ours: None, or of the one type that it has."""
        with self._code.block(f"if {self._slot.value} is None:"):
            self._assign_none()
            self._assign_emptiness(is_empty=True)
        with self._code.block("else:"):
            for name, _ in self._tests:
                self._code.line(f"{name} = {self._call(name)}")
            self._assign_emptiness(is_empty=False)

    def _judge_column(self) -> None:
        value = self._slot.value
        guard = self._guard()
        head = "if"
        if guard:
            with self._code.block(f"if {guard}:"):
                for line in comparison_lines(value, self._tests, self._build.constants):
                    self._code.line(line)
                self._assign_emptiness(is_empty=False)
            head = "elif"
        with self._code.block(f"{head} {value} is None:"):
            self._assign_none()
            self._assign_emptiness(is_empty=True)
            self._set_cause_of_nothing()
        with self._code.block("else:"):
            for name, _ in self._tests + self._slot.emptiness():
                self._code.line(f"{name} = {self._call(name)}")
            self._set_cause(value)

    def _guard(self) -> str | None:
        slot = self._slot
        if not self._tests or slot.aged() or slot.kind is Kind.MULTI_CHOICE:
            return None
        return type_guard(slot.value, [test for _, test in self._tests])

    def _set_cause_of_nothing(self) -> None:
        empty = self._bit(Cause.EMPTY_COLUMN)
        no_account = f"{self._bit(Cause.NO_ACCOUNT)} if account is None else " if self._reads_account() else ""
        self._code.line(f"{self._slot.cause} = {no_account}{empty}")

    def _assign_none(self) -> None:
        if self._tests:
            self._code.line(" = ".join(name for name, _ in self._tests) + " = None")

    def _assign_emptiness(self, *, is_empty: bool) -> None:
        for name, test in self._slot.emptiness():
            verdict = str((test.operator is Operator.IS_EMPTY) is is_empty)
            if is_empty and self._reads_account():
                verdict = f"None if account is None else {verdict}"
            self._code.line(f"{name} = {verdict}")

    def _judge_age(self) -> None:
        slot = self._slot
        if not slot.aged():
            return
        self._code.line(f"{slot.moment} = None if {slot.value} is None else AS_MOMENT({slot.value})")
        for name, test in slot.aged():
            low = self._build.low(next(length for length in test.operands if isinstance(length, timedelta)))
            self._code.line(f"{name} = {age_expression(slot, test, low)}")

    def _call(self, name: str) -> str:
        return f"{self._functions[name]}({self._slot.value})"


def days_expression(slot: Slot) -> str:
    """Whole days since the slot's moment, none when it lies ahead."""
    return f"max(0, (now - {slot.moment}).days)"


def age_expression(slot: Slot, test: FactTest, low: str) -> str:
    """A test of age of the slot's moment; `low` is now less its length."""
    inside = f"{low} < {slot.moment} <= now"
    verdict = inside if test.operator is Operator.IN_LAST else f"not ({inside})"
    return f"None if {slot.moment} is None else {verdict}"
