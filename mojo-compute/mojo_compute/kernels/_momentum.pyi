from mojo_compute.kernels.arrays import Floats

def rsi_into(prices: Floats, period: int, out: Floats) -> None: ...
def macd_into(
    prices: Floats,
    fast_period: int,
    slow_period: int,
    signal_period: int,
    macd_line: Floats,
    signal_line: Floats,
    histogram: Floats,
) -> None: ...
