"""API keys: made, read, verified."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest

from connector.errors import ConnectorError, SettingsError
from connector.web import apikeys
from connector.web.access import Caller, SignInUnavailableError
from connector.web.apikeys import ApiKeys, described, new_key
from connector.web.roles import ROLES, Role


def test_a_new_key_is_let_in_with_its_roles() -> None:
    """The secret that was made fits the entry that was made with it, and no other."""
    secret, entry = new_key("nightly", ["Score.Write", "Score.Read", "Score.Read"])
    other, _ = new_key("nightly", ["Score.Read"])
    keys = ApiKeys([entry])
    assert keys.identify(secret) == Caller("key:nightly", "key:nightly", frozenset({Role.SCORE_WRITE, Role.SCORE_READ}))
    assert keys.identify(other) is None


def test_the_entry_holds_no_secret_and_nothing_that_shells_expand() -> None:
    """An entry fits into an environment file as it is: no secret, no `$`, no comma, no white space."""
    secret, entry = new_key("nightly", ["Admin"])
    assert secret.startswith("lck_nightly_")
    assert secret.removeprefix("lck_nightly_") not in entry
    assert entry.startswith("nightly:Admin:scrypt.14.8.1.")
    assert not set(entry) & set("$, \t\"'\\`")


def test_two_keys_never_are_the_same() -> None:
    """Key and salt are drawn anew each time."""
    made = [new_key("a", ["Admin"]) for _ in range(3)]
    assert len({secret for secret, _ in made}) == len({entry for _, entry in made}) == 3


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("", ["Admin"]),
        ("a b", ["Admin"]),
        ("a_b", ["Admin"]),
        ("a:b", ["Admin"]),
        ("x" * 41, ["Admin"]),
        ("a", []),
        ("a", ["Root"]),
    ],
)
def test_a_key_needs_a_name_and_roles_of_ours(name: str, roles: list[str]) -> None:
    """A faulty name or role is refused with what would be right."""
    with pytest.raises(ConnectorError) as caught:
        new_key(name, roles)
    assert caught.value.remedy


def test_a_key_is_replaced_without_a_gap() -> None:
    """Two entries of one name are both let in, each with its own roles."""
    (old, old_entry), (new, new_entry) = new_key("crm", ["Score.Read"]), new_key("crm", ["Admin"])
    keys = ApiKeys([old_entry, new_entry])
    before, after = keys.identify(old), keys.identify(new)
    assert before is not None
    assert after is not None
    assert (set(before.roles), set(after.roles)) == ({Role.SCORE_READ}, {Role.ADMIN})


@pytest.mark.parametrize(
    "presented",
    [
        "",
        "x",
        "lck_nightly_",
        "lck_other_" + "a" * 43,
        "LCK_nightly_" + "a" * 43,
        "lck_nightly_" + "é" * 43,
        "lck_nightly_" + "a" * 500,
    ],
)
def test_what_cannot_be_a_key_costs_no_hashing(presented: str) -> None:
    """Malformed keys, and keys of names that do not exist, are turned away before the slow hash."""
    keys = ApiKeys([new_key("nightly", ["Admin"])[1]])
    with mock.patch.object(apikeys, "_hash", side_effect=AssertionError("hashed")):
        assert keys.identify(presented) is None


def test_a_key_is_hashed_once() -> None:
    """Right and wrong keys alike are known again without the slow hash."""
    secret, entry = new_key("nightly", ["Admin"])
    keys = ApiKeys([entry])
    wrong = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    assert keys.identify(secret)
    assert keys.identify(wrong) is None
    with mock.patch.object(apikeys, "_hash", side_effect=AssertionError("hashed")):
        assert keys.identify(secret)
        assert keys.identify(wrong) is None


def test_the_memory_of_keys_is_bounded() -> None:
    """However many wrong keys are presented, only so many are remembered."""
    keys = ApiKeys([new_key("nightly", ["Admin"])[1]])
    with mock.patch.object(apikeys, "_hash", return_value=b"x" * 32), mock.patch.object(apikeys, "_CACHED", 8):
        for number in range(30):
            assert keys.identify(f"lck_nightly_{number:043}") is None
    assert len(keys._wrong) == 8


def test_guesses_are_slowed_down_and_disturb_nobody_who_is_known() -> None:
    """Past the rate an unknown key is not even hashed; a key that was let in before is, and another name is tried."""
    (secret, entry), (other, other_entry) = new_key("nightly", ["Admin"]), new_key("crm", ["Admin"])
    now = [0.0]
    keys = ApiKeys([entry, other_entry], clock=lambda: now[0])
    assert keys.identify(secret)
    with mock.patch.object(apikeys, "_hash", return_value=b"x" * 32) as hashed:
        for number in range(119):
            assert keys.identify(f"lck_nightly_{number:043}") is None
        with pytest.raises(SignInUnavailableError) as caught:
            keys.identify(f"lck_nightly_{500:043}")
        assert caught.value.retry_after_s == 1
        assert hashed.call_count == 119
    assert keys.identify(secret)
    assert keys.identify(other)
    now[0] = 1.0
    assert keys.identify(f"lck_nightly_{500:043}") is None


def test_guessing_cannot_take_every_processor() -> None:
    """Two keys are hashed at once; who waits too long is told to come back, and then let in."""
    secret, entry = new_key("nightly", ["Admin"])
    keys = ApiKeys([entry])
    release, entered = threading.Event(), threading.Semaphore(0)

    def slow(*_: object) -> bytes:
        entered.release()
        release.wait(10)
        return b"x" * 32

    with (
        mock.patch.object(apikeys, "_PATIENCE_S", 0.01),
        mock.patch.object(apikeys, "_hash", side_effect=slow),
        ThreadPoolExecutor(2) as pool,
    ):
        guesses = [pool.submit(keys.identify, f"lck_nightly_{n:043}") for n in range(2)]
        assert entered.acquire(timeout=10)
        assert entered.acquire(timeout=10)
        with pytest.raises(SignInUnavailableError):
            keys.identify(secret)
        release.set()
        assert [guess.result() for guess in guesses] == [None, None]
    assert keys.identify(secret)


def test_every_faulty_entry_is_named_by_its_place() -> None:
    """Faults come together and repeat no hash."""
    good = new_key("good", ["Admin"])[1]
    name, roles, hashed = good.split(":")
    faulty = [
        "nothing",
        f"{name}:{roles}",
        f"na_me:{roles}:{hashed}",
        f"{name}:Root:{hashed}",
        f"{name}::{hashed}",
        f"{name}:{roles}:md5.abc",
        f"{name}:{roles}:scrypt.14.8.1.%%.{hashed.rsplit('.', 1)[1]}",
        f"{name}:{roles}:" + hashed.replace("scrypt.14.8.1", "scrypt.x.8.1"),
        f"{name}:{roles}:" + hashed.replace("scrypt.14.8.1", "scrypt.40.8.1"),
        f"{name}:{roles}:" + hashed.replace("scrypt.14.8.1", "scrypt.0.8.1"),
        f"{name}:{roles}:{hashed[:-8]}",
    ]
    with pytest.raises(SettingsError) as caught:
        ApiKeys([good, *faulty, good])
    assert [fault.path for fault in caught.value.faults] == [
        f"CONNECTOR_API_KEYS entry {number}" for number in range(2, 2 + len(faulty))
    ]
    assert hashed.rsplit(".", 1)[1][:20] not in str(caught.value)


def test_the_administrator_may_everything_and_others_their_roles() -> None:
    """Admin stands for every role; every other role stands for itself."""
    for role in Role:
        assert Caller("a", "a", frozenset({Role.ADMIN})).may(role)
        assert Caller("a", "a", frozenset({role})).may(role)
        assert Caller("a", "a", frozenset({Role.SCORE_READ})).may(role) is (role is Role.SCORE_READ)
    assert len(ROLES) == 6


def test_keys_are_described_without_what_they_hold() -> None:
    """Name, roles and a fingerprint that differs between keys of one name; what cannot be read is left out."""
    entries = [new_key("crm", ["Score.Read", "Admin"])[1] for _ in range(2)]
    found = described([*entries, "nonsense"])
    assert list(found.values()) == [{"name": "crm", "roles": ["Admin", "Score.Read"]}] * 2
    assert not [number for number in found if number in "".join(entries)]
    assert described(entries[:1]).keys() < found.keys()
