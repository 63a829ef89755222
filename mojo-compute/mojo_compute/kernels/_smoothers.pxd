"""The moving average that an `ma_type` names, for oscillators: plain means and EMAs by ways made for a few bars
of values that are no prices, the others as `_averages.pxd` has them. Series and stream get the same bits.
"""
from libc.math cimport NAN

from mojo_compute.kernels._averages cimport (
    DEFAULT,
    EMA,
    RMA,
    SMA,
    average_begin,
    average_feed,
    average_room,
    average_size,
    fill_average,
)
from mojo_compute.kernels._kernel cimport LANES
from mojo_compute.kernels._smoothing cimport Smoothing, ema_begin, fill_ema, fill_wilder, smoothed, wilder_begin
from mojo_compute.kernels._sums cimport Sums, fill_means, summed, sums_begin, sums_room, sums_size


cdef inline int kind_of(double ma_type, int otherwise) noexcept nogil:
    """The type, or the function's own where it is left to that."""
    return otherwise if ma_type == DEFAULT else <int>ma_type


cdef inline Py_ssize_t smoother_room(int kind, Py_ssize_t period, Py_ssize_t count) noexcept nogil:
    return sums_room(period) if kind == SMA else average_room(kind, period, count)


cdef inline void fill_smoother(
    int kind, const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """NaN in the warm-up; `count` is more than that takes."""
    if kind == SMA:
        fill_means(values, count, period, out, scratch)
    elif kind == EMA:
        fill_ema(values, count, period, out)
    elif kind == RMA:
        fill_wilder(values, count, period, out)
    else:
        fill_average(kind, values, count, period, out, scratch)


cdef inline void fill_rows(
    int kind, const double* values, Py_ssize_t bars, Py_ssize_t first, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """`fill_smoother` of LANES rows from bar `first` on; what is before is left as it may be."""
    cdef:
        Py_ssize_t at
        int lane
    for lane in range(LANES):
        at = lane * bars + first
        fill_smoother(kind, values + at, bars - first, period, out + at, scratch)


cdef struct Smoother:
    int kind
    Py_ssize_t period
    # what the kind takes follows


cdef inline Py_ssize_t smoother_size(int kind, Py_ssize_t period) noexcept nogil:
    cdef Py_ssize_t size
    if kind == SMA:
        size = sums_size(period)
    elif kind == EMA or kind == RMA:
        size = sizeof(Smoothing)
    else:
        size = average_size(kind, period)
    return sizeof(Smoother) + (size + 7 & ~7)


cdef inline void smoother_begin(void* memory, int kind, Py_ssize_t period) noexcept nogil:
    cdef Smoother* state = <Smoother*>memory
    state.kind = kind
    state.period = period
    if kind == SMA:
        sums_begin(<Sums*>(state + 1), period)
    elif kind == EMA:
        ema_begin(<Smoothing*>(state + 1), period)
    elif kind == RMA:
        wilder_begin(<Smoothing*>(state + 1), period)
    else:
        average_begin(state + 1, kind, period)


cdef inline double smoother_feed(void* memory, double value) noexcept nogil:
    """The average, NaN in the warm-up. A NaN is what another average had in its own: it counts for nothing."""
    cdef Smoother* state = <Smoother*>memory
    if value != value:
        return NAN
    if state.kind == SMA:
        return summed(<Sums*>(state + 1), value) / state.period
    if state.kind == EMA or state.kind == RMA:
        return smoothed(<Smoothing*>(state + 1), value)
    return average_feed(state + 1, value)
