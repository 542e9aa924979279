"""Sign-in with real MSAL against the sandbox's Entra, and what Dataverse makes of the tokens."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jwt
import msal
import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from jwt import PyJWKClient

from connector.sandbox import Sandbox, tls
from connector.sandbox.entra.assertions import ASSERTION_TYPE

from .support import Client, client_of


def _app(sandbox: Sandbox, credential: Any, authority: str | None = None) -> Any:
    return msal.ConfidentialClientApplication(
        sandbox.settings["CONNECTOR_CLIENT_ID"],
        client_credential=credential,
        authority=authority or sandbox.settings["CONNECTOR_AUTHORITY"],
        instance_discovery=False,
        verify=sandbox.settings["CONNECTOR_CA_BUNDLE"],
        timeout=20,
    )


def _scope(sandbox: Sandbox) -> list[str]:
    return [f"{sandbox.url}/.default"]


def _works(sandbox: Sandbox, token: str) -> bool:
    with client_of(sandbox, token=token) as client:
        return client.get("WhoAmI").status == 200


def test_client_secret(sandbox: Sandbox) -> None:
    """MSAL signs in with the secret, and Dataverse takes the token."""
    result = _app(sandbox, sandbox.settings["CONNECTOR_CLIENT_SECRET"]).acquire_token_for_client(_scope(sandbox))
    assert result["expires_in"] == 3600
    claims = jwt.decode(result["access_token"], options={"verify_signature": False})
    assert claims["aud"] == sandbox.url
    assert claims["tid"] == sandbox.tenant_id
    assert claims["appid"] == sandbox.settings["CONNECTOR_CLIENT_ID"]
    assert claims["appidacr"] == "1"
    assert _works(sandbox, result["access_token"]), result


def test_msal_keeps_its_token(sandbox: Sandbox) -> None:
    """A second request for a token costs no call."""
    app = _app(sandbox, sandbox.settings["CONNECTOR_CLIENT_SECRET"])
    for _ in range(3):
        app.acquire_token_for_client(_scope(sandbox))
    assert sandbox.calls.count("entra", "token") == 1
    assert sandbox.calls.count("entra", "discovery") == 1


def test_certificate_from_a_pfx(sandbox: Sandbox) -> None:
    """MSAL signs in with the PFX by a signed assertion with a SHA-256 thumbprint."""
    credential = {"private_key_pfx_path": str(sandbox.certificate_pfx), "passphrase": sandbox.certificate_password}
    result = _app(sandbox, credential).acquire_token_for_client(_scope(sandbox))
    assert jwt.decode(result["access_token"], options={"verify_signature": False})["appidacr"] == "2"
    assert _works(sandbox, result["access_token"]), result
    assert sandbox.certificate_pfx.stat().st_mode & 0o077 == 0


def test_certificate_by_thumbprint(sandbox: Sandbox) -> None:
    """The older form, a key with its SHA-1 thumbprint, signs in as well."""
    assert sandbox.certificate_pfx.exists()
    client = tls.client_certificate()
    key = client.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    thumbprint = client.certificate.fingerprint(hashes.SHA1()).hex()
    result = _app(sandbox, {"private_key": key.decode(), "thumbprint": thumbprint}).acquire_token_for_client(
        _scope(sandbox)
    )
    assert _works(sandbox, result["access_token"]), result


def test_wrong_secret(sandbox: Sandbox) -> None:
    """A wrong secret is invalid_client with AADSTS7000215; one that was valid once is told as expired."""
    result = _app(sandbox, "wrong").acquire_token_for_client(_scope(sandbox))
    assert result["error"] == "invalid_client"
    assert result["error_codes"] == [7000215]
    assert "AADSTS7000215" in result["error_description"]
    sandbox.application.expired_secrets.add("old")
    assert _app(sandbox, "old").acquire_token_for_client(_scope(sandbox))["error_codes"] == [7000222]


def test_unknown_tenant(sandbox: Sandbox) -> None:
    """An unknown tenant fails at discovery: MSAL raises ValueError; the document says AADSTS90002."""
    authority = sandbox.settings["CONNECTOR_AUTHORITY"].rpartition("/")[0] + "/11111111-1111-4111-8111-111111111111"
    with pytest.raises(ValueError, match="configuration"):
        _app(sandbox, "x", authority)
    with client_of(sandbox, sandbox.directory.origin, token="") as client:
        answer = client.ask("GET", "/other/v2.0/.well-known/openid-configuration")
    assert answer.status == 400
    assert answer.json["error_codes"] == [90002]


@pytest.fixture
def entra(sandbox: Sandbox) -> Iterator[Client]:
    """A client of Entra."""
    with client_of(sandbox, sandbox.directory.origin, token="") as client:
        yield client


def _form(sandbox: Sandbox, **changes: str) -> bytes:
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.settings["CONNECTOR_CLIENT_ID"],
        "client_secret": sandbox.settings["CONNECTOR_CLIENT_SECRET"],
        "scope": f"{sandbox.url}/.default",
        **changes,
    }
    return urlencode({name: value for name, value in form.items() if value != "-"}).encode()


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"client_id": "22222222-2222-4222-8222-222222222222"}, 400, "unauthorized_client", 700016),
        ({"client_secret": "-"}, 401, "invalid_client", 7000216),
        ({"scope": "https://localhost:1/.default"}, 400, "invalid_resource", 500011),
        ({"scope": "https://localhost:1"}, 400, "invalid_scope", 1002012),
        ({"client_assertion": "rubbish", "client_assertion_type": ASSERTION_TYPE}, 401, "invalid_client", 50027),
        ({"client_assertion": "rubbish"}, 400, "invalid_request", 900144),
    ],
)
def test_token_endpoint_refusals(
    sandbox: Sandbox, entra: Client, changes: dict[str, str], status: int, error: str, number: int
) -> None:
    """Each refusal of the token endpoint has Entra's error word and number."""
    path = f"/{sandbox.tenant_id}/oauth2/v2.0/token"
    answer = entra.ask("POST", path, _form(sandbox, **changes), {"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status, answer.json["error"], answer.json["error_codes"]) == (status, error, [number])
    assert f"AADSTS{number}" in answer.json["error_description"]


@pytest.mark.parametrize(
    ("claims", "number"),
    [({"exp": 1_000_000}, 700024), ({"aud": "https://elsewhere.example/token"}, 700023), ({"iss": "other"}, 700027)],
)
def test_assertions_are_really_checked(sandbox: Sandbox, entra: Client, claims: dict[str, Any], number: int) -> None:
    """An assertion that is late, for somebody else, or by somebody else signs nobody in."""
    assert sandbox.certificate_pfx.exists()
    client_id, token_path = sandbox.application.client_id, f"/{sandbox.tenant_id}/oauth2/v2.0/token"
    certificate = tls.client_certificate()
    thumbprint = certificate.certificate.fingerprint(hashes.SHA256())
    audience = f"{sandbox.directory.origin}{token_path}"
    body = {"aud": audience, "iss": client_id, "sub": client_id, "jti": "1", "exp": 4_000_000_000, **claims}
    header = {"x5t#S256": base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()}
    assertion = jwt.encode(body, certificate.key, algorithm="PS256", headers=header)
    form = _form(sandbox, client_secret="-", client_assertion=assertion, client_assertion_type=ASSERTION_TYPE)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = entra.ask("POST", token_path, form, headers)
    assert (answer.status, answer.json["error_codes"]) == (401, [number])
    foreign = jwt.encode({**body, **claims}, "secret" * 8, algorithm="HS256", headers={"x5t#S256": "bm9ib2R5"})
    form = _form(sandbox, client_secret="-", client_assertion=foreign, client_assertion_type=ASSERTION_TYPE)
    assert entra.ask("POST", token_path, form, headers).json["error_codes"] == [700027]


def test_managed_identity(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """MSAL's managed identity client gets tokens for the system's and for a user-assigned identity."""
    for name, value in sandbox.identity_environment.items():
        monkeypatch.setenv(name, value)
    for identity in (
        msal.SystemAssignedManagedIdentity(),
        msal.UserAssignedManagedIdentity(client_id=sandbox.identity_client_id),
    ):
        with requests.Session() as session:
            app = msal.ManagedIdentityClient(identity, http_client=session)
            result = app.acquire_token_for_client(resource=sandbox.url)
        assert _works(sandbox, result["access_token"]), result
    with requests.Session() as session:
        app = msal.ManagedIdentityClient(msal.SystemAssignedManagedIdentity(), http_client=session)
        assert "error" in app.acquire_token_for_client(resource="https://elsewhere.example")


def test_managed_identity_needs_its_header(sandbox: Sandbox) -> None:
    """The endpoint refuses callers that do not know the header, an unknown version, an unknown identity."""
    endpoint, header = sandbox.identity_environment["IDENTITY_ENDPOINT"], sandbox.identity.header
    origin, known = endpoint.removesuffix("/msi/token"), {"X-IDENTITY-HEADER": header}
    good = f"/msi/token?api-version=2019-08-01&resource={sandbox.url}"
    with client_of(sandbox, origin, token="") as client:
        assert client.ask("GET", good).status == 401
        assert client.ask("GET", good, headers=known).status == 200
        assert client.ask("GET", good.replace("2019", "2018"), headers=known).status == 400
        assert client.ask("GET", f"{good}&client_id=unknown", headers=known).status == 400
        assert client.ask("GET", "/other", headers=known).status == 404


def test_keys_are_published_for_both_versions(sandbox: Sandbox, entra: Client) -> None:
    """Tokens of version 1 and 2 verify against the keys that their metadata names, with the issuer that it names."""
    for version, path in ((1, ".well-known/openid-configuration"), (2, "v2.0/.well-known/openid-configuration")):
        metadata = entra.ask("GET", f"/{sandbox.tenant_id}/{path}").json
        token = sandbox.mint_token(roles=("Runs.Start",), version=version)
        keys = entra.ask("GET", metadata["jwks_uri"].removeprefix(sandbox.directory.origin)).json["keys"]
        key = next(each for each in keys if each["kid"] == jwt.get_unverified_header(token)["kid"])
        audience = sandbox.api_client_id if version == 2 else sandbox.api_audience
        claims = jwt.decode(
            token, jwt.PyJWK(key).key, algorithms=["RS256"], audience=audience, issuer=metadata["issuer"]
        )
        assert claims["roles"] == ["Runs.Start"]
        assert claims["ver"] == f"{version}.0"
        assert "scp" not in claims


def test_keys_rotate(sandbox: Sandbox, entra: Client) -> None:
    """After a rotation a new key signs; the old one stays published unless it is dropped."""
    old = sandbox.mint_token(audience=sandbox.url, version=1)
    sandbox.directory.keys.rotate()
    new = sandbox.mint_token(audience=sandbox.url, version=1)
    assert _works(sandbox, old)
    assert _works(sandbox, new)
    sandbox.directory.keys.rotate(keep_old=False)
    assert not _works(sandbox, old)
    published = entra.ask("GET", f"/{sandbox.tenant_id}/discovery/v2.0/keys").json["keys"]
    assert [key["kid"] for key in published] == ["sandbox-key-3"]
    assert isinstance(PyJWKClient, type)


@pytest.mark.parametrize(
    "token",
    ["", "rubbish", "wrong-audience", "slash", "expired", "foreign-tenant", "foreign-key", "unsigned"],
)
def test_tokens_are_really_checked(sandbox: Sandbox, token: str) -> None:
    """No token, and one that is malformed, late, for another audience or tenant, or not ours: 401, and where to go."""
    good = sandbox.mint_token(audience=sandbox.url, version=1)
    claims = jwt.decode(good, options={"verify_signature": False})
    made = {
        "wrong-audience": sandbox.mint_token(audience=sandbox.api_audience, version=1),
        "slash": sandbox.mint_token(audience=f"{sandbox.url}/", version=1),
        "expired": sandbox.mint_token(audience=sandbox.url, version=1, expires_in_s=-10),
        "foreign-tenant": sandbox.mint_token(audience=sandbox.url, version=1, extra={"tid": "other"}),
        "foreign-key": jwt.encode(claims, tls.client_certificate().key, "RS256", headers={"kid": "sandbox-key-1"}),
        "unsigned": jwt.encode(claims, "", "none", headers={"kid": "sandbox-key-1"}),
    }
    with client_of(sandbox, token=made.get(token, token)) as client:
        answer = client.get("WhoAmI")
    assert answer.status == 401
    assert f"authorization_uri={sandbox.settings['CONNECTOR_AUTHORITY']}" in answer.headers["WWW-Authenticate"]
    assert sandbox.calls.all()[-1].headers.get("authorization") == ("Bearer" if token else None)
    assert answer.code == ("0x8005F101" if token == "expired" else "")


def test_a_token_expires_while_it_is_used(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that was accepted before is refused once its time is over."""
    token = sandbox.mint_token(audience=sandbox.url, version=1)
    assert _works(sandbox, token)
    monkeypatch.setattr("connector.sandbox.dataverse.access.time.time", lambda: 5e9)
    assert not _works(sandbox, token)


def test_no_application_user(sandbox: Sandbox, client: Client) -> None:
    """A token is not enough: without an application user the environment knows nobody of that name."""
    sandbox.remove_application_user()
    answer = client.get("WhoAmI")
    assert (answer.status, answer.code) == (403, "0x80072560")
    sandbox.dataverse.access.not_member_status = 401
    assert client.get("WhoAmI").status == 401


def test_users_sign_in_by_their_own_id(sandbox: Sandbox) -> None:
    """A delegated token stands for the user whose object id it carries, if that user is enabled."""
    seller = next(user for user in sandbox.data.rows("systemuser") if user["fullname"].startswith("Seller"))
    object_id = "33333333-3333-4333-8333-333333333333"
    sandbox.data.update("systemuser", seller["systemuserid"], {"azureactivedirectoryobjectid": object_id})
    token = sandbox.mint_token(audience=sandbox.url, version=1, scp="user_impersonation", object_id=object_id)
    with client_of(sandbox, token=token) as client:
        assert client.get("WhoAmI").json["UserId"] == seller["systemuserid"]
        sandbox.data.update("systemuser", seller["systemuserid"], {"isdisabled": True})
        assert client.get("WhoAmI").code == "0x80072560"


@pytest.mark.parametrize(
    ("privilege", "method", "path"),
    [
        ("prvReadLead", "GET", "leads"),
        ("prvReadLead", "GET", "leads/$count"),
        ("prvReadLead", "GET", "leads({id})"),
        ("prvReadLead", "GET", "leads({id})/jobtitle"),
        ("prvWriteLead", "PATCH", "leads({id})"),
        ("prvCreateLead", "POST", "leads"),
        ("prvCreateLead", "PATCH", "leads(00000000-0000-4000-8000-000000000000)"),
        ("prvDeleteLead", "DELETE", "leads({id})"),
    ],
)
def test_missing_privileges(sandbox: Sandbox, client: Client, privilege: str, method: str, path: str) -> None:
    """What a role does not allow is a 403 that names the privilege, and works again when it is granted."""
    target = f"/api/data/v9.2/{path.format(id=sandbox.leads()[0]['leadid'])}"
    body = {"lastname": "X"} if method in {"PATCH", "POST"} else None
    sandbox.dataverse.access.revoke(privilege)
    answer = client.ask(method, target, body)
    assert (answer.status, answer.code) == (403, "0x80040220")
    assert privilege in answer.message
    sandbox.dataverse.access.grant(privilege)
    assert client.ask(method, target, body).status in {200, 204}


def test_privileges_can_be_asked_for(sandbox: Sandbox, client: Client) -> None:
    """A user's privileges are listed with their depth."""
    user_id = client.get("WhoAmI").json["UserId"]
    sandbox.dataverse.access.revoke("prvWriteLead")
    sandbox.dataverse.access.revoke("prvReadLead", depth="Basic")
    path = f"systemusers({user_id})/Microsoft.Dynamics.CRM.RetrieveUserPrivileges"
    found = {each["PrivilegeName"]: each["Depth"] for each in client.get(path).json["RolePrivileges"]}
    assert found["prvReadAccount"] == "Global"
    assert found["prvReadLead"] == "Basic"
    assert "prvWriteLead" not in found
    assert json.dumps(found)
