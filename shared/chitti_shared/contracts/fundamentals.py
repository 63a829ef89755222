"""Figures of companies: imported from exports of screeners, by metric and day. Served by mojo-compute."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import Action, Blob, Empty, IsoDate, Reply, Request, Route, Symbol
from chitti_shared.contracts.market import RejectedRow

Metric = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,63}\Z", examples=["pe", "debt_to_equity"])]
Unit = Literal["number", "percent", "rupees", "crore"]


class ImportFundamentalsRequest(Request, frozen=True):
    """A CSV file of companies' figures, one row a company.

    Its columns are known by their headers, in any order: `symbol`, `NSE Code`, `ISIN` or `Name` says whose figures a
    row has (a former symbol will do), `Last_Updated` or `as_of` the day from which on they were known. All others are
    metrics: `P/E`, `ROE %`, `Debt to equity`, `Mar Cap Rs.Cr.`, ... have names of their own (`pe`, `roe`,
    `debt_to_equity`, `market_cap`), the rest are called by their header. A blank, `-` or `NaN` says nothing.

    Parameters
    ----------
    document : Blob
        The file; may be gzipped, or alone in a zip.
    filename : str or None
        For messages.
    as_of : str or None
        Day of rows that name none; None: today in India.
    source : str or None
        Where the figures come from, kept beside them.
    """

    document: Blob
    filename: Annotated[str, Meta(max_length=255)] | None = None
    as_of: IsoDate | None = None
    source: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.:\-]{1,64}\Z")] = "import"


class FigureMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the file, and the metric that it became."""

    header: str
    metric: str
    unit: Unit
    known: bool


class ImportFundamentalsReply(Reply, frozen=True):
    """What an import did: `rows_read = rows_stored + rows_unchanged + rows_skipped + rows_rejected`.

    `rows_stored` brought a new or changed figure, `rows_skipped` are placeholders of demergers and rows without any
    figure. Of figures `figures_stored` are new or changed; `figures_rejected` are left out, their rows' others kept.
    `columns` says what each header became, `passed_over` which headers are no figures. `rejected` lists the first
    100 rows and figures that are kept out.
    """

    rows_read: int
    rows_stored: int
    rows_unchanged: int
    rows_skipped: int
    rows_rejected: int
    figures_stored: int
    figures_unchanged: int
    figures_missing: int
    figures_rejected: int
    columns: list[FigureMapping]
    passed_over: list[str]
    rejected: list[RejectedRow]
    symbols: list[str]
    first_date: str | None
    last_date: str | None
    time_ms: float


class GetFundamentalsRequest(Request, frozen=True):
    """A company's figures: the newest of each metric, or with `history` all, oldest first.

    `end` leaves out what was not known by that day, `metrics` all others.
    """

    symbol: Symbol
    metrics: Annotated[list[Metric], Meta(max_length=300)] | None = None
    start: IsoDate | None = None
    end: IsoDate | None = None
    history: bool = False


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, known from `as_of` on."""

    metric: str
    title: str
    value: float
    unit: Unit
    as_of: str
    source: str


class GetFundamentalsReply(Reply, frozen=True):
    """`symbol` is the current one: asked for by an old name, a company answers with its new."""

    symbol: str
    isin: str | None
    name: str | None
    industry: str | None
    figures: list[Figure]
    count: int


class MetricEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A metric that some company has; `last_date` is that of its newest figure."""

    metric: str
    title: str
    unit: Unit
    companies: int
    figures: int
    first_date: str
    last_date: str


class ListFundamentalsReply(Reply, frozen=True):
    metrics: list[MetricEntry]
    count: int


IMPORT_FUNDAMENTALS = Action(
    "import_fundamentals",
    ImportFundamentalsRequest,
    ImportFundamentalsReply,
    lane="bulk",
    route=Route("POST", "/api/fundamentals/import"),
    doc="Store a file of companies' figures; what can't be read is reported and kept out.",
)
LIST_FUNDAMENTALS = Action(
    "list_fundamentals",
    Empty,
    ListFundamentalsReply,
    route=Route("GET", "/api/fundamentals"),
    doc="Every metric that was imported, and how many companies have it.",
)
GET_FUNDAMENTALS = Action(
    "get_fundamentals",
    GetFundamentalsRequest,
    GetFundamentalsReply,
    route=Route("GET", "/api/fundamentals/{symbol}"),
    doc="A company's figures, the newest or all.",
)

FUNDAMENTALS = (IMPORT_FUNDAMENTALS, LIST_FUNDAMENTALS, GET_FUNDAMENTALS)
