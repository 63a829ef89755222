"""Prometheus metrics: one registry a process, names and labels declared here."""

from chitti_shared.metrics.compute import ComputeMetrics
from chitti_shared.metrics.registry import CONTENT_TYPE, UNKNOWN, LabelSet, build_registry, exposition

__all__ = ["CONTENT_TYPE", "UNKNOWN", "ComputeMetrics", "LabelSet", "build_registry", "exposition"]
