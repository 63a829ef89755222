"""How a backtest executes its orders."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Fraction = Annotated[float, Meta(gt=0, lt=1)]


class Execution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Capital, sizes, fills, slippage, stops and margin of a run; all of them have defaults.

    Parameters
    ----------
    initial_capital : float
        Rupees.
    size_type : str
        What `position_size` is: a fraction of equity, a number of shares, rupees, the annual volatility that
        a position shall have, or the cap on the Kelly fraction of the trades so far.
    position_size : float
    volatility_window : int
        Closes that a position's volatility is taken from (`size_type` volatility); three have two returns.
    kelly_trades : int
        Closed trades before the Kelly fraction counts; the first ones are 0.1 of equity, or the cap if less.
    max_entries : int
        Entries into one position (pyramiding); 1: none is added.
    lot_size : float
        Quantities are whole multiples of it; 0: any fraction of a share.
    tick_size : float or "nse"
        Fills are rounded to it, against the trader; 0: not at all. "nse": by price, as the exchange has it.
    fill : str
        Where an order of bar t fills: at the open of bar t + 1, at the close of t, at the close of t + 1.
    direction : str
        Sides that are traded; signals of the other are left out.
    slippage_bps, slippage_ticks : float
        Against the trader, on market and stop orders.
    slippage_volume : float
        Impact: the price moves by it times the square of the order's share of the bar's volume.
    volume_limit : float
        Most of a bar's volume that an order may take; 0: no limit.
    transaction_cost : float
        Fraction of the value of each fill; a list of cost lines or a preset replaces it.
    stop_loss, take_profit, trailing_stop : float or None
        Fractions of the entry price; of the best price since entry (`trailing_stop`).
    max_bars : int or None
        Bars after which a position is closed (time stop).
    order_bars : int
        Bars for which a limit or stop order stands; 0: until it is cancelled.
    leverage : float
        Most of equity that positions may be worth together.
    maintenance_margin : float
        Share of the positions' worth below which equity brings a margin call (short or leveraged books).
    periods_per_year : float or None
        None: 252, with an NSE cost preset 247; times the bars of a session where bars are shorter than a day.
    risk_free_rate, minimum_return : float
        Annual, as fractions: of Sharpe, and of Sortino.
    var_method : str
    """

    initial_capital: Annotated[float, Meta(gt=0, le=1e15)] = 100_000.0
    size_type: Literal["equity", "quantity", "cash", "volatility", "kelly"] = "equity"
    position_size: Annotated[float, Meta(gt=0, le=1e15)] = 0.1
    volatility_window: Annotated[int, Meta(ge=3, le=100_000)] = 20
    kelly_trades: Annotated[int, Meta(ge=1, le=100_000)] = 20
    max_entries: Annotated[int, Meta(ge=1, le=1_000)] = 1
    lot_size: Annotated[float, Meta(ge=0, le=1e9)] = 1.0
    tick_size: Annotated[float, Meta(ge=0, le=1e6)] | Literal["nse"] = 0.0
    fill: Literal["next_open", "close", "next_close"] = "next_open"
    direction: Literal["long", "short", "both"] = "long"
    slippage_bps: Annotated[float, Meta(ge=0, le=5_000)] = 0.0
    slippage_ticks: Annotated[float, Meta(ge=0, le=10_000)] = 0.0
    slippage_volume: Annotated[float, Meta(ge=0, le=100)] = 0.0
    volume_limit: Annotated[float, Meta(ge=0, le=1)] = 0.0
    transaction_cost: Annotated[float, Meta(ge=0, le=0.5)] = 0.001
    stop_loss: Fraction | None = None
    take_profit: Annotated[float, Meta(gt=0, le=100)] | None = None
    trailing_stop: Fraction | None = None
    max_bars: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    order_bars: Annotated[int, Meta(ge=0, le=1_000_000)] = 1
    leverage: Annotated[float, Meta(ge=1, le=100)] = 1.0
    maintenance_margin: Annotated[float, Meta(ge=0, lt=1)] = 0.25
    periods_per_year: Annotated[float, Meta(ge=1, le=1_000_000)] | None = None
    risk_free_rate: Annotated[float, Meta(gt=-1, le=1)] = 0.0
    minimum_return: Annotated[float, Meta(gt=-1, le=1)] = 0.0
    var_method: Literal["historical", "gaussian"] = "historical"
