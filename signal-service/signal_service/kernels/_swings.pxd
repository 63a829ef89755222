# Functions for other kernels: nothing that Python sees.
"""Swings: the highs and lows between which a price goes up and down, each known on the bar that confirms it.

A high is confirmed by the first close that lies more than `turn` average true ranges below it, or below the
swing low before it; a low likewise. Until then it is the leg's extreme so far, and no pattern reads it.
"""
from libc.math cimport fabs, fmax, fmin

from signal_service.kernels._shape_limits cimport ATR_PERIOD, KEPT
cdef struct Series:
    const double* high
    const double* low
    const double* close
    const double* atr          # of the bar and those before it
    const double* volume_sum   # of the bars before it: n + 1 values
    int count


cdef struct Swing:
    int bar
    int side                   # 1 a high, -1 a low
    double price


cdef struct Zigzag:
    double turn                # ATRs that a close has to come back
    int leg                    # 1 rising, -1 falling, 0 not known yet
    int high_bar               # extremes of the leg so far
    int low_bar
    double high
    double low
    int count                  # swings confirmed so far
    Swing swings[KEPT]


cdef inline void fill_atr(
    const double* high,    # IN
    const double* low,     # IN
    const double* close,   # IN
    Py_ssize_t count,      # IN  bars
    double* out,           # OUT Wilder's average true range; the plain mean while it warms up
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double reach
        double mean = 0.0
    for i in range(count):
        reach = high[i] - low[i]
        if i:
            reach = fmax(reach, fmax(fabs(high[i] - close[i - 1]), fabs(low[i] - close[i - 1])))
        mean += (reach - mean) / (i + 1 if i < ATR_PERIOD else ATR_PERIOD)
        out[i] = mean


cdef inline Swing* swing(Zigzag* zigzag, int back) noexcept nogil:
    """The newest swing but `back`."""
    return &zigzag.swings[(zigzag.count - 1 - back) & (KEPT - 1)]


cdef inline void add_swing(Zigzag* zigzag, int side, int bar, double price) noexcept nogil:
    zigzag.count += 1
    swing(zigzag, 0)[0] = Swing(bar, side, price)


cdef inline void look_for_low(Zigzag* zigzag, Series* series, int since, int bar) noexcept nogil:
    """The falling leg's lowest low so far: of the bars after the high, or of its own if there are none."""
    cdef int i
    zigzag.leg = -1
    zigzag.low_bar = bar
    zigzag.low = series.low[bar]
    for i in range(bar - 1, since, -1):
        if series.low[i] <= zigzag.low:
            zigzag.low_bar = i
            zigzag.low = series.low[i]


cdef inline void look_for_high(Zigzag* zigzag, Series* series, int since, int bar) noexcept nogil:
    cdef int i
    zigzag.leg = 1
    zigzag.high_bar = bar
    zigzag.high = series.high[bar]
    for i in range(bar - 1, since, -1):
        if series.high[i] >= zigzag.high:
            zigzag.high_bar = i
            zigzag.high = series.high[i]


cdef inline bint turned_down(Zigzag* zigzag, double close, double need) noexcept nogil:
    if zigzag.high - close > need:
        return True
    return zigzag.leg == 1 and zigzag.count > 0 and close < swing(zigzag, 0).price


cdef inline bint turned_up(Zigzag* zigzag, double close, double need) noexcept nogil:
    if close - zigzag.low > need:
        return True
    return zigzag.leg == -1 and zigzag.count > 0 and close > swing(zigzag, 0).price


cdef inline bint step(Zigzag* zigzag, Series* series, int bar) noexcept nogil:
    """Take one bar; whether it confirmed a swing."""
    cdef double need = zigzag.turn * series.atr[bar]
    if bar == 0:
        zigzag.high_bar = zigzag.low_bar = 0
        zigzag.high = series.high[0]
        zigzag.low = series.low[0]
        return False
    if zigzag.leg >= 0 and series.high[bar] > zigzag.high:
        zigzag.high_bar = bar
        zigzag.high = series.high[bar]
    if zigzag.leg <= 0 and series.low[bar] < zigzag.low:
        zigzag.low_bar = bar
        zigzag.low = series.low[bar]
    if zigzag.leg >= 0 and turned_down(zigzag, series.close[bar], need):
        add_swing(zigzag, 1, zigzag.high_bar, zigzag.high)
        look_for_low(zigzag, series, zigzag.high_bar, bar)
        return True
    if zigzag.leg <= 0 and turned_up(zigzag, series.close[bar], need):
        add_swing(zigzag, -1, zigzag.low_bar, zigzag.low)
        look_for_high(zigzag, series, zigzag.low_bar, bar)
        return True
    return False
