"""From a request for a sweep or a walk forward to what is varied and the series it is tried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from chitti_shared.contracts.strategies import Execution
from chitti_shared.contracts.sweeps import SearchRequest, Span
from chitti_shared.errors import ChittiError, InvalidInput, PayloadTooLarge

from mojo_compute.actions.backtest_inputs import Stored, bars_of_series, given_bars, news_of, symbols_of
from mojo_compute.backtesting.calendars import aligned
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.sweeps.grids import MAX_VALUES, Axis, Grid
from mojo_compute.backtesting.sweeps.searches import Search
from mojo_compute.backtesting.sweeps.studies import Aim
from mojo_compute.backtesting.sweeps.subjects import Subject

Mode = Literal["portfolio", "apart"]

_TOGETHER = ("panel", "pair")  # what strategies need that look at several symbols at once
_MOST_VALUES = 1_500_000  # of a reply: about as many as its envelope takes
_STOPS = ("stop_loss", "take_profit", "trailing_stop")


@dataclass(frozen=True)
class Wanted:
    """What a request asks for, checked as far as it can be without its data.

    Parameters
    ----------
    subject : Subject
    grid : Grid
    given : mapping
        Parameters that don't vary.
    search : Search
    aim : Aim
    symbols : list of str
        Whose bars; none where the bars are given without a name.
    mode : {"portfolio", "apart"}
    """

    subject: Subject
    grid: Grid
    given: Mapping[str, Any]
    search: Search
    aim: Aim
    symbols: list[str]
    mode: Mode

    @property
    def needs(self) -> str:
        """What the strategy looks at beside bars."""
        return self.subject.needs

    @property
    def strategy_id(self) -> str | None:
        return self.subject.strategy_id

    @property
    def count(self) -> int:
        """Series that are tried each for itself."""
        return max(len(self.symbols), 1) if self.mode == "apart" else 1

    def name_of(self, series: int) -> str | None:
        """The symbol of a series; None of several symbols, or of bars without a name."""
        return self.symbols[series] if self.symbols and (self.mode == "apart" or len(self.symbols) == 1) else None

    def check_size(self, curves: int, bars: int, rows: int) -> None:
        """Refuse what no reply could carry: a date and two numbers a bar of each curve, and rows of trials.

        Raises
        ------
        PayloadTooLarge
        """
        values = 3 * curves * bars + rows * (len(self.grid.axes) + len(self.aim.columns()))
        if values > _MOST_VALUES:
            raise PayloadTooLarge(
                f"the reply would have {values} values, at most {_MOST_VALUES} fit: ask for fewer of top and "
                "trials_limit",
                field="top",
                constraint=f"values <= {_MOST_VALUES}",
                size=values,
            )


def wanted_of(request: SearchRequest, aim: Aim, mode: Mode | None) -> Wanted:
    """What a request asks for. Errors: InvalidInput (a grid too large, with its size), NotFound."""
    subject = Subject(request.strategy_id, request.strategy)
    grid = subject.grid([_axis(name, one) for name, one in request.grid.items()], request.parameters)
    symbols = symbols_of(request)
    chosen: Mode = mode or ("portfolio" if subject.needs in _TOGETHER else "apart")
    search = Search(request.search, request.trials, request.seed)
    made = Wanted(subject, grid, request.parameters, search, aim, symbols, chosen)
    search.check(grid, made.count)
    aim.builders(grid)
    if not request.adjusted:
        raise InvalidInput("trials run over bars adjusted for splits", field="adjusted", constraint="adjusted: true")
    if request.idempotency_key is not None and not request.async_:
        raise InvalidInput(
            "only jobs are kept, and asked for by an idempotency_key: give async",
            field="idempotency_key",
            constraint="with async",
        )
    return made


def axis_length(given: Any) -> int:
    """How many values an axis has, as far as these are made at all."""
    if not isinstance(given, Span):
        return len(given)
    room = given.step * MAX_VALUES
    return int((given.to - given.from_) / given.step) + 1 if 0 <= given.to - given.from_ < room else 0


def _axis(name: str, given: Any) -> Axis:
    if isinstance(given, Span):
        return Axis.span(name, given.from_, given.to, given.step)
    return Axis.of(name, given)


def series_of(request: SearchRequest, wanted: Wanted, stored: Stored) -> list[Data]:
    """The series that a request is about, ready to be run over. Errors: InvalidInput, NotFound."""
    execution = _most_demanding(wanted)
    bars = _bars(request, wanted.symbols, stored, execution)
    if wanted.mode == "portfolio":
        bars, places = [aligned(bars)], [list(range(len(bars)))]
    else:
        places = [[number] for number in range(len(bars))]
    scores = stored.scores
    news = [None if scores is None else news_of(one, scores, at) for one, at in zip(bars, places, strict=True)]
    return [Data(one, told) for one, told in zip(bars, news, strict=True)]


def _bars(request: SearchRequest, symbols: Sequence[str], stored: Stored, execution: Execution) -> list[Bars]:
    if not stored.series and not stored.failed:
        return given_bars(request, execution)
    for symbol in symbols:
        if symbol in stored.failed:
            raise stored.failed[symbol]
    return [_named(symbol, stored, execution) for symbol in symbols]


def _named(symbol: str, stored: Stored, execution: Execution) -> Bars:
    try:
        return bars_of_series(symbol, stored.series[symbol], execution)
    except ChittiError as error:
        raise type(error)(f"{symbol}: {error.message}", **{**error.details, "symbol": symbol}) from error


def _most_demanding(wanted: Wanted) -> Execution:
    """Of all executions that are tried, what they ask of bars together: opens, highs and lows."""
    first = {axis.name: axis.values[0] for axis in wanted.grid.axes}
    execution = wanted.subject.execution({**wanted.given, **first})
    varied = {axis.name: axis.values for axis in wanted.grid.axes}
    asked: dict[str, Any] = {"fill": "next_open"} if "next_open" in varied.get("fill", ()) else {}
    for name in _STOPS:
        some = [value for value in varied.get(name, ()) if value is not None]
        asked |= {name: some[0]} if some else {}
    return msgspec.structs.replace(execution, **asked)
