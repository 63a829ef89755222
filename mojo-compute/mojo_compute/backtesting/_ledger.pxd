"""The book of a run: positions that fills open, add to and close, and what is written down of them."""
from libc.math cimport NAN, fabs, fmax, fmin
from libc.stdlib cimport realloc

from mojo_compute.backtesting._costs cimport BUY, SELL, cost_of
from mojo_compute.backtesting._market cimport (
    AT_CLOSE, AT_OPEN, ENTRY, Fill, Position, Sim, Skip, TRADED, Trip, WITHIN,
)


cdef extern from "_marks.h":
    void marks_range(
        const double* low, const double* high, Py_ssize_t count, double* lowest, double* highest
    ) noexcept nogil


cdef inline bint make_room(void** rows, Py_ssize_t* room, Py_ssize_t count, Py_ssize_t size) noexcept nogil:
    """Room for one more row of a table."""
    cdef void* moved
    if count < room[0]:
        return True
    moved = realloc(rows[0], (2 * room[0] + 64) * size)
    if moved == NULL:
        return False
    rows[0] = moved
    room[0] = 2 * room[0] + 64
    return True


cdef inline void skip(Sim* sim, Py_ssize_t row, int reason) noexcept nogil:
    """Write down an order that is not filled."""
    if not make_room(<void**>&sim.book.skips, &sim.book.skips_room, sim.book.skips_count, sizeof(Skip)):
        sim.failed = True
        return
    sim.book.skips[sim.book.skips_count] = Skip(<int>sim.bar, <int>row, reason, 1)
    sim.book.skips_count += 1


cdef inline void write_fill(
    Sim* sim, Py_ssize_t row, double quantity, double price, double cost, double pnl, int reason, int whole
) noexcept nogil:
    if not make_room(<void**>&sim.book.fills, &sim.book.fills_room, sim.book.fills_count, sizeof(Fill)):
        sim.failed = True
        return
    sim.book.fills[sim.book.fills_count] = Fill(
        <int>sim.bar, <int>row, quantity, price, cost, pnl, reason, whole
    )
    sim.book.fills_count += 1


cdef inline void see(Position* position, double price) noexcept nogil:
    if price < position.lowest:
        position.lowest = price
    if price > position.highest:
        position.highest = price


cdef inline void see_bars(const Sim* sim, Py_ssize_t row, Py_ssize_t until) noexcept nogil:
    """Take in the ranges of the bars before `until` that were traded while the position was held."""
    cdef:
        Position* position = &sim.book.position[row]
        const double* high = sim.market.high + row * sim.market.n
        const double* low = sim.market.low + row * sim.market.n
        const unsigned char* state = sim.market.state
        Py_ssize_t first = position.seen_until
        Py_ssize_t bar
    if until <= first:
        return
    position.seen_until = until
    if state == NULL:
        marks_range(low + first, high + first, until - first, &position.lowest, &position.highest)
        return
    state += row * sim.market.n
    for bar in range(first, until):
        if state[bar] == TRADED:
            see(position, low[bar])
            see(position, high[bar])


cdef inline void see_best(const Sim* sim, Py_ssize_t row, Py_ssize_t until) noexcept nogil:
    """Move the best price since entry on to the bars before `until`."""
    cdef:
        Position* position = &sim.book.position[row]
        const unsigned char* state = sim.market.state
        Py_ssize_t first = row * sim.market.n
        Py_ssize_t bar
    for bar in range(position.best_until, until):
        if state != NULL and state[first + bar] != TRADED:
            continue
        if position.quantity > 0.0:
            if sim.market.high[first + bar] > position.best:
                position.best = sim.market.high[first + bar]
        elif sim.market.low[first + bar] < position.best:
            position.best = sim.market.low[first + bar]
    if until > position.best_until:
        position.best_until = until


cdef inline bint guards(const Sim* sim, const Position* position) noexcept nogil:
    """Whether a stop or a target is active, by the rules or by the opening order."""
    return (
        sim.rules.stop_loss == sim.rules.stop_loss
        or sim.rules.take_profit == sim.rules.take_profit
        or sim.rules.trailing_stop == sim.rules.trailing_stop
        or position.stop_distance == position.stop_distance
        or position.target_distance == position.target_distance
        or position.trail_distance == position.trail_distance
    )


cdef inline double distance_of(const double* distances, Py_ssize_t at, double scale) noexcept nogil:
    return NAN if distances == NULL else distances[at] * scale


