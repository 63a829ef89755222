"""Average true range and the swings of a history as arrays: what the kernels of events read."""
from signal_service.kernels._swings cimport Series, Zigzag, fill_atr, step, swing


def atr_into(
    const double[::1] high not None, const double[::1] low not None, const double[::1] close not None,
    double[::1] out not None,
):
    """Wilder's average true range of each bar and those before it."""
    with nogil:
        fill_atr(&high[0], &low[0], &close[0], close.shape[0], &out[0])


def swings_into(
    const double[::1] high not None,
    const double[::1] low not None,
    const double[::1] close not None,
    const double[::1] atr not None,
    double turn,                       # IN  ATRs of a reversal
    long long[::1] bars not None,      # OUT as many places as bars
    long long[::1] known not None,     # OUT bars that confirmed them
    long long[::1] sides not None,     # OUT 1 a high, -1 a low
    double[::1] prices not None,       # OUT
) -> int:
    """How many swings there are, in the order in which they became known."""
    cdef:
        Zigzag zigzag
        Series series
        Py_ssize_t count = 0
        int t
    series.high, series.low, series.close, series.atr = &high[0], &low[0], &close[0], &atr[0]
    series.volume_sum = NULL
    series.count = <int>close.shape[0]
    zigzag.turn, zigzag.leg, zigzag.count = turn, 0, 0
    with nogil:
        for t in range(series.count):
            if step(&zigzag, &series, t):
                bars[count], known[count] = swing(&zigzag, 0).bar, t
                sides[count], prices[count] = swing(&zigzag, 0).side, swing(&zigzag, 0).price
                count += 1
    return count
