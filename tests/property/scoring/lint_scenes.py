"""Small worlds for the linter's proofs: tests on a few facts, and every state that these facts can be in.

A scene's states are all that its tests can tell apart where it says `is_complete`; elsewhere they are many, not all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, combinations_with_replacement, product
from types import SimpleNamespace
from typing import Any

import re2
from hypothesis import strategies as st

from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, FactTest, InteractionTest, Not, Operator
from tests.property.scoring.interpreter import Interpreter

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TITLES = {
    "FD": SimpleNamespace(seniority="director", function="finance", confidence=0.4),
    "CEO": SimpleNamespace(seniority="c_level", function="general_management", confidence=1.0),
    "Buyer": SimpleNamespace(seniority=None, function="purchasing", confidence=0.8),
    "Clerk": SimpleNamespace(seniority="other", function="other", confidence=0.8),
}
NOBODY = SimpleNamespace(seniority=None, function=None, confidence=0.0)
SAME = [Operator.EQUALS, Operator.NOT_EQUALS]
MANY = [Operator.IS_ANY_OF, Operator.IS_NONE_OF]
PARTS = [Operator.CONTAINS, Operator.BEGINS_WITH, Operator.ENDS_WITH]
ORDER = [Operator.GREATER_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST]
EMPTINESS = [Operator.IS_EMPTY, Operator.IS_NOT_EMPTY]


class Reader(Interpreter):
    """The slow interpreter with the regexes of RE2: those of `re` see words and flags otherwise."""

    def compare(self, test: FactTest, value: Any) -> bool | None:
        """One operator on one value."""
        if test.operator is not Operator.MATCHES:
            return super().compare(test, value)
        options = re2.Options()
        options.case_sensitive = test.case_sensitive
        found = re2.compile(test.operands[0], options).search(unicodedata.normalize("NFC", value))
        return found is not None


@dataclass(frozen=True)
class Scene:
    """Tests, the types they are made for, and the facts of every lead there is."""

    tests: st.SearchStrategy[FactTest | InteractionTest]
    leads: Sequence[dict[str, Any]] = field(repr=False)
    types: FactTypes = field(repr=False)
    is_complete: bool

    def conditions(self) -> st.SearchStrategy[Condition]:
        """Nested conditions over the scene's tests."""
        return nested(self.tests)

    def truths(self, *conditions: Condition) -> set[tuple[bool | None, ...]]:
        """All combinations of truth that these conditions have over the leads."""
        readers = [Reader(lead, NOW, self.types, read_title) for lead in self.leads]
        return {tuple(reader.truth(condition) for condition in conditions) for reader in readers}


def read_title(text: str) -> Any:
    """A reader of four titles."""
    return TITLES.get(text, NOBODY)


def nested(tests: st.SearchStrategy[Any]) -> st.SearchStrategy[Condition]:
    """All, any, not and at_least_of over some tests."""

    def combined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        terms = st.lists(inner, min_size=1, max_size=4).map(tuple)
        return st.one_of(
            terms.map(All),
            terms.map(All),
            terms.map(AnyOf),
            inner.map(Not),
            terms.flatmap(lambda some: st.integers(1, len(some)).map(lambda n: AtLeastOf(n, some))),
        )

    return st.recursive(tests, combined, max_leaves=6)


def one(facts: Sequence[str], operators: list[Operator], operands: Sequence[Any]) -> st.SearchStrategy[FactTest]:
    """Tests with one operand."""
    return st.builds(
        lambda fact, operator, operand: FactTest(fact, operator, (operand,)),
        st.sampled_from(facts),
        st.sampled_from(operators),
        st.sampled_from(operands),
    )


def several(facts: Sequence[str], operands: Sequence[Any]) -> st.SearchStrategy[FactTest]:
    """Tests with a list of operands."""
    return st.builds(
        lambda fact, operator, some: FactTest(fact, operator, tuple(some)),
        st.sampled_from(facts),
        st.sampled_from(MANY),
        st.lists(st.sampled_from(operands), min_size=1, max_size=3),
    )


