"""What the actions about portfolios have in common: assets and their returns, and records of both replies."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import IsoDate, Request, Symbol
from chitti_shared.contracts.arrays import Table

MAX_ASSETS = 1_000

Weight = Annotated[float, Meta(ge=-10, le=10)]
Rate = Annotated[float, Meta(ge=-0.99, le=10, description="Per year, as a fraction.")]
PositiveRate = Annotated[float, Meta(gt=0, le=10, description="Per year, as a fraction.")]
Change = Annotated[float, Meta(ge=-1, le=10, description="As a fraction: -0.1 is a fall by a tenth.")]
Periods = Annotated[float, Meta(ge=1, le=100_000)]
Money = Annotated[float, Meta(gt=0, le=1e15)]
SectorName = Annotated[str, Meta(min_length=1, max_length=64)]
CovarianceKind = Literal["sample", "ledoit_wolf", "ewma"]
LinkageKind = Literal["single", "complete", "average", "ward"]


class AssetsRequest(Request, frozen=True, kw_only=True):
    """Which assets, and their returns: of stored prices, or given.

    Parameters
    ----------
    symbols : list of str
        Without `prices` and `returns`: whose stored closes are used. Beside a mapping: which of its series, in
        which order. Beside rows: what they are called.
    start, end, bars
        Choose among stored bars: between two days (inclusive), and of these the newest so many.
    prices, returns : table
        `{symbol: [...]}`, or rows of equal length, oldest first; null where there is none. Returns are fractions.
    dates : list of str
        The day of each given price or return.
    periods_per_year : float
        252 trading days; 247 is the NSE's.
    risk_free_rate : float
        Per year.
    covariance : str
        How it is estimated; `half_life`, in periods, is that of `ewma`.
    sectors : mapping
        The sector of each symbol; without it the industry of the exchange's list.
    benchmark : str
        The market: a stored symbol, or one of the given series; without it all assets alike.
    matrices : bool
        Whether the reply has covariances (and correlations), which grow with the square of the assets.
    """

    symbols: Annotated[list[Symbol], Meta(min_length=1, max_length=MAX_ASSETS)] | None = None
    start: IsoDate | None = None
    end: IsoDate | None = None
    bars: Annotated[int, Meta(ge=4, le=1_000_000)] | None = None
    prices: Table | None = None
    returns: Table | None = None
    dates: list[IsoDate] | None = None
    periods_per_year: Periods = 252.0
    risk_free_rate: Rate = 0.0
    half_life: Annotated[float, Meta(ge=1, le=100_000)] = 63.0
    sectors: dict[Symbol, SectorName] | None = None
    benchmark: Symbol | None = None
    matrices: bool = True


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """What the figures rest on: so many periods, between two days where these are known."""

    periods: int
    first_date: str | None
    last_date: str | None


class CovarianceReply(msgspec.Struct, frozen=True, kw_only=True):
    """Per year: `matrix` has a row for each of `symbols`; `shrinkage` (0...1) is what was shrunk.

    Without `matrices` there is none.
    """

    method: CovarianceKind
    shrinkage: float
    matrix: np.ndarray | UnsetType = UNSET


class AssetShare(msgspec.Struct, frozen=True, kw_only=True):
    """What an asset adds to the volatility.

    `marginal` is what one more of it adds; `component` is that times its weight, and the sum of all is the
    volatility, of which `share` is the fraction.
    """

    weight: float
    marginal: float
    component: float
    share: float


class TreeReply(msgspec.Struct, frozen=True, kw_only=True):
    """Assets joined by likeness, for a dendrogram.

    A row of `links` joins two clusters: their numbers (those of assets first, then of earlier rows), their distance,
    and how many assets they have. `order` is that of the leaves.
    """

    order: list[str]
    links: np.ndarray


class TailReply(msgspec.Struct, frozen=True, kw_only=True):
    """Returns of one period: `var` is undercut in a share 1 - `confidence` of them, `cvar` is the mean of those.

    The ranges, of a bootstrap, hold 95 % of the resamples.
    """

    confidence: float
    var: float
    cvar: float | None
    var_range: tuple[float, float] | UnsetType = UNSET
    cvar_range: tuple[float, float] | UnsetType = UNSET
