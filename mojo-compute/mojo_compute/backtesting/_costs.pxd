"""A schedule of costs, compiled: what one fill is charged.

A schedule is cut into periods between the days on which a charge changes. Within a period every line has one
version, and lines that are sums of others come after them.
"""

cdef enum:
    BUY = 1
    SELL = 2
    ON_VALUE = 0
    ON_QUANTITY = 1
    ON_ORDER = 2
    ON_LINES = 3
    LINES = 64  # of one schedule


cdef struct Line:
    double rate
    double minimum
    double maximum
    int basis
    int sides
    unsigned long long parts  # of ON_LINES: a bit for each line of the period
    int name                  # number of the charge in the schedule


cdef struct Period:
    int since         # day number from which on it holds
    int first         # of its lines
    int count
    bint linear       # a fill costs a fraction of its value
    double buy_rate   # that, where it is linear
    double sell_rate


cdef struct Costs:
    int periods
    const Period* period
    const Line* lines


cdef inline double charge_of(
    const Line* line, int side, double quantity, double value, const double* charges, int count
) noexcept nogil:
    """One line's charge on a fill; `charges`: those of the period's lines before it."""
    cdef:
        double basis = 0.0
        double charge
        int part
    if not line.sides & side:
        return 0.0
    if line.basis == ON_VALUE:
        basis = value
    elif line.basis == ON_QUANTITY:
        basis = quantity
    elif line.basis == ON_ORDER:
        basis = 1.0
    else:
        for part in range(count):
            if line.parts >> part & 1:
                basis += charges[part]
    charge = line.rate * basis
    if charge < line.minimum:
        charge = line.minimum
    return charge if charge < line.maximum else line.maximum


cdef inline double charges_into(
    const Costs* costs, int period, int side, double quantity, double value, double* charges
) noexcept nogil:
    """Every line's charge on a fill, and their sum."""
    cdef:
        const Period* now = &costs.period[period]
        double total = 0.0
        int at
    for at in range(now.count):
        charges[at] = charge_of(&costs.lines[now.first + at], side, quantity, value, charges, at)
        total += charges[at]
    return total


cdef inline double cost_of(const Costs* costs, int period, int side, double quantity, double value) noexcept nogil:
    """Rupees that a fill of `quantity` > 0 shares worth `value` costs."""
    cdef double charges[LINES]
    if costs.period[period].linear:
        return value * (costs.period[period].buy_rate if side == BUY else costs.period[period].sell_rate)
    return charges_into(costs, period, side, quantity, value, charges)


cdef class Compiled:
    cdef:
        Costs costs
        Period* periods
        Line* lines
        readonly int names  # how many charges there are

    cdef int period_on(self, int day) noexcept nogil
