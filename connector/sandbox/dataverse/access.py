"""Who may do what: bearer tokens really checked, application users, privileges with their depth."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import jwt

from connector.sandbox.dataverse.errors import (
    ACCESS_EXPIRED,
    NOT_A_MEMBER,
    OBJECT_DOES_NOT_EXIST,
    ODataError,
    no_privilege,
)
from connector.sandbox.dataverse.schema import Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.entra.directory import Directory

GLOBAL, USER = "Global", "Basic"
VERBS = ("Read", "Create", "Write", "Delete", "Append", "AppendTo", "Assign")
CREATE_COLUMN, PUBLISH = "prvCreateAttribute", "prvPublishCustomization"
BYPASS_LOGIC, BYPASS_PLUGINS = "prvBypassCustomBusinessLogic", "prvBypassCustomPlugins"
ACT_FOR_OTHERS, MERGE = "prvActOnBehalfOfAnotherUser", "prvMerge"
NAMED = (CREATE_COLUMN, PUBLISH, BYPASS_LOGIC, BYPASS_PLUGINS, ACT_FOR_OTHERS, MERGE)
MAX_CACHED = 1000


def privilege_name(verb: str, table: Table) -> str:
    """What a privilege is called; those of all activities are one."""
    return f"prv{verb}{'Activity' if table.key == 'activityid' else table.schema_name}"


class Access:
    """The door of one environment. Every user has every privilege until a test takes it away."""

    def __init__(self, store: Store, directory: Directory, audience: str) -> None:
        self._store = store
        self._directory = directory
        self._audience = audience
        self._lock = threading.Lock()
        self._verified: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._lost: dict[str, str] = {}
        self.not_member_status: int = HTTPStatus.FORBIDDEN  # 401 in some environments

    def revoke(self, privilege: str, *, depth: str = "") -> None:
        """Take a privilege away (prvReadLead), or leave it only at a depth (`Basic`: own rows only)."""
        self._lost[privilege] = depth

    def grant(self, privilege: str) -> None:
        """Give a privilege back in full."""
        self._lost.pop(privilege, None)

    def depth(self, privilege: str) -> str:
        """How far a privilege reaches; empty: not at all."""
        return self._lost.get(privilege, GLOBAL)

    def privileges(self, tables: Mapping[str, Table]) -> dict[str, str]:
        """Every privilege that users have, with its depth."""
        names = [privilege_name(verb, table) for table in tables.values() for verb in VERBS]
        names += NAMED
        return {name: self.depth(name) for name in names if self.depth(name)}

    def require(self, verb: str, table: Table, user_id: str, *, everywhere: bool = False) -> None:
        """Raise ODataError 403 where the privilege is missing, or does not reach everywhere though it must."""
        privilege = privilege_name(verb, table)
        depth = self.depth(privilege)
        if not depth or (everywhere and depth != GLOBAL):
            raise no_privilege(privilege, user_id)

    def require_named(self, privilege: str, user_id: str) -> None:
        """Raise ODataError 403 where a privilege that belongs to no table is missing."""
        if not self.depth(privilege):
            raise no_privilege(privilege, user_id)

    def user(self, headers: Mapping[str, str]) -> Row:
        """The user for whom a request acts: the caller, or whom the caller names. Raises ODataError 401 or 403."""
        caller = self._caller(headers)
        named = headers.get("callerobjectid") or headers.get("mscrmcallerid")
        if not named:
            return caller
        self.require_named(ACT_FOR_OTHERS, caller["systemuserid"])
        key = "azureactivedirectoryobjectid" if "callerobjectid" in headers else "systemuserid"
        for user in self._store.rows["systemuser"].by_id.values():
            if user.get(key) == named.strip("{}").lower() and not user.get("isdisabled"):
                return user
        message = f"systemuser With {key} = {named} Does Not Exist"
        raise ODataError(HTTPStatus.BAD_REQUEST, OBJECT_DOES_NOT_EXIST, message)

    def initiator(self, headers: Mapping[str, str]) -> str | None:
        """The id of the caller who acts for another user; None where nobody acts for another."""
        if "authorization" not in headers or not ("callerobjectid" in headers or "mscrmcallerid" in headers):
            return None
        found: str = self._caller(headers)["systemuserid"]
        return found

    def _caller(self, headers: Mapping[str, str]) -> Row:
        """The user whose token came along."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorized("", "No bearer token was sent.")
        claims = self._claims(token)
        client, person = claims.get("appid") or claims.get("azp"), claims.get("oid")
        for user in self._store.rows["systemuser"].by_id.values():
            known = user.get("applicationid") == client if "scp" not in claims else False
            if known or ("scp" in claims and user.get("azureactivedirectoryobjectid") == person):
                if user.get("isdisabled"):
                    break
                return user
        raise ODataError(self.not_member_status, NOT_A_MEMBER, "The user is not a member of the organization.")

    def _claims(self, token: str) -> Mapping[str, Any]:
        key = (token, self._directory.keys.current.kid)
        claims = self._verified.get(key)
        if claims is None:
            try:
                claims = self._directory.keys.read(token, self._audience)
            except jwt.ExpiredSignatureError:
                raise expired_token() from None
            except jwt.InvalidTokenError as error:
                raise _unauthorized("", f"The access token is not valid: {error}") from None
            if claims.get("tid") != self._directory.tenant_id:
                raise _unauthorized("", "The access token is of another tenant.")
            with self._lock:
                if len(self._verified) >= MAX_CACHED:
                    self._verified.clear()
                self._verified[key] = claims
        if claims["exp"] < time.time():
            raise expired_token()
        return claims


def _unauthorized(code: str, message: str) -> ODataError:
    return ODataError(HTTPStatus.UNAUTHORIZED, code, message)


def expired_token() -> ODataError:
    """The refusal of an access token whose time is over."""
    return _unauthorized(ACCESS_EXPIRED, "The access token has expired.")
