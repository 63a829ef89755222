"""Running totals and products of which one step in eight waits for the one before; a stream gets the same bits.

Eight values make a block. Those of a block are put together among themselves, and that with all blocks before; so
the blocks of a long series overlap in time, and fewer roundings pile up.
"""

from libc.string cimport memcpy, memset

cdef extern from "_prefixes.h" nogil:
    double chitti_fill_totals(const double* values, Py_ssize_t count, double base, double* out) noexcept

cdef enum:
    BLOCK = 8


cdef struct Total:
    double base           # of all blocks before
    double values[BLOCK]  # of this block; 0 where there is none yet
    Py_ssize_t count      # values in this block


cdef inline double totalled(Total* state, double value) noexcept nogil:
    """Take a value; the total so far. The state begins as zeroed memory."""
    cdef double totals[BLOCK]
    state.values[state.count] = value
    chitti_fill_totals(state.values, BLOCK, state.base, totals)
    value = totals[state.count]
    state.count += 1
    if state.count == BLOCK:
        state.base = value
        state.count = 0
        memset(state.values, 0, sizeof(state.values))
    return value


cdef inline void fill_totals(const double* values, Py_ssize_t count, double* out) noexcept nogil:
    """`totalled` of each value; `out` may be `values`."""
    cdef:
        Py_ssize_t left = count % BLOCK
        double last[BLOCK]
        double base = chitti_fill_totals(values, count - left, 0.0, out)
    memset(last, 0, sizeof(last))
    memcpy(last, values + count - left, left * sizeof(double))
    chitti_fill_totals(last, BLOCK, base, last)
    memcpy(out + count - left, last, left * sizeof(double))


cdef struct Product:
    double base        # of all blocks before
    double part        # of this block
    Py_ssize_t count   # values in this block


cdef inline void product_begin(Product* state) noexcept nogil:
    state.base = state.part = 1.0
    state.count = 0


cdef inline double multiplied(Product* state, double value) noexcept nogil:
    """Take a value; the product so far."""
    cdef double product
    state.part *= value
    state.count += 1
    product = state.base * state.part
    if state.count == BLOCK:
        state.base = product
        state.part = 1.0
        state.count = 0
    return product


cdef inline void fill_products(const double* values, Py_ssize_t count, double* out) noexcept nogil:
    """`multiplied` of each value; `out` may be `values`."""
    cdef:
        Py_ssize_t whole = count - count % BLOCK
        Py_ssize_t first, i
        double base = 1.0
        double part
    for first in range(0, whole, 8):
        part = 1.0
        for i in range(first, first + 8):
            part *= values[i]
            out[i] = base * part
        base *= part
    part = 1.0
    for i in range(whole, count):
        part *= values[i]
        out[i] = base * part
