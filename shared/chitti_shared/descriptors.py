"""How many files and sockets this process may have open."""

from __future__ import annotations

import resource


def allow_descriptors(wanted: int) -> int:
    """Raise the soft limit of open files to `wanted`, or as far as the hard limit allows; what it is then.

    A shell gives 1,024 as a rule, and more to who asks: fewer than a server with thousands of
    clients needs.
    """
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY or allowed >= wanted:
        return wanted if allowed == resource.RLIM_INFINITY else allowed
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return files
