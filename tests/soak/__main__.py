"""The proofs at length: `make soak`, or python -m tests.soak --seed N.

Prints a table and the seed; the exit status is 1 where something was lost, repeated, out of order or left behind.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import sys
import time
from collections.abc import AsyncIterator

from chitti_shared.testing.database import DatabaseServer, server_folder, short_folder

from tests.soak.rounds import Outcome, churn, kills, outages, shutdown, stuck
from tests.soak.scene import ACKNOWLEDGED_STAYS, running

KILLS, GATEWAY_KILLS, OUTAGES, STREAMS, STUCK, CHURN = 200, 50, 20, 1_000, 10, 5_000


async def soak(server: DatabaseServer, chance: random.Random, share: float) -> AsyncIterator[Outcome]:
    """Every proof in turn; `share` of each one's full number."""

    def of(full: int) -> int:
        return max(1, round(full * share))

    with short_folder() as folder:
        async with running(server.create(), folder) as scene:
            yield await kills(scene, "signal_service", of(KILLS), chance)
            yield await kills(scene, "core_api", of(GATEWAY_KILLS), chance)
            yield await outages(scene, server, of(OUTAGES), chance)
            await scene.served()
            yield await shutdown(scene, of(STREAMS))
            await scene.served()
            await scene.served()
            yield await stuck(scene, max(STUCK + 1, of(STREAMS)), STUCK)
            yield await churn(scene, of(CHURN))


async def _run(server: DatabaseServer, seed: int, share: float) -> bool:
    well = True
    print(f"seed {seed}", flush=True)
    print(f"{'proof':44} {'events':>8} {'connections':>12} {'seconds':>8}  result", flush=True)
    began = time.monotonic()
    async for one in soak(server, random.Random(seed), share):
        taken, began = time.monotonic() - began, time.monotonic()
        result = "well" if not one.faults else f"{len(one.faults)} faults"
        print(
            f"{one.what:44} {one.events:8,} {one.connections:12,} {taken:8.0f}  {result} {one.note}".rstrip(),
            flush=True,
        )
        for fault in one.faults[:20]:
            print(f"    {fault}", flush=True)
        well = well and not one.faults
    return well


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run's random choices; unset: a new one")
    parser.add_argument("--share", type=float, default=1.0, help="of the full numbers, 0 to 1 (1: about 15 minutes)")
    options = parser.parse_args()
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    with server_folder() as folder:
        server = DatabaseServer(folder, ACKNOWLEDGED_STAYS)
        server.start()
        try:
            return 0 if asyncio.run(_run(server, seed, options.share)) else 1
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
