"""Rebalancing: positions are brought to target shares of equity."""
from libc.math cimport fabs, fmax, isfinite

from mojo_compute.backtesting._ledger cimport increase, reduce
from mojo_compute.backtesting._market cimport (
    ENTER_LONG, ENTER_SHORT, REBALANCE, Sim, Waiting,
)
from mojo_compute.backtesting._prices cimport equity_now, floored, prices_at, slipped, traded
from mojo_compute.backtesting._sizing cimport within_power, within_volume


cdef inline void place_weights(Sim* sim) noexcept nogil:
    """Make orders of the target weights of this bar; a row without one stays as it is."""
    cdef:
        Waiting* waiting
        Py_ssize_t row
        double weight
    for row in range(sim.market.m):
        weight = sim.orders.weights[row * sim.market.n + sim.bar]
        if not isfinite(weight) or sim.called:
            continue
        if weight < 0.0 and not sim.rules.mask & ENTER_SHORT or weight > 0.0 and not sim.rules.mask & ENTER_LONG:
            weight = 0.0
        waiting = &sim.book.waiting[row]
        waiting.weighted = True
        waiting.weight = weight
        waiting.signal = sim.bar
        waiting.scale = 1.0
        waiting.priority = 0.0
        if sim.orders.priority != NULL:
            weight = sim.orders.priority[row * sim.market.n + sim.bar]
            waiting.priority = weight if weight == weight else 0.0


cdef inline double target_of(const Sim* sim, double worth, double price) noexcept nogil:
    """Whole lots of a signed worth, toward zero."""
    cdef double shares = floored(sim, fabs(worth) / price)
    return shares if worth > 0.0 else -shares


cdef inline void plan_row(Sim* sim, Py_ssize_t row, double equity, double base, int place) noexcept nogil:
    """Reduce a row's position to its target; what has to be added is left in `wanted`."""
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        double quantity = sim.book.position[row].quantity
        double worth = waiting.weight * equity
        double target = target_of(sim, worth, base)
        double price, closed
        int side
    waiting.wanted = 0.0
    if target == quantity:
        return
    side = 1 if target > quantity else -1
    price = slipped(sim, row, base, side, fabs(target - quantity))
    target = target_of(sim, worth, price)
    if side * (target - quantity) <= 0.0 or fabs(target - quantity) * price <= 1e-9 * equity:
        return
    waiting.wanted_price = price
    if side * quantity >= 0.0:
        waiting.wanted = side * (target - quantity)
        return
    closed = fabs(target - quantity)
    if closed > fabs(quantity):
        closed = fabs(quantity)
        waiting.wanted = fabs(target)
    reduce(sim, row, closed, price, place, REBALANCE)


cdef inline void add_wanted(Sim* sim, Py_ssize_t row, double equity, double base, int place) noexcept nogil:
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        double quantity = within_volume(sim, row, waiting.wanted)
        int side = 1 if waiting.weight > 0.0 else -1
    if quantity > 0.0:
        quantity = within_power(sim, row, side, quantity, waiting.wanted_price, place, equity)
    if quantity > 0.0:
        increase(
            sim, row, side, quantity, waiting.wanted_price, base, place, REBALANCE, waiting.signal, waiting.scale
        )


cdef inline void rebalance(Sim* sim, int place) noexcept nogil:
    """Bring every row with a waiting weight to it: first what reduces, then what adds, by priority."""
    cdef:
        const double* prices = prices_at(sim, place)
        Waiting* waiting = sim.book.waiting
        int* queue = sim.book.queue
        double equity = fmax(equity_now(sim, place), 0.0)
        Py_ssize_t count = 0
        Py_ssize_t row, at
    for row in range(sim.market.m):
        if not waiting[row].weighted or not traded(sim, row, sim.bar):
            continue
        waiting[row].weighted = False
        plan_row(sim, row, equity, prices[row * sim.market.n + sim.bar], place)
        if waiting[row].wanted == 0.0:
            continue
        at = count
        while at > 0 and waiting[queue[at - 1]].priority < waiting[row].priority:
            queue[at] = queue[at - 1]
            at -= 1
        queue[at] = <int>row
        count += 1
    for at in range(count):
        row = queue[at]
        add_wanted(sim, row, equity, prices[row * sim.market.n + sim.bar], place)