def spans(facts: Sequence[str], operands: Sequence[Any]) -> st.SearchStrategy[FactTest]:
    """Tests of a range."""
    ends = st.tuples(st.sampled_from(operands), st.sampled_from(operands))
    return st.builds(lambda fact, both: FactTest(fact, Operator.BETWEEN, both), st.sampled_from(facts), ends)


def presence(*facts: str) -> st.SearchStrategy[FactTest]:
    """Tests of emptiness."""
    return st.builds(FactTest, st.sampled_from(facts), st.sampled_from(EMPTINESS))


def lead(account: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    """The facts of a lead."""
    return {"lead": columns, "account": account}


# --- the scenes


def text_scene() -> Scene:
    """One text column, with and without case, over all short texts of a few letters."""
    needles = ["a", "A", "ab", "b", "Ba", "aab", "ß", "ss", "S", "asb", "aba", "T", "bt", "ẗ"]
    patterns = ["^a", "b$", "^ab$", "a.b", "A", "ss", "^s", "[^a]", "(?-i:A)", r"\bs", "t$", "sa", "("]
    texts = ["".join(some) for size in (1, 2) for some in product("aAbsSßt", repeat=size)]
    texts += ["".join(some) for some in product("abA", repeat=3)]
    texts += ["", " ", "\u017f", "aab", "ABAB", "a\u017fb", "T\u0308", "bT\u0308", "abab", "toolongtext"]
    tests = st.builds(
        lambda operator, needle, case: FactTest("lead.text", operator, (needle,), case_sensitive=case),
        st.sampled_from(SAME + PARTS),
        st.sampled_from(needles),
        st.booleans(),
    )
    regexes = st.builds(
        lambda pattern, case: FactTest("lead.text", Operator.MATCHES, (pattern,), case_sensitive=case),
        st.sampled_from(patterns[:-1]),
        st.booleans(),
    )
    types = FactTypes({"lead.text": FactType(Kind.TEXT)})
    known = st.one_of(tests, tests, regexes, several(["lead.text"], needles), presence("lead.text"))
    return Scene(known, [lead(), *(lead(text=text) for text in texts)], types, is_complete=False)


def untyped_scene() -> Scene:
    """One column of which nobody knows the type."""
    operands = ["a", "ab", "2026-11-20", Decimal(5), Decimal(6), True, False, date(2026, 11, 20), NOW]
    values = [None, "", "a", "AB", "b", "5", "2026-11-20", "2026-11-20T15:00:00Z", "2026-11-21T12:00:00Z", 5, 5.5, 6, 7]
    values += [True, False, "2027-01-01", "2025-01-01"]
    tests = st.one_of(
        one(["lead.any"], SAME, operands),
        several(["lead.any"], operands),
        one(["lead.any"], PARTS, ["a", "2026", "b"]),
        one(["lead.any"], ORDER, [Decimal(5), Decimal(6)]),
        one(["lead.any"], [Operator.BEFORE, Operator.AFTER], [date(2026, 11, 20), NOW]),
        one(["lead.any"], [Operator.IN_LAST, Operator.NOT_IN_LAST], [DAY, 7 * DAY]),
        presence("lead.any"),
    )
    return Scene(tests, [lead(any=value) for value in values], FactTypes(), is_complete=False)


def number_scene() -> Scene:
    """One bounded number, one that is open, and one that counts."""
    marks = [Decimal(mark) for mark in ("-1", "0", "2", "2.5", "4")]
    values = [None, "x", 0, 1, 2, 2.25, 2.5, 3, 4]
    counts = [None, 0, 1, 2, 3, 4, 5]
    types = FactTypes({"lead.n": FactType(Kind.NUMBER, minimum=0, maximum=4)})
    facts = ["lead.n", "account.open_leads"]
    tests = st.one_of(one(facts, ORDER + SAME, marks), several(facts, marks), spans(facts, marks), presence(*facts))
    accounts: list[dict[str, Any] | None] = [None, {"open_leads": "x"}, *({"open_leads": count} for count in counts)]
    leads = [lead(account, n=value) for account, value in product(accounts, values)]
    return Scene(tests, leads, types, is_complete=True)


def date_scene() -> Scene:
    """The creation of a lead: on the calendar, by its age, and in days."""
    marks = [date(2026, 11, 20), date(2026, 11, 18), NOW, NOW - 2 * DAY]
    moments = [NOW + hours * timedelta(hours=6) for hours in range(-20, 6)]
    moments += [
        mark + step for mark in (NOW, NOW - 2 * DAY) for step in (timedelta(microseconds=1), -timedelta(seconds=1))
    ]
    types = FactTypes({"lead.createdon": FactType(Kind.DATETIME)})
    fact = ["lead.createdon"]
    days = ["lead.days_since_created"]
    tests = st.one_of(
        one(fact, [Operator.BEFORE, Operator.AFTER, *SAME], marks),
        spans(fact, marks),
        one(fact, [Operator.IN_LAST, Operator.NOT_IN_LAST], [timedelta(0), DAY, 2 * DAY, 3 * DAY]),
        one(days, ORDER + SAME, [Decimal(n) for n in ("0", "1", "1.5", "3")]),
        several(days, [Decimal(0), Decimal(2)]),
        presence(*fact, *days),
    )
    values = [None, "", "soon", 5, *(moment.isoformat() for moment in moments)]
    return Scene(tests, [lead(createdon=value) for value in values], types, is_complete=False)


def choice_scene() -> Scene:
    """A choice, a multi-select and a yes or no: everything that can be."""
    options: dict[int, tuple[str, ...]] = {1: ("One", "Eins"), 2: ("Two",), 3: ("Three",)}
    types = FactTypes(
        {
            "lead.choice": FactType(Kind.CHOICE, options=options),
            "lead.multi": FactType(Kind.MULTI_CHOICE, options=options),
            "lead.flag": FactType(Kind.BOOLEAN),
        }
    )
    values = [Decimal(1), Decimal(2), Decimal(3), Decimal(9)]
    tests = st.one_of(
        one(["lead.choice", "lead.multi"], SAME, values),
        several(["lead.choice", "lead.multi"], values),
        one(["lead.multi"], [Operator.CONTAINS], values),
        one(["lead.flag"], SAME, [True, False]),
        presence("lead.choice", "lead.multi", "lead.flag"),
    )
    choices: list[Any] = [None, "x", 1, 2, 3]
    multis: list[Any] = [
        None,
        "x",
        [],
        *(",".join(map(str, some)) for size in (1, 2, 3) for some in combinations((1, 2, 3), size)),
    ]
    leads = [
        lead(choice=choice, multi=multi, flag=flag)
        for choice, multi, flag in product(choices, multis, (None, 7, True, False))
    ]
    return Scene(tests, leads, types, is_complete=True)


def account_scene() -> Scene:
    """What an account says, with its employees and their band, and that there is one."""
    facts = ["account.numberofemployees", "account.name"]
    numbers = [Decimal(n) for n in ("0", "10", "10.5", "60", "6000")]
    tests = st.one_of(
        one(["lead.has_account"], SAME, [True, False]),
        one(facts[:1], ORDER + SAME, numbers),
        one(["account.employee_band"], SAME, ["1-10", "11-50", "51-200", "5001+"]),
        several(["account.employee_band"], ["1-10", "11-50", "51-200"]),
        one(["account.employee_band"], PARTS, ["1", "-", "+", "50"]),
        one(facts[1:], SAME, ["Alpha", "Beta"]),
        presence(*facts, "lead.has_account", "account.employee_band"),
    )
    employees = [
        None,
        "x",
        -1,
        0,
        0.5,
        1,
        5,
        10,
        10.2,
        10.5,
        10.7,
        11,
        50,
        51,
        60,
        61,
        200,
        500,
        1000,
        5000,
        5001,
        6000,
        7000,
    ]
    accounts = [{"numberofemployees": n, "name": name} for n, name in product(employees, [None, "ALPHA", "beta", "x"])]
    types = FactTypes({"account.numberofemployees": FactType(Kind.NUMBER), "account.name": FactType(Kind.TEXT)})
    return Scene(tests, [lead(), *map(lead, accounts)], types, is_complete=False)


def person_scene() -> Scene:
    """A title and an address, and what is derived from them."""
    sure = st.sampled_from([None, 0.0, 0.5, 1.0])
    titles = st.builds(
        lambda fact, operator, value, confidence: FactTest(fact, operator, (value,), min_confidence=confidence),
        st.just("title.seniority"),
        st.sampled_from(SAME),
        st.sampled_from(["c_level", "director", "other"]),
        sure,
    )
    functions = several(["title.function"], ["finance", "purchasing", "other"])
    empties = st.builds(
        lambda operator, confidence: FactTest("title.seniority", operator, min_confidence=confidence),
        st.sampled_from(EMPTINESS),
        sure,
    )
    tests = st.one_of(
        titles,
        functions,
        empties,
        one(["lead.jobtitle"], SAME + PARTS, ["FD", "CEO", "e"]),
        one(["lead.email_is_freemail"], SAME, [True, False]),
        one(["lead.emailaddress1"], [Operator.ENDS_WITH], ["@web.de", "e"]),
        presence("lead.jobtitle", "lead.emailaddress1", "lead.email_is_freemail", "title.function"),
    )
    leads = [
        lead(jobtitle=title, emailaddress1=address)
        for title, address in product(
            [None, "", 7, "FD", "CEO", "Buyer", "Clerk", "Poet"], [None, " ", 3, "a@web.de", "b@firm.example", "nobody"]
        )
    ]
    return Scene(tests, leads, FactTypes(), is_complete=False)


def happening_scene() -> Scene:
    """Clicks and forms of some ages and properties, by machines and people, tracked or not."""
    forms = st.one_of(
        one(["form"], [*SAME, Operator.BEGINS_WITH], ["demo", "d", "pricing"]),
        several(["form"], ["demo", "pricing"]),
        presence("form"),
    )
    where = st.one_of(st.just(()), st.just(()), st.tuples(forms), st.tuples(forms, forms))
    tests = st.builds(
        InteractionTest,
        st.sampled_from(["click", "click", "visit"]),
        st.sampled_from([1, 1, 2, 3]),
        st.sampled_from([None, timedelta(0), DAY, 7 * DAY, 30 * DAY]),
        where,
        st.booleans(),
    )
    kinds = [
        {"type": "click", "at": NOW - 3 * DAY, "properties": {"form": "Demo"}},
        {"type": "click", "at": NOW - 3 * DAY},
        {"type": "click", "at": NOW - 20 * DAY, "properties": {"form": "pricing"}},
        {"type": "click", "at": NOW - 20 * DAY, "properties": {"form": "demo"}, "machine": True},
        {"type": "visit", "at": NOW, "properties": {"form": "other"}},
    ]
    some = [list(few) for size in range(4) for few in combinations_with_replacement(kinds, size)]
    leads = [{**lead(), "interactions": few, "tracking": tracking} for few in some for tracking in (True, False)]
    return Scene(tests, leads, FactTypes(), is_complete=False)


SCENES = {
    "text": text_scene(),
    "untyped": untyped_scene(),
    "number": number_scene(),
    "date": date_scene(),
    "choice": choice_scene(),
    "account": account_scene(),
    "person": person_scene(),
    "happening": happening_scene(),
}
