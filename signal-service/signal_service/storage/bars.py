"""What is known of stored bars without reading them."""

from __future__ import annotations

from collections.abc import Sequence

from chitti_shared.db import Pool

# A symbol of today wins over a former one; of former bearers the latest
_VERSIONS = """
SELECT DISTINCT ON (bearer.asked) bearer.asked, i.changed_seq
FROM (
    SELECT symbol AS asked, instrument_id, 'infinity'::date AS until FROM md.instruments WHERE symbol = ANY ($1)
    UNION ALL
    SELECT symbol, instrument_id, until FROM md.symbol_aliases WHERE symbol = ANY ($1)
) AS bearer
JOIN md.instruments AS i USING (instrument_id)
ORDER BY bearer.asked, bearer.until DESC
"""


class BarTable:
    """Reads of `md.instruments`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def versions(self, symbols: Sequence[str]) -> dict[str, int]:
        """The number of the import that changed each symbol's bars last; unknown symbols are left out."""
        rows = await self._pool.fetch(_VERSIONS, list(symbols))
        return {row["asked"]: row["changed_seq"] for row in rows}
