"""What the replies of one indicator and of a batch have in common."""

from __future__ import annotations

from chitti_shared.contracts.compute import ItemError
from chitti_shared.errors import ChittiError, PayloadTooLarge

_MOST_BYTES = 64 << 20


def item_error(error: ChittiError) -> ItemError:
    """An error that stands in a reply, in the place of a result."""
    return ItemError(error=error.code, message=error.message, details=error.details)


def check_size(values: int) -> None:
    """Refuse results that no reply, or partial reply, could carry, before they take the memory."""
    size = 8 * values
    if size > _MOST_BYTES:
        raise PayloadTooLarge(
            f"the results would have {size} bytes, at most {_MOST_BYTES} fit in a reply: use only_last or fewer series",
            field="only_last",
            constraint=f"results <= {_MOST_BYTES} bytes",
        )
