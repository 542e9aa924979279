"""Partitions of a run: ranges of lead ids that are scored and written as jobs of their own, by any worker.

What they are and the interface that keeps them; how a run is divided and a partition done stands in `dividing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.pipeline.jobs import Lease
from connector.pipeline.runs import Run
from connector.pipeline.values import Json

PARTITION_JOB = "partition"
PARTITION_LEADS = 2_500


class PartitionStatus(StrEnum):
    """A partition's life. One is outdated where the documents, or the metadata, are others than the run began with."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Lead ids after `after` and up to `upto`; empty: without that bound. `due` of them were due when it was made."""

    after: str = ""
    upto: str = ""
    due: int = 0


@dataclass(frozen=True, slots=True)
class Partition:
    """A range of a run. `tally` is what was counted so far, as `Report.tally` gives it; `done` counts leads."""

    run_id: str
    number: int
    keys: KeyRange
    status: PartitionStatus
    done: int
    tally: Mapping[str, Json]
    error: str


class PartitionStore(Protocol):
    """The partitions of the run under way. Whoever has leased a partition's job is the only one to say what became."""

    def divide_run(self, run: Run, payload: Mapping[str, Json], *, size: int, now: datetime) -> int:
        """Divide the leads that are due into ranges of about `size`, each with its job; return how many ranges.

        What was left of earlier partitions, of whatever run, is void. The jobs' payload is `payload` with `run_id`.
        """
        ...

    def partition(self, lease: Lease) -> Partition | None:
        """The partition of a job; None where the run has ended or was divided anew."""
        ...

    def partitions(self, run_id: str) -> Sequence[Partition]:
        """The partitions of a run, in the order of their ranges."""
        ...

    def report_partition(self, lease: Lease, done: int, tally: Mapping[str, Json], *, now: datetime) -> None:
        """Add to the leads that are done, of the partition and of its run. Nothing where the lease is lost."""
        ...

    def end_partition(self, lease: Lease, status: PartitionStatus, *, error: str = "") -> None:
        """Record what became of a partition. Nothing where the lease is lost."""
        ...
