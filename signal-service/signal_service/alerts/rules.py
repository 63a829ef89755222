"""The rules: what must be true of a symbol's newest bar, and of the news on it.

Each price part is a pure function over the whole history at once, so the same words that
raise an alert today also find the earlier bars that it is measured on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from signal_service.alerts.columns import Bools, Columns, previous
from signal_service.alerts.news import Direction

Kind = Literal["technical", "news", "fundamental", "combined"]
RuleKey = tuple[str, str]  # rule, direction

NOTABLE_MOVE = 0.5  # of the usual daily move: less than that does not confirm a headline
SURGE = 2.0  # times the usual volume
OVERSOLD, OVERBOUGHT = 30.0, 70.0
STRONG_NEWS = 0.3  # score x confidence a headline needs where the trend does not back it


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in one direction.

    Parameters
    ----------
    price : callable
        Columns -> bool per bar: where the price part holds. NaN compares false, so a bar
        without enough history never holds.
    news_strength : float or None
        Least `News.strength` of a fresh article in the rule's direction; None: no news needed.
    cooldown : int
        Sessions after an alert in which the rule stays silent for that symbol and direction.
    cites : tuple of str
        The columns that its price part reads.
    """

    name: str
    kind: Kind
    direction: Direction
    says: str
    price: Callable[[Columns], Bools]
    cites: tuple[str, ...]
    cooldown: int
    news_strength: float | None = None

    @property
    def key(self) -> RuleKey:
        return self.name, self.direction


def in_uptrend(c: Columns) -> Bools:
    return (c.close > c.sma_20) & (c.rsi_14 > previous(c.rsi_14))


def in_downtrend(c: Columns) -> Bools:
    return (c.close < c.sma_20) & (c.rsi_14 < previous(c.rsi_14))


def notable_rise(c: Columns) -> Bools:
    return c.change > NOTABLE_MOVE * c.volatility


def notable_fall(c: Columns) -> Bools:
    return c.change < -NOTABLE_MOVE * c.volatility


def rise_without_trend(c: Columns) -> Bools:
    return notable_rise(c) & ~in_uptrend(c)


def fall_without_trend(c: Columns) -> Bools:
    return notable_fall(c) & ~in_downtrend(c)


def crosses_above(c: Columns) -> Bools:
    return (previous(c.sma_20) <= previous(c.sma_50)) & (c.sma_20 > c.sma_50)


def crosses_below(c: Columns) -> Bools:
    return (previous(c.sma_20) >= previous(c.sma_50)) & (c.sma_20 < c.sma_50)


def at_new_high(c: Columns) -> Bools:
    return c.bars.high > c.prior_high


def at_new_low(c: Columns) -> Bools:
    return c.bars.low < c.prior_low


def surge_up(c: Columns) -> Bools:
    return (c.volume_ratio >= SURGE) & notable_rise(c)


def surge_down(c: Columns) -> Bools:
    return (c.volume_ratio >= SURGE) & notable_fall(c)


def leaves_oversold(c: Columns) -> Bools:
    return (previous(c.rsi_14) <= OVERSOLD) & (c.rsi_14 > OVERSOLD)


def leaves_overbought(c: Columns) -> Bools:
    return (previous(c.rsi_14) >= OVERBOUGHT) & (c.rsi_14 < OVERBOUGHT)


TREND = ("sma_20", "rsi_14", "rsi_14_previous")
MOVE = ("volatility",)
CROSS = ("sma_20", "sma_50", "sma_20_previous", "sma_50_previous")
RSI = ("rsi_14", "rsi_14_previous")

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("news_with_trend", "combined", "bullish", "bullish news, close above SMA20, RSI rising",
         in_uptrend, TREND, cooldown=3, news_strength=0.0),
    Rule("news_with_trend", "combined", "bearish", "bearish news, close below SMA20, RSI falling",
         in_downtrend, TREND, cooldown=3, news_strength=0.0),
    Rule("news_with_day_move", "news", "bullish", "strong bullish news and a notable rise, against the trend",
         rise_without_trend, TREND + MOVE, cooldown=3, news_strength=STRONG_NEWS),
    Rule("news_with_day_move", "news", "bearish", "strong bearish news and a notable fall, against the trend",
         fall_without_trend, TREND + MOVE, cooldown=3, news_strength=STRONG_NEWS),
    Rule("sma_crossover", "technical", "bullish", "SMA20 crosses above SMA50", crosses_above, CROSS, cooldown=5),
    Rule("sma_crossover", "technical", "bearish", "SMA20 crosses below SMA50", crosses_below, CROSS, cooldown=5),
    Rule("new_52_week_high", "technical", "bullish", "high above that of the 252 sessions before",
         at_new_high, ("high", "prior_high"), cooldown=5),
    Rule("new_52_week_low", "technical", "bearish", "low below that of the 252 sessions before",
         at_new_low, ("low", "prior_low"), cooldown=5),
    Rule("volume_surge", "technical", "bullish", "at least twice the usual volume on a notable rise",
         surge_up, MOVE, cooldown=3),
    Rule("volume_surge", "technical", "bearish", "at least twice the usual volume on a notable fall",
         surge_down, MOVE, cooldown=3),
    Rule("rsi_reversal", "technical", "bullish", "RSI leaves the oversold zone (30) upwards",
         leaves_oversold, RSI, cooldown=5),
    Rule("rsi_reversal", "technical", "bearish", "RSI leaves the overbought zone (70) downwards",
         leaves_overbought, RSI, cooldown=5),
)
# fmt: on
BY_KEY: dict[RuleKey, Rule] = {rule.key: rule for rule in RULES}


def holds_at(price: Bools, index: int) -> bool:
    """Whether a price part holds on bar `index` (negative: from the end); False before the first."""
    return bool(price[index]) if -len(price) <= index < len(price) else False
