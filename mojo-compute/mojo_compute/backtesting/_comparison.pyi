from mojo_compute.kernels.arrays import Floats

def compare(
    equity: Floats, benchmark: Floats, initial: float, periods_per_year: float, risk_free_rate: float
) -> dict[str, float]: ...
