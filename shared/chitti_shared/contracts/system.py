"""Actions that every daemon answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta

from chitti_shared.contracts.action import Action, Empty, Reply, Request

MAX_VALUES = 1_000_000  # of one upload, its rows together


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
    """`target` is the id of a request, or the token of an upload that is no longer wanted."""

    target: int | str


class CancelReply(Reply, frozen=True):
    """`cancelled` is false when the target had already been answered or was never seen."""

    cancelled: bool


class UploadBeginRequest(Request, frozen=True):
    """Room for an array that comes in parts: `shape` is [values], or [rows, values] of a panel."""

    shape: Annotated[list[Annotated[int, Meta(ge=1, le=MAX_VALUES)]], Meta(min_length=1, max_length=2)]
    dtype: Literal["<f8"] = "<f8"


class UploadBeginReply(Reply, frozen=True):
    """`upload` is the token that stands for the array: `{"upload": token}`."""

    upload: str


class UploadPartRequest(Request, frozen=True):
    """Values from `offset` on, in any order but each once; rows follow one another without gaps."""

    upload: Annotated[str, Meta(max_length=64)]
    offset: Annotated[int, Meta(ge=0, lt=MAX_VALUES)]
    values: np.ndarray


class UploadPartReply(Reply, frozen=True):
    """`received` of `size` values are there; when all are, a request may name the upload."""

    upload: str
    received: int
    size: int


class Uploaded(msgspec.Struct, frozen=True):
    """An array sent ahead; stands in a request in the place of the array."""

    upload: str


HEALTH = Action("health", Empty, HealthReply, doc="Whether the daemon and what it needs work.")
METRICS = Action("metrics", Empty, MetricsReply, doc="Prometheus text.")
DESCRIBE = Action("describe", Empty, DescribeReply, doc="The daemon's actions with JSON schemas.")
CANCEL = Action("cancel", CancelRequest, CancelReply, doc="Stop a request, or drop an upload, of this connection.")
UPLOAD_BEGIN = Action(
    "upload_begin", UploadBeginRequest, UploadBeginReply, idempotent=False, doc="Room for an array that comes in parts."
)
UPLOAD_PART = Action("upload_part", UploadPartRequest, UploadPartReply, idempotent=False, doc="One part of an upload.")

SYSTEM = (HEALTH, METRICS, DESCRIBE, CANCEL)
UPLOADS = (UPLOAD_BEGIN, UPLOAD_PART)  # of daemons whose actions take number arrays
