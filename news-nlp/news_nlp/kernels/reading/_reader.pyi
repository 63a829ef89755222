from collections.abc import Sequence
from typing import Any

from news_nlp.kernels.reading._scan import Scanner

class Reader:
    def __init__(
        self,
        scanner: Scanner,
        aliases: Sequence[tuple[str, int, str | None, bool, bool, bool]],
        terms: Sequence[tuple[int, float, int]],
        events: Sequence[Sequence[float]],
        of_kinds: Sequence[Sequence[float]],
        words: tuple[tuple[str, ...], tuple[str, ...], str],
        records: tuple[type, type, type, type, type],
    ) -> None: ...
    def understand(self, text: str) -> Any: ...
    def phrases_about(self, text: str, name: str) -> list[Any]: ...
    def entities(self, text: str) -> list[Any]: ...
