from typing import Any

def atr_into(high: Any, low: Any, close: Any, out: Any) -> None: ...
def swings_into(
    high: Any,
    low: Any,
    close: Any,
    atr: Any,
    turn: float,
    bars: Any,
    known: Any,
    sides: Any,
    prices: Any,
) -> int: ...
