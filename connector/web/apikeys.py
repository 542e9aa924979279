"""API keys for small installations: making them, reading their entries, verifying a presented one.

An entry (`name:role+role:hash`) holds a scrypt hash, never the key. Several entries may share a name, so that a key is
replaced without a moment in which neither works.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from connector.errors import ConnectorError, Fault, SettingsError
from connector.web.access import Caller, SignInUnavailableError
from connector.web.limits import Rates
from connector.web.roles import ROLES, Role

_PREFIX = "lck"  # lets secret scanners know our keys
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
_KEY = re.compile(rf"{_PREFIX}_([A-Za-z0-9-]{{1,40}})_[A-Za-z0-9_-]{{16,128}}")
_COST = (14, 8, 1)  # log2 N, r, p: 16 MB and some 50 ms, the common recommendation for interactive use
_MOST_COST = (17, 16, 4)
_DIGEST = 32
_CACHED = 1_024
_AT_ONCE = 2
_PATIENCE_S = 2.0
_TRIES_PER_MINUTE = 120  # of keys never seen before, for each name; as many hashes take some 6 s of a processor


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    roles: frozenset[Role]
    cost: tuple[int, int, int]
    salt: bytes
    digest: bytes


def new_key(name: str, roles: Iterable[str]) -> tuple[str, str]:
    """Make a key: the secret, shown once, and the entry for CONNECTOR_API_KEYS. Raises ConnectorError."""
    wanted = tuple(dict.fromkeys(roles))
    if not _NAME.fullmatch(name):
        raise ConnectorError(
            f"{name!r} cannot be the name of a key.", remedy="Use up to 40 letters, digits and hyphens."
        )
    if not wanted or (unknown := [role for role in wanted if role not in ROLES]):
        named = ", ".join(unknown) if wanted else "none"
        raise ConnectorError(f"A key needs roles of ours, not {named}.", remedy=f"Choose from {', '.join(ROLES)}.")
    secret = f"{_PREFIX}_{name}_{secrets.token_urlsafe(32)}"
    salt = secrets.token_bytes(16)
    parts = ("scrypt", *map(str, _COST), _text(salt), _text(_hash(secret, salt, _COST)))
    return secret, f"{name}:{'+'.join(wanted)}:{'.'.join(parts)}"


def described(entries: Iterable[str]) -> dict[str, dict[str, object]]:
    """Name and roles of each entry that can be read, by a fingerprint that tells keys of one name apart."""
    found: dict[str, dict[str, object]] = {}
    for text in entries:
        with suppress(ValueError):  # whoever uses the keys says what is wrong with it
            entry = _read(text)
            number = hashlib.sha256(entry.salt + entry.digest).hexdigest()[:12]
            found[number] = {"name": entry.name, "roles": sorted(role.value for role in entry.roles)}
    return found


class ApiKeys:
    """The keys that are valid; safe to use from several threads."""

    def __init__(self, entries: Iterable[str], *, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the entries. Raises SettingsError naming every faulty one by its place, never its hash.

        `clock` is monotonic seconds, for the rate of guesses.
        """
        self._entries: dict[str, list[_Entry]] = {}
        faults: list[Fault] = []
        for number, text in enumerate(entries, start=1):
            try:
                entry = _read(text)
            except ValueError as error:
                remedy = "Make one with `connector keys new`."
                faults.append(Fault(f"CONNECTOR_API_KEYS entry {number}", None, f"{error}.", remedy))
            else:
                self._entries.setdefault(entry.name, []).append(entry)
        if faults:
            raise SettingsError("The API keys cannot be used.", faults=faults)
        # scrypt is slow on purpose. What was presented before is known again by a keyed digest that lives only in
        # this process; wrong keys are remembered apart, so that a client that repeats one costs nothing either, and
        # guesses drive out no key that is right.
        self._cache_key = secrets.token_bytes(32)
        self._right: dict[bytes, _Entry] = {}
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._guesses = Rates(_TRIES_PER_MINUTE, clock)
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(_AT_ONCE)

    def identify(self, presented: str) -> Caller | None:
        """Return whose key this is, None for nobody's. Raises SignInUnavailableError while too many are tried."""
        matched = _KEY.fullmatch(presented)
        candidates = self._entries.get(matched[1], []) if matched else []
        if not candidates:
            return None
        known = hmac.digest(self._cache_key, presented.encode(), "sha256")
        with self._lock:
            if (right := self._right.get(known)) or known in self._wrong:
                return _caller(right)
        if wait_s := self._guesses.wait_s(candidates[0].name):
            raise _too_many(math.ceil(wait_s))
        entry = self._verify(presented, candidates)
        with self._lock:
            if entry is not None:
                self._right[known] = entry
            else:
                self._wrong[known] = None
                while len(self._wrong) > _CACHED:
                    self._wrong.popitem(last=False)
        return _caller(entry)

    def _verify(self, presented: str, candidates: list[_Entry]) -> _Entry | None:
        """Compare with every candidate; few at a time, so that guessing cannot take all processors."""
        if not self._slots.acquire(timeout=_PATIENCE_S):
            raise _too_many(1)
        try:
            matches = [
                entry
                for entry in candidates
                if hmac.compare_digest(_hash(presented, entry.salt, entry.cost), entry.digest)
            ]
        finally:
            self._slots.release()
        return matches[0] if matches else None


def _too_many(retry_after_s: int) -> SignInUnavailableError:
    return SignInUnavailableError(
        "Too many unknown API keys are being tried.", remedy="Try again later.", retry_after_s=retry_after_s
    )


def _caller(entry: _Entry | None) -> Caller | None:
    return Caller(f"key:{entry.name}", f"key:{entry.name}", entry.roles) if entry else None


def _read(text: str) -> _Entry:
    """Read one entry; ValueError says what is wrong without repeating it."""
    name, separator, rest = text.strip().partition(":")
    roles, second, hashed = rest.partition(":")
    if not (separator and second):
        raise ValueError("is not of the form name:role+role:hash")
    if not _NAME.fullmatch(name):
        raise ValueError("has a name with other characters than letters, digits and hyphens, or more than 40")
    named = frozenset(roles.split("+"))
    if not named <= set(ROLES):
        raise ValueError(f"names a role that does not exist; there are {', '.join(ROLES)}")
    kind, *parts = hashed.split(".")
    if kind != "scrypt" or len(parts) != 5:  # noqa: PLR2004 - three costs, salt, digest
        raise ValueError("has no hash that can be read")
    try:
        cost = (int(parts[0]), int(parts[1]), int(parts[2]))
        salt, digest = _bytes(parts[3]), _bytes(parts[4])
    except (ValueError, binascii.Error):
        raise ValueError("has no hash that can be read") from None
    if (
        any(not 1 <= given <= most for given, most in zip(cost, _MOST_COST, strict=True))
        or not salt
        or len(digest) != _DIGEST
    ):
        raise ValueError("has a hash with other measures than ours")
    return _Entry(name, frozenset(Role(role) for role in named), cost, salt, digest)


def _hash(secret: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    log_n, r, p = cost
    memory = 128 * r * (2**log_n + p + 2)
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**log_n, r=r, p=p, maxmem=memory + 1024, dklen=_DIGEST)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
