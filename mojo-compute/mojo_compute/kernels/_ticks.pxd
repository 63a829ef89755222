"""Windows of prices that are whole ticks: ten-thousandths for means, hundredths for variances.

Most prices are, and their sums are exact, so that the mean of a window is the double next to the true one, has few
digits, and depends on nothing but the window; the variance is three roundings from the true one. Prices are 0 or
more; what is below, too large to count, or between ticks, is left to other sums.
"""

cdef extern from "_whole_ticks.h" nogil:
    ctypedef struct Ticks:
        pass

    # All but the first two: whether all of at least `period` prices are whole ticks, and so what is filled is right
    Ticks ticks_ten_thousandths(Py_ssize_t period) noexcept
    Ticks ticks_hundredths(Py_ssize_t period) noexcept
    bint ticks_fill_means(const double* prices, Py_ssize_t bars, Ticks by, double* means) noexcept
    bint ticks_fill_variances(const double* prices, Py_ssize_t bars, Ticks by, double* variances) noexcept
    bint ticks_fill_bands(
        const double* prices, Py_ssize_t bars, Ticks by, double up, double down,
        double* upper, double* means, double* lower,
    ) noexcept
    # The same past the caches
    bint ticks_fill_means_past(const double* prices, Py_ssize_t bars, Ticks by, double* means) noexcept
    bint ticks_fill_bands_past(
        const double* prices, Py_ssize_t bars, Ticks by, double up, double down,
        double* upper, double* means, double* lower,
    ) noexcept


cdef extern from "_tick_run.h" nogil:
    ctypedef struct TickRun:
        pass

    TickRun ticks_begin(Ticks by) noexcept
    # What belongs to windows of whole ticks alone; the rest of `out` is left as it is
    void ticks_fill_stretches(
        bint (*fill)(const double*, Py_ssize_t, Ticks, double*) noexcept,
        const double* prices, Py_ssize_t bars, Ticks by, double* out,
    ) noexcept

    bint ticks_follow(TickRun* run, double newest, double oldest) noexcept
    double ticks_mean(const TickRun* run) noexcept
    double ticks_variance(const TickRun* run) noexcept
