"""Which of the two ways to sign in counts, and how the settings become one."""

from __future__ import annotations

import pytest

from connector.errors import SettingsError
from connector.settings import Settings
from connector.web.access import Caller, UnauthenticatedError
from connector.web.apikeys import new_key
from connector.web.auth import Security, security_from
from connector.web.entra import EntraTokens

TENANT = "0a1b2c3d-0000-4000-8000-0000000000aa"
AUTHORITY = f"https://login.microsoftonline.com/{TENANT}"


class Tokens(EntraTokens):
    """Lets in the token `good`."""

    def __init__(self) -> None:
        super().__init__(authority=AUTHORITY, audiences=["api://x"])

    def identify(self, token: str) -> Caller:
        """Know one token."""
        if token != "good":
            raise UnauthenticatedError("no")
        return Caller("app:1", "app:1", frozenset())


def test_a_bearer_token_is_an_access_token() -> None:
    """The scheme is read without regard to case; the token goes to the verifier as it is."""
    security = Security(entra=Tokens())
    assert security.identify(api_key=None, authorization="bEaReR good").name == "app:1"


def test_an_api_key_alone_decides_where_one_is_sent() -> None:
    """A wrong key is refused even beside a good token: nobody gets in by the other door."""
    secret, entry = new_key("crm", ["Admin"])
    security = Security(api_keys=[entry], entra=Tokens())
    assert security.identify(api_key=secret, authorization="Basic x").name == "key:crm"
    with pytest.raises(UnauthenticatedError) as caught:
        security.identify(api_key="wrong", authorization="Bearer good")
    assert "CONNECTOR_API_KEYS" in caught.value.remedy


def test_an_empty_key_is_none() -> None:
    """The platform's policy sends an empty header for connections that sign in with a token: the token counts."""
    security = Security(entra=Tokens())
    assert security.identify(api_key="", authorization="Bearer good").name == "app:1"
    with pytest.raises(UnauthenticatedError):
        security.identify(api_key="", authorization=None)


def test_the_settings_can_name_the_applications_that_may_call() -> None:
    """CONNECTOR_API_CLIENTS reaches the verifier, in any spelling of the ids."""
    settings = Settings(api_audience=("api://x",), authority=AUTHORITY, api_clients=("AAAA", "bbbb"))
    entra = security_from(settings)._entra
    assert entra is not None
    assert entra._clients == {"aaaa", "bbbb"}


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic Z29vZA==", "good", "Bearergood"])
def test_no_credentials_are_nobody(authorization: str | None) -> None:
    """Absent and malformed credentials are refused, with both ways named."""
    with pytest.raises(UnauthenticatedError) as caught:
        Security(entra=Tokens()).identify(api_key=None, authorization=authorization)
    assert "x-api-key" in caught.value.remedy
    assert "Bearer" in caught.value.remedy


def test_without_any_way_to_sign_in_everybody_is_refused() -> None:
    """An installation without keys and audiences lets nobody in, and says what to set."""
    security = security_from(Settings())
    with pytest.raises(UnauthenticatedError, match="CONNECTOR_API_AUDIENCE"):
        security.identify(api_key=None, authorization="Bearer good")
    with pytest.raises(UnauthenticatedError):
        security.identify(api_key="lck_x_" + "a" * 43, authorization=None)


def test_the_settings_become_keys_and_tokens() -> None:
    """Keys work, and a token is checked (this one is no token at all)."""
    secret, entry = new_key("crm", ["Admin"])
    settings = Settings(api_keys=(entry,), api_audience=("api://x",), authority=AUTHORITY)
    security = security_from(settings)
    assert security.identify(api_key=secret, authorization=None).name == "key:crm"
    with pytest.raises(UnauthenticatedError, match="not valid"):
        security.identify(api_key=None, authorization="Bearer good")


def test_an_audience_needs_an_authority() -> None:
    """Tokens without anybody to vouch for them stop the start, with the setting named."""
    with pytest.raises(SettingsError, match="CONNECTOR_AUTHORITY"):
        security_from(Settings(api_audience=("api://x",)))


@pytest.mark.parametrize(
    ("authority", "tenant"),
    [
        (f"http://login.microsoftonline.com/{TENANT}", None),
        ("https://login.microsoftonline.com", None),
        ("https://login.microsoftonline.com/a/b", None),
        ("https://login.microsoftonline.com/common", None),
        ("https://login.microsoftonline.com/Organizations", None),
        (AUTHORITY, "common"),
        (AUTHORITY, "a/b"),
        (f"/{TENANT}", None),
    ],
)
def test_an_authority_names_one_tenant_over_https(authority: str, tenant: str | None) -> None:
    """Shared and malformed authorities stop the start: their tokens would be anybody's."""
    with pytest.raises(SettingsError):
        EntraTokens(authority=authority, audiences=["api://x"], tenant=tenant)


def test_tokens_need_an_audience() -> None:
    """Without an audience every token of the tenant would be let in."""
    with pytest.raises(SettingsError, match="CONNECTOR_API_AUDIENCE"):
        EntraTokens(authority=AUTHORITY, audiences=[])
