"""The bar-by-bar simulation of one cash pool: orders of signals, filled, guarded, marked.

A run steps through those bars on which something can happen; the ones between are marked in one sweep. What happens
on a bar, in which order, is told in docs/BACKTESTING.md. The caller (mojo_compute.backtesting.simulation) guarantees,
and nothing here checks again: arrays of shape (m, n), C-contiguous; prices finite and above 0, or NaN in all four
of a bar; flags and settings within their bounds.
"""
from libc.math cimport NAN, isfinite
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from cpython.bytes cimport PyBytes_FromStringAndSize

from mojo_compute.backtesting._costs cimport Compiled, Costs
from mojo_compute.backtesting._ledger cimport see_bars, see_best, skip, trip_of
from mojo_compute.backtesting._market cimport *
from mojo_compute.backtesting._marks cimport first_call, mark, mark_until, on_margin, short_of_margin
from mojo_compute.backtesting._orders cimport enter_at_market, enter_resting, exit_at_market, place
from mojo_compute.backtesting._prices cimport traded
from mojo_compute.backtesting._rebalance cimport place_weights, rebalance
from mojo_compute.backtesting._stops cimport first_touch_of_all, protect, stop_out

cdef extern from "_marks.h":
    Py_ssize_t marks_next(
        const unsigned char* codes, Py_ssize_t start, Py_ssize_t stop, unsigned char mask
    ) noexcept nogil
    void marks_ask(const double* price) noexcept nogil


cdef enum:
    WEIGHED = 16          # in a column's byte: a rebalance
    BETWEEN_LOOKS = 4096  # bars


cdef void fill_columns(const Market* market, const Orders* orders, unsigned char* columns) noexcept nogil:
    """What any row asks for on each bar."""
    cdef:
        const double* weights
        const unsigned char* codes
        Py_ssize_t row, bar
    memset(columns, 0, market.n)
    for row in range(market.m):
        if orders.weights != NULL:
            weights = orders.weights + row * market.n
            for bar in range(market.n):
                columns[bar] |= WEIGHED if isfinite(weights[bar]) else 0
        else:
            codes = orders.codes + row * market.n
            for bar in range(market.n):
                columns[bar] |= codes[bar]


cdef bint make_rows(Book* book, Py_ssize_t m) noexcept nogil:
    if m > book.rows_room:
        free(book.position)
        free(book.waiting)
        free(book.queue)
        book.rows_room = 0
        book.position = <Position*>malloc(m * sizeof(Position))
        book.waiting = <Waiting*>malloc(m * sizeof(Waiting))
        book.queue = <int*>malloc(m * sizeof(int))
        if book.position == NULL or book.waiting == NULL or book.queue == NULL:
            return False
        book.rows_room = m
    memset(book.position, 0, m * sizeof(Position))
    memset(book.waiting, 0, m * sizeof(Waiting))
    book.fills_count = book.trips_count = book.skips_count = book.open_count = 0
    book.ambiguous = book.bars_held = 0
    return True


cdef bint begin(Sim* sim) noexcept nogil:
    """Memory for the run, nothing held, nothing ordered."""
    cdef:
        Book* book = sim.book
        Py_ssize_t n = sim.market.n
    if not make_rows(book, sim.market.m):
        return False
    sim.columns = sim.orders.codes
    if sim.market.m > 1 or sim.orders.weights != NULL:
        if n > book.columns_room:
            free(book.columns)
            book.columns = <unsigned char*>malloc(n)
            book.columns_room = n if book.columns != NULL else 0
        if book.columns == NULL:
            return False
        fill_columns(sim.market, sim.orders, book.columns)
        sim.columns = book.columns
    sim.exposure = book.exposure
    if book.exposure == NULL and (sim.rules.mask & ENTER_SHORT or sim.rules.leverage > 1.0):
        if n > book.spare_room:
            free(book.spare)
            book.spare = <double*>malloc(n * sizeof(double))
            book.spare_room = n if book.spare != NULL else 0
        if book.spare == NULL:
            return False
        sim.exposure = book.spare
    sim.cash = sim.rules.capital
    sim.period = 0 if sim.market.days != NULL else sim.costs.periods - 1
    return True


cdef void split(Sim* sim, Py_ssize_t row, double ratio) noexcept nogil:
    """A row's shares, prices and orders in new shares."""
    cdef:
        Position* position = &sim.book.position[row]
        Waiting* waiting = &sim.book.waiting[row]
    if position.quantity != 0.0:
        see_bars(sim, row, sim.bar)
        see_best(sim, row, sim.bar)
        position.quantity *= ratio
        position.price /= ratio
        position.last /= ratio
        position.best /= ratio
        position.lowest /= ratio
        position.highest /= ratio
        position.stop_distance /= ratio
        position.target_distance /= ratio
        position.trail_distance /= ratio
    waiting.limit /= ratio
    waiting.stop /= ratio
    waiting.scale /= ratio


cdef void act(Sim* sim) noexcept nogil:
    """Splits and dividends whose ex-date is this bar."""
    cdef const Action* action
    while (
        sim.next_action < sim.orders.actions_count and sim.orders.actions[sim.next_action].bar <= sim.bar
    ):
        action = &sim.orders.actions[sim.next_action]
        sim.next_action += 1
        if action.ratio != 1.0:
            split(sim, action.row, action.ratio)
        sim.cash += sim.book.position[action.row].quantity * action.dividend


