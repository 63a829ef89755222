"""Protective exits: stop losses, targets, trailing stops of open positions."""
from libc.math cimport INFINITY, fabs, fmax, fmin

from mojo_compute.backtesting._ledger cimport reduce, see_best
from mojo_compute.backtesting._market cimport (
    AT_OPEN, Position, STOP_LOSS, Sim, TAKE_PROFIT, TRAILING_STOP, WITHIN,
)
from mojo_compute.backtesting._prices cimport slipped, traded


cdef struct Levels:
    double stop
    double target
    int reason    # of the stop


cdef inline double offset_of(double base, double fraction, double distance, double sign) noexcept nogil:
    """A level beside a price: by the order's own distance, else by the rules' fraction; NaN: neither."""
    return base + sign * distance if distance == distance else base * (1.0 + sign * fraction)


cdef inline Levels levels_of(const Sim* sim, const Position* position, double best) noexcept nogil:
    """Infinitely far where there is none."""
    cdef:
        Levels levels
        double side = 1.0 if position.quantity > 0.0 else -1.0
        double trail = offset_of(best, sim.rules.trailing_stop, position.trail_distance, -side)
    levels.stop = offset_of(position.price, sim.rules.stop_loss, position.stop_distance, -side)
    levels.target = offset_of(position.price, sim.rules.take_profit, position.target_distance, side)
    levels.reason = STOP_LOSS
    # nearer by more than the rounding of an averaged entry price
    if trail == trail and not side * levels.stop >= side * trail - 1e-9 * fabs(trail):
        levels.stop = trail
        levels.reason = TRAILING_STOP
    if levels.stop != levels.stop:
        levels.stop = -side * INFINITY
    if levels.target != levels.target:
        levels.target = side * INFINITY
    return levels


cdef inline void stop_out(Sim* sim, Py_ssize_t row, double base, int place, int reason) noexcept nogil:
    cdef:
        double quantity = sim.book.position[row].quantity
        int side = 1 if quantity > 0.0 else -1
    reduce(sim, row, side * quantity, slipped(sim, row, base, -side, side * quantity), place, reason)


cdef inline void protect_row(Sim* sim, Py_ssize_t row) noexcept nogil:
    """Meet the stop or the target of a row's position on this bar."""
    cdef:
        Position* position = &sim.book.position[row]
        Py_ssize_t at = row * sim.market.n + sim.bar
        int side = 1 if position.quantity > 0.0 else -1
        bint opened = position.entry_bar == sim.bar
        bint entered = position.last_entry_bar == sim.bar
        bint late = entered and position.last_place == WITHIN
        double open = sim.market.open[at]
        double worst = sim.market.low[at] if side > 0 else sim.market.high[at]
        double best = sim.market.high[at] if side > 0 else sim.market.low[at]
        double level
        Levels levels
        bint in_reach
    see_best(sim, row, sim.bar)
    levels = levels_of(sim, position, position.best)
    in_reach = side * best >= side * levels.target
    if not opened and not late:
        if side * open >= side * levels.target:
            reduce(sim, row, side * position.quantity, open, AT_OPEN, TAKE_PROFIT)
            return
        if side * open <= side * levels.stop:
            stop_out(sim, row, open, AT_OPEN, levels.reason)
            return
    if side * worst <= side * levels.stop:
        sim.book.ambiguous += in_reach
        level = levels.stop
        if entered:  # what lies beyond the entry was never traded after it
            level = fmin(level, position.base) if side > 0 else fmax(level, position.base)
        stop_out(sim, row, level, WITHIN, levels.reason)
    elif in_reach and late:
        sim.book.ambiguous += 1
    elif in_reach:
        reduce(sim, row, side * position.quantity, levels.target, WITHIN, TAKE_PROFIT)


cdef inline void protect(Sim* sim) noexcept nogil:
    cdef Py_ssize_t row
    for row in range(sim.market.m):
        if sim.book.position[row].quantity != 0.0 and sim.book.position[row].guarded and traded(sim, row, sim.bar):
            protect_row(sim, row)


cdef inline Py_ssize_t first_touch(const Sim* sim, Py_ssize_t row, Py_ssize_t until) noexcept nogil:
    """The first bar after this one and before `until` on which a row's stop or target is met; else `until`."""
    cdef:
        const Position* position = &sim.book.position[row]
        const double* high = sim.market.high + row * sim.market.n
        const double* low = sim.market.low + row * sim.market.n
        bint long = position.quantity > 0.0
        bint trails = (
            sim.rules.trailing_stop == sim.rules.trailing_stop or position.trail_distance == position.trail_distance
        )
        double best = position.best
        Levels levels
        Py_ssize_t bar
    for bar in range(position.best_until, sim.bar + 1):
        if traded(sim, row, bar):
            best = fmax(best, high[bar]) if long else fmin(best, low[bar])
    levels = levels_of(sim, position, best)
    for bar in range(sim.bar + 1, until):
        if not traded(sim, row, bar):
            continue
        if long:
            if low[bar] <= levels.stop or high[bar] >= levels.target:
                return bar
        elif high[bar] >= levels.stop or low[bar] <= levels.target:
            return bar
        if trails and (high[bar] > best if long else low[bar] < best):
            best = high[bar] if long else low[bar]
            levels = levels_of(sim, position, best)
    return until


cdef inline Py_ssize_t first_touch_of_all(const Sim* sim, Py_ssize_t until) noexcept nogil:
    cdef Py_ssize_t row
    for row in range(sim.market.m):
        if sim.book.position[row].quantity != 0.0 and sim.book.position[row].guarded:
            until = first_touch(sim, row, until)
    return until
