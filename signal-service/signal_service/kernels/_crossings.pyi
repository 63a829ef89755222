from typing import Any

def crossings_into(
    block: Any, sign: float, fast: Any, slow: Any, drawn: Any, unit: float, kind: int, rows: Any
) -> int: ...
