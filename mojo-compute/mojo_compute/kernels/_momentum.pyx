"""Kernels of converging averages: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN

from mojo_compute.kernels._eight cimport (
    Convergence, before_line, eight_convergences, eights_to_forget, unsound,
)
from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._steps cimport Step, step_begin, stepped


cdef struct Averages:
    double fast
    double slow
    double signal


cdef struct Periods:
    Py_ssize_t fast
    Py_ssize_t slow
    Py_ssize_t signal


cdef inline void weigh(Convergence* by, double fast, double slow, double signal) noexcept nogil:
    by.fast_weight, by.fast_kept = fast, 1.0 - fast
    by.slow_weight, by.slow_kept = slow, 1.0 - slow
    by.signal_weight, by.signal_kept = signal, 1.0 - signal


cdef inline void macd_means(const double* parameters, Periods* periods, Convergence* by) noexcept nogil:
    periods.fast, periods.slow = <Py_ssize_t>parameters[0], <Py_ssize_t>parameters[1]
    periods.signal = <Py_ssize_t>parameters[2]
    weigh(by, 2.0 / (parameters[0] + 1.0), 2.0 / (parameters[1] + 1.0), 2.0 / (parameters[2] + 1.0))


cdef inline void macdfix_means(const double* parameters, Periods* periods, Convergence* by) noexcept nogil:
    """Appel's 12 and 26 bars with his rounded weights."""
    periods.fast, periods.slow, periods.signal = 12, 26, <Py_ssize_t>parameters[0]
    weigh(by, 0.15, 0.075, 2.0 / (parameters[0] + 1.0))


