"""Track records as they are kept: each company's part, the market's shares, and what they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from chitti_shared.db import Connection, Pool, advisory_key, copy_rows
from chitti_shared.universe import by_symbol, current_symbol

from signal_service.scoring.books import Book, horizons_of
from signal_service.scoring.markets import Market
from signal_service.scoring.records import Measured, Tally
from signal_service.scoring.scales import Scale
from signal_service.scoring.sums import CLASSES, WIDTH
from signal_service.scoring.trusts import LEVELS, PRIOR, Trust

_LOCK = "SELECT pg_advisory_xact_lock($1)"
_KEY = advisory_key("signal-service.records")
_STATE = "SELECT price_seq, figures_seq, rules FROM signals.record_state"
_SET_STATE = "UPDATE signals.record_state SET price_seq = $1, figures_seq = $2, rules = $3, updated_at = $4"
_EMPTY = (
    "DELETE FROM signals.records",
    "DELETE FROM signals.record_moves",
    "DELETE FROM signals.market_shares",
    "DELETE FROM signals.record_trusts",
    "DELETE FROM signals.market_sizes",
)
_RECORDS = "SELECT symbol, rule, direction, mark, sums FROM signals.records"
_MOVES = "SELECT symbol, horizon, sums FROM signals.record_moves"
_SHARES = "SELECT horizon, days, fell, rose FROM signals.market_shares"
_TRUSTS = "SELECT level, weights FROM signals.record_trusts"
_SIZES = "SELECT horizon, quantiles FROM signals.market_sizes"
_DIRECTION = {1: "bullish", -1: "bearish"}


@dataclass(frozen=True, slots=True)
class RecordState:
    """What records were made of: the imports of prices and of figures, and the rules (`rules_mark`).

    `figures_seq` is 0 where no rule reads figures.
    """

    price_seq: int
    figures_seq: int
    rules: str


class RecordTable:
    """The records; whoever makes them anew holds the lock, and readers see the old ones or the new."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """A transaction to make them anew in."""
        return self._pool.transaction()

    async def lock(self, connection: Connection) -> RecordState:
        """Be the only one who makes them until the transaction ends; the state as it is then."""
        await connection.execute(_LOCK, _KEY)
        record = await connection.fetchrow(_STATE)
        assert record is not None, "the migration made the row"
        return RecordState(**dict(record))

    async def state(self) -> RecordState:
        record = await self._pool.fetchrow(_STATE)
        assert record is not None, "the migration made the row"
        return RecordState(**dict(record))

    async def save(self, connection: Connection, book: Book, state: RecordState, now: datetime) -> None:
        """Put a book in the place of what there is."""
        for statement in _EMPTY:
            await connection.execute(statement)
        await copy_rows(
            connection, "signals.records", ("symbol", "rule", "direction", "mark", "sums"), _record_rows(book)
        )
        await copy_rows(connection, "signals.record_moves", ("symbol", "horizon", "sums"), _move_rows(book))
        await copy_rows(
            connection, "signals.market_shares", ("horizon", "days", "fell", "rose"), _share_rows(book.market)
        )
        await copy_rows(connection, "signals.record_trusts", ("level", "weights"), _trust_rows(book.trust))
        sizes = [(horizon, found.tolist()) for horizon, found in book.scale.quantiles.items()]
        await copy_rows(connection, "signals.market_sizes", ("horizon", "quantiles"), sizes)
        await connection.execute(_SET_STATE, state.price_seq, state.figures_seq, state.rules, now)

    async def load(self, rules: Sequence[Measured]) -> Book:
        """The book as it was saved; a rule whose mark has changed has no record in it."""
        async with self._pool.transaction() as connection:
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            records = await connection.fetch(_RECORDS)
            moves = await connection.fetch(_MOVES)
            shares = await connection.fetch(_SHARES)
            weights = await connection.fetch(_TRUSTS)
            sizes = await connection.fetch(_SIZES)
        market = _market_of(shares, horizons_of(rules))
        tallies = _tallies_of(records, moves, rules, market.horizons)
        industries = {symbol: industry_of(symbol) for symbol in tallies}
        scale = Scale({record["horizon"]: np.array(record["quantiles"]) for record in sizes})
        return Book(tuple(rules), market, industries, tallies, _trust_of(weights), scale)


def industry_of(symbol: str) -> str | None:
    """The industry that NSE puts a company in; None: it is not of the universe."""
    company = by_symbol(current_symbol(symbol))
    return company.industry if company is not None else None


def _record_rows(book: Book) -> list[tuple[Any, ...]]:
    return [
        (symbol, rule.rule, _DIRECTION[rule.direction], rule.mark, sums.tolist())
        for symbol, tally in book.tallies.items()
        for rule, sums in zip(book.rules, tally.sums, strict=True)
        if sums[0] > 0.0
    ]


def _move_rows(book: Book) -> list[tuple[Any, ...]]:
    return [
        (symbol, horizon, sums.ravel().tolist())
        for symbol, tally in book.tallies.items()
        for horizon, sums in zip(book.market.horizons, tally.moves, strict=True)
    ]


def _share_rows(market: Market) -> list[tuple[Any, ...]]:
    days = market.days.astype("datetime64[D]").tolist()
    return [
        (horizon, days, fell.tolist(), rose.tolist())
        for horizon, (fell, rose) in zip(market.horizons, market.shares, strict=True)
    ]


def _trust_rows(trust: Trust) -> list[tuple[Any, ...]]:
    return [(level, list(getattr(trust, level))) for level in LEVELS]


def _trust_of(records: Sequence[Any]) -> Trust:
    """As it was saved; before anything was, what is believed before anything is known."""
    return replace(PRIOR, **{record["level"]: tuple(record["weights"]) for record in records})


def _market_of(records: Sequence[Any], horizons: tuple[int, ...]) -> Market:
    """All horizons were saved with the same days; one that wasn't saved knows no shares."""
    by_horizon = {record["horizon"]: record for record in records}
    days = np.array(records[0]["days"] if records else [], "datetime64[D]").astype(np.int64)
    shares = np.full((len(horizons), 2, len(days)), np.nan)
    for row, horizon in enumerate(horizons):
        if horizon in by_horizon:
            shares[row] = by_horizon[horizon]["fell"], by_horizon[horizon]["rose"]
    return Market(days, horizons, shares)


def _tallies_of(
    records: Sequence[Any], moves: Sequence[Any], rules: Sequence[Measured], horizons: tuple[int, ...]
) -> dict[str, Tally]:
    rows = {(rule.rule, _DIRECTION[rule.direction], rule.mark): row for row, rule in enumerate(rules)}
    places = {horizon: place for place, horizon in enumerate(horizons)}
    tallies: dict[str, Tally] = {}

    def tally_of(symbol: str) -> Tally:
        if symbol not in tallies:
            tallies[symbol] = Tally(np.zeros((len(rules), WIDTH)), np.zeros((len(horizons), 2, CLASSES)))
        return tallies[symbol]

    for record in records:
        row = rows.get((record["rule"], record["direction"], record["mark"]))
        if row is not None:
            tally_of(record["symbol"]).sums[row] = record["sums"]
    for record in moves:
        if record["horizon"] in places:
            sums = np.array(record["sums"]).reshape(2, CLASSES)
            tally_of(record["symbol"]).moves[places[record["horizon"]]] = sums
    return tallies
