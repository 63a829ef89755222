"""Schedules of costs in the form that the engine reads, made from checked and sorted lines."""
from libc.stdlib cimport calloc, free

SIDES = {"both": BUY | SELL, "buy": BUY, "sell": SELL}
BASES = {"value": ON_VALUE, "quantity": ON_QUANTITY, "order": ON_ORDER}


cdef void find_rates(Period* period, const Line* lines) noexcept nogil:
    """Whether the period's cost is a fraction of the value, and which."""
    cdef:
        double charges[LINES]
        int side, at
        double total
    period.linear = True
    for at in range(period.count):
        if lines[at].minimum > 0.0 or lines[at].maximum < 1e300 or (
            lines[at].rate != 0.0 and lines[at].basis in (ON_QUANTITY, ON_ORDER)
        ):
            period.linear = False
    for side in range(BUY, SELL + 1):
        total = 0.0
        for at in range(period.count):
            charges[at] = charge_of(&lines[at], side, 0.0, 1.0, charges, at)
            total += charges[at]
        if side == BUY:
            period.buy_rate = total
        else:
            period.sell_rate = total


cdef class Compiled:
    """Periods of a schedule, oldest first, each a list of (name's number, rate, basis, side, minimum, maximum).

    `basis` is a name of `BASES` or the numbers of earlier lines of the period. The first period holds for all days
    before the second.
    """

    def __cinit__(self, periods, int names):
        cdef:
            Py_ssize_t total = sum(len(lines) for _, lines in periods)
            int at = 0
            int number, part
            Line* line
        self.periods = <Period*>calloc(len(periods), sizeof(Period))
        self.lines = <Line*>calloc(total + 1, sizeof(Line))
        if self.periods == NULL or self.lines == NULL:
            raise MemoryError
        self.names = names
        self.costs = Costs(len(periods), self.periods, self.lines)
        for number, (since, lines) in enumerate(periods):
            self.periods[number].since = since
            self.periods[number].first = at
            self.periods[number].count = len(lines)
            for name, rate, basis, side, minimum, maximum in lines:
                line = &self.lines[at]
                line.name, line.rate, line.sides = name, rate, SIDES[side]
                line.minimum, line.maximum = minimum, maximum
                if isinstance(basis, str):
                    line.basis = BASES[basis]
                else:
                    line.basis = ON_LINES
                    for part in basis:
                        line.parts |= 1ULL << part
                at += 1
            find_rates(&self.periods[number], self.lines + self.periods[number].first)

    def __dealloc__(self):
        free(self.periods)
        free(self.lines)

    cdef int period_on(self, int day) noexcept nogil:
        cdef int at = self.costs.periods - 1
        while at > 0 and self.periods[at].since > day:
            at -= 1
        return at

    def cost(self, int day, bint buys, double quantity, double price) -> float:
        """Rupees that one fill costs on a day (days since 1970)."""
        return cost_of(&self.costs, self.period_on(day), BUY if buys else SELL, quantity, quantity * price)

    def linear(self) -> bool:
        """Whether each fill costs a fraction of its value, on every day."""
        return all(self.periods[at].linear for at in range(self.costs.periods))

    def add_charges(self, const int[::1] days, const double[::1] quantities, const double[::1] prices, double[::1] out):
        """Add each charge of the given fills (bought: quantity above 0) to `out`, by the number of its name."""
        cdef:
            double charges[LINES]
            Py_ssize_t fill
            int period, at
            double quantity
        with nogil:
            for fill in range(days.shape[0]):
                period = self.period_on(days[fill])
                quantity = quantities[fill]
                charges_into(
                    &self.costs, period, BUY if quantity > 0.0 else SELL, abs(quantity),
                    abs(quantity) * prices[fill], charges,
                )
                for at in range(self.periods[period].count):
                    out[self.lines[self.periods[period].first + at].name] += charges[at]
