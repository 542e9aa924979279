"""Which addresses a callback may be sent to, and that names are looked up once and connected to as seen."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from connector.delivery.addresses import AddressInfo, AddressRule
from connector.delivery.guard import DestinationError

INSIDE = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::7f00:1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.1.2.3",
    "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8",
    "2002:7f00:1::1", "2002:808:808::1", "2001::1", "2001:0:808:808::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1",
    "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fe80::1%25eth0", "2606:4700::1%1", "fec0::1", "ff02::1",
    "nonsense", "", "127.1", "0x7f000001", "2130706433", "017700000001",
)  # fmt: skip
PUBLIC = ("20.50.1.2", "8.8.8.8", "2603:1020::1", "::ffff:20.50.1.2", "64:ff9b::20.50.1.2")


def answering(*addresses: str) -> tuple[AddressRule, list[str]]:
    """A rule over a resolver that gives these addresses, and the names that it was asked for."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[AddressInfo]:
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    return AddressRule((), resolve), asked


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_is_not_called(address: str) -> None:
    """Private, loopback, link-local, reserved: plain, mapped, through NAT64, 6to4 or Teredo, with a zone."""
    assert not AddressRule().permits(address)
    rule, _ = answering(address)
    with pytest.raises(DestinationError, match="inside a network"):
        rule.candidates("flows.example", 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_called(address: str) -> None:
    """Addresses of the internet are, those behind a NAT64 of the network too."""
    assert AddressRule().permits(address)
    rule, asked = answering(address)
    assert [info[4] for info in rule.candidates("flows.example", 443)] == [(address, 443)]
    assert asked == ["flows.example"]


def test_one_address_inside_refuses_the_name() -> None:
    """A name that resolves to both is a trap: whichever comes first."""
    for addresses in (("8.8.8.8", "127.0.0.1"), ("::1", "2603:1020::1")):
        rule, _ = answering(*addresses)
        with pytest.raises(DestinationError):
            rule.candidates("flows.example", 443)


@pytest.mark.parametrize(
    ("allowed", "host", "address", "permits"),
    [
        (("127.0.0.1",), "127.0.0.1", "127.0.0.1", True),
        (("127.0.0.1",), "flows.example", "127.0.0.1", True),
        (("127.0.0.1",), "127.0.0.1", "127.0.0.2", False),
        (("localhost",), "localhost", "127.0.0.1", True),
        (("localhost",), "localhost", "::1", True),
        (("localhost",), "flows.example", "127.0.0.1", False),
        (("localhost",), "localhost", "10.0.0.1", False),
        (("relay.example",), "relay.example", "10.0.0.1", False),
        (("relay.example", "10.0.0.1"), "relay.example", "10.0.0.1", True),
        (("10.0.0.1",), "relay.example", "::ffff:10.0.0.1", True),
        (("::1",), "::1", "::1", True),
    ],
)
def test_an_inside_address_is_called_only_where_it_is_named(
    allowed: tuple[str, ...], host: str, address: str, *, permits: bool
) -> None:
    """The name of a host allows none; the address itself does, and `localhost` this machine under that name."""
    assert AddressRule(allowed).permits(address, host) is permits


def test_the_machines_resolver_is_asked_by_default() -> None:
    """Without another one names are looked up as usual."""
    found = AddressRule(("localhost",)).candidates("localhost", 443)
    assert {info[4][1] for info in found} == {443}
