"""Which addresses and which URLs may be fetched."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from yarl import URL

from chitti_shared.errors import InvalidInput

_PORTS = {"http": 80, "https": 443}
MAX_URL = 2048
# What a C library reads as an IPv4 address though it is none as written: 127.1, 2130706433, 0x7f.1, 127.0.0.1.
_NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)\.?", re.IGNORECASE)
# This machine by name, whatever a resolver says of it (RFC 6761, 6.3)
_LOOPBACK_NAME = re.compile(r"(?:.*\.)?localhost\.?", re.IGNORECASE)
_LABELS = re.compile(r"(?!.{254})(?:[^.:]{1,63}\.)*[^.:]{1,63}\.?")  # else the resolver's codec raises on its own
# Beyond what `is_global` refuses. Addresses that carry another (v4-mapped, 6to4, NAT64, Teredo)
# lead wherever that one leads, so none of them counts as public.
_REFUSED_V4 = tuple(ip_network(net) for net in ("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4"))
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_ISATAP = (0x00005EFE, 0x02005EFE)  # interface identifiers that carry an IPv4 address in their last 32 bits


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, by itself and not as a carrier."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in net for net in _REFUSED_V4)
    if parsed.scope_id is not None or int(parsed) >> 32 & 0xFFFFFFFF in _ISATAP:
        return False
    return parsed in _GLOBAL_UNICAST and not any(parsed in net for net in _REFUSED_V6)


def is_literal(host: str) -> bool:
    """Whether a host is an address already and needs no resolving."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def allowed(host: str, port: int | None, allow: Collection[str]) -> bool:
    """Whether a host and port are among the exceptions; an IPv6 address stands there with or without brackets."""
    return f"{host}:{port}" in allow or f"[{host}]:{port}" in allow


def not_public(host: str) -> InvalidInput:
    """The error of an address that is refused; it does not tell what the name resolved to."""
    return InvalidInput(f"{host!r} is not a public address", field="url", constraint="public address")


def checked_url(url: str, allow: Collection[str]) -> URL:
    """The parsed URL of something that may be fetched.

    Parameters
    ----------
    url : str
        http or https on its usual port, or a host:port of `allow`.
    allow : collection of str
        Exact `host:port` pairs that may be fetched whatever they are.

    Raises
    ------
    InvalidInput
        Another scheme or port, credentials inside, a literal address that is not public, or `localhost`.
    """
    parsed = _parsed(url)
    if parsed.scheme not in _PORTS:
        raise InvalidInput(f"the scheme {parsed.scheme[:20]!r} is not fetched", field="url", constraint="http or https")
    if parsed.host is None or parsed.raw_host is None:
        raise InvalidInput("the URL names no host", field="url", constraint="a host")
    literal = is_literal(parsed.raw_host)
    if not literal and not (parsed.raw_host.isascii() and _LABELS.fullmatch(parsed.raw_host)):
        raise InvalidInput("the URL's host is no name", field="url", constraint="labels of 1 to 63 characters")
    if not literal and _NUMERIC.fullmatch(parsed.raw_host):
        raise not_public(parsed.host)
    if parsed.user is not None or parsed.password is not None:
        raise InvalidInput("the URL carries credentials", field="url", constraint="no credentials")
    if allowed(parsed.host, parsed.port, allow):
        return parsed
    if parsed.port != _PORTS[parsed.scheme]:
        raise InvalidInput(f"port {parsed.port} is not fetched", field="url", constraint="port 80 or 443")
    if _LOOPBACK_NAME.fullmatch(parsed.raw_host) or (literal and not is_public(parsed.raw_host)):
        raise not_public(parsed.host)
    return parsed


def _parsed(url: str) -> URL:
    if len(url) > MAX_URL or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise InvalidInput(
            "the URL is too long or holds spaces or control characters",
            field="url",
            constraint=f"at most {MAX_URL} characters without spaces",
        )
    try:
        parsed = URL(url)
        _ = parsed.host, parsed.port
    except ValueError as error:
        raise InvalidInput(f"the URL is malformed: {error}", field="url", constraint="a URL") from None
    except IndexError:  # yarl's, for a host of brackets alone: "http://[]@"
        raise InvalidInput("the URL is malformed: it names no host", field="url", constraint="a URL") from None
    return parsed
