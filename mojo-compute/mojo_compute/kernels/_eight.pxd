"""Recurrences of eight series in step; see `_eight.h`.

The eight are rows of a panel, or eight parts of one long series, each begun from what its recurrence is after the
bars before it: it forgets its start, so after enough bars that is right to the last bit, which is looked at afterwards.
"""
from libc.math cimport NAN, ceil, log

from mojo_compute.kernels._kernel cimport LANES


cdef extern from "_eight.h" nogil:
    enum:
        STRENGTH_NONE
        STRENGTH_INDEX
        STRENGTH_BALANCE

    void eight_strengths(
        const double* prices, Py_ssize_t stride, Py_ssize_t count, double kept, double share,
        double* gains, double* losses, int kind, double* out,
    ) noexcept

    void eight_averages(
        const double* values, Py_ssize_t stride, Py_ssize_t count, double weight, double kept,
        double* averages, double* out,
    ) noexcept

    ctypedef struct Convergence:
        double fast_weight
        double fast_kept
        double slow_weight
        double slow_kept
        double signal_weight
        double signal_kept

    void eight_convergences(
        const double* prices, Py_ssize_t stride, Py_ssize_t count, const Convergence* by,
        double* fasts, double* slows, double* averages, double* line, double* signals, double* histogram,
    ) noexcept


cdef inline Py_ssize_t eights_to_forget(double weight) noexcept nogil:
    """After so many bars nothing of an average's start is left in its 53 bits; a multiple of eight."""
    return 8 if weight >= 1.0 else 8 * <Py_ssize_t>ceil(-5.5 / log(1.0 - weight))


cdef inline double step_averages(
    const double* values, Py_ssize_t first, Py_ssize_t last, double weight, double kept, double average, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, last):
        average = weight * values[i] + kept * average
        out[i] = average
    return average


cdef inline void continue_average(
    const double* values, Py_ssize_t count, double weight, double kept, double average, double* out
) noexcept nogil:
    """`weight * value + kept * average` of each of `count` values, from the average before them on."""
    cdef:
        Py_ssize_t forget = eights_to_forget(weight)
        Py_ssize_t part = count // LANES & ~7
        double began[LANES + 1]  # where each part begins, and where the last one ends
        double averages[LANES]
        int lane
    if part < forget:
        step_averages(values, 0, count, weight, kept, average, out)
        return
    for lane in range(LANES):
        averages[lane] = values[(lane + 1) * part - forget]
    eight_averages(values + part - forget, part, forget, weight, kept, averages, NULL)
    began[0] = average
    for lane in range(LANES):
        began[lane + 1] = averages[lane]
        averages[lane] = began[lane]
    eight_averages(values, part, part, weight, kept, averages, out)
    for lane in range(LANES - 1):
        if averages[lane] != began[lane + 1]:
            averages[lane + 1] = step_averages(
                values, (lane + 1) * part, (lane + 2) * part, weight, kept, averages[lane], out
            )
    step_averages(values, LANES * part, count, weight, kept, averages[LANES - 1], out)


cdef inline void fill_exponential(
    const double* values, Py_ssize_t count, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """The average from the mean of the first `period` values on, NaN before; as `_smoothing.smoothed` steps."""
    cdef:
        double total = 0.0
        Py_ssize_t i
    for i in range(period):
        total += values[i]
        out[i] = NAN
    out[period - 1] = total / period
    continue_average(values + period, count - period, weight, kept, out[period - 1], out + period)


cdef inline void fill_eight_ema(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    fill_exponential(values, count, period, 2.0 / (period + 1.0), 1.0 - 2.0 / (period + 1.0), out)


cdef inline void fill_eight_wilder(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out
) noexcept nogil:
    fill_exponential(values, count, period, 1.0 / period, (period - 1.0) / period, out)


cdef inline void fill_rows_of_averages(
    const double* values, Py_ssize_t bars, Py_ssize_t first, Py_ssize_t period, double weight, double kept, double* out
) noexcept nogil:
    """`fill_exponential` of LANES rows from bar `first` on; what is before is left as it may be."""
    cdef:
        double averages[LANES]
        double total
        Py_ssize_t begun = first + period
        Py_ssize_t part = (bars - begun) & ~7
        Py_ssize_t row, i
        int lane
    for lane in range(LANES):
        row = lane * bars
        total = 0.0
        for i in range(row + first, row + begun):
            total += values[i]
            out[i] = NAN
        out[row + begun - 1] = averages[lane] = total / period
    eight_averages(values + begun, bars, part, weight, kept, averages, out + begun)
    for lane in range(LANES):
        row = lane * bars
        step_averages(values, row + begun + part, row + bars, weight, kept, averages[lane], out)
