"""Differences and ratios of averages: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._averages cimport EMA, SMA, average_lookback
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._smoothers cimport (
    fill_smoother, kind_of, smoother_begin, smoother_feed, smoother_room, smoother_size,
)
from mojo_compute.kernels._smoothing cimport fill_missing

from mojo_compute.kernels.families import Family, Member


cdef inline double relative(double fast, double slow) noexcept nogil:
    """In percent of the slow average; 0 where that is 0, as TA-Lib has it."""
    return (fast - slow) / slow * 100.0 if slow != 0.0 else 0.0


cdef Py_ssize_t pair_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef int kind = kind_of(parameters[2], EMA)
    return bars + max(
        smoother_room(kind, <Py_ssize_t>parameters[0], bars), smoother_room(kind, <Py_ssize_t>parameters[1], bars)
    )


cdef inline Py_ssize_t fill_pair(
    const double* prices, const double* parameters, Py_ssize_t bars,
    double* slow,     # OUT
    double* scratch,  # OUT the fast average first
) noexcept nogil:
    """Averages of the shorter and of the longer period, each from its own first value on; the longer warm-up."""
    cdef:
        int kind = kind_of(parameters[2], EMA)
        Py_ssize_t fast_period = <Py_ssize_t>min(parameters[0], parameters[1])
        Py_ssize_t slow_period = <Py_ssize_t>max(parameters[0], parameters[1])
    fill_smoother(kind, prices, bars, slow_period, slow, scratch + bars)
    fill_smoother(kind, prices, bars, fast_period, scratch, scratch + bars)
    return average_lookback(kind, slow_period)


cdef void apo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = fill_pair(inputs[0], parameters, bars, outputs[0], scratch)
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(first, bars):
        out[i] = scratch[i] - out[i]


cdef void ppo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = fill_pair(inputs[0], parameters, bars, outputs[0], scratch)
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(first, bars):
        out[i] = relative(scratch[i], out[i])


cdef inline void fill_both(
    const double* fast, const double* slow, Py_ssize_t first, Py_ssize_t last, double* difference, double* ratio
) noexcept nogil:
    """`slow` may be one of the outputs."""
    cdef Py_ssize_t i
    for i in range(first, last):
        ratio[i] = relative(fast[i], slow[i])
    for i in range(first, last):
        difference[i] = fast[i] - slow[i]


cdef void apo_and_ppo(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`apo` and `ppo`, always both."""
    cdef Py_ssize_t first = fill_pair(inputs[0], parameters, bars, outputs[0], scratch)
    fill_missing(outputs[1], first)
    fill_both(scratch, outputs[0], first, bars, outputs[0], outputs[1])


# Three averages: the fast and the slow one, and the one of their difference
cdef struct Crossing:
    int kinds[3]
    Py_ssize_t periods[3]
    Py_ssize_t late[2]  # bars that the fast and the slow one are not told of: both end their warm-up at once


cdef inline void crossing_of(const double* parameters, Crossing* crossing) noexcept nogil:
    cdef:
        int fast = 2 if parameters[2] < parameters[0] else 0  # where the shorter period stands
        Py_ssize_t lookbacks[2]
        int number
    crossing.periods[0], crossing.kinds[0] = <Py_ssize_t>parameters[fast], kind_of(parameters[fast + 1], SMA)
    crossing.periods[1], crossing.kinds[1] = <Py_ssize_t>parameters[2 - fast], kind_of(parameters[3 - fast], SMA)
    crossing.periods[2], crossing.kinds[2] = <Py_ssize_t>parameters[4], kind_of(parameters[5], SMA)
    for number in range(2):
        lookbacks[number] = average_lookback(crossing.kinds[number], crossing.periods[number])
    for number in range(2):
        crossing.late[number] = max(lookbacks[0], lookbacks[1]) - lookbacks[number]


cdef Py_ssize_t macdext_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    cdef:
        Py_ssize_t room = 0
        int number
    for number in range(0, 6, 2):
        room = max(room, smoother_room(kind_of(parameters[number + 1], SMA), <Py_ssize_t>parameters[number], bars))
    return bars + room


