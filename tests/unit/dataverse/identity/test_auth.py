"""Signing in with the real MSAL, whose requests are answered here."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import requests
import responses
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from connector.dataverse.identity.auth import ClientCertificate, ClientSecret, Credentials, ManagedIdentity, SignIn
from connector.errors import SignInError
from tests.unit.dataverse.support import ORG, FakeTime

HOST = "https://login.microsoftonline.com"
AUTHORITY = f"{HOST}/tenant-1"
DISCOVERY = f"{AUTHORITY}/v2.0/.well-known/openid-configuration"
TOKEN = f"{AUTHORITY}/oauth2/v2.0/token"
IMDS = "http://169.254.169.254/metadata/identity/oauth2/token"
SECRET = "s3cr3t~value"
APP = ClientSecret("app-1", SECRET)
CONFIG = {
    "issuer": f"{AUTHORITY}/v2.0",
    "authorization_endpoint": f"{AUTHORITY}/oauth2/v2.0/authorize",
    "token_endpoint": TOKEN,
}
TOKENS = [{"access_token": f"access-{number}", "token_type": "Bearer", "expires_in": 3599} for number in (1, 2, 3)]


@pytest.fixture
def entra(monkeypatch: pytest.MonkeyPatch) -> Iterator[responses.RequestsMock]:
    """A tenant that answers discovery; token answers are added by each test."""
    for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST"):
        monkeypatch.delenv(name, raising=False)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add("GET", DISCOVERY, json=CONFIG)
        yield mock


@pytest.fixture
def sign_in(time: FakeTime) -> Iterator[SignIn]:
    """An app with a secret."""
    made = make(APP, time)
    yield made
    made.close()


def make(credentials: Credentials, time: FakeTime, *, authority: str = AUTHORITY) -> SignIn:
    """A sign-in whose sleeping costs nothing."""
    return SignIn(credentials, authority=authority, resource=f"{ORG}/", clock=time.clock, sleep=time.sleep)


def form(mock: responses.RequestsMock, number: int = -1) -> dict[str, str]:
    """What was sent to the token endpoint."""
    bodies = [call.request.body for call in mock.calls if call.request.method == "POST"]
    body = bodies[number]
    assert body is not None
    return {key: values[0] for key, values in parse_qs(body if isinstance(body, str) else body.decode()).items()}


def test_nothing_is_sent_before_a_token_is_needed(entra: responses.RequestsMock, sign_in: SignIn) -> None:
    """MSAL's own construction does network, so that it waits."""
    assert "app-1" in repr(sign_in)
    assert len(entra.calls) == 0


def test_a_secret_gets_a_token_for_the_environment(entra: responses.RequestsMock, sign_in: SignIn) -> None:
    """One discovery, one token, and MSAL's cache from then on."""
    entra.add("POST", TOKEN, json=TOKENS[0])
    assert [sign_in.token() for _ in range(3)] == ["access-1"] * 3
    sent = form(entra)
    assert sent["scope"] == f"{ORG}/.default"
    assert (sent["grant_type"], sent["client_id"], sent["client_secret"]) == ("client_credentials", "app-1", SECRET)
    assert [call.request.url for call in entra.calls] == [DISCOVERY, TOKEN]


def test_every_request_has_a_timeout_and_no_redirect(entra: responses.RequestsMock, sign_in: SignIn) -> None:
    """A secret is posted to where the authority says, nowhere else, and never waited on for ever."""
    entra.add("POST", TOKEN, json=TOKENS[0])
    sign_in.token()
    for call in entra.calls:
        assert call.request.req_kwargs["timeout"] == (10.0, 30.0)  # type: ignore[attr-defined]  # set by responses


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_of_the_token_endpoint_is_refused(
    entra: responses.RequestsMock, sign_in: SignIn, status: int
) -> None:
    """The secret does not go where an answer points."""
    entra.add("POST", TOKEN, status=status, headers={"Location": "https://evil.example/"})
    with pytest.raises(SignInError, match="redirects elsewhere"):
        sign_in.token()


def test_a_dropped_token_is_asked_for_anew(entra: responses.RequestsMock, sign_in: SignIn) -> None:
    """Once for all threads: a late drop of the old token leaves the new one alone."""
    for answer in TOKENS:
        entra.add("POST", TOKEN, json=answer)
    first = sign_in.token()
    sign_in.drop(first)
    second = sign_in.token()
    sign_in.drop(first)
    assert (first, second, sign_in.token()) == ("access-1", "access-2", "access-2")


