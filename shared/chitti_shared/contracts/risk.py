"""What a holding risks: request and reply of `compute_risk`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Reply, Symbol
from chitti_shared.contracts.assets import (
    MAX_ASSETS,
    AssetShare,
    AssetsRequest,
    Change,
    CovarianceKind,
    CovarianceReply,
    LinkageKind,
    SectorName,
    Span,
    TailReply,
    TreeReply,
    Weight,
)

RiskMethod = Literal["historical", "gaussian", "cornish_fisher", "bootstrap"]


class ComputeRiskRequest(AssetsRequest, frozen=True, kw_only=True):
    """The risks of a holding.

    Parameters
    ----------
    weights : mapping
        Of assets; what their sum lacks of 1 is cash. Without `symbols` and arrays, its stored prices are used.
    normalize : bool
        Divide the weights by their sum.
    confidence, methods
        Of the tail losses.
    samples, block, seed
        Of the bootstrap: how many resamples, of runs of so many periods, drawn by which seed.
    clusters : int
        How many clusters of assets; as many as they show by themselves without it.
    scenarios : list of str
        Names of times of stress (docs/PORTFOLIO.md); all that the history reaches without it.
    shocks : mapping
        By name: `{symbol, sector or "market": change}`. The market's reaches assets by their beta.
    """

    weights: Annotated[dict[Symbol, Weight], Meta(min_length=1, max_length=MAX_ASSETS)]
    normalize: bool = False
    covariance: CovarianceKind = "sample"
    confidence: Annotated[float, Meta(ge=0.5, lt=1)] = 0.95
    methods: Annotated[list[RiskMethod], Meta(max_length=4)] = msgspec.field(
        default_factory=lambda: ["historical", "gaussian", "cornish_fisher", "bootstrap"]
    )
    samples: Annotated[int, Meta(ge=100, le=20_000)] = 1_000
    block: Annotated[int, Meta(ge=1, le=10_000)] = 1
    seed: Annotated[int, Meta(ge=0, le=2**53)] = 0
    linkage: LinkageKind = "average"
    clusters: Annotated[int, Meta(ge=1, le=MAX_ASSETS)] | None = None
    scenarios: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=64)] | None = None
    shocks: dict[Annotated[str, Meta(max_length=64)], dict[SectorName, Change]] | None = None


class DrawdownReply(msgspec.Struct, frozen=True, kw_only=True):
    """The deepest fall from a peak; the days are null where they are not known, `recovery_date` while it lasts.

    `current` is the fall at the end.
    """

    max_drawdown: float
    current: float
    peak_date: str | None
    trough_date: str | None
    recovery_date: str | None
    periods_to_trough: int
    periods_to_recovery: int | None


class RiskShare(AssetShare, frozen=True, kw_only=True):
    """Beside the volatility: the asset's `beta`, and what it adds to the historical CVaR."""

    beta: float
    cvar_component: float


class ScenarioReply(msgspec.Struct, frozen=True, kw_only=True):
    """The holding in a time of stress, or under a shock.

    `covered` is the share of the weights that has prices then; `assets` is what each adds to `change`.
    """

    name: str
    kind: Literal["window", "shock"]
    what: str
    change: float
    max_drawdown: float | None
    covered: float
    first_date: str | None
    last_date: str | None
    assets: dict[str, float]


class ComputeRiskReply(Reply, frozen=True, kw_only=True):
    """The risks. Figures per year are null below 30 periods; losses are negative.

    Parameters
    ----------
    weights : mapping
        As they were used.
    correlation : ndarray
        A row for each of `symbols`.
    clusters : list of list of str
        In the order of the tree's leaves.
    """

    symbols: list[str]
    weights: dict[str, float]
    cash: float
    mean_return: float | None
    volatility: float | None
    sharpe: float | None
    benchmark: str | None
    beta: float
    alpha: float | None
    correlation_with_benchmark: float | None
    tracking_error: float | None
    tails: dict[str, TailReply]
    drawdown: DrawdownReply
    contributions: dict[str, RiskShare]
    covariance: CovarianceReply
    clusters: list[list[str]]
    tree: TreeReply
    scenarios: list[ScenarioReply]
    span: Span
    periods_per_year: float
    risk_free_rate: float
    notes: list[str]
    time_ms: float
    correlation: np.ndarray | UnsetType = UNSET
