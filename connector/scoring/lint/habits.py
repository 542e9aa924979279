"""Habits that mislead: points for everybody, opens above clicks, and a score that hangs on linked accounts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from connector.scoring.lint.findings import Finding, finding
from connector.scoring.lint.formula import wanted_in
from connector.scoring.lint.kleene import FALSE, TRUE
from connector.scoring.lint.phrases import at_line
from connector.scoring.lint.study import StudiedGroup, Study
from connector.scoring.lint.worth import best_points, most_points
from connector.scoring.operators import fold
from connector.scoring.rules import FactTest, Group, InteractionTest, Operator

EXPOSED_SHARE = Fraction(2, 5)
_NO_ACCOUNT = FactTest("lead.has_account", Operator.EQUALS, (False,))


def habit_findings(study: Study) -> Iterator[Finding]:
    """Findings on how the groups of a model work together."""
    yield from _always_true(study)
    yield from _same_names(study)
    yield from _opens_above_clicks(study)
    yield from _account_exposure(study)


def _always_true(study: Study) -> Iterator[Finding]:
    if study.nobody_is_scored:
        return
    for index, studied in enumerate(study.groups):
        group = studied.group
        if studied.is_impossible or index in study.outside:
            continue
        if index in study.always:
            yield finding(
                "always-true",
                group.name,
                (group.place,),
                f"Every lead that is scored meets the conditions of group '{group.name}', so it tells nobody apart.",
                "Delete the group, or correct its conditions.",
            )
        elif study.prover.refutes(study.scored, study.prover.formula(group.when, FALSE)):
            yield finding(
                "always-true",
                group.name,
                (group.place,),
                f"Group '{group.name}' is true of every lead of which the fact is known at all.",
                "If that is meant, write `is_not_empty: true`; else correct its conditions.",
            )


def _same_names(study: Study) -> Iterator[Finding]:
    seen: dict[str, Group] = {}
    for group in study.model.groups:
        first = seen.setdefault(fold(group.name), group)
        if first is not group:
            yield finding(
                "duplicate-name",
                group.name,
                (first.place, group.place),
                f"Two groups are called '{group.name}'{at_line(first.place)}, so explanations cannot tell them apart.",
                "Give each group its own name.",
            )


def _channel(kind: str, deed: str) -> str | None:
    """`email` for `email_open` and the deed `open`; None for other interactions."""
    channel, _, rest = kind.lower().replace("-", "_").partition("_")
    return channel if deed in rest else None


def _opens_above_clicks(study: Study) -> Iterator[Finding]:
    opens: dict[str, Group] = {}
    clicks: dict[str, Group] = {}
    for studied in study.groups:
        group = studied.group
        if studied.is_impossible or best_points(group) <= 0:
            continue
        kinds = _wanted_kinds(studied)
        clicked = {channel for kind in kinds if (channel := _channel(kind, "click"))}
        opened = {channel for kind in kinds if (channel := _channel(kind, "open"))} - clicked
        for best, channels in ((opens, opened), (clicks, clicked)):
            for channel in channels:
                if channel not in best or best_points(best[channel]) < best_points(group):
                    best[channel] = group
    for channel, group in opens.items():
        rival = clicks.get(channel)
        if rival is None or best_points(group) >= best_points(rival):
            yield _opens_finding(channel, group, rival)


def _opens_finding(channel: str, group: Group, rival: Group | None) -> Finding:
    clicks = "clicks give none" if rival is None else f"a click gives {best_points(rival)}{at_line(rival.place)}"
    return finding(
        "opens-above-clicks",
        group.name,
        (group.place, *([] if rival is None else [rival.place])),
        f"In group '{group.name}' opening an {channel} gives {best_points(group)} points, while {clicks}. Mail programs"
        " and scanners open messages by themselves, and no bot filter sees it.",
        "Give clicks clearly more points than opens.",
    )


def _wanted_kinds(studied: StudiedGroup) -> set[str]:
    return {
        wanted.test.type
        for wanted in wanted_in(studied.formula)
        if isinstance(wanted.test, InteractionTest) and wanted.asked & TRUE
    }


def _account_exposure(study: Study) -> Iterator[Finding]:
    prover = study.prover
    no_account = prover.formula(_NO_ACCOUNT)
    if study.nobody_is_scored or prover.refutes(study.scored, no_account):
        return
    total = exposed = 0
    groups: list[Group] = []
    for studied in study.groups:
        points = most_points(studied.group)
        worth = best_points(studied.group) if points is None else points
        if studied.is_impossible or worth <= 0:
            continue
        total += worth
        if prover.refutes(studied.formula, no_account):
            exposed += worth
            groups.append(studied.group)
    if total and Fraction(exposed, total) >= EXPOSED_SHARE:
        yield finding(
            "account-exposure",
            None,
            [group.place for group in groups],
            f"{exposed} of {total} points can only be had with a linked account: leads without one look cold, though"
            " nothing is known against them.",
            "Add groups on the lead's own columns, or restrict the audience to leads with an account"
            " ({fact: lead.has_account, equals: true}).",
        )
