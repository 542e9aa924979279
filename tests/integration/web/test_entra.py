"""Access tokens against an authority over real HTTPS: who is let in, every attack, and an authority that fails."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from connector.web.access import Caller, SignInUnavailableError, UnauthenticatedError
from connector.web.entra import EntraTokens
from connector.web.issuers import COOLDOWN_S, FRESH_S, STALE_S
from connector.web.roles import Role

TENANT = "0a1b2c3d-0000-4000-8000-0000000000aa"
OTHER_TENANT = "0a1b2c3d-0000-4000-8000-0000000000bb"
AUDIENCE = "api://lead-scoring"
CLIENT = "0a1b2c3d-0000-4000-8000-0000000000cc"
PERSON = "0a1b2c3d-0000-4000-8000-0000000000dd"

_KEYS = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("k1", "k2", "foreign")}


def jwk(kid: str, key: str = "", /, **changes: object) -> dict[str, object]:
    """A published key."""
    public = jwt.algorithms.RSAAlgorithm.to_jwk(_KEYS[key or kid].public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig"} | changes


@dataclass
class Authority:
    """A stand-in for Entra ID: metadata and keys of one tenant, counted, and failing when told to."""

    port: int = 0
    keys: list[dict[str, object]] = field(default_factory=lambda: [jwk("k1")])
    asked: list[str] = field(default_factory=list)
    down: bool = False
    without_v1: bool = False
    answers: dict[str, bytes] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"https://127.0.0.1:{self.port}"

    def issuer(self, version: int = 2) -> str:
        """Who tokens of that version come from; v1 issuers live elsewhere, as with Entra."""
        return f"{self.origin}/{TENANT}/v2.0" if version == 2 else f"https://sts.example/{TENANT}/"

    def answer(self, path: str) -> tuple[int, bytes]:
        """Answer a request."""
        self.asked.append(path)
        if self.down:
            return 503, b"down"
        if path in self.answers:
            return 200, self.answers[path]
        base = f"/{TENANT}"
        documents: dict[str, object] = {
            f"{base}/v2.0/.well-known/openid-configuration": {
                "issuer": self.issuer(2), "jwks_uri": f"{self.origin}{base}/discovery/v2.0/keys",
            },
            f"{base}/.well-known/openid-configuration": {
                "issuer": self.issuer(1), "jwks_uri": f"{self.origin}{base}/discovery/keys",
            },
            f"{base}/discovery/v2.0/keys": {"keys": self.keys},
            f"{base}/discovery/keys": {"keys": self.keys},
        }  # fmt: skip
        if path not in documents or (self.without_v1 and path == f"{base}/.well-known/openid-configuration"):
            return 404, b"{}"
        return 200, json.dumps(documents[path]).encode()


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 with its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    cert_file, key_file = folder / "ca.pem", folder / "key.pem"
    cert_file.write_bytes(built.public_bytes(pem))
    key_file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return cert_file, key_file


@pytest.fixture
def authority(tls: tuple[Path, Path]) -> Iterator[Authority]:
    """A running authority."""
    authority = Authority()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = authority.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A handshake that the client ends is what one test is about."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    authority.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield authority
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> Hand:
    """The clock of the caches."""
    return Hand()


@pytest.fixture
def tokens(authority: Authority, tls: tuple[Path, Path], clock: Hand) -> EntraTokens:
    """The verifier."""
    return EntraTokens(
        authority=f"{authority.origin}/{TENANT}", audiences=["other", AUDIENCE], ca_bundle=str(tls[0]), clock=clock
    )


def claims(authority: Authority, version: int = 2, /, **changes: object) -> dict[str, object]:
    """The claims of an application's token; None takes one out."""
    now = int(time.time())
    made: dict[str, object] = {
        "iss": authority.issuer(version), "aud": AUDIENCE, "tid": TENANT, "oid": PERSON, "sub": PERSON,
        "iat": now, "nbf": now, "exp": now + 3600, "ver": f"{version}.0", "roles": ["Score.Read", "Other.Role"],
    }  # fmt: skip
    made["azp" if version == 2 else "appid"] = CLIENT
    return {name: value for name, value in (made | changes).items() if value is not None}


