"""Levels that prices turned at, and what happens there: rows as in `_rows.pxd`; at most three rows a bar.

A swing within half an ATR of a level touches it, else it opens a level of its own; with LEVELS of them the one whose
last touch is oldest makes room. A level counts once two swings touched it, and until YEAR bars after the last touch.
"""
from libc.math cimport NAN, fabs

from signal_service.kernels._rows cimport (
    Side, aim, highest, is_loud, lowest, new_row, put_levels, put_point, share, side_of, volume_part,
)

cdef enum:
    LEVELS = 32
    YEAR = 250
    TOUCHES = 3      # that a row shows
    CALM = 10        # bars between two bounces from one level
    RETEST_NEAR = 3  # bars after a break in which it is tested again
    RETEST_FAR = 40

# what happens at a level, counted from 0
cdef enum:
    BREAK, BOUNCE, RETEST, EVENTS

cdef double REACH = 0.5    # ATRs from a level that still touch it
cdef double CLEAR = 0.25   # ATRs beyond a level that are through


cdef struct Level:
    double total, high, low       # of its touches
    int touches
    Py_ssize_t first, last        # bars of the first and the newest touch
    Py_ssize_t bars[TOUCHES]      # newest touches, by turns
    double prices[TOUCHES]
    Py_ssize_t broken             # bar that closed above; -1: none, or it has come back since
    Py_ssize_t bounced            # bar of the newest bounce
    bint tested                   # again, since it was broken


cdef inline double price_of(const Level* level) noexcept nogil:
    return level.total / level.touches


cdef void touch(Level* level, Py_ssize_t bar, double price) noexcept nogil:
    level.bars[level.touches % TOUCHES] = bar
    level.prices[level.touches % TOUCHES] = price
    level.total += price
    level.touches += 1
    level.last = bar
    level.high = max(level.high, price)
    level.low = min(level.low, price)


cdef int place(Level* levels, int count, Py_ssize_t bar, double price, double reach) noexcept nogil:
    """Let a swing touch the nearest level within reach, or open one; the number of levels then."""
    cdef:
        int i, at = -1, oldest = 0
        double apart, nearest = reach
    for i in range(count):
        apart = fabs(price_of(&levels[i]) - price)
        if apart <= nearest:
            nearest, at = apart, i
        if levels[i].last < levels[oldest].last:
            oldest = i
    if at < 0:
        at = count if count < LEVELS else oldest
        count = count + 1 if count < LEVELS else count
        levels[at].total, levels[at].touches = 0.0, 0
        levels[at].high = levels[at].low = price
        levels[at].first, levels[at].broken, levels[at].bounced, levels[at].tested = bar, -1, -CALM - 1, False
    touch(&levels[at], bar, price)
    return count


cdef int event_of(const Side* side, Level* level, Py_ssize_t t) noexcept nogil:
    """What the bar does at a level: BREAK, BOUNCE, RETEST, or EVENTS for nothing."""
    cdef:
        double price = price_of(level)
        double atr = side.range[t - 1]
        double clear = price + CLEAR * atr
        bint touches = price - REACH * atr <= side.bottom[t] <= price + CLEAR * atr
    if level.broken >= 0 and side.close[t] < price - REACH * atr:
        level.broken = -1
    if side.close[t - 1] <= clear < side.close[t] and level.broken < 0:
        level.broken, level.tested = t, False
        return BREAK if is_loud(side, t) else EVENTS
    if not touches or not side.close[t] > price + REACH * atr or side.close[t] < 0.6 * side.top[t] + 0.4 * side.bottom[t]:
        return EVENTS
    if level.broken >= 0 and not level.tested and RETEST_NEAR <= t - level.broken <= RETEST_FAR:
        level.tested = True
        return RETEST
    if side.close[t - 1] > clear and t - level.bounced > CALM:
        level.bounced = t
        return BOUNCE
    return EVENTS


cdef double target_of(
    const Side* side, const Level* level, const Level* levels, int count, int event, Py_ssize_t t
) noexcept nogil:
    """The next level beyond the close; where none is known, what prices did since this one was last touched: the
    height of what is broken once more beyond it, or the farthest that they had come from it."""
    cdef:
        double next_price, target = NAN
        int i
        Py_ssize_t since
    for i in range(count):
        next_price = price_of(&levels[i])
        if levels[i].touches >= 2 and next_price > side.close[t] + REACH * side.range[t] and not next_price > target:
            target = next_price
    if target == target:
        return target
    if event == BREAK:
        since = lowest(side.bottom, level.last, t)
        return 2.0 * price_of(level) - side.bottom[since] if since >= 0 else NAN
    since = highest(side.top, level.last, t)
    return side.top[since] if since >= 0 else NAN


cdef void put_event(
    const Side* side, const Level* level, const Level* levels, int count, double* row, int event, Py_ssize_t t
) noexcept nogil:
    """Quality, levels and points of a row."""
    cdef:
        double price = price_of(level)
        double atr = side.range[t - 1]
        double target = aim(side.sign, side.close[t], side.range[t], target_of(side, level, levels, count, event, t))
        int i, newest = level.touches - 1, shown = min(level.touches, TOUCHES)
    row[3] = (share(level.touches / 4.0) + share(1.0 - (level.high - level.low) / (2.0 * atr))
              + volume_part(side, t)) / 3.0
    put_levels(row, side.sign, target, price - atr)
    for i in range(shown):
        put_point(row, i, level.bars[(newest - i) % TOUCHES], side.sign * level.prices[(newest - i) % TOUCHES])
    put_point(row, TOUCHES, t, side.sign * (side.close[t] if event == BREAK else side.bottom[t]))


def levels_into(
    const double[:, ::1] block not None,   # IN  one side
    double sign,
    const long long[::1] swings not None,  # IN  bars of the swings, highs and lows, as they became known
    const long long[::1] known not None,   # IN  bars that confirmed them, never falling
    const double[::1] prices not None,     # IN  of the swings, with the side's sign
    int kind,                              # IN  of a break; a bounce and a retest are the next two
    double[:, ::1] rows not None,          # OUT
) -> int:
    cdef:
        Side side = side_of(block, sign)
        Level levels[LEVELS]
        int best[EVENTS]
        int i, event, held = 0
        Py_ssize_t t, count = 0, swing = 0
        double* row
    with nogil:
        for t in range(1, side.bars):
            best[BREAK] = best[BOUNCE] = best[RETEST] = -1
            for i in range(held):
                if levels[i].touches < 2 or t - levels[i].last > YEAR or not side.range[t - 1] > 0.0:
                    continue
                event = event_of(&side, &levels[i], t)
                if event < EVENTS and (best[event] < 0 or levels[i].touches > levels[best[event]].touches):
                    best[event] = i
            for event in range(EVENTS):
                if best[event] >= 0:
                    row = new_row(rows, count, kind + event, levels[best[event]].first, t, 0.0)
                    put_event(&side, &levels[best[event]], levels, held, row, event, t)
                    count += 1
            while swing < swings.shape[0] and known[swing] <= t:
                if side.range[t] > 0.0:
                    held = place(levels, held, swings[swing], prices[swing], REACH * side.range[t])
                swing += 1
    return count
