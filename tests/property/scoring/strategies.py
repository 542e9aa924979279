"""Random models and facts in a small world, where windows, thresholds and texts meet often."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    Grade,
    Group,
    HalfLife,
    InteractionTest,
    Linear,
    Model,
    Not,
    Operator,
    Steps,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TYPES = FactTypes({"lead.topics": FactType(Kind.MULTI_CHOICE), "lead.seen": FactType(Kind.DATETIME)})
LENGTHS = [HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY, timedelta(0)]
TEXTS = [
    "GB",
    "gb",
    "Straße",
    "STRASSE",
    "",
    "  ",
    "Café",
    "Cafe\u0301",
    "İstanbul",
    "ΐ",
    "\u03aa\u0301",
    "a gb b",
    "GB \ud83d",
    "\udc00s",
]
NUMBERS = [0, 1, 5, 10, -3, 500, 0.1, 0.5, 2.0, 1e300, 10**20, Decimal("0.1"), 2**53 + 1]
OPERAND_NUMBERS = [Decimal(text) for text in ("0", "1", "5", "10", "-3", "0.1", "2.50", "9007199254740993")]
OPERAND_TEXTS = ["GB", "strasse", "café", "g", "st", "i\u0307", "", "ΐ"]
PATTERNS = ["^gb$", "s+", "a.*b", "x|g"]
EMPTINESS = [Operator.IS_EMPTY, Operator.IS_NOT_EMPTY]
MANY = [Operator.IS_ANY_OF, Operator.IS_NONE_OF]
SAME = [Operator.EQUALS, Operator.NOT_EQUALS]
PARTS = [Operator.CONTAINS, Operator.BEGINS_WITH, Operator.ENDS_WITH]
ORDER = [Operator.GREATER_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST]
AGES = [Operator.IN_LAST, Operator.NOT_IN_LAST]
TITLES = {
    "FD": SimpleNamespace(seniority="director", function="finance", confidence=0.4),
    "CEO": SimpleNamespace(seniority="c_level", function="general_management", confidence=1.0),
    "Buyer": SimpleNamespace(seniority=None, function="purchasing", confidence=0.8),
}
NOBODY = SimpleNamespace(seniority=None, function=None, confidence=0.0)


def read_title(text: str) -> Any:
    """A reader of three titles."""
    return TITLES.get(text, NOBODY)


def moments() -> st.SearchStrategy[datetime]:
    """Moments on a grid of hours around now, some a microsecond beside it, a few ahead."""
    hours = st.integers(-10 * 24, 30)
    off = st.sampled_from([0, 0, 0, 1, -1])
    return st.builds(lambda h, us: NOW + h * HOUR + timedelta(microseconds=us), hours, off)


def written(moment: datetime, form: int) -> Any:
    """A moment in one of the forms that facts may have."""
    forms: list[Any] = [
        moment.isoformat().replace("+00:00", "Z"),
        moment.isoformat(),
        moment,
        moment.astimezone(UTC).replace(tzinfo=None).isoformat(),
        (moment + 2 * HOUR).isoformat().replace("+00:00", "+02:00"),
    ]
    return forms[form]


def times() -> st.SearchStrategy[Any]:
    """Moments as facts have them."""
    return st.builds(written, moments(), st.sampled_from([0, 0, 0, 1, 2, 3, 4]))


def values() -> st.SearchStrategy[Any]:
    """Anything a column may hold, right and wrong types alike."""
    return st.one_of(
        st.none(),
        st.booleans(),
        st.sampled_from(TEXTS),
        st.sampled_from(NUMBERS),
        times(),
        st.sampled_from(["2026-11-20", date(2026, 11, 19), float("nan"), float("inf"), [1, 2], {"a": 1}]),
    )


def facts() -> st.SearchStrategy[dict[str, Any]]:
    """Facts of a lead."""
    return st.builds(
        lambda lead, account, interactions, tracking: {
            "lead": lead,
            "account": account,
            "interactions": interactions,
            **tracking,
        },
        st.fixed_dictionaries(
            {},
            optional={
                "text": st.one_of(st.sampled_from(TEXTS), values()),
                "number": st.one_of(st.sampled_from(NUMBERS), values()),
                "flag": st.one_of(st.booleans(), values()),
                "seen": st.one_of(times(), times(), values()),
                "topics": st.one_of(st.sampled_from(["1,2", "2", "3", "1, 3", "x", 2, [1], ""]), values()),
                "jobtitle": st.sampled_from(["FD", "CEO", "Buyer", "Poet", "", None, 7]),
                "emailaddress1": st.sampled_from(["a@GMAIL.com", "b@firm.example", "nobody", "@web.de", "", None, 3]),
                "createdon": st.one_of(times(), st.sampled_from([None, "", "soon", 5, "9999-12-31T23:59:59Z"])),
            },
        ),
        st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {},
                optional={
                    "name": st.sampled_from(TEXTS),
                    "numberofemployees": st.one_of(
                        st.sampled_from([0, 1, 10, 11, 500, 501, 5000, 5001, 10.5]), values()
                    ),
                    "open_leads": st.sampled_from([0, 1, 5]),
                    "engaged_people_7d": st.sampled_from([0, 1, 5]),
                },
            ),
        ),
        st.lists(interactions(), max_size=6),
        st.sampled_from([{}, {}, {}, {"tracking": True}, {"tracking": False}]),
    )


def interactions() -> st.SearchStrategy[dict[str, Any]]:
    """One interaction."""
    return st.builds(
        lambda kind, at, extra: {"type": kind, "at": at, **extra},
        st.sampled_from(["click", "form", "visit", "Visit", "VISIT", "other"]),
        times(),
        st.fixed_dictionaries(
            {},
            optional={
                "machine": st.booleans(),
                "properties": st.fixed_dictionaries(
                    {},
                    optional={
                        "form": st.sampled_from(["demo", "DEMO", "pricing", "", None, 3]),
                        "value": st.sampled_from([1, 5, 0.1, "5", None]),
                    },
                ),
            },
        ),
    )


# --- rules


def tests_of(fact: str, operators: list[Operator], operands: Any, **more: Any) -> st.SearchStrategy[FactTest]:
    """Tests of one fact with operators that take one operand."""
    return st.builds(
        lambda operator, operand: FactTest(fact, operator, (operand,), **more),
        st.sampled_from(operators),
        operands if isinstance(operands, st.SearchStrategy) else st.sampled_from(operands),
    )


def sets_of(fact: str, operands: list[Any]) -> st.SearchStrategy[FactTest]:
    """Tests of one fact against several operands."""
    several = st.lists(st.sampled_from(operands), min_size=1, max_size=3)
    return st.builds(lambda op, some: FactTest(fact, op, tuple(some)), st.sampled_from(MANY), several)


def ranges_of(fact: str, operands: Any) -> st.SearchStrategy[FactTest]:
    """Tests of one fact against a range."""
    one = st.sampled_from(operands)
    return st.builds(lambda low, high: FactTest(fact, Operator.BETWEEN, (low, high)), one, one)


def fact_tests() -> st.SearchStrategy[FactTest]:
    """Tests of facts of every kind."""
    dates = [date(2026, 11, 20), date(2026, 11, 21), NOW, NOW - DAY]
    cases = st.booleans()
    return st.one_of(
        tests_of("lead.text", SAME + PARTS, OPERAND_TEXTS),
        cases.flatmap(lambda flag: tests_of("lead.text", SAME + PARTS, OPERAND_TEXTS, case_sensitive=flag)),
        cases.flatmap(lambda flag: tests_of("lead.text", [Operator.MATCHES], PATTERNS, case_sensitive=flag)),
        sets_of("lead.text", OPERAND_TEXTS),
        sets_of("lead.text", [*OPERAND_TEXTS, *OPERAND_NUMBERS, True, dates[0], NOW]),
        tests_of("lead.number", SAME + ORDER, OPERAND_NUMBERS),
        sets_of("lead.number", OPERAND_NUMBERS),
        ranges_of("lead.number", OPERAND_NUMBERS),
        tests_of("lead.flag", SAME, [True, False]),
        sets_of("lead.flag", [True, False]),
        tests_of("lead.topics", [*SAME, Operator.CONTAINS], [Decimal(1), Decimal(2)]),
        sets_of("lead.topics", [Decimal(1), Decimal(2), Decimal(3)]),
        tests_of("lead.seen", [Operator.BEFORE, Operator.AFTER, *SAME], dates),
        ranges_of("lead.seen", dates),
        tests_of("lead.seen", AGES, LENGTHS),
        tests_of("lead.seen", [Operator.IN_LAST], LENGTHS),
        tests_of("lead.days_since_created", ORDER + SAME, [Decimal(n) for n in ("0", "1", "2.5", "7", "-1")]),
        sets_of("lead.days_since_created", [Decimal(1), Decimal(3)]),
        tests_of("title.seniority", SAME, ["c_level", "director"]),
        st.builds(
            lambda op, c: FactTest("title.function", op, ("finance",), min_confidence=c),
            st.sampled_from(SAME),
            st.sampled_from([None, 0.0, 0.5, 1.0]),
        ),
        tests_of("lead.has_account", SAME, [True, False]),
        tests_of("lead.email_is_freemail", SAME, [True, False]),
        tests_of("account.employee_band", SAME, ["1-10", "201-500", "5001+"]),
        tests_of("account.name", SAME + PARTS, OPERAND_TEXTS),
        tests_of("account.numberofemployees", ORDER, OPERAND_NUMBERS),
        tests_of("account.open_leads", ORDER, OPERAND_NUMBERS),
        tests_of("account.engaged_people_7d", ORDER, OPERAND_NUMBERS),
        st.builds(
            FactTest,
            st.sampled_from(
                [
                    "lead.text",
                    "lead.seen",
                    "lead.has_account",
                    "lead.days_since_created",
                    "account.name",
                    "title.seniority",
                    "account.employee_band",
                    "lead.email_is_freemail",
                    "account.open_leads",
                ]
            ),
            st.sampled_from(EMPTINESS),
        ),
    )


def interaction_tests() -> st.SearchStrategy[InteractionTest]:
    """Tests of interactions, some with filters."""
    form = st.one_of(
        tests_of("form", SAME + PARTS, ["demo", "pricing"]),
        sets_of("form", ["demo", "pricing"]),
        st.just(FactTest("form", Operator.IS_EMPTY)),
        tests_of("value", ORDER, OPERAND_NUMBERS),
    )
    return st.builds(
        InteractionTest,
        st.sampled_from(["click", "form", "visit", "viSit"]),
        st.sampled_from([1, 1, 1, 2, 3]),
        st.one_of(st.none(), st.sampled_from(LENGTHS)),
        st.one_of(st.just(()), st.just(()), st.tuples(form), st.tuples(form, form)),
        st.sampled_from([False, False, True]),
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions, nested."""

    def combined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        terms = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            terms.map(All),
            terms.map(AnyOf),
            inner.map(Not),
            terms.flatmap(lambda some: st.integers(1, len(some)).map(lambda n: AtLeastOf(n, some))),
        )

    return st.recursive(st.one_of(fact_tests(), interaction_tests()), combined, max_leaves=5)


