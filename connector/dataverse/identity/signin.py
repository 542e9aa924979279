"""What a refused sign-in means and what to do about it, by Entra's AADSTS codes.

Entra's own description is never passed on: only its code and correlation id are. Nothing is sent in here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connector.errors import SignInError

_APP = "the app registration in the Entra admin center (App registrations"

_MEANINGS: Mapping[int, tuple[str, str]] = {
    7000215: (
        "the client secret is wrong",
        (
            f"Make a new secret in {_APP} > Certificates & secrets), and set CONNECTOR_CLIENT_SECRET to its value, not "
            "to its id."
        ),
    ),
    7000222: (
        "the client secret has expired",
        f"Make a new secret in {_APP} > Certificates & secrets) and set CONNECTOR_CLIENT_SECRET to its value.",
    ),
    700016: (
        "the tenant has no app with this client id",
        f"Check CONNECTOR_CLIENT_ID against {_APP} > Overview), and the tenant in CONNECTOR_AUTHORITY.",
    ),
    700024: (
        "the certificate's proof is not valid at this time: the clocks differ",
        "Set this machine's clock (NTP) and run again.",
    ),
    700027: (
        "the certificate is not one of the app's",
        f"Upload the certificate to {_APP} > Certificates & secrets > Certificates), or name the right PFX file.",
    ),
    700030: ("the certificate has no valid issuer or subject", "Use the certificate that was uploaded to the app."),
    7000112: ("the app is disabled", "Enable its service principal in the Entra admin center."),
    90002: ("there is no such tenant", "Check the tenant id in CONNECTOR_AUTHORITY."),
    900023: ("the tenant's name is not valid", "Check the tenant id in CONNECTOR_AUTHORITY."),
    500011: (
        "the tenant does not know this Dataverse environment",
        "Check CONNECTOR_DATAVERSE_URL, and that the environment belongs to the tenant in CONNECTOR_AUTHORITY.",
    ),
    70011: ("the environment's address is not one to ask a token for", "Check CONNECTOR_DATAVERSE_URL."),
    53003: ("a Conditional Access policy blocks it", "Ask the tenant's administrators to let this app sign in."),
    7000218: ("no secret or certificate reached Entra", "Set CONNECTOR_CLIENT_SECRET or CONNECTOR_CLIENT_CERTIFICATE."),
}
_UNKNOWN = "Look the code up at https://login.microsoftonline.com/error, with the correlation id in the sign-in log."
_MANAGED = (
    "Check that this machine has a managed identity, that CONNECTOR_MANAGED_IDENTITY is `system` or its client id, "
    "and that it is an application user of the environment."
)
_CODE = re.compile(r"AADSTS(\d{4,8})")
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,60}")


def explain_refusal(result: Any, *, managed: bool = False) -> SignInError:
    """Turn MSAL's error answer into the error to raise."""
    answer: Mapping[str, Any] = result if isinstance(result, dict) else {}
    number = _number(answer)
    meaning, remedy = _MEANINGS.get(number or 0, ("", _MANAGED if managed else _UNKNOWN))
    if not meaning:
        error = str(answer.get("error") or "")
        meaning = f"it answered {error}" if _PLAIN.fullmatch(error) else "it gave no reason"
    correlation = str(answer.get("correlation_id") or "")
    code = f"AADSTS{number}" if number else ""
    shown = [code] if code else []
    shown += [f"correlation id {correlation}"] if _PLAIN.fullmatch(correlation) else []
    detail = f" ({', '.join(shown)})" if shown else ""
    who = "The managed identity" if managed else "Entra ID"
    return SignInError(
        f"{who} gave no token: {meaning}{detail}.",
        remedy=remedy,
        code=code,
        request_id=correlation if _PLAIN.fullmatch(correlation) else "",
    )


def _number(answer: Mapping[str, Any]) -> int | None:
    """Find Entra's error number, in the list of codes or at the head of the description."""
    codes = answer.get("error_codes")
    if isinstance(codes, list):
        for code in codes:
            if isinstance(code, int):
                return code
    found = _CODE.search(str(answer.get("error_description") or ""))
    return int(found.group(1)) if found else None
