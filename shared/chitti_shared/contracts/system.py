"""Actions that every daemon answers."""

from __future__ import annotations

from typing import Any

from chitti_shared.contracts.action import Action, Empty, Reply, Request


class HealthReply(Reply, frozen=True):
    """`healthy`: everything works. `degraded`: it serves, but a dependency is down."""

    service: str
    health: str
    version: str
    uptime_s: float
    checks: dict[str, str]
    info: dict[str, Any]


class MetricsReply(Reply, frozen=True):
    text: str


class DescribeReply(Reply, frozen=True):
    service: str
    version: str
    actions: list[dict[str, Any]]


class CancelRequest(Request, frozen=True):
    target: int | str


class CancelReply(Reply, frozen=True):
    """`cancelled` is false when the target had already been answered or was never seen."""

    cancelled: bool


HEALTH = Action("health", Empty, HealthReply, doc="Whether the daemon and what it needs work.")
METRICS = Action("metrics", Empty, MetricsReply, doc="Prometheus text.")
DESCRIBE = Action("describe", Empty, DescribeReply, doc="The daemon's actions with JSON schemas.")
CANCEL = Action("cancel", CancelRequest, CancelReply, doc="Stop a request of this connection.")

SYSTEM = (HEALTH, METRICS, DESCRIBE, CANCEL)
