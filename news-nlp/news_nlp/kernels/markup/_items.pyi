from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

_Item = TypeVar("_Item")

FINE: Final[int]
NO_MARKUP: Final[int]
NO_FEED: Final[int]
HTML_PAGE: Final[int]
DECLARES_ENTITIES: Final[int]
TOO_DEEP: Final[int]
TOO_MANY_TAGS: Final[int]
TOO_MANY_ITEMS: Final[int]

class Entry(Protocol):
    title: str | None
    summary: str | None
    content_text: str | None
    content_html: str | None
    url: str | None
    external_url: str | None
    id: str | int | float | None
    date_published: str | None
    date_modified: str | None

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
    def read_entries(self, entries: Sequence[Entry], source: str, base: str) -> list[_Item]: ...
