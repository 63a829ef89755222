from typing import Any

def divergences_into(
    block: Any,
    sign: float,
    swings: Any,
    known: Any,
    indicator: Any,
    unit: Any,
    regular: int,
    hidden: int,
    rows: Any,
) -> int: ...
