"""Expressions made at random, and what they mean, bar by bar in plain Python.

`value_at` reads the JSON itself, not what the parser makes of it: None is a null or not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from chitti_shared.contracts.indicators import BY_NAME
from hypothesis import strategies as st
from mojo_compute import indicators as ta
from mojo_compute.indicators import resolve

Answer = float | bool | None
Bars = dict[str, np.ndarray]


class Readable:
    """The meaning of an expression on bars.

    Parameters
    ----------
    bars : dict of ndarray
        `open high low close volume`.
    definitions, parameters : dict
        As in the document; of parameters the values.
    """

    def __init__(self, bars: Bars, definitions: dict[str, Any] | None = None, parameters: dict[str, Any] | None = None):
        self.bars = bars
        self.length = len(bars["close"])
        self.definitions = definitions or {}
        self.parameters = parameters or {}

    def all_bars(self, document: Any) -> list[Answer]:
        return [self.at(document, bar) for bar in range(self.length)]

    def at(self, document: Any, bar: int) -> Answer:
        if bar < 0:
            return None
        if isinstance(document, bool | int | float):
            return document
        if isinstance(document, str):
            return self._named(document, bar)
        if "param" in document:
            return self.parameters[document["param"]]
        if "times" in document:
            rest = {key: value for key, value in document.items() if key != "times"}
            return self.at({"*": [rest, document["times"]]}, bar)
        head = next(key for key in document if key != "output")
        given = document[head]
        if head in BY_NAME and isinstance(given, dict | int):
            return self._indicator(head, given, document.get("output"))[bar]
        operands = given if isinstance(given, list) else [given]
        if head in _WINDOWS:
            return self._window(head, operands[0], self._whole(operands[1]), bar)
        if head in _CROSSINGS:
            now, before = ([self.at(one, when) for one in operands] for when in (bar, bar - 1))
            return _all([_compare(_CROSSINGS[head][0], *before), _compare(_CROSSINGS[head][1], *now)])
        if head == "since":
            return next((float(ago) for ago in range(bar + 1) if self.at(operands[0], bar - ago) is True), None)
        return _POINTWISE[head]([self.at(one, bar) for one in operands])

    def _whole(self, given: Any) -> int:
        return int(self.parameters[given["param"]] if isinstance(given, dict) else given)

    def _named(self, name: str, bar: int) -> Answer:
        if name in self.definitions:
            return self.at(self.definitions[name], bar)
        if name in self.bars:
            return float(self.bars[name][bar])
        first, high, low, close = (float(self.bars[one][bar]) for one in ("open", "high", "low", "close"))
        return {
            "typical": (high + low + close) / 3,
            "hl2": (high + low) / 2,
            "ohlc4": (first + high + low + close) / 4,
        }[name]

    def _window(self, name: str, operand: Any, bars: int, bar: int) -> Answer:
        if name == "ago":
            return self.at(operand, bar - bars)
        if name in ("rising", "falling"):
            compare = ">" if name == "rising" else "<"
            pairs = [(self.at(operand, bar - ago), self.at(operand, bar - ago - 1)) for ago in range(bars)]
            return _all([_compare(compare, *pair) for pair in pairs])
        if name in ("change", "rank"):
            now, before = self.at(operand, bar), [self.at(operand, bar - ago) for ago in range(1, bars + 1)]
            if name == "change":
                return None if now is None or before[-1] is None else _or_null(now - before[-1])
            known = now is not None and None not in before
            return 100 * sum(one < now for one in before) / bars if known else None
        values = [self.at(operand, bar - ago) for ago in range(bars)]
        if name in ("within", "for"):
            return _any(values) if name == "within" else _all(values)
        return None if None in values else _OVER[name](values)

    def _indicator(self, name: str, given: Any, output: str | None) -> list[Answer]:
        declared = BY_NAME[name]
        given = dict(given) if isinstance(given, dict) else {declared.parameters[0].name: given}
        of = given.pop("of", {})
        if len(declared.inputs) == 1 and of != {}:
            of = {declared.inputs[0]: of}
        numbers = {key: self._whole(one) if isinstance(one, dict) else one for key, one in given.items()}
        parameters = resolve(declared, numbers)
        inputs = [[self.at(of.get(one, one), bar) for bar in range(self.length)] for one in declared.inputs]
        place = declared.outputs.index(output) if output else 0
        lookback, recursive = declared.lookback(parameters), declared.is_recursive(parameters)
        known = [all(one[bar] is not None for one in inputs) for bar in range(self.length)]
        if sum(known) <= lookback or self.length <= lookback:
            return [None] * self.length
        found = ta.FUNCTIONS[name](*[np.array(one, np.float64) for one in inputs], *parameters.values())
        values = found[place] if isinstance(found, tuple) else found
        if declared.outputs[place] in declared.integers:
            if recursive:
                there = [known[bar] and sum(known[: bar + 1]) > lookback for bar in range(self.length)]
            else:
                there = [bar >= lookback and all(known[bar - lookback : bar + 1]) for bar in range(self.length)]
            return [float(one) if is_known else None for one, is_known in zip(values, there, strict=True)]
        return [None if math.isnan(one) else float(one) for one in values]


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _all(values: list[Any]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: list[Any]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}


def _compare(name: str, x: Answer, y: Answer) -> bool | None:
    return None if x is None or y is None else _COMPARE[name](x, y)


def _arithmetic(combine: Callable[[float, float], float]) -> Callable[[list[Any]], float | None]:
    def fold(values: list[Any]) -> float | None:
        total = values[0]
        for one in values[1:]:
            total = None if total is None or one is None else _or_null(combine(total, one))
        return total

    return fold


_OVER = {
    "highest": max,
    "lowest": min,
    "sum": math.fsum,
    "mean": lambda values: math.fsum(values) / len(values),
    "std": lambda values: float(np.std(np.array(values))),
}
_WINDOWS = {*_OVER, "ago", "rising", "falling", "change", "rank", "within", "for"}
_CROSSINGS = {"crosses_above": ("<=", ">"), "crosses_below": (">=", "<")}
_POINTWISE: dict[str, Callable[[list[Any]], Answer]] = {
    "+": _arithmetic(lambda x, y: x + y),
    "*": _arithmetic(lambda x, y: x * y),
    "/": _arithmetic(lambda x, y: x / y if y else math.nan),
    "-": lambda v: _arithmetic(lambda x, y: x - y)(v) if len(v) > 1 else None if v[0] is None else -v[0],
    "min": lambda values: None if None in values else min(values),
    "max": lambda values: None if None in values else max(values),
    "abs": lambda values: None if values[0] is None else abs(values[0]),
    "between": lambda v: _all([_compare(">=", v[0], v[1]), _compare("<=", v[0], v[2])]),
    "all": _all,
    "any": _any,
    "not": lambda values: None if values[0] is None else not values[0],
    **{name: lambda values, name=name: _compare(name, *values) for name in _COMPARE},
}

# Windows whose values are exact on prices that are whole quarters: sums of them, and means over powers of two
_EXACT = {
    "highest": (1, 2, 5),
    "lowest": (1, 3),
    "sum": (1, 2, 4),
    "mean": (1, 2, 4, 8),
    "change": (1, 3),
    "ago": (0, 1, 4),
}
_SHORT_MACD = {"fast_period": 3, "slow_period": 6, "signal_period": 2}
_INDICATORS = (
    {"sma": 3},
    {"ema": {"period": 4}},
    {"rsi": 5},
    {"atr": 4},
    {"macd": _SHORT_MACD, "output": "signal_line"},
    {"macd": _SHORT_MACD, "output": "histogram"},
    {"bollinger": 4, "output": "upper_band"},
    {"supertrend": {"period": 3}, "output": "trend"},
    {"cdlengulfing": {}},
    {"vwma": 3},
    {"obv": {}},
    {"donchian": 4, "output": "lower_band"},
    {"correl": {"period": 4, "of": {"other": "volume"}}},
    {"atr": 3, "times": 2},
    {"stddev": {"period": 3, "of": "volume"}},
)
NAMES = ("open", "high", "low", "close", "volume", "typical", "hl2", "ohlc4")
_KNOWN = st.sampled_from


def numbers(depth: int = 3) -> st.SearchStrategy[Any]:
    """Number expressions."""
    plain = _KNOWN(NAMES) | st.integers(-3, 150) | _KNOWN(_INDICATORS)
    if depth == 0:
        return plain
    inner = st.deferred(lambda: numbers(depth - 1))
    condition = st.deferred(lambda: truths(depth - 1))
    some = st.lists(inner, min_size=2, max_size=3)
    window = _KNOWN([(name, bars) for name, lengths in _EXACT.items() for bars in lengths])
    return st.one_of(
        plain,
        st.builds(lambda name, xs: {name: xs}, _KNOWN(["+", "*", "min", "max"]), some),
        st.builds(lambda name, x, y: {name: [x, y]}, _KNOWN(["-", "/"]), inner, inner),
        st.builds(lambda name, x: {name: x}, _KNOWN(["abs", "-"]), inner),
        st.builds(lambda x, one: {one[0]: [x, one[1]]}, _KNOWN(NAMES[:5]), window),
        st.builds(lambda x: {"since": x}, condition),
        st.builds(
            lambda x, name, n: {name: {"period": n, "of": x}}, inner, _KNOWN(["sma", "ema", "max"]), _KNOWN([2, 4])
        ),
    )


def truths(depth: int = 3) -> st.SearchStrategy[Any]:
    """Conditions."""
    number = st.deferred(lambda: numbers(depth - 1 if depth else 0))
    pairs = _KNOWN([*_COMPARE, "crosses_above", "crosses_below"])
    compared = st.builds(lambda name, x, y: {name: [x, y]}, pairs, number, number)
    if depth == 0:
        return compared | st.booleans()
    inner = st.deferred(lambda: truths(depth - 1))
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        compared,
        st.builds(lambda x, y, z: {"between": [x, y, z]}, number, number, number),
        st.builds(lambda name, x, bars: {name: [x, bars]}, _KNOWN(["rising", "falling"]), number, st.integers(1, 4)),
        st.builds(lambda name, xs: {name: xs}, _KNOWN(["all", "any"]), some),
        st.builds(lambda x: {"not": x}, inner),
        st.builds(lambda name, x, bars: {name: [x, bars]}, _KNOWN(["within", "for", "ago"]), inner, st.integers(1, 5)),
    )


@st.composite
def quarter_bars(draw: st.DrawFn, least: int = 1, most: int = 40) -> Bars:
    """Bars whose prices are whole quarters, with ties and flat stretches."""
    length = draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    step = draw(st.sampled_from([1, 4, 40]))
    close = 100.0 + np.cumsum(rng.integers(-step, step + 1, length)) / 4.0
    close = np.maximum(close, 5.0)
    opened = np.maximum(close + rng.integers(-4, 5, length) / 4.0, 1.0)
    high = np.maximum(opened, close) + rng.integers(0, 5, length) / 4.0
    low = np.maximum(np.minimum(opened, close) - rng.integers(0, 5, length) / 4.0, 0.25)
    return {"open": opened, "high": high, "low": low, "close": close, "volume": rng.integers(0, 9, length) * 100.0}
