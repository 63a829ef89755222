"""The bar-by-bar simulation of one cash pool: orders of signals, filled, guarded, marked.

A run steps through those bars on which something can happen; the ones between are marked in one sweep. What happens
on a bar, in which order, is told in docs/BACKTESTING.md. The caller (mojo_compute.backtesting.simulation) guarantees,
and nothing here checks again: arrays of shape (m, n), C-contiguous; prices finite and above 0, or NaN in all four
of a bar; flags and settings within their bounds.
"""
from libc.math cimport NAN
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from cpython.bytes cimport PyBytes_FromStringAndSize

from mojo_compute.backtesting._costs cimport Compiled, Costs
from mojo_compute.backtesting._market cimport *
from mojo_compute.backtesting._marks cimport first_call, mark_until, on_margin
from mojo_compute.backtesting._steps cimport WEIGHED, begin, drop_orders, leave_open, marks_next, next_busy, step

cdef enum:
    BETWEEN_LOOKS = 4096  # bars


cdef int run(
    const Market* market,  # IN
    const Orders* orders,  # IN
    const Rules* rules,    # IN
    const Costs* costs,    # IN
    Book* book,            # OUT memory is kept from run to run
    const int* stop,       # IN  looked at every few thousand bars: not 0 ends the run; NULL: never
) noexcept nogil:
    """Simulate all bars; DONE, NO_MEMORY or STOPPED."""
    cdef:
        Sim sim
        Py_ssize_t until
        Py_ssize_t looked = 0
    memset(&sim, 0, sizeof(Sim))
    sim.market, sim.orders, sim.rules, sim.costs, sim.book = market, orders, rules, costs, book
    if not begin(&sim):
        return NO_MEMORY
    sim.bar = sim.coming = -1
    sim.after = marks_next(sim.columns, 0, market.n, rules.mask | WEIGHED)
    while sim.bar < market.n:
        until = next_busy(&sim)
        sim.bar = first_call(&sim, until) if on_margin(&sim) else until
        if sim.bar < market.n:
            step(&sim)
        if sim.bar - looked > BETWEEN_LOOKS:
            looked = sim.bar
            if sim.failed:
                return NO_MEMORY
            if stop != NULL and (<volatile int*>stop)[0]:
                return STOPPED
    mark_until(&sim, market.n)
    sim.bar = market.n - 1
    drop_orders(&sim)
    if not leave_open(&sim) or sim.failed:
        return NO_MEMORY
    return DONE


cdef void free_book(Book* book) noexcept nogil:
    """Memory of a book, but for the curves."""
    free(book.fills)
    free(book.trips)
    free(book.skips)
    free(book.open_trades)
    free(book.position)
    free(book.waiting)
    free(book.queue)
    free(book.columns)
    free(book.spare)
    memset(book, 0, sizeof(Book))


cdef inline const double* optional(const double[:, ::1] values) except? NULL:
    if values is None:
        return NULL
    return &values[0, 0]


cdef inline const unsigned char* flags_of(const unsigned char[:, ::1] flags) except? NULL:
    if flags is None:
        return NULL
    return &flags[0, 0]


cdef Py_ssize_t count_positive(const double* values, Py_ssize_t count) noexcept nogil:
    cdef Py_ssize_t found = 0
    cdef Py_ssize_t at
    for at in range(count):
        found += values[at] > 0.0
    return found


cdef Py_ssize_t fill_state(Market* market, unsigned char* state) noexcept nogil:
    """Tell bars, quiet bars and gaps apart; how many are not simply traded. Where none is, nothing is filled."""
    cdef:
        Py_ssize_t bars = market.m * market.n
        const double* volume
        Py_ssize_t odd = 0
        Py_ssize_t row, at
        bint known
    if count_positive(market.close, bars) == bars and (
        market.volume == NULL or count_positive(market.volume, bars) == bars
    ):
        return 0
    for row in range(market.m):
        volume = market.volume
        known = volume != NULL and count_positive(volume + row * market.n, market.n) > 0
        for at in range(row * market.n, (row + 1) * market.n):
            state[at] = TRADED if market.close[at] == market.close[at] else ABSENT
            if known and state[at] == TRADED and not volume[at] > 0.0:
                state[at] = QUIET
            odd += state[at] != TRADED
    return odd


cdef class Prices:
    """Bars as the engine reads them; may be used by many runs at once."""

    def __cinit__(
        self, const double[:, ::1] opens not None, const double[:, ::1] highs not None,
        const double[:, ::1] lows not None, const double[:, ::1] closes not None,
        const double[:, ::1] volumes, const int[::1] days,
    ):
        cdef Py_ssize_t odd
        self.opens, self.highs, self.lows, self.closes = opens, highs, lows, closes
        self.volumes, self.day_numbers = volumes, days
        self.market.m, self.market.n = closes.shape[0], closes.shape[1]
        self.market.open, self.market.high = &opens[0, 0], &highs[0, 0]
        self.market.low, self.market.close = &lows[0, 0], &closes[0, 0]
        self.market.volume = optional(volumes)
        if days is not None:
            self.market.days = &days[0]
        self.state = <unsigned char*>malloc(self.market.m * self.market.n)
        if self.state == NULL:
            raise MemoryError
        with nogil:
            odd = fill_state(&self.market, self.state)
        if odd:
            self.market.state = self.state

    def __dealloc__(self):
        free(self.state)


