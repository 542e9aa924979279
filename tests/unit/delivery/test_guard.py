"""The callback guard: which URLs are sent to, and what is shown of them."""

from __future__ import annotations

import pytest

from connector.delivery.guard import MAX_URL_LENGTH, DestinationError, check_destination, host_matches, mask, mask_text

OLD = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/invoke"
NEW = "https://0a1b2c3d4e5f.f6.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/0a1b"
QUERY = "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=PLACEHOLDER_signature-0"


@pytest.mark.parametrize(
    "url",
    [
        OLD + QUERY,
        NEW + QUERY,
        NEW.replace(":443", "") + QUERY,
        "https://default0a1b.c.environment.api.gov.powerplatform.microsoft.us/x",
        "https://default0a1b.c.environment.api.high.powerplatform.microsoft.us/x",
        "https://default0a1b.c.environment.api.appsplatform.us/x",
        "https://default0a1b.c.environment.api.powerplatform.partner.microsoftonline.cn/x",
        "https://prod-58.usgovtexas.logic.azure.us:443/workflows/x",
        "https://prod-1.chinaeast.logic.azure.cn/workflows/x",
        "HTTPS://PROD-12.WESTEUROPE.LOGIC.AZURE.COM/x",
        OLD + "?sig=" + "a" * 2_500,
    ],
)
def test_flow_hosts_of_every_cloud_are_accepted(url: str) -> None:
    """Both flow host families pass in every cloud, with or without :443, also past 2,048 characters."""
    check_destination(url, ())


@pytest.mark.parametrize(
    "url",
    [
        "http://prod-12.westeurope.logic.azure.com/x",  # not https
        "ftp://prod-12.westeurope.logic.azure.com/x",
        "//prod-12.westeurope.logic.azure.com/x",
        "prod-12.westeurope.logic.azure.com/x",
        "",
        "https://",
        "https://evil.example/x",
        "https://evillogic.azure.com/x",  # no label boundary
        "https://logic.azure.com/x",  # the family's own name is no flow
        "https://logic.azure.com.evil.example/x",
        "https://prod-12.logic.azure.com@evil.example/x",
        "https://evil.example\\.logic.azure.com/x",
        "https://evil.example#.logic.azure.com/x",
        "https://evil.example/?.logic.azure.com",
        "https://user@prod-12.logic.azure.com/x",
        "https://@prod-12.logic.azure.com/x",
        "https://prod-12.logic.azure.com./x",
        "https://.logic.azure.com/x",
        "https://prod..logic.azure.com/x",
        "https://prod-12.logic.azure.com:8443/x",
        "https://prod-12.logic.azure.com:/x",
        "https://prod-12.logic.azure.com:0/x",
        "https://prod-12.logic.azure.com:99999/x",
        "https://prod-12.logic.azure.com:x/x",
        "https://prod-12.logic.azure.com/x#",
        "https://prod-12.logic.azure.com/x y",
        " https://prod-12.logic.azure.com/x",
        "https://prod-12.logic.azure.com/x\r\nHost: evil.example",
        "https://prod-12.logic.azure.com/\x00",
        "https://prod-12.logic.azure.com/%zz",
        "https://prod-12.logic.azure.com/%",
        "https://pröd.logic.azure.com/x",
        "https://prod-12。logic.azure.com/x",  # an ideographic full stop that some parsers read as a dot
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://[::1/x",
        "https://169.254.169.254/metadata",
        "https://prod-12.logic.azure.com/" + "a" * MAX_URL_LENGTH,
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    """A URL that is not https, not on a flow host, or readable in two ways is refused with a remedy."""
    with pytest.raises(DestinationError) as caught:
        check_destination(url, ())
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("host", "allowed", "matches"),
    [
        ("localhost", ["localhost"], True),
        ("flows.example.com", ["example.com"], True),
        ("example.com", ["example.com"], True),
        ("example.com", [".Example.COM"], True),
        ("badexample.com", ["example.com"], False),
        ("127.0.0.1", ["127.0.0.1"], True),
        ("127.0.0.1", ["0.0.1"], False),
        ("127.0.0.1", ["1"], False),
        ("1.127.0.0.1", ["127.0.0.1"], False),
        ("::1", ["[::1]"], True),
        ("0:0:0:0:0:0:0:1", ["::1"], True),
        ("127.0.0.1", ["localhost"], False),
        ("example.com", ["", " ", "."], False),
        ("example.com", [], False),
    ],
)
def test_extra_hosts_match_whole_labels_or_whole_addresses(host: str, allowed: list[str], *, matches: bool) -> None:
    """A suffix matches on label boundaries, an address only itself, an empty entry nothing."""
    assert host_matches(host, allowed) is matches


def test_loopback_is_allowed_only_when_named() -> None:
    """A host that the caller names may be loopback and have any port; its neighbours stay refused."""
    check_destination("https://127.0.0.1:40443/teams/sales?sig=s", ["127.0.0.1"])
    check_destination("https://[::1]:40443/teams/sales", ["::1"])
    with pytest.raises(DestinationError):
        check_destination("https://127.0.0.2:40443/x", ["127.0.0.1"])
    with pytest.raises(DestinationError):
        check_destination("http://127.0.0.1:40443/x", ["127.0.0.1"])


@pytest.mark.parametrize(
    "url",
    [
        OLD.replace("https", "http") + QUERY,
        "https://evil.example/secret-path" + QUERY,
        OLD + "/ x" + QUERY,
        "https://u:p@x.example/",
    ],
)
def test_a_refusal_shows_no_secret(url: str) -> None:
    """Neither signature nor path nor user stands in the message."""
    with pytest.raises(DestinationError) as caught:
        check_destination(url, ())
    text = str(caught.value)
    assert "PLACEHOLDER" not in text
    assert "secret-path" not in text
    assert "u:p" not in text


def test_mask_keeps_scheme_host_and_port_only() -> None:
    """What identifies the place is shown; path and query are dots; what cannot be read is called so."""
    assert mask(OLD + QUERY) == "https://prod-12.westeurope.logic.azure.com:443/…?…"
    assert mask("https://[::1]:8443/secret") == "https://[::1]:8443/…"
    assert mask("https://user:pass@host.example/x") == "https://host.example/…"
    assert mask("sig=abc") == "(an unreadable URL)"
    assert mask("https://[::1/x") == "(an unreadable URL)"
    assert mask("https://a b/x") == "(an unreadable URL)"


def test_mask_text_hides_urls_and_signatures_in_others_text() -> None:
    """An answer that repeats our URL, or a bare signature, is kept without them."""
    text = mask_text(f"Bad request for {OLD}{QUERY} (sig=abc123&x=1, code%3Dzzz)")
    assert "PLACEHOLDER" not in text
    assert "abc123" not in text
    assert "zzz" not in text
    assert "logic.azure.com" in text
