"""The two forms of every candlestick pattern, and the averages that patterns measure bars by."""
from libc.math cimport NAN, fabs
from libc.string cimport memmove

from mojo_compute.kernels._candles cimport *

cdef enum:
    OF_BODY
    OF_RANGE
    OF_SHADOWS

cdef struct Bound:
    int kind
    Py_ssize_t period
    double factor
    double share  # of the two shadows

cdef Bound BOUNDS[SETTINGS]
BOUNDS[BODY_LONG] = Bound(OF_BODY, 10, 1.0, 1.0)
BOUNDS[BODY_DOJI] = Bound(OF_RANGE, 10, 0.1, 1.0)
BOUNDS[SHADOW_SHORT] = Bound(OF_SHADOWS, 10, 1.0, 0.5)
BOUNDS[NEAR] = Bound(OF_RANGE, 5, 0.2, 1.0)
BOUNDS[FAR] = Bound(OF_RANGE, 5, 0.6, 1.0)
BOUNDS[EQUAL] = Bound(OF_RANGE, 5, 0.05, 1.0)


cdef inline double length(const Candles* c, Py_ssize_t i, int kind) noexcept nogil:
    if kind == OF_BODY:
        return body(bar(c, i))
    if kind == OF_RANGE:
        return c.high[i] - c.low[i]
    return upper(bar(c, i)) + lower(bar(c, i))


cdef inline void fill_changes(
    const Candles* c, int kind, Py_ssize_t period, Py_ssize_t ago, double carried, double* out
) noexcept nogil:
    """How the total of each bar differs from that of the bar before; first the total itself."""
    cdef Py_ssize_t i
    for i in range(c.bars):
        out[i] = length(c, i - 1 - ago, kind) - length(c, i - 1 - ago - period, kind)
    if not c.begins:
        out[0] += carried
        return
    out[0] = 0.0
    for i in range(-period, 0):
        out[0] += length(c, i - ago, kind)


cdef inline void add_up(double* rows, Py_ssize_t bars, int count) noexcept nogil:
    """Changes to totals. Each waits for the one before it: several rows at once wait together."""
    cdef:
        double total[4]
        Py_ssize_t i
        int row
    for row in range(count):
        total[row] = rows[row * BLOCK]
    for i in range(1, bars):
        for row in range(count):
            total[row] += rows[row * BLOCK + i]
            rows[row * BLOCK + i] = total[row]


cdef void measure(Candles* c) noexcept nogil:
    cdef:
        int row, left
        double* out
        Bound bound
        Py_ssize_t i
    for row in range(c.asked):
        bound = BOUNDS[c.settings[row]]
        out = c.averages + row * BLOCK
        if bound.kind == OF_BODY:
            fill_changes(c, OF_BODY, bound.period, c.ago[row], c.carried[row], out)
        elif bound.kind == OF_RANGE:
            fill_changes(c, OF_RANGE, bound.period, c.ago[row], c.carried[row], out)
        else:
            fill_changes(c, OF_SHADOWS, bound.period, c.ago[row], c.carried[row], out)
    row = 0
    while row < c.asked:
        left = c.asked - row
        out = c.averages + row * BLOCK
        if left >= 4:
            add_up(out, c.bars, 4)
        elif left == 3:
            add_up(out, c.bars, 3)
        elif left == 2:
            add_up(out, c.bars, 2)
        else:
            add_up(out, c.bars, 1)
        row += 4
    for row in range(c.asked):
        bound = BOUNDS[c.settings[row]]
        out = c.averages + row * BLOCK
        c.carried[row] = out[c.bars - 1]
        for i in range(c.bars):
            out[i] = bound.factor * (out[i] / bound.period) * bound.share
    c.asked = 0


cdef enum:
    MEMORY = MOST_AVERAGES + 6  # doubles carried from block to block


cdef Py_ssize_t room(Numbers parameters, Py_ssize_t bars) noexcept nogil:
    return MOST_AVERAGES * BLOCK + MEMORY


cdef inline void look_from(
    Candles* c, const double* open, const double* high, const double* low, const double* close, Py_ssize_t first
) noexcept nogil:
    c.open, c.high, c.low, c.close = open + first, high + first, low + first, close + first


cdef void fill(
    Judge judge, Py_ssize_t start, Inputs inputs, Numbers parameters, Outputs outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Candles c
        Py_ssize_t first, i
    c.parameters = parameters
    c.asked = 0
    c.carried = scratch
    c.averages = scratch + MEMORY
    for i in range(MEMORY):
        c.carried[i] = 0.0
    for i in range(start):
        outputs[0][i] = NAN
    first = start
    while first < bars:
        look_from(&c, inputs[0], inputs[1], inputs[2], inputs[3], first)
        c.out = outputs[0] + first
        c.bars = min(bars - first, <Py_ssize_t>BLOCK)
        c.begins = first == start
        judge(&c)
        first += BLOCK


cdef enum:
    KEPT = 20          # bars that are always at hand: lookbacks are less
    STREAM_ROOM = 64

cdef struct State:
    Py_ssize_t seen            # bars
    Py_ssize_t held            # of them
    double penetration
    double carried[MEMORY]
    double open[STREAM_ROOM]   # those held, oldest first
    double high[STREAM_ROOM]
    double low[STREAM_ROOM]
    double close[STREAM_ROOM]


cdef Py_ssize_t size(Numbers parameters) noexcept nogil:
    return sizeof(State)


cdef void begin(void* memory, Numbers parameters) noexcept nogil:
    pass


cdef void begin_penetrating(void* memory, Numbers parameters) noexcept nogil:
    (<State*>memory).penetration = parameters[0]


cdef inline void keep_newest(double* values) noexcept nogil:
    memmove(values, values + STREAM_ROOM - KEPT, KEPT * sizeof(double))


cdef Py_ssize_t feed(Judge judge, Py_ssize_t start, void* memory, const double* bar, double* values) noexcept nogil:
    """Judge one more bar; how many there were."""
    cdef:
        State* state = <State*>memory
        Candles c
        double averages[MOST_AVERAGES * BLOCK]
    if state.held == STREAM_ROOM:
        keep_newest(state.open)
        keep_newest(state.high)
        keep_newest(state.low)
        keep_newest(state.close)
        state.held = KEPT
    state.open[state.held] = bar[0]
    state.high[state.held] = bar[1]
    state.low[state.held] = bar[2]
    state.close[state.held] = bar[3]
    state.held += 1
    state.seen += 1
    values[0] = NAN
    if state.seen > start:
        look_from(&c, state.open, state.high, state.low, state.close, state.held - 1)
        c.out = values
        c.bars = 1
        c.begins = state.seen == start + 1
        c.parameters = &state.penetration
        c.asked = 0
        c.averages = averages
        c.carried = state.carried
        judge(&c)
    return state.seen
