"""Volume added up from the first bar on: shape and guarantees as in `_kernel.pxd`.

What a bar adds, or multiplies by, needs nothing but the bar and the one before, so eight go at once; the totals
follow in blocks.
"""
from mojo_compute.kernels._flows cimport money_flow
from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport one_series
from mojo_compute.kernels._totals cimport (
    Product, Total, fill_products, fill_totals, multiplied, product_begin, totalled,
)

cdef double FIRST_INDEX = 1000.0  # where the indices of volume begin


cdef inline double signed_volume(double close, double before, double volume) noexcept nogil:
    cdef double rise = volume if close > before else 0.0
    return -volume if close < before else rise


cdef inline double trend_of(double close, double before, double volume) noexcept nogil:
    """The share of the volume that the change of price is of the price."""
    cdef double share = (close - before) / before
    return volume * share if before != 0.0 else 0.0


cdef inline double growth_of(double close, double before, bint counts) noexcept nogil:
    """What an index is multiplied by; 1: the bar doesn't count."""
    cdef double growth = close / before
    return growth if counts and before != 0.0 else 1.0


cdef void obv(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        const double* volume = inputs[1]
        double* out = outputs[0]
        Py_ssize_t i
    out[0] = volume[0]
    for i in range(1, bars):
        out[i] = signed_volume(close[i], close[i - 1], volume[i])
    fill_totals(out, bars, out)


cdef void pvt(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        const double* volume = inputs[1]
        double* out = outputs[0]
        Py_ssize_t i
    out[0] = 0.0
    for i in range(1, bars):
        out[i] = trend_of(close[i], close[i - 1], volume[i])
    fill_totals(out, bars, out)


cdef void ad(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        const double* volume = inputs[3]
        double* out = outputs[0]
        Py_ssize_t i
    for i in range(bars):
        out[i] = money_flow(high[i], low[i], close[i], volume[i])
    fill_totals(out, bars, out)


cdef inline double paid(double high, double low, double close, double volume) noexcept nogil:
    return (high + low + close) / 3.0 * volume


cdef void vwap(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* high = inputs[0]
        const double* low = inputs[1]
        const double* close = inputs[2]
        const double* volume = inputs[3]
        double* out = outputs[0]
        Py_ssize_t i
        double mean
    for i in range(bars):
        out[i] = paid(high[i], low[i], close[i], volume[i])
    fill_totals(out, bars, out)
    fill_totals(volume, bars, scratch)
    for i in range(bars):
        mean = out[i] / scratch[i]
        out[i] = mean if scratch[i] > 0.0 else 0.0


cdef void nvi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        const double* volume = inputs[1]
        double* out = outputs[0]
        Py_ssize_t i
    out[0] = FIRST_INDEX
    for i in range(1, bars):
        out[i] = growth_of(close[i], close[i - 1], volume[i] < volume[i - 1])
    fill_products(out, bars, out)


cdef void pvi(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        const double* close = inputs[0]
        const double* volume = inputs[1]
        double* out = outputs[0]
        Py_ssize_t i
    out[0] = FIRST_INDEX
    for i in range(1, bars):
        out[i] = growth_of(close[i], close[i - 1], volume[i] > volume[i - 1])
    fill_products(out, bars, out)


cdef struct Line:
    Py_ssize_t seen     # bars
    double close        # of the last bar
    double volume       # of the last bar
    Total total
    Total volumes       # of a mean price alone
    Product product     # of an index alone


cdef Py_ssize_t line_size(const double* parameters) noexcept nogil:
    return sizeof(Line)


cdef void line_begin(void* memory, const double* parameters) noexcept nogil:
    product_begin(&(<Line*>memory).product)


cdef inline void next_bar(Line* state, double close, double volume) noexcept nogil:
    state.close, state.volume = close, volume
    state.seen += 1


cdef void obv_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Line* state = <Line*>memory
    values[0] = totalled(&state.total, signed_volume(bar[0], state.close, bar[1]) if state.seen else bar[1])
    next_bar(state, bar[0], bar[1])


cdef void pvt_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Line* state = <Line*>memory
    values[0] = totalled(&state.total, trend_of(bar[0], state.close, bar[1]) if state.seen else 0.0)
    next_bar(state, bar[0], bar[1])


cdef void ad_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = totalled(&(<Line*>memory).total, money_flow(bar[0], bar[1], bar[2], bar[3]))


cdef void vwap_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef:
        Line* state = <Line*>memory
        double money = totalled(&state.total, paid(bar[0], bar[1], bar[2], bar[3]))
        double volume = totalled(&state.volumes, bar[3])
    values[0] = money / volume if volume > 0.0 else 0.0


cdef void nvi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Line* state = <Line*>memory
    values[0] = multiplied(
        &state.product, growth_of(bar[0], state.close, bar[1] < state.volume) if state.seen else FIRST_INDEX
    )
    next_bar(state, bar[0], bar[1])


cdef void pvi_feed(void* memory, const double* bar, double* values) noexcept nogil:
    cdef Line* state = <Line*>memory
    values[0] = multiplied(
        &state.product, growth_of(bar[0], state.close, bar[1] > state.volume) if state.seen else FIRST_INDEX
    )
    next_bar(state, bar[0], bar[1])


KERNELS = {
    "ad": kernel(ad, 4, 0, 1),
    "nvi": kernel(nvi, 2, 0, 1),
    "obv": kernel(obv, 2, 0, 1),
    "pvi": kernel(pvi, 2, 0, 1),
    "pvt": kernel(pvt, 2, 0, 1),
    "vwap": kernel(vwap, 4, 0, 1, one_series),
}

STREAMS = {
    "ad": stream(line_size, line_begin, ad_feed, 4, 0, 1),
    "nvi": stream(line_size, line_begin, nvi_feed, 2, 0, 1),
    "obv": stream(line_size, line_begin, obv_feed, 2, 0, 1),
    "pvi": stream(line_size, line_begin, pvi_feed, 2, 0, 1),
    "pvt": stream(line_size, line_begin, pvt_feed, 2, 0, 1),
    "vwap": stream(line_size, line_begin, vwap_feed, 4, 0, 1),
}
