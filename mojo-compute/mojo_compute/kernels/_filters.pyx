"""Recursive filters of prices: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, cos, exp, fabs, log, log2, pow, sqrt

from mojo_compute.kernels._extremes cimport fill_highest, fill_lowest
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport four_series
from mojo_compute.kernels._stepping cimport doubles_of, step_through
from mojo_compute.kernels._sums cimport fill_sums, sums_room

cdef double PI = 3.141592653589793

cdef enum:
    VOLATILITY_BARS = 10  # of JMA: bars of its volatility
    MEAN_BARS = 66        # and of the mean that it is held against
    MEAN_ROOM = 72        # the same in whole vectors of eight; the rest stays 0


cdef struct Supersmoother:
    Py_ssize_t poles
    Py_ssize_t seen
    double price_weight
    double[3] weights   # of the values one, two and three bars ago
    double[3] values


cdef Py_ssize_t ssf_size(const double* parameters) noexcept nogil:
    return sizeof(Supersmoother)


cdef void ssf_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Supersmoother* state = <Supersmoother*>memory
        double radius, turn
    state.poles = <Py_ssize_t>parameters[1]
    if state.poles == 2:
        radius = exp(-sqrt(2.0) * PI / parameters[0])
        turn = 2.0 * radius * cos(sqrt(2.0) * PI / parameters[0])
        state.weights[0] = turn
        state.weights[1] = -radius * radius
    else:
        radius = exp(-PI / parameters[0])
        turn = 2.0 * radius * cos(sqrt(3.0) * PI / parameters[0])
        radius *= radius
        state.weights[0] = turn + radius
        state.weights[1] = -radius * (1.0 + turn)
        state.weights[2] = radius * radius
    state.price_weight = 1.0 - state.weights[0] - state.weights[1] - state.weights[2]


cdef inline void ssf_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Supersmoother* state = <Supersmoother*>memory
        double value = bar[0]
    if state.seen >= state.poles:
        value = (
            state.price_weight * bar[0]
            + state.weights[2] * state.values[2]
            + state.weights[1] * state.values[1]
            + state.weights[0] * state.values[0]  # last, as the newest is waited for
        )
    state.values[2] = state.values[1]
    state.values[1] = state.values[0]
    state.values[0] = value
    state.seen += 1
    values[0] = value


cdef struct McGinley:
    double bars      # factor times period
    double value     # 0: none yet


cdef Py_ssize_t mcgd_size(const double* parameters) noexcept nogil:
    return sizeof(McGinley)


cdef void mcgd_begin(void* memory, const double* parameters) noexcept nogil:
    (<McGinley*>memory).bars = parameters[0] * parameters[1]


cdef inline void mcgd_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        McGinley* state = <McGinley*>memory
        double ratio, slowness
    if state.value == 0.0:
        state.value = bar[0]
    else:
        ratio = bar[0] / state.value
        ratio *= ratio
        slowness = state.bars * ratio * ratio
        # Below 1 the line would leap past the price
        state.value += (bar[0] - state.value) / (slowness if slowness > 1.0 else 1.0)
    values[0] = state.value


cdef struct HoltWinters:
    double level_weight
    double trend_weight
    double bend_weight
    double level
    double trend
    double bend
    Py_ssize_t seen


cdef Py_ssize_t hwma_size(const double* parameters) noexcept nogil:
    return sizeof(HoltWinters)


cdef void hwma_begin(void* memory, const double* parameters) noexcept nogil:
    cdef HoltWinters* state = <HoltWinters*>memory
    state.level_weight = parameters[0]
    state.trend_weight = parameters[1]
    state.bend_weight = parameters[2]


cdef inline void hwma_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        HoltWinters* state = <HoltWinters*>memory
        double level, trend
    if not state.seen:
        state.level = bar[0]
        state.seen = 1
    level = (1.0 - state.level_weight) * (state.level + state.trend + 0.5 * state.bend) + state.level_weight * bar[0]
    trend = (1.0 - state.trend_weight) * (state.trend + state.bend) + state.trend_weight * (level - state.level)
    state.bend = (1.0 - state.bend_weight) * state.bend + state.bend_weight * (trend - state.trend)
    state.level = level
    state.trend = trend
    values[0] = level + trend + 0.5 * state.bend


cdef struct Jurik:
    Py_ssize_t period
    Py_ssize_t seen
    double phase         # how far it leans to the newest prices, 0.5..2.5
    double most          # relative volatility
    double power
    double band_weight
    double weight
    double band_log      # logarithms of the two weights: powers of them are exponentials
    double weight_log
    double upper
    double lower
    double average       # of three stages the first
    double lead
    double step
    double value
    double[VOLATILITY_BARS] moves        # rings
    double[MEAN_ROOM] volatilities


cdef Py_ssize_t jma_size(const double* parameters) noexcept nogil:
    return sizeof(Jurik)


cdef void jma_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Jurik* state = <Jurik*>memory
        double half = 0.5 * (parameters[0] - 1.0)
        double length = log2(sqrt(half)) + 2.0
        double band
    length = length if length > 0.0 else 0.0
    state.period = <Py_ssize_t>parameters[0]
    state.phase = 1.5 + 0.01 * parameters[1]
    state.power = length - 2.0 if length > 2.5 else 0.5
    state.most = pow(length, 1.0 / state.power)
    band = length * sqrt(half)
    state.band_weight = band / (band + 1.0)
    state.weight = 0.45 * (parameters[0] - 1.0)
    state.weight /= state.weight + 2.0
    state.band_log = log(state.band_weight)
    state.weight_log = log(state.weight)


cdef inline double usual_volatility(const Jurik* state) noexcept nogil:
    """Mean of the bars so far, MEAN_BARS at most."""
    cdef:
        Py_ssize_t i, lane
        double[8] totals
    for lane in range(8):
        totals[lane] = 0.0
    for i in range(MEAN_ROOM // 8):
        for lane in range(8):
            totals[lane] += state.volatilities[8 * i + lane]
    for lane in range(1, 8):
        totals[0] += totals[lane]
    return totals[0] / min(state.seen + 1, <Py_ssize_t>MEAN_BARS)


cdef inline double relative_volatility(Jurik* state, double above, double below) noexcept nogil:
    """Volatility of this bar in units of the mean, from 1 up to `most`."""
    cdef:
        double move = 0.0
        double volatility = 0.0
        double usual, relative
        int at
    if above != below:
        move = above if above > below else below
    state.moves[state.seen % VOLATILITY_BARS] = move
    for at in range(VOLATILITY_BARS):
        volatility += state.moves[at]
    state.volatilities[state.seen % MEAN_BARS] = volatility / VOLATILITY_BARS
    usual = usual_volatility(state)
    relative = 0.0 if usual == 0.0 else move / usual
    relative = state.most if relative > state.most else relative
    return relative if relative > 1.0 else 1.0


cdef inline void jma_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Jurik* state = <Jurik*>memory
        double price = bar[0]
        double above = price - state.upper
        double below = price - state.lower
        double band = state.band_weight
        double kept = state.weight
        double relative, exponent
    if not state.seen:
        state.upper = state.lower = state.average = state.value = price
    else:
        relative = relative_volatility(state, fabs(above), fabs(below))
        if relative > 1.0:
            exponent = exp(state.power * log(relative))
            band = exp(sqrt(exponent) * state.band_log)
            kept = exp(exponent * state.weight_log)
        state.upper = price if above > 0.0 else price - band * above
        state.lower = price if below < 0.0 else price - band * below
        state.average = (1.0 - kept) * price + kept * state.average
        state.lead = (price - state.average) * (1.0 - state.weight) + state.weight * state.lead
        state.step = (
            (state.average + state.phase * state.lead - state.value) * (1.0 - kept) * (1.0 - kept)
            + kept * kept * state.step
        )
        state.value += state.step
    state.seen += 1
    values[0] = state.value if state.seen >= state.period else NAN


cdef void ssf(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(ssf_begin, ssf_feed, sizeof(Supersmoother), inputs, 1, parameters, outputs, 1, bars, scratch)


cdef void mcgd(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(mcgd_begin, mcgd_feed, sizeof(McGinley), inputs, 1, parameters, outputs, 1, bars, scratch)


cdef void hwma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(hwma_begin, hwma_feed, sizeof(HoltWinters), inputs, 1, parameters, outputs, 1, bars, scratch)


cdef void jma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    step_through(jma_begin, jma_feed, sizeof(Jurik), inputs, 1, parameters, outputs, 1, bars, scratch)


cdef Py_ssize_t state_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return doubles_of(sizeof(Jurik))  # the largest of them


cdef Py_ssize_t vidya_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 3 * bars + sums_room(<Py_ssize_t>parameters[0])


cdef void vidya(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double weight = 2.0 / (period + 1.0)
        double change, share
        double average = 0.0
        const double* prices = inputs[0]
        double* rises = scratch
        double* moves = scratch + bars
        double* risen = scratch + 2 * bars
        double* moved = outputs[0]
    rises[0] = moves[0] = 0.0
    for i in range(1, bars):
        change = prices[i] - prices[i - 1]
        rises[i] = change if change > 0.0 else 0.0
        moves[i] = fabs(change)
    fill_sums(rises, bars, period, risen, scratch + 3 * bars)
    fill_sums(moves, bars, period, moved, scratch + 3 * bars)
    for i in range(period):
        average += prices[i]
    average /= period
    moved[period - 1] = average
    for i in range(period, bars):
        # |rises - falls| / (rises + falls): how one-sided the window was, 0 where nothing moved
        share = weight * fabs(2.0 * risen[i] - moved[i]) / moved[i] if moved[i] > 0.0 else 0.0
        average = share * prices[i] + (1.0 - share) * average
        moved[i] = average


cdef void frama(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t half = <Py_ssize_t>(parameters[0] + 1) // 2
        double* highest = scratch
        double* lowest = scratch + bars
        double* out = outputs[0]
        double newer, older, high, low
        double weight = 1.0
        double average = 0.5 * (inputs[0][2 * half - 2] + inputs[1][2 * half - 2])
    fill_highest(inputs[0], bars, half, highest, scratch + 2 * bars)
    fill_lowest(inputs[1], bars, half, lowest, scratch + 2 * bars)
    for i in range(2 * half - 1):
        out[i] = NAN
    for i in range(2 * half - 1, bars):
        newer = highest[i] - lowest[i]
        older = highest[i - half] - lowest[i - half]
        high = highest[i] if highest[i] > highest[i - half] else highest[i - half]
        low = lowest[i] if lowest[i] < lowest[i - half] else lowest[i - half]
        if newer > 0.0 and older > 0.0:
            # Ranges are of N/2 and of N bars: the fractal dimension is log2 of twice their quotient
            weight = exp(-4.6 * (log(2.0 * (newer + older) / (high - low)) / log(2.0) - 1.0))
            weight = min(max(weight, 0.01), 1.0)
        average = weight * 0.5 * (inputs[0][i] + inputs[1][i]) + (1.0 - weight) * average
        out[i] = average


KERNELS = {
    "ssf": kernel(ssf, 1, 2, 1, state_room),
    "mcgd": kernel(mcgd, 1, 2, 1, state_room),
    "hwma": kernel(hwma, 1, 3, 1, state_room),
    "jma": kernel(jma, 1, 2, 1, state_room),
    "vidya": kernel(vidya, 1, 1, 1, vidya_room),
    "frama": kernel(frama, 2, 1, 1, four_series),
}

STREAMS = {
    "ssf": stream(ssf_size, ssf_begin, ssf_feed, 1, 2, 1),
    "mcgd": stream(mcgd_size, mcgd_begin, mcgd_feed, 1, 2, 1),
    "hwma": stream(hwma_size, hwma_begin, hwma_feed, 1, 3, 1),
    "jma": stream(jma_size, jma_begin, jma_feed, 1, 2, 1),
}
