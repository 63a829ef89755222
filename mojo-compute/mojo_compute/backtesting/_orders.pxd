"""Orders of a run: how signals become orders, and how these are filled."""
from libc.math cimport NAN, fabs

from mojo_compute.backtesting._ledger cimport increase, reduce, skip
from mojo_compute.backtesting._market cimport (
    AT_OPEN, ENTER_LONG, ENTER_SHORT, ENTRY, EXIT, EXIT_LONG, EXIT_SHORT, EXPIRED, MARKET_ORDER, MAX_ENTRIES, NO_ORDER,
    Position, RESTING_ORDER, REVERSAL, RUINED, SIZE_ZERO, Sim, THIS_CLOSE, TIME_STOP, WITHIN, Waiting,
)
from mojo_compute.backtesting._prices cimport equity_now, prices_at, slipped, traded
from mojo_compute.backtesting._sizing cimport budget_of, sized, within_power, within_volume
from mojo_compute.backtesting._stops cimport stop_out


cdef inline void place_entry(Sim* sim, Py_ssize_t row, int side) noexcept nogil:
    """The entry order of this bar's signal, in the place of any that waits."""
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        Py_ssize_t at = row * sim.market.n + sim.bar
    waiting.limit = NAN if sim.orders.limit == NULL else sim.orders.limit[at]
    waiting.stop = NAN if sim.orders.stop == NULL else sim.orders.stop[at]
    waiting.kind = RESTING_ORDER
    if waiting.limit != waiting.limit and waiting.stop != waiting.stop:
        waiting.kind = MARKET_ORDER
    waiting.side = side
    waiting.signal = sim.bar
    waiting.scale = 1.0
    waiting.triggered = False
    waiting.left = sim.rules.order_bars
    waiting.priority = 0.0 if sim.orders.priority == NULL else sim.orders.priority[at]
    if waiting.priority != waiting.priority:
        waiting.priority = 0.0


cdef inline void place_code(Sim* sim, Py_ssize_t row, int code) noexcept nogil:
    """What a row's signals of this bar ask for: exits first, an exit holds against an entry of its side."""
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        double quantity = sim.book.position[row].quantity
        bint enter_long = code & ENTER_LONG and not code & EXIT_LONG
        bint enter_short = code & ENTER_SHORT and not code & EXIT_SHORT
    if code & EXIT_LONG:
        if quantity > 0.0 and waiting.exit == 0:
            waiting.exit = EXIT
        if waiting.kind != NO_ORDER and waiting.side > 0:
            waiting.kind = NO_ORDER
    if code & EXIT_SHORT:
        if quantity < 0.0 and waiting.exit == 0:
            waiting.exit = EXIT
        if waiting.kind != NO_ORDER and waiting.side < 0:
            waiting.kind = NO_ORDER
    if enter_long != enter_short and not sim.called:
        place_entry(sim, row, 1 if enter_long else -1)


cdef inline void place(Sim* sim) noexcept nogil:
    """Make orders of the signals of this bar, and of positions whose time is up."""
    cdef:
        Py_ssize_t row
        unsigned char code
        Py_ssize_t lasts = sim.rules.max_bars - (sim.rules.fill != THIS_CLOSE)
    if sim.columns != NULL and sim.columns[sim.bar] & sim.rules.mask:
        for row in range(sim.market.m):
            code = sim.orders.codes[row * sim.market.n + sim.bar] & sim.rules.mask
            if code:
                place_code(sim, row, code)
    if sim.rules.max_bars and sim.held:
        for row in range(sim.market.m):
            if (
                sim.book.position[row].quantity != 0.0
                and sim.bar >= sim.book.position[row].entry_bar + lasts
                and sim.book.waiting[row].exit == 0
            ):
                sim.book.waiting[row].exit = TIME_STOP


cdef inline void enter(
    Sim* sim, Py_ssize_t row, double base, int place, bint slips
) noexcept nogil:
    """Fill a row's entry order at a price of this bar, as far as rules and cash allow; it is gone then."""
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        Position* position = &sim.book.position[row]
        int side = waiting.side
        double equity, budget, quantity, price
    waiting.kind = NO_ORDER
    if position.quantity * side < 0.0:
        quantity = fabs(position.quantity)
        reduce(sim, row, quantity, slipped(sim, row, base, side, quantity) if slips else base, place, REVERSAL)
    equity = equity_now(sim, place)
    if sim.ruined:
        skip(sim, row, RUINED)
        return
    if position.quantity != 0.0 and position.entries >= sim.rules.max_entries:
        skip(sim, row, MAX_ENTRIES)
        return
    budget = budget_of(sim, row, waiting.signal, equity)
    price = base
    if slips:
        price = slipped(sim, row, base, side, 0.0)
        if sim.rules.impact > 0.0:
            price = slipped(sim, row, base, side, sized(sim, budget, price))
    quantity = sized(sim, budget, price)
    if quantity <= 0.0:
        skip(sim, row, SIZE_ZERO)
        return
    quantity = within_volume(sim, row, quantity)
    if quantity > 0.0:
        quantity = within_power(sim, row, side, quantity, price, place, equity)
    if quantity > 0.0:
        increase(sim, row, side, quantity, price, base, place, ENTRY, waiting.signal, waiting.scale)