def test_dropping_before_the_first_token_does_nothing(entra: responses.RequestsMock, sign_in: SignIn) -> None:
    """There is nothing to forget."""
    sign_in.drop("x")
    assert len(entra.calls) == 0


@pytest.mark.parametrize(
    ("number", "words"),
    [(7000215, "client secret is wrong"), (7000222, "has expired"), (700016, "no app"), (90002, "no such tenant")],
)
def test_refused_sign_ins_say_what_to_do(
    entra: responses.RequestsMock, sign_in: SignIn, number: int, words: str
) -> None:
    """MSAL gives them as values; here they become errors."""
    answer = {"error": "invalid_client", "error_codes": [number], "error_description": f"AADSTS{number}: {SECRET}"}
    entra.add("POST", TOKEN, status=401, json=answer)
    with pytest.raises(SignInError, match=words) as caught:
        sign_in.token()
    assert SECRET not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 400, "json": {"error": "invalid_tenant", "error_description": "AADSTS90002: not found"}},
        {"status": 404, "body": "nothing here"},
        {"status": 200, "json": {}},
        {"status": 200, "json": {"authorization_endpoint": "x", "token_endpoint": "http://plain.example/t"}},
    ],
)
def test_an_unknown_tenant_is_named(time: FakeTime, answer: dict[str, Any]) -> None:
    """Whatever the authority's configuration lacks, the setting to check is named."""
    made = make(APP, time)
    with responses.RequestsMock() as mock:
        mock.add("GET", DISCOVERY, **answer)
        with pytest.raises(SignInError, match=r"tenant at .*tenant-1.*CONNECTOR_AUTHORITY"):
            made.token()
    made.close()


def test_a_repaired_authority_is_found_without_a_restart(time: FakeTime) -> None:
    """A failed construction is not kept."""
    made = make(APP, time)
    with responses.RequestsMock() as mock:
        mock.add("GET", DISCOVERY, status=404)
        mock.add("GET", DISCOVERY, json=CONFIG)
        mock.add("POST", TOKEN, json=TOKENS[0])
        with pytest.raises(SignInError):
            made.token()
        assert made.token() == "access-1"
    made.close()


@pytest.mark.parametrize(
    "authority",
    [
        "http://login.microsoftonline.com/t", "https://login.microsoftonline.com", "https:///t", "", "login/t",
        f"{HOST}/common", f"{HOST}/Organizations/", "https://u:p@login.microsoftonline.com/t", f"{HOST}/t?x=1",
    ],
)  # fmt: skip
def test_the_authority_is_https_with_one_tenant(time: FakeTime, authority: str) -> None:
    """Anything else is refused at once."""
    with pytest.raises(ValueError, match=r"authority"):
        make(APP, time, authority=authority)


def test_a_host_that_msal_does_not_know_is_not_asked_about(time: FakeTime) -> None:
    """No call to login.microsoftonline.com for a private or sovereign authority, ports included."""
    base = "https://login.internal.example:8443/tenant-9"
    made = make(APP, time, authority=f"{base}/")
    config = {"issuer": base, "authorization_endpoint": f"{base}/a", "token_endpoint": f"{base}/token"}
    with responses.RequestsMock() as mock:
        mock.add("GET", f"{base}/v2.0/.well-known/openid-configuration", json=config)
        mock.add("POST", f"{base}/token", json=TOKENS[0])
        assert made.token() == "access-1"
        made.drop("access-1")
        mock.add("POST", f"{base}/token", json=TOKENS[1])
        assert made.token() == "access-2"
        assert {call.request.url.split("/")[2] for call in mock.calls if call.request.url} == {
            "login.internal.example:8443"
        }
    made.close()


def test_a_passing_fault_is_waited_out(entra: responses.RequestsMock, sign_in: SignIn, time: FakeTime) -> None:
    """429 and 5xx are tried again by the server's wish, below MSAL, which would repeat a failure from its cache."""
    entra.add("POST", TOKEN, status=429, headers={"Retry-After": "3"})
    entra.add("POST", TOKEN, status=503)
    entra.add("POST", TOKEN, json=TOKENS[0])
    assert sign_in.token() == "access-1"
    assert time.slept[0] >= 3
    assert len(time.slept) == 2


