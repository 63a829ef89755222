"""The deviation of a window and the straight line through it: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport M_PI, NAN, sqrt

from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._pairs cimport (
    AGES, SQUARES, Pairs, Weights, fill_weighed_pairs, half_pairs, pair_of, pairs_begin, pairs_room, pairs_size,
    stretch_of, variance_weights, weigh_pairs, weighed,
)
from mojo_compute.kernels._smoothing cimport fill_missing

from mojo_compute.kernels.families import Family, Member

cdef extern from "_transforms.h" nogil:
    void atan_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void atan_feed(void* state, const double* bar, double* values) noexcept
    int find_vector_functions() noexcept

find_vector_functions()

cdef enum:
    SLOPE
    INTERCEPT
    LINE
    FORECAST

cdef double DEGREES = 180.0 / M_PI


cdef inline Weights weights_of(int what, double period) noexcept nogil:
    """What a line's answer takes of the sum of a window and of that by age.

    The line of least squares rises by 6 / (n (n + 1)) of the values' sum less 12 / (n (n^2 - 1)) of that by age,
    and passes through the mean in the middle of the window.
    """
    cdef:
        Weights weights
        double middle = 0.5 * (period - 1.0)  # bars from either end
        double ahead = 0.0                    # from the middle to the bar that is asked for
    weights.total = 6.0 / (period * (period + 1.0))
    weights.other = -12.0 / (period * (period * period - 1.0))
    if what == SLOPE:
        return weights
    ahead = -middle if what == INTERCEPT else (middle if what == LINE else middle + 1.0)
    weights.total = 1.0 / period + weights.total * ahead
    weights.other *= ahead
    return weights


cdef inline void fill_line(
    int what, const double* values, Py_ssize_t bars, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    fill_missing(out, period - 1)
    fill_weighed_pairs(AGES, values, bars, period, weights_of(what, <double>period), out, scratch)


cdef Py_ssize_t room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return pairs_room(<Py_ssize_t>parameters[0])


cdef void var(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    fill_missing(outputs[0], period - 1)
    fill_weighed_pairs(SQUARES, inputs[0], bars, period, variance_weights(period), outputs[0], scratch)


cdef inline void fill_deviations(
    const double* variances, const double* parameters, Py_ssize_t bars, double* out
) noexcept nogil:
    """`out` may be the variances."""
    cdef Py_ssize_t i
    for i in range(bars):
        out[i] = sqrt(variances[i]) * parameters[1]


cdef void stddev(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    var(inputs, parameters, outputs, bars, scratch)
    fill_deviations(outputs[0], parameters, bars, outputs[0])


cdef void linearreg(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_line(LINE, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void linearreg_slope(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_line(SLOPE, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void linearreg_intercept(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_line(INTERCEPT, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void tsf(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_line(FORECAST, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void linearreg_angle(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t i
        double* slopes = outputs[0] + period - 1
    linearreg_slope(inputs, parameters, outputs, bars, scratch)
    atan_series(<const double* const*>&slopes, parameters, &slopes, bars - period + 1, scratch)
    for i in range(period - 1, bars):
        outputs[0][i] *= DEGREES


cdef enum:
    LINES
    SLOPES
    INTERCEPTS
    FORECASTS
    ANGLES
    LINE_MEMBERS


cdef inline void fill_lines(
    const int* kinds, double** places, const double* values, Py_ssize_t bars, Py_ssize_t period, double* scratch
) noexcept nogil:
    """`fill_line` of each kind that has a place; all but the angles."""
    cdef:
        const double* totals
        const double* others
        Py_ssize_t before = period - 1
        Py_ssize_t first = 0
        Py_ssize_t windows
        int k
    while first < bars - before:
        windows = min(stretch_of(period), bars - before - first)
        half_pairs(AGES, values + first, windows, period, &totals, &others, scratch)
        first += before
        for k in range(ANGLES):
            if places[k] != NULL:
                weigh_pairs(
                    AGES, values + first, totals, others, windows, period, weights_of(kinds[k], <double>period),
                    places[k] + first,
                )
        first += windows - before
    for k in range(ANGLES):
        if places[k] != NULL:
            fill_missing(places[k], before)


cdef void lines(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """What is wanted of the straight line through a window."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int* kinds = [LINE, SLOPE, INTERCEPT, FORECAST]
        double* places[LINE_MEMBERS]
        double* angles
        const double* slopes
        Py_ssize_t i
    place(outputs, parameters[1], LINE_MEMBERS, places)
    angles = places[ANGLES]
    if places[SLOPES] == NULL:  # then the angles stand where the slopes were
        places[SLOPES] = angles
    fill_lines(kinds, places, inputs[0], bars, period, scratch)
    if angles == NULL:
        return
    slopes = places[SLOPES] + period - 1
    fill_missing(angles, period - 1)
    angles += period - 1
    atan_series(&slopes, parameters, &angles, bars - period + 1, scratch)
    for i in range(bars - period + 1):
        angles[i] *= DEGREES


