"""Stored market data: daily bars, symbols, imports. Served by mojo-compute, owner of `md.*`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from chitti_shared.contracts.action import Action, Blob, IsoDate, LongRequest, Reply, Request, Route, Symbol


class GetPricesRequest(Request, frozen=True):
    """Daily bars of a symbol, oldest first.

    `start` and `end` are inclusive, `bars` keeps the newest so many; `adjusted=false`
    leaves raw rows as they were traded.
    """

    symbol: Symbol
    start: IsoDate | None = None
    end: IsoDate | None = None
    bars: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    adjusted: bool = True
    format: Literal["arrays", "lwc"] = "arrays"


class Candle(msgspec.Struct, frozen=True):
    """One bar in Lightweight Charts form."""

    time: str
    open: float
    high: float
    low: float
    close: float
    volume: float


class GetPricesReply(Reply, frozen=True):
    """Columns of equal length; with `format=lwc` they are left out and `series` is there.

    `symbol` is the current one: asked for by an old name, a company answers with its new.
    `sources` counts the bars by where they came from.
    """

    symbol: str
    isin: str | None
    name: str | None
    count: int
    adjusted: bool
    sources: dict[str, int]
    dates: list[str] | UnsetType = UNSET
    open: np.ndarray | UnsetType = UNSET
    high: np.ndarray | UnsetType = UNSET
    low: np.ndarray | UnsetType = UNSET
    close: np.ndarray | UnsetType = UNSET
    volume: np.ndarray | UnsetType = UNSET
    series: list[Candle] | UnsetType = UNSET


class SearchSymbolsRequest(Request, frozen=True):
    """Symbols whose symbol, old symbol, ISIN or company name matches `q`; all when empty."""

    q: Annotated[str, Meta(max_length=64, pattern=r"\A[^\x00-\x1f\x7f]*\Z")] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 20
    with_prices: bool = False


class SymbolEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument, and the span of its stored bars (None: there are none)."""

    symbol: str
    isin: str | None
    name: str | None
    industry: str | None
    series: str
    first_date: str | None
    last_date: str | None


class SearchSymbolsReply(Reply, frozen=True):
    symbols: list[SymbolEntry]
    count: int


class ImportPricesRequest(LongRequest, frozen=True):
    """A file of daily bars: CSV, Parquet or an NSE bhavcopy, plain, gzipped or zipped.

    Parameters
    ----------
    document : Blob
        The file, as text or as a `|u1` section; over HTTP the raw body.
    filename : str or None
        Its name; a plain CSV without a `symbol` column takes the symbol from it.
    symbol : str or None
        Symbol of a plain file without a `symbol` column; wins over the file's name.
    series : list of str
        Series of a bhavcopy that are kept.
    adjusted : bool or None
        Whether the prices are adjusted for splits already. None: plain files are, a
        bhavcopy is not.
    source : str or None
        Where the bars come from, kept beside them; None: the format's name.
    """

    document: Blob
    filename: Annotated[str, Meta(max_length=255)] | None = None
    symbol: Symbol | None = None
    series: Annotated[list[str], Meta(min_length=1, max_length=16)] = msgspec.field(
        default_factory=lambda: ["EQ", "BE"]
    )
    adjusted: bool | None = None
    source: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.:\-]{1,64}\Z")] | None = None


class RejectedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row kept out: `line` counts from 1 with the header, in `file` of the upload."""

    file: str
    line: int
    reason: str


class ImportPricesPart(Reply, frozen=True):
    """How far an import is. Nothing is stored for good before the final reply."""

    stage: Literal["reading", "storing"]
    rows_read: int
    rows_stored: int
    rows_unchanged: int


class ImportPricesReply(Reply, frozen=True):
    """What an import did: `rows_read = rows_stored + rows_unchanged + rows_skipped + rows_rejected`.

    `rows_stored` are new or changed, `rows_unchanged` were stored so already,
    `rows_skipped` are of other series. `rejected` lists the first 100 of `rows_rejected`.
    """

    format: str
    files: int
    rows_read: int
    rows_stored: int
    rows_unchanged: int
    rows_skipped: int
    rows_rejected: int
    rejected: list[RejectedRow]
    symbols: list[str]
    first_date: str | None
    last_date: str | None
    time_ms: float


class ImportAdjustmentsRequest(Request, frozen=True):
    """A CSV file of splits, bonuses and dividends.

    Its header names `ex_date`, `kind` (split, bonus, consolidation, rights, demerger, dividend), `symbol` or `isin`,
    and of `ratio`, `price_factor` with `volume_factor`, `amount`, `note` what is needed. A bonus's ratio is new
    shares for held ones ("1:1"); that of a split or a consolidation is shares before and after ("1:5", "10:1"). A
    dividend has an amount, rupees for each share; rights and demergers have factors that earlier prices and volumes
    are multiplied by.

    Parameters
    ----------
    document : Blob
        The file; may be gzipped, or alone in a zip.
    filename : str or None
        For messages.
    """

    document: Blob
    filename: Annotated[str, Meta(max_length=255)] | None = None


class ImportAdjustmentsReply(Reply, frozen=True):
    """What an import did: `rows_read = rows_stored + rows_unchanged + rows_rejected`.

    One company, ex-date and kind have one row: a newer one replaces it. `rejected` lists the first 100.
    """

    rows_read: int
    rows_stored: int
    rows_unchanged: int
    rows_rejected: int
    rejected: list[RejectedRow]
    symbols: list[str]
    time_ms: float


GET_PRICES = Action(
    "get_prices",
    GetPricesRequest,
    GetPricesReply,
    route=Route("GET", "/api/prices/{symbol}"),
    doc="Stored daily bars of a symbol.",
)
SEARCH_SYMBOLS = Action(
    "search_symbols",
    SearchSymbolsRequest,
    SearchSymbolsReply,
    route=Route("GET", "/api/symbols"),
    doc="Instruments by symbol, ISIN or company name.",
)
IMPORT_PRICES = Action(
    "import_prices",
    ImportPricesRequest,
    ImportPricesReply,
    lane="bulk",
    partial=ImportPricesPart,
    route=Route("POST", "/api/prices/import"),
    doc="Store a file of daily bars; bad rows are reported and kept out.",
)

IMPORT_ADJUSTMENTS = Action(
    "import_adjustments",
    ImportAdjustmentsRequest,
    ImportAdjustmentsReply,
    lane="bulk",
    route=Route("POST", "/api/prices/adjustments"),
    doc="Store a file of splits, bonuses and dividends; bad rows are reported and kept out.",
)

MARKET = (GET_PRICES, SEARCH_SYMBOLS, IMPORT_PRICES, IMPORT_ADJUSTMENTS)
