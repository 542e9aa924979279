"""Network faults in words."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import requests
import urllib3

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.http.transport import Bearer, network_fault
from connector.errors import OutsideError
from tests.unit.dataverse.support import ORG, FakeTokens

exceptions = requests.exceptions


@pytest.mark.parametrize(
    ("error", "words", "retryable"),
    [
        (exceptions.ConnectTimeout("x"), "did not accept a connection", True),
        (exceptions.ReadTimeout("x"), "did not answer in time", True),
        (exceptions.ChunkedEncodingError("x"), "broke off", True),
        (exceptions.ContentDecodingError("x"), "cut or damaged", True),
        (exceptions.ProxyError("x"), "proxy", True),
        (exceptions.ConnectionError("x"), "could not be reached", True),
        (exceptions.SSLError("EOF occurred"), "could not be reached", True),
        (exceptions.InvalidURL("x"), "could not be made", False),
        (OSError("no such file"), "CONNECTOR_CA_BUNDLE", False),
    ],
)
def test_each_fault_has_words_and_a_remedy(error: OSError, words: str, *, retryable: bool) -> None:
    """What broke, on which host, while doing what, and whether later may help."""
    fault = network_fault(error, host="org.example", doing="reading leads")
    assert words in str(fault)
    assert "while reading leads" in fault.message
    assert fault.remedy
    assert fault.retryable is retryable


def test_an_untrusted_certificate_is_told_from_a_broken_connection() -> None:
    """However deep it lies among the causes; trying again would not help."""
    inner = ssl.SSLCertVerificationError("self-signed certificate")
    reason = urllib3.exceptions.MaxRetryError(urllib3.HTTPSConnectionPool("x"), "/", urllib3.exceptions.SSLError(inner))
    fault = network_fault(exceptions.SSLError(reason), host="org.example", doing="reading")
    assert "not trusted" in fault.message
    assert "CONNECTOR_CA_BUNDLE" in fault.remedy
    assert not fault.retryable


def test_causes_that_run_in_a_circle_end() -> None:
    """An exception that causes itself is looked at once."""
    error = exceptions.ConnectionError("x")
    error.__context__ = other = ValueError("y")
    other.__context__ = error
    assert network_fault(error, host="h", doing="d").retryable


def test_the_exceptions_text_is_not_passed_on() -> None:
    """It holds the address, with ids and filters."""
    fault = network_fault(exceptions.ConnectionError("/leads(1)?$filter=secret"), host="h", doing="d")
    assert "secret" not in str(fault)


def test_a_missing_ca_file_is_named(tmp_path: Path) -> None:
    """Before anything is sent."""
    with (
        DataverseSession(ORG, FakeTokens(), ca_bundle=tmp_path / "none.pem") as session,
        pytest.raises(OutsideError, match="CONNECTOR_CA_BUNDLE"),
    ):
        session.get("WhoAmI", doing="asking")


def test_a_bearer_does_not_show_its_token() -> None:
    """Not in its repr."""
    assert "abc" not in repr(Bearer("abc"))
