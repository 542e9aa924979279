"""Tokens of a managed identity as passwords, from the sandbox's identity endpoint."""

from __future__ import annotations

from functools import partial

import pytest

from connector.adapters import Adapters
from connector.dataverse.http.retry import RetryPolicy
from connector.dataverse.identity.database import DatabaseTokens
from connector.errors import StoreError
from connector.hosts import database_resource
from connector.sandbox import Sandbox
from connector.settings import load_settings

SERVER = "postgresql://id-service@leads.postgres.database.azure.com/leads?sslmode=verify-full"
RESOURCE = "https://ossrdbms-aad.database.windows.net"
resource_of = partial(database_resource, extra=())


@pytest.fixture(autouse=True)
def machine(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine has identities, and the tenant knows Azure's database servers."""
    for name, value in sandbox.identity_environment.items():
        monkeypatch.setenv(name, value)
    sandbox.directory.resources[RESOURCE] = 1


@pytest.mark.parametrize("which", ["system", "assigned"])
def test_the_password_is_the_identitys_token_for_database_servers(sandbox: Sandbox, which: str) -> None:
    """For the audience of Azure's servers, of the identity that was named; it is asked for once while it is valid."""
    identity = which if which == "system" else sandbox.identity_client_id
    tokens = DatabaseTokens(identity, resource_of)
    password = tokens.password(SERVER)
    claims = sandbox.directory.keys.read(password, RESOURCE)
    assert (claims["appid"] == sandbox.identity_client_id) is (which == "assigned")
    assert tokens.password(SERVER) == password
    assert len(sandbox.calls.matching(service="identity")) == 1
    tokens.close()


def test_the_service_gives_its_store_such_a_password(sandbox: Sandbox) -> None:
    """As the settings say; without the setting the store is given none."""
    environ = sandbox.settings | {"CONNECTOR_DATABASE_URL": SERVER, "CONNECTOR_DATABASE_IDENTITY": "system"}
    with Adapters(load_settings(environ)) as adapters:
        password = adapters._server_limits().password
        assert password is not None
        assert sandbox.directory.keys.read(password(SERVER), RESOURCE)["aud"] == RESOURCE
        assert adapters._server_limits().password == password
    with Adapters(load_settings(sandbox.settings)) as adapters:
        assert adapters._server_limits().password is None


def test_no_token_and_no_server_of_azure_are_told_with_a_remedy(sandbox: Sandbox) -> None:
    """An identity that is not there, and a URL whose server may not have a token, for which nobody is asked."""
    impatient = RetryPolicy(attempts=1, budget_s=1)
    tokens = DatabaseTokens("00000000-0000-4000-8000-000000000000", resource_of, policy=impatient)
    with pytest.raises(StoreError, match=r"No token for the database.*CONNECTOR_DATABASE_IDENTITY"):
        tokens.password(SERVER)
    asked = len(sandbox.calls.matching(service="identity"))
    with pytest.raises(StoreError, match=r"URL sends tokens to Azure.*elsewhere\.example"):
        tokens.password("postgresql://u@elsewhere.example/leads?sslmode=verify-full")
    assert len(sandbox.calls.matching(service="identity")) == asked
    tokens.close()
