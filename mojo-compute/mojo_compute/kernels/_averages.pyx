"""Moving averages by type; see `_averages.pxd`."""
from libc.math cimport NAN, isnan, sqrt
from libc.string cimport memcpy

from mojo_compute.kernels._adaptive cimport (
    MAMA_LOOKBACK, fill_kama, fill_mama, kama_begin, kama_feed, kama_size, mama_begin, mama_feed, mama_size,
)
from mojo_compute.kernels._decays cimport Decay, decay_begin, decayed, fill_decay
from mojo_compute.kernels._overlap cimport fill_sma, mean_begin, mean_feed, mean_size
from mojo_compute.kernels._rings cimport Ring, ring_ago, ring_begin, ring_full, ring_put, ring_size
from mojo_compute.kernels._smoothing cimport fill_missing
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
    if kind == DEMA or kind == KAMA or kind == ZLEMA:
        return count
    if kind == TEMA or kind == T3 or kind == HMA:
        return 2 * count
    if kind == TRIMA:
        return 3 * sums_span(period)
    return 0


cdef inline void fill_ema(const double* values, Py_ssize_t count, Py_ssize_t period, double* out) noexcept nogil:
    fill_decay(values, count, period, 2.0 / (period + 1.0), out)


cdef inline double double_of(double once, double twice) noexcept nogil:
    return 2.0 * once - twice


cdef inline double triple_of(double once, double twice, double thrice) noexcept nogil:
    return 3.0 * (once - twice) + thrice


