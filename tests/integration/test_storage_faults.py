"""What cannot be stored is not acknowledged: hook, API and readiness while the disk is full, read-only or gone."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pydantic import SecretStr

from connector.bootstrap import Service
from connector.pipeline.hints import REFRESH_LEAD
from connector.store import SqlStore, upgrade
from connector.web.app import create_app
from connector.web.auth import security_from
from tests.servers import postgresql
from tests.unit.dataverse.hookbodies import update

SECRET = "a-secret-for-the-hook"
LET_IN = {"x-connector-secret": SECRET}


def post(client: FlaskClient, number: int) -> int:
    """Post the event of a lead; return the status. A refusal says when to come again and what to do."""
    lead = f"00000000-0000-4000-8000-{number:012d}"
    changed = update(lead, jobtitle="CFO") | {"OperationId": lead}
    answer = client.post("/hooks/dataverse", json=changed, headers=LET_IN)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]
        assert answer.get_json()["code"] == "store_unavailable"
        assert answer.get_json()["remedy"]
    return answer.status_code


def is_ready(client: FlaskClient) -> bool:
    """What a load balancer is told."""
    answer = client.get("/readyz")
    assert answer.status_code in {200, 503}
    return answer.status_code == 200


def client_of(service: Service) -> FlaskClient:
    """The API of a service."""
    return create_app(service, security_from(service.settings)).test_client()


@pytest.fixture
def taking(service: Service) -> Iterator[Service]:
    """The service with its hook open."""
    settings = service.settings.model_copy(update={"webhook_secret": (SecretStr(SECRET),)})
    with Service(settings) as opened:
        yield opened


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def stored(service: Service) -> int:
    """How many jobs are in the file, seen from outside."""
    with closing(sqlite3.connect(service.settings.data_dir / "connector.db")) as raw:
        found: int = raw.execute("SELECT count(*) FROM job WHERE kind = ?", (REFRESH_LEAD,)).fetchone()[0]
        return found


def test_what_a_full_disk_did_not_take_is_not_acknowledged(taking: Service) -> None:
    """Each event that was acknowledged is there, none of the others; once there is room it goes on by itself."""
    client = client_of(taking)
    assert post(client, 0) == 202
    log = taking.settings.data_dir / "connector.db-wal"
    with files_up_to(log.stat().st_size + 300_000):
        statuses = [post(client, number) for number in range(1, 100)]
        assert not is_ready(client)
        assert set(statuses) == {202, 503}
        assert stored(taking) == 1 + statuses.count(202)
    assert is_ready(client)
    assert post(client, 200) == 202
    assert stored(taking) == 2 + statuses.count(202)


def test_a_database_without_room_for_a_page_takes_nothing(taking: Service) -> None:
    """SQLite's own sign of a full disk: refused as a whole, and named in readiness."""
    client = client_of(taking)
    assert post(client, 0) == 202
    with hampered(taking, "PRAGMA max_page_count = 1"):
        statuses = {post(client, number) for number in range(1, 60)}
        assert 503 in statuses
        assert not is_ready(client)
    assert is_ready(client)


def test_a_read_only_database_takes_nothing_and_is_read(taking: Service) -> None:
    """Reading goes on; whatever has to be stored is refused, and so is readiness."""
    client = client_of(taking)
    assert post(client, 0) == 202
    with hampered(taking, "PRAGMA query_only = ON"):
        assert post(client, 1) == 503
        assert not is_ready(client)
        assert taking.runs() == []
    assert stored(taking) == 1
    assert is_ready(client)


@contextmanager
def hampered(service: Service, pragma: str) -> Iterator[None]:
    """Let every connection of the service's store begin with a pragma."""
    store = service.store
    assert isinstance(store, SqlStore)
    engine = store._database._engine

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(pragma)

    engine.dispose()
    sa.event.listen(engine, "connect", limit)
    try:
        yield
    finally:
        sa.event.remove(engine, "connect", limit)
        engine.dispose()


def test_a_database_that_was_removed_takes_nothing(taking: Service) -> None:
    """What is written to a removed file is lost, so that nothing is; back in its place it goes on."""
    client = client_of(taking)
    assert post(client, 0) == 202
    file = taking.settings.data_dir / "connector.db"
    file.rename(file.with_name("elsewhere.db"))
    assert post(client, 1) == 503
    assert not is_ready(client)
    file.with_name("elsewhere.db").rename(file)
    assert is_ready(client)
    assert post(client, 2) == 202
    assert stored(taking) == 2


def test_a_folder_that_cannot_be_is_no_start(service: Service, tmp_path: Path) -> None:
    """Where a file stands in the folder's place, hook and readiness say so from the beginning."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings = service.settings.model_copy(
        update={"data_dir": tmp_path / "file" / "data", "webhook_secret": (SecretStr(SECRET),)}
    )
    with Service(settings) as opened:
        client = client_of(opened)
        assert post(client, 0) == 503
        assert not is_ready(client)


def test_a_server_that_is_down_takes_nothing_and_all_again_when_it_is_back(service: Service, tmp_path: Path) -> None:
    """The same on PostgreSQL, stopped as by a crash in the middle: what was acknowledged is there afterwards."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as server:
        name = f"connector_{uuid4().hex}"
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
            # What is acknowledged outlives a crash, unlike with the quick settings of the other tests.
            connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
        engine.dispose()
        url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
        upgrade(url, tmp_path)
        settings = service.settings.model_copy(
            update={"database_url": SecretStr(url), "webhook_secret": (SecretStr(SECRET),)}
        )
        with Service(settings) as opened:
            client = client_of(opened)
            assert [post(client, number) for number in range(3)] == [202] * 3
            postgresql.stop(folder, server)
            try:
                assert [post(client, number) for number in range(3, 6)] == [503] * 3
                assert not is_ready(client)
            finally:
                postgresql.start(folder, server)
            assert is_ready(client)
            assert post(client, 6) == 202
            assert sum(opened.store.queue.count_jobs()[REFRESH_LEAD].values()) == 4
