"""Runs a windowed kernel on parts of a series that fit into the processor's nearest cache, with their scratch."""
from mojo_compute.kernels._kernel cimport MOST_INPUTS, MOST_OUTPUTS, Series


cdef inline Py_ssize_t tile_of(Py_ssize_t lookback, Py_ssize_t bars) noexcept nogil:
    """Bars that a part gives values for: many more than it must look back."""
    return min(bars, max(512, 4 * lookback))


cdef inline Py_ssize_t tiled_bars(Py_ssize_t lookback, Py_ssize_t bars) noexcept nogil:
    """The longest series that the kernel is run on."""
    return min(bars, tile_of(lookback, bars) + lookback)


cdef inline void fill_tiles(
    Series fill, int input_count, int output_count, const double* const* inputs, const double* parameters,
    double* const* outputs, Py_ssize_t bars, double* scratch, Py_ssize_t lookback,
) noexcept nogil:
    """What `fill` gives for the whole, bit for bit: each value depends on its last `lookback` + 1 bars alone.

    From the newest part to the oldest, each with the bars before it, so that an older part's values take the place
    of a newer one's warm-up.
    """
    cdef:
        const double* ins[MOST_INPUTS]
        double* outs[MOST_OUTPUTS]
        Py_ssize_t tile = tile_of(lookback, bars)
        Py_ssize_t last = bars
        Py_ssize_t first
        int number
    while last > 0:
        first = max(last - tile - lookback, 0)
        for number in range(input_count):
            ins[number] = inputs[number] + first
        for number in range(output_count):
            outs[number] = outputs[number] + first
        fill(ins, parameters, outs, last - first, scratch)
        last = first + lookback if first else 0
