"""Averages of averages, eight parts of a series in step; see `_eight_chains.h` and `_eight.pxd`."""
from mojo_compute.kernels._eight cimport eights_to_forget
from mojo_compute.kernels._kernel cimport LANES


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
