"""`chitti` as a process of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

# arguments -> exit code, output, complaints
Chitti = Callable[..., Awaitable[tuple[int | None, str, str]]]
