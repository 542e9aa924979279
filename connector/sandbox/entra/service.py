"""Entra over HTTP: metadata v1 and v2, key documents, the token endpoint. Errors carry the AADSTS numbers."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from connector.sandbox.entra import assertions
from connector.sandbox.entra.directory import SCHEME, Application, Directory
from connector.sandbox.server import Request, Response
from connector.sandbox.service import json_response

DEFAULT_SCOPE = "/.default"


class RefusalError(Exception):
    """A request that Entra turns down: HTTP status, OAuth error word, AADSTS number, sentence."""

    def __init__(self, status: int, error: str, number: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.number = number
        self.message = message


class EntraService:
    """The token service of one tenant. `tenant_known = False` makes it refuse all."""

    name = "entra"

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.tenant_known = True

    def kind(self, request: Request) -> str:
        """discovery, keys, token or other."""
        if request.path.endswith("/.well-known/openid-configuration"):
            return "discovery"
        if request.path.endswith("/keys"):
            return "keys"
        return "token" if request.path.endswith("/token") else "other"

    def problem(self, status: int, code: str, message: str) -> Response:
        """An OAuth error document."""
        text = message or "The service is temporarily unavailable. Please retry."
        return self._refuse(RefusalError(status, code or "temporarily_unavailable", 90033, text))

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        tenant, _, rest = request.path.lstrip("/").partition("/")
        try:
            self._check_tenant(tenant)
            if request.method == "POST" and rest in {"oauth2/v2.0/token", "oauth2/token"}:
                return self._token(dict(parse_qsl(request.body.decode("utf-8", "replace"))))
            if request.method == "GET":
                document = self._document(rest)
                if document is not None:
                    return json_response(HTTPStatus.OK, document)
        except RefusalError as refusal:
            return self._refuse(refusal)
        return Response(HTTPStatus.NOT_FOUND)

    def _check_tenant(self, tenant: str) -> None:
        if not self.tenant_known or tenant.lower() != self.directory.tenant_id:
            raise RefusalError(
                HTTPStatus.BAD_REQUEST, "invalid_tenant", 90002,
                f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into"
                " the correct cloud.",
            )  # fmt: skip

    def _document(self, rest: str) -> object | None:
        base = f"{self.directory.origin}/{self.directory.tenant_id}"
        documents: dict[str, object] = {
            "v2.0/.well-known/openid-configuration": self._metadata(base, "/v2.0", 2),
            ".well-known/openid-configuration": self._metadata(base, "", 1),
            "discovery/v2.0/keys": self.directory.keys.document(self.directory.issuer(2)),
            "discovery/keys": self.directory.keys.document(),
        }
        return documents.get(rest)

    def _metadata(self, base: str, version: str, number: int) -> dict[str, object]:
        return {
            "issuer": self.directory.issuer(number),
            "authorization_endpoint": f"{base}/oauth2{version}/authorize",
            "token_endpoint": f"{base}/oauth2{version}/token",
            "device_authorization_endpoint": f"{base}/oauth2{version}/devicecode",
            "jwks_uri": f"{base}/discovery{version}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "response_types_supported": ["code", "id_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "tenant_region_scope": "EU",
            "cloud_instance_name": "localhost",
        }

    def _token(self, form: Mapping[str, str]) -> Response:
        if form.get("grant_type") != "client_credentials":
            raise RefusalError(
                HTTPStatus.BAD_REQUEST, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."
            )
        application = self._application(form)
        by_certificate = self._authenticate(form, application)
        audience = self._audience(form)
        directory = self.directory
        token = directory.token(
            audience=audience,
            client_id=application.client_id,
            object_id=application.object_id,
            version=directory.resources[audience],
            roles=tuple(application.roles.get(audience, ())),
            by_certificate=by_certificate,
        )
        life = directory.token_life_s
        return json_response(
            HTTPStatus.OK,
            {
                "token_type": SCHEME,
                "expires_in": life,
                "ext_expires_in": life,
                "access_token": token,
            },
            [("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache")],
        )

    def _application(self, form: Mapping[str, str]) -> Application:
        client_id = form.get("client_id") or assertions.client_of(form.get("client_assertion", "")) or ""
        application = self.directory.applications.get(client_id.lower())
        if application is None:
            raise RefusalError(
                HTTPStatus.BAD_REQUEST, "unauthorized_client", 700016,
                f"Application with identifier '{client_id}' was not found in the directory 'Sandbox'.",
            )  # fmt: skip
        return application

    def _authenticate(self, form: Mapping[str, str], application: Application) -> bool:
        """Tell whether it was by certificate; raise where it was by nothing that holds."""
        if "client_assertion" in form:
            if form.get("client_assertion_type") != assertions.ASSERTION_TYPE:
                raise RefusalError(
                    HTTPStatus.BAD_REQUEST, "invalid_request", 900144, "client_assertion_type is missing."
                )
            base = f"{self.directory.origin}/{self.directory.tenant_id}"
            audiences = [f"{base}/oauth2/v2.0/token", f"{base}/oauth2/token", f"{base}/v2.0", base]
            try:
                assertions.verify(form["client_assertion"], application, audiences)
            except assertions.BadAssertionError as error:
                raise RefusalError(HTTPStatus.UNAUTHORIZED, "invalid_client", error.code, error.message) from None
            return True
        secret = form.get("client_secret")
        if secret is None:
            number, text = 7000216, "'client_assertion' or 'client_secret' is required for this grant type."
        elif secret in application.secrets:
            return False
        elif secret in application.expired_secrets:
            number, text = 7000222, f"The provided client secret keys for app '{application.client_id}' are expired."
        else:
            number = 7000215
            text = f"Invalid client secret provided for app '{application.client_id}': send its value, not its ID."
        raise RefusalError(HTTPStatus.UNAUTHORIZED, "invalid_client", number, text)

    def _audience(self, form: Mapping[str, str]) -> str:
        scope = form.get("scope", "")
        audience = scope.removesuffix(DEFAULT_SCOPE) if "resource" not in form else form["resource"].rstrip("/")
        if "resource" not in form and (not scope.endswith(DEFAULT_SCOPE) or " " in scope):
            raise RefusalError(
                HTTPStatus.BAD_REQUEST, "invalid_scope", 1002012,
                f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value"
                " with /.default suffixed to the resource identifier.",
            )  # fmt: skip
        if audience not in self.directory.resources:
            raise RefusalError(
                HTTPStatus.BAD_REQUEST, "invalid_resource", 500011,
                f"The resource principal named {audience} was not found in the tenant named Sandbox.",
            )  # fmt: skip
        return audience

    def _refuse(self, refusal: RefusalError) -> Response:
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        stamp = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        description = (
            f"AADSTS{refusal.number}: {refusal.message} Trace ID: {trace} Correlation ID: {correlation}"
            f" Timestamp: {stamp}"
        )
        return json_response(
            refusal.status,
            {
                "error": refusal.error,
                "error_description": description,
                "error_codes": [refusal.number],
                "timestamp": stamp,
                "trace_id": trace,
                "correlation_id": correlation,
                "error_uri": f"{self.directory.origin}/error?code={refusal.number}",
            },
        )
