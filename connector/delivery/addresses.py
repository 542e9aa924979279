"""Which network addresses a callback may be sent to: what its host resolves to is looked at, and connected to as seen.

Names are checked in `guard`; a name can resolve to anything, and to something else a moment later. So whoever connects
resolves here and connects to the very address that was checked.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from connector.delivery.guard import DestinationError, host_matches

AddressInfo = tuple[Any, ...]  # family, type, protocol, canonical name, socket address: as of `socket.getaddrinfo`
Resolve = Callable[[str, int], Sequence[AddressInfo]]

_NAT64 = ip_network("64:ff9b::/96")
# Beside what the registries call private, loopback, link-local, multicast or reserved: addresses that are public by
# their number and lead inside all the same.
_INSIDE = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # the host of an Azure machine
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",
        "::/96",  # IPv4-compatible, long deprecated
        "64:ff9b:1::/48",  # NAT64 of one's own network
        "100::/64",
        "2001::/23",  # Teredo among others
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",  # site-local
    )
)


@dataclass(frozen=True, slots=True)
class AddressRule:
    """Public addresses, and those that `allowed` names: an address itself, or `localhost` for this machine's own."""

    allowed: tuple[str, ...] = ()
    resolve: Resolve | None = None

    def candidates(self, host: str, port: int) -> list[AddressInfo]:
        """Resolve a host and return what may be connected to, in the resolver's order.

        One address that must not be reached refuses the whole name. Raises DestinationError; OSError where the name
        cannot be resolved.
        """
        found = list((self.resolve or _look_up)(host.strip("[]"), port))
        for info in found:
            address = str(info[4][0])
            if not self.permits(address, host):
                raise DestinationError(
                    f"{host} resolves to an address inside a network, which is not called.",
                    remedy="Name the address itself in CONNECTOR_ALLOWED_HOSTS if it is meant.",
                )
        return found

    def permits(self, text: str, host: str = "") -> bool:
        """Tell whether one resolved address may be connected to; one with a zone, or unreadable, never."""
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.scope_id:
            return False
        meant = _embedded(address)
        if any(host_matches(str(one), self.allowed) for one in {address, meant}):
            return True
        if meant.is_loopback and host_matches("localhost", self.allowed) and host_matches(host, ("localhost",)):
            return True
        return is_public(address)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public internet, an IPv4 address inside an IPv6 one seen through."""
    meant = _embedded(address)
    if meant.is_multicast or meant.is_unspecified or meant.is_reserved or not meant.is_global:
        return False
    return not any(meant in network for network in _INSIDE if network.version == meant.version)


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for: mapped, or through NAT64; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _look_up(host: str, port: int) -> Sequence[AddressInfo]:
    return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
