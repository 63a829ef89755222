"""The two forms of every candlestick pattern, and the averages that patterns measure bars by."""
from libc.math cimport NAN
from libc.stdint cimport int32_t, int64_t
from libc.string cimport memcpy, memmove, memset

from mojo_compute.kernels._candles cimport *
from mojo_compute.kernels._kernel cimport Kernel, Series, kernel
from mojo_compute.kernels._placing cimport fill_whole

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


cdef enum:
    REACH = 16  # bars that averages look back beyond a block at most

cdef int64_t MAGNITUDE = 0x7FFFFFFFFFFFFFFF  # the bits of a double without its sign
cdef double ROUNDING = 8.881784197001252e-16  # 2^-50: each bar's rounding is less than an eighth of it


cdef inline double length(const Candles* c, Py_ssize_t i, int kind) noexcept nogil:
    if kind == OF_BODY:
        return body(bar(c, i))
    if kind == OF_RANGE:
        return c.high[i] - c.low[i]
    return upper(bar(c, i)) + lower(bar(c, i))


cdef inline void look_from(
    Candles* c, const double* open, const double* high, const double* low, const double* close, Py_ssize_t first
) noexcept nogil:
    c.open, c.high, c.low, c.close = open + first, high + first, low + first, close + first


cdef inline void fill_changes(
    const Candles* c, int kind, Py_ssize_t period, Py_ssize_t ago, double carried, double* out
) noexcept nogil:
    """How the total of each bar differs from that of the bar before; first the total itself."""
    cdef:
        Py_ssize_t first = 1 if c.begins else 0  # the first bar's would reach back beyond the series
        Py_ssize_t i
    for i in range(first, c.bars):
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


cdef void measure_exactly(Candles* c) noexcept nogil:
    cdef:
        int row, left
        double* out
        Bound bound
        Py_ssize_t i
    for row in range(c.asked):
        bound = BOUNDS[c.settings[row]]
        out = c.averages + row * BLOCK
        if bound.kind == OF_BODY:
            fill_changes(c, OF_BODY, bound.period, c.ago[row], c.totals[row], out)
        elif bound.kind == OF_RANGE:
            fill_changes(c, OF_RANGE, bound.period, c.ago[row], c.totals[row], out)
        else:
            fill_changes(c, OF_SHADOWS, bound.period, c.ago[row], c.totals[row], out)
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
        c.totals[row] = out[c.bars - 1]
        for i in range(c.bars):
            out[i] = bound.factor * (out[i] / bound.period) * bound.share


cdef inline void fill_sums(Candles* c, int kind, Py_ssize_t period, int setting, double* sums) noexcept nogil:
    """Totals of `period` lengths each, added afresh; the one from bar j on at REACH + j."""
    cdef:
        double lengths[REACH + BLOCK]
        double fives[REACH + BLOCK]
        const int64_t* bits = <const int64_t*>lengths
        Candles near
        Py_ssize_t reach = min(c.before, <Py_ssize_t>REACH)
        Py_ssize_t count = reach + c.bars
        Py_ssize_t i
        int64_t most = (<int64_t*>&c.longest[setting])[0]
        double sifted
        double* fifth
    look_from(&near, c.open, c.high, c.low, c.close, -reach)
    sums += REACH - reach
    fifth = sums if period == 5 else fives
    for i in range(count):
        lengths[i] = length(&near, i, kind)
    for i in range(count):  # doubles without a sign are ordered as their bits are
        most = max(most, bits[i] & MAGNITUDE)
    for i in range(c.known[setting] - c.before, -reach):
        sifted = length(c, i, kind)
        most = max(most, (<int64_t*>&sifted)[0] & MAGNITUDE)
    (<int64_t*>&c.longest[setting])[0] = most
    c.known[setting] = c.before + c.bars
    for i in range(count - 4):
        fifth[i] = lengths[i] + lengths[i + 1] + lengths[i + 2] + lengths[i + 3] + lengths[i + 4]
    if period == 10:
        for i in range(count - 9):
            sums[i] = fives[i] + fives[i + 5]


cdef void estimate(Candles* c) noexcept nogil:
    """Averages from totals that were added afresh, shifted by more than carried ones can be off."""
    cdef:
        Bound bound
        Py_ssize_t i
        double* out
        double* sums
        double factor, shift
        int row, setting
    for row in range(c.asked):
        setting = c.settings[row]
        bound = BOUNDS[setting]
        out = c.averages + row * BLOCK
        sums = c.sums + setting * (REACH + BLOCK)
        if not c.summed[setting]:
            c.summed[setting] = True
            if bound.kind == OF_BODY:
                fill_sums(c, OF_BODY, 10, setting, sums)
            elif bound.kind == OF_SHADOWS:
                fill_sums(c, OF_SHADOWS, 10, setting, sums)
            elif bound.period == 10:
                fill_sums(c, OF_RANGE, 10, setting, sums)
            else:
                fill_sums(c, OF_RANGE, 5, setting, sums)
        factor = bound.factor * bound.share / bound.period
        shift = c.doubt * c.sides[row] * bound.factor * c.longest[setting] * (c.before + c.bars + 64) * ROUNDING
        sums += REACH - c.ago[row] - bound.period
        for i in range(c.bars):
            out[i] = factor * sums[i] + shift


cdef void measure(Candles* c) noexcept nogil:
    if c.doubt:
        estimate(c)
    else:
        measure_exactly(c)
    c.asked = 0