@pytest.mark.parametrize("where", ["GET", "POST"])
def test_a_sign_in_service_that_is_down_is_named(entra: responses.RequestsMock, time: FakeTime, where: str) -> None:
    """Tries are bounded, the error says that trying later can help."""
    entra.upsert(where, DISCOVERY if where == "GET" else TOKEN, body=requests.ConnectTimeout("x"))
    made = make(APP, time)
    with pytest.raises(SignInError, match=r"login.microsoftonline.com did not accept.*signing in") as caught:
        made.token()
    assert caught.value.retryable
    assert len(time.slept) == 4
    made.close()


def test_a_token_that_is_still_good_survives_an_outage(
    entra: responses.RequestsMock, sign_in: SignIn, time: FakeTime
) -> None:
    """A refresh ahead of time that fails keeps the old token."""
    entra.add("POST", TOKEN, json={**TOKENS[0], "refresh_in": -1})
    entra.add("POST", TOKEN, status=503)
    assert sign_in.token() == "access-1"
    assert sign_in.token() == "access-1"
    assert len(time.slept) == 4


@pytest.mark.parametrize(
    "body",
    ["<html>proxy</html>", "[]", "", "{", '{"access_token": "x", "expires_in": 1e999}', '{"x": ' + "[" * 200_000],
    ids=["page", "list", "empty", "broken", "endless", "nested"],
)
def test_something_else_than_json_is_named(
    entra: responses.RequestsMock, sign_in: SignIn, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    """A page of a proxy is no token, and MSAL does not get to log it."""
    entra.add("POST", TOKEN, body=body)
    with caplog.at_level(logging.DEBUG), pytest.raises(SignInError, match="something else than JSON"):
        sign_in.token()
    assert "proxy" not in caplog.text


@pytest.mark.parametrize("charset", ["", "; charset=utf-16", "; charset=unheard-of"])
def test_a_token_in_an_unusual_encoding_is_read_and_not_logged(
    entra: responses.RequestsMock, sign_in: SignIn, caplog: pytest.LogCaptureFixture, charset: str
) -> None:
    """A byte order mark, or a header that tells another encoding: MSAL would log what it cannot read."""
    body = b"\xef\xbb\xbf" + json.dumps(TOKENS[0]).encode()
    entra.add("POST", TOKEN, body=body, content_type=f"application/json{charset}")
    with caplog.at_level(logging.DEBUG):
        assert sign_in.token() == "access-1"
    assert "access-1" not in caplog.text


def test_a_success_without_a_token_is_refused(entra: responses.RequestsMock, sign_in: SignIn) -> None:
    """An empty answer is no token."""
    entra.add("POST", TOKEN, json={"token_type": "Bearer"})
    with pytest.raises(SignInError):
        sign_in.token()


def test_a_refusal_that_is_no_json_is_named(entra: responses.RequestsMock, sign_in: SignIn) -> None:
    """A 403 of a firewall is no answer of Entra."""
    entra.add("POST", TOKEN, status=403, body="blocked")
    with pytest.raises(SignInError, match="CONNECTOR_AUTHORITY"):
        sign_in.token()


def test_the_ca_bundle_is_for_the_sign_in_too(
    entra: responses.RequestsMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And wins over REQUESTS_CA_BUNDLE."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/somewhere/else.pem")
    bundle = tmp_path / "ca.pem"
    made = SignIn(APP, authority=AUTHORITY, resource=ORG, ca_bundle=bundle)
    entra.add("POST", TOKEN, json=TOKENS[0])
    made.token()
    for call in entra.calls:
        assert call.request.req_kwargs["verify"] == str(bundle)  # type: ignore[attr-defined]  # set by responses
    made.close()


def test_netrc_does_not_add_to_the_sign_in(
    entra: responses.RequestsMock, sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine's .netrc entry for the host is ignored."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine login.microsoftonline.com login somebody password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    entra.add("POST", TOKEN, json=TOKENS[0])
    sign_in.token()
    assert all("Authorization" not in call.request.headers for call in entra.calls)


# --- certificates ---


def write_pfx(path: Path, password: bytes | None = None, *, with_key: bool = True) -> rsa.RSAPublicKey:
    """Make a certificate and write it as PFX."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "connector test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    content = pkcs12.serialize_key_and_certificates(b"x", key if with_key else None, certificate, None, encryption)
    path.write_bytes(content)
    return key.public_key()


@pytest.mark.parametrize("password", [None, "pässword"])
def test_a_certificate_signs_in(
    entra: responses.RequestsMock, time: FakeTime, tmp_path: Path, password: str | None
) -> None:
    """The proof is signed by its key, for this token endpoint, and carries the certificate."""
    path = tmp_path / "app.pfx"
    public = write_pfx(path, password.encode() if password else None)
    entra.add("POST", TOKEN, json=TOKENS[0])
    made = make(ClientCertificate("app-1", path, password), time)
    assert made.token() == "access-1"
    proof = form(entra)["client_assertion"]
    claims = jwt.decode(proof, public, algorithms=["PS256"], audience=TOKEN)
    assert claims["iss"] == "app-1"
    assert jwt.get_unverified_header(proof)["x5c"]
    made.close()


def test_an_unreadable_certificate_is_named(entra: responses.RequestsMock, time: FakeTime, tmp_path: Path) -> None:
    """Missing, not a PFX, wrong password, without its key: each says which file and setting."""
    path = tmp_path / "app.pfx"

    def attempt(password: str | None, words: str) -> None:
        made = make(ClientCertificate("app-1", path, password), time)
        with pytest.raises(SignInError, match=words) as caught:
            made.token()
        assert "app.pfx" in str(caught.value)
        assert "CONNECTOR_CLIENT_CERTIFICATE" in caught.value.remedy
        assert "right" not in str(caught.value)
        made.close()

    attempt(None, "cannot be read")
    path.write_text("-----BEGIN CERTIFICATE-----")
    attempt(None, "no PFX file")
    write_pfx(path, b"right")
    attempt("wrong", "password is wrong")
    attempt(None, "password is wrong")
    write_pfx(path, with_key=False)
    attempt(None, "lacks the key")
    assert len(entra.calls) == 0


# --- managed identity ---


@pytest.mark.parametrize(("identity", "client_id"), [("system", None), ("id-7", "id-7")])
def test_a_managed_identity_asks_the_machine(
    entra: responses.RequestsMock, time: FakeTime, identity: str, client_id: str | None
) -> None:
    """For the environment as a resource, without an authority; a dropped token is asked for anew."""
    for answer in TOKENS[:2]:
        entra.add("GET", IMDS, json={**answer, "expires_in": "3599"})
    made = make(ManagedIdentity(identity), time, authority="")
    assert [made.token(), made.token()] == ["access-1", "access-1"]
    made.drop("access-1")
    assert made.token() == "access-2"
    sent = entra.calls[0].request.params  # type: ignore[attr-defined]  # set by responses
    assert sent["resource"] == ORG
    assert sent.get("client_id") == client_id
    assert len(entra.calls) == 2
    made.close()


def test_a_machine_without_an_identity_is_told(entra: responses.RequestsMock, time: FakeTime) -> None:
    """Refused or out of reach, the remedy is about the identity or the network."""
    entra.add("GET", IMDS, status=400, json={"error": "invalid_request", "error_description": "Identity not found"})
    made = make(ManagedIdentity("id-7"), time)
    with pytest.raises(SignInError, match=r"invalid_request.*CONNECTOR_MANAGED_IDENTITY"):
        made.token()
    entra.upsert("GET", IMDS, body=requests.ConnectTimeout("x"))
    with pytest.raises(SignInError, match=r"169\.254\.169\.254"):
        made.token()
    made.close()


# --- secrets ---


def test_secrets_are_in_no_repr_and_no_log(
    entra: responses.RequestsMock, time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the credentials', not in the sign-in's, not in what MSAL logs at its loudest."""
    caplog.set_level(logging.DEBUG)
    entra.add("POST", TOKEN, json=TOKENS[0])
    made = make(APP, time)
    token = made.token()
    certificate = ClientCertificate("app-1", Path("x.pfx"), SECRET)
    text = f"{made!r} {APP!r} {APP} {certificate!r} {caplog.text}"
    assert SECRET not in text
    assert token not in text
    made.close()
