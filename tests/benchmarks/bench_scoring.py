"""How fast leads are scored, beside four public rule engines on the same 30-rule model with windows.

Run it as `python tests/benchmarks/bench_scoring.py [--smoke]`. It prints ratios measured in one run and asserts only
that the engines agree, never a time. An engine that is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.rules import FactTest, Group, InteractionTest, Model, Operator

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
COUNTRIES = ["GB", "IE", "DE", "FR", "NL", "SE", "US", "ES", "IT", "DK"]
INDUSTRIES = list(range(1, 34))
CITIES = ["London", "Dublin", "Berlin", "Paris", "Utrecht", "Malmö", "Boston", "Madrid", "Torino", "Aarhus"]
SUBJECTS = ["Pricing request", "Webinar", "Download", "Demo request", "Newsletter", "Trade fair"]
TYPES = ["email_click", "email_open", "form_submission", "event_checkin", "web_visit", "sms_click"]
FORMS = ["demo", "pricing", "newsletter", "contact"]

Facts = Any  # as they come from JSON
RowScorer = Callable[[Facts], int]


def document() -> str:
    """The model: 30 groups of one to three conditions, fourteen of them with windows."""
    fit: list[tuple[int, list[tuple[str, str, Any]]]] = [
        (10, [("lead.address1_country", "is_any_of", ["GB", "IE"])]),
        (6, [("lead.address1_country", "is_any_of", ["DE", "NL", "SE", "DK"])]),
        (-10, [("lead.address1_country", "equals", "US")]),
        (8, [("account.numberofemployees", "at_least", 500)]),
        (5, [("account.numberofemployees", "between", [50, 499])]),
        (-5, [("account.numberofemployees", "less_than", 10)]),
        (7, [("account.revenue", "greater_than", 1000000), ("account.industrycode", "is_any_of", [1, 6, 7, 14])]),
        (4, [("account.industrycode", "is_any_of", [2, 3, 4, 5])]),
        (6, [("lead.budgetstatus", "at_least", 2)]),
        (9, [("lead.budgetstatus", "equals", 3), ("lead.purchasetimeframe", "at_most", 1)]),
        (3, [("lead.subject", "contains", "demo")]),
        (4, [("lead.subject", "begins_with", "pricing")]),
        (5, [("lead.decisionmaker", "equals", True)]),
        (2, [("lead.address1_city", "is_any_of", ["London", "Berlin", "Paris"])]),
        (-8, [("lead.leadsourcecode", "equals", 10), ("account.numberofemployees", "at_most", 50)]),
        (3, [("lead.estimatedamount", "between", [1000, 50000])]),
    ]
    windows = [
        (10, "email_click", 1, 7, None),
        (5, "email_click", 3, 30, None),
        (2, "email_open", 5, 30, None),
        (12, "form_submission", 1, 7, "demo"),
        (9, "form_submission", 1, 30, "pricing"),
        (3, "form_submission", 1, 90, None),
        (15, "event_checkin", 1, 60, None),
        (4, "web_visit", 3, 7, None),
        (6, "web_visit", 10, 30, None),
        (3, "sms_click", 1, 14, None),
        (8, "event_checkin", 2, 365, None),
        (2, "web_visit", 1, 2, None),
        (1, "email_open", 1, 3, None),
        (5, "sms_click", 2, 90, None),
    ]
    groups: list[dict[str, Any]] = []
    for index, (points, tests) in enumerate(fit):
        when = [{"fact": fact, operator: value} for fact, operator, value in tests]
        groups.append({"name": f"fit {index}", "points": points, "when": when})
    for index, (points, kind, count, days, form) in enumerate(windows):
        when_: dict[str, Any] = {"interaction": kind, "at_least": count, "within": f"{days}d"}
        if form:
            when_["where"] = {"form": form}
        groups.append({"name": f"window {index}", "points": points, "when": when_})
    grades = [{"name": "Hot", "from": 60}, {"name": "Warm", "from": 30}, {"name": "Cold"}]
    return json.dumps({"model": "bench", "floor": 0, "cap": 100, "groups": groups, "grades": grades})


def leads(count: int, seed: int = 7) -> list[Any]:
    """Leads as they come from JSON: times are text, one lead in five has no account, some columns are null."""
    chance = random.Random(seed)

    def maybe(value: Any) -> Any:
        return None if chance.random() < 0.15 else value

    made = []
    for _ in range(count):
        account = {
            "numberofemployees": maybe(chance.choice([3, 20, 80, 400, 900, 6000])),
            "revenue": maybe(round(chance.uniform(1e5, 5e7), 2)),
            "industrycode": maybe(chance.choice(INDUSTRIES)),
        }
        lead = {
            "address1_country": maybe(chance.choice(COUNTRIES)),
            "address1_city": maybe(chance.choice(CITIES)),
            "subject": maybe(chance.choice(SUBJECTS)),
            "budgetstatus": maybe(chance.choice([0, 1, 2, 3])),
            "purchasetimeframe": maybe(chance.choice([0, 1, 2, 3, 4])),
            "decisionmaker": maybe(chance.choice([True, False])),
            "leadsourcecode": chance.choice(range(1, 11)),
            "estimatedamount": maybe(round(chance.uniform(100, 90_000), 2)),
        }
        interactions = []
        for _ in range(chance.choice([0, 0, 1, 2, 3, 5, 8, 12])):
            at = NOW - timedelta(seconds=chance.randint(1, 120 * 86_400))
            kind = chance.choice(TYPES)
            interaction: dict[str, Any] = {"type": kind, "at": at.isoformat().replace("+00:00", "Z")}
            if kind == "form_submission":
                interaction["properties"] = {"form": chance.choice(FORMS)}
            interactions.append(interaction)
        made.append({"lead": lead, "account": None if chance.random() < 0.2 else account, "interactions": interactions})
    made = json.loads(json.dumps(made))
    assert isinstance(made, list)
    return made


# --- what the other engines are given: one flat mapping a lead, with the windows counted


def window_name(test: InteractionTest) -> str:
    """The name of the flat fact that counts a test's interactions."""
    assert test.within is not None
    form = f"_{test.where[0].operands[0]}" if test.where else ""
    return f"count_{test.type}_{test.within.days}d{form}"


