"""The deviation of a window and the straight line through it: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport M_PI, NAN, sqrt

from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._pairs cimport (
    AGES, SQUARES, Pairs, fill_pairs, pair_of, pairs_begin, pairs_room, pairs_size, stretch_of,
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
    VARIANCE
    DEVIATION
    SLOPE
    INTERCEPT
    LINE
    FORECAST

cdef double NOISE = 1e-31  # squares of this share of the sum's are no more than its rounding
cdef double DEGREES = 180.0 / M_PI


cdef struct Weights:
    double total    # of the sum of values; of a deviation: how many are asked for
    double other


cdef inline Weights weights_of(int what, double period, double deviations) noexcept nogil:
    """What an answer takes of each of the two sums of a window.

    The line of least squares rises by 6 / (n (n + 1)) of the values' sum less 12 / (n (n^2 - 1)) of that by age,
    and passes through the mean in the middle of the window.
    """
    cdef:
        Weights weights
        double middle = 0.5 * (period - 1.0)  # bars from either end
        double ahead = 0.0                    # from the middle to the bar that is asked for
    if what == VARIANCE or what == DEVIATION:
        weights.total = deviations
        weights.other = 1.0 / period
        return weights
    weights.total = 6.0 / (period * (period + 1.0))
    weights.other = -12.0 / (period * (period * period - 1.0))
    if what == SLOPE:
        return weights
    ahead = -middle if what == INTERCEPT else (middle if what == LINE else middle + 1.0)
    weights.total = 1.0 / period + weights.total * ahead
    weights.other *= ahead
    return weights


cdef inline double answer(int what, double total, double other, Weights weights) noexcept nogil:
    if what == VARIANCE or what == DEVIATION:
        other = other * weights.other if other > NOISE * total * total else 0.0
        return other if what == VARIANCE else sqrt(other) * weights.total
    return total * weights.total + other * weights.other


cdef inline void fill_answers(
    int what, const double* values, Py_ssize_t bars, Py_ssize_t period, double deviations, double* out,
    double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t stretch = stretch_of(period)
        Py_ssize_t windows = bars - period + 1
        Py_ssize_t first = 0
        Py_ssize_t count, i
        double* totals = scratch
        double* others
        Weights weights = weights_of(what, <double>period, deviations)
    fill_missing(out, period - 1)
    while first < windows:
        count = min(stretch, windows - first) + period - 1
        others = totals + count
        fill_pairs(
            SQUARES if what == VARIANCE or what == DEVIATION else AGES, values + first, count, period, totals, others,
            others + count,
        )
        for i in range(period - 1, count):
            out[first + i] = answer(what, totals[i], others[i], weights)
        first += stretch


cdef Py_ssize_t room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Py_ssize_t count = min(stretch_of(period) + period, bars)
    return 2 * count + pairs_room(count)


cdef void var(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_answers(VARIANCE, inputs[0], bars, <Py_ssize_t>parameters[0], 1.0, outputs[0], scratch)


cdef void stddev(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_answers(DEVIATION, inputs[0], bars, <Py_ssize_t>parameters[0], parameters[1], outputs[0], scratch)


cdef void linearreg(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_answers(LINE, inputs[0], bars, <Py_ssize_t>parameters[0], 1.0, outputs[0], scratch)


cdef void linearreg_slope(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_answers(SLOPE, inputs[0], bars, <Py_ssize_t>parameters[0], 1.0, outputs[0], scratch)


cdef void linearreg_intercept(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_answers(INTERCEPT, inputs[0], bars, <Py_ssize_t>parameters[0], 1.0, outputs[0], scratch)


cdef void tsf(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_answers(FORECAST, inputs[0], bars, <Py_ssize_t>parameters[0], 1.0, outputs[0], scratch)


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


cdef inline void fill_family(
    const int* kinds, double** places, int count, const double* values, Py_ssize_t bars, Py_ssize_t period,
    double deviations, double* scratch,
) noexcept nogil:
    """`fill_answers` of several kinds that take the same sums."""
    cdef:
        Py_ssize_t stretch = stretch_of(period)
        Py_ssize_t windows = bars - period + 1
        Py_ssize_t first = 0
        Py_ssize_t reach, i
        double* totals = scratch
        double* others
        Weights weights
        int sums = SQUARES if kinds[0] == VARIANCE else AGES
        int k
    while first < windows:
        reach = min(stretch, windows - first) + period - 1
        others = totals + reach
        fill_pairs(sums, values + first, reach, period, totals, others, others + reach)
        for k in range(count):
            if places[k] != NULL:
                weights = weights_of(kinds[k], <double>period, deviations)
                for i in range(period - 1, reach):
                    places[k][first + i] = answer(kinds[k], totals[i], others[i], weights)
        first += stretch
    for k in range(count):
        if places[k] != NULL:
            fill_missing(places[k], period - 1)


cdef enum:
    LINES
    SLOPES
    INTERCEPTS
    FORECASTS
    ANGLES
    LINE_MEMBERS


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
    fill_family(kinds, places, ANGLES, inputs[0], bars, period, 1.0, scratch)
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
    cdef:
        int* kinds = [VARIANCE, DEVIATION]
        double* places[2]
    places[0], places[1] = outputs[0], outputs[1]
    fill_family(kinds, places, 2, inputs[0], bars, <Py_ssize_t>parameters[0], parameters[1], scratch)


cdef Py_ssize_t size(const double* parameters) noexcept nogil:
    return pairs_size(<Py_ssize_t>parameters[0])


cdef void begin(void* memory, const double* parameters) noexcept nogil:
    pairs_begin(<Pairs*>memory, <Py_ssize_t>parameters[0])


cdef inline void feed(int what, Pairs* state, double value, double deviations, double* values) noexcept nogil:
    cdef double* pair = [0.0, 0.0]
    values[0] = NAN
    if pair_of(SQUARES if what == VARIANCE or what == DEVIATION else AGES, state, value, pair):
        values[0] = answer(what, pair[0], pair[1], weights_of(what, <double>state.period, deviations))


cdef void var_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed(VARIANCE, <Pairs*>memory, bar[0], 1.0, values)


cdef void linearreg_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed(LINE, <Pairs*>memory, bar[0], 1.0, values)


cdef void linearreg_slope_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed(SLOPE, <Pairs*>memory, bar[0], 1.0, values)


cdef void linearreg_intercept_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed(INTERCEPT, <Pairs*>memory, bar[0], 1.0, values)


cdef void tsf_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed(FORECAST, <Pairs*>memory, bar[0], 1.0, values)


cdef void linearreg_angle_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef double slope
    feed(SLOPE, <Pairs*>memory, bar[0], 1.0, &slope)
    atan_feed(memory, &slope, values)
    values[0] *= DEGREES


# The number of deviations stands before the pairs
cdef Py_ssize_t stddev_size(const double* parameters) noexcept nogil:
    return sizeof(double) + size(parameters)


cdef void stddev_begin(void* memory, const double* parameters) noexcept nogil:
    (<double*>memory)[0] = parameters[1]
    begin(<double*>memory + 1, parameters)


cdef void stddev_feed(void* memory, const double* bar, double* values) noexcept nogil:
    feed(DEVIATION, <Pairs*>(<double*>memory + 1), bar[0], (<double*>memory)[0], values)


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
