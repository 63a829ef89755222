"""Averages of averages, eight parts of a series in step; see `_eight_chains.h` and `_eight.pxd`."""
from mojo_compute.kernels._eight cimport eights_to_forget
from mojo_compute.kernels._kernel cimport LANES
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._steps cimport Step, ema_step_begin, step_begin, stepped, stepped_again


cdef extern from "_eight_chains.h" nogil:
    ctypedef struct Stages:
        double weights[3]
        double kept[3]

    enum:
        CHAIN_DOUBLE   # 2 once - twice
        CHAIN_TRIPLE   # 3 once - 3 twice + thrice
        CHAIN_THIRD    # thrice
        CHAIN_TILLSON  # of the third to the sixth average

    ctypedef struct Chain:
        double weight
        double kept
        double third
        double fourth
        double fifth
        double sixth

    ctypedef struct Kin:
        double* doubles  # 2 once - twice
        double* triples  # 3 once - 3 twice + thrice
        double* thirds   # thrice

    int chain_length(int kind) noexcept
    double chain_value(int kind, const Chain* by, const double* stages) noexcept
    void eight_chains(
        int kind, const double* values, Py_ssize_t stride, Py_ssize_t count, const Chain* by, double* states, double* out
    ) noexcept
    void one_chain(
        int kind, const double* values, Py_ssize_t count, const Chain* by, double* states, double* out
    ) noexcept
    void eight_kin(
        const double* values, Py_ssize_t stride, Py_ssize_t count, const Chain* by, double* states, const Kin* out
    ) noexcept
    void place_kin(const Chain* by, const double* stages, Py_ssize_t bar, const Kin* out) noexcept
    void one_kin(
        const double* values, Py_ssize_t count, const Chain* by, double* states, const Kin* out
    ) noexcept
    void eight_ratios(
        const double* above, const double* below, Py_ssize_t stride, Py_ssize_t count, const Stages* by, double share,
        double* states, double* out, double* signals,
    ) noexcept
    void one_ratios(
        const double* above, const double* below, Py_ssize_t count, const Stages* by, double share,
        double* states, double* out, double* signals,
    ) noexcept


cdef enum:
    MOST_STATES = 6


cdef inline void set_stage(Stages* by, int stage, Py_ssize_t period) noexcept nogil:
    by.weights[stage] = 2.0 / (period + 1.0)
    by.kept[stage] = 1.0 - 2.0 / (period + 1.0)


