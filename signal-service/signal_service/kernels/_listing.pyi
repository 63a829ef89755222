from typing import Any

GROUP: int

def choose(
    count: int,
    symbol: Any,
    rule: Any,
    state: Any,
    impact: Any,
    confidence: Any,
    created: Any,
    expires: Any,
    highest: Any,
    symbols: Any,
    rules: Any,
    states: Any,
    is_expired: int,
    now: int,
    since: int,
    until: int,
    min_impact: float,
    min_confidence: float,
    order: int,
    after_key: float,
    after_row: int,
    limit: int,
    out: Any,
) -> int: ...