def flatten(model: Model) -> Callable[[Facts], dict[str, Any]]:
    """A function from facts to the flat mapping that row engines take. Its time is part of theirs, as for us."""
    tests = {window_name(group.when): group.when for group in model.groups if isinstance(group.when, InteractionTest)}
    facts = {part.fact for group in model.groups for part in fact_tests(group)}

    def flat(lead: Facts) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for fact in facts:
            table, _, column = fact.partition(".")
            row[f"{table}_{column}"] = (lead[table] or {}).get(column)
        times = [(i["type"], datetime.fromisoformat(i["at"]), i.get("properties") or {}) for i in lead["interactions"]]
        for name, test in tests.items():
            assert test.within is not None
            low = NOW - test.within
            row[name] = sum(
                1
                for kind, at, properties in times
                if kind == test.type
                and low < at <= NOW
                and all(properties.get(part.fact) in part.operands for part in test.where)
            )
        return row

    return flat


def fact_tests(group: Group) -> Iterable[FactTest]:
    """The fact tests of a group of the benchmark."""
    terms = getattr(group.when, "terms", (group.when,))
    return [term for term in terms if isinstance(term, FactTest)]


def plain(value: Any) -> Any:
    """An operand as a literal of other engines."""
    return value if isinstance(value, str | bool) else int(value)


class UnavailableError(Exception):
    """An engine is not installed."""


def load(module: str, package: str) -> Any:
    """Import an engine. Raises UnavailableError."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnavailableError(f"{package} is not installed (pip install -r requirements/bench.txt)") from error


def clamp(points: int) -> int:
    """The model's floor and cap."""
    return max(0, min(100, points))


def expression_of(group: Group, *, contains: str, starts: str) -> str:
    """A group's condition as an infix expression; a null never satisfies it."""
    if isinstance(group.when, InteractionTest):
        return f"{window_name(group.when)} >= {group.when.at_least}"
    parts = []
    signs = {"equals": "==", "at_least": ">=", "at_most": "<=", "greater_than": ">", "less_than": "<"}
    for test in fact_tests(group):
        name, operands = test.fact.replace(".", "_"), [plain(operand) for operand in test.operands]
        if test.operator is Operator.IS_ANY_OF:
            parts.append(f"{name} in [{', '.join(json.dumps(operand) for operand in operands)}]")
        elif test.operator is Operator.BETWEEN:
            parts.append(f"{name} != null and {name} >= {operands[0]} and {name} <= {operands[1]}")
        elif test.operator in {Operator.CONTAINS, Operator.BEGINS_WITH}:
            form = contains if test.operator is Operator.CONTAINS else starts
            parts.append(f"{name} != null and " + form.format(name=name, text=json.dumps(operands[0])))
        else:
            guard = "" if test.operator is Operator.EQUALS else f"{name} != null and "
            parts.append(f"{guard}{name} {signs[test.operator]} {json.dumps(operands[0])}")
    return " and ".join(parts)


def with_rule_engine(model: Model) -> RowScorer:
    """rule-engine: one expression a group."""
    engine = load("rule_engine", "rule-engine")
    context = engine.Context(default_value=None)
    rules = [
        (
            group.points,
            engine.Rule(
                expression_of(
                    group,
                    contains="{name}.as_lower =~~ {text}",
                    starts="{name}.as_lower =~ {text}",
                ),
                context=context,
            ),
        )
        for group in model.groups
    ]
    flat = flatten(model)

    def score(lead: Facts) -> int:
        row = flat(lead)
        return clamp(sum(points or 0 for points, rule in rules if rule.matches(row)))

    return score


