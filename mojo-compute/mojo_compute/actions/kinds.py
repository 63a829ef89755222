"""Every kind of run that may be a job."""

from __future__ import annotations

from chitti_shared.contracts.backtests import BacktestRequest

from mojo_compute.actions.backtest_runs import compute_backtest
from mojo_compute.actions.jobs import Kind

KINDS = {"backtest": Kind(BacktestRequest, compute_backtest)}