def sign(made: dict[str, object], *, key: str = "k1", kid: str = "k1", **headers: object) -> str:
    """A token of these claims."""
    return jwt.encode(made, _KEYS[key], algorithm="RS256", headers={"kid": kid, **headers})


def encode(part: object) -> str:
    """One part of a token, made by hand."""
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# --- who is let in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
def test_an_applications_token_counts_by_its_roles(authority: Authority, tokens: EntraTokens, version: int) -> None:
    """v1 and v2 tokens are taken, each against its own metadata; roles that are not ours do not count."""
    assert tokens.identify(sign(claims(authority, version))) == Caller(
        f"app:{CLIENT}", f"app:{CLIENT}", frozenset({Role.SCORE_READ})
    )


def test_a_users_token_counts_by_its_scopes_alone(authority: Authority, tokens: EntraTokens) -> None:
    """What the person may do (roles) does not widen what the application may do for them (scp)."""
    caller = tokens.identify(sign(claims(authority, scp="Interactions.Write openid", roles=["Admin"])))
    assert caller == Caller(f"user:{PERSON}", f"app:{CLIENT}", frozenset({Role.INTERACTIONS_WRITE}))


@pytest.mark.parametrize(
    "changes",
    [
        {"roles": None},
        {"roles": []},
        {"roles": "Admin"},
        {"roles": [["Admin"], 7]},
        {"roles": ["admin"]},
        {"scp": ["Admin"]},
        {"scp": ""},
        {"idtyp": "user"},
    ],
)
def test_a_token_without_our_roles_is_known_and_may_nothing(
    authority: Authority, tokens: EntraTokens, changes: dict[str, object]
) -> None:
    """Missing, malformed or foreign roles give none (the route then answers 403)."""
    assert tokens.identify(sign(claims(authority, **changes))).roles == frozenset()


def test_a_tenant_may_be_named_by_its_domain(authority: Authority, tls: tuple[Path, Path]) -> None:
    """The tenant's id then comes from the issuer that its metadata state."""
    base = "/contoso.example"
    authority.answers = {
        f"{base}{form}/.well-known/openid-configuration": json.dumps(
            {"issuer": authority.issuer(version), "jwks_uri": f"{authority.origin}/{TENANT}/discovery/keys"}
        ).encode()
        for form, version in (("/v2.0", 2), ("", 1))
    }
    verifier = EntraTokens(
        authority=f"{authority.origin}/common", tenant="contoso.example", audiences=[AUDIENCE], ca_bundle=str(tls[0])
    )
    assert verifier.identify(sign(claims(authority))).name
    with pytest.raises(UnauthenticatedError, match="tenant"):
        verifier.identify(sign(claims(authority, tid=OTHER_TENANT)))


def test_callers_can_be_limited_to_named_applications(authority: Authority, tls: tuple[Path, Path]) -> None:
    """With a list of clients every other application is unknown."""
    verifier = EntraTokens(
        authority=f"{authority.origin}/{TENANT}", audiences=[AUDIENCE], ca_bundle=str(tls[0]), clients=[CLIENT.upper()]
    )
    assert verifier.identify(sign(claims(authority))).name
    with pytest.raises(UnauthenticatedError, match="application"):
        verifier.identify(sign(claims(authority, azp=PERSON)))


def test_the_clocks_may_differ_by_a_minute(authority: Authority, tokens: EntraTokens) -> None:
    """Just expired and not quite valid are still taken; a little more is not."""
    now = int(time.time())
    assert tokens.identify(sign(claims(authority, exp=now - 30))).name
    assert tokens.identify(sign(claims(authority, nbf=now + 30))).name
    for changes in ({"exp": now - 90}, {"nbf": now + 120}):
        with pytest.raises(UnauthenticatedError):
            tokens.identify(sign(claims(authority, **changes)))


# --- attacks ---------------------------------------------------------------------------------------------------------

