"""Figures as a person reads them: their names, their units, what they mean in a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["percent", "signed", "ratio", "rupees", "bars", "days", "count"]
NONE = "-"


@dataclass(frozen=True, slots=True)
class Word:
    """How one figure is shown; `signed`: a percentage whose sign is told and coloured."""

    label: str
    kind: Kind
    hint: str


WORDS: dict[str, Word] = {
    "total_return": Word("Total return", "signed", "Final equity over what was paid in, less 1"),
    "cagr": Word("CAGR", "signed", "Growth a year by the calendar: days / 365.25"),
    "annual_return": Word("Annual return", "signed", "Growth a year by bars"),
    "annual_volatility": Word("Volatility", "percent", "Standard deviation of returns, a year"),
    "sharpe_ratio": Word("Sharpe", "ratio", "Mean return above the risk-free rate over its deviation, a year"),
    "sortino_ratio": Word("Sortino", "ratio", "Mean return above the minimum over the downside deviation, a year"),
    "calmar_ratio": Word("Calmar", "ratio", "CAGR over the deepest drawdown"),
    "omega_ratio": Word("Omega", "ratio", "What returns rose above the minimum over what they fell below it"),
    "final_equity": Word("Final equity", "rupees", "Cash and positions at the last close"),
    "peak_equity": Word("Peak equity", "rupees", "The highest close of equity"),
    "max_drawdown": Word("Max drawdown", "signed", "The deepest fall from a peak, what was paid in counted"),
    "max_drawdown_bars": Word("Longest drawdown", "bars", "Bars from a peak until it was reached again"),
    "max_drawdown_days": Word("Longest drawdown, days", "days", "Calendar days from a peak until it was reached again"),
    "avg_drawdown": Word("Average drawdown", "signed", "Mean depth of all falls"),
    "avg_drawdown_bars": Word("Average drawdown length", "bars", "Mean length of all falls"),
    "ulcer_index": Word("Ulcer index", "percent", "Root mean square of the distance from the peak"),
    "recovery_factor": Word("Recovery factor", "ratio", "Total return over the deepest drawdown"),
    "exposure": Word("Exposure", "percent", "Share of bars with a position"),
    "turnover": Word("Turnover a year", "ratio", "Value bought and sold in a year over mean equity"),
    "total_costs": Word("Costs paid", "rupees", "All charges of all fills"),
    "total_trades": Word("Trades", "count", "Closed trades"),
    "profitable_trades": Word("Won", "count", "Trades that made money after costs"),
    "losing_trades": Word("Lost", "count", "Trades that lost money after costs"),
    "win_rate": Word("Win rate", "percent", "Share of trades that made money after costs"),
    "avg_win": Word("Average win", "signed", "Mean return of the trades won"),
    "avg_loss": Word("Average loss", "signed", "Mean return of the trades lost"),
    "best_trade": Word("Best trade", "signed", "Highest return of a trade"),
    "worst_trade": Word("Worst trade", "signed", "Lowest return of a trade"),
    "profit_factor": Word("Profit factor", "ratio", "Rupees won over rupees lost"),
    "expectancy": Word("Expectancy", "signed", "Mean return of a trade"),
    "avg_pnl": Word("Average trade", "rupees", "Mean profit of a trade"),
    "payoff_ratio": Word("Payoff ratio", "ratio", "Average win over average loss"),
    "sqn": Word("SQN", "ratio", "System quality number: root of n times mean profit over its deviation"),
    "kelly": Word("Kelly", "percent", "Share of equity that Kelly would stake: W - (1 - W) / payoff"),
    "avg_bars": Word("Average holding", "bars", "Mean bars from entry to exit"),
    "avg_win_bars": Word("Holding, trades won", "bars", "Mean bars of the trades won"),
    "avg_loss_bars": Word("Holding, trades lost", "bars", "Mean bars of the trades lost"),
    "max_bars": Word("Longest holding", "bars", "Most bars from entry to exit"),
    "max_consecutive_wins": Word("Wins in a row", "count", "The longest streak"),
    "max_consecutive_losses": Word("Losses in a row", "count", "The longest streak"),
    "avg_mae": Word("Average MAE", "signed", "Mean of the worst price of each trade, from its entry"),
    "avg_mfe": Word("Average MFE", "signed", "Mean of the best price of each trade, from its entry"),
    "open_trades": Word("Still open", "count", "Trades not closed at the end, marked to market"),
    "open_pnl": Word("Open profit", "rupees", "Of the trades not closed"),
    "var_95": Word("VaR 95 %", "signed", "One bar in twenty is worse than this"),
    "cvar_95": Word("CVaR 95 %", "signed", "Mean of the bars that are worse than VaR"),
    "tail_ratio": Word("Tail ratio", "ratio", "The best twentieth against the worst: |95 %| / |5 %|"),
    "skew": Word("Skew", "ratio", "Below 0: the long tail is on the side of losses"),
    "kurtosis": Word("Excess kurtosis", "ratio", "Above 0: tails fatter than the normal distribution's"),
    "psr": Word("Probable Sharpe", "percent", "Probability that the true Sharpe ratio is above 0"),
    "best_bar": Word("Best bar", "signed", "Highest return of a bar"),
    "worst_bar": Word("Worst bar", "signed", "Lowest return of a bar"),
    "positive_bars": Word("Bars up", "percent", "Share of bars with a return above 0"),
    "bars": Word("Bars", "count", "Of the run"),
    "periods_per_year": Word("Bars a year", "count", "What annual figures are taken by"),
}

GROUPS: dict[str, tuple[str, ...]] = {
    "Growth": (
        "total_return",
        "cagr",
        "annual_return",
        "annual_volatility",
        "final_equity",
        "peak_equity",
        "total_costs",
        "exposure",
        "turnover",
    ),
    "Risk": (
        "sharpe_ratio",
        "sortino_ratio",
        "calmar_ratio",
        "omega_ratio",
        "max_drawdown",
        "max_drawdown_days",
        "avg_drawdown",
        "ulcer_index",
        "recovery_factor",
    ),
    "Trades": (
        "total_trades",
        "win_rate",
        "profit_factor",
        "expectancy",
        "avg_win",
        "avg_loss",
        "payoff_ratio",
        "best_trade",
        "worst_trade",
    ),
    "Returns of bars": (
        "var_95",
        "cvar_95",
        "tail_ratio",
        "skew",
        "kurtosis",
        "psr",
        "best_bar",
        "worst_bar",
        "positive_bars",
    ),
    "Quality of trades": (
        "avg_pnl",
        "avg_bars",
        "avg_mae",
        "avg_mfe",
        "max_consecutive_wins",
        "max_consecutive_losses",
        "sqn",
        "kelly",
        "open_trades",
    ),
}

HEADLINE = ("total_return", "cagr", "sharpe_ratio", "max_drawdown", "win_rate", "profit_factor", "total_trades")

BENCHMARK: dict[str, Word] = {
    "total_return": Word("Its total return", "signed", "Of the benchmark itself"),
    "sharpe_ratio": Word("Its Sharpe", "ratio", "Of the benchmark itself"),
    "max_drawdown": Word("Its max drawdown", "signed", "Of the benchmark itself"),
    "excess_return": Word("Excess return", "signed", "The run's total return less the benchmark's"),
    "alpha": Word("Alpha a year", "signed", "Return that the benchmark's moves don't explain"),
    "beta": Word("Beta", "ratio", "How much the run moves where the benchmark moves by 1"),
    "correlation": Word("Correlation", "ratio", "Of the two's returns"),
    "tracking_error": Word("Tracking error", "percent", "Deviation of the difference of returns, a year"),
    "information_ratio": Word("Information ratio", "ratio", "Mean difference of returns over its deviation, a year"),
    "up_capture": Word("Up capture", "percent", "Growth on the bars on which the benchmark rose, over its own"),
    "down_capture": Word("Down capture", "percent", "The same where it fell; below 100 %: it lost less"),
}


def grouped(number: int) -> str:
    """Digits in India's groups: 12,34,567."""
    digits = str(abs(number))
    head, tail = digits[:-3], digits[-3:]
    pairs: list[str] = []
    while head:
        pairs.insert(0, head[-2:])
        head = head[:-2]
    return ("-" if number < 0 else "") + ",".join([*pairs, tail])


def rupees(amount: float, decimals: int = 0) -> str:
    """An amount with the currency's sign, in India's groups."""
    whole = round(abs(amount), decimals)
    paise = f"{whole % 1:.{decimals}f}"[1:] if decimals else ""
    return f"{'-' if amount < 0 and whole else ''}₹{grouped(int(whole))}{paise}"


def shown(value: float | str | None, kind: Kind) -> str:
    """One value in its unit; a dash where it is not defined."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    match kind:
        case "percent":
            return f"{value:.1%}"
        case "signed":
            return f"{value:+.2%}"
        case "rupees":
            return rupees(value)
        case "count" | "days":
            return grouped(round(value))
        case "bars":
            return f"{value:,.1f}".removesuffix(".0")
        case _:
            return f"{value:,.2f}"


def tone(name: str, value: float | str | None) -> str:
    """`up` or `down` where the sign is good or bad news, else nothing."""
    word = WORDS.get(name) or BENCHMARK.get(name)
    judged = word is not None and (word.kind == "signed" or name in {"open_pnl", "avg_pnl", "sharpe_ratio", "sqn"})
    if not judged or not isinstance(value, int | float) or value == 0:
        return ""
    return "up" if value > 0 else "down"
