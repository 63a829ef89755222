"""Volume by price: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, isfinite

from mojo_compute.kernels._extremes cimport fill_highest, fill_lowest
from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._smoothing cimport fill_missing


cdef Py_ssize_t profile_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return max(<Py_ssize_t>parameters[1], bars)


cdef double fill_profile(
    const double* close, const double* volume, Py_ssize_t period, Py_ssize_t bins, double least, double scale,
    double* profile,
) noexcept nogil:
    """The volume of each bin of prices, in `profile`; all of it together."""
    cdef:
        double total = 0.0
        Py_ssize_t i
    for i in range(bins):
        profile[i] = 0.0
    for i in range(period):
        profile[min(<Py_ssize_t>((close[i] - least) * scale), bins - 1)] += volume[i]
    for i in range(bins):
        total += profile[i]
    return total


cdef inline Py_ssize_t greatest_of(const double* profile, Py_ssize_t bins) noexcept nogil:
    """The lowest of the bins that hold the most."""
    cdef:
        Py_ssize_t best = 0
        Py_ssize_t i
    for i in range(1, bins):
        if profile[i] > profile[best]:
            best = i
    return best


cdef inline void profile_of(
    const double* close, const double* volume, Py_ssize_t period, Py_ssize_t bins, double share, double* profile,
    double* poc,     # OUT
    double* top,     # IN  the highest close, OUT the upper end of the value area
    double* bottom,  # IN  the lowest close, OUT the lower end
) noexcept nogil:
    cdef:
        double least = bottom[0]
        double width = top[0] - bottom[0]
        double scale = bins / width
        double step = width / bins
        double total, held
        Py_ssize_t best, first, last
    if not isfinite(scale):  # one price alone
        scale = 0.0
    total = fill_profile(close, volume, period, bins, least, scale, profile)
    if not total > 0.0:
        poc[0] = top[0] = bottom[0] = NAN
        return
    best = first = last = greatest_of(profile, bins)
    held = profile[best]
    # The value area grows from the point of control to the side with more volume, upwards where they are equal
    while held < share * total and (first > 0 or last < bins - 1):
        if first == 0 or (last < bins - 1 and profile[last + 1] >= profile[first - 1]):
            last += 1
            held += profile[last]
        else:
            first -= 1
            held += profile[first]
    poc[0] = least + (best + 0.5) * step
    top[0] = least + (last + 1) * step
    bottom[0] = least + first * step


cdef void volume_profile(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t bins = <Py_ssize_t>parameters[1]
        Py_ssize_t i
    fill_missing(outputs[0], period - 1)
    fill_highest(inputs[0], bars, period, outputs[1], scratch)
    fill_lowest(inputs[0], bars, period, outputs[2], scratch)
    for i in range(period - 1, bars):
        profile_of(
            inputs[0] + i - period + 1, inputs[1] + i - period + 1, period, bins, parameters[2], scratch,
            outputs[0] + i, outputs[1] + i, outputs[2] + i,
        )


KERNELS = {
    "volume_profile": kernel(volume_profile, 2, 3, 3, profile_room),
}

STREAMS = {}
