"""Runs over metadata that were kept: they serve, and where they no longer hold the run reads afresh and goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.errors import DocumentError, OutdatedError
from connector.pipeline.rulebook import live_versions
from connector.pipeline.sync import purpose_of
from tests.unit.pipeline.world import ENVIRONMENT, A, World


@pytest.fixture
def kept(live: World) -> World:
    """A world whose metadata were read for the documents that are live, one lead in it."""
    live.dataverse.put(A, heat=15)
    live.dataverse.kept = (purpose_of(live_versions(live.store)), ENVIRONMENT)
    live.dataverse.calls.clear()
    return live


def test_kept_metadata_serve(kept: World) -> None:
    """Nothing is asked for."""
    assert kept.sync().scored == 1
    assert kept.dataverse.calls["environment"] == 0


def test_other_documents_are_another_purpose(kept: World) -> None:
    """The purpose names each live version."""
    before = purpose_of(live_versions(kept.store))
    assert before == purpose_of(live_versions(kept.store))
    assert before != purpose_of(frozenset())


def test_a_write_that_finds_them_outdated_is_made_again(kept: World) -> None:
    """The run reads afresh, decides anew, and loses nothing."""
    kept.dataverse.answers[A] = [OutdatedError("an option is gone")]
    report = kept.sync()
    assert kept.dataverse.calls["environment"] == 1
    assert (report.writes.applied, len(kept.dataverse.written)) == (1, 1)
    assert list(kept.store.planned()) == []


def test_a_document_that_does_not_fit_them_is_looked_at_again(kept: World) -> None:
    """A column that was created since: what was kept does not know it."""
    purpose, _ = kept.dataverse.kept or ("", ENVIRONMENT)
    without = replace(ENVIRONMENT, lead_columns=ENVIRONMENT.lead_columns - {"lc_score"})
    kept.dataverse.kept = (purpose, without)
    assert kept.sync().scored == 1
    assert kept.dataverse.calls["environment"] == 1


def test_what_fresh_metadata_say_is_the_end(kept: World) -> None:
    """A document that does not fit what was just read is told, after one look more."""
    without = replace(ENVIRONMENT, lead_columns=ENVIRONMENT.lead_columns - {"lc_score"})
    kept.dataverse.described = without
    kept.dataverse.kept = (kept.dataverse.kept or ("", ENVIRONMENT))[0], without
    with pytest.raises(DocumentError, match="lc_score"):
        kept.sync()
    assert kept.dataverse.calls["environment"] == 1


def test_a_full_sync_stays_one_when_it_begins_anew(kept: World) -> None:
    """Everything is read, though the first start failed on what was kept."""
    kept.sync()
    purpose, _ = kept.dataverse.kept or ("", ENVIRONMENT)
    kept.dataverse.kept = (purpose, replace(ENVIRONMENT, lead_columns=frozenset()))
    assert kept.sync(kind="full_sync").pulled == 1
