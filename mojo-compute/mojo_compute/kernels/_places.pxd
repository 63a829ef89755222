"""Where a close stands in the range of its window: what stochastic oscillators are made of."""
from mojo_compute.kernels._averages cimport SMA, average_lookback
from mojo_compute.kernels._extremes cimport fill_highest, fill_lowest
from mojo_compute.kernels._smoothers cimport fill_smoother, kind_of
from mojo_compute.kernels._smoothing cimport fill_missing


cdef inline double place(double highest, double lowest, double close, double noise) noexcept nogil:
    """Where the close stands in the range, in percent; 0 where there is none, as TA-Lib has it."""
    return 100.0 * (close - lowest) / (highest - lowest) if highest - lowest > noise else 0.0


cdef inline void fill_places(
    const double* high, const double* low, const double* close, Py_ssize_t count, Py_ssize_t period,
    double noise,
    double* out,      # OUT from period - 1 on
    double* scratch,  # 2 * count
) noexcept nogil:
    cdef Py_ssize_t i
    fill_highest(high, count, period, out, scratch)
    fill_lowest(low, count, period, scratch, scratch + count)
    for i in range(period - 1, count):
        out[i] = place(out[i], scratch[i], close[i], noise)


cdef inline void fill_fast(
    const double* high, const double* low, const double* close, Py_ssize_t count, const double* parameters,
    double noise, double* fast_k, double* fast_d, double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t window = <Py_ssize_t>parameters[0]
        Py_ssize_t period = <Py_ssize_t>parameters[1]
        int kind = kind_of(parameters[2], SMA)
        Py_ssize_t first = window - 1
    fill_places(high, low, close, count, window, noise, fast_k, scratch)
    fill_smoother(kind, fast_k + first, count - first, period, fast_d + first, scratch)
    first += average_lookback(kind, period)
    fill_missing(fast_k, first)
    fill_missing(fast_d, first)
