"""A user with the rights of infra/setup and no others: what its features promise works, and no more is needed."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.dataverse.setup.checks import CheckStatus
from connector.sandbox import Sandbox

SCRIPT = Path(__file__).resolve().parents[2] / "infra" / "setup" / "security_role.py"
# What Dataverse calls otherwise than its table; the stand-in calls it like the table.
OTHERWISE = {"prvReadUser": "prvReadSystemUser"}

Leave = Callable[..., None]


@pytest.fixture
def leave(sandbox: Sandbox) -> Iterator[Leave]:
    """Leave the application user the privileges of some features, for the whole organization, but for some."""
    spec = importlib.util.spec_from_file_location("setup_security_role", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script
    spec.loader.exec_module(script)
    access = sandbox.dataverse.access

    def take_the_others(*features: str, without: str = "") -> None:
        kept = {OTHERWISE.get(name, name) for name in script.wanted(features)} - {without}
        every = access.privileges(sandbox.data.store.tables)
        assert kept & set(every)
        for name in set(every) - kept:
            access.revoke(name)

    yield take_the_others
    del sys.modules[spec.name]


def failures(service: Service) -> list[str]:
    """The checks of the doctor that fail."""
    return [check.name for check in service.doctor() if check.status is CheckStatus.FAILURE]


def test_scoring_takes_the_feature_score_and_no_more(service: Service, leave: Leave) -> None:
    """All leads are read, scored, written and marked; what the doctor misses is the source that is not paid for."""
    leave("score")
    report = service.sync(by="test")
    assert report is not None
    assert (report.writes.applied, report.writes.refused) == (report.scored, 0)
    assert report.accounts == 15
    assert report.writes.marked
    assert failures(service) == ["source table campaignresponse"]


def test_reading_activities_takes_its_feature_too(service: Service, leave: Leave) -> None:
    """Then nothing is missing."""
    leave("score", "activities")
    report = service.sync(by="test")
    assert report is not None
    assert report.harvest is not None
    assert report.harvest.unreadable == {}
    assert failures(service) == []


@pytest.mark.parametrize("without", ["prvWriteLead", "prvReadLead"])
def test_without_a_privilege_of_it_scoring_does_not_work(service: Service, leave: Leave, without: str) -> None:
    """The feature asks for nothing in vain: what is taken away is missed, and the doctor says so."""
    leave("score", "activities", without=without)
    assert failures(service) != []
