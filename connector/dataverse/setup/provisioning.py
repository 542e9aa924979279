"""What provisioning would do: which columns and tables exist, which are missing or do not fit, and in which solution.

Values and judgement only. The environment is asked in `solutions` and changed in `customizing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.dataverse.metadata.tables import ColumnInfo
from connector.dataverse.setup.tableplans import HIGHEST, LOWEST, PlannedTable, State, WantedTable
from connector.pipeline.targets import KINDS, Use, grade_names, longest_grade, misfit, written
from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.lint import reachable
from connector.scoring.owncolumns import foreign, publisher
from connector.scoring.rules import Criteria, Model

ENGLISH = 1033
TEXT_LENGTH = 50
EXPLANATION_LENGTH = 500
WIDEN = "Widen the column, or set `floor` and `cap`."

__all__ = [
    "HIGHEST", "LOWEST", "Obstacle", "Plan", "Planned", "Solution", "State", "Wanted", "choose", "judge", "narrow",
    "obstacles_of", "obstacles_of_tables", "remarks_of", "wanted_by",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lead column that documents write. `documents` are their names, `length` what a text must hold.

    `low` and `high` bound the scores that can be given, None where nothing bounds them. `grades` are the names that a
    choice needs as options. `foreign` says why it is not the documents' to write, and what to do.
    """

    name: str
    use: Use
    documents: tuple[str, ...]
    length: int = TEXT_LENGTH
    low: int | None = None
    high: int | None = None
    grades: tuple[str, ...] = ()
    foreign: tuple[str, str] | None = None

    @property
    def prefix(self) -> str:
        """The publisher's prefix; empty for a name that no custom column can have."""
        return publisher(self.name)

    @property
    def type(self) -> str:
        """What is created, for people."""
        return {
            Use.SCORE: "whole number",
            Use.GRADE: f"text of up to {self.length} characters",
            Use.SCORED_ON: "date and time",
            Use.EXPLANATION: f"text of up to {self.length} characters",
            Use.SALES_READY: "yes/no",
        }[self.use]

    @property
    def label(self) -> str:
        """The display name: the document's where it is one, and what it writes."""
        if self.use is Use.SALES_READY:
            return "Sales-ready"
        what = self.use.replace("_", " ")
        owner = self.documents[0].replace("-", " ").replace("_", " ") if len(self.documents) == 1 else ""
        text = f"{owner} {what}".strip()
        return text[:1].upper() + text[1:]


def wanted_by(document: Model | Criteria, types: FactTypes) -> Iterator[Wanted]:
    """Yield the lead columns that a document writes, with its scores' bounds and the length of its longest grade.

    The standard sales-ready column comes with its app and is not among them.
    """
    for wanted in _named_by(document, types):
        yield replace(wanted, foreign=foreign(wanted.name, wanted.use, types))


def _named_by(document: Model | Criteria, types: FactTypes) -> Iterator[Wanted]:
    by = (document.name,)
    if isinstance(document, Criteria):
        if isinstance(document.actions.sales_ready, str):
            yield Wanted(document.actions.sales_ready, Use.SALES_READY, by)
        return
    for use, column in written(document):
        if use is Use.SCORE:
            reach = reachable(document, types)
            yield Wanted(column, use, by, low=reach.low, high=reach.high)
        elif use is Use.GRADE:
            yield Wanted(column, use, by, length=longest_grade(document), grades=grade_names(document))
        else:
            yield Wanted(column, use, by, length=EXPLANATION_LENGTH if use is Use.EXPLANATION else TEXT_LENGTH)


@dataclass(frozen=True, slots=True)
class Planned:
    """A wanted column as the environment has it; `detail` says what does not fit."""

    wanted: Wanted
    state: State
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Solution:
    """A solution that columns can be created in."""

    name: str
    title: str
    prefix: str
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps columns from being created, and what to do."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done. `solution` is None where nothing is missing, or none fits; `language` is that of labels."""

    columns: tuple[Planned, ...]
    solution: Solution | None = None
    language: int = ENGLISH
    obstacles: tuple[Obstacle, ...] = ()
    remarks: tuple[str, ...] = ()
    tables: tuple[PlannedTable, ...] = ()

    @property
    def missing(self) -> tuple[Wanted, ...]:
        """The columns to create."""
        return tuple(planned.wanted for planned in self.columns if planned.state is State.MISSING)

    @property
    def missing_tables(self) -> tuple[PlannedTable, ...]:
        """The tables to create, or to complete."""
        return tuple(planned for planned in self.tables if planned.state is State.MISSING)

    @property
    def lacks(self) -> bool:
        """Whether there is something to create."""
        return bool(self.missing or self.missing_tables)

    @property
    def is_done(self) -> bool:
        """Whether every wanted column and table is there as it must be."""
        return not self.lacks and not self.obstacles


def judge(wanted: Wanted, columns: Mapping[str, ColumnInfo]) -> Planned:
    """Say whether a column exists, and whether it takes what is written to it."""
    found = columns.get(wanted.name)
    if found is None:
        if f"_{wanted.name}_value" in columns:
            return Planned(wanted, State.UNFIT, misfit(wanted.use, FactType(Kind.ID)))
        return Planned(wanted, State.MISSING)
    unfit = misfit(wanted.use, found.type, length=wanted.length, grades=wanted.grades)
    if not found.writable and (found.type is None or found.type.kind in KINDS[wanted.use]):
        unfit = "exists and takes no updates"
    return Planned(wanted, State.UNFIT, unfit) if unfit else Planned(wanted, State.PRESENT)


