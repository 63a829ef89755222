from mojo_compute.kernels.arrays import Floats

def sma_into(prices: Floats, period: int, out: Floats) -> None: ...
def bollinger_into(
    prices: Floats,
    period: int,
    std_dev_up: float,
    std_dev_down: float,
    upper: Floats,
    middle: Floats,
    lower: Floats,
) -> None: ...
