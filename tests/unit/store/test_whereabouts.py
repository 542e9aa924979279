"""Which database settings name, and what people are shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.errors import StoreError
from connector.store import whereabouts

DATA = Path("/var/lib/connector")
SERVER = "postgresql://ana:secret@db.example/leads"


def test_without_a_url_it_is_the_file_of_the_data_folder() -> None:
    """An empty setting means the same as none."""
    for url in (None, ""):
        found = whereabouts.database_url(url, DATA)
        assert whereabouts.file_of(found) == DATA / "connector.db"


def test_a_relative_file_is_made_absolute() -> None:
    """So that a change of the working folder does not change the database."""
    path = whereabouts.file_of(whereabouts.database_url("sqlite:///leads.db", DATA))
    assert path == Path.cwd() / "leads.db"


def test_postgresql_is_used_through_psycopg() -> None:
    """Whichever driver the URL names, or none."""
    for url in (SERVER, SERVER.replace("postgresql", "postgresql+psycopg2")):
        found = whereabouts.database_url(url, DATA)
        assert found.drivername == "postgresql+psycopg"
        assert whereabouts.file_of(found) is None


def test_a_password_is_never_shown() -> None:
    """People are shown the server and the database, not the secret."""
    place = whereabouts.place_of(whereabouts.database_url(SERVER, DATA))
    assert "db.example/leads" in place
    assert "secret" not in place


def test_what_is_no_url_is_told_the_form_that_documents_name() -> None:
    """The error names the two forms of URL that every document has."""
    with pytest.raises(StoreError) as raised:
        whereabouts.database_url("no url", DATA, named_by="--to")
    assert "--to is not a database URL" in raised.value.message
    assert "postgresql://user:password@host/name" in raised.value.remedy
