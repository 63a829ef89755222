"""What a run does from bar to bar: which bars matter, and what happens on one, in its order."""
from libc.math cimport isfinite
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from mojo_compute.backtesting._ledger cimport see_bars, see_best, skip, trip_of
from mojo_compute.backtesting._market cimport *
from mojo_compute.backtesting._marks cimport mark, mark_until, on_margin, short_of_margin
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


cdef inline void fill_columns(const Market* market, const Orders* orders, unsigned char* columns) noexcept nogil:
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


cdef inline bint make_rows(Book* book, Py_ssize_t m) noexcept nogil:
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
    book.ambiguous = 0
    return True


cdef inline bint begin(Sim* sim) noexcept nogil:
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


cdef inline void split(Sim* sim, Py_ssize_t row, double ratio) noexcept nogil:
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


cdef inline void act(Sim* sim) noexcept nogil:
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


cdef inline void call_margin(Sim* sim) noexcept nogil:
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


cdef inline void count_orders(Sim* sim) noexcept nogil:
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


cdef inline void step(Sim* sim) noexcept nogil:
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


cdef inline Py_ssize_t next_busy(Sim* sim) noexcept nogil:
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


cdef inline void drop_orders(Sim* sim) noexcept nogil:
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


cdef inline bint leave_open(Sim* sim) noexcept nogil:
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
