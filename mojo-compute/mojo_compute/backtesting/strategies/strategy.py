"""What a strategy is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mojo_compute.backtesting.data import Data
from mojo_compute.backtesting.signals import Signals

NO_PARAMETERS: Mapping[str, Any] = {}


class Decides(Protocol):
    """The least that a backtest asks of a strategy, whatever its class."""

    @property
    def name(self) -> str: ...

    @property
    def parameters(self) -> Mapping[str, Any]: ...

    def signals(self, data: Data, /) -> Signals: ...


class Strategy:
    """What decides: a class with a name, its parameters, and `signals`.

    `signals(data)` answers for every bar at once what is wanted after that bar's close. What stands at bar t
    may depend on bars 0 ... t alone: a backtest recomputes it on shortened data and says where that differs.

    Attributes
    ----------
    name : str
    parameters : mapping
        Everything that decides beside the data, as JSON has it: the run's manifest holds it.
    settings : mapping
        Settings of `Execution` that it wants unless others are given.
    lookback : int
        Bars before the first decision. Fewer bars than that make a backtest an error. 0 where nothing is said.

    Examples
    --------
    >>> import numpy as np
    >>> from mojo_compute import indicators as ta
    >>> from mojo_compute.backtesting import Data, Signals, Strategy
    >>> class AboveAverage(Strategy):
    ...     name = "above_average"
    ...
    ...     def __init__(self, period):
    ...         self.parameters = {"period": period}
    ...
    ...     def signals(self, data: Data) -> Signals:
    ...         close = data.bars.close[0]
    ...         above = close > ta.sma(close, self.parameters["period"])
    ...         return Signals(entries=above[np.newaxis], exits=~above[np.newaxis])
    """

    name: str = "strategy"
    parameters: Mapping[str, Any] = NO_PARAMETERS
    settings: Mapping[str, Any] = NO_PARAMETERS
    lookback: int = 0

    def signals(self, data: Data) -> Signals:
        """What is wanted after each bar's close."""
        raise NotImplementedError


@dataclass(frozen=True)
class Ready(Strategy):
    """Signals that were made elsewhere. They can't be recomputed, so nothing proves that they don't look ahead.

    Parameters
    ----------
    ready : Signals
        Of the bars that the backtest runs over.
    name : str
    parameters : mapping
        What they were made with, for the manifest.
    """

    ready_made = True  # for the proof: a class attribute, no field

    ready: Signals
    name: str = "ready"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def signals(self, data: Data) -> Signals:
        """They are what they are."""
        return self.ready
