"""Long runs beside the requests: claimed from the database, computed on the bulk lane, ended once."""

from mojo_compute.jobs.metrics import RunMetrics
from mojo_compute.jobs.runner import Kinds, Run, Runner

__all__ = ["Kinds", "Run", "RunMetrics", "Runner"]
