"""Holding an indicator against an oracle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import talib
from chitti_shared.contracts.indicators import BY_NAME, Indicator
from mojo_compute.engines import select
from mojo_compute.indicators import compute, resolve

from support.markets import MARKETS, Bars, sample_market

Oracle = Callable[..., Any]
Given = Mapping[str, float]

ENGINES = ("cython", "numpy")


def cases(parameters: Mapping[str, list[dict[str, float]]]) -> list[Any]:
    """One test case for each indicator and each set of parameters: `("name", "given")`."""
    return [
        pytest.param(name, given, id="-".join([name, *map(str, given.values())]))
        for name, sets in parameters.items()
        for given in sets
    ]


def inputs_of(indicator: Indicator, bars: Bars) -> dict[str, np.ndarray]:
    """What an indicator reads, out of bars. An input that bars don't have is made from the close."""
    if indicator.name in ("cosh", "exp", "sinh"):  # of prices they leave the float range
        return {"close": np.log(bars["close"])}
    close, volume = bars["close"], bars.get("volume", bars["close"])
    made = {
        "other": close[::-1].copy(),
        "benchmark": close[::-1].copy(),
        "advances": np.floor(close % 100.0),
        "declines": np.floor(7.0 * close % 100.0),
        "advancing_volume": volume,
        "declining_volume": volume[::-1].copy(),
        "new_highs": np.floor(close % 20.0),
        "new_lows": np.floor(3.0 * close % 20.0),
    }
    return {name: bars[name] if name in bars else made[name] for name in indicator.inputs}


def run(name: str, bars: Bars, given: Given, engine: str = "cython") -> tuple[np.ndarray, ...]:
    """The outputs of an indicator."""
    indicator = BY_NAME[name]
    done = compute(indicator, inputs_of(indicator, bars), resolve(indicator, given), select(engine))
    assert done.engine == engine
    return done.outputs


def by_talib(name: str, function: str = "") -> Oracle:
    """TA-Lib's function of the same name, called with inputs and parameters in the declared order."""
    called = getattr(talib, (function or name).upper())

    def oracle(*arguments: Any) -> Any:
        return called(*arguments)

    return oracle


def check_equal(ours: Any, theirs: Any, scale: float = 0.0) -> None:
    """Outputs equal an oracle's: integers wholly, others to 1e-9 of the largest of `scale` and their values."""
    theirs = theirs if isinstance(theirs, tuple | list) else (theirs,)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        if other.dtype == np.int32 or mine.dtype == np.int32:
            check_integers(mine, other)
            continue
        np.testing.assert_array_equal(np.isnan(mine), np.isnan(other))
        bound = 1e-9 * max(float(np.nanmax(np.abs(other), initial=0.0)), scale)
        np.testing.assert_allclose(mine, other, rtol=0, atol=bound)


def check_integers(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Integers equal an oracle's, and are 0 where it has NaN."""
    assert ours.dtype == np.int32
    np.testing.assert_array_equal(ours, np.nan_to_num(theirs))


def check_on_markets(
    name: str, given: Given, oracle: Oracle, engine: str, *, besides: tuple[str, ...] = (), thorough: bool = False
) -> None:
    """An indicator equals `oracle(*inputs, *parameters)` on every market that is long enough.

    Parameters
    ----------
    besides : tuple of str
        Markets on which the oracle itself answers noise.
    thorough : bool
        On the fifty stocks of the sample market instead.
    """
    indicator = BY_NAME[name]
    parameters = resolve(indicator, given)
    tried = 0
    for market, bars in (sample_market() if thorough else MARKETS).items():
        if market in besides or len(bars["close"]) <= indicator.lookback(parameters):
            continue
        inputs = inputs_of(indicator, bars)
        scale = max(float(np.abs(values).max()) for values in inputs.values())
        try:
            check_equal(run(name, bars, given, engine), oracle(*inputs.values(), *parameters.values()), scale)
        except AssertionError as error:
            raise AssertionError(f"{name} {dict(parameters)} on {market}: {error}") from error
        tried += 1
    assert tried
