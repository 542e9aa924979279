"""The applications of the tenant: the service's own, and a managed identity of either kind."""

from __future__ import annotations

import secrets

from connector.sandbox.dataverse.schema import stable_id
from connector.sandbox.entra.directory import Application


def sample_applications() -> tuple[Application, Application, Application]:
    """The service's application with a new secret, the identity of the system, and one that was assigned."""
    return (
        Application(stable_id("app"), stable_id("app", "object"), {secrets.token_urlsafe(24)}),
        Application(stable_id("identity"), stable_id("identity", "object")),
        Application(stable_id("assigned"), stable_id("assigned", "object")),
    )
