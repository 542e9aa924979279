"""What explaining costs: scoring with the stored reasons on against scoring alone, in one run, as ratios.

`python tests/benchmarks/bench_explain.py [--smoke]`. Nothing is asserted: figures belong to the machine that gave them.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from connector.scoring.compiler import compile_model
from connector.scoring.counterfactual import CounterfactualFinder
from connector.scoring.document import parse_model
from connector.scoring.explain import Explainer
from connector.scoring.forecast import forecast
from connector.scoring.rules import Model
from connector.scoring.score import Facts, InteractionFacts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REASONS = 3  # what is stored with a score and shown on a card
ROUNDS = 5
COUNTRIES = ("GB", "IE", "DE", "FR", "ES", "SE")
TOPICS = ("Demo wanted", "Pricing question", "Newsletter", "Event follow-up", "White paper")
KINDS = ("email_click", "email_open", "web_visit", "form_submission", "event_checkin")


def thirty_groups() -> Model:
    """A model of 30 groups with windows, occurrences, alternatives and account facts."""
    groups = []
    for n in range(6):
        countries = f"{{fact: lead.address1_country, is_any_of: [{COUNTRIES[n]}, {COUNTRIES[n - 1]}]}}"
        size = f"{{fact: account.numberofemployees, at_least: {100 * n + 50}}}"
        topic = f"{{fact: lead.subject, contains: {TOPICS[n % 5].split()[0]}}}"
        industry = f"{{fact: lead.industrycode, equals: {n}}}"
        happened = f"interaction: {KINDS[n % 5]}"
        groups += [
            f"{{name: Country {n}, points: {5 + n}, when: [{countries}, {size}]}}",
            f"{{name: Topic {n}, points: {3 + n}, when: {{any: [{topic}, {industry}]}}}}",
            f"{{name: Lately {n}, points: {4 + n}, when: {{{happened}, at_least: {1 + n % 3}, within: {7 + 7 * n}d}}}}",
            f"{{name: Each {n}, points: 2, each: true, cap: {10 + n}, when: {{{happened}, within: {5 + n}d}}}}",
            f"{{name: Size {n}, points: {-n}, when: {{fact: account.numberofemployees, at_most: {10 * n + 5}}}}}",
        ]
    grades = "grades: [{name: Hot, from: 80}, {name: Warm, from: 40}, {name: Cold}]"
    return parse_model(f"model: bench\n{grades}\ngroups:\n" + "".join(f"  - {group}\n" for group in groups))


def leads(count: int) -> list[Facts]:
    """Leads as they come from JSON: a few columns, four in five with an account, up to ten interactions."""
    rng = random.Random(11)
    made: list[Facts] = []
    for _ in range(count):
        interactions: list[InteractionFacts] = [
            {"type": rng.choice(KINDS), "at": (NOW - timedelta(hours=rng.randrange(1, 1500))).isoformat()}
            for _ in range(rng.randrange(11))
        ]
        made.append(
            {
                "lead": {
                    "address1_country": rng.choice(COUNTRIES),
                    "subject": rng.choice(TOPICS),
                    "industrycode": rng.randrange(12),
                },
                "account": {"numberofemployees": rng.randrange(1, 2000)} if rng.random() < 0.8 else None,
                "interactions": interactions,
            }
        )
    return made


def seconds(work: Callable[[Facts], object], facts: list[Facts]) -> float:
    """CPU seconds for all leads once."""
    start = time.process_time()
    for one in facts:
        work(one)
    return time.process_time() - start


def main() -> None:
    """Print microseconds a lead and the ratio to scoring alone: the median of several rounds, taken in turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a few leads, to see that it runs")
    count = 200 if parser.parse_args().smoke else 3_000
    model, facts = thirty_groups(), leads(count)
    scorer, explainer = compile_model(model), Explainer(model)
    alone = compile_model(model, trace=False)
    works: dict[str, Callable[[Facts], object]] = {
        "scoring alone": lambda one: alone.score(one, NOW),
        "with the trace": lambda one: scorer.score(one, NOW),
        "with the explanation": lambda one: explainer.explain(scorer.score(one, NOW), one, NOW),
        f"with {REASONS} reasons worded": lambda one: explainer.reasons(scorer.score(one, NOW), one, NOW, REASONS),
        "with every sentence": lambda one: explainer.explain(scorer.score(one, NOW), one, NOW).sentences,
    }
    for work in works.values():
        seconds(work, facts[:100])
    rounds = [{name: seconds(work, facts) for name, work in works.items()} for _ in range(ROUNDS)]
    for name in works:
        ratio = statistics.median(taken[name] / taken["scoring alone"] for taken in rounds)
        each = statistics.median(taken[name] for taken in rounds) / count * 1e6
        sys.stdout.write(f"{name:28} {each:8.1f} us a lead   {ratio:5.2f} x\n")
    finder, few = CounterfactualFinder(scorer), facts[:20]
    for name, work in {
        "a counterfactual": lambda one: finder.find(one, NOW),
        "a forecast": lambda one: forecast(scorer, one, NOW),
    }.items():
        sys.stdout.write(f"{name:28} {seconds(work, few) / len(few) * 1e3:8.1f} ms a lead\n")


if __name__ == "__main__":
    main()
