"""Any moving average by TA-Lib's number, as a series and bar by bar.

Other kernels take the average that their `ma_type` names from here. A period of 1 smooths nothing:
the average is the value itself, whatever the type.
"""

cdef enum:
    SMA = 0
    EMA = 1
    WMA = 2
    DEMA = 3
    TEMA = 4
    TRIMA = 5
    KAMA = 6
    MAMA = 7
    T3 = 8
    HMA = 9
    DISABLED = 10   # the values themselves
    DEFAULT = 11    # a function's own: a plain mean here
    ZLEMA = 12
    RMA = 13


# Values before the first average.
cdef Py_ssize_t average_lookback(int kind, Py_ssize_t period) noexcept nogil

# How many doubles of scratch `fill_average` takes for `count` values.
cdef Py_ssize_t average_room(int kind, Py_ssize_t period, Py_ssize_t count) noexcept nogil

# `out` is filled wholly, NaN in the warm-up; fewer values than that takes: all of it is NaN.
# `out` and `scratch` overlap nothing.
cdef void fill_average(
    int kind, const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil

# Value by value, the same bits: `average_begin` takes `average_size` bytes of zeroed memory.
cdef Py_ssize_t average_size(int kind, Py_ssize_t period) noexcept nogil
cdef void average_begin(void* memory, int kind, Py_ssize_t period) noexcept nogil
cdef double average_feed(void* memory, double value) noexcept nogil

# DEMA, TEMA or T3, period > 1, the latter with its volume factor: of a series, and of the LANES rows of a panel.
cdef void fill_chained(
    int kind, const double* values, Py_ssize_t count, Py_ssize_t period, double factor, double* out
) noexcept nogil
cdef void fill_rows_chained(
    int kind, const double* values, Py_ssize_t bars, Py_ssize_t period, double factor, double* out
) noexcept nogil
cdef void t3_begin(void* memory, Py_ssize_t period, double factor) noexcept nogil
