"""What a run's trades were worth, and what its book held, traded and paid. Definitions: docs/BACKTESTING.md."""
from libc.math cimport fabs, fmax, fmin, sqrt
from libc.string cimport memset

from mojo_compute.backtesting._metrics cimport Figures, RoundTrip


cdef Py_ssize_t bars_held(
    const double* exposure, Py_ssize_t bars, const RoundTrip* closed, Py_ssize_t closed_count,
) noexcept nogil:
    """Bars on which there was a position at any time: held at the close, or closed on the bar."""
    cdef:
        Py_ssize_t held = 0
        Py_ssize_t last = -1
        Py_ssize_t i
    for i in range(bars):
        held += exposure[i] != 0.0
    for i in range(closed_count):
        if closed[i].exit_bar != last:
            last = closed[i].exit_bar
            held += exposure[last] == 0.0
    return held


cdef Py_ssize_t bars_between(
    Py_ssize_t bars, const RoundTrip* closed, Py_ssize_t closed_count, const RoundTrip* opened, Py_ssize_t opened_count,
) noexcept nogil:
    """The same of one symbol, whose positions follow one another."""
    cdef:
        Py_ssize_t held = 0
        Py_ssize_t counted = -1  # the last bar that is
        Py_ssize_t first
        Py_ssize_t i
    for i in range(closed_count):
        first = closed[i].entry_bar if closed[i].entry_bar > counted else counted + 1
        if closed[i].exit_bar >= first:
            held += closed[i].exit_bar - first + 1
            counted = closed[i].exit_bar
    for i in range(opened_count):
        first = opened[i].entry_bar if opened[i].entry_bar > counted else counted + 1
        if bars > first:
            held += bars - first
            counted = bars - 1
    return held


cdef void measure_book(
    Py_ssize_t bars, const double* exposure, const RoundTrip* closed, Py_ssize_t closed_count,
    const RoundTrip* opened, Py_ssize_t opened_count, double yearly, double mean_equity, Figures* out,
) noexcept nogil:
    """What was held, traded and paid. Entries and exits of all trades are all fills."""
    cdef:
        double traded = 0.0
        double costs = 0.0
        Py_ssize_t i
    for i in range(closed_count):
        traded += fabs(closed[i].quantity) * (closed[i].entry_price + closed[i].exit_price)
        costs += closed[i].costs
    out.open_pnl = 0.0
    for i in range(opened_count):
        traded += fabs(opened[i].quantity) * opened[i].entry_price
        costs += opened[i].costs
        out.open_pnl += opened[i].pnl
    out.open_trades = opened_count
    out.total_costs = costs
    if exposure != NULL:
        out.exposure = <double>bars_held(exposure, bars, closed, closed_count) / bars
    else:
        out.exposure = <double>bars_between(bars, closed, closed_count, opened, opened_count) / bars
    if bars >= ANNUAL_BARS:
        out.turnover = ratio(traded, mean_equity) * yearly / bars


cdef struct Side:  # the closed trades that won, or that lost
    Py_ssize_t count
    Py_ssize_t running    # the last so many trades, one after another
    Py_ssize_t streak
    double gain
    double pnl
    double held


cdef inline void add_trade(Side* side, Side* other, double gain, double pnl, double held) noexcept nogil:
    side.count += 1
    side.running += 1
    other.running = 0
    if side.running > side.streak:
        side.streak = side.running
    side.gain += gain
    side.pnl += pnl
    side.held += held


cdef double deviation_of(const RoundTrip* closed, Py_ssize_t count, double mean) noexcept nogil:
    cdef:
        double squares = 0.0
        Py_ssize_t i
    for i in range(count):
        squares += (closed[i].pnl - mean) * (closed[i].pnl - mean)
    return sqrt(squares / (count - 1))


cdef void tell_sides(const Side* wins, const Side* losses, Py_ssize_t count, Figures* out) noexcept nogil:
    out.total_trades = count
    out.profitable_trades = wins.count
    out.losing_trades = losses.count
    out.max_consecutive_wins = wins.streak
    out.max_consecutive_losses = losses.streak
    out.win_rate = ratio(wins.count, count)
    out.avg_win = ratio(wins.gain, wins.count)
    out.avg_loss = ratio(losses.gain, losses.count)
    out.avg_win_bars = ratio(wins.held, wins.count)
    out.avg_loss_bars = ratio(losses.held, losses.count)
    out.profit_factor = ratio(wins.pnl, -losses.pnl)
    out.payoff_ratio = ratio(out.avg_win, -out.avg_loss)
    if wins.count and losses.count:
        out.kelly = out.win_rate - (1.0 - out.win_rate) * (-losses.pnl / losses.count) / (wins.pnl / wins.count)


cdef void measure_trades(const RoundTrip* closed, Py_ssize_t count, Figures* out) noexcept nogil:
    cdef:
        Side wins
        Side losses
        double gains = 0.0
        double pnl = 0.0
        double held = 0.0
        double against = 0.0
        double with_it = 0.0
        double spread
        Py_ssize_t longest = 0
        Py_ssize_t bars
        Py_ssize_t i
    memset(&wins, 0, sizeof(Side))
    memset(&losses, 0, sizeof(Side))
    for i in range(count):
        bars = closed[i].exit_bar - closed[i].entry_bar
        longest = bars if bars > longest else longest
        held += bars
        gains += closed[i].gain
        pnl += closed[i].pnl
        against += closed[i].mae
        with_it += closed[i].mfe
        if closed[i].pnl > 0.0:
            add_trade(&wins, &losses, closed[i].gain, closed[i].pnl, bars)
        elif closed[i].pnl < 0.0:
            add_trade(&losses, &wins, closed[i].gain, closed[i].pnl, bars)
        else:  # neither
            wins.running = 0
            losses.running = 0
        out.best_trade = fmax(out.best_trade, closed[i].gain)
        out.worst_trade = fmin(out.worst_trade, closed[i].gain)
    tell_sides(&wins, &losses, count, out)
    if not count:
        return
    out.expectancy = gains / count
    out.avg_pnl = pnl / count
    out.avg_bars = held / count
    out.max_bars = longest
    out.avg_mae = against / count
    out.avg_mfe = with_it / count
    if count > 1:
        spread = deviation_of(closed, count, out.avg_pnl)
        if not is_rounding(spread, fabs(out.avg_pnl)):
            out.sqn = sqrt(<double>count) * out.avg_pnl / spread
