"""Proof that decisions don't look ahead: what was decided by bar t is the same when nothing behind t is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from random import Random
from typing import Any, NamedTuple

import numpy as np
from chitti_shared.errors import InvalidInput

from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.inputs import SIGNALS, signals_of
from mojo_compute.backtesting.periods import carried
from mojo_compute.backtesting.signals import Signals
from mojo_compute.backtesting.strategies.strategy import Decides
from mojo_compute.kernels.arrays import Floats

_all_of = attrgetter(*SIGNALS)
_ANYWHERE = 3  # every third point is any bar, the others are bars with a signal
_MIRRORED = 1_000  # bars that follow the point with mirrored prices
_TRIES = 4  # for a point at which the strategy says that it has too few bars


class Difference(NamedTuple):
    """The first decision that changes when the future is taken away.

    Parameters
    ----------
    bar : int
    date : str or None
        Of that bar, ISO.
    symbol : str
    field : str
        Of `Signals`.
    point : int
        The last bar that was left.
    whole, cut : bool or float or None
        What was decided with everything there, and without what followed the point; None: no price.
    """

    bar: int
    date: str | None
    symbol: str
    field: str
    point: int
    whole: bool | float | None
    cut: bool | float | None


@dataclass(frozen=True, slots=True)
class Lookahead:
    """What the recomputation on shortened history came to.

    Parameters
    ----------
    checked : bool
        Whether anything was recomputed. Signals that were made elsewhere can't be.
    ok : bool or None
        Whether all decisions were the same; None: not checked.
    points : tuple of int
        The last bars of the shortened histories, ascending.
    difference : Difference or None
        The earliest one, where there is any.
    reason : str
        Why nothing was checked.
    """

    checked: bool
    ok: bool | None = None
    points: tuple[int, ...] = ()
    difference: Difference | None = None
    reason: str = ""


NOT_ASKED = Lookahead(checked=False, reason="not asked for")
READY_MADE = Lookahead(checked=False, reason="the signals were ready-made: they can't be recomputed on shorter history")
_TOO_SHORT = Lookahead(checked=False, reason="there are too few bars to shorten them")
_OF_OTHER_LENGTH = Lookahead(
    checked=False, reason="the strategy's signals don't have the length of the data it is given: they are ready-made"
)


def verify(
    strategy: Decides,
    data: Data,
    signals: Signals,
    points: int = 3,
    seed: int = 0,
    stop: Callable[[], None] | None = None,
) -> Lookahead:
    """Recompute the signals on history that ends early, and compare them with what stood there.

    The histories end on bars that have a signal, of each kind in turn, where a look ahead shows; one of three on
    any bar. They are spread over the run. Values are compared bit by bit, NaN equal to NaN.

    What finds no later bar may fall back on an early one, and by luck come to the same. So where all histories agree
    the first of them is continued once more with prices that are mirrored: each later rise is a fall.

    Parameters
    ----------
    strategy : Strategy
    data : Data
    signals : Signals
        What it answered for all of the data, as tables.
    points : int
        How many histories; 0: nothing is checked.
    seed : int
        Of the choice of points: the same one, the same points.
    stop : callable, optional
        Called before each; it may raise.
    """
    bars, whole = data.bars, _given(signals)
    if points < 1 or len(bars) < 2:
        return _TOO_SHORT if points else NOT_ASKED
    if getattr(strategy, "ready_made", False):
        return READY_MADE
    seen: dict[int, int] = {}  # in the order they were taken
    found: Difference | None = None
    for point in _points(signals, len(bars), int(getattr(strategy, "lookback", 0)), points, Random(seed)):  # noqa: S311
        if stop is not None:
            stop()
        at, cut = _known(strategy, data, point)
        if cut is None or at in seen:
            continue
        seen[at] = at
        told = _given(cut)
        shape = (len(bars.close), at + 1)
        if any(np.shape(values) != shape for values in told.values()):
            return _OF_OTHER_LENGTH
        differs = _difference(bars, whole, told, at)
        if differs is not None and (found is None or differs.bar < found.bar):
            found = differs
    if not seen:
        return _TOO_SHORT
    if found is None:
        found = _mirrored(strategy, data, whole, next(iter(seen.values())))
    return Lookahead(checked=True, ok=found is None, points=tuple(sorted(seen)), difference=found)


def _points(signals: Signals, bars: int, lookback: int, points: int, random: Random) -> Iterator[int]:
    """One bar of each of so many equal stretches of the run: of each kind of signal in turn, one of three any bar.

    A signal that needs a later bar is another one, or none, when it is the last bar that is left. Where a stretch
    has no signal of that kind, one of the whole run is taken.
    """
    first, last = min(lookback, bars - 2), bars - 2
    kinds = _marked(signals, first, last)
    count = min(points, last + 1 - first)
    seen: set[int] = set()
    for number in range(count):
        low, high = (first + (last + 1 - first) * edge // count for edge in (number, number + 1))
        if kinds and (number + 1) % _ANYWHERE:
            marked = kinds[(number - number // _ANYWHERE) % len(kinds)]
            start, end = marked.searchsorted((low, high)).tolist()
            point = int(marked[random.randrange(start, end) if start < end else random.randrange(len(marked))])
        else:
            point = random.randrange(low, high)
        while point in seen:
            point = point + 1 if point < last else first
        seen.add(point)
        yield point


def _marked(signals: Signals, first: int, last: int) -> list[np.ndarray[Any, np.dtype[np.intp]]]:
    """For each kind of signal that there is the bars from `first` to `last` that have it."""
    if signals.weights is not None:
        tables = [np.isfinite(signals.weights)]
    else:
        flags = (signals.entries, signals.exits, signals.short_entries, signals.short_exits)
        tables = list({id(one): one for one in flags if one is not None}.values())
    found = []
    for table in tables:
        within = table[:, first : last + 1]
        bars = np.flatnonzero(within[0] if len(table) == 1 else within.any(axis=0))
        if len(bars):
            found.append(bars + first)
    return found


def _known(strategy: Decides, data: Data, point: int) -> tuple[int, Signals | None]:
    """The signals of bars 0 ... point, of more where a strategy has too few of them; None: it never has enough."""
    last = len(data.bars) - 2
    for _ in range(_TRIES):
        try:
            return point, signals_of(strategy.signals(data.until(point)))
        except InvalidInput:
            if point == last:
                break
            point = (point + last + 1) // 2
    return point, None


def _mirrored(strategy: Decides, data: Data, whole: Mapping[str, Any], point: int) -> Difference | None:
    """What is decided otherwise up to a bar when prices go the other way behind it."""
    try:
        other = _otherwise(data, point)
        told = _given(signals_of(strategy.signals(other)))
    except InvalidInput:  # these prices never were; the real histories have been compared
        return None
    if any(np.shape(values) != other.bars.close.shape for values in told.values()):
        return None
    return _difference(data.bars, whole, {name: values[:, : point + 1] for name, values in told.items()}, point)


def _otherwise(data: Data, bar: int) -> Data:
    """The same up to a bar; some more, in which each price p is c * c / p, c being the symbol's last close before."""
    bars = data.bars.until(min(bar + _MIRRORED, len(data.bars) - 1))
    last = bars.close[:, bar]
    if not np.isfinite(last).all():
        last = carried(bars.close[:, : bar + 1], np.full(len(last), np.nan))[:, -1]
    about = np.square(last)[:, np.newaxis]
    about[~np.isfinite(about)] = 1.0  # no bar until then

    def mirrored(values: Floats, of: Floats) -> Floats:
        return np.concatenate((values[:, : bar + 1], about / of[:, bar + 1 :]), axis=1)

    others = replace(
        bars,
        open=mirrored(bars.open, bars.open),
        high=mirrored(bars.high, bars.low),
        low=mirrored(bars.low, bars.high),
        close=mirrored(bars.close, bars.close),
    )
    return Data(others, None if data.news is None else data.until(bar).news)


