"""What closes positions: exit orders, protective stops and targets, time, margin."""

from __future__ import annotations

import math

from mojo_compute.backtesting.readable.book import Position
from mojo_compute.backtesting.readable.decisions import Decisions
from mojo_compute.backtesting.readable.orders import LONG, Moment, Price
from mojo_compute.backtesting.readable.trading import Trading


class Exits:
    """Closes positions, and orders what closes them later."""

    def __init__(self, trading: Trading, decisions: Decisions) -> None:
        self._trading, self._decisions = trading, decisions

    def fill_orders(self, bar: int, moment: Moment) -> None:
        """Exit orders and the closing half of reversals, at the bar's opens or closes, row by row."""
        for row in self._trading.open_rows:
            held = self._trading.book.positions[row]
            if held is None:
                continue
            reason = held.leaving
            entry = self._decisions.entries[row]
            if reason is None and entry is not None and entry.market and entry.side != held.side:
                reason = "reversal"
            if reason is not None:
                self._trading.close(bar, row, Price(self._trading.marks[row], moment, slips=True), reason)

    def order_time_stops(self, bar: int, *, bars_held: int | None) -> None:
        """Order the exit of positions that are so many bars old; one that is ordered already keeps its reason."""
        for _row, held in self._trading.book.held():
            if bars_held is not None and bar - held.first_bar >= bars_held and held.leaving is None:
                held.leaving = "time_stop"

    def call_margin(self, bar: int) -> bool:
        """Order the exit of everything when equity no longer bears the positions."""
        trading, execution = self._trading, self._trading.execution
        held = trading.book.held()
        if execution.leverage <= 1 and all(one.side == LONG for _row, one in held):
            return False
        # an entry with all of the buying power lands on 1 / leverage: rounding alone is no call
        least = (1.0 - 1e-9) * execution.maintenance_margin * trading.book.gross(trading.marks)
        if not held or trading.book.worth(trading.marks) >= least:
            return False
        for _row, one in held:
            if one.leaving is None:
                one.leaving = "margin_call"
        return True

    def protect(self, bar: int) -> None:
        """Stops and targets that the bar reaches."""
        for row, held in self._trading.book.held():
            if self._trading.market.trades(row, bar):
                found = self._reached(bar, row, held)
                if found is not None:
                    offered, reason = found
                    self._trading.close(bar, row, offered, reason)

    def _reached(self, bar: int, row: int, held: Position) -> tuple[Price, str] | None:
        market, side = self._trading.market, held.side
        opened, high, low = market.open[row][bar], market.high[row][bar], market.low[row][bar]
        if side != LONG:
            opened, high, low = -opened, -low, -high  # mirrored, so that the rules below are those of a long one
        stop, reason = self._stop(held)
        target = self._target(held)
        within = held.last_bar == bar and held.last_moment is Moment.WITHIN
        if held.first_bar < bar and not within:
            if opened >= target:
                return Price(side * opened, Moment.OPEN, slips=False), "take_profit"
            if opened <= stop:
                return Price(side * opened, Moment.OPEN, slips=True), reason
        in_reach = high >= target
        if in_reach and (within or low <= stop):
            self._trading.book.ambiguous += 1  # which of the two came first, or before the entry, isn't known
        if low <= stop:
            # an entry of this bar can lie beyond the stop by what it slipped: then there is no better price
            met = min(stop, side * held.last_met) if held.last_bar == bar else stop
            return Price(side * met, Moment.WITHIN, slips=True), reason
        if in_reach and not within:
            return Price(side * target, Moment.WITHIN, slips=False), "take_profit"
        return None

    def _stop(self, held: Position) -> tuple[float, str]:
        """The nearer of stop loss and trailing stop, mirrored for a short position; -inf: none."""
        execution, side = self._trading.execution, held.side
        loss = side * _away(held.price, -side, held.distances.stop, execution.stop_loss)
        trail = side * _away(held.best, -side, held.distances.trail, execution.trailing_stop)
        # nearer by more than the rounding of an averaged entry price
        nearer = loss < trail - 1e-9 * abs(trail)
        return (trail, "trailing_stop") if nearer else (loss, "stop_loss")

    def _target(self, held: Position) -> float:
        """Mirrored for a short position; inf: none."""
        fraction = self._trading.execution.take_profit
        return held.side * _away(held.price, held.side, held.distances.target, fraction)


def _away(price: float, direction: int, distance: float, fraction: float | None) -> float:
    """A price moved up (1) or down (-1) by a distance in rupees, else by a fraction, else without end."""
    if not math.isnan(distance):
        return price + direction * distance
    return direction * math.inf if fraction is None else price * (1 + direction * fraction)
