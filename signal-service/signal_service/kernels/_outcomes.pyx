"""What followed each bar of one history, and the sums of it over a rule's cases.

The caller (signal_service.scoring.records) guarantees, and nothing here re-checks:
  - `close` and `volume` are 1-D, C-contiguous, float64, finite, of one length n; prices > 0
  - `holds` is [rules, n] of 0 and 1; `days` is rising; 1 <= horizon; 0 <= cooldown
  - the arrays by horizon ([horizons, n] or one row of n) are those that these kernels filled
  - every output has the shape that its kernel says
Nothing is allocated or raised.
"""
from libc.math cimport NAN, fabs, isnan

cdef enum:
    YEAR = 252      # sessions that volume and usual moves are compared with
    LEAST = 20      # of them there must be for a comparison
    VOLUMES = 5     # classes of volume, from the least traded fifth of the year to the most
    CLASSES = 20    # of a bar: 5 x its class of news + that of its volume


cdef void fill_moves(const double[::1] close, Py_ssize_t horizon, double[::1] moves) noexcept nogil:
    cdef Py_ssize_t t, n = close.shape[0]
    for t in range(n):
        moves[t] = close[t + horizon] / close[t] - 1.0 if t + horizon < n else NAN


cdef void fill_usual(const double[::1] moves, Py_ssize_t horizon, double[::1] usual) noexcept nogil:
    """Mean |move| of the year's windows that ended before each bar; NaN with fewer than 20 of them."""
    cdef:
        Py_ssize_t t, s, first, last
        double total
    for t in range(moves.shape[0]):
        first = t - YEAR if t > YEAR else 0
        last = t - horizon          # the window that starts here ends on the bar itself: not counted
        if last - first < LEAST:
            usual[t] = NAN
            continue
        total = 0.0
        for s in range(first, last):
            total += fabs(moves[s])
        usual[t] = total / <double>(last - first)


cdef void fill_classes(const double[::1] volume, signed char[::1] classes) noexcept nogil:
    """Fifth of the year before that each bar's volume lies in, 0 to 4; -1 with fewer than 20 bars before."""
    cdef Py_ssize_t t, s, first, below, place
    for t in range(volume.shape[0]):
        first = t - YEAR if t > YEAR else 0
        if t - first < LEAST:
            classes[t] = -1
            continue
        below = 0
        for s in range(first, t):
            below += volume[s] <= volume[t]
        place = VOLUMES * below // (t - first)
        classes[t] = <signed char>(place if place < VOLUMES else VOLUMES - 1)


cdef Py_ssize_t next_case(
    const unsigned char[:, ::1] holds, Py_ssize_t rule, Py_ssize_t start, Py_ssize_t until, Py_ssize_t silent_until
) noexcept nogil:
    """The next bar from `start` on where the rule begins to hold and isn't silent; `until`: none before it."""
    cdef Py_ssize_t t
    for t in range(start, until):
        if holds[rule, t] and (t == 0 or not holds[rule, t - 1]) and t >= silent_until:
            return t
    return until


cdef void add_case(
    Py_ssize_t t, double sign, double move, double share, double usual, signed char bar_class, double[::1] out
) noexcept nogil:
    out[0] += 1.0
    out[1] += sign * move > 0.0
    if isnan(share):
        out[3] += 1.0
    else:
        out[2] += share
    out[4] += move
    out[5] += fabs(move)
    if bar_class >= 0 and usual > 0.0:   # not true of NaN either
        out[6] += fabs(move) / usual
        out[7 + bar_class] += 1.0


def moves_into(const double[::1] close not None, Py_ssize_t horizon, double[::1] moves not None):
    """`moves[t]`: the return from bar t to the bar `horizon` later; NaN where there is none yet."""
    with nogil:
        fill_moves(close, horizon, moves)


def usual_into(const double[::1] moves not None, Py_ssize_t horizon, double[::1] usual not None):
    """`usual[t]`: the mean |move| of the windows that began in the year before and ended before bar t."""
    with nogil:
        fill_usual(moves, horizon, usual)


def classes_into(const double[::1] volume not None, signed char[::1] classes not None):
    """`classes[t]`: the fifth of the year's volumes that bar t's lies in; -1 where it is not known."""
    with nogil:
        fill_classes(volume, classes)


def cases_into(
    const unsigned char[:, ::1] holds not None, Py_ssize_t rule, Py_ssize_t cooldown, long long[::1] bars not None
):
    """Bars on which rule `rule` begins to hold, `cooldown` bars or more after the one before; how many."""
    cdef Py_ssize_t t = 0, count = 0, n = holds.shape[1], silent = 0
    with nogil:
        while True:
            t = next_case(holds, rule, t, n, silent)
            if t == n:
                break
            bars[count] = t
            count += 1
            silent = t + cooldown
            t += 1
    return count


def tally_into(
    const unsigned char[:, ::1] holds not None,   # IN  [rules, n]
    const double[::1] signs not None,             # IN  [rules] 1 bullish, -1 bearish
    const long long[::1] cooldowns not None,      # IN  [rules] bars
    const long long[::1] horizons not None,       # IN  [rules] bars
    const long long[::1] rows not None,           # IN  [rules] row of the rule's horizon in the next three
    const double[:, ::1] moves not None,          # IN  [horizons, n] returns
    const double[:, ::1] usual not None,          # IN  [horizons, n] fractions
    const double[:, :, ::1] shares not None,      # IN  [horizons, 2, n] of all companies: fell, rose; NaN unknown
    const signed char[::1] classes not None,      # IN  [n] of bars, 0 to 19; -1 unknown
    Py_ssize_t judged,                            # IN  bar; only outcomes known before it count
    double[:, ::1] out not None,                  # OUT [rules, 27]
):
    """Sum up what followed each rule's cases, as far as it was known before bar `judged`."""
    cdef Py_ssize_t rule, t, until, silent, row, side
    with nogil:
        for rule in range(holds.shape[0]):
            out[rule, :] = 0.0
            row = rows[rule]
            side = 1 if signs[rule] > 0.0 else 0
            until = judged - horizons[rule]
            t = silent = 0
            while t < until:
                t = next_case(holds, rule, t, until, silent)
                if t >= until:
                    break
                add_case(t, signs[rule], moves[row, t], shares[row, side, t], usual[row, t], classes[t], out[rule])
                silent = t + cooldowns[rule]
                t += 1


def sizes_into(
    const double[::1] moves not None,
    const double[::1] usual not None,
    const signed char[::1] classes not None,
    Py_ssize_t until,                             # IN  bars from here on don't count
    double[::1] out not None,                     # OUT [40] bars by class, then sums of |move| / usual by class
):
    """Sum up, over all bars, how far the price moved after those of each class."""
    cdef Py_ssize_t t
    with nogil:
        out[:] = 0.0
        for t in range(until):
            if classes[t] >= 0 and usual[t] > 0.0:
                out[classes[t]] += 1.0
                out[CLASSES + classes[t]] += fabs(moves[t]) / usual[t]