cdef void fill_dema(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = period - 1
        Py_ssize_t i
    fill_ema(values, count, period, out)
    fill_ema(out + first, count - first, period, scratch + first)
    for i in range(2 * first, count):
        out[i] = double_of(out[i], scratch[i])
    fill_missing(out, 2 * first)


cdef void fill_tema(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t first = period - 1
        double* thrice = scratch + count
        Py_ssize_t i
    fill_ema(values, count, period, out)
    fill_ema(out + first, count - first, period, scratch + first)
    fill_ema(scratch + 2 * first, count - 2 * first, period, thrice + 2 * first)
    for i in range(3 * first, count):
        out[i] = triple_of(out[i], scratch[i], thrice[i])
    fill_missing(out, 3 * first)


cdef void fill_emas(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* once, double* double_one, double* triple_one,
    double* scratch,
) noexcept nogil:
    cdef:
        Py_ssize_t first = period - 1
        double* averages = once if once != NULL else scratch
        double* twice = scratch + count
        double* thrice = scratch + 2 * count
        Py_ssize_t i
    fill_ema(values, count, period, averages)
    fill_ema(averages + first, count - first, period, twice + first)
    if double_one != NULL:
        fill_missing(double_one, 2 * first)
        for i in range(2 * first, count):
            double_one[i] = double_of(averages[i], twice[i])
    if triple_one != NULL:
        fill_ema(twice + 2 * first, count - 2 * first, period, thrice + 2 * first)
        fill_missing(triple_one, 3 * first)
        for i in range(3 * first, count):
            triple_one[i] = triple_of(averages[i], twice[i], thrice[i])


cdef struct Tillson:
    double third     # what the third to sixth EMA of one another count
    double fourth
    double fifth
    double sixth


cdef inline Tillson tillson_of(double factor) noexcept nogil:
    cdef Tillson shares
    shares.sixth = -factor * factor * factor
    shares.fifth = 3.0 * factor * factor * (1.0 + factor)
    shares.fourth = -6.0 * factor * factor - 3.0 * (factor + factor * factor * factor)
    shares.third = 1.0 + 3.0 * factor + factor * factor * factor + 3.0 * factor * factor
    return shares


cdef void fill_t3(
    const double* values, Py_ssize_t count, Py_ssize_t period, double factor, double* out, double* scratch
) noexcept nogil:
    cdef:
        Tillson shares = tillson_of(factor)
        double weights[7]
        double* one = scratch
        double* other = scratch + count
        Py_ssize_t first = period - 1
        Py_ssize_t order, i
    weights[4], weights[5], weights[6] = shares.fourth, shares.fifth, shares.sixth
    fill_ema(values, count, period, one)
    for order in range(2, 7):
        fill_ema(one + (order - 1) * first, count - (order - 1) * first, period, other + (order - 1) * first)
        one, other = other, one
        if order == 3:
            for i in range(3 * first, count):
                out[i] = shares.third * one[i]
        elif order > 3:
            for i in range(order * first, count):
                out[i] = weights[order] * one[i] + out[i]
    fill_missing(out, 6 * first)


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
    elif kind == DEMA:
        fill_dema(values, count, period, out, scratch)
    elif kind == TEMA:
        fill_tema(values, count, period, out, scratch)
    elif kind == TRIMA:
        fill_trima(values, count, period, out, scratch)
    elif kind == KAMA:
        fill_kama(values, count, period, out, scratch)
    elif kind == MAMA:
        fill_mama(values, count, FAST_LIMIT, SLOW_LIMIT, out, NULL)
    elif kind == T3:
        fill_t3(values, count, period, TILLSON, out, scratch)
    elif kind == HMA:
        fill_hma(values, count, period, out, scratch)
    elif kind == ZLEMA:
        fill_zlema(values, count, period, out, scratch)
    elif kind == RMA:
        fill_decay(values, count, period, 1.0 / period, out)
    else:
        fill_sma(values, count, period, out)


cdef struct Average:
    Py_ssize_t kind
    Py_ssize_t period
    Tillson shares
    # the states of what it is made of follow


cdef inline int decays_of(int kind) noexcept nogil:
    if kind == DEMA:
        return 2
    if kind == TEMA:
        return 3
    if kind == T3:
        return 6
    return 1


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
        return size + sizeof(Decay) + ring_size((period - 1) // 2 + 1)
    if kind == SMA or kind == DEFAULT:
        return size + mean_size(period)
    return size + decays_of(kind) * sizeof(Decay)


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
        decay_begin(<Decay*>parts, period, 1.0 / period)
    elif state.kind == SMA:
        mean_begin(parts, period)
    else:
        for i in range(decays_of(kind)):
            decay_begin(<Decay*>parts + i, period, 2.0 / (period + 1.0))
        if kind == ZLEMA:
            ring_begin(<Ring*>(parts + sizeof(Decay)), (period - 1) // 2 + 1)
        state.shares = tillson_of(TILLSON)


cdef void t3_begin(void* memory, Py_ssize_t period, double factor) noexcept nogil:
    average_begin(memory, T3, period)
    (<Average*>memory).shares = tillson_of(factor)


cdef inline double decayed_again(Decay* state, double value) noexcept nogil:
    return NAN if isnan(value) else decayed(state, value)


cdef double tillson_feed(Decay* parts, const Tillson* shares, double value) noexcept nogil:
    cdef:
        double averages[7]
        int i
    averages[0] = value
    for i in range(1, 7):
        averages[i] = decayed_again(parts + i - 1, averages[i - 1])
    return shares.sixth * averages[6] + (
        shares.fifth * averages[5] + (shares.fourth * averages[4] + shares.third * averages[3])
    )


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


cdef double lagless_feed(Decay* decay, double value) noexcept nogil:
    cdef Ring* ring = <Ring*>(decay + 1)
    ring_put(ring, value)
    return decayed(decay, double_of(value, ring_ago(ring, ring.room - 1))) if ring_full(ring) else NAN


cdef double average_feed(void* memory, double value) noexcept nogil:
    cdef:
        Average* state = <Average*>memory
        char* parts = <char*>(state + 1)
        Decay* decays = <Decay*>parts
        Py_ssize_t kind = state.kind
        double once, twice
    if kind == EMA or kind == RMA:
        return decayed(decays, value)
    if kind == SMA:
        return mean_feed(parts, value)
    if kind == WMA:
        return weighted_feed(parts, value)
    if kind == DEMA:
        once = decayed(decays, value)
        return double_of(once, decayed_again(decays + 1, once))
    if kind == TEMA:
        once = decayed(decays, value)
        twice = decayed_again(decays + 1, once)
        return triple_of(once, twice, decayed_again(decays + 2, twice))
    if kind == TRIMA:
        return triangle_feed(<Sums*>parts, value)
    if kind == KAMA:
        return kama_feed(parts, value)
    if kind == MAMA:
        return mama_feed(parts, value, NULL)
    if kind == T3:
        return tillson_feed(decays, &state.shares, value)
    if kind == HMA:
        return hull_feed(parts, state.period, value)
    if kind == ZLEMA:
        return lagless_feed(decays, value)
    return value