cdef void deviations(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`var` and `stddev`, always both."""
    var(inputs, parameters, outputs, bars, scratch)
    fill_deviations(outputs[0], parameters, bars, outputs[1])


cdef Py_ssize_t size(const double* parameters) noexcept nogil:
    return pairs_size(<Py_ssize_t>parameters[0])


cdef void begin(void* memory, const double* parameters) noexcept nogil:
    pairs_begin(<Pairs*>memory, <Py_ssize_t>parameters[0])


cdef inline double line_of(int what, Pairs* state, double value) noexcept nogil:
    cdef double* pair = [0.0, 0.0]
    if pair_of(AGES, state, value, pair):
        return weighed(AGES, pair[0], pair[1], weights_of(what, <double>state.period))
    return NAN


cdef void var_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Pairs* state = <Pairs*>memory
        double* pair = [0.0, 0.0]
    values[0] = NAN
    if pair_of(SQUARES, state, bar[0], pair):
        values[0] = weighed(SQUARES, pair[0], pair[1], variance_weights(state.period))


cdef void linearreg_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = line_of(LINE, <Pairs*>memory, bar[0])


cdef void linearreg_slope_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = line_of(SLOPE, <Pairs*>memory, bar[0])


cdef void linearreg_intercept_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = line_of(INTERCEPT, <Pairs*>memory, bar[0])


cdef void tsf_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = line_of(FORECAST, <Pairs*>memory, bar[0])


cdef void linearreg_angle_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef double slope = line_of(SLOPE, <Pairs*>memory, bar[0])
    atan_feed(memory, &slope, values)
    values[0] *= DEGREES


# The number of deviations stands before the pairs
cdef Py_ssize_t stddev_size(const double* parameters) noexcept nogil:
    return sizeof(double) + size(parameters)


cdef void stddev_begin(void* memory, const double* parameters) noexcept nogil:
    (<double*>memory)[0] = parameters[1]
    begin(<double*>memory + 1, parameters)


cdef void stddev_feed(void* memory, const double* bar, double* values) noexcept nogil:
    var_feed(<double*>memory + 1, bar, values)
    values[0] = sqrt(values[0]) * (<double*>memory)[0]


KERNELS = {
    "linearreg": kernel(linearreg, 1, 1, 1, room),
    "linearreg_angle": kernel(linearreg_angle, 1, 1, 1, room),
    "linearreg_intercept": kernel(linearreg_intercept, 1, 1, 1, room),
    "linearreg_slope": kernel(linearreg_slope, 1, 1, 1, room),
    "stddev": kernel(stddev, 1, 2, 1, room),
    "tsf": kernel(tsf, 1, 1, 1, room),
    "var": kernel(var, 1, 2, 1, room),
}

STREAMS = {
    "linearreg": stream(size, begin, linearreg_feed, 1, 1, 1),
    "linearreg_angle": stream(size, begin, linearreg_angle_feed, 1, 1, 1),
    "linearreg_intercept": stream(size, begin, linearreg_intercept_feed, 1, 1, 1),
    "linearreg_slope": stream(size, begin, linearreg_slope_feed, 1, 1, 1),
    "stddev": stream(stddev_size, stddev_begin, stddev_feed, 1, 2, 1),
    "tsf": stream(size, begin, tsf_feed, 1, 1, 1),
    "var": stream(size, begin, var_feed, 1, 2, 1),
}

FAMILIES = (
    Family(
        kernels=tuple([kernel(lines, 1, 2, count + 1, room) for count in range(LINE_MEMBERS)]),
        inputs=("close",),
        members=(
            Member("linearreg", (LINES,), (0,)),
            Member("linearreg_slope", (SLOPES,), (0,)),
            Member("linearreg_intercept", (INTERCEPTS,), (0,)),
            Member("tsf", (FORECASTS,), (0,)),
            Member("linearreg_angle", (ANGLES,), (0,)),
        ),
    ),
    Family(
        kernels=tuple([kernel(deviations, 1, 3, count + 1, room) for count in range(2)]),
        inputs=("close",),
        members=(Member("var", (0,), (0, 1)), Member("stddev", (1,), (0, 1))),
    ),
)
