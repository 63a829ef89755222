"""`compute_columns`: expressions of prices over stored bars; a symbol that fails doesn't sink the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from chitti_shared.contracts import columns as contract
from chitti_shared.errors import ChittiError, ComputationError, InvalidInput, PayloadTooLarge
from chitti_shared.expressions import Node
from chitti_shared.expressions.parsing import Parser, check_size, check_values
from chitti_shared.ipc import Router, raise_if_cancelled

from mojo_compute.actions.inputs import stored
from mojo_compute.backtesting.data import Bars, Data
from mojo_compute.backtesting.expressions import Columns, Program
from mojo_compute.context import ComputeContext
from mojo_compute.kernels.arrays import Floats
from mojo_compute.storage import Found, Series, Span, find, known

_PRICES = ("open", "high", "low", "close", "volume")
_US_A_VALUE = 0.01  # of one column on one bar
_NONE = np.empty((0, 0))
_NO_DATA = Data(Bars(_NONE, _NONE, _NONE, _NONE))  # columns of prices look at nothing beside their own bars


@dataclass(slots=True)
class _Part:
    """One symbol of the request: its bars, and where its values go in the reply's `columns` and in `recent`.

    `error` says why it has none; what stands in its place is left out then.
    """

    symbol: str
    found: Found
    series: Series
    answered: slice = field(default_factory=lambda: slice(0, 0))
    newest: slice = field(default_factory=lambda: slice(0, 0))
    error: ChittiError | None = None


def register(router: Router[ComputeContext]) -> None:
    """Give the action its handler."""
    router.handles(contract.COMPUTE_COLUMNS)(compute_columns)


async def compute_columns(request: contract.ComputeColumnsRequest, ctx: ComputeContext) -> contract.ComputeColumnsReply:
    """Serve columns of many symbols. Errors: invalid_input, payload_too_large."""
    program = Program([*_parsed(request.columns, "columns"), *_parsed(request.recent, "recent")])
    parts, refused = await _stored(request.symbols, ctx)
    length, newest = _lay_out(parts, request)
    _check_size(length, newest, request)
    values = np.empty((len(request.columns), length)), np.empty((len(request.recent), newest))
    cost_us = _cost(len(program), sum(len(one.series) for one in parts))
    threads = max(1, min(ctx.bulk_threads, len(parts)))
    await asyncio.gather(
        *(
            ctx.cpu.run(_fill, parts[number::threads], program, *values, lane="bulk", cost_us=cost_us / threads)
            for number in range(threads)
        )
    )
    refused |= {one.symbol: one.error for one in parts if one.error is not None}
    return _reply(parts, *values, refused)


def _parsed(columns: Sequence[Any], field: str) -> list[Node]:
    """A field's columns as nodes. Errors: InvalidInput, with the column's place in `field`."""
    check_values(list(columns), field)
    nodes: list[Node] = []
    for number, document in enumerate(columns):
        path = f"{field}[{number}]"
        node = Parser({}).parse(document, path, "number")
        check_size({path: node})
        if beside := sorted(node.needs - {"series"}):
            raise InvalidInput(
                f"{path}: expected an expression of prices and volume, found one that reads {' and '.join(beside)}",
                field=path,
                constraint="prices and volume",
            )
        nodes.append(node)
    return nodes


async def _stored(symbols: Sequence[str], ctx: ComputeContext) -> tuple[list[_Part], dict[str, ChittiError]]:
    """The bars of each symbol once, and why some have none."""
    asked = list(dict.fromkeys(symbols))
    found = await find(ctx.pool, asked)
    companies: dict[str, Found] = {}
    refused: dict[str, ChittiError] = {}
    for symbol in asked:
        try:
            companies[symbol] = stored(known(found.get(symbol), symbol))
        except ChittiError as error:
            refused[symbol] = error
    series = await ctx.prices.load(companies.values(), Span())
    parts = [_Part(symbol, one, series[one.instrument_id]) for symbol, one in companies.items()]
    return parts, refused


def _lay_out(parts: Sequence[_Part], request: contract.ComputeColumnsRequest) -> tuple[int, int]:
    """Give each symbol its places; answers how long `columns` and `recent` are."""
    end = newest = 0
    for one in parts:
        count = min(len(one.series), request.bars or len(one.series))
        one.answered = slice(end, end + count)
        one.newest = slice(newest, newest + min(count, request.recent_bars))
        end, newest = one.answered.stop, one.newest.stop
    return end, newest


def _check_size(length: int, newest: int, request: contract.ComputeColumnsRequest) -> None:
    size = 8 * (length * (len(_PRICES) + 1 + len(request.columns)) + newest * len(request.recent))
    if size > contract.MAX_REPLY_BYTES:
        raise PayloadTooLarge(
            f"the columns would have {size} bytes, at most {contract.MAX_REPLY_BYTES} fit in a reply: "
            f"ask for fewer than {len(request.symbols)} symbols, or for fewer bars",
            field="symbols",
            constraint=f"reply <= {contract.MAX_REPLY_BYTES} bytes",
        )


def _fill(parts: Sequence[_Part], program: Program, values: Floats, recent: Floats) -> None:
    """Compute the columns of some symbols into their places; a cancelled call stops between two of them."""
    known = len(values)
    for one in parts:
        raise_if_cancelled()
        try:
            found = program.run(_columns_of(one.series))
        except (InvalidInput, ComputationError) as error:  # an indicator is not defined on its values
            one.error = error
            continue
        for rows, columns, place in ((values, found[:known], one.answered), (recent, found[known:], one.newest)):
            length = place.stop - place.start
            for row, column in zip(rows, columns, strict=True):
                row[place] = column[len(column) - length :]


def _columns_of(series: Series) -> Columns:
    times = series.days.astype("datetime64[s]")
    return Columns(**series.columns, times=times, row=0, present=None, data=_NO_DATA)


def _reply(
    parts: Sequence[_Part], values: Floats, recent: Floats, refused: dict[str, ChittiError]
) -> contract.ComputeColumnsReply:
    good = [one for one in parts if one.error is None]
    if len(good) < len(parts):
        values = np.concatenate([values[:, one.answered] for one in good] or [values[:, :0]], axis=1)
        recent = np.concatenate([recent[:, one.newest] for one in good] or [recent[:, :0]], axis=1)
    counts = [one.answered.stop - one.answered.start for one in good]
    prices = {name: _joined([one.series.columns[name] for one in good], counts) for name in _PRICES}
    days = _joined([one.series.days.astype(np.int64) for one in good], counts)
    return contract.ComputeColumnsReply(
        symbols=[one.symbol for one in good],
        current=[one.found.symbol for one in good],
        counts=np.array(counts, dtype=np.int32),  # type: ignore[arg-type]
        changed_seq=[one.found.changed_seq for one in good],
        days=days.astype(np.int32),  # type: ignore[arg-type]
        **prices,
        columns=values,
        recent=recent,
        refused={
            symbol: contract.RefusedSymbol(error=error.code, message=error.message, details=error.details)
            for symbol, error in refused.items()
        },
    )


def _joined(columns: Sequence[npt.NDArray[Any]], counts: Sequence[int]) -> npt.NDArray[Any]:
    """The newest so many values of each, behind each other."""
    parts = [column[len(column) - count :] for column, count in zip(columns, counts, strict=True)]
    return np.concatenate(parts) if parts else np.empty(0)


def _cost(steps: int, bars: int) -> float:
    """Microseconds of all symbols: each step of the program is computed over all bars, whatever is answered."""
    return max(1_000.0, steps * bars * _US_A_VALUE)
