"""Every bound of the wire."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one server or client, for what it receives and what it sends.

    Sizes are in bytes, times in seconds.
    """

    frame: int = 64 * MIB
    envelope: int = 32 * MIB
    sections: int = 16
    elements: int = 1_000_000  # per series: the last axis
    in_flight: int = 64  # requests with an id on one connection
    connection_bytes: int = 128 * MIB
    daemon_bytes: int = 256 * MIB
    arrival_s: float = 10.0  # for one message, from its first byte to its last
    drain_s: float = 10.0  # for a peer to take what is written to it
    offload_bytes: int = 128 * 1024  # texts from this size on are scanned in a thread
    offload_values: int = 32_768  # replies with more numbers are printed in a thread
    connections: int = 4096
    uploads: int = 64  # open on one connection; they take half of the bytes at most
    upload_idle_s: float = 60.0  # for the next part, or the request that names it
