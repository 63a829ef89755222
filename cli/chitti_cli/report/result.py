"""A backtest's reply as reports read it: what they need of its JSON, everything else left alone."""

from __future__ import annotations

from typing import Any

import msgspec

from chitti_cli.problem import Problem
from chitti_cli.report.words import grouped


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A closed trade, or one that is still open: its exit is null then, and `pnl` marked to market."""

    symbol: str = ""
    side: str
    entry_date: str | None = None
    exit_date: str | None = None
    entry_bar: int
    exit_bar: int | None
    bars: int
    quantity: float
    entry_price: float
    exit_price: float | None
    costs: float
    pnl: float
    gain: float = msgspec.field(name="return")
    mae: float
    mfe: float
    reason: str | None = None
    entries: int = 1


class Skips(msgspec.Struct, frozen=True, kw_only=True):
    total: int = 0
    by_reason: dict[str, int] = {}


class Lookahead(msgspec.Struct, frozen=True, kw_only=True):
    checked: bool
    ok: bool | None = None
    points: list[int] = []
    first_difference: dict[str, Any] | None = None
    reason: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One completed run; see `BacktestResult` for what each field holds."""

    run_id: str = ""
    strategy_id: str | None = None
    symbol: str | None = None
    symbols: list[str] = []
    engine: str = ""
    fill: str = ""
    time_ms: float | None = None
    results: dict[str, float | int | str | None]
    dates: list[str] | None = None
    equity_curve: list[float]
    drawdown_curve: list[float]
    benchmark_curve: list[float | None] | None = None
    round_trips: list[Trade] = []
    open_trades: list[Trade] = []
    skipped: Skips = Skips()
    ambiguous_bars: int = 0
    monthly_returns: dict[str, float] = {}
    benchmark: dict[str, Any] | None = None
    cost_sensitivity: list[dict[str, float | None]] = []
    costs_by_line: dict[str, float] = {}
    lookahead: Lookahead | None = None
    manifest: dict[str, Any] = {}
    notes: list[str] = []
    counts: dict[str, int] = {}

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.strategy_id or str(self.manifest.get("strategy") or "strategy as data")

    @property
    def rule(self) -> str:
        """What a strategy as data does, in English; empty: it has a name, or another version's language."""
        from chitti_shared.errors import InvalidInput
        from chitti_shared.expressions import parse_strategy

        definition = self.manifest.get("definition")
        if definition is None:
            return ""
        try:
            return parse_strategy(definition).describe(self.manifest.get("parameters"))
        except InvalidInput:
            return ""

    @property
    def of(self) -> str:
        """The symbols, the first few by name."""
        names = self.symbols or ([self.symbol] if self.symbol else [])
        if len(names) <= 6:
            return ", ".join(names) or "given prices"
        return f"{', '.join(names[:5])} and {len(names) - 5} more"

    @property
    def capital(self) -> float:
        """What was paid in before the first bar."""
        given = self.manifest.get("execution", {}).get("initial_capital")
        if given:
            return float(given)
        gain = self.number("total_return")
        return self.equity_curve[-1] / (1.0 + gain) if gain is not None and gain > -1.0 else self.equity_curve[0]

    @property
    def period(self) -> str:
        """First and last day, and how many bars."""
        bars = f"{grouped(len(self.equity_curve))} bars"
        return f"{self.dates[0][:10]} to {self.dates[-1][:10]}, {bars}" if self.dates else bars

    @property
    def compared_with(self) -> str:
        """The benchmark, for a person."""
        name = str((self.benchmark or {}).get("name", "benchmark"))
        return "buy and hold" if name == "buy_and_hold" else name

    def day(self, bar: int) -> str:
        """A bar's date, or its number."""
        if bar < 0:
            return "the start"
        return self.dates[bar][:10] if self.dates else f"bar {bar}"

    def number(self, name: str) -> float | None:
        """A figure; None where it is not defined."""
        found = self.results.get(name)
        return float(found) if isinstance(found, int | float) else None


_DECODER = msgspec.json.Decoder(Result)
_STATE = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(text: bytes) -> Result:
    """The run that a reply of `backtest` or `get_backtest` tells of.

    Raises
    ------
    Problem
        It is no such reply, or one of a run that is not completed or has several results.
    """
    try:
        fields = _STATE.decode(text)
        if "equity_curve" not in fields:
            raise Problem(f"this reply holds no equity curve{_why(fields)}")
        result = _DECODER.decode(text)
    except msgspec.MsgspecError as error:
        raise Problem(
            f"this is no reply of a backtest: {error}", "make one with: chitti backtest TCS --json"
        ) from error
    if not result.equity_curve:
        raise Problem("this reply's equity curve has no bars", "ask for it without curve_limit and curve_after")
    return result


def _why(fields: dict[str, msgspec.Raw]) -> str:
    if "apart" in fields:
        return ": its symbols were run each for itself; ask for one of them"
    state = fields.get("state") or fields.get("status")
    failure = fields.get("error")
    told = msgspec.json.decode(failure) if failure else None
    reason = f": {told['message']}" if isinstance(told, dict) and "message" in told else ""
    return f": the run is {msgspec.json.decode(state)}{reason}" if state else ""
