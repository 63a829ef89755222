from collections.abc import Collection, Sequence
from typing import Final

WORD: Final[int]
NUMBER: Final[int]
PERCENT: Final[int]
BREAK: Final[int]
CAPITAL: Final[int]
UPPER: Final[int]
MONEY: Final[int]
ABBREVIATION: Final[int]
GROUP_SHIFT: Final[int]
MOST_GROUPS: Final[int]

class Scanner:
    def __init__(self, tables: Sequence[Sequence[str]], groups: Sequence[Collection[str]] = ()) -> None: ...
    def scan(
        self, text: str
    ) -> tuple[list[tuple[int, int, int, int, int, float]], tuple[list[tuple[int, int, int]], ...]]: ...