def decays() -> st.SearchStrategy[Any]:
    """Decays, among them steps that rise and steps that change sign."""
    steps = st.dictionaries(st.sampled_from(LENGTHS[:5]), st.sampled_from([10, 5, -5, 0, 7]), min_size=1, max_size=3)
    return st.one_of(
        st.sampled_from([HOUR, DAY, 3 * DAY, timedelta(microseconds=3)]).map(HalfLife),
        st.sampled_from([HOUR, DAY, 7 * DAY]).map(Linear),
        steps.map(lambda some: Steps(tuple(sorted(some.items())))),
    )


def points() -> st.SearchStrategy[int]:
    """Points."""
    return st.sampled_from([0, 1, 5, 10, 20, -5, -10])


def groups() -> st.SearchStrategy[Group]:
    """Groups of every kind."""
    categories = st.sampled_from([None, None, "web", "fit"])
    plain = st.builds(
        lambda p, when, cap, category: Group("plain", p, when, cap=_signed(cap, p), category=category),
        points(),
        conditions(),
        st.sampled_from([None, None, 4]),
        categories,
    )
    return st.one_of(plain, plain, carried_groups(categories))


def carried_groups(categories: st.SearchStrategy[str | None]) -> st.SearchStrategy[Group]:
    """Groups that count occurrences or fade."""
    beside = st.lists(fact_tests(), max_size=1)

    def build(p: int, test: InteractionTest, facts: Any, each: Any, decay: Any, cap: Any, category: Any) -> Group:
        when = All((*facts, test)) if facts else test
        value = max((v for _, v in decay.steps), key=lambda v: (abs(v), v)) if isinstance(decay, Steps) else p
        whole = None if isinstance(decay, Steps) else p
        return Group("carried", whole, when, each=each, cap=_signed(cap, value), category=category, decay=decay)

    kinds = st.one_of(
        st.tuples(st.just(True), st.none()), st.tuples(st.just(True), decays()), st.tuples(st.just(False), decays())
    )
    return kinds.flatmap(
        lambda kind: st.builds(
            build,
            points(),
            interaction_tests(),
            beside,
            st.just(kind[0]),
            st.just(kind[1]),
            st.sampled_from([None, None, 4, 12, 15]),
            categories,
        )
    )