Attack = Callable[[Authority], str]


def hs256_with_the_public_key(authority: Authority) -> str:
    """The public key, which everybody has, used as an HMAC secret."""
    pem = (
        _KEYS["k1"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    signed = f"{encode({'alg': 'HS256', 'typ': 'JWT', 'kid': 'k1'})}.{encode(claims(authority))}"
    return f"{signed}.{encode(hmac.digest(pem, signed.encode(), hashlib.sha256))}"


def with_the_payload_changed(authority: Authority) -> str:
    """A good token whose claims were replaced after signing."""
    header, _, signature = sign(claims(authority)).split(".")
    return f"{header}.{encode(claims(authority, roles=['Admin']))}.{signature}"


ATTACKS: dict[str, Attack] = {
    "alg none": lambda a: f"{encode({'alg': 'none', 'kid': 'k1'})}.{encode(claims(a))}.",
    "alg None in other letters": lambda a: f"{encode({'alg': 'nOnE', 'kid': 'k1'})}.{encode(claims(a))}.",
    "no alg": lambda a: f"{encode({'kid': 'k1'})}.{encode(claims(a))}.{encode(b'x')}",
    "HS256 with the public key": hs256_with_the_public_key,
    "RS512 of the right key": lambda a: jwt.encode(claims(a), _KEYS["k1"], "RS512", headers={"kid": "k1"}),
    "PS256 of the right key": lambda a: jwt.encode(claims(a), _KEYS["k1"], "PS256", headers={"kid": "k1"}),
    "signed by a foreign key under our key id": lambda a: sign(claims(a), key="foreign"),
    "signature cut off": lambda a: sign(claims(a)).rpartition(".")[0] + ".",
    "payload changed": with_the_payload_changed,
    "unknown key id": lambda a: sign(claims(a), key="foreign", kid="foreign"),
    "no key id": lambda a: jwt.encode(claims(a), _KEYS["k1"], "RS256"),
    "key id that is no text": lambda a: f"{encode({'alg': 'RS256', 'kid': 7})}.{encode(claims(a))}.{encode(b'x')}",
    "own key in the header": lambda a: sign(claims(a), key="foreign", jwk=jwk("k1", "foreign")),
    "own key address in the header": lambda a: sign(claims(a), key="foreign", jku="https://evil.example/keys"),
    "unknown critical header": lambda a: sign(claims(a), crit=["x"], x=1),
    "wrong issuer": lambda a: sign(claims(a, iss="https://evil.example/v2.0")),
    "issuer with a slash more": lambda a: sign(claims(a, iss=a.issuer(2) + "/")),
    "issuer of another tenant": lambda a: sign(claims(a, iss=a.issuer(2).replace(TENANT, OTHER_TENANT))),
    "no issuer": lambda a: sign(claims(a, iss=None)),
    "empty issuer": lambda a: sign(claims(a, iss="")),
    "issuer that is a list": lambda a: (
        f"{encode({'alg': 'RS256', 'kid': 'k1'})}.{encode(claims(a, iss=[a.issuer(2)]))}.{encode(b'x')}"
    ),
    "wrong audience": lambda a: sign(claims(a, aud="api://another-app")),
    "audience as a prefix": lambda a: sign(claims(a, aud=AUDIENCE + "/x")),
    "no audience": lambda a: sign(claims(a, aud=None)),
    "other tenant": lambda a: sign(claims(a, tid=OTHER_TENANT)),
    "no tenant": lambda a: sign(claims(a, tid=None)),
    "expired": lambda a: sign(claims(a, exp=int(time.time()) - 3_600)),
    "no expiry": lambda a: sign(claims(a, exp=None)),
    "expiry that is no number": lambda a: sign(claims(a, exp="never")),
    "not yet valid": lambda a: sign(claims(a, nbf=int(time.time()) + 3_600)),
    "issued in the future": lambda a: sign(claims(a, iat=int(time.time()) + 3_600)),
    "an ID token": lambda a: sign(claims(a, azp=None, nonce="n", roles=["Admin"])),
    "no token": lambda _a: "",
    "one part": lambda _a: "x",
    "five parts (encrypted)": lambda a: sign(claims(a)) + ".x.y",
    "payload that is no object": lambda _a: f"{encode({'alg': 'RS256', 'kid': 'k1'})}.{encode([])}.{encode(b'x')}",
    "payload nested very deep": lambda _a: (
        f"{encode({'alg': 'RS256', 'kid': 'k1'})}.{encode(b'[' * 9_000)}.{encode(b'x')}"
    ),
    "a megabyte": lambda a: sign(claims(a, padding="x" * 1_000_000)),
    "null characters": lambda a: "\x00" + sign(claims(a)),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_nobody(authority: Authority, tokens: EntraTokens, name: str) -> None:
    """Each of these is turned away as unknown, and the message repeats nothing of the token."""
    token = ATTACKS[name](authority)
    with pytest.raises(UnauthenticatedError) as caught:
        tokens.identify(token)
    assert caught.value.remedy
    assert "evil" not in str(caught.value)
    assert PERSON not in str(caught.value)


@pytest.mark.parametrize(
    "published",
    [
        {"kty": "oct", "kid": "k1", "k": encode(b"secret-secret-secret-secret-secret")},
        jwk("k1", use="enc"),
        jwk("k1", alg="RS512"),
        jwk("k1", issuer="https://login.example/consumers/v2.0"),
        jwk("k1", kid=None),
        jwk("k1", n="AQAB"),
        jwk("k1", n="%%%"),
        {"kty": "RSA", "kid": "k1"},
        "k1",
    ],
)
def test_a_published_key_of_another_sort_is_not_used(authority: Authority, tokens: EntraTokens, published: Any) -> None:
    """Only RSA signature keys of this issuer, long enough, count; a stray one beside them does no harm."""
    authority.keys = [published, jwk("k2")]
    with pytest.raises(UnauthenticatedError):
        tokens.identify(sign(claims(authority)))
    assert tokens.identify(sign(claims(authority), key="k2", kid="k2")).name


def test_a_shared_key_document_names_the_tenant_by_a_placeholder(authority: Authority, tokens: EntraTokens) -> None:
    """Keys whose issuer has the placeholder for the tenant are this tenant's too."""
    authority.keys = [jwk("k1", issuer=f"{authority.origin}/{{tenantid}}/v2.0")]
    assert tokens.identify(sign(claims(authority))).name


# --- fetching, keeping, failing --------------------------------------------------------------------------------------


def key_fetches(authority: Authority) -> int:
    """How often keys were asked for."""
    return sum(path.endswith("/keys") for path in authority.asked)


def test_metadata_and_keys_are_fetched_once(authority: Authority, tokens: EntraTokens) -> None:
    """However many tokens come, also at the same time, each document is read once."""
    token = sign(claims(authority))
    with ThreadPoolExecutor(8) as pool:
        assert len({caller.name for caller in pool.map(tokens.identify, [token] * 40)}) == 1
    assert sorted(authority.asked) == sorted(set(authority.asked))
    assert len(authority.asked) == 3


def test_a_flood_of_unknown_keys_and_issuers_causes_one_fetch(
    authority: Authority, tokens: EntraTokens, clock: Hand
) -> None:
    """Within the cooldown nothing more is asked for; real callers go on meanwhile."""
    good = sign(claims(authority))
    tokens.identify(good)
    clock.now += COOLDOWN_S
    for number in range(50):
        with pytest.raises(UnauthenticatedError):
            tokens.identify(sign(claims(authority), kid=f"unknown-{number}"))
        with pytest.raises(UnauthenticatedError):
            tokens.identify(sign(claims(authority, iss=f"https://{number}.example")))
        assert tokens.identify(good).name
    assert key_fetches(authority) == 2
    assert len(authority.asked) == 4


def test_a_new_key_is_found_when_it_is_first_used(authority: Authority, tokens: EntraTokens, clock: Hand) -> None:
    """After a roll-over tokens of the new key are taken past the cooldown, those of a withdrawn one no more."""
    assert tokens.identify(sign(claims(authority))).name
    authority.keys = [jwk("k2")]
    clock.now += COOLDOWN_S
    assert tokens.identify(sign(claims(authority), key="k2", kid="k2")).name
    with pytest.raises(UnauthenticatedError):
        tokens.identify(sign(claims(authority)))


def test_keys_are_read_again_when_old(authority: Authority, tokens: EntraTokens, clock: Hand) -> None:
    """After an hour a withdrawn key stops working though nobody used a new one."""
    assert tokens.identify(sign(claims(authority))).name
    authority.keys = [jwk("k2")]
    clock.now += FRESH_S + 1
    with pytest.raises(UnauthenticatedError):
        tokens.identify(sign(claims(authority)))


def test_old_keys_serve_while_the_authority_is_down(authority: Authority, tokens: EntraTokens, clock: Hand) -> None:
    """Known keys go on for a day; an unknown one is 'later', not 'no'; after a day all are; then all is well again."""
    good = sign(claims(authority))
    assert tokens.identify(good).name
    authority.down = True
    clock.now += FRESH_S + 1
    assert tokens.identify(good).name
    with pytest.raises(SignInUnavailableError):
        tokens.identify(sign(claims(authority), key="k2", kid="k2"))
    clock.now += STALE_S
    with pytest.raises(SignInUnavailableError) as caught:
        tokens.identify(good)
    assert caught.value.retry_after_s > 0
    assert "CONNECTOR_AUTHORITY" in caught.value.remedy
    authority.down = False
    clock.now += COOLDOWN_S
    assert tokens.identify(good).name


@pytest.mark.parametrize("broken", ["metadata", "keys"])
def test_an_authority_that_is_down_from_the_start_is_later_and_asked_seldom(
    authority: Authority, tokens: EntraTokens, clock: Hand, broken: str
) -> None:
    """Until it answers callers are told to come back, and it is asked once in the cooldown; HTML counts as down."""
    path = (
        f"/{TENANT}/v2.0/.well-known/openid-configuration" if broken == "metadata" else f"/{TENANT}/discovery/v2.0/keys"
    )
    authority.answers = {path: b"<html>maintenance</html>"}
    for _ in range(5):
        with pytest.raises(SignInUnavailableError):
            tokens.identify(sign(claims(authority)))
    assert authority.asked.count(path) == 1
    authority.answers = {}
    clock.now += COOLDOWN_S
    assert tokens.identify(sign(claims(authority))).name


@pytest.mark.parametrize(
    "document",
    [
        b"[]",
        b"{}",
        b'{"issuer": 1, "jwks_uri": 2}',
        b"\xff",
        b'{"issuer": "x", "jwks_uri": "file:///etc/passwd"}',
        b'{"issuer": "x", "jwks_uri": "http://x"}',
    ],
)
def test_metadata_of_another_shape_are_no_metadata(authority: Authority, tokens: EntraTokens, document: bytes) -> None:
    """What is no metadata, or points to keys that are not on https, is as good as an authority that is down."""
    authority.answers = {f"/{TENANT}/v2.0/.well-known/openid-configuration": document}
    with pytest.raises(SignInUnavailableError):
        tokens.identify(sign(claims(authority)))


def test_an_authority_without_v1_takes_v2_alone(authority: Authority, tokens: EntraTokens) -> None:
    """A form that the authority does not have is no failure: its tokens are unknown, the others work."""
    authority.without_v1 = True
    assert tokens.identify(sign(claims(authority, 2))).name
    with pytest.raises(UnauthenticatedError):
        tokens.identify(sign(claims(authority, 1)))


def test_an_untrusted_authority_vouches_for_nobody(authority: Authority) -> None:
    """Without its CA nothing is read from it, and nobody is let in."""
    verifier = EntraTokens(authority=f"{authority.origin}/{TENANT}", audiences=[AUDIENCE])
    with pytest.raises(SignInUnavailableError):
        verifier.identify(sign(claims(authority)))
    assert authority.asked == []
