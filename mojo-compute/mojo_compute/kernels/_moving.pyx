"""Overlap kernels that are moving averages, or are made of them: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport floor
from libc.string cimport memcpy

from mojo_compute.kernels._adaptive cimport fill_kama_rows, kama_rows_room
from mojo_compute.kernels._averages cimport (
    DEMA, EMA, HMA, KAMA, RMA, T3, TEMA, TRIMA, WMA, ZLEMA, average_begin, average_feed, average_lookback,
    average_room, average_size, fill_average, fill_chained, fill_rows_chained, t3_begin,
)
from mojo_compute.kernels._kernel cimport LANES, kernel, stream
from mojo_compute.kernels._smoothing cimport fill_missing, fill_rows_past
from mojo_compute.kernels._weighted_means cimport (
    fill_vwma, volume_mean_begin, volume_mean_feed, volume_mean_room, volume_mean_size,
)


cdef void ema(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(EMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef int ema_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef double weight = 2.0 / (parameters[0] + 1.0)
    return fill_rows_past(inputs[0], bars, <Py_ssize_t>parameters[0], weight, 1.0 - weight, outputs[0])


cdef Py_ssize_t ema_size(const double* parameters) noexcept nogil:
    return average_size(EMA, <Py_ssize_t>parameters[0])


cdef void ema_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, EMA, <Py_ssize_t>parameters[0])


cdef void wma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(WMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t wma_size(const double* parameters) noexcept nogil:
    return average_size(WMA, <Py_ssize_t>parameters[0])


cdef void wma_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, WMA, <Py_ssize_t>parameters[0])


cdef void dema(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(DEMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void dema_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rows_chained(DEMA, inputs[0], bars, <Py_ssize_t>parameters[0], 0.0, outputs[0])


cdef Py_ssize_t dema_size(const double* parameters) noexcept nogil:
    return average_size(DEMA, <Py_ssize_t>parameters[0])


cdef void dema_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, DEMA, <Py_ssize_t>parameters[0])


cdef void tema(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(TEMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef void tema_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rows_chained(TEMA, inputs[0], bars, <Py_ssize_t>parameters[0], 0.0, outputs[0])


cdef Py_ssize_t tema_size(const double* parameters) noexcept nogil:
    return average_size(TEMA, <Py_ssize_t>parameters[0])


cdef void tema_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, TEMA, <Py_ssize_t>parameters[0])


cdef void trima(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(TRIMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t trima_size(const double* parameters) noexcept nogil:
    return average_size(TRIMA, <Py_ssize_t>parameters[0])


cdef void trima_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, TRIMA, <Py_ssize_t>parameters[0])


cdef void kama(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(KAMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t kama_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return kama_rows_room(bars)


cdef void kama_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    if period == 1:
        memcpy(outputs[0], inputs[0], LANES * bars * sizeof(double))
    else:
        fill_kama_rows(inputs[0], bars, period, outputs[0], scratch)


cdef Py_ssize_t kama_size(const double* parameters) noexcept nogil:
    return average_size(KAMA, <Py_ssize_t>parameters[0])


cdef void kama_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, KAMA, <Py_ssize_t>parameters[0])


cdef void rma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(RMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef int rma_past(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef double period = parameters[0]
    return fill_rows_past(inputs[0], bars, <Py_ssize_t>period, 1.0 / period, (period - 1.0) / period, outputs[0])


cdef Py_ssize_t rma_size(const double* parameters) noexcept nogil:
    return average_size(RMA, <Py_ssize_t>parameters[0])


cdef void rma_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, RMA, <Py_ssize_t>parameters[0])


cdef void hma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(HMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t hma_size(const double* parameters) noexcept nogil:
    return average_size(HMA, <Py_ssize_t>parameters[0])


cdef void hma_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, HMA, <Py_ssize_t>parameters[0])


cdef void zlema(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(ZLEMA, inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t zlema_size(const double* parameters) noexcept nogil:
    return average_size(ZLEMA, <Py_ssize_t>parameters[0])


cdef void zlema_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, ZLEMA, <Py_ssize_t>parameters[0])


cdef Py_ssize_t any_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    """As much as the average that takes most of it."""
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    return max(average_room(HMA, period, bars), average_room(TRIMA, period, bars))


cdef void any_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = average_feed(memory, bar[0])


cdef void ma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_average(<int>parameters[1], inputs[0], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t ma_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return average_room(<int>parameters[1], <Py_ssize_t>parameters[0], bars)


cdef Py_ssize_t ma_size(const double* parameters) noexcept nogil:
    return average_size(<int>parameters[1], <Py_ssize_t>parameters[0])


cdef void ma_begin(void* memory, const double* parameters) noexcept nogil:
    average_begin(memory, <int>parameters[1], <Py_ssize_t>parameters[0])


cdef void t3(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_chained(T3, inputs[0], bars, <Py_ssize_t>parameters[0], parameters[1], outputs[0])


cdef void t3_panel(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_rows_chained(T3, inputs[0], bars, <Py_ssize_t>parameters[0], parameters[1], outputs[0])


cdef Py_ssize_t t3_size(const double* parameters) noexcept nogil:
    return average_size(T3, <Py_ssize_t>parameters[0])


cdef void begin_t3(void* memory, const double* parameters) noexcept nogil:
    t3_begin(memory, <Py_ssize_t>parameters[0], parameters[1])


cdef void vwma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_vwma(inputs[0], inputs[1], bars, <Py_ssize_t>parameters[0], outputs[0], scratch)


cdef Py_ssize_t vwma_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return volume_mean_room(<Py_ssize_t>parameters[0])


cdef Py_ssize_t vwma_size(const double* parameters) noexcept nogil:
    return volume_mean_size(<Py_ssize_t>parameters[0])


cdef void vwma_begin(void* memory, const double* parameters) noexcept nogil:
    volume_mean_begin(memory, <Py_ssize_t>parameters[0])


cdef void vwma_feed(void* memory, const double* bar, double* values) noexcept nogil:
    values[0] = volume_mean_feed(memory, bar[0], bar[1])


cdef void fill_mavp(
    const double* values,   # IN
    const double* periods,  # IN  the bar's own; of a fraction, the whole part
    Py_ssize_t bars,
    Py_ssize_t least,       # IN  bounds that a period is brought into
    Py_ssize_t most,
    int kind,
    double* out,            # OUT
    double* scratch,
) noexcept nogil:
    """Each period's average is computed once; its first value is the bar at which that of the longest begins."""
    cdef:
        Py_ssize_t first = average_lookback(kind, most)
        double* wanted = scratch            # a bar's period, 0 when it has its value
        double* found = scratch + bars
        double period
        Py_ssize_t start, i, bar
    fill_missing(out, bars)
    for bar in range(first, bars):
        period = floor(periods[bar])
        period = period if period > least else <double>least
        wanted[bar] = period if period < most else <double>most
    for bar in range(first, bars):
        period = wanted[bar]
        if period == 0.0:
            continue
        start = first - average_lookback(kind, <Py_ssize_t>period)
        fill_average(
            kind, values + start, bars - start, <Py_ssize_t>period, found + start, found + bars
        )
        for i in range(bar, bars):
            out[i] = found[i] if wanted[i] == period else out[i]
            wanted[i] = 0.0 if wanted[i] == period else wanted[i]


