"""What a symbol can be asked for: figures of prices, of the company, of news, rules that hold, patterns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chitti_shared.universe.figures import BY_NAME as FIGURES

Group = Literal["company", "price", "trend", "momentum", "volatility", "fundamental", "news", "rule", "pattern"]
Unit = Literal["number", "percent", "rupees", "crore", "shares", "category"]
Node = Any  # an expression of the rule language, as JSON

YEAR = 252  # sessions


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in criteria, what it is called, its unit."""

    name: str
    title: str
    unit: Unit
    group: Group


@dataclass(frozen=True, slots=True)
class PriceField:
    """A field that is the newest value of an expression of the rule language over the symbol's bars."""

    field: Field
    expression: Node


def _ratio(a: Node, b: Node) -> Node:
    """By how many percent `a` lies above `b`."""
    return {"*": [100, {"-": [{"/": [a, b]}, 1]}]}


def _ago(bars: int) -> Node:
    return {"ago": ["close", bars]}


def _price(name: str, title: str, unit: Unit, group: Group, expression: Node) -> PriceField:
    return PriceField(Field(name, title, unit, group), expression)


_HIGHEST: Node = {"highest": ["high", YEAR]}
_LOWEST: Node = {"lowest": ["low", YEAR]}
_CHANGE: Node = {"-": [{"/": ["close", _ago(1)]}, 1]}
_BANDS: Mapping[str, Node] = {
    name: {"bollinger": {}, "output": f"{name}_band"} for name in ("upper", "middle", "lower")
}

PRICE_FIELDS: tuple[PriceField, ...] = (
    _price("open", "Open", "rupees", "price", "open"),
    _price("high", "High", "rupees", "price", "high"),
    _price("low", "Low", "rupees", "price", "low"),
    _price("close", "Close", "rupees", "price", "close"),
    _price("volume", "Volume", "shares", "price", "volume"),
    _price("turnover", "Close x volume", "crore", "price", {"/": [{"*": ["close", "volume"]}, 10_000_000]}),
    _price("change", "Change on the session before", "percent", "price", _ratio("close", _ago(1))),
    _price("change_5", "Change over 5 sessions", "percent", "price", _ratio("close", _ago(5))),
    _price("gap", "Open against the close before", "percent", "price", _ratio("open", _ago(1))),
    _price("return_1m", "Return of 21 sessions", "percent", "price", _ratio("close", _ago(21))),
    _price("return_3m", "Return of 63 sessions", "percent", "price", _ratio("close", _ago(63))),
    _price("return_6m", "Return of 126 sessions", "percent", "price", _ratio("close", _ago(126))),
    _price("return_1y", "Return of 252 sessions", "percent", "price", _ratio("close", _ago(YEAR))),
    _price("high_52w", "Highest of 252 sessions", "rupees", "price", _HIGHEST),
    _price("low_52w", "Lowest of 252 sessions", "rupees", "price", _LOWEST),
    _price("from_high_52w", "Close against the highest of 252 sessions", "percent", "price",
           _ratio("close", _HIGHEST)),
    _price("from_low_52w", "Close against the lowest of 252 sessions", "percent", "price", _ratio("close", _LOWEST)),
    _price("volume_ratio", "Volume / mean of the 20 sessions before", "number", "price",
           {"/": ["volume", {"ago": [{"mean": ["volume", 20]}, 1]}]}),
    _price("sma_20", "SMA 20", "rupees", "trend", {"sma": 20}),
    _price("sma_50", "SMA 50", "rupees", "trend", {"sma": 50}),
    _price("sma_200", "SMA 200", "rupees", "trend", {"sma": 200}),
    _price("ema_20", "EMA 20", "rupees", "trend", {"ema": 20}),
    _price("ema_50", "EMA 50", "rupees", "trend", {"ema": 50}),
    _price("from_sma_50", "Close against SMA 50", "percent", "trend", _ratio("close", {"sma": 50})),
    _price("from_sma_200", "Close against SMA 200", "percent", "trend", _ratio("close", {"sma": 200})),
    _price("adx_14", "ADX 14", "number", "trend", {"adx": 14}),
    _price("plus_di_14", "+DI 14", "number", "trend", {"plus_di": 14}),
    _price("minus_di_14", "-DI 14", "number", "trend", {"minus_di": 14}),
    _price("rsi_14", "RSI 14", "number", "momentum", {"rsi": 14}),
    _price("macd_line", "MACD line", "number", "momentum", {"macd": {}, "output": "macd_line"}),
    _price("macd_signal", "MACD signal line", "number", "momentum", {"macd": {}, "output": "signal_line"}),
    _price("macd_histogram", "MACD histogram", "number", "momentum", {"macd": {}, "output": "histogram"}),
    _price("stoch_k", "Stochastic %K", "number", "momentum", {"stoch": {}, "output": "slowk"}),
    _price("mfi_14", "Money flow index 14", "number", "momentum", {"mfi": 14}),
    _price("cci_20", "CCI 20", "number", "momentum", {"cci": 20}),
    _price("atr_14", "ATR 14", "rupees", "volatility", {"atr": 14}),
    _price("atr_pct", "ATR 14 / close", "percent", "volatility", {"*": [100, {"/": [{"atr": 14}, "close"]}]}),
    _price("bollinger_b", "Bollinger %b: 0 at the lower band, 1 at the upper", "number", "volatility",
           {"/": [{"-": ["close", _BANDS["lower"]]}, {"-": [_BANDS["upper"], _BANDS["lower"]]}]}),
    _price("bollinger_width", "Bollinger bands' width / middle", "percent", "volatility",
           {"*": [100, {"/": [{"-": [_BANDS["upper"], _BANDS["lower"]]}, _BANDS["middle"]]}]}),
    # root of the sessions of a year: yearly
    _price("volatility_20", "Standard deviation of 20 daily returns, yearly", "percent", "volatility",
           {"*": [100 * YEAR**0.5, {"std": [_CHANGE, 20]}]}),
)  # fmt: skip
PRICE_NAMES = frozenset(one.field.name for one in PRICE_FIELDS)

