"""Two versions of a model over the same leads: who changes grade, who gains or loses qualification, and why.

Streams: memory holds counters and a small sample, never the leads. The sample does not depend on the leads' order.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from connector.scoring.compiler import Scorer
from connector.scoring.explain.total import adjustments, bound_name
from connector.scoring.rules import Model
from connector.scoring.score import Facts, Score, Standing
from connector.scoring.unread import Unread
from connector.scoring.wording import capitalise, count_text, list_text, number_text, points_text

SAMPLE = 10
MOST_SEGMENTS = 50  # further ones are counted together, so that a wild segment function cannot fill the memory
OTHER_SEGMENTS = "(others)"

Qualifies = Callable[[Score, Facts], bool]
Segment = Callable[[str, Facts], str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one version says of a lead; `qualified` is None where the version has no criteria."""

    standing: Standing
    score: int | None
    grade: str | None
    qualified: bool | None

    @property
    def label(self) -> str:
        """The grade, else whether the lead is scored at all."""
        if self.grade is not None:
            return self.grade
        return "scored" if self.score is not None else "not scored"


@dataclass(frozen=True, slots=True)
class Reason:
    """A group or a bound whose points differ; `before` or `after` is None where a version does not have it."""

    name: str
    before: int | None
    after: int | None
    is_bound: bool = False

    @property
    def points(self) -> int:
        """What this adds to the new score."""
        return (self.after or 0) - (self.before or 0)

    @property
    def text(self) -> str:
        """For people: `new group 'Clicked lately': +10`."""
        if self.is_bound:
            return f"{self.name}: {points_text(self.after or 0)} instead of {points_text(self.before or 0)}"
        if self.before is None:
            return f"new group '{self.name}': {points_text(self.after or 0)}"
        if self.after is None:
            return f"group '{self.name}' is gone: {points_text(-self.before)}"
        return f"'{self.name}' gives {points_text(self.after)} instead of {points_text(self.before)}"


@dataclass(frozen=True, slots=True)
class LeadChange:
    """One lead of the sample: both verdicts and the reasons, strongest first.

    The reasons' points sum to the change of score; there are none where a version does not score the lead.
    """

    lead_id: str
    before: Verdict
    after: Verdict
    reasons: tuple[Reason, ...]

    @property
    def sentence(self) -> str:
        """For people: what changes and why, at most three reasons; the lead is not named."""
        change = f"{_verdict_text(self.before)} becomes {_verdict_text(self.after)}"
        if self.before.qualified != self.after.qualified and None not in {self.before.qualified, self.after.qualified}:
            change += ", would be qualified" if self.after.qualified else ", would no longer be qualified"
        reasons = "; ".join(reason.text for reason in self.reasons[:3])
        return capitalise(f"{change}: {reasons}" if reasons else change)


def _verdict_text(verdict: Verdict) -> str:
    if verdict.score is None:
        return f"not scored ({verdict.standing.replace('_', ' ')})"
    score = number_text(verdict.score)
    return f"{score} {verdict.grade}" if verdict.grade is not None else score


@dataclass(frozen=True, slots=True)
class Diff:
    """What publication of the new version would change for a set of leads.

    `transitions` counts leads by (label before, label after), those that keep theirs left out; `by_segment` the same
    for each segment. `unchanged` leads keep score, grade, standing and qualification; `rescored` differ in score only.
    `mean_change` is over the leads that both versions score. `sample` shows changed qualification first, then grades.
    `unjudged` leads are counted in `leads` alone: the new version reads of them what is not mirrored yet. `unread` are
    all columns of which some lead lacks it, each with how many leads cannot be judged for want of it.
    """

    leads: int
    unchanged: int
    rescored: int
    transitions: Mapping[tuple[str, str], int]
    by_segment: Mapping[str, Mapping[tuple[str, str], int]]
    becomes_qualified: int
    stops_qualified: int
    mean_change: float
    sample: tuple[LeadChange, ...]
    unjudged: int = 0
    unread: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """The diff for people: counts first, then the sample."""
        lines = [f"{self.leads:,} leads: {self.unchanged:,} unchanged, {self.rescored:,} change score only."]
        if self.unread:
            lines.append(self._unread_sentence)
        lines += [f"{before} to {after}: {count:,}" for (before, after), count in self.transitions.items()]
        if self.becomes_qualified or self.stops_qualified:
            lines.append(
                f"{self.becomes_qualified:,} would be qualified, {self.stops_qualified:,} would no longer be qualified."
            )
        return lines + [change.sentence for change in self.sample]

    @property
    def _unread_sentence(self) -> str:
        """What nobody can say before a run has read more."""
        them, are = ("it", "is") if len(self.unread) == 1 else ("them", "are")
        said = f"{list_text(self.unread)} {are} not mirrored yet; the first run after publication reads {them}."
        if not self.unjudged:
            return f"{said} No lead's score depends on {them}."
        count = f"{count_text(self.unjudged, 'lead')} cannot be judged and {'is' if self.unjudged == 1 else 'are'}"
        return f"{said} Until then {count} in no other figure."