def with_zen_engine(model: Model) -> RowScorer:
    """zen-engine: one compiled expression for the whole model."""
    engine = load("zen", "zen-engine")
    parts = []
    for group in model.groups:
        condition = expression_of(
            group,
            contains="contains(lower({name}), {text})",
            starts="startsWith(lower({name}), {text})",
        )
        parts.append(f"(({condition}) ? {group.points} : 0)")
    compiled = engine.compile_expression(" + ".join(parts))
    flat = flatten(model)
    return lambda lead: clamp(int(compiled.evaluate(flat(lead))))


def with_business_rules(model: Model) -> RowScorer:
    """business-rules: conditions and actions as mappings, a variable class over the row."""
    variables = load("business_rules.variables", "business-rules")
    actions = load("business_rules.actions", "business-rules")
    fields = load("business_rules.fields", "business-rules")
    engine = load("business_rules.engine", "business-rules")
    flat = flatten(model)
    kinds: dict[str, Any] = {}
    rules = [_business_rule(group, kinds) for group in model.groups]

    def reader(name: str, kind: str) -> Any:
        nothing: Any = {"numeric": -(10**12), "string": "", "boolean": False}[kind]
        column = name.removesuffix(OR_MANY)
        if name != column:
            nothing = 10**12

        def read(self: Any) -> Any:
            value = self.row[column]
            return nothing if value is None else value

        read.__name__ = name
        return getattr(variables, f"{kind}_rule_variable")(read)

    readers = {name: reader(name, kind) for name, kind in kinds.items()}
    row_variables = type("Row", (variables.BaseVariables,), {"__init__": _keep_row, **readers})

    def add(self: Any, points: int) -> None:
        self.total += points

    action = actions.rule_action(params={"points": fields.FIELD_NUMERIC})(add)
    sums = type("Points", (actions.BaseActions,), {"total": 0, "add": action})

    def score(lead: Facts) -> int:
        points: Any = sums()
        engine.run_all(
            rule_list=rules,
            defined_variables=row_variables(flat(lead)),
            defined_actions=points,
            stop_on_first_trigger=False,
        )
        return clamp(points.total)

    return score


def _keep_row(self: Any, row: dict[str, Any]) -> None:
    self.row = row


def _business_rule(group: Group, kinds: dict[str, Any]) -> dict[str, Any]:
    """One group in the mappings of business-rules; a null number is not 0, hence the added conditions."""
    conditions: list[dict[str, Any]] = []

    def add(name: str, kind: str, operator: str, value: Any) -> None:
        kinds[name] = kind
        conditions.append({"name": name, "operator": operator, "value": value})

    if isinstance(group.when, InteractionTest):
        add(window_name(group.when), "numeric", "greater_than_or_equal_to", group.when.at_least)
    for test in fact_tests(group):
        name, values = test.fact.replace(".", "_"), [plain(operand) for operand in test.operands]
        kind = "string" if isinstance(values[0], str) else "boolean" if isinstance(values[0], bool) else "numeric"
        if test.operator is Operator.IS_ANY_OF:
            kinds[name] = kind
            same = "equal_to"
            conditions.append({"any": [{"name": name, "operator": same, "value": value} for value in values]})
        elif test.operator is Operator.BETWEEN:
            add(name, kind, "greater_than_or_equal_to", values[0])
            add(name, kind, "less_than_or_equal_to", values[1])
        elif test.operator is Operator.CONTAINS:
            add(name, kind, "matches_regex", f"(?i).*{values[0]}")
        elif test.operator is Operator.BEGINS_WITH:
            add(name, kind, "matches_regex", f"(?i){values[0]}")
        elif kind == "boolean":
            add(name, kind, "is_true" if values[0] else "is_false", True)
        elif kind == "string":
            add(name, kind, "equal_to", values[0])
        else:
            if test.operator in {Operator.LESS_THAN, Operator.AT_MOST}:
                name = f"{name}{OR_MANY}"
            add(name, kind, _BUSINESS_OPERATORS[test.operator], values[0])
    action = [{"name": "add", "params": {"points": group.points}}]
    return {"conditions": {"all": conditions}, "actions": action}


OR_MANY = "_or_many"  # a null that is compared with `less than` stands for many, so that it is not below anything
_BUSINESS_OPERATORS = {
    Operator.EQUALS: "equal_to",
    Operator.AT_LEAST: "greater_than_or_equal_to",
    Operator.GREATER_THAN: "greater_than",
    Operator.LESS_THAN: "less_than",
    Operator.AT_MOST: "less_than_or_equal_to",
}


