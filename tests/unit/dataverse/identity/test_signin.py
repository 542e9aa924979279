"""What refused sign-ins say."""

from __future__ import annotations

from typing import Any

import pytest

from connector.dataverse.identity.signin import explain_refusal

TRACE = "Trace ID: 1 Correlation ID: 2"


@pytest.mark.parametrize(
    ("number", "meaning", "remedy"),
    [
        (7000215, "secret is wrong", "CONNECTOR_CLIENT_SECRET"),
        (7000222, "secret has expired", "CONNECTOR_CLIENT_SECRET"),
        (700016, "no app with this client id", "CONNECTOR_CLIENT_ID"),
        (700024, "clocks differ", "clock"),
        (700027, "not one of the app's", "PFX"),
        (90002, "no such tenant", "CONNECTOR_AUTHORITY"),
        (500011, "does not know this Dataverse environment", "CONNECTOR_DATAVERSE_URL"),
        (53003, "Conditional Access", "administrators"),
    ],
)
def test_each_known_code_says_what_to_do(number: int, meaning: str, remedy: str) -> None:
    """By the list of codes, or by the head of the description where there is no list."""
    for answer in (
        {"error": "invalid_client", "error_codes": [number], "error_description": "x", "correlation_id": "c-1"},
        {"error": "invalid_client", "error_description": f"AADSTS{number}: text. {TRACE}", "correlation_id": "c-1"},
    ):
        error = explain_refusal(answer)
        assert meaning in error.message
        assert f"AADSTS{number}" in error.message
        assert "c-1" in error.message
        assert remedy in error.remedy
        assert (error.code, error.request_id, error.retryable) == (f"AADSTS{number}", "c-1", False)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "invalid_scope"}, "invalid_scope"),
        ({"error_codes": [99], "error": "temporarily_unavailable"}, "AADSTS99"),
        ({"error_codes": ["x"], "error_description": "nothing known"}, "no reason"),
        ({}, "no reason"),
        (None, "no reason"),
        ("text", "no reason"),
    ],
)
def test_unknown_refusals_are_still_told(answer: Any, words: str) -> None:
    """Some word of what came back, and where to look it up."""
    assert words in str(explain_refusal(answer))


def test_a_managed_identity_has_its_own_remedy() -> None:
    """It has no secret to check."""
    error = explain_refusal({"error": "invalid_request", "error_description": "Identity not found"}, managed=True)
    assert "CONNECTOR_MANAGED_IDENTITY" in error.remedy


def test_the_description_is_never_passed_on() -> None:
    """Nor is anything that is not plainly a code or an id."""
    secret = "s3cr3t~value"
    answer = {"error": f"bad {secret}", "error_description": secret, "correlation_id": f"<{secret}>"}
    error = explain_refusal(answer)
    assert secret not in f"{error} {error!r} {error.request_id}"