cdef void call_margin(Sim* sim) noexcept nogil:
    """Every position gets a market exit; where orders fill at this very close, at once."""
    cdef:
        bint closed = False
        Py_ssize_t row
    sim.called = True
    for row in range(sim.market.m):
        if sim.book.position[row].quantity == 0.0:
            continue
        if sim.rules.fill == THIS_CLOSE and traded(sim, row, sim.bar):
            stop_out(sim, row, sim.market.close[row * sim.market.n + sim.bar], AT_CLOSE, MARGIN_CALL)
            closed = True
        elif sim.book.waiting[row].exit == 0:
            sim.book.waiting[row].exit = MARGIN_CALL
    if closed:
        mark(sim, sim.bar, sim.bar + 1)
        sim.book.bars_held -= sim.held == 0


cdef void count_orders(Sim* sim) noexcept nogil:
    cdef:
        const Waiting* waiting = sim.book.waiting
        Py_ssize_t row
    sim.waiting = sim.resting = 0
    for row in range(sim.market.m):
        sim.waiting += waiting[row].exit != 0 or waiting[row].kind == MARKET_ORDER or waiting[row].weighted
        sim.resting += waiting[row].kind == RESTING_ORDER


cdef inline void place_all(Sim* sim) noexcept nogil:
    if sim.orders.weights != NULL and sim.columns[sim.bar]:
        place_weights(sim)
    place(sim)


cdef inline void fill_market(Sim* sim, int at) noexcept nogil:
    exit_at_market(sim, at)
    if sim.orders.weights != NULL:
        rebalance(sim, at)
    else:
        enter_at_market(sim, at)


cdef void step(Sim* sim) noexcept nogil:
    """All that happens on one bar."""
    sim.called = False
    if sim.waiting or sim.resting or sim.guarded or sim.rules.fill == THIS_CLOSE or sim.orders.actions_count:
        mark_until(sim, sim.bar)
    if sim.market.days != NULL:
        while (
            sim.period + 1 < sim.costs.periods
            and sim.costs.period[sim.period + 1].since <= sim.market.days[sim.bar]
        ):
            sim.period += 1
    if sim.next_action < sim.orders.actions_count:
        act(sim)
    if sim.waiting and sim.rules.fill == NEXT_OPEN:
        fill_market(sim, AT_OPEN)
    if sim.resting:
        enter_resting(sim)
    if sim.guarded:
        protect(sim)
    if sim.rules.fill == THIS_CLOSE:
        place_all(sim)
        fill_market(sim, AT_CLOSE)
    elif sim.waiting and sim.rules.fill == NEXT_CLOSE:
        fill_market(sim, AT_CLOSE)
    if on_margin(sim):
        mark_until(sim, sim.bar + 1)
        if short_of_margin(sim, sim.bar):
            call_margin(sim)
    if sim.held == 0 and sim.cash <= 0.0:
        sim.ruined = True
    if sim.rules.fill != THIS_CLOSE:
        place_all(sim)
    count_orders(sim)


cdef inline void look_ahead(Sim* sim) noexcept nogil:
    """Find the next two bars with codes; ask for the prices of the bar that follows the second one."""
    while sim.coming <= sim.bar:
        sim.coming = sim.after
        if sim.after >= sim.market.n:
            break
        sim.after = marks_next(sim.columns, sim.after + 1, sim.market.n, sim.rules.mask | WEIGHED)
        if sim.market.m == 1:
            marks_ask(sim.market.open + sim.after + 1)


cdef Py_ssize_t next_busy(Sim* sim) noexcept nogil:
    """The next bar on which more can happen than a new close; n: none."""
    cdef:
        Py_ssize_t until
        Py_ssize_t lasts = sim.rules.max_bars - (sim.rules.fill != THIS_CLOSE)
        Py_ssize_t row
    if sim.waiting or sim.resting:
        return sim.bar + 1
    look_ahead(sim)
    until = sim.coming
    if sim.next_action < sim.orders.actions_count:
        until = min(until, max(sim.bar + 1, <Py_ssize_t>sim.orders.actions[sim.next_action].bar))
    if sim.rules.max_bars and sim.held:
        for row in range(sim.market.m):
            if sim.book.position[row].quantity != 0.0:
                until = min(until, max(sim.bar + 1, sim.book.position[row].entry_bar + lasts))
    return first_touch_of_all(sim, until) if sim.guarded else until


cdef void drop_orders(Sim* sim) noexcept nogil:
    """Nothing is filled after the last bar."""
    cdef:
        const Waiting* waiting
        Py_ssize_t row
    for row in range(sim.market.m):
        waiting = &sim.book.waiting[row]
        if waiting.exit:
            skip(sim, row, END_OF_DATA)
        if waiting.kind != NO_ORDER:
            skip(sim, row, END_OF_DATA)
        if waiting.weighted:
            skip(sim, row, END_OF_DATA)


cdef bint leave_open(Sim* sim) noexcept nogil:
    """List what is still held, worth its last close."""
    cdef:
        Trip* trip
        Py_ssize_t row
    free(sim.book.open_trades)
    sim.book.open_trades = NULL
    if sim.held == 0:
        return True
    sim.book.open_trades = <Trip*>malloc(sim.held * sizeof(Trip))
    if sim.book.open_trades == NULL:
        return False
    for row in range(sim.market.m):
        if sim.book.position[row].quantity == 0.0:
            continue
        if sim.rules.excursions:
            see_bars(sim, row, sim.market.n)
        trip = &sim.book.open_trades[sim.book.open_count]
        trip[0] = trip_of(
            sim, row, abs(sim.book.position[row].quantity), sim.book.position[row].last, 0.0
        )
        trip.exit_bar = -1
        sim.book.open_count += 1
    return True


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


cdef inline const double* optional(const double[:, ::1] values) noexcept:
    if values is None:
        return NULL
    return &values[0, 0]


cdef inline const unsigned char* flags_of(const unsigned char[:, ::1] flags) noexcept:
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
