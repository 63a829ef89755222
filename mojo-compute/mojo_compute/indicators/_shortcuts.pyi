from collections.abc import Callable
from typing import Any

class Shortcut:
    def __init__(
        self,
        try_series: Callable[..., bool],
        rest: tuple[Any, ...],
        dtypes: tuple[Any, ...],
        packed: Callable[..., Any] | None,
    ) -> None: ...

class Shortcuts:
    known: dict[Any, Shortcut | None]
    def __init__(
        self, inputs: int, learn: Callable[[Any, tuple[Any, ...], dict[str, Any]], Shortcut | None]
    ) -> None: ...
    def take(self, given: tuple[Any, ...], named: dict[str, Any]) -> Any: ...
