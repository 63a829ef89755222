"""The extremes and the sum of a window: shape and guarantees as in `_kernel.pxd`."""
from libc.stdint cimport int32_t
from libc.string cimport memset

from mojo_compute.kernels._extremes cimport (
    Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest,
)
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport one_series, two_series
from mojo_compute.kernels._sums cimport Sums, fill_sums, summed, sums_begin, sums_room, sums_size


cdef void highest(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_highest(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void lowest(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_lowest(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void total(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_sums(inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void minmax(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    lowest(inputs, parameters, outputs, bars, scratch)
    highest(inputs, parameters, outputs + 1, bars, scratch)


cdef void index_extremes(
    const double* values,    # IN
    const double* extremes,  # IN  of each window
    Py_ssize_t bars,
    Py_ssize_t period,
    int32_t* out,            # OUT the number of its bar
) noexcept nogil:
    """A new extreme, or an equal one, takes over; when it leaves the window, the oldest that is left.

    That search is no longer than the bars until the next one.
    """
    cdef:
        Py_ssize_t i
        Py_ssize_t at = -1
    memset(out, 0, (period - 1) * sizeof(int32_t))
    for i in range(period - 1, bars):
        if at <= i - period:
            at = i - period + 1
            while values[at] != extremes[i]:
                at += 1
        elif values[i] == extremes[i]:
            at = i
        out[i] = <int32_t>at


cdef void maxindex(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    highest(inputs, parameters, &scratch, bars, scratch + bars)
    index_extremes(inputs[0], scratch, bars, <Py_ssize_t>parameters[0], <int32_t*>outputs[0])


cdef void minindex(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    lowest(inputs, parameters, &scratch, bars, scratch + bars)
    index_extremes(inputs[0], scratch, bars, <Py_ssize_t>parameters[0], <int32_t*>outputs[0])


cdef void minmaxindex(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    minindex(inputs, parameters, outputs, bars, scratch)
    maxindex(inputs, parameters, outputs + 1, bars, scratch)


cdef Py_ssize_t total_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return sums_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t one_size(const double* parameters) noexcept nogil:
    return extreme_size(<Py_ssize_t>parameters[0])


cdef void highest_begin(void* memory, const double* parameters) noexcept nogil:
    extreme_begin(<Extreme*>memory, <Py_ssize_t>parameters[0], 1.0)


cdef void lowest_begin(void* memory, const double* parameters) noexcept nogil:
    extreme_begin(<Extreme*>memory, <Py_ssize_t>parameters[0], -1.0)


cdef void extreme_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = extreme_of(<Extreme*>memory, bar[0])


cdef Py_ssize_t both_size(const double* parameters) noexcept nogil:
    return 2 * extreme_size(<Py_ssize_t>parameters[0])


cdef inline Extreme* second(void* memory) noexcept nogil:
    return <Extreme*>(<char*>memory + extreme_size((<Extreme*>memory).period))


cdef void both_begin(void* memory, const double* parameters) noexcept nogil:
    extreme_begin(<Extreme*>memory, <Py_ssize_t>parameters[0], -1.0)
    extreme_begin(second(memory), <Py_ssize_t>parameters[0], 1.0)


cdef void both_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = extreme_of(<Extreme*>memory, bar[0])
    values[1] = extreme_of(second(memory), bar[0])


cdef Py_ssize_t total_size(const double* parameters) noexcept nogil:
    return sums_size(<Py_ssize_t>parameters[0])


cdef void total_begin(void* memory, const double* parameters) noexcept nogil:
    sums_begin(<Sums*>memory, <Py_ssize_t>parameters[0])


cdef void total_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = summed(<Sums*>memory, bar[0])


KERNELS = {
    "max": kernel(highest, 1, 1, 1, one_series),
    "maxindex": kernel(maxindex, 1, 1, 1, two_series, NULL, NULL, True),
    "min": kernel(lowest, 1, 1, 1, one_series),
    "minindex": kernel(minindex, 1, 1, 1, two_series, NULL, NULL, True),
    "minmax": kernel(minmax, 1, 1, 2, one_series),
    "minmaxindex": kernel(minmaxindex, 1, 1, 2, two_series, NULL, NULL, True),
    "sum": kernel(total, 1, 1, 1, total_room),
}

STREAMS = {
    "max": stream(one_size, highest_begin, extreme_feed, 1, 1, 1),
    "min": stream(one_size, lowest_begin, extreme_feed, 1, 1, 1),
    "minmax": stream(both_size, both_begin, both_feed, 1, 1, 2),
    "sum": stream(total_size, total_begin, total_feed, 1, 1, 1),
}