def diff(
    old: Scorer,
    new: Scorer,
    leads: Iterable[tuple[str, Facts]],
    now: datetime,
    *,
    old_qualifies: Qualifies | None = None,
    new_qualifies: Qualifies | None = None,
    segment: Segment | None = None,
    sample: int = SAMPLE,
    unread: Unread | None = None,
) -> Diff:
    """Score each lead (id, facts) with both versions at `now` and count what differs.

    Qualification is compared where both versions have criteria. `segment` names the owner, country or the like that
    counts are broken down by. `sample` is how many changed leads are shown with reasons. `unread` is the new version's,
    for leads whose facts lack what was not read yet.
    """
    tally = _Tally()
    shown = _Sample(sample)
    criteria = (old_qualifies, new_qualifies) if old_qualifies and new_qualifies else (None, None)
    for lead_id, facts in leads:
        scores = old.score(facts, now), new.score(facts, now)
        if unread is not None and tally.leave_out(unread, facts, scores[1], now):
            continue
        before, after = (_verdict(score, facts, qualifies) for score, qualifies in zip(scores, criteria, strict=True))
        weight = tally.count(before, after, segment(lead_id, facts) if segment is not None else None)
        if weight is not None:
            shown.offer(
                lead_id, weight, partial(_lead_change, (old.model, new.model), lead_id, (before, after), scores)
            )
    return tally.diff(shown.changes())


def _verdict(score: Score, facts: Facts, qualifies: Qualifies | None) -> Verdict:
    return Verdict(score.standing, score.score, score.grade, qualifies(score, facts) if qualifies is not None else None)


@dataclass(slots=True)
class _Tally:
    """The counters of a diff under way."""

    leads: int = 0
    unchanged: int = 0
    rescored: int = 0
    becomes_qualified: int = 0
    stops_qualified: int = 0
    both_scored: int = 0
    change: int = 0
    transitions: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_segment: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    unjudged: int = 0
    unread: Counter[str] = field(default_factory=Counter)

    def leave_out(self, unread: Unread, facts: Facts, score: Score, now: datetime) -> bool:
        """Count a lead that cannot be judged for want of columns, and nothing else of it; tell whether it is one."""
        missing = unread.missing(facts)
        decisive = unread.decisive(facts, score, missing, now)
        for column in missing:
            self.unread[column] += column in decisive
        if decisive:
            self.leads += 1
            self.unjudged += 1
        return bool(decisive)

    def count(self, before: Verdict, after: Verdict, segment: str | None) -> int | None:
        """Count one lead; tell how telling it is for the sample (0 most), None when nothing changes."""
        self.leads += 1
        if before.score is not None and after.score is not None:
            self.both_scored += 1
            self.change += after.score - before.score
        if before == after:
            self.unchanged += 1
            return None
        if before.label != after.label:
            self._transition((before.label, after.label), segment)
        elif before.qualified == after.qualified:
            self.rescored += 1
            return 2
        if before.qualified == after.qualified:
            return 1
        self.becomes_qualified += bool(after.qualified)
        self.stops_qualified += bool(before.qualified)
        return 0

    def _transition(self, transition: tuple[str, str], segment: str | None) -> None:
        self.transitions[transition] += 1
        if segment is None:
            return
        if segment not in self.by_segment and len(self.by_segment) >= MOST_SEGMENTS:
            segment = OTHER_SEGMENTS
        self.by_segment.setdefault(segment, Counter())[transition] += 1

    def diff(self, sample: tuple[LeadChange, ...]) -> Diff:
        """What was counted, in an order that does not depend on that of the leads."""
        return Diff(
            leads=self.leads,
            unchanged=self.unchanged,
            rescored=self.rescored,
            transitions=dict(sorted(self.transitions.items(), key=lambda item: (-item[1], item[0]))),
            by_segment={name: dict(sorted(counts.items())) for name, counts in sorted(self.by_segment.items())},
            becomes_qualified=self.becomes_qualified,
            stops_qualified=self.stops_qualified,
            mean_change=self.change / self.both_scored if self.both_scored else 0.0,
            sample=sample,
            unjudged=self.unjudged,
            unread=dict(sorted(self.unread.items())),
        )


class _Sample:
    """The most telling changes, chosen among equals by a hash of the lead's id: any order of leads gives the same."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[int, int, int, LeadChange]] = []  # the least telling first
        self._offers = 0

    def offer(self, lead_id: str, weight: int, build: Callable[[], LeadChange]) -> None:
        """Take a change in when it is among the most telling so far; build it only then."""
        digest = int.from_bytes(hashlib.blake2b(lead_id.encode(errors="replace"), digest_size=8).digest())
        self._offers += 1
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, (-weight, -digest, self._offers, build()))
        elif self._heap and (-weight, -digest) > self._heap[0][:2]:
            heapq.heapreplace(self._heap, (-weight, -digest, self._offers, build()))

    def changes(self) -> tuple[LeadChange, ...]:
        """The sample, the most telling first."""
        return tuple(entry[3] for entry in sorted(self._heap, key=lambda entry: (-entry[0], -entry[1], entry[2])))


def _lead_change(
    models: tuple[Model, Model], lead_id: str, verdicts: tuple[Verdict, Verdict], scores: tuple[Score, Score]
) -> LeadChange:
    if scores[0].score is None or scores[1].score is None:
        return LeadChange(lead_id, *verdicts, ())  # the standings say it: no group has changed its mind
    was, becomes = _parts(models[0], scores[0]), _parts(models[1], scores[1])
    reasons = [Reason(key[1], was.get(key), becomes.get(key), is_bound=key[0]) for key in {**was, **becomes}]
    telling = sorted((reason for reason in reasons if reason.points), key=lambda reason: -abs(reason.points))
    return LeadChange(lead_id, *verdicts, tuple(telling))


def _parts(model: Model, score: Score) -> dict[tuple[bool, str, int], int]:
    """Points by (is a bound, name, n-th of that name in the model); they sum to the score."""
    names = [(False, group.name, group.points) for group in score.groups]
    names += [(True, bound_name(adjustment), adjustment.points) for adjustment in adjustments(model, score)]
    seen: Counter[tuple[bool, str]] = Counter()
    parts: dict[tuple[bool, str, int], int] = {}
    for is_bound, name, points in names:
        seen[is_bound, name] += 1
        parts[is_bound, name, seen[is_bound, name]] = points
    return parts
