"""Keeps the C library from giving memory back between two requests."""

from __future__ import annotations

import ctypes
import sys

# The parameters' numbers in glibc's malloc.h
_M_TRIM_THRESHOLD = -1
_M_TOP_PAD = -2
_M_MMAP_THRESHOLD = -3

_KEPT_BYTES = 64 * 2**20
_GROWTH_BYTES = 16 * 2**20
# A buffer of 10,000 prices (80 KB), its text and a reply of three series (540 KB) stay in the heap; one
# large array in there would pin all that was freed around it
_MMAP_FROM_BYTES = 2**20


def keep_freed_memory() -> bool:
    """Let glibc keep up to 64 MiB that were freed; whether it agreed. Elsewhere nothing happens.

    By default a buffer of 128 KiB or more is mapped for the request and unmapped after it,
    and the heap's end is cut whenever it is free: each request of 10,000 prices then pays for
    several hundred page faults, a quarter of its time. Buffers of 1 MiB and more still go back at once.
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library, such as musl
        return False
    wanted = (
        (_M_TRIM_THRESHOLD, _KEPT_BYTES),
        (_M_TOP_PAD, _GROWTH_BYTES),
        (_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES),
    )
    accepted = [mallopt(parameter, size) == 1 for parameter, size in wanted]  # all are set, even after a refusal
    return all(accepted)
