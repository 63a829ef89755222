"""Wilder's directional movement: shape and guarantees as in `_kernel.pxd`.

A total of `period` bars loses one part in `period` and takes the newest bar on; its first value lacks a bar.
The true range cancels out of DX: it divides both directional indicators alike.
"""
from libc.string cimport memcpy

from mojo_compute.kernels._decay cimport fill_decayed
from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._rooms cimport one_series, three_series, two_series
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._volatility cimport true_range

from mojo_compute.kernels.families import Family, Member


cdef void fill_plus(const double* high, const double* low, Py_ssize_t bars, double* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        out[i] = movement(high[i] - high[i - 1], low[i - 1] - low[i])


cdef void fill_minus(const double* high, const double* low, Py_ssize_t bars, double* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        out[i] = movement(low[i - 1] - low[i], high[i] - high[i - 1])


cdef void fill_ranges(
    const double* high, const double* low, const double* close, Py_ssize_t bars, double* out
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        out[i] = true_range(high[i], low[i], close[i - 1])


cdef void fill_totals(double* values, Py_ssize_t bars, Py_ssize_t period) noexcept nogil:
    """The totals in place of bars 1, 2, ...; of no meaning before bar period - 1."""
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(1, period):
        total += values[i]
    if period > 1:
        values[period - 1] = total
    fill_decayed(values + period, bars - period, 1.0, (period - 1.0) / period, total, values + period)


cdef void fill_indices(
    const double* high, const double* low, Py_ssize_t bars, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """DX from bar `period` on, HELD where nothing moved; `scratch` has room for twice the bars."""
    cdef:
        Py_ssize_t i
        double* plus = scratch
        double* minus = scratch + bars
    fill_plus(high, low, bars, plus)
    fill_minus(high, low, bars, minus)
    fill_totals(plus, bars, period)
    fill_totals(minus, bars, period)
    for i in range(period, bars):
        out[i] = index_of(plus[i], minus[i])


cdef Py_ssize_t pack(const double* values, Py_ssize_t count, double* packed) noexcept nogil:
    """Those that are not HELD, one behind the other; how many."""
    cdef:
        Py_ssize_t found = 0
        Py_ssize_t i
    for i in range(count):
        packed[found] = values[i]
        found += values[i] >= 0.0
    return found


cdef void hold(double* indices, Py_ssize_t bars, Py_ssize_t period) noexcept nogil:
    """DX stays as it is where nothing moves, 0 at first."""
    cdef:
        Py_ssize_t i
        double least = 0.0
        double last = 0.0
    fill_missing(indices, period)
    for i in range(period, bars):
        least = indices[i] if indices[i] < least else least
    if least == 0.0:
        return
    for i in range(period, bars):
        last = indices[i] if indices[i] >= 0.0 else last
        indices[i] = last


cdef void strengthen(double* out, Py_ssize_t bars, Py_ssize_t period, double* scratch) noexcept nogil:
    """ADX in place of DX, from bar 2 * period - 1 on; what is HELD leaves it as it is."""
    cdef:
        Py_ssize_t first = 2 * period
        Py_ssize_t found, i
        double average = 0.0
    for i in range(period, first):
        average += out[i] if out[i] >= 0.0 else 0.0
    average /= period
    fill_missing(out, first - 1)
    out[first - 1] = average
    found = pack(out + first, bars - first, scratch)
    fill_decayed(scratch, found, 1.0 / period, (period - 1.0) / period, average, scratch)
    if found == bars - first:
        for i in range(found):
            out[first + i] = scratch[i]
        return
    found = 0
    for i in range(first, bars):
        if out[i] >= 0.0:
            average = scratch[found]
            found += 1
        out[i] = average


cdef void fill_reviewed(const double* strength, Py_ssize_t bars, Py_ssize_t period, double* out) noexcept nogil:
    """ADXR of ADX."""
    cdef:
        Py_ssize_t first = 3 * period - 2
        Py_ssize_t i
    fill_missing(out, first)
    for i in range(first, bars):
        out[i] = (strength[i] + strength[i - period + 1]) / 2.0


cdef void plus_dm(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_plus(inputs[0], inputs[1], bars, outputs[0])
    fill_totals(outputs[0], bars, period)
    fill_missing(outputs[0], max(period - 1, 1))


cdef void minus_dm(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_minus(inputs[0], inputs[1], bars, outputs[0])
    fill_totals(outputs[0], bars, period)
    fill_missing(outputs[0], max(period - 1, 1))


cdef void fill_shares(
    const double* const* inputs, Py_ssize_t bars, Py_ssize_t period, double* out, double* ranges
) noexcept nogil:
    """Put the movements in `out` over the true ranges."""
    cdef:
        Py_ssize_t i
        double scale = scale_of(period)
    fill_ranges(inputs[0], inputs[1], inputs[2], bars, ranges)
    fill_totals(out, bars, period)
    fill_totals(ranges, bars, period)
    fill_missing(out, period)
    for i in range(period, bars):
        out[i] = share_of(scale, out[i], ranges[i])


cdef void plus_di(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_plus(inputs[0], inputs[1], bars, outputs[0])
    fill_shares(inputs, bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void minus_di(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_minus(inputs[0], inputs[1], bars, outputs[0])
    fill_shares(inputs, bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void dx(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_indices(inputs[0], inputs[1], bars, period, outputs[0], scratch)
    hold(outputs[0], bars, period)


cdef void adx(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_indices(inputs[0], inputs[1], bars, period, outputs[0], scratch)
    strengthen(outputs[0], bars, period, scratch)


cdef void adxr(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_indices(inputs[0], inputs[1], bars, period, scratch, scratch + bars)
    strengthen(scratch, bars, period, scratch + bars)
    fill_reviewed(scratch, bars, period, outputs[0])


cdef enum:
    PLUS_DM
    MINUS_DM
    PLUS_DI
    MINUS_DI
    DX
    ADX
    ADXR
    MEMBERS


cdef inline void copy_from(Py_ssize_t first, const double* values, Py_ssize_t bars, double* out) noexcept nogil:
    """NaN for the first `first` bars, then the values."""
    if out != NULL:
        fill_missing(out, first)
        memcpy(out + first, values + first, (bars - first) * sizeof(double))


cdef inline void fill_share(
    const double* totals, const double* ranges, Py_ssize_t bars, Py_ssize_t period, double* out
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double scale = scale_of(period)
    if out != NULL:
        fill_missing(out, period)
        for i in range(period, bars):
            out[i] = share_of(scale, totals[i], ranges[i])


cdef void movements(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """All that Wilder makes of the two movements, for those who look at several of them."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double* places[MEMBERS]
        double* plus = scratch
        double* minus = scratch + bars
        double* work = scratch + 2 * bars
    place(outputs, parameters[1], MEMBERS, places)
    fill_plus(inputs[0], inputs[1], bars, plus)
    fill_minus(inputs[0], inputs[1], bars, minus)
    fill_totals(plus, bars, period)
    fill_totals(minus, bars, period)
    copy_from(max(period - 1, 1), plus, bars, places[PLUS_DM])
    copy_from(max(period - 1, 1), minus, bars, places[MINUS_DM])
    if places[PLUS_DI] != NULL or places[MINUS_DI] != NULL:
        fill_ranges(inputs[0], inputs[1], inputs[2], bars, work)
        fill_totals(work, bars, period)
        fill_share(plus, work, bars, period, places[PLUS_DI])
        fill_share(minus, work, bars, period, places[MINUS_DI])
    if places[DX] == NULL and places[ADX] == NULL and places[ADXR] == NULL:
        return
    for i in range(period, bars):
        work[i] = index_of(plus[i], minus[i])
    if places[DX] != NULL:
        copy_from(period, work, bars, places[DX])
        hold(places[DX], bars, period)
    if places[ADX] != NULL or places[ADXR] != NULL:
        strengthen(work, bars, period, scratch)
        copy_from(2 * period - 1, work, bars, places[ADX])
    if places[ADXR] != NULL:
        fill_reviewed(work, bars, period, places[ADXR])


KERNELS = {
    "plus_dm": kernel(plus_dm, 2, 1, 1),
    "minus_dm": kernel(minus_dm, 2, 1, 1),
    "plus_di": kernel(plus_di, 3, 1, 1, one_series),
    "minus_di": kernel(minus_di, 3, 1, 1, one_series),
    "dx": kernel(dx, 3, 1, 1, two_series),
    "adx": kernel(adx, 3, 1, 1, two_series),
    "adxr": kernel(adxr, 3, 1, 1, three_series),
}

STREAMS = {}

FAMILIES = (
    Family(
        kernels=tuple([kernel(movements, 3, 2, count + 1, three_series) for count in range(MEMBERS)]),
        inputs=("high", "low", "close"),
        members=(
            Member("plus_dm", (PLUS_DM,), (0,)),
            Member("minus_dm", (MINUS_DM,), (0,)),
            Member("plus_di", (PLUS_DI,), (0,)),
            Member("minus_di", (MINUS_DI,), (0,)),
            Member("dx", (DX,), (0,)),
            Member("adx", (ADX,), (0,)),
            Member("adxr", (ADXR,), (0,)),
        ),
    ),
)
