"""Moving averages by type; see `_averages.pxd`."""
from libc.math cimport NAN, isnan, sqrt
from libc.string cimport memcpy

from mojo_compute.kernels._adaptive cimport (
    MAMA_LOOKBACK, fill_kama, fill_mama, kama_begin, kama_feed, kama_size, mama_begin, mama_feed, mama_size,
)
from mojo_compute.kernels._eight_chains cimport (
    CHAIN_DOUBLE, CHAIN_TILLSON, CHAIN_TRIPLE, Chain, chain_length, chain_of, chain_value, fill_chain,
    fill_rows_of_chains,
)
from mojo_compute.kernels._overlap cimport fill_sma, mean_begin, mean_feed, mean_size
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport (
    Smoothing, ema_begin, fill_ema, fill_missing, fill_wilder, smoothed, wilder_begin,
)
from mojo_compute.kernels._steps cimport Step, ema_step_begin, stepped_again
from mojo_compute.kernels._sums cimport (
    Sums, extend_windows, next_sums, summed, sums_begin, sums_chunk, sums_size, sums_span,
)
from mojo_compute.kernels._weighted_means cimport fill_wma, weighted_begin, weighted_feed, weighted_size

cdef double TILLSON = 0.7       # the volume factor where none is given
cdef double FAST_LIMIT = 0.5    # MESA's, likewise
cdef double SLOW_LIMIT = 0.05


cdef inline Py_ssize_t hull_root(Py_ssize_t period) noexcept nogil:
    return <Py_ssize_t>sqrt(<double>period)


cdef Py_ssize_t average_lookback(int kind, Py_ssize_t period) noexcept nogil:
    if period == 1 or kind == DISABLED:
        return 0
    if kind == DEMA:
        return 2 * (period - 1)
    if kind == TEMA:
        return 3 * (period - 1)
    if kind == KAMA:
        return period
    if kind == MAMA:
        return MAMA_LOOKBACK
    if kind == T3:
        return 6 * (period - 1)
    if kind == HMA:
        return period - 1 + hull_root(period) - 1
    if kind == ZLEMA:
        return period - 1 + (period - 1) // 2
    return period - 1


cdef Py_ssize_t average_room(int kind, Py_ssize_t period, Py_ssize_t count) noexcept nogil:
    if period == 1:
        return 0
    if kind == KAMA or kind == ZLEMA:
        return count
    if kind == HMA:
        return 2 * count
    if kind == TRIMA:
        return 3 * sums_span(period)
    return 0


cdef inline double double_of(double once, double twice) noexcept nogil:
    return 2.0 * once - twice


cdef inline int chain_kind(int kind) noexcept nogil:
    return CHAIN_DOUBLE if kind == DEMA else CHAIN_TRIPLE if kind == TEMA else CHAIN_TILLSON


cdef inline bint is_chain(int kind) noexcept nogil:
    return kind == DEMA or kind == TEMA or kind == T3


cdef inline Chain chain_by(Py_ssize_t period, double factor) noexcept nogil:
    cdef Chain by = chain_of(period)
    by.sixth = -factor * factor * factor
    by.fifth = 3.0 * factor * factor * (1.0 + factor)
    by.fourth = -6.0 * factor * factor - 3.0 * (factor + factor * factor * factor)
    by.third = 1.0 + 3.0 * factor + factor * factor * factor + 3.0 * factor * factor
    return by


cdef void fill_chained(
    int kind, const double* values, Py_ssize_t count, Py_ssize_t period, double factor, double* out
) noexcept nogil:
    cdef Chain by = chain_by(period, factor)
    fill_chain(chain_kind(kind), values, count, period, &by, out)


cdef void fill_rows_chained(
    int kind, const double* values, Py_ssize_t bars, Py_ssize_t period, double factor, double* out
) noexcept nogil:
    cdef Chain by = chain_by(period, factor)
    fill_rows_of_chains(chain_kind(kind), values, bars, period, &by, out)


