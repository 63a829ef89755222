"""Averages of averages, eight parts of a series in step; see `_eight_chains.h` and `_eight.pxd`."""
from mojo_compute.kernels._eight cimport eights_to_forget
from mojo_compute.kernels._kernel cimport LANES
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._steps cimport Step, ema_step_begin, stepped, stepped_again


cdef extern from "_eight_chains.h" nogil:
    ctypedef struct Stages:
        double weights[3]
        double kept[3]

    void eight_thrice(
        const double* values, Py_ssize_t stride, Py_ssize_t count, const Stages* by, double* states, double* out
    ) noexcept
    void one_thrice(const double* values, Py_ssize_t count, const Stages* by, double* states, double* out) noexcept
    void eight_ratios(
        const double* above, const double* below, Py_ssize_t stride, Py_ssize_t count, const Stages* by, double share,
        double* states, double* out, double* signals,
    ) noexcept
    void one_ratios(
        const double* above, const double* below, Py_ssize_t count, const Stages* by, double share,
        double* states, double* out, double* signals,
    ) noexcept


cdef enum:
    MOST_STATES = 5


cdef inline void set_stage(Stages* by, int stage, Py_ssize_t period) noexcept nogil:
    by.weights[stage] = 2.0 / (period + 1.0)
    by.kept[stage] = 1.0 - 2.0 / (period + 1.0)


cdef inline Py_ssize_t chain_to_forget(const Stages* by) noexcept nogil:
    """What a stage still holds of its start the next one holds a little longer: a quarter more bars than one takes."""
    cdef Py_ssize_t forget = eights_to_forget(min(by.weights[0], by.weights[1], by.weights[2]))
    return forget + (forget >> 2 & ~7)


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


cdef inline void continue_thrice(
    const double* values, Py_ssize_t count, const Stages* by, double* state, double* out
) noexcept nogil:
    """The threefold average of each of `count` values; `state` has the three averages of the bar before."""
    cdef:
        Py_ssize_t forget = chain_to_forget(by)
        Py_ssize_t part = count // LANES & ~7
        double states[LANES * MOST_STATES]
        double began[(LANES + 1) * MOST_STATES]  # of each part, and where the last one ends
        double ended[LANES * MOST_STATES]
        int lane, number
    if part < forget:
        one_thrice(values, count, by, state, out)
        return
    for lane in range(LANES):
        for number in range(3):
            states[number * LANES + lane] = values[(lane + 1) * part - forget]
    eight_thrice(values + part - forget, part, forget, by, states, NULL)
    for number in range(3):
        began[number] = state[number]
    collect_states(states, began + 3, 3)
    spread_states(began, states, 3)
    eight_thrice(values, part, part, by, states, out)
    collect_states(states, ended, 3)
    for lane in range(LANES - 1):
        if not same_states(ended + 3 * lane, began + 3 * (lane + 1), 3):
            for number in range(3):
                ended[3 * (lane + 1) + number] = ended[3 * lane + number]
            one_thrice(values + (lane + 1) * part, part, by, ended + 3 * (lane + 1), out + (lane + 1) * part)
    one_thrice(
        values + LANES * part, count - LANES * part, by, ended + 3 * (LANES - 1), out + LANES * part
    )


cdef inline void continue_ratios(
    const double* above, const double* below, Py_ssize_t count, const Stages* by, double share,
    double* state, double* out, double* signals,
) noexcept nogil:
    """The ratio of each of `count` bars, and its average unless `signals` is NULL; `state` has the averages of the
    bar before: of both series, of these again, of the ratio.
    """
    cdef:
        Py_ssize_t forget = chain_to_forget(by)
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


cdef inline double* behind(double* values, Py_ssize_t count) noexcept nogil:
    return values + count if values != NULL else NULL


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
