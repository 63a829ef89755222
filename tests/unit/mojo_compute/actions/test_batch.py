"""What a batch's reply holds in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from chitti_shared.contracts import compute
from chitti_shared.ipc import Lanes
from chitti_shared.metrics import ComputeMetrics
from mojo_compute.actions.batch import compute_batch
from mojo_compute.context import ComputeContext
from mojo_compute.engines import select
from mojo_compute.storage import PriceStore
from prometheus_client import CollectorRegistry


@pytest.fixture
def ctx() -> Iterator[ComputeContext]:
    """A context for requests that bring their own prices: nothing is asked of the database."""
    lanes = Lanes()
    metrics = ComputeMetrics(CollectorRegistry(), (), ("macd",))
    pool = None
    yield ComputeContext(pool, PriceStore(pool), lanes, select("cython"), metrics)  # type: ignore[arg-type]
    lanes.close()


async def values_of(ctx: ComputeContext, only_last: int | None) -> list[np.ndarray]:
    """Every series of a batch of one MACD."""
    prices = np.cumsum(np.sin(np.arange(50_000.0))) + 100
    item = compute.BatchItem(prices=prices, indicators=[compute.IndicatorSpec(type="macd")])
    reply = await compute_batch(compute.ComputeBatchRequest(requests=[item], only_last=only_last), ctx)
    record = reply.results[0].indicators["macd"]
    return [record.macd_line, record.signal_line, record.histogram]


async def test_a_few_of_many_values_do_not_keep_the_many_alive(ctx: ComputeContext):
    whole = await values_of(ctx, None)
    for last, all_ in zip(await values_of(ctx, 3), whole, strict=True):
        assert last.base is None  # a view's base would be the whole series
        np.testing.assert_array_equal(last, all_[-3:])


async def test_all_values_are_not_copied(ctx: ComputeContext):
    whole = await values_of(ctx, None)
    for same, kept in zip(await values_of(ctx, 50_000), whole, strict=True):
        assert np.shares_memory(same, kept)
