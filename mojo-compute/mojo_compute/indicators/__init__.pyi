# Written by `python -m mojo_compute.indicators.signatures`: change the declarations instead.
from collections.abc import Callable
from typing import Any, NamedTuple

from chitti_shared.contracts.indicators import BY_NAME as BY_NAME
from numpy.typing import ArrayLike

from mojo_compute.indicators.compute import Computed as Computed
from mojo_compute.indicators.compute import compute as compute
from mojo_compute.indicators.functions import panel as panel
from mojo_compute.indicators.panels import PanelComputed as PanelComputed
from mojo_compute.indicators.panels import compute_panel as compute_panel
from mojo_compute.indicators.parameters import resolve as resolve
from mojo_compute.indicators.streams import Stream as Stream
from mojo_compute.kernels.arrays import Floats

FUNCTIONS: dict[str, Callable[..., Any]]

def sma(close: ArrayLike, period: int = 30) -> Floats: ...

class BollingerResult(NamedTuple):
    upper_band: Floats
    middle_band: Floats
    lower_band: Floats

def bollinger(
    close: ArrayLike,
    period: int = 20,
    std_dev_up: float | None = None,
    std_dev_down: float | None = None,
    *,
    std_dev: float | None = None,
) -> BollingerResult: ...
def bbands(
    close: ArrayLike,
    period: int = 20,
    std_dev_up: float | None = None,
    std_dev_down: float | None = None,
    *,
    std_dev: float | None = None,
) -> BollingerResult: ...
def rsi(close: ArrayLike, period: int = 14) -> Floats: ...

class MacdResult(NamedTuple):
    macd_line: Floats
    signal_line: Floats
    histogram: Floats

def macd(close: ArrayLike, fast_period: int = 12, slow_period: int = 26, signal_period: int = 9) -> MacdResult: ...