cdef void fill_trima(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    """A mean of means, of two halves that overlap by one bar."""
    cdef:
        Py_ssize_t inner = (period + 1) // 2
        Py_ssize_t outer = period - inner + 1
        Py_ssize_t apart = sums_span(period)
        Py_ssize_t first = 0
        Py_ssize_t windows, i
        double* room = scratch + apart
        double* means = out + period - 1
        double share = 1.0 / (inner * outer)
    fill_missing(out, period - 1)
    while first <= count - period:
        windows = min(sums_chunk(period), count - period + 1 - first)
        extend_windows(values + first, values + first, 1, windows + outer - 1, inner, scratch, room, apart)
        extend_windows(scratch, scratch, 1, windows, outer, means + first, room, apart)
        for i in range(first, first + windows):
            means[i] *= share
        first += windows


cdef void fill_hma(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef:
        double* whole = scratch + count
        Py_ssize_t first = period - 1
        Py_ssize_t i
    fill_wma(values, count, period // 2, scratch)
    fill_wma(values, count, period, whole)
    for i in range(first, count):
        scratch[i] = double_of(scratch[i], whole[i])
    fill_wma(scratch + first, count - first, hull_root(period), out + first)
    fill_missing(out, first)


cdef void fill_zlema(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t lag = (period - 1) // 2
        Py_ssize_t i
    for i in range(lag, count):
        scratch[i] = double_of(values[i], values[i - lag])
    fill_ema(scratch + lag, count - lag, period, out + lag)
    fill_missing(out, lag)


cdef void fill_average(
    int kind, const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    if count <= average_lookback(kind, period):
        fill_missing(out, count)
    elif period == 1 or kind == DISABLED:
        memcpy(out, values, count * sizeof(double))
    elif kind == EMA:
        fill_ema(values, count, period, out)
    elif kind == WMA:
        fill_wma(values, count, period, out)
    elif is_chain(kind):
        fill_chained(kind, values, count, period, TILLSON, out)
    elif kind == TRIMA:
        fill_trima(values, count, period, out, scratch)
    elif kind == KAMA:
        fill_kama(values, count, period, out, scratch)
    elif kind == MAMA:
        fill_mama(values, count, FAST_LIMIT, SLOW_LIMIT, out, NULL)
    elif kind == HMA:
        fill_hma(values, count, period, out, scratch)
    elif kind == ZLEMA:
        fill_zlema(values, count, period, out, scratch)
    elif kind == RMA:
        fill_wilder(values, count, period, out)
    else:
        fill_sma(values, count, period, out)


cdef struct Average:
    Py_ssize_t kind
    Py_ssize_t period
    Chain chain
    # the states of what it is made of follow


cdef Py_ssize_t average_size(int kind, Py_ssize_t period) noexcept nogil:
    cdef Py_ssize_t size = sizeof(Average)
    if period == 1 or kind == DISABLED:
        return size
    if kind == WMA:
        return size + weighted_size(period)
    if kind == TRIMA:
        return size + sums_size((period + 1) // 2) + sums_size(period // 2 + 1)
    if kind == KAMA:
        return size + kama_size(period)
    if kind == MAMA:
        return size + mama_size()
    if kind == HMA:
        return size + weighted_size(period // 2) + weighted_size(period) + weighted_size(hull_root(period))
    if kind == ZLEMA:
        return size + sizeof(Smoothing) + ring_size((period - 1) // 2 + 1)
    if kind == SMA or kind == DEFAULT:
        return size + mean_size(period)
    if is_chain(kind):
        return size + chain_length(chain_kind(kind)) * sizeof(Step)
    return size + sizeof(Smoothing)


cdef void average_begin(void* memory, int kind, Py_ssize_t period) noexcept nogil:
    cdef:
        Average* state = <Average*>memory
        char* parts = <char*>(state + 1)
        int i
    state.kind = DISABLED if period == 1 else SMA if kind == DEFAULT else kind
    state.period = period
    if state.kind == DISABLED:
        return
    if kind == WMA:
        weighted_begin(parts, period)
    elif kind == TRIMA:
        sums_begin(<Sums*>parts, (period + 1) // 2)
        sums_begin(next_sums(<Sums*>parts), period // 2 + 1)
    elif kind == KAMA:
        kama_begin(parts, period)
    elif kind == MAMA:
        mama_begin(parts, FAST_LIMIT, SLOW_LIMIT)
    elif kind == HMA:
        weighted_begin(parts, period // 2)
        weighted_begin(parts + weighted_size(period // 2), period)
        weighted_begin(parts + weighted_size(period // 2) + weighted_size(period), hull_root(period))
    elif kind == RMA:
        wilder_begin(<Smoothing*>parts, period)
    elif state.kind == SMA:
        mean_begin(parts, period)
    elif is_chain(kind):
        state.chain = chain_by(period, TILLSON)
        for i in range(chain_length(chain_kind(kind))):
            ema_step_begin(<Step*>parts + i, period)
    else:
        ema_begin(<Smoothing*>parts, period)
        if kind == ZLEMA:
            ring_begin(<Ring*>(parts + sizeof(Smoothing)), (period - 1) // 2 + 1)


cdef void t3_begin(void* memory, Py_ssize_t period, double factor) noexcept nogil:
    average_begin(memory, T3, period)
    (<Average*>memory).chain = chain_by(period, factor)


cdef double chain_feed(int kind, const Chain* by, Step* stages, double value) noexcept nogil:
    cdef:
        double averages[6]
        int i
    for i in range(chain_length(kind)):
        value = averages[i] = stepped_again(stages + i, value)
    return NAN if isnan(value) else chain_value(kind, by, averages)


cdef double hull_feed(char* parts, Py_ssize_t period, double value) noexcept nogil:
    cdef:
        double half = weighted_feed(parts, value)
        double whole = weighted_feed(parts + weighted_size(period // 2), value)
    if isnan(whole):
        return NAN
    return weighted_feed(parts + weighted_size(period // 2) + weighted_size(period), double_of(half, whole))


cdef double triangle_feed(Sums* inner, double value) noexcept nogil:
    cdef:
        Sums* outer = next_sums(inner)
        double total = summed(inner, value)
    return NAN if isnan(total) else summed(outer, total) * (1.0 / (inner.period * outer.period))


cdef double lagless_feed(Smoothing* average, double value) noexcept nogil:
    cdef Ring* ring = <Ring*>(average + 1)
    ring_put(ring, value)
    return smoothed(average, double_of(value, ring_ago(ring, ring.room - 1))) if ring_full(ring) else NAN


cdef double average_feed(void* memory, double value) noexcept nogil:
    cdef:
        Average* state = <Average*>memory
        char* parts = <char*>(state + 1)
        Smoothing* stages = <Smoothing*>parts
        Py_ssize_t kind = state.kind
    if kind == EMA or kind == RMA:
        return smoothed(stages, value)
    if kind == SMA:
        return mean_feed(parts, value)
    if kind == WMA:
        return weighted_feed(parts, value)
    if is_chain(kind):
        return chain_feed(chain_kind(kind), &state.chain, <Step*>parts, value)
    if kind == TRIMA:
        return triangle_feed(<Sums*>parts, value)
    if kind == KAMA:
        return kama_feed(parts, value)
    if kind == MAMA:
        return mama_feed(parts, value, NULL)
    if kind == HMA:
        return hull_feed(parts, state.period, value)
    if kind == ZLEMA:
        return lagless_feed(stages, value)
    return value
