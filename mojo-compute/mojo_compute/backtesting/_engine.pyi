from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from mojo_compute.backtesting._costs import Compiled
from mojo_compute.kernels.arrays import Floats, Integers, Marks

Series: TypeAlias = tuple[Floats | None, ...]

class Prices:
    def __new__(
        cls, opens: Floats, highs: Floats, lows: Floats, closes: Floats, volumes: Floats | None, days: Integers | None
    ) -> Self: ...

class Settings:
    def __new__(
        cls,
        capital: float,
        size_type: int,
        size: float,
        volatility_window: int,
        kelly_trades: int,
        max_entries: int,
        lot: float,
        tick: float,
        fill: int,
        mask: int,
        bps: float,
        ticks: float,
        impact: float,
        volume_limit: float,
        stop_loss: float | None,
        take_profit: float | None,
        trailing_stop: float | None,
        max_bars: int | None,
        order_bars: int,
        leverage: float,
        maintenance: float,
        periods_per_year: float,
        excursions: bool = True,
    ) -> Self: ...

class Ledger:
    def run(
        self,
        prices: Prices,
        settings: Settings,
        costs: Compiled,
        codes: Marks | None,
        series: Series | None,
        actions: Marks | None,
        curves: Floats,
        positions: Floats | None,
        stop: npt.NDArray[np.int32] | None,
    ) -> int: ...
    def tables(self) -> tuple[bytes, bytes, bytes, bytes, int]: ...

def codes_into(
    entries: Marks | None, exits: Marks | None, short_entries: Marks | None, short_exits: Marks | None, out: Marks
) -> None: ...
