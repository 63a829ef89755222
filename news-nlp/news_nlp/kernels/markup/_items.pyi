from collections.abc import Callable
from typing import Final, Generic, TypeVar

_Item = TypeVar("_Item")

FINE: Final[int]
NO_MARKUP: Final[int]
NO_FEED: Final[int]
HTML_PAGE: Final[int]
DECLARES_ENTITIES: Final[int]
TOO_DEEP: Final[int]
TOO_MANY_TAGS: Final[int]
TOO_MANY_ITEMS: Final[int]

class Builder(Generic[_Item]):
    skipped: int
    def __init__(
        self,
        item_type: type[_Item],
        resolve: Callable[[str, str], str],
        host_of: Callable[[str], str],
        *,
        title: int,
        summary: int,
        url: int,
    ) -> None: ...
    def read_markup(
        self, data: bytes, address: str, most_tags: int, most_items: int
    ) -> tuple[int, str, str, list[_Item]]: ...
    def read_json(self, data: bytes, address: str, most_items: int) -> tuple[int, int, str, str, list[_Item]]: ...
