"""What a book is worth at each close."""
from libc.math cimport fabs

from mojo_compute.backtesting._market cimport ABSENT, Position, Sim


cdef inline void fill_with(double* out, Py_ssize_t count, double value) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(count):
        out[at] = value


cdef inline void add_whole_row(
    const double* close, double quantity, Py_ssize_t count, double* equity, double* exposure
) noexcept nogil:
    """Add a position's worth at each bar, where every bar is there."""
    cdef:
        double size = fabs(quantity)
        Py_ssize_t at
    for at in range(count):
        equity[at] += quantity * close[at]
    if exposure != NULL:
        for at in range(count):
            exposure[at] += size * close[at]


cdef inline void add_row(
    const double* close, const unsigned char* state, Position* position, Py_ssize_t count, double* equity,
    double* exposure,
) noexcept nogil:
    """Add a position's worth at each bar; where there is none, at its last close."""
    cdef:
        double last = position.last
        Py_ssize_t at
    for at in range(count):
        if state[at] != ABSENT:
            last = close[at]
        equity[at] += position.quantity * last
        if exposure != NULL:
            exposure[at] += fabs(position.quantity) * last
    position.last = last


cdef inline void mark(Sim* sim, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
    """Equity, cash, exposure and positions at the closes of bars `start` ... `stop` - 1, on which nothing changes."""
    cdef:
        Py_ssize_t n = sim.market.n
        Py_ssize_t count = stop - start
        double* equity = sim.book.equity + start
        double* exposure = NULL if sim.exposure == NULL else sim.exposure + start
        Position* position
        Py_ssize_t row
    fill_with(equity, count, sim.cash)
    if exposure != NULL:
        fill_with(exposure, count, 0.0)
    if sim.book.cash != NULL:
        fill_with(sim.book.cash + start, count, sim.cash)
    for row in range(sim.market.m):
        position = &sim.book.position[row]
        if position.quantity != 0.0:
            if sim.market.state == NULL:
                add_whole_row(sim.market.close + row * n + start, position.quantity, count, equity, exposure)
                position.last = sim.market.close[row * n + stop - 1]
            else:
                add_row(
                    sim.market.close + row * n + start, sim.market.state + row * n + start, position, count, equity,
                    exposure,
                )
        if sim.book.positions != NULL:
            fill_with(sim.book.positions + row * n + start, count, position.quantity)


cdef inline bint short_of_margin(const Sim* sim, Py_ssize_t bar) noexcept nogil:
    return sim.book.equity[bar] < sim.rules.maintenance * sim.exposure[bar]


cdef inline bint on_margin(const Sim* sim) noexcept nogil:
    return sim.shorts > 0 or (sim.rules.leverage > 1.0 and sim.held > 0)


cdef inline Py_ssize_t mark_until_called(Sim* sim, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
    """Mark quiet bars; the first one that brings a margin call, else `stop`."""
    cdef Py_ssize_t bar
    if start >= stop:
        return stop
    mark(sim, start, stop)
    if on_margin(sim):
        for bar in range(start, stop):
            if short_of_margin(sim, bar):
                sim.book.bars_held += bar - start
                return bar
    if sim.held:
        sim.book.bars_held += stop - start
    return stop
