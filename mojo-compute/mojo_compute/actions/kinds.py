"""Every kind of run that may be a job."""

from __future__ import annotations

from chitti_shared.contracts.backtests import BacktestRequest
from chitti_shared.contracts.sweeps import SweepRequest, WalkForwardRequest

from mojo_compute.actions.backtest_runs import compute_backtest
from mojo_compute.actions.jobs import Kind
from mojo_compute.actions.sweeps import compute_sweep, compute_walk

KINDS = {
    "backtest": Kind(BacktestRequest, compute_backtest),
    "sweep": Kind(SweepRequest, compute_sweep),
    "walk_forward": Kind(WalkForwardRequest, compute_walk),
}