cdef inline void begin_position(
    Sim* sim, Py_ssize_t row, int side, double price, int place, Py_ssize_t signal, double scale
) noexcept nogil:
    """A new position, of an order of bar `signal`; -1: of none that has distances."""
    cdef:
        Position* position = &sim.book.position[row]
        Py_ssize_t at = row * sim.market.n + signal
    position.costs = 0.0
    position.price = position.best = position.lowest = position.highest = price
    position.stop_distance = position.target_distance = position.trail_distance = NAN
    if signal >= 0:
        position.stop_distance = distance_of(sim.orders.stop_distance, at, scale)
        position.target_distance = distance_of(sim.orders.target_distance, at, scale)
        position.trail_distance = distance_of(sim.orders.trail_distance, at, scale)
    position.entry_bar = sim.bar
    # of a bar that was entered later than at its open it isn't known what came after the entry
    position.best_until = sim.bar + (place != AT_OPEN)
    position.seen_until = sim.bar + (place != AT_OPEN)
    position.entries = 0
    position.opened_late = place == WITHIN
    position.guarded = guards(sim, position)
    sim.held += 1
    sim.shorts += side < 0
    sim.guarded += position.guarded


cdef inline void increase(
    Sim* sim, Py_ssize_t row, int side, double quantity, double price, double base, int place, int reason,
    Py_ssize_t signal, double scale,
) noexcept nogil:
    """Buy (side 1) or sell short `quantity` > 0 shares; the row holds none of the other side."""
    cdef:
        Position* position = &sim.book.position[row]
        double value = quantity * price
        double cost = cost_of(sim.costs, sim.period, BUY if side > 0 else SELL, quantity, value)
        double held = fabs(position.quantity)
    if held == 0.0:
        begin_position(sim, row, side, price, place, signal, scale)
    else:
        position.price = (position.price * held + value) / (held + quantity)
        see(position, price)
    position.last = base
    position.base = base
    position.last_entry_bar = sim.bar
    position.last_place = place
    position.entries += 1
    position.costs += cost
    position.quantity += side * quantity
    sim.cash -= side * value + cost
    write_fill(sim, row, side * quantity, price, cost, NAN, reason, 0)


cdef inline void end_position(Sim* sim, Py_ssize_t row) noexcept nogil:
    cdef:
        Position* position = &sim.book.position[row]
    sim.held -= 1
    sim.shorts -= position.quantity < 0.0
    sim.guarded -= position.guarded
    position.quantity = 0.0
    sim.book.waiting[row].exit = 0


cdef inline Trip trip_of(const Sim* sim, Py_ssize_t row, double quantity, double price, double cost) noexcept nogil:
    """The round trip of `quantity` shares of a position, at an exit's price and cost."""
    cdef:
        const Position* position = &sim.book.position[row]
        int side = 1 if position.quantity > 0.0 else -1
        double costs = position.costs * (quantity / fabs(position.quantity)) + cost
        double pnl = side * (price - position.price) * quantity - costs
        double below = fmin(position.lowest, price) / position.price - 1.0
        double above = fmax(position.highest, price) / position.price - 1.0
        double worst = below if side > 0 else -above
        double best = above if side > 0 else -below
    return Trip(
        <int>row, side, <int>position.entry_bar, <int>sim.bar, quantity, position.price, price, costs, pnl,
        pnl / (quantity * position.price), worst if worst < 0.0 else 0.0, best if best > 0.0 else 0.0, ENTRY,
        position.entries,
    )


cdef inline void count_trip(Sim* sim, double pnl) noexcept nogil:
    sim.trades += 1
    if pnl > 0.0:
        sim.wins += 1
        sim.won += pnl
    elif pnl < 0.0:
        sim.losses += 1
        sim.lost -= pnl


cdef inline void reduce(
    Sim* sim, Py_ssize_t row, double quantity, double price, int place, int reason
) noexcept nogil:
    """Close `quantity` > 0 shares of a position, all of them or fewer."""
    cdef:
        Position* position = &sim.book.position[row]
        int side = 1 if position.quantity > 0.0 else -1
        double held = fabs(position.quantity)
        bint whole = quantity >= held
        double value = quantity * price
        double cost = cost_of(sim.costs, sim.period, SELL if side > 0 else BUY, quantity, value)
        Trip trip
    if sim.rules.excursions:
        see_bars(sim, row, sim.bar + (place == AT_CLOSE))
    trip = trip_of(sim, row, quantity, price, cost)
    trip.reason = reason
    count_trip(sim, trip.pnl)
    sim.cash += side * value - cost
    if not make_room(<void**>&sim.book.trips, &sim.book.trips_room, sim.book.trips_count, sizeof(Trip)):
        sim.failed = True
        return
    sim.book.trips[sim.book.trips_count] = trip
    sim.book.trips_count += 1
    write_fill(sim, row, -side * quantity, price, cost, trip.pnl, reason, whole)
    if whole:
        end_position(sim, row)
    else:
        position.costs -= position.costs * (quantity / held)
        position.quantity -= side * quantity