def _signed(cap: int | None, points_of_group: int) -> int | None:
    return -cap if cap is not None and points_of_group < 0 else cap


def models(min_groups: int = 1, max_groups: int = 4) -> st.SearchStrategy[Model]:
    """Models with or without audience, exclusion, categories, bounds and grades."""
    grades = (Grade("Hot", 20), Grade("Warm", 5), Grade("Cold", None))
    return st.builds(
        lambda some, audience, exclude, floor, cap, caps, with_grades: Model(
            "m",
            tuple(some),
            audience=audience,
            exclude=exclude,
            floor=floor,
            cap=cap,
            category_caps=caps,
            grades=grades[:with_grades],
        ),
        st.lists(groups(), min_size=min_groups, max_size=max_groups),
        st.one_of(st.none(), st.none(), conditions()),
        st.one_of(st.none(), st.none(), conditions()),
        st.sampled_from([None, 0, -3]),
        st.sampled_from([None, 15, 40]),
        st.sampled_from([{}, {"web": 10}, {"web": 8, "fit": -5}]),
        st.integers(0, 3),
    )


# --- a world where time matters

WINDOWS = [2 * HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY]
FADING = [
    HalfLife(DAY),
    HalfLife(3 * DAY),
    Linear(DAY),
    Linear(7 * DAY),
    Steps(((DAY, 10), (2 * DAY, 20), (7 * DAY, 3))),
]
TIMED_KINDS = ["plain", "combined", "each", "fading", "each fading"]


