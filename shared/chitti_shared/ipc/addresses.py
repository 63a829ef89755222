"""`unix:///path.sock` and `tcp://host:port`, and TLS for the latter."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from chitti_shared.ipc.sockets import StartupError
from chitti_shared.settings import Settings


@dataclass(frozen=True, slots=True)
class UnixAddress:
    path: Path


@dataclass(frozen=True, slots=True)
class TcpAddress:
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


Address = UnixAddress | TcpAddress


def parse_address(text: str) -> Address:
    """An address from its text.

    Raises
    ------
    StartupError
        It is neither `unix:///path` nor `tcp://host:port`.
    """
    if text.startswith("unix://") and text[7:].startswith("/"):
        return UnixAddress(Path(text[7:]))
    try:
        parts = urlsplit(text)
        if parts.scheme == "tcp" and parts.hostname and parts.port is not None and not parts.path.strip("/"):
            return TcpAddress(parts.hostname, parts.port)
    except ValueError:
        pass
    raise StartupError(f"{text!r} is not an address: expected unix:///path/of.sock or tcp://host:port")


@dataclass(frozen=True, slots=True)
class Tls:
    """Mutual TLS: our certificate and key, and the CA that the peer's must come from (PEM files)."""

    cert: Path
    key: Path
    ca: Path

    def server_context(self) -> ssl.SSLContext:
        """TLS 1.3 that demands a certificate of the client."""
        return self._loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))

    def client_context(self) -> ssl.SSLContext:
        """TLS 1.3 that checks the server's certificate and name."""
        return self._loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def _loaded(self, context: ssl.SSLContext) -> ssl.SSLContext:
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_cert_chain(self.cert, self.key)
            context.load_verify_locations(self.ca)
        except (OSError, ssl.SSLError) as error:
            raise StartupError(f"cannot use the TLS files {self.cert}, {self.key}, {self.ca}: {error}") from error
        return context


def tls_of(settings: Settings) -> Tls | None:
    """The TLS files of the settings; None when none is named.

    Raises
    ------
    StartupError
        Only some of the three are named.
    """
    files = (settings.chitti_tls_cert, settings.chitti_tls_key, settings.chitti_tls_ca)
    if not any(files):
        return None
    cert, key, ca = files
    if cert is None or key is None or ca is None:
        raise StartupError("mutual TLS needs CHITTI_TLS_CERT, CHITTI_TLS_KEY and CHITTI_TLS_CA, all three")
    return Tls(cert, key, ca)


def check_listen(address: TcpAddress, tls: Tls | None) -> None:
    """Raise StartupError for a TCP address beyond loopback without mutual TLS."""
    if tls is None and not address.is_loopback:
        raise StartupError(
            f"refusing to listen at {address.host}:{address.port} without mutual TLS: set CHITTI_TLS_CERT,"
            " CHITTI_TLS_KEY and CHITTI_TLS_CA, or use a loopback address"
        )
