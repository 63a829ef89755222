"""Where values stand in the order of a window: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport INFINITY, ceil
from libc.string cimport memcpy, memmove

from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._smoothing cimport fill_missing

cdef enum:
    SHORT = 128  # values that are sooner all written than searched


cdef inline Py_ssize_t count_below(const double* values, Py_ssize_t count, double limit) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t below = 0
    for i in range(count):
        below += values[i] < limit
    return below


cdef inline void rewrite(
    const double* ordered,  # IN  ascending, from 1 on; the least and the greatest number around them
    Py_ssize_t count,
    double old,
    double new,
    double* out,            # OUT the same with `new` for one `old`
) noexcept nogil:
    """Each place takes the value that belongs there, without a branch: the way for a short window."""
    cdef:
        double lower, upper, middle
        Py_ssize_t i
    for i in range(1, count + 1):
        lower = ordered[i - 1] if ordered[i - 1] < old else ordered[i]
        upper = ordered[i] if ordered[i] < old else ordered[i + 1]
        middle = new if new < upper else upper
        out[i] = lower if lower > middle else middle


cdef inline Py_ssize_t place_of(const double* ordered, Py_ssize_t count, double value) noexcept nogil:
    """How many of ascending values are below that one."""
    cdef:
        const double* base = ordered
        Py_ssize_t half
    while count > 1:
        half = count // 2
        base += half if base[half - 1] < value else 0
        count -= half
    return base - ordered + (base[0] < value)


cdef inline void replace(double* ordered, Py_ssize_t count, double old, double new) noexcept nogil:
    """One of ascending values goes, another comes: what is between them moves by one place."""
    cdef:
        Py_ssize_t gone = place_of(ordered, count, old)
        Py_ssize_t place = place_of(ordered, count, new)
    if place > gone:
        memmove(ordered + gone, ordered + gone + 1, (place - gone - 1) * sizeof(double))
        ordered[place - 1] = new
    else:
        memmove(ordered + place + 1, ordered + place, (gone - place) * sizeof(double))
        ordered[place] = new


cdef void sort(double* values, Py_ssize_t count, double* scratch) noexcept nogil:
    """Ascending, by merging ever longer runs."""
    cdef:
        Py_ssize_t width = 1
        Py_ssize_t first, middle, last, left, right, i
    while width < count:
        first = 0
        while first < count:
            middle, last = min(first + width, count), min(first + 2 * width, count)
            left, right = first, middle
            for i in range(first, last):
                if left < middle and (right == last or values[left] <= values[right]):
                    scratch[i] = values[left]
                    left += 1
                else:
                    scratch[i] = values[right]
                    right += 1
            first = last
        memcpy(values, scratch, count * sizeof(double))
        width *= 2


cdef void percentile(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* values = inputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double* ordered = scratch
        double* other = scratch + period + 2
        # times the period first: a round percentage of it is then whole
        Py_ssize_t rank = max(<Py_ssize_t>ceil(parameters[1] * period / 100.0), 1)
        Py_ssize_t i
    ordered[0] = other[0] = -INFINITY
    ordered[period + 1] = other[period + 1] = INFINITY
    memcpy(ordered + 1, values, period * sizeof(double))
    sort(ordered + 1, period, other + 1)
    fill_missing(outputs[0], period - 1)
    outputs[0][period - 1] = ordered[rank]
    for i in range(period, bars):
        if period <= SHORT:
            rewrite(ordered, period, values[i - period], values[i], other)
            ordered, other = other, ordered
        else:
            replace(ordered + 1, period, values[i - period], values[i])
        outputs[0][i] = ordered[rank]


cdef Py_ssize_t percentile_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * (<Py_ssize_t>parameters[0] + 2)


cdef void percentrank(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* values = inputs[0]
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
    fill_missing(outputs[0], period)
    for i in range(period, bars):
        outputs[0][i] = count_below(values + i - period, period, values[i]) * 100.0 / period


KERNELS = {
    "percentile": kernel(percentile, 1, 2, 1, percentile_room),
    "percentrank": kernel(percentrank, 1, 1, 1),
}

STREAMS = {}