def _given(signals: Signals) -> dict[str, Any]:
    """The arrays that are there, by field."""
    every = zip(SIGNALS, _all_of(signals), strict=True)
    return {name: values for name, values in every if values is not None}


def _difference(bars: Bars, whole: Mapping[str, Any], cut: Mapping[str, Any], point: int) -> Difference | None:
    """The earliest of all fields; of equal ones the first field and row."""
    found: Difference | None = None
    for name in whole if whole.keys() == cut.keys() else dict.fromkeys((*whole, *cut)):
        first, after = whole.get(name), cut.get(name)
        if first is None or after is None:
            before, after = _with_blanks(first, after, (len(bars.close), point + 1))
        else:
            before = first[:, : point + 1]
        if before.tobytes() == after.tobytes():
            continue
        differs = (before != after) & ~((before != before) & (after != after))
        bar = int(np.argmax(differs.any(axis=0)))
        row = int(np.argmax(differs[:, bar]))
        if differs[row, bar] and (found is None or bar < found.bar):
            values = (_plain(before[row, bar]), _plain(after[row, bar]))
            found = Difference(bar, _date(bars, bar), bars.symbols[row], name, point, *values)
    return found


def _with_blanks(whole: Any, cut: Any, shape: tuple[int, int]) -> tuple[Any, Any]:
    """Where one of the two is not there at all: no signals, no prices."""
    given = whole if cut is None else cut
    blank = np.full(shape, False if given.dtype == np.bool_ else np.nan)
    return (blank, cut) if whole is None else (whole[:, : shape[1]], blank)


def _plain(value: Any) -> bool | float | None:
    if isinstance(value, np.bool_):
        return bool(value)
    return None if np.isnan(value) else float(value)


def _date(bars: Bars, bar: int) -> str | None:
    if bars.times is None:
        return None
    time = bars.times[bar]
    day = time.astype("datetime64[D]")
    return str(day if day == time else time)
