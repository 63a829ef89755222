"""Eight averages side by side: the steps of one wait for each other, those of eight don't.

The eight are rows of a panel, or eight parts of one long series. A part begins with an average that was
warmed up on the bars before it; an exponential average forgets, so after enough of them it is the true
one to the last bit. That is looked at afterwards, and a part that began with another average is done again.
"""
from libc.math cimport ceil, log

from mojo_compute.kernels._kernel cimport LANES


cdef inline void smooth_lanes(
    const double* values,     # IN  lane l at l * stride
    Py_ssize_t stride,
    Py_ssize_t count,
    double weight,
    double kept,
    double* averages,         # IN  of the bars before, OUT of the last bar
    double* out,              # OUT lane l at l * stride
) noexcept nogil:
    cdef:
        double average[LANES]
        Py_ssize_t i
        int lane
    for lane in range(LANES):
        average[lane] = averages[lane]
    for i in range(count):
        for lane in range(LANES):
            average[lane] = weight * values[lane * stride + i] + kept * average[lane]
        for lane in range(LANES):
            out[lane * stride + i] = average[lane]
    for lane in range(LANES):
        averages[lane] = average[lane]


cdef inline void warm_lanes(
    const double* values, Py_ssize_t stride, Py_ssize_t count, double weight, double kept, double* averages
) noexcept nogil:
    """The averages of `count` values of each lane, without keeping them on the way."""
    cdef:
        double average[LANES]
        Py_ssize_t i
        int lane
    for lane in range(LANES):
        average[lane] = averages[lane]
    for i in range(count):
        for lane in range(LANES):
            average[lane] = weight * values[lane * stride + i] + kept * average[lane]
    for lane in range(LANES):
        averages[lane] = average[lane]


cdef inline Py_ssize_t bars_to_forget(double weight) noexcept nogil:
    """After so many values nothing of an average's start is left in its 53 bits."""
    return 1 if weight >= 1.0 else <Py_ssize_t>ceil(-44.0 / log(1.0 - weight))


cdef inline void continue_smoothing(
    const double* values, Py_ssize_t count, double weight, double kept, double average, double* out
) noexcept nogil:
    """`weight * value + kept * average` of each of `count` values, from the average before them on."""
    cdef:
        Py_ssize_t forget = bars_to_forget(weight)
        Py_ssize_t part = count // LANES
        Py_ssize_t i
        int lane
        double warm[LANES]
        double began[LANES]
    if part < 2 * forget or part < 64:
        for i in range(count):
            average = weight * values[i] + kept * average
            out[i] = average
        return
    for lane in range(LANES):  # the last of them is of no use
        warm[lane] = values[(lane + 1) * part - forget]
    warm_lanes(values + part - forget, part, forget, weight, kept, warm)
    for lane in range(LANES - 1, 0, -1):
        began[lane] = warm[lane - 1]
    began[0] = average
    for lane in range(LANES):
        warm[lane] = began[lane]
    smooth_lanes(values, part, part, weight, kept, warm, out)
    for lane in range(1, LANES):
        if out[lane * part - 1] != began[lane]:
            average = out[lane * part - 1]
            for i in range(lane * part, (lane + 1) * part):
                average = weight * values[i] + kept * average
                out[i] = average
    average = out[LANES * part - 1]
    for i in range(LANES * part, count):
        average = weight * values[i] + kept * average
        out[i] = average
