from typing import Any

def squeezes_into(
    block: Any, squeezed: Any, momentum: Any, begins: int, up: int, down: int, rows: Any
) -> int: ...