cdef inline Py_ssize_t in_turn(Sim* sim, int kind) noexcept nogil:
    """Rows whose entry order of a kind can be filled on this bar, into the book's queue: by priority, then by row."""
    cdef:
        const Waiting* waiting = sim.book.waiting
        int* queue = sim.book.queue
        Py_ssize_t count = 0
        Py_ssize_t row, at
    for row in range(sim.market.m):
        if waiting[row].kind != kind or not traded(sim, row, sim.bar):
            continue
        at = count
        while at > 0 and waiting[queue[at - 1]].priority < waiting[row].priority:
            queue[at] = queue[at - 1]
            at -= 1
        queue[at] = <int>row
        count += 1
    return count


cdef inline void exit_at_market(Sim* sim, int place) noexcept nogil:
    """Close what exit orders and entries of the other side want closed."""
    cdef:
        const double* prices = prices_at(sim, place)
        Waiting* waiting
        double quantity
        Py_ssize_t row
        int reason
    for row in range(sim.market.m):
        waiting = &sim.book.waiting[row]
        quantity = sim.book.position[row].quantity
        reason = waiting.exit
        if reason == 0 and waiting.kind == MARKET_ORDER and waiting.side * quantity < 0.0:
            reason = REVERSAL
        if reason and traded(sim, row, sim.bar):
            stop_out(sim, row, prices[row * sim.market.n + sim.bar], place, reason)


cdef inline void enter_at_market(Sim* sim, int place) noexcept nogil:
    cdef:
        const double* prices = prices_at(sim, place)
        Py_ssize_t count, at
    if sim.market.m == 1:
        if sim.book.waiting[0].kind == MARKET_ORDER and traded(sim, 0, sim.bar):
            enter(sim, 0, prices[sim.bar], place, True)
        return
    count = in_turn(sim, MARKET_ORDER)
    for at in range(count):
        enter(sim, sim.book.queue[at], prices[sim.book.queue[at] * sim.market.n + sim.bar], place, True)


cdef inline void try_limit(Sim* sim, Py_ssize_t row, double open, double reach) noexcept nogil:
    """`reach`: the bar's price that is best for the order."""
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        int side = waiting.side
    if side * open <= side * waiting.limit:
        enter(sim, row, open, AT_OPEN, False)
    elif side * reach <= side * waiting.limit:
        enter(sim, row, waiting.limit, WITHIN, False)


cdef inline void try_stop(Sim* sim, Py_ssize_t row, double open, double reach) noexcept nogil:
    """`reach`: the bar's price that is worst for the order."""
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        int side = waiting.side
    if side * open >= side * waiting.stop:
        enter(sim, row, open, AT_OPEN, True)
    elif side * reach >= side * waiting.stop:
        enter(sim, row, waiting.stop, WITHIN, True)


cdef inline void try_stop_limit(Sim* sim, Py_ssize_t row, double open, double worst, double best) noexcept nogil:
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        int side = waiting.side
    if side * open >= side * waiting.stop:
        waiting.triggered = True
        try_limit(sim, row, open, best)
    elif side * worst >= side * waiting.stop:
        waiting.triggered = True
        if side * waiting.stop <= side * waiting.limit:
            enter(sim, row, waiting.stop, WITHIN, False)


cdef inline void try_resting(Sim* sim, Py_ssize_t row) noexcept nogil:
    cdef:
        Waiting* waiting = &sim.book.waiting[row]
        Py_ssize_t at = row * sim.market.n + sim.bar
        double open = sim.market.open[at]
        double best = sim.market.low[at] if waiting.side > 0 else sim.market.high[at]
        double worst = sim.market.high[at] if waiting.side > 0 else sim.market.low[at]
    if waiting.stop != waiting.stop or waiting.triggered:
        try_limit(sim, row, open, best)
    elif waiting.limit != waiting.limit:
        try_stop(sim, row, open, worst)
    else:
        try_stop_limit(sim, row, open, worst, best)


cdef inline void enter_resting(Sim* sim) noexcept nogil:
    """Try the limit and stop orders that rest; those that are still there are older then."""
    cdef:
        Py_ssize_t count = in_turn(sim, RESTING_ORDER)
        Py_ssize_t at
        Waiting* waiting
    for at in range(count):
        try_resting(sim, sim.book.queue[at])
    count = in_turn(sim, RESTING_ORDER)
    for at in range(count):
        waiting = &sim.book.waiting[sim.book.queue[at]]
        if waiting.left > 0:
            waiting.left -= 1
            if waiting.left == 0:
                waiting.kind = NO_ORDER
                skip(sim, sim.book.queue[at], EXPIRED)