cdef inline Py_ssize_t chain_to_forget(double weight, int stages) noexcept nogil:
    """What a stage still holds of its start the next one holds a little longer: a quarter more bars for each three."""
    cdef Py_ssize_t forget = eights_to_forget(weight)
    return forget + ((stages + 2) // 3 * forget >> 2 & ~7)


cdef inline void spread_states(const double* began, double* states, int count) noexcept nogil:
    """From part after part to state after state."""
    cdef int lane, number
    for lane in range(LANES):
        for number in range(count):
            states[number * LANES + lane] = began[lane * count + number]


cdef inline void collect_states(const double* states, double* ended, int count) noexcept nogil:
    cdef int lane, number
    for lane in range(LANES):
        for number in range(count):
            ended[lane * count + number] = states[number * LANES + lane]


cdef inline bint same_states(const double* one, const double* other, int count) noexcept nogil:
    cdef int number
    for number in range(count):
        if one[number] != other[number]:
            return False
    return True


cdef inline Chain chain_of(Py_ssize_t period) noexcept nogil:
    cdef Chain by
    by.weight = 2.0 / (period + 1.0)
    by.kept = 1.0 - by.weight
    by.third = by.fourth = by.fifth = by.sixth = 0.0
    return by


cdef inline Py_ssize_t seed_chain(
    int kind, const double* values, Py_ssize_t period, const Chain* by, double* state, double* out
) noexcept nogil:
    """The state after the first bar that has a value, and that value, NaN before; the bar behind it."""
    cdef:
        Step stages[MOST_STATES]
        int length = chain_length(kind)
        Py_ssize_t first = length * (period - 1)
        double average
        Py_ssize_t i
        int number
    for number in range(length):
        step_begin(&stages[number], period, by.weight, by.kept)
    for i in range(first + 1):
        average = values[i]
        for number in range(length):
            if i < number * (period - 1):  # the stage before has no value yet
                break
            average = stepped(&stages[number], average)
    for number in range(length):
        state[number] = stages[number].value
    fill_missing(out, first)
    out[first] = chain_value(kind, by, state)
    return first + 1


cdef inline void fill_chain(
    int kind, const double* values, Py_ssize_t bars, Py_ssize_t period, const Chain* by, double* out
) noexcept nogil:
    """One series, of more bars than the warm-up."""
    cdef:
        int length = chain_length(kind)
        double states[LANES * MOST_STATES]
        double began[(LANES + 1) * MOST_STATES]  # of each part, and where the last one ends
        double ended[LANES * MOST_STATES]
        Py_ssize_t first = seed_chain(kind, values, period, by, began, out)
        Py_ssize_t part = (bars - first) // LANES & ~7
        Py_ssize_t forget = chain_to_forget(by.weight, length)
        Py_ssize_t at
        int lane, number
    if part < forget:
        one_chain(kind, values + first, bars - first, by, began, out + first)
        return
    for lane in range(LANES):
        for number in range(length):
            states[number * LANES + lane] = values[first + (lane + 1) * part - forget]
    eight_chains(kind, values + first + part - forget, part, forget, by, states, NULL)
    collect_states(states, began + length, length)
    spread_states(began, states, length)
    eight_chains(kind, values + first, part, part, by, states, out + first)
    collect_states(states, ended, length)
    for lane in range(1, LANES):
        if not same_states(ended + length * (lane - 1), began + length * lane, length):
            for number in range(length):
                ended[length * lane + number] = ended[length * (lane - 1) + number]
            at = first + lane * part
            one_chain(kind, values + at, part, by, ended + length * lane, out + at)
    at = first + LANES * part
    one_chain(kind, values + at, bars - at, by, ended + length * (LANES - 1), out + at)


cdef inline void fill_rows_of_chains(
    int kind, const double* values, Py_ssize_t bars, Py_ssize_t period, const Chain* by, double* out
) noexcept nogil:
    """`fill_chain` of LANES rows."""
    cdef:
        int length = chain_length(kind)
        double ended[LANES * MOST_STATES]
        double states[LANES * MOST_STATES]
        Py_ssize_t first = 0
        Py_ssize_t part, at
        int lane
    for lane in range(LANES):
        first = seed_chain(kind, values + lane * bars, period, by, ended + length * lane, out + lane * bars)
    part = (bars - first) & ~7
    spread_states(ended, states, length)
    eight_chains(kind, values + first, bars, part, by, states, out + first)
    collect_states(states, ended, length)
    for lane in range(LANES):
        at = lane * bars + first + part
        one_chain(kind, values + at, bars - first - part, by, ended + length * lane, out + at)


cdef inline double* behind(double* values, Py_ssize_t count) noexcept nogil:
    return values + count if values != NULL else NULL


cdef inline Kin kin_behind(const Kin* out, Py_ssize_t bars) noexcept nogil:
    cdef Kin moved
    moved.doubles, moved.triples = behind(out.doubles, bars), behind(out.triples, bars)
    moved.thirds = behind(out.thirds, bars)
    return moved


cdef inline Py_ssize_t seed_kin(
    const double* values, Py_ssize_t period, const Chain* by, double* state, const Kin* out
) noexcept nogil:
    """The values up to the first bar that has all of them, the state after it, and the bar behind it."""
    cdef:
        Kin early = out[0]
        Step stages[3]
        Py_ssize_t first = 3 * (period - 1)
        Py_ssize_t i
        double average
        int number
    early.triples = early.thirds = NULL
    for number in range(3):
        step_begin(&stages[number], period, by.weight, by.kept)
    for i in range(first + 1):
        average = values[i]
        for number in range(3):
            if i < number * (period - 1):  # the stage before has no value yet
                break
            average = stepped(&stages[number], average)
        if i >= 2 * (period - 1):
            for number in range(3):
                state[number] = stages[number].value
            place_kin(by, state, i, out if i == first else &early)
    if out.doubles != NULL:
        fill_missing(out.doubles, 2 * (period - 1))
    if out.triples != NULL:
        fill_missing(out.triples, first)
    return first + 1


cdef inline void fill_rows_of_kin(
    const double* values, Py_ssize_t bars, Py_ssize_t period, const Chain* by, const Kin* out
) noexcept nogil:
    """`fill_chain` of LANES rows for all that is wanted, thirds without their warm-up."""
    cdef:
        double ended[LANES * 3]
        double states[LANES * 3]
        Py_ssize_t first = 0
        Py_ssize_t part, at
        Kin moved
        int lane
    for lane in range(LANES):
        moved = kin_behind(out, lane * bars)
        first = seed_kin(values + lane * bars, period, by, ended + 3 * lane, &moved)
    part = (bars - first) & ~7
    spread_states(ended, states, 3)
    moved = kin_behind(out, first)
    eight_kin(values + first, bars, part, by, states, &moved)
    collect_states(states, ended, 3)
    for lane in range(LANES):
        at = lane * bars + first + part
        moved = kin_behind(out, at)
        one_kin(values + at, bars - first - part, by, ended + 3 * lane, &moved)


cdef inline void continue_ratios(
    const double* above, const double* below, Py_ssize_t count, const Stages* by, double share,
    double* state, double* out, double* signals,
) noexcept nogil:
    """The ratio of each of `count` bars, and its average unless `signals` is NULL; `state` has the averages of the
    bar before: of both series, of these again, of the ratio.
    """
    cdef:
        Py_ssize_t forget = chain_to_forget(min(by.weights[0], by.weights[1], by.weights[2]), 3)
        Py_ssize_t part = count // LANES & ~7
        Py_ssize_t at
        double states[LANES * MOST_STATES]
        double began[(LANES + 1) * MOST_STATES]  # of each part, and where the last one ends
        double ended[LANES * MOST_STATES]
        int lane, number
        int checked = 5 if signals != NULL else 4
    if part < forget:
        one_ratios(above, below, count, by, share, state, out, signals)
        return
    for lane in range(LANES):
        for number in range(5):
            states[number * LANES + lane] = 0.0
    eight_ratios(above + part - forget, below + part - forget, part, forget, by, share, states, NULL, NULL)
    for number in range(5):
        began[number] = state[number]
    collect_states(states, began + 5, 5)
    spread_states(began, states, 5)
    eight_ratios(above, below, part, part, by, share, states, out, signals)
    collect_states(states, ended, 5)
    for lane in range(LANES - 1):
        if not same_states(ended + 5 * lane, began + 5 * (lane + 1), checked):
            for number in range(5):
                ended[5 * (lane + 1) + number] = ended[5 * lane + number]
            at = (lane + 1) * part
            one_ratios(
                above + at, below + at, part, by, share, ended + 5 * (lane + 1), out + at,
                signals + at if signals != NULL else NULL,
            )
    at = LANES * part
    one_ratios(
        above + at, below + at, count - at, by, share, ended + 5 * (LANES - 1), out + at,
        signals + at if signals != NULL else NULL,
    )


cdef inline double percent_of(double part, double whole) noexcept nogil:
    return 100.0 * part / whole if whole > 0.0 else 0.0


cdef inline Py_ssize_t seed_ratios(
    const double* above, const double* below, const Py_ssize_t* periods, double share,
    double* state,    # OUT after the first bar that has all values
    double* out, double* signals,
) noexcept nogil:
    """The values up to the first bar that has all of them, NaN before; the bar behind it."""
    cdef:
        Step stages[5]
        Py_ssize_t first = periods[0] + periods[1] - 2  # bar of the first ratio
        Py_ssize_t begun = first if signals == NULL else first + periods[2] - 1
        Py_ssize_t i
        int number
        double top, bottom
    for number in range(4):
        ema_step_begin(&stages[number], periods[number >> 1])
    ema_step_begin(&stages[4], 1 if signals == NULL else periods[2])
    for i in range(begun + 1):
        top = stepped_again(&stages[2], stepped(&stages[0], above[i]))
        bottom = stepped_again(&stages[3], stepped(&stages[1], below[i]))
        if i >= first:
            out[i] = percent_of(top, share * bottom)
            stepped(&stages[4], out[i])
    for number in range(5):
        state[number] = stages[number].value
    fill_missing(out, begun)
    if signals != NULL:
        fill_missing(signals, begun)
        signals[begun] = stages[4].value
    return begun + 1


cdef inline void fill_ratios(
    const double* above, const double* below, Py_ssize_t count, const Stages* by, const Py_ssize_t* periods,
    double share, double* out, double* signals,
) noexcept nogil:
    """One series, twice averaged, in percent of a share of another, and the average of that unless NULL."""
    cdef:
        double state[5]
        Py_ssize_t begun = seed_ratios(above, below, periods, share, state, out, signals)
    continue_ratios(
        above + begun, below + begun, count - begun, by, share, state, out + begun, behind(signals, begun)
    )


cdef inline void fill_rows_of_ratios(
    const double* above, const double* below, Py_ssize_t bars,
    Py_ssize_t first,  # bar that every row is looked at from
    const Stages* by, const Py_ssize_t* periods, double share, double* out, double* signals,
) noexcept nogil:
    """`fill_ratios` of LANES rows, NaN before `first`."""
    cdef:
        double ended[5 * LANES]
        double states[5 * LANES]
        Py_ssize_t begun = 0
        Py_ssize_t part, at
        int lane
    for lane in range(LANES):
        at = lane * bars + first
        begun = seed_ratios(
            above + at, below + at, periods, share, ended + 5 * lane, out + at, behind(signals, at)
        )
        fill_missing(out + lane * bars, first)
        if signals != NULL:
            fill_missing(signals + lane * bars, first)
    begun += first
    part = (bars - begun) & ~7
    spread_states(ended, states, 5)
    eight_ratios(
        above + begun, below + begun, bars, part, by, share, states, out + begun, behind(signals, begun)
    )
    collect_states(states, ended, 5)
    for lane in range(LANES):
        at = lane * bars + begun + part
        one_ratios(
            above + at, below + at, bars - begun - part, by, share, ended + 5 * lane, out + at, behind(signals, at)
        )