cdef enum:
    ROWS = MOST_AVERAGES + 2
    CARRIED = MOST_AVERAGES + MEMORY  # doubles, from block to block


cdef Py_ssize_t room(Numbers parameters, Py_ssize_t bars) noexcept nogil:
    return CARRIED + ROWS * BLOCK + SETTINGS * (REACH + BLOCK)


cdef Kernel pattern(Series series, int parameters=0):
    return kernel(series, 4, parameters, 1, room, NULL, NULL, True)


cdef inline int32_t* begin_series(
    Candles* c, Py_ssize_t start, Numbers parameters, Outputs outputs, double* scratch
) noexcept nogil:
    """Where the answers go; those of one block are doubles first, in `c.out`."""
    cdef:
        int32_t* answers = <int32_t*>outputs[0]
        Py_ssize_t i
    c.parameters = parameters
    c.asked = c.doubt = 0
    c.totals = scratch
    c.memory = scratch + MOST_AVERAGES
    c.averages = scratch + CARRIED
    c.out = c.averages + MOST_AVERAGES * BLOCK
    c.sums = c.averages + ROWS * BLOCK
    for i in range(SETTINGS):
        c.longest[i], c.known[i] = 0.0, 0
    for i in range(CARRIED):
        scratch[i] = 0.0
    memset(answers, 0, start * sizeof(int32_t))
    return answers


cdef inline void look_at(Candles* c, Py_ssize_t start, Py_ssize_t first, Inputs inputs, Py_ssize_t last) noexcept nogil:
    look_from(c, inputs[0], inputs[1], inputs[2], inputs[3], first)
    c.bars = last - first
    c.before = first
    c.begins = first == start


cdef inline void judge_block(
    Judge judge, Candles* c, int doubt, Py_ssize_t start, Py_ssize_t first, Inputs inputs, Py_ssize_t last
) noexcept nogil:
    look_at(c, start, first, inputs, last)
    c.doubt = doubt
    judge(c)


cdef void fill(
    Judge judge, Py_ssize_t start, Inputs inputs, Numbers parameters, Outputs outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Candles c
        int32_t* answers = begin_series(&c, start, parameters, outputs, scratch)
        Py_ssize_t first = start
    while first < bars:
        judge_block(judge, &c, 0, start, first, inputs, min(first + BLOCK, bars))
        fill_whole(c.out, c.bars, answers + first)
        first += BLOCK


cdef inline bint differ(const double* values, const double* others, Py_ssize_t count) noexcept nogil:
    """Whether they do; without others, from 0."""
    cdef:
        const int64_t* left = <const int64_t*>values
        const int64_t* right = <const int64_t*>others
        int64_t found = 0
        Py_ssize_t i
    if right == NULL:
        for i in range(count):
            found |= left[i]
    else:
        for i in range(count):
            found |= left[i] ^ right[i]
    return found != 0


cdef void fill_rare(
    Judge judge, Py_ssize_t start, Inputs inputs, Numbers parameters, Outputs outputs, Py_ssize_t bars, double* scratch,
    Sift sift=NULL,
) noexcept nogil:
    """What `fill` gives, for a pattern that most blocks don't have.

    Carried totals are waited for from bar to bar; those added afresh are not. Only where the latter, shifted
    one way and the other, give different answers, the blocks since the last such one are judged exactly.
    """
    cdef:
        Candles c
        int32_t* answers = begin_series(&c, start, parameters, outputs, scratch)
        Py_ssize_t block = BLOCK if sift == NULL else BLOCK // 2  # the fewer have the pattern the shorter they are
        Py_ssize_t first = start
        Py_ssize_t last
        Py_ssize_t exact = start  # block from which on carried totals are not known
        double* out = c.out
        double* others = out + BLOCK
        double* exact_memory = c.memory
        double memory[MEMORY]
        double before[MEMORY]
        int i
    memcpy(memory, exact_memory, sizeof(memory))
    while first < bars:
        last = min(first + block, bars)
        look_at(&c, start, first, inputs, last)
        if sift != NULL and not sift(&c):
            memset(answers + first, 0, c.bars * sizeof(int32_t))
            first += block
            continue
        for i in range(SETTINGS):
            c.summed[i] = False
        memcpy(before, memory, sizeof(memory))
        c.memory = memory
        c.out = out
        judge_block(judge, &c, 1, start, first, inputs, last)
        if not differ(out, NULL, c.bars):
            memset(answers + first, 0, c.bars * sizeof(int32_t))
        else:
            c.memory = before
            c.out = others
            judge_block(judge, &c, -1, start, first, inputs, last)
            if not differ(out, others, c.bars):
                fill_whole(out, c.bars, answers + first)
            else:
                c.memory = exact_memory
                while exact <= first:
                    judge_block(judge, &c, 0, start, exact, inputs, min(exact + block, bars))
                    fill_whole(others, c.bars, answers + exact)
                    exact += block
                memcpy(memory, exact_memory, sizeof(memory))
        first += block


cdef enum:
    KEPT = 20          # bars that are always at hand: lookbacks are less
    STREAM_ROOM = 64

cdef struct State:
    Py_ssize_t seen            # bars
    Py_ssize_t held            # of them
    double penetration
    double totals[MOST_AVERAGES]
    double memory[MEMORY]
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
        c.asked = c.doubt = 0
        c.averages = averages
        c.totals = state.totals
        c.memory = state.memory
        judge(&c)
    return state.seen
