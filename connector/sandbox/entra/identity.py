"""The managed identity endpoint as App Service and Functions have it (IDENTITY_ENDPOINT); plain HTTP."""

from __future__ import annotations

import secrets
import time
from http import HTTPStatus

from connector.sandbox.entra.directory import SCHEME, Directory
from connector.sandbox.server import Request, Response
from connector.sandbox.service import json_response

API_VERSION = "2019-08-01"


class IdentityService:
    """Gives tokens to who knows the header: to the system's identity, or the user-assigned one that is named."""

    name = "identity"

    def __init__(self, directory: Directory, *, system_client_id: str) -> None:
        self.directory = directory
        self.system_client_id = system_client_id
        self.header = secrets.token_hex(16)

    def kind(self, request: Request) -> str:
        """Always token."""
        return "token" if request.path == "/msi/token" else "other"

    def problem(self, status: int, code: str, message: str) -> Response:
        """An error in App Service's shape."""
        return json_response(status, {"statusCode": status, "message": message or code or "unavailable"})

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        options = dict(request.options())
        if request.path != "/msi/token" or request.method != "GET":
            return self.problem(HTTPStatus.NOT_FOUND, "", "no such resource")
        if request.headers.get("x-identity-header") != self.header:
            return self.problem(HTTPStatus.UNAUTHORIZED, "", "x-identity-header is missing or wrong")
        if options.get("api-version") != API_VERSION:
            return self.problem(HTTPStatus.BAD_REQUEST, "", f"api-version must be {API_VERSION}")
        application = self.directory.applications.get(options.get("client_id", self.system_client_id).lower())
        if application is None:
            return self.problem(HTTPStatus.BAD_REQUEST, "", "No User Assigned or Delegated Managed Identity found")
        resource = options.get("resource", "").rstrip("/")
        version = self.directory.resources.get(resource)
        if version is None:
            return self.problem(HTTPStatus.BAD_REQUEST, "", f"AADSTS500011: The resource {resource} was not found")
        token = self.directory.token(
            audience=resource,
            client_id=application.client_id,
            object_id=application.object_id,
            version=version,
            roles=tuple(application.roles.get(resource, ())),
            by_certificate=True,
        )
        return json_response(
            HTTPStatus.OK,
            {
                "access_token": token,
                "expires_on": str(int(time.time()) + self.directory.token_life_s),
                "resource": resource,
                "token_type": SCHEME,
                "client_id": application.client_id,
            },
        )
