"""Names to addresses, once per connection, refusing those that are not public."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from chitti_shared.http.addresses import allowed, is_public, not_public

# (host, port) -> addresses as text
Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]


async def system_resolve(host: str, port: int) -> list[str]:
    """Addresses of a name from the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class PublicResolver(AbstractResolver):
    """aiohttp's seam for names: the connection goes to the very addresses checked here.

    A name with any address that is not public is refused as a whole: an attacker's name
    server could offer one of each.
    """

    def __init__(self, resolve: Resolve, allow: Collection[str]) -> None:
        self._resolve = resolve
        self._allow = allow
        self._vouched: set[tuple[str, int]] = set()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Addresses of `host`; InvalidInput when one of them is refused, OSError when there is none."""
        addresses = await self._resolve(host, port)
        if f"{host}:{port}" in self._allow:
            self._vouched.update((address, port) for address in addresses)
        elif not all(map(is_public, addresses)):
            raise not_public(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    def socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for an address that may be connected to, however the HTTP library came by it.

        Names and literals were checked before; this is where a connection begins, and nothing gets past it.
        """
        family, kind, protocol, _, (address, port, *_) = info
        known = (address, port) in self._vouched or allowed(str(address), port, self._allow)
        if not known and not is_public(str(address)):
            raise PermissionError(errno.EACCES, "not a public address")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Nothing is held."""
