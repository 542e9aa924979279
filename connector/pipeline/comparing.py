"""What publication of another version of a model would change for the mirrored leads, their qualification included.

Reads the store and computes; nothing is stored, written or sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.errors import MissingFactError
from connector.pipeline.judge import facts_of
from connector.pipeline.ports import DocumentKind, Store
from connector.pipeline.rulebook import LiveModel, TitleReader, compile_live, live_titles, models_of, title_reader
from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.diff import Diff, Qualifies, diff
from connector.scoring.document import parse_criteria, parse_model
from connector.scoring.facttypes import FactTypes
from connector.scoring.qualification import CompiledCondition, compile_condition
from connector.scoring.rules import Criteria
from connector.scoring.score import Facts, Outcome, Score
from connector.scoring.unread import Unread

CHUNK = 500


def diff_model(store: Store, types: FactTypes, text: str, now: datetime) -> Diff:
    """Compare a model document with the live version of its model over every mirrored lead.

    Qualification is compared where live criteria name the model. Leads that the new version judges by columns that are
    not mirrored yet are counted apart. Raises DocumentError when it does not parse, MissingFactError when no version
    is live.
    """
    model = parse_model(text, types)
    reader = title_reader(live_titles(store))
    live = {d.name: compile_live(d, types, reader) for d in store.live(DocumentKind.MODEL)}
    if model.name not in live:
        raise MissingFactError(
            f"The model {model.name!r} is not live, so there is nothing to compare with.",
            remedy=f"Live: {', '.join(sorted(live)) or 'none'}.",
        )
    new = compile_model(model, types, reader)
    criteria = _criteria_about(store, types, model.name)
    return diff(
        live[model.name].scorer,
        new,
        _all_facts(store, reader, now),
        now,
        old_qualifies=_judge(criteria, live[model.name].scorer, live, types, reader, now),
        new_qualifies=_judge(criteria, new, live, types, reader, now),
        unread=Unread(new, types, reader),
    )


def _criteria_about(store: Store, types: FactTypes, model: str) -> list[Criteria]:
    """The live criteria that name a model."""
    found = (parse_criteria(document.body, types) for document in store.live(DocumentKind.QUALIFICATION))
    return [criteria for criteria in found if model in models_of(criteria)]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Criteria, ready to be asked."""

    when: CompiledCondition
    audience: CompiledCondition | None


def _judge(
    criteria: list[Criteria],
    scorer: Scorer,
    live: Mapping[str, LiveModel],
    types: FactTypes,
    reader: TitleReader,
    now: datetime,
) -> Qualifies | None:
    """Tell whether a lead meets any of the criteria, given its score by one version; None where there are none.

    The scores of the other models are those of their live versions.
    """
    if not criteria:
        return None
    name = scorer.model.name
    models = {known: one.model for known, one in live.items()} | {name: scorer.model}
    others = {known: live[known].scorer for one in criteria for known in models_of(one) if known in live}
    others.pop(name, None)
    rules = [
        _Rule(
            compile_condition(one.when, types, reader, models=models),
            compile_condition(one.audience, types, reader, models=models) if one.audience is not None else None,
        )
        for one in criteria
    ]

    def qualifies(score: Score, facts: Facts) -> bool:
        scores = {known: other.score(facts, now) for known, other in others.items()} | {name: score}
        return any(
            rule.when(facts, scores, now) is Outcome.TRUE
            and (rule.audience is None or rule.audience(facts, scores, now) is Outcome.TRUE)
            for rule in rules
        )

    return qualifies


def _all_facts(store: Store, reader: TitleReader, now: datetime) -> Iterator[tuple[str, Facts]]:
    after = ""
    while dossiers := store.dossiers(CHUNK, now=now, after=after):
        for dossier in dossiers:
            yield dossier.lead.lead_id, facts_of(dossier, now=now, titles=reader)
        after = dossiers[-1].lead.lead_id
