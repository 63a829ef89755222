"""The true range and its averages: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN
from libc.string cimport memcpy

from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport no_begin, one_series
from mojo_compute.kernels._smoothing cimport Smoothing, fill_wilder, smoothed, wilder_begin
from mojo_compute.kernels._volatility cimport fill_true_ranges, true_range

from mojo_compute.kernels.families import Family, Member


cdef void fill_atr(
    const double* high, const double* low, const double* close, Py_ssize_t bars, Py_ssize_t period,
    double* out, double* scratch,
) noexcept nogil:
    fill_true_ranges(high, low, close, bars, scratch)
    out[0] = NAN
    fill_wilder(scratch + 1, bars - 1, period, out + 1)


cdef void trange(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_true_ranges(inputs[0], inputs[1], inputs[2], bars, outputs[0])


cdef void atr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_atr(inputs[0], inputs[1], inputs[2], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef inline double percent_of(double average, double close) noexcept nogil:
    return average / close * 100.0 if close != 0.0 else 0.0


cdef void natr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        const double* close = inputs[2]
        double* out = outputs[0]
        Py_ssize_t i
    fill_atr(inputs[0], inputs[1], close, bars, period, out, scratch)
    if period == 1:  # TA-Lib leaves the true range as it is
        return
    for i in range(period, bars):
        out[i] = percent_of(out[i], close[i])


cdef enum:
    RANGES
    AVERAGES
    PERCENTS
    MEMBERS


cdef inline void fill_percents(
    const double* averages, const double* close, Py_ssize_t count, double period, double* out
) noexcept nogil:
    """`natr` of `atr`; TA-Lib leaves the true range of a single bar as it is."""
    cdef Py_ssize_t i
    if period == 1.0:
        memcpy(out, averages, count * sizeof(double))
        return
    for i in range(count):
        out[i] = percent_of(averages[i], close[i])


cdef void true_ranges(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """Those of `trange`, `atr` and `natr` that are wanted."""
    cdef:
        double* places[MEMBERS]
        double* averages
    place(outputs, parameters[1], MEMBERS, places)
    averages = places[AVERAGES] if places[AVERAGES] != NULL else places[PERCENTS]
    fill_atr(inputs[0], inputs[1], inputs[2], bars, <Py_ssize_t>parameters[0], averages, scratch)
    if places[RANGES] != NULL:
        memcpy(places[RANGES], scratch, bars * sizeof(double))
    if places[PERCENTS] != NULL:
        fill_percents(averages, inputs[2], bars, parameters[0], places[PERCENTS])


cdef struct Ranges:
    Py_ssize_t seen   # bars
    double before     # the last close
    Smoothing average


cdef Py_ssize_t ranges_size(const double* parameters) noexcept nogil:
    return sizeof(Ranges)


cdef void trange_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Ranges* state = <Ranges*>memory
    values[0] = true_range(bar[0], bar[1], state.before) if state.seen else NAN
    state.before = bar[2]
    state.seen += 1


cdef void atr_begin(void* memory, const double* parameters) noexcept nogil:
    wilder_begin(&(<Ranges*>memory).average, <Py_ssize_t>parameters[0])


cdef void atr_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Ranges* state = <Ranges*>memory
    trange_feed(memory, bar, values)
    if state.seen > 1:
        values[0] = smoothed(&state.average, values[0])


cdef void natr_feed(void* memory, const double* bar, double* values) noexcept nogil:
    atr_feed(memory, bar, values)
    if (<Ranges*>memory).average.period > 1:
        values[0] = percent_of(values[0], bar[2])


KERNELS = {
    "atr": kernel(atr, 3, 1, 1, one_series),
    "natr": kernel(natr, 3, 1, 1, one_series),
    "trange": kernel(trange, 3, 0, 1),
}

STREAMS = {
    "atr": stream(ranges_size, atr_begin, atr_feed, 3, 1, 1),
    "natr": stream(ranges_size, atr_begin, natr_feed, 3, 1, 1),
    "trange": stream(ranges_size, no_begin, trange_feed, 3, 0, 1),
}

FAMILIES = (
    Family(
        kernels=tuple([kernel(true_ranges, 3, 2, count + 1, one_series) for count in range(MEMBERS)]),
        inputs=("high", "low", "close"),
        members=(
            Member("trange", (RANGES,), ()),
            Member("atr", (AVERAGES,), (0,)),
            Member("natr", (PERCENTS,), (0,)),
        ),
    ),
)
