"""When Python's collector of cyclic garbage runs in a daemon."""

from __future__ import annotations

import gc

# A request makes and frees some hundred objects, a batch some ten thousand, few of them in cycles
_THRESHOLD = (10_000, 20, 50)


def settle_garbage() -> None:
    """Leave what stands now out of later collections, and make these rare; once a service is wired."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLD)