cdef void mavp(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_mavp(
        inputs[0], inputs[1], bars, <Py_ssize_t>parameters[0], <Py_ssize_t>parameters[1], <int>parameters[2],
        outputs[0], scratch,
    )


cdef Py_ssize_t mavp_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return 2 * bars + average_room(<int>parameters[2], <Py_ssize_t>parameters[1], bars)




KERNELS = {
    "ema": kernel(ema, 1, 1, 1, NULL, NULL, ema_past),
    "wma": kernel(wma, 1, 1, 1),
    "dema": kernel(dema, 1, 1, 1, NULL, dema_panel),
    "tema": kernel(tema, 1, 1, 1, NULL, tema_panel),
    "trima": kernel(trima, 1, 1, 1, any_room),
    "kama": kernel(kama, 1, 1, 1, kama_room, kama_panel),
    "rma": kernel(rma, 1, 1, 1, NULL, NULL, rma_past),
    "hma": kernel(hma, 1, 1, 1, any_room),
    "zlema": kernel(zlema, 1, 1, 1, any_room),
    "ma": kernel(ma, 1, 2, 1, ma_room),
    "t3": kernel(t3, 1, 2, 1, NULL, t3_panel),
    "vwma": kernel(vwma, 2, 1, 1, vwma_room),
    "mavp": kernel(mavp, 2, 3, 1, mavp_room),
}

STREAMS = {
    "ema": stream(ema_size, ema_begin, any_feed, 1, 1, 1),
    "wma": stream(wma_size, wma_begin, any_feed, 1, 1, 1),
    "dema": stream(dema_size, dema_begin, any_feed, 1, 1, 1),
    "tema": stream(tema_size, tema_begin, any_feed, 1, 1, 1),
    "trima": stream(trima_size, trima_begin, any_feed, 1, 1, 1),
    "kama": stream(kama_size, kama_begin, any_feed, 1, 1, 1),
    "rma": stream(rma_size, rma_begin, any_feed, 1, 1, 1),
    "hma": stream(hma_size, hma_begin, any_feed, 1, 1, 1),
    "zlema": stream(zlema_size, zlema_begin, any_feed, 1, 1, 1),
    "ma": stream(ma_size, ma_begin, any_feed, 1, 2, 1),
    "t3": stream(t3_size, begin_t3, any_feed, 1, 2, 1),
    "vwma": stream(vwma_size, vwma_begin, vwma_feed, 2, 1, 1),
}
