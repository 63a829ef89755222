"""What a book is worth at each close."""
from libc.math cimport fabs

from mojo_compute.backtesting._market cimport ABSENT, Position, Sim


cdef extern from "_marks.h":
    void marks_fill(double* out, Py_ssize_t count, double value) noexcept nogil
    void marks_flat(double now, Py_ssize_t count, double* equity, double* cash, double* exposure) noexcept nogil
    void marks_held(
        const double* close, double quantity, double now, Py_ssize_t count, double* equity, double* cash,
        double* exposure,
    ) noexcept nogil


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


cdef inline void mark_positions(Sim* sim, Py_ssize_t start, Py_ssize_t count) noexcept nogil:
    cdef Py_ssize_t row
    for row in range(sim.market.m):
        marks_fill(sim.book.positions + row * sim.market.n + start, count, sim.book.position[row].quantity)


cdef inline void mark(Sim* sim, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
    """Equity, cash, exposure and positions at the closes of bars `start` ... `stop` - 1, on which nothing changes."""
    cdef:
        Py_ssize_t n = sim.market.n
        Py_ssize_t count = stop - start
        double* equity = sim.book.equity + start
        double* exposure = NULL if sim.exposure == NULL else sim.exposure + start
        double* cash = NULL if sim.book.cash == NULL else sim.book.cash + start
        Position* position = sim.book.position
        Py_ssize_t row
    if sim.book.positions != NULL:
        mark_positions(sim, start, count)
    if sim.market.m == 1 and sim.held and sim.market.state == NULL:
        marks_held(sim.market.close + start, position.quantity, sim.cash, count, equity, cash, exposure)
        position.last = sim.market.close[stop - 1]
        return
    marks_flat(sim.cash, count, equity, cash, exposure)
    if sim.held == 0:
        return
    for row in range(sim.market.m):
        position = &sim.book.position[row]
        if position.quantity == 0.0:
            continue
        if sim.market.state == NULL:
            add_whole_row(sim.market.close + row * n + start, position.quantity, count, equity, exposure)
            position.last = sim.market.close[row * n + stop - 1]
        else:
            add_row(
                sim.market.close + row * n + start, sim.market.state + row * n + start, position, count, equity,
                exposure,
            )


cdef inline void mark_until(Sim* sim, Py_ssize_t stop) noexcept nogil:
    """Mark the bars before `stop` that are not marked yet: since then nothing has changed."""
    if sim.marked < stop:
        mark(sim, sim.marked, stop)
        sim.marked = stop


cdef inline bint on_margin(const Sim* sim) noexcept nogil:
    return sim.shorts > 0 or (sim.rules.leverage > 1.0 and sim.held > 0)


cdef inline bint short_of_margin(const Sim* sim, Py_ssize_t bar) noexcept nogil:
    return sim.book.equity[bar] < sim.rules.maintenance * sim.exposure[bar]


cdef inline Py_ssize_t first_call(Sim* sim, Py_ssize_t stop) noexcept nogil:
    """The first quiet bar before `stop` that brings a margin call, else `stop`."""
    cdef Py_ssize_t bar
    if sim.market.state == NULL:
        mark_until(sim, stop)
    for bar in range(sim.bar + 1, stop):
        mark_until(sim, bar + 1)  # one by one, where the last close of a row may be an older bar's
        if short_of_margin(sim, bar):
            sim.marked = bar
            return bar
    return stop
