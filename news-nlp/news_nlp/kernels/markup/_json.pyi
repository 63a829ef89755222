from typing import Final

FINE: Final[int]
INVALID: Final[int]
VERSION_MISSING: Final[int]
ITEMS_MISSING: Final[int]
TOO_DEEP: Final[int]
TOO_MANY_ITEMS: Final[int]
MAX_DEPTH: Final[int]

def strings_of(data: bytes, most_items: int) -> tuple[int, int, dict[str, str], list[dict[str, str]]]: ...
