"""What a market order really pays: slippage, ticks, and what bars are worth."""
from libc.math cimport ceil, fabs, floor

from mojo_compute.backtesting._market cimport ABSENT, AT_CLOSE, AT_OPEN, Sim, TRADED

cdef enum:
    NEW_TICKS = 20193  # 15 April 2025, in days since 1970


cdef inline const double* prices_at(const Sim* sim, int place) noexcept nogil:
    """What market orders are filled by, before slippage."""
    if place == AT_OPEN:
        return sim.market.open
    return sim.market.close


cdef inline bint traded(const Sim* sim, Py_ssize_t row, Py_ssize_t bar) noexcept nogil:
    return sim.market.state == NULL or sim.market.state[row * sim.market.n + bar] == TRADED


cdef inline bint present(const Sim* sim, Py_ssize_t row, Py_ssize_t bar) noexcept nogil:
    return sim.market.state == NULL or sim.market.state[row * sim.market.n + bar] != ABSENT


cdef inline double exchange_tick(double price, bint new) noexcept nogil:
    """The NSE's, in cash; 0.05 for all before April 2025."""
    if not new:
        return 0.05
    if price < 250.0:
        return 0.01
    if price <= 1000.0:
        return 0.05
    if price <= 5000.0:
        return 0.10
    if price <= 10000.0:
        return 0.50
    return 1.0 if price <= 20000.0 else 5.0


cdef inline double tick_of(const Sim* sim, double price) noexcept nogil:
    if sim.rules.tick >= 0.0:
        return sim.rules.tick
    return exchange_tick(price, sim.market.days == NULL or sim.market.days[sim.bar] >= NEW_TICKS)


cdef inline double slipped(
    const Sim* sim, Py_ssize_t row, double base, int side, double quantity
) noexcept nogil:
    """Price of a market or stop fill of `quantity` > 0 shares; side 1 buys. Quantity 0: without its impact."""
    cdef:
        double price = base * (1.0 + side * sim.rules.bps)
        double tick = 0.0
        double share
    if sim.rules.tick != 0.0:
        tick = tick_of(sim, base)
        price += side * sim.rules.ticks * tick
    if sim.rules.impact > 0.0 and quantity > 0.0:
        share = quantity / sim.market.volume[row * sim.market.n + sim.bar]
        price += side * base * sim.rules.impact * share * share
    if tick > 0.0:
        price = (ceil(price / tick - 1e-9) if side > 0 else floor(price / tick + 1e-9)) * tick
    if side < 0:  # whatever is taken off it, a price is left
        price = max(price, tick, base / 100.0)
    return price


cdef inline double floored(const Sim* sim, double quantity) noexcept nogil:
    """Whole lots of a quantity >= 0."""
    if sim.rules.lot == 0.0:
        return quantity
    return floor(quantity / sim.rules.lot + 1e-9) * sim.rules.lot


cdef inline double mark_of(const Sim* sim, Py_ssize_t row, int place) noexcept nogil:
    """What a share of a held row is worth: its open before the close, its last close where it has no bar."""
    cdef Py_ssize_t at = row * sim.market.n + sim.bar
    if not present(sim, row, sim.bar):
        return sim.book.position[row].last
    return sim.market.close[at] if place == AT_CLOSE else sim.market.open[at]


cdef inline double equity_now(const Sim* sim, int place) noexcept nogil:
    cdef:
        double total = sim.cash
        Py_ssize_t row
    if sim.held:
        for row in range(sim.market.m):
            if sim.book.position[row].quantity != 0.0:
                total += sim.book.position[row].quantity * mark_of(sim, row, place)
    return total


cdef inline double power_now(const Sim* sim, int place) noexcept nogil:
    """Rupees of positions that may be added: leverage * equity less what all positions are worth."""
    cdef:
        double total = sim.rules.leverage * sim.cash
        double quantity
        Py_ssize_t row
    if sim.held == 0 or (sim.shorts == 0 and sim.rules.leverage == 1.0):
        return total
    for row in range(sim.market.m):
        quantity = sim.book.position[row].quantity
        if quantity != 0.0:
            total += (sim.rules.leverage * quantity - fabs(quantity)) * mark_of(sim, row, place)
    return total