def obstacles_of(columns: Sequence[Planned]) -> list[Obstacle]:
    """Name every column that is not the documents' to write, cannot serve or cannot be created."""
    found = [
        Obstacle(f"{_listed(planned.wanted.documents)}: {why[0]}", why[1])
        for planned in columns
        if (why := planned.wanted.foreign) is not None
    ]
    columns = [planned for planned in columns if planned.wanted.foreign is None]
    found += [
        Obstacle(
            f"The lead column {planned.wanted.name!r} {planned.detail}.",
            f"Name another column as `{planned.wanted.use}` in {_listed(planned.wanted.documents)}, or delete this one "
            "in Power Apps if nothing needs it.",
        )
        for planned in columns
        if planned.state is State.UNFIT
    ]
    for name in dict.fromkeys(planned.wanted.name for planned in columns):
        uses = [planned.wanted for planned in columns if planned.wanted.name == name]
        if len(uses) > 1:
            said = " and ".join(f"`{each.use}` of {_listed(each.documents)}" for each in uses)
            found.append(Obstacle(f"The lead column {name!r} is wanted for {said}.", "Name a column for each."))
    found += [
        Obstacle(
            f"A column {planned.wanted.name!r} cannot be created: names of custom columns are a publisher's prefix, "
            "an underscore and a name, all in lower case.",
            f"Correct {_listed(planned.wanted.documents)}, as in `lc_fit`.",
        )
        for planned in columns
        if planned.state is State.MISSING and not planned.wanted.prefix
    ]
    return found


def obstacles_of_tables(tables: Iterable[PlannedTable]) -> list[Obstacle]:
    """Name every history table that cannot serve."""
    return [
        Obstacle(
            f"The table {planned.wanted.name!r} {planned.detail}.",
            f"Name another table as `history` in {_listed(planned.wanted.documents)}: it is created.",
        )
        for planned in tables
        if planned.state is State.UNFIT
    ]


def remarks_of(columns: Iterable[Planned], known: Mapping[str, ColumnInfo]) -> list[str]:
    """Name the columns that take fewer scores than their models can give; Dataverse refuses those beyond."""
    said = (narrow(planned.wanted, known) for planned in columns if planned.state is State.PRESENT)
    return [f"{text} {WIDEN}" for text in said if text]


def narrow(wanted: Wanted, known: Mapping[str, ColumnInfo]) -> str:
    """Say which scores a column does not take that its models can give; empty where it takes them all."""
    info = known.get(wanted.name)
    if wanted.use is not Use.SCORE or info is None or info.type is None:
        return ""
    low, high = info.type.minimum, info.type.maximum
    beyond = [f"{wanted.low}"] if low is not None and wanted.low is not None and wanted.low < low else []
    beyond += [f"{wanted.high}"] if high is not None and wanted.high is not None and wanted.high > high else []
    if not beyond:
        return ""
    bounds = [f"{sign} {bound:.0f}" for sign, bound in (("from", low), ("to", high)) if bound is not None]
    return (
        f"The lead column {wanted.name!r} takes numbers {' '.join(bounds)}, and {_listed(wanted.documents)} "
        f"can give {' and '.join(beyond)}, which is refused then."
    )


def choose(
    solutions: Sequence[Solution], wanted: Sequence[Wanted | WantedTable], name: str | None
) -> Solution | Obstacle:
    """Choose the solution to create in: the one that is named, else the only one whose publisher's prefix fits."""
    prefixes = sorted({each.prefix for each in wanted if each.prefix})
    fitting = [each for each in solutions if not each.managed and [each.prefix] == prefixes]
    listed = ", ".join(each.name for each in fitting)
    if name is None and len(fitting) == 1:
        return fitting[0]
    shown = " or ".join(f"{prefix}_" for prefix in prefixes)
    make = (
        f"Create a solution in Power Apps (Solutions > New solution) with a publisher whose prefix is "
        f"`{prefixes[0]}`, and name it: --solution NAME."
        if len(prefixes) == 1
        else "Give all these columns one prefix: correct `write:` in the models."
    )
    remedy = f"Name one that fits, as --solution NAME: {listed}." if fitting else make
    if name is None:
        several = f"several solutions have a publisher with the prefix `{prefixes[0]}`" if fitting else ""
        return Obstacle(
            f"The columns begin with {shown}, and {several or 'no solution has a publisher with that prefix'}.", remedy
        )
    found = next((each for each in solutions if each.name.casefold() == name.casefold()), None)
    if found is None:
        return Obstacle(f"There is no solution {name!r} in this environment (its name, not its display name).", remedy)
    if found.managed:
        return Obstacle(f"The solution {found.name!r} is managed: nothing can be added to it.", remedy)
    foreign = [each.name for each in wanted if each.prefix and each.prefix != found.prefix]
    if foreign:
        return Obstacle(
            f"The publisher of the solution {found.name!r} has the prefix {found.prefix!r}: it cannot hold "
            f"{_listed(foreign)}.",
            remedy,
        )
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
