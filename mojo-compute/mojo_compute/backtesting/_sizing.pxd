"""How many shares an entry is for, and how many of these can be paid."""
from libc.math cimport fmin, sqrt

from mojo_compute.backtesting._costs cimport BUY, SELL, cost_of
from mojo_compute.backtesting._ledger cimport skip
from mojo_compute.backtesting._market cimport (
    BY_EQUITY, BY_KELLY, BY_QUANTITY, BY_VOLATILITY, NO_CASH, NO_VOLUME, Sim, VOLUME_LIMIT,
)
from mojo_compute.backtesting._prices cimport floored, power_now


cdef inline double ratio_on(const Sim* sim, Py_ssize_t row, Py_ssize_t bar) noexcept nogil:
    """New shares for an old one on a bar."""
    cdef:
        double ratio = 1.0
        Py_ssize_t at
    for at in range(sim.orders.actions_count):
        if sim.orders.actions[at].bar == bar and sim.orders.actions[at].row == row:
            ratio *= sim.orders.actions[at].ratio
    return ratio


cdef inline double return_on(const Sim* sim, Py_ssize_t row, Py_ssize_t bar) noexcept nogil:
    """Simple return of a bar on the one before, NaN where a close is missing."""
    cdef:
        const double* close = sim.market.close + row * sim.market.n
        double price = close[bar]
    if sim.orders.actions_count:
        price *= ratio_on(sim, row, bar)
    return price / close[bar - 1] - 1.0


cdef inline double volatility_of(const Sim* sim, Py_ssize_t row, Py_ssize_t bar) noexcept nogil:
    """Annual volatility of the closes up to a bar: NaN before there are enough of them, or where one is missing."""
    cdef:
        Py_ssize_t returns = sim.rules.volatility_window - 1
        double mean = 0.0
        double squares = 0.0
        double off
        Py_ssize_t at
    if bar < returns or returns < 2:
        return 0.0
    for at in range(bar - returns + 1, bar + 1):
        mean += return_on(sim, row, at)
    mean /= returns
    for at in range(bar - returns + 1, bar + 1):
        off = return_on(sim, row, at) - mean
        squares += off * off
    return sqrt(squares / (returns - 1)) * sqrt(sim.rules.periods_per_year)


cdef inline double kelly_of(const Sim* sim) noexcept nogil:
    """Fraction of equity: of the trades so far, within the cap."""
    cdef:
        double share, ratio, fraction
    if sim.trades < sim.rules.kelly_trades:
        return fmin(0.1, sim.rules.size)
    if sim.losses == 0:
        return sim.rules.size
    if sim.wins == 0:
        return 0.0
    share = (<double>sim.wins) / sim.trades
    ratio = (sim.won / sim.wins) / (sim.lost / sim.losses)
    fraction = share - (1.0 - share) / ratio
    return 0.0 if fraction < 0.0 else fmin(fraction, sim.rules.size)


cdef inline double budget_of(const Sim* sim, Py_ssize_t row, Py_ssize_t signal, double equity) noexcept nogil:
    """Rupees that an entry is for (of `size_type` quantity: shares)."""
    cdef double volatility
    if sim.rules.size_type == BY_EQUITY:
        return sim.rules.size * equity
    if sim.rules.size_type == BY_KELLY:
        return kelly_of(sim) * equity
    if sim.rules.size_type == BY_VOLATILITY:
        volatility = volatility_of(sim, row, signal)
        return fmin(sim.rules.size / volatility, sim.rules.leverage) * equity if volatility > 0.0 else 0.0
    return sim.rules.size


cdef inline double sized(const Sim* sim, double budget, double price) noexcept nogil:
    """Whole lots that a budget is enough for; 0 for none."""
    cdef double quantity = budget if sim.rules.size_type == BY_QUANTITY else budget / price
    return floored(sim, quantity) if quantity > 0.0 else 0.0


cdef inline double affordable(const Sim* sim, int side, double price, double power) noexcept nogil:
    """The most shares, fractions of them too, of which worth and costs * leverage stay within the power."""
    cdef:
        int trade = BUY if side > 0 else SELL
        double rate, low, high, middle
        int step
    if power <= 0.0:
        return 0.0
    if sim.costs.period[sim.period].linear:
        rate = sim.costs.period[sim.period].buy_rate if side > 0 else sim.costs.period[sim.period].sell_rate
        return power / (price * (1.0 + sim.rules.leverage * rate))
    low, high = 0.0, power / price
    if high * price + sim.rules.leverage * cost_of(sim.costs, sim.period, trade, high, high * price) <= power:
        return high
    for step in range(200):
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:
            break
        if middle * price + sim.rules.leverage * cost_of(sim.costs, sim.period, trade, middle, middle * price) > power:
            high = middle
        else:
            low = middle
    return low


cdef inline double within_volume(Sim* sim, Py_ssize_t row, double quantity) noexcept nogil:
    """What the bar's volume lets through; the rest is written down."""
    cdef double most
    if sim.rules.volume_limit == 0.0:
        return quantity
    most = floored(sim, sim.rules.volume_limit * sim.market.volume[row * sim.market.n + sim.bar])
    if quantity <= most:
        return quantity
    skip(sim, row, VOLUME_LIMIT if most > 0.0 else NO_VOLUME)
    return most


cdef inline double within_power(
    Sim* sim, Py_ssize_t row, int side, double quantity, double price, int place, double equity
) noexcept nogil:
    """What buying power lets through; none at all is written down."""
    cdef:
        double power = power_now(sim, place)
        double value = quantity * price
        double cost = cost_of(sim.costs, sim.period, BUY if side > 0 else SELL, quantity, value)
    if value + sim.rules.leverage * cost <= power:
        return quantity
    quantity = fmin(quantity, floored(sim, affordable(sim, side, price, power)))
    if quantity * price < 1e-9 * equity:
        quantity = 0.0
    if quantity == 0.0:
        skip(sim, row, NO_CASH)
    return quantity