def with_datalogic(model: Model) -> RowScorer:
    """datalogic-py: one compiled JSONLogic expression for the whole model, over JSON text."""
    engine = load("datalogic_py", "datalogic-py")
    compiled = engine.Engine().compile(json.dumps({"+": [_json_logic(group) for group in model.groups]}))
    flat = flatten(model)
    return lambda lead: clamp(int(float(compiled.evaluate_str(json.dumps(flat(lead))))))


def _json_logic(group: Group) -> dict[str, Any]:
    if isinstance(group.when, InteractionTest):
        conditions = [{">=": [{"var": window_name(group.when)}, group.when.at_least]}]
    else:
        conditions = [condition for test in fact_tests(group) for condition in _json_logic_tests(test)]
    return {"if": [{"and": conditions}, group.points, 0]}


def _json_logic_tests(test: FactTest) -> list[dict[str, Any]]:
    value = {"var": test.fact.replace(".", "_")}
    operands = [plain(operand) for operand in test.operands]
    there: list[dict[str, Any]] = [{"!==": [value, None]}]
    match test.operator:
        case Operator.IS_ANY_OF:
            return [{"in": [value, operands]}]
        case Operator.BETWEEN:
            return [*there, {"<=": [operands[0], value]}, {"<=": [value, operands[1]]}]
        case Operator.CONTAINS:
            return [*there, {"in": [operands[0], {"lower": value}]}]
        case Operator.BEGINS_WITH:
            return [*there, {"starts_with": [{"lower": value}, operands[0]]}]
    signs = {Operator.EQUALS: "===", Operator.AT_LEAST: ">=", Operator.AT_MOST: "<=", Operator.GREATER_THAN: ">"}
    return [*there, {signs.get(test.operator, "<"): [value, operands[0]]}]


# --- measuring

ENGINES: dict[str, Callable[[Model], RowScorer]] = {
    "rule-engine": with_rule_engine,
    "zen-engine": with_zen_engine,
    "business-rules": with_business_rules,
    "datalogic-py": with_datalogic,
}


def rate(work: Callable[[], Any], count: int) -> float:
    """Leads per CPU second, the best of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def _run(engine: RowScorer, sample: list[Any]) -> list[int]:
    return [engine(lead) for lead in sample]


def large_model(groups: int) -> str:
    """A model of many groups, no two alike."""
    made = [
        {
            "name": f"group {index}",
            "points": index % 20 + 1,
            "decay": {"half_life": f"{index % 30 + 1}d"} if index % 5 == 0 else None,
            "when": [
                {"fact": f"lead.column{index % 60}", "is_any_of": [f"a{index}", f"b{index}"]},
                {"fact": f"account.column{index % 40}", "at_least": index},
                {"interaction": TYPES[index % 6], "at_least": index % 4 + 1, "within": f"{index % 90 + 1}d"},
            ],
        }
        for index in range(groups)
    ]
    return json.dumps({"model": "large", "groups": [{k: v for k, v in g.items() if v is not None} for g in made]})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a few leads only: does it run?")
    smoke = parser.parse_args().smoke
    sample = leads(200 if smoke else 10_000)
    few = sample[: 100 if smoke else 1_000]
    model = parse_model(document())
    scorer = compile_model(model)
    expected = [scorer.score(lead, NOW).score for lead in few]

    ours = rate(lambda: sum(1 for _ in scorer.score_many(sample, NOW)), len(sample))
    laps = []
    for lead in few:
        start = time.perf_counter_ns()
        scorer.score(lead, NOW)
        laps.append((time.perf_counter_ns() - start) / 1e6)
    print(f"30 rules, 14 of them windows, {len(sample):,} leads, one core")
    print(f"  this scorer      {ours:>9,.0f} leads per CPU second; one lead {statistics.median(laps):.3f} ms (median)")
    for name, make in ENGINES.items():
        try:
            engine = make(model)
        except UnavailableError as error:
            print(f"  {name:<16} left out: {error}")
            continue
        found = [engine(lead) for lead in few]
        agreed = sum(left == right for left, right in zip(found, expected, strict=True))
        assert agreed == len(few), f"{name} agrees on {agreed} of {len(few)} leads"
        theirs = rate(partial(_run, engine, few), len(few))
        print(f"  {name:<16} {theirs:>9,.0f} leads per CPU second; this scorer is {ours / theirs:,.1f} times as fast")
    for groups in (30, 100 if smoke else 500):
        text = large_model(groups)
        before = time.process_time()
        large = parse_model(text)
        read = time.process_time()
        compile_model(large)
        done = time.process_time()
        print(f"{groups} groups: read in {read - before:.3f} s, compiled in {done - read:.3f} s")


if __name__ == "__main__":
    main()
