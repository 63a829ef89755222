"""Every strategy that has a name."""

from __future__ import annotations

from chitti_shared.contracts.indicators import Parameter
from chitti_shared.contracts.indicators.declaration import period
from chitti_shared.contracts.strategies.declaration import StrategyDeclaration

# Words for the numbers 0, 1, 2, ... of a parameter `rebalance`
CALENDARS = ("never", "daily", "weekly", "monthly", "quarterly", "yearly")

_MONTHLY = CALENDARS.index("monthly")
_REBALANCE = Parameter("rebalance", int, _MONTHLY, 0, len(CALENDARS) - 1, names=CALENDARS)
_DRIFT = Parameter("drift", float, 0.0, 0.0, 10.0)
_GROSS = Parameter("gross", float, 1.0, 0.0, 100.0)
_FAST_BELOW_SLOW = (("fast_period", "slow_period"),)
_BOTH_SIDES = (("direction", "both"),)

_CROSSINGS = (
    StrategyDeclaration(
        "sma_crossover",
        (period(10, name="fast_period"), period(20, 3, name="slow_period")),
        "Long where the fast simple average crosses above the slow one, short where it crosses below.",
        "W. Brock, J. Lakonishok, B. LeBaron, Simple Technical Trading Rules, Journal of Finance 47, 1992",
        ordered=_FAST_BELOW_SLOW,
    ),
    StrategyDeclaration(
        "ema_crossover",
        (period(12, name="fast_period"), period(26, 3, name="slow_period")),
        "Long where the fast exponential average crosses above the slow one, short where it crosses below.",
        "J. Murphy, Technical Analysis of the Financial Markets, 1999, chapter 9",
        ordered=_FAST_BELOW_SLOW,
    ),
    StrategyDeclaration(
        "rsi_reversion",
        (
            period(14),
            Parameter("oversold", float, 30.0, 0.0, 100.0),
            Parameter("overbought", float, 70.0, 0.0, 100.0),
        ),
        "Long where the RSI comes back above `oversold`, short where it comes back below `overbought`.",
        "J. W. Wilder, New Concepts in Technical Trading Systems, 1978",
        ordered=(("oversold", "overbought"),),
    ),
    StrategyDeclaration(
        "macd_cross",
        (period(12, name="fast_period"), period(26, 3, name="slow_period"), period(9, 1, name="signal_period")),
        "Long where the MACD line crosses above its signal line, short where it crosses below.",
        "G. Appel, The Moving Average Convergence-Divergence Trading Method, 1979",
        ordered=_FAST_BELOW_SLOW,
    ),
    StrategyDeclaration(
        "bollinger_reversion",
        (period(20), Parameter("std_dev", float, 2.0, 0.01, 100.0)),
        "Long where the close comes back above the lower band, short where it comes back below the upper one; "
        "out where it crosses the middle band.",
        "J. Bollinger, Bollinger on Bollinger Bands, 2001",
    ),
    StrategyDeclaration(
        "donchian_breakout",
        (period(20, name="entry_period"), period(10, name="exit_period")),
        "Long where the close leaves the highest high of the `entry_period` bars before, out where it leaves the "
        "lowest low of the `exit_period` bars before; short the other way round.",
        "R. Donchian; C. Faith, Way of the Turtle, 2007 (system 1)",
    ),
    StrategyDeclaration(
        "supertrend",
        (period(10), Parameter("multiplier", float, 3.0, 0.01, 1_000.0)),
        "Long where the supertrend turns up, short where it turns down.",
        "O. Seban; the band is TA-Lib's SUPERTREND",
    ),
)
_SESSIONS = (
    StrategyDeclaration(
        "opening_range_breakout",
        (
            Parameter("range_minutes", int, 15, 1, 1_440),
            Parameter("exit_minutes", int, 360, 2, 1_440),
            Parameter("range_stop", int, 1, 0, 1, names=("no", "yes")),
        ),
        "Long where a close leaves the range of the day's first `range_minutes` upwards, short downwards, once a day "
        "on each side; out `exit_minutes` after the day's first bar began. `range_stop`: a stop as far from the entry "
        "as that close was from the range's other end.",
        "T. Crabel, Day Trading with Short Term Price Patterns and Opening Range Breakout, 1990",
        needs="sessions",
        ordered=(("range_minutes", "exit_minutes"),),
    ),
)
_PANELS = (
    StrategyDeclaration(
        "momentum_rank",
        (
            period(231, 1, name="lookback"),
            period(21, 0, name="skip"),
            Parameter("top", int, 10, 1, 1_000),
            Parameter("bottom", int, 0, 0, 1_000),
            _GROSS,
            _REBALANCE,
        ),
        "On each rebalance long the `top` symbols by return over `lookback` bars that ended `skip` bars ago, short the "
        "`bottom` ones, each worth `gross` / (`top` + `bottom`) of equity.",
        "N. Jegadeesh, S. Titman, Returns to Buying Winners and Selling Losers, Journal of Finance 48, 1993",
        needs="panel",
        execution=_BOTH_SIDES,
    ),
    StrategyDeclaration(
        "pairs_zscore",
        (
            period(60, 3, name="window"),
            Parameter("entry", float, 2.0, 0.0, 100.0),
            Parameter("exit", float, 0.5, -100.0, 100.0),
            Parameter("stop", float, 4.0, 0.0, 1_000.0),
            _GROSS,
        ),
        "The first symbol's log price less `beta` times the second's, both over the last `window` bars, in standard "
        "deviations: long the spread at -`entry`, short at `entry`, out within `exit`, and beyond `stop` until it was "
        "back within `entry`.",
        "E. Gatev, W. Goetzmann, K. Rouwenhorst, Pairs Trading, Review of Financial Studies 19, 2006; "
        "E. Chan, Algorithmic Trading, 2013, chapter 3",
        needs="pair",
        ordered=(("exit", "entry"), ("entry", "stop")),
        execution=_BOTH_SIDES,
    ),
    StrategyDeclaration(
        "equal_weight",
        (_GROSS, _REBALANCE, _DRIFT),
        "Every symbol the same share of equity, restored on each rebalance and where one drifts by `drift` (0: not).",
        "V. DeMiguel, L. Garlappi, R. Uppal, Optimal Versus Naive Diversification, RFS 22, 2009",
        needs="panel",
    ),
    StrategyDeclaration(
        "inverse_volatility",
        (period(60, name="window"), _GROSS, _REBALANCE, _DRIFT),
        "Shares of equity as one over the volatility of the last `window` returns, renewed on each rebalance, restored "
        "where one drifts by `drift` (0: not).",
        "T. Roncalli, Introduction to Risk Parity and Budgeting, 2013",
        needs="panel",
    ),
    StrategyDeclaration(
        "fixed_weights",
        (_REBALANCE, _DRIFT),
        "The given shares of equity, negative ones short, restored on each rebalance and where one drifts by `drift` "
        "(0: not).",
        "W. Sharpe, Adaptive Asset Allocation Policies, Financial Analysts Journal 66, 2010",
        needs="panel",
        execution=_BOTH_SIDES,
        weights=True,
    ),
)
_NEWS = (
    StrategyDeclaration(
        "news_sentiment",
        (
            Parameter("threshold", float, 0.3, 0.001, 1.0),
            Parameter("min_articles", int, 2, 1, 10_000),
            period(1, 1, name="window", most=1_000),
            period(5, 1, name="hold_bars"),
        ),
        "Long where the mean sentiment of the articles first seen in the last `window` bars reaches `threshold`, short "
        "at -`threshold`; each ends the other, and `hold_bars` without a new one.",
        "P. Tetlock, Giving Content to Investor Sentiment, Journal of Finance 62, 2007",
        needs="news",
    ),
)
STRATEGIES: tuple[StrategyDeclaration, ...] = (*_CROSSINGS, *_SESSIONS, *_PANELS, *_NEWS)
STRATEGY_BY_NAME: dict[str, StrategyDeclaration] = {one.name: one for one in STRATEGIES}
