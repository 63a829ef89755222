"""The service's router, with every handler registered."""

from __future__ import annotations

from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Router

from mojo_compute.actions import backtests, batch, columns, fundamentals, indicators, market, portfolio, risk, sweeps
from mojo_compute.context import ComputeContext


def router() -> Router[ComputeContext]:
    """A complete router."""
    made: Router[ComputeContext] = Router(MOJO_COMPUTE)
    for module in (indicators, batch, columns, market, fundamentals, backtests, sweeps, portfolio, risk):
        module.register(made)
    return made