cdef class Settings:
    """How orders are executed, as the engine reads it: the fields of `Rules`, in their order; None: none."""

    def __cinit__(
        self, double capital, int size_type, double size, int volatility_window, int kelly_trades, int max_entries,
        double lot, double tick, int fill, int mask, double bps, double ticks, double impact, double volume_limit,
        stop_loss, take_profit, trailing_stop, max_bars, int order_bars, double leverage, double maintenance,
        double periods_per_year, bint excursions=True,
    ):
        self.rules = Rules(
            capital, size_type, size, volatility_window, kelly_trades, max_entries, lot, tick, fill,
            <unsigned char>mask, bps, ticks, impact, volume_limit, NAN if stop_loss is None else stop_loss,
            NAN if take_profit is None else take_profit, NAN if trailing_stop is None else trailing_stop,
            max_bars or 0, order_bars, leverage, maintenance, periods_per_year, excursions,
        )


cdef class Ledger:
    """What a run wrote down; its memory serves one run after another."""

    def __dealloc__(self):
        free_book(&self.book)

    def run(
        self, Prices prices not None, Settings settings not None, Compiled costs not None,
        const unsigned char[:, ::1] codes, tuple series, const unsigned char[::1] actions,
        double[:, ::1] curves not None, double[:, ::1] positions, const int[::1] stop,
    ) -> int:
        """Simulate all bars; 0, or -1: no memory, -2: stopped.

        `series`: limit, stop, stop, target and trail distance, priority, weights, each (m, n) or None. `curves`,
        shape (3, n): equity, cash, exposure. `actions`: rows of `Action`, as bytes. `stop`: one number, looked at
        now and then; anything but 0 ends the run.
        """
        cdef:
            Orders orders
            int answer
            const int* flag = NULL
        memset(&orders, 0, sizeof(Orders))
        if stop is not None:
            flag = &stop[0]
        orders.codes = flags_of(codes)
        if series is not None:
            orders.limit, orders.stop = optional(series[0]), optional(series[1])
            orders.stop_distance, orders.target_distance = optional(series[2]), optional(series[3])
            orders.trail_distance = optional(series[4])
            orders.priority, orders.weights = optional(series[5]), optional(series[6])
        if actions is not None and actions.shape[0]:
            orders.actions = <const Action*>&actions[0]
            orders.actions_count = actions.shape[0] // <Py_ssize_t>sizeof(Action)
        self.book.equity, self.book.cash, self.book.exposure = &curves[0, 0], &curves[1, 0], &curves[2, 0]
        self.book.positions = NULL if positions is None else &positions[0, 0]
        with nogil:
            answer = run(&prices.market, &orders, &settings.rules, &costs.costs, &self.book, flag)
        self.book.equity = self.book.cash = self.book.exposure = self.book.positions = NULL
        return answer

    def tables(self) -> tuple:
        """Rows of fills, round trips, open trades and skipped orders, as bytes, and the count of ambiguous bars."""
        cdef Book* book = &self.book
        return (
            PyBytes_FromStringAndSize(<char*>book.fills, book.fills_count * sizeof(Fill)),
            PyBytes_FromStringAndSize(<char*>book.trips, book.trips_count * sizeof(Trip)),
            PyBytes_FromStringAndSize(<char*>book.open_trades, book.open_count * sizeof(Trip)),
            PyBytes_FromStringAndSize(<char*>book.skips, book.skips_count * sizeof(Skip)),
            book.ambiguous,
        )


def codes_into(
    const unsigned char[:, ::1] entries, const unsigned char[:, ::1] exits, const unsigned char[:, ::1] short_entries,
    const unsigned char[:, ::1] short_exits, unsigned char[:, ::1] out not None,
):
    """Put the four flags of every bar into one byte."""
    cdef:
        const unsigned char* flags[4]
        unsigned char* codes = &out[0, 0]
        Py_ssize_t count = out.shape[0] * out.shape[1]
        Py_ssize_t at
        int bit
    flags[0], flags[1] = flags_of(entries), flags_of(exits)
    flags[2], flags[3] = flags_of(short_entries), flags_of(short_exits)
    with nogil:
        memset(codes, 0, count)
        for bit in range(4):
            if flags[bit] != NULL:
                for at in range(count):
                    codes[at] |= <unsigned char>((flags[bit][at] != 0) << bit)