def timed_groups(kind: str) -> st.SearchStrategy[Group]:
    """Groups that change by the passing of time, of each form that is treated on its own."""
    counts, windows = st.sampled_from([1, 1, 2, 3]), st.one_of(st.none(), st.sampled_from(WINDOWS))
    click = st.builds(InteractionTest, st.just("click"), counts, windows)
    form = st.builds(InteractionTest, st.just("form"), counts, windows)
    seen = tests_of("lead.seen", AGES, LENGTHS)
    still = tests_of("lead.text", [Operator.EQUALS], ["GB", "IE"])
    if kind == "plain":
        return st.one_of(click, seen).map(lambda when: Group("plain", 5, when))
    if kind == "combined":
        terms = st.lists(st.one_of(click, form, seen, still), min_size=2, max_size=3).map(tuple)
        return st.one_of(terms.map(All), terms.map(AnyOf)).map(lambda when: Group("combined", 5, when))
    fading = st.sampled_from(FADING) if "fading" in kind else st.none()
    beside = st.one_of(click, click, st.tuples(still, click).map(All), st.tuples(seen, click).map(All))

    def carried(p: int, when: Any, decay: Any, cap: int | None) -> Group:
        whole = None if isinstance(decay, Steps) else p
        signed = cap if isinstance(decay, Steps) else _signed(cap, p)
        return Group("carried", whole, when, each="each" in kind, decay=decay, cap=signed)

    caps = st.sampled_from([None, 4, 7, 12, 15])
    return st.builds(carried, st.sampled_from([3, 5, 10, -10]), beside, fading, caps)


def busy_facts() -> st.SearchStrategy[dict[str, Any]]:
    """Facts with many clicks and forms, most of them of the last hours."""
    hours = st.one_of(st.integers(0, 6), st.integers(0, 50), st.integers(0, 8 * 24), st.sampled_from([-30, -2, 24, 48]))
    happened = st.builds(
        lambda kind, ago: {"type": kind, "at": NOW - ago * HOUR}, st.sampled_from(["click", "click", "form"]), hours
    )
    return st.builds(
        lambda text, ago, happenings: {
            "lead": {"text": text, "seen": NOW - ago * HOUR},
            "account": None,
            "interactions": happenings,
        },
        st.sampled_from(["GB", "GB", None]),
        st.integers(-12, 100),
        st.lists(happened, min_size=2, max_size=8),
    )
