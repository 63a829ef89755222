"""Middles between the greatest and the least of a window: shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._extremes cimport (
    Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest,
)
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport two_series


cdef inline double middle_of(double highest, double lowest) noexcept nogil:
    return (highest + lowest) * 0.5


cdef void fill_middle(
    const double* high,  # IN
    const double* low,   # IN  may be the same
    Py_ssize_t bars,
    Py_ssize_t period,
    double* out,         # OUT price units
    double* scratch,     # room for 2 * bars
) noexcept nogil:
    cdef:
        double* lowest = scratch + bars
        Py_ssize_t i
    fill_highest(high, bars, period, out, scratch)
    fill_lowest(low, bars, period, lowest, scratch)
    for i in range(period - 1, bars):
        out[i] = middle_of(out[i], lowest[i])


cdef void midpoint(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_middle(inputs[0], inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void midprice(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_middle(inputs[0], inputs[1], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t middle_size(const double* parameters) noexcept nogil:
    return 2 * extreme_size(<Py_ssize_t>parameters[0])


cdef inline Extreme* lowest_of(void* memory) noexcept nogil:
    """The second of the two queues."""
    return <Extreme*>(<char*>memory + extreme_size((<Extreme*>memory).period))


cdef void middle_begin(void* memory, const double* parameters) noexcept nogil:
    extreme_begin(<Extreme*>memory, <Py_ssize_t>parameters[0], 1.0)
    extreme_begin(lowest_of(memory), <Py_ssize_t>parameters[0], -1.0)


cdef void midpoint_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = middle_of(extreme_of(<Extreme*>memory, bar[0]), extreme_of(lowest_of(memory), bar[0]))


cdef void midprice_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = middle_of(extreme_of(<Extreme*>memory, bar[0]), extreme_of(lowest_of(memory), bar[1]))


KERNELS = {
    "midpoint": kernel(midpoint, 1, 1, 1, two_series),
    "midprice": kernel(midprice, 2, 1, 1, two_series),
}

STREAMS = {
    "midpoint": stream(middle_size, middle_begin, midpoint_feed, 1, 1, 1),
    "midprice": stream(middle_size, middle_begin, midprice_feed, 2, 1, 1),
}
