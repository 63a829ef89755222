"""Averages of averages: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN, fabs

from mojo_compute.kernels._eight_chains cimport (
    CHAIN_DOUBLE, CHAIN_THIRD, CHAIN_TRIPLE, Chain, Kin, Stages, chain_of, fill_chain, fill_ratios,
    fill_rows_of_chains, fill_rows_of_kin, fill_rows_of_ratios, percent_of, set_stage,
)
from mojo_compute.kernels._extremes cimport (
    Extreme, extreme_begin, extreme_of, extreme_size, fill_highest, fill_lowest,
)
from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._rooms cimport one_series, three_series, two_series
from mojo_compute.kernels._smoothing cimport fill_missing
from mojo_compute.kernels._steps cimport Step, ema_step_begin, stepped, stepped_again

from mojo_compute.kernels.families import Family, Member


cdef inline double rate(double now, double before) noexcept nogil:
    return (now / before - 1.0) * 100.0 if before != 0.0 else 0.0


cdef inline void fill_rates(const double* averages, Py_ssize_t first, Py_ssize_t bars, double* out) noexcept nogil:
    cdef Py_ssize_t i
    fill_missing(out, first)
    for i in range(first, bars):
        out[i] = rate(averages[i], averages[i - 1])


cdef inline void fill_rows_of_rates(
    const double* averages, Py_ssize_t first, Py_ssize_t bars, double* out
) noexcept nogil:
    cdef int lane
    for lane in range(LANES):
        fill_rates(averages + lane * bars, first, bars, out + lane * bars)


cdef void trix(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Chain by = chain_of(period)
    fill_chain(CHAIN_THIRD, inputs[0], bars, period, &by, scratch)
    fill_rates(scratch, 3 * period - 2, bars, outputs[0])


cdef void trix_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Chain by = chain_of(period)
    fill_rows_of_chains(CHAIN_THIRD, inputs[0], bars, period, &by, scratch)
    fill_rows_of_rates(scratch, 3 * period - 2, bars, outputs[0])


cdef enum:
    DOUBLES
    TRIPLES
    RATES
    MEMBERS


cdef void averages_again(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """Those of `dema`, `tema` and `trix` that are wanted."""
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Chain by = chain_of(period)
        double* places[MEMBERS]
    place(outputs, parameters[1], MEMBERS, places)
    if places[DOUBLES] != NULL:
        fill_chain(CHAIN_DOUBLE, inputs[0], bars, period, &by, places[DOUBLES])
    if places[TRIPLES] != NULL:
        fill_chain(CHAIN_TRIPLE, inputs[0], bars, period, &by, places[TRIPLES])
    if places[RATES] != NULL:
        fill_chain(CHAIN_THIRD, inputs[0], bars, period, &by, scratch)
        fill_rates(scratch, 3 * period - 2, bars, places[RATES])


cdef void averages_again_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        Chain by = chain_of(period)
        double* places[MEMBERS]
        Kin kin
    place(outputs, parameters[1], MEMBERS, places)
    kin.doubles, kin.triples = places[DOUBLES], places[TRIPLES]
    kin.thirds = scratch if places[RATES] != NULL else NULL
    fill_rows_of_kin(inputs[0], bars, period, &by, &kin)
    if places[RATES] != NULL:
        fill_rows_of_rates(scratch, 3 * period - 2, bars, places[RATES])


cdef inline void tsi_stages(const double* parameters, Stages* by, Py_ssize_t* periods) noexcept nogil:
    cdef int number
    periods[0], periods[1], periods[2] = <Py_ssize_t>parameters[0], <Py_ssize_t>parameters[1], 1
    for number in range(3):
        set_stage(by, number, periods[number])


cdef inline void fill_changes(const double* prices, Py_ssize_t bars, double* changes, double* sizes) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(1, bars):
        changes[i] = prices[i] - prices[i - 1]
        sizes[i] = fabs(changes[i])


cdef void tsi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t periods[3]
        Stages by
    tsi_stages(parameters, &by, periods)
    fill_changes(inputs[0], bars, scratch, scratch + bars)
    outputs[0][0] = NAN
    fill_ratios(scratch + 1, scratch + bars + 1, bars - 1, &by, periods, 1.0, outputs[0] + 1, NULL)


cdef void tsi_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t periods[3]
        Stages by
        int lane
    tsi_stages(parameters, &by, periods)
    for lane in range(LANES):
        fill_changes(inputs[0] + lane * bars, bars, scratch + lane * bars, scratch + (LANES + lane) * bars)
    fill_rows_of_ratios(scratch, scratch + LANES * bars, bars, 1, &by, periods, 1.0, outputs[0], NULL)


cdef inline double off_middle(double highest, double lowest, double close) noexcept nogil:
    return close - (highest + lowest) * 0.5


cdef inline void smi_stages(const double* parameters, Stages* by, Py_ssize_t* periods) noexcept nogil:
    cdef int number
    for number in range(2):  # the slow average comes first
        periods[number] = <Py_ssize_t>parameters[2 - number]
    periods[2] = <Py_ssize_t>parameters[3]
    for number in range(3):
        set_stage(by, number, periods[number])


cdef inline void fill_offs(
    const double* high, const double* low, const double* close, Py_ssize_t bars, Py_ssize_t period,
    double* off,      # OUT of the close from the middle of the range
    double* width,    # OUT of the range
    double* scratch,
) noexcept nogil:
    cdef:
        double highest
        Py_ssize_t i
    fill_highest(high, bars, period, off, scratch)
    fill_lowest(low, bars, period, width, scratch)
    for i in range(period - 1, bars):
        highest = off[i]
        off[i] = off_middle(highest, width[i], close[i])
        width[i] = highest - width[i]


cdef void smi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = <Py_ssize_t>parameters[0] - 1  # bar of the first whole window
        double* off = scratch
        double* width = scratch + bars
        Py_ssize_t periods[3]
        Stages by
    smi_stages(parameters, &by, periods)
    fill_offs(inputs[0], inputs[1], inputs[2], bars, first + 1, off, width, scratch + 2 * bars)
    fill_missing(outputs[0], first)
    fill_missing(outputs[1], first)
    fill_ratios(off + first, width + first, bars - first, &by, periods, 0.5, outputs[0] + first, outputs[1] + first)


cdef void smi_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = <Py_ssize_t>parameters[0] - 1
        double* off = scratch
        double* width = scratch + LANES * bars
        Py_ssize_t periods[3]
        Py_ssize_t row
        Stages by
        int lane
    smi_stages(parameters, &by, periods)
    for lane in range(LANES):
        row = lane * bars
        fill_offs(
            inputs[0] + row, inputs[1] + row, inputs[2] + row, bars, first + 1, off + row, width + row,
            scratch + 2 * LANES * bars,
        )
    fill_rows_of_ratios(off, width, bars, first, &by, periods, 0.5, outputs[0], outputs[1])


cdef struct Thrice:
    double last
    Step averages[3]


cdef Py_ssize_t trix_size(const double* parameters) noexcept nogil:
    return sizeof(Thrice)


cdef void trix_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Thrice* state = <Thrice*>memory
        int number
    state.last = NAN
    for number in range(3):
        ema_step_begin(&state.averages[number], <Py_ssize_t>parameters[0])


cdef void trix_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Thrice* state = <Thrice*>memory
        double average = bar[0]
        int number
    for number in range(3):
        average = stepped_again(&state.averages[number], average)
    values[0] = rate(average, state.last) if state.last == state.last else NAN
    state.last = average


cdef struct TrueStrength:
    Py_ssize_t seen
    double last
    Step changes[2]
    Step sizes[2]


cdef Py_ssize_t tsi_size(const double* parameters) noexcept nogil:
    return sizeof(TrueStrength)


cdef void tsi_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        TrueStrength* state = <TrueStrength*>memory
        int number
    for number in range(2):
        ema_step_begin(&state.changes[number], <Py_ssize_t>parameters[number])
        ema_step_begin(&state.sizes[number], <Py_ssize_t>parameters[number])


cdef void tsi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        TrueStrength* state = <TrueStrength*>memory
        double change = bar[0] - state.last
        double whole
    values[0] = NAN
    if state.seen:
        whole = stepped_again(&state.sizes[1], stepped(&state.sizes[0], fabs(change)))
        change = stepped_again(&state.changes[1], stepped(&state.changes[0], change))
        if whole == whole:
            values[0] = percent_of(change, whole)
    state.last = bar[0]
    state.seen += 1


cdef struct Momentum:
    Py_ssize_t lowest     # bytes from the head to it
    Step offs[2]
    Step widths[2]
    Step signal
    # the highest and the lowest follow


cdef Py_ssize_t smi_size(const double* parameters) noexcept nogil:
    return sizeof(Momentum) + 2 * extreme_size(<Py_ssize_t>parameters[0])


cdef void smi_begin(void* memory, const double* parameters) noexcept nogil:
    cdef:
        Momentum* state = <Momentum*>memory
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        int number
    state.lowest = sizeof(Momentum) + extreme_size(period)
    extreme_begin(<Extreme*>(state + 1), period, 1.0)
    extreme_begin(<Extreme*>(<char*>memory + state.lowest), period, -1.0)
    for number in range(2):  # the slow average comes first
        ema_step_begin(&state.offs[number], <Py_ssize_t>parameters[2 - number])
        ema_step_begin(&state.widths[number], <Py_ssize_t>parameters[2 - number])
    ema_step_begin(&state.signal, <Py_ssize_t>parameters[3])


cdef void smi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Momentum* state = <Momentum*>memory
        double highest = extreme_of(<Extreme*>(state + 1), bar[0])
        double lowest = extreme_of(<Extreme*>(<char*>memory + state.lowest), bar[1])
        double off, width, index
    values[0] = values[1] = NAN
    if highest != highest:
        return
    off = stepped_again(&state.offs[1], stepped(&state.offs[0], off_middle(highest, lowest, bar[2])))
    width = stepped_again(&state.widths[1], stepped(&state.widths[0], highest - lowest))
    if width == width:
        index = percent_of(off, 0.5 * width)
        values[1] = stepped(&state.signal, index)
        if values[1] == values[1]:
            values[0] = index


KERNELS = {
    "trix": kernel(trix, 1, 1, 1, one_series, trix_panel),
    "tsi": kernel(tsi, 1, 2, 1, two_series, tsi_panel),
    "smi": kernel(smi, 3, 4, 2, three_series, smi_panel),
}

STREAMS = {
    "trix": stream(trix_size, trix_begin, trix_feed, 1, 1, 1),
    "tsi": stream(tsi_size, tsi_begin, tsi_feed, 1, 2, 1),
    "smi": stream(smi_size, smi_begin, smi_feed, 3, 4, 2),
}

FAMILIES = (
    Family(
        kernels=tuple(
            [kernel(averages_again, 1, 2, count + 1, one_series, averages_again_panel) for count in range(MEMBERS)]
        ),
        inputs=("close",),
        members=(
            Member("dema", (DOUBLES,), (0,)),
            Member("tema", (TRIPLES,), (0,)),
            Member("trix", (RATES,), (0,)),
        ),
    ),
)