cdef inline double mean_up_to(const double* values, Py_ssize_t last, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(last - period + 1, last + 1):
        total += values[i]
    return total / period


cdef inline void step_prices(double price, const Convergence* by, Averages* at) noexcept nogil:
    # `weight * new + (1 - weight) * old`: one operation less from bar to bar than
    # `old + weight * (new - old)`
    at.fast = by.fast_weight * price + by.fast_kept * at.fast
    at.slow = by.slow_weight * price + by.slow_kept * at.slow


cdef inline void seed(
    const double* prices, const Periods* periods, const Convergence* by, Averages* at,
    double* line, double* signals, double* histogram,
) noexcept nogil:
    """The outputs up to the first bar that has a signal."""
    cdef:
        Py_ssize_t begun = periods.slow - 1  # both price averages start here
        Py_ssize_t first = begun + periods.signal - 1
        Py_ssize_t i
    at.fast = mean_up_to(prices, begun, periods.fast)
    at.slow = mean_up_to(prices, begun, periods.slow)
    line[begun] = at.fast - at.slow
    for i in range(begun + 1, first + 1):
        step_prices(prices[i], by, at)
        line[i] = at.fast - at.slow
    at.signal = mean_up_to(line, first, periods.signal)
    for i in range(first):
        line[i] = signals[i] = histogram[i] = NAN
    signals[first] = at.signal
    histogram[first] = line[first] - at.signal


cdef inline void step_through(
    const double* prices, Py_ssize_t first, Py_ssize_t last, const Convergence* by, Averages* at,
    double* line, double* signals, double* histogram,
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(first, last):
        step_prices(prices[i], by, at)
        line[i] = at.fast - at.slow
        at.signal = by.signal_weight * line[i] + by.signal_kept * at.signal
        signals[i] = at.signal
        histogram[i] = line[i] - at.signal


cdef void fill_convergence(
    const double* prices,  # IN
    Py_ssize_t bars,
    const Periods* periods,
    const Convergence* by,
    double* line,          # OUT price units
    double* signals,       # OUT price units
    double* histogram,     # OUT line - signals
) noexcept nogil:
    cdef:
        Py_ssize_t first = periods.slow + periods.signal - 1
        Py_ssize_t part = (bars - first) // LANES & ~7
        # The signal's own start is gone before the slow average's, and 64 bars let what that left behind go too
        Py_ssize_t forget = 64 + max(eights_to_forget(by.slow_weight), eights_to_forget(by.signal_weight))
        Averages at[LANES + 1]  # where each part begins, and where the last one ends
        double fast[LANES]
        double slow[LANES]
        double signal[LANES]
        int lane
    seed(prices, periods, by, at, line, signals, histogram)
    if part < forget:
        step_through(prices, first, bars, by, at, line, signals, histogram)
        return
    for lane in range(LANES):
        fast[lane] = slow[lane] = prices[first + (lane + 1) * part - forget]
        signal[lane] = 0.0
    eight_convergences(
        prices + first + part - forget, part, NULL, forget, by, fast, slow, signal, NULL, NULL, NULL
    )
    for lane in range(LANES):
        at[lane + 1].fast, at[lane + 1].slow, at[lane + 1].signal = fast[lane], slow[lane], signal[lane]
        fast[lane], slow[lane], signal[lane] = at[lane].fast, at[lane].slow, at[lane].signal
    eight_convergences(
        prices + first, part, NULL, part, by, fast, slow, signal, line + first, signals + first, histogram + first
    )
    for lane in range(LANES - 1):
        if fast[lane] != at[lane + 1].fast or slow[lane] != at[lane + 1].slow or signal[lane] != at[lane + 1].signal:
            at[0].fast, at[0].slow, at[0].signal = fast[lane], slow[lane], signal[lane]
            step_through(
                prices, first + (lane + 1) * part, first + (lane + 2) * part, by, at, line, signals, histogram
            )
            fast[lane + 1], slow[lane + 1], signal[lane + 1] = at[0].fast, at[0].slow, at[0].signal
    at[0].fast, at[0].slow, at[0].signal = fast[LANES - 1], slow[LANES - 1], signal[LANES - 1]
    step_through(prices, first + LANES * part, bars, by, at, line, signals, histogram)


cdef inline int fill_convergences(
    const double* prices,  # IN  LANES rows
    Py_ssize_t bars,
    const Periods* periods,
    const Convergence* by,
    bint past,             # IN  whether to write past the caches
    double* line,          # OUT LANES rows, as the others
    double* signals,
    double* histogram,
) noexcept nogil:
    """Which rows are flawed, where they go past the caches."""
    cdef:
        Py_ssize_t first = periods.slow + periods.signal - 1
        Py_ssize_t part = (bars - first) & ~7
        Py_ssize_t lags[LANES]
        Averages at[LANES]
        double fast[LANES]
        double slow[LANES]
        double signal[LANES]
        Py_ssize_t row
        int flawed = 0
        int lane
    for lane in range(LANES):
        row = lane * bars
        seed(prices + row, periods, by, &at[lane], line + row, signals + row, histogram + row)
        lags[lane] = min(before_line(line + row + first), bars - first) if past else 0
        row += first
        step_through(prices, row, row + lags[lane], by, &at[lane], line, signals, histogram)
        fast[lane], slow[lane], signal[lane] = at[lane].fast, at[lane].slow, at[lane].signal
    if past:
        part = max(bars - first - 7, 0) & ~7
        flawed = eight_convergences(
            prices + first, bars, lags, part, by, fast, slow, signal, line + first, signals + first,
            histogram + first,
        )
    else:
        eight_convergences(
            prices + first, bars, NULL, part, by, fast, slow, signal, line + first, signals + first,
            histogram + first,
        )
    for lane in range(LANES):
        row = lane * bars
        at[lane].fast, at[lane].slow, at[lane].signal = fast[lane], slow[lane], signal[lane]
        lags[lane] += row + first
        step_through(prices, lags[lane] + part, row + bars, by, &at[lane], line, signals, histogram)
        if past:
            flawed |= (
                unsound(histogram, row + first - 1, lags[lane]) or unsound(histogram, lags[lane] + part, row + bars)
            ) << lane
    return flawed


cdef void macd(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macd_means(parameters, &periods, &by)
    fill_convergence(inputs[0], bars, &periods, &by, outputs[0], outputs[1], outputs[2])


cdef void macd_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macd_means(parameters, &periods, &by)
    fill_convergences(inputs[0], bars, &periods, &by, False, outputs[0], outputs[1], outputs[2])


cdef int macd_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macd_means(parameters, &periods, &by)
    return fill_convergences(inputs[0], bars, &periods, &by, True, outputs[0], outputs[1], outputs[2])


cdef void macdfix(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macdfix_means(parameters, &periods, &by)
    fill_convergence(inputs[0], bars, &periods, &by, outputs[0], outputs[1], outputs[2])


cdef void macdfix_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macdfix_means(parameters, &periods, &by)
    fill_convergences(inputs[0], bars, &periods, &by, False, outputs[0], outputs[1], outputs[2])


cdef int macdfix_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macdfix_means(parameters, &periods, &by)
    return fill_convergences(inputs[0], bars, &periods, &by, True, outputs[0], outputs[1], outputs[2])


cdef struct Converging:
    Py_ssize_t late   # bars that the fast average is not told of: it starts with the slow one
    Py_ssize_t seen
    Step fast
    Step slow
    Step signal


cdef Py_ssize_t macd_size(const double* parameters) noexcept nogil:
    return sizeof(Converging)


cdef inline void converging_begin(void* memory, const Periods* periods, const Convergence* by) noexcept nogil:
    cdef Converging* state = <Converging*>memory
    state.late = periods.slow - periods.fast
    step_begin(&state.fast, periods.fast, by.fast_weight, by.fast_kept)
    step_begin(&state.slow, periods.slow, by.slow_weight, by.slow_kept)
    step_begin(&state.signal, periods.signal, by.signal_weight, by.signal_kept)


cdef void macd_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macd_means(parameters, &periods, &by)
    converging_begin(memory, &periods, &by)


cdef void macdfix_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Periods periods
        Convergence by
    macdfix_means(parameters, &periods, &by)
    converging_begin(memory, &periods, &by)


cdef void macd_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Converging* state = <Converging*>memory
        double slow = stepped(&state.slow, bar[0])
        double line = NAN
        double signal = NAN
    if state.seen >= state.late:
        line = stepped(&state.fast, bar[0]) - slow
    state.seen += 1
    if line == line:
        signal = stepped(&state.signal, line)
    values[0] = line if signal == signal else NAN
    values[1] = signal
    values[2] = line - signal


KERNELS = {
    "macd": kernel(macd, 1, 3, 3, NULL, macd_panel, macd_past),
    "macdfix": kernel(macdfix, 1, 1, 3, NULL, macdfix_panel, macdfix_past),
}

STREAMS = {
    "macd": stream(macd_size, macd_begin, macd_feed, 1, 3, 3),
    "macdfix": stream(macd_size, macdfix_begin, macd_feed, 1, 1, 3),
}