cdef void macdext(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Crossing crossing
        double* line = outputs[0]
        double* signals = outputs[1]
        double* histogram = outputs[2]
        double* work = scratch + bars
        Py_ssize_t late, first, i
    crossing_of(parameters, &crossing)
    late = crossing.late[0]
    fill_smoother(crossing.kinds[0], inputs[0] + late, bars - late, crossing.periods[0], line + late, work)
    late = crossing.late[1]
    fill_smoother(crossing.kinds[1], inputs[0] + late, bars - late, crossing.periods[1], scratch + late, work)
    first = late + average_lookback(crossing.kinds[1], crossing.periods[1])
    for i in range(first, bars):
        line[i] -= scratch[i]
    fill_smoother(crossing.kinds[2], line + first, bars - first, crossing.periods[2], signals + first, work)
    first += average_lookback(crossing.kinds[2], crossing.periods[2])
    fill_missing(line, first)
    fill_missing(signals, first)
    fill_missing(histogram, first)
    for i in range(first, bars):
        histogram[i] = line[i] - signals[i]


# A stream: the averages one behind the other
cdef struct Pair:
    Py_ssize_t slow  # bytes from the head to it


cdef inline Py_ssize_t fast_size(const double* parameters) noexcept nogil:
    return smoother_size(kind_of(parameters[2], EMA), <Py_ssize_t>min(parameters[0], parameters[1]))


cdef Py_ssize_t pair_size(const double* parameters) noexcept nogil:
    cdef Py_ssize_t slow_period = <Py_ssize_t>max(parameters[0], parameters[1])
    return sizeof(Pair) + fast_size(parameters) + smoother_size(kind_of(parameters[2], EMA), slow_period)


cdef void pair_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Pair* state = <Pair*>memory
        int kind = kind_of(parameters[2], EMA)
    state.slow = sizeof(Pair) + fast_size(parameters)
    smoother_begin(state + 1, kind, <Py_ssize_t>min(parameters[0], parameters[1]))
    smoother_begin(<char*>memory + state.slow, kind, <Py_ssize_t>max(parameters[0], parameters[1]))


cdef void apo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Pair* state = <Pair*>memory
        double fast = smoother_feed(state + 1, bar[0])
    values[0] = fast - smoother_feed(<char*>memory + state.slow, bar[0])


cdef void ppo_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Pair* state = <Pair*>memory
        double fast = smoother_feed(state + 1, bar[0])
        double slow = smoother_feed(<char*>memory + state.slow, bar[0])
    values[0] = relative(fast, slow) if slow == slow else NAN


cdef struct Crossed:
    Py_ssize_t seen
    Crossing crossing
    Py_ssize_t averages[3]  # bytes from the head to each


cdef Py_ssize_t macdext_size(const double* parameters) noexcept nogil:
    cdef:
        Py_ssize_t size = sizeof(Crossed)
        int number
    for number in range(0, 6, 2):
        size += smoother_size(kind_of(parameters[number + 1], SMA), <Py_ssize_t>parameters[number])
    return size


cdef void macdext_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Crossed* state = <Crossed*>memory
        Py_ssize_t at = sizeof(Crossed)
        int number
    crossing_of(parameters, &state.crossing)
    for number in range(3):
        state.averages[number] = at
        smoother_begin(<char*>memory + at, state.crossing.kinds[number], state.crossing.periods[number])
        at += smoother_size(state.crossing.kinds[number], state.crossing.periods[number])


cdef void macdext_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Crossed* state = <Crossed*>memory
        double fast = NAN
        double slow = NAN
        double line, signal
    if state.seen >= state.crossing.late[0]:
        fast = smoother_feed(<char*>memory + state.averages[0], bar[0])
    if state.seen >= state.crossing.late[1]:
        slow = smoother_feed(<char*>memory + state.averages[1], bar[0])
    state.seen += 1
    line = fast - slow
    signal = smoother_feed(<char*>memory + state.averages[2], line)
    values[0] = line if signal == signal else NAN
    values[1] = signal
    values[2] = line - signal


KERNELS = {
    "apo": kernel(apo, 1, 3, 1, pair_room),
    "ppo": kernel(ppo, 1, 3, 1, pair_room),
    "macdext": kernel(macdext, 1, 6, 3, macdext_room),
}

STREAMS = {
    "apo": stream(pair_size, pair_begin, apo_feed, 1, 3, 1),
    "ppo": stream(pair_size, pair_begin, ppo_feed, 1, 3, 1),
    "macdext": stream(macdext_size, macdext_begin, macdext_feed, 1, 6, 3),
}

FAMILIES = (
    Family(
        kernels=tuple([kernel(apo_and_ppo, 1, 4, count + 1, pair_room) for count in range(2)]),
        inputs=("close",),
        members=(Member("apo", (0,), (0, 1, 2)), Member("ppo", (1,), (0, 1, 2))),
    ),
)