SYMBOL = Field("symbol", "Symbol", "category", "company")
INDUSTRY = Field("industry", "Industry", "category", "company")
NEWS_FIELDS = (
    Field("news_3", "Articles within 3 sessions of the newest bar", "number", "news"),
    Field("news_sentiment_3", "Their sentiment, -1 to 1", "number", "news"),
)
# other words for fields
SYNONYMS = {"sector": "industry", "ticker": "symbol", "price": "close", "change_pct": "change", "rsi": "rsi_14"}
_TAKEN = {*PRICE_NAMES, SYMBOL.name, INDUSTRY.name, *(one.name for one in NEWS_FIELDS), *SYNONYMS}


def figure_field(metric: str, unit: Unit) -> Field:
    """The field of a company's figure; one that shares its name with a figure of prices is set apart."""
    known = FIGURES.get(metric)
    taken = metric in _TAKEN
    title = known.title if known is not None else metric.replace("_", " ")
    return Field(f"figure_{metric}" if taken else metric, title, unit, "fundamental")


def missing_figure(name: str) -> str | None:
    """The figure that a field of this name would be of, where it is a figure that companies have."""
    metric = name.removesuffix("_sector_rank").removeprefix("figure_")
    return metric if metric in FIGURES else None


def rank_field(figure: Field) -> Field:
    """Where the figure stands in its industry."""
    title = f"{figure.title}: percent of the industry's others that are lower"
    return Field(f"{figure.name}_sector_rank", title, "percent", "fundamental")


def rule_field(rule: str) -> Field:
    """Whether a rule holds."""
    return Field(f"rule.{rule}", f"Rule {rule}: 1 it holds bullish, -1 bearish, 0 it doesn't", "number", "rule")


def pattern_field(pattern: str) -> Field:
    """Whether a pattern was completed."""
    title = f"Pattern {pattern}: its quality where it was completed on the last 5 bars, else 0"
    return Field(f"pattern.{pattern}", title, "number", "pattern")
