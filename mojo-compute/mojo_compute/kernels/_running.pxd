"""Running sums that can't drift, and that don't wait for each other.

A window's sum is stepped from bar to bar and taken afresh every so many bars, counted from the first
whole window. Between two such bars lies a block; the sums of four blocks are stepped side by side, since
an addition takes longer than the machine's pause between two that are independent.
"""

from libc.stdint cimport int64_t

cdef enum:
    PARTS = 4
    LEAST_BLOCK = 256


cdef inline Py_ssize_t block_of(Py_ssize_t period) noexcept nogil:
    """Bars from one fresh sum to the next: it costs an addition a bar at most."""
    return period if period > LEAST_BLOCK else LEAST_BLOCK


cdef inline void add_up_parts(double* values, Py_ssize_t stride, Py_ssize_t count, double* totals) noexcept nogil:
    """Each value of four parts, `stride` apart, becomes its part's total so far; `totals` come back as the last."""
    cdef:
        double* second = values + stride
        double* third = second + stride
        double* fourth = third + stride
        double a = totals[0], b = totals[1], c = totals[2], d = totals[3]
        Py_ssize_t i
    for i in range(count):
        a += values[i]
        b += second[i]
        c += third[i]
        d += fourth[i]
        values[i] = a
        second[i] = b
        third[i] = c
        fourth[i] = d
    totals[0], totals[1], totals[2], totals[3] = a, b, c, d


cdef inline double total_of(const double* values, Py_ssize_t count) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(count):
        total += values[i]
    return total


cdef inline void totals_of_parts(
    const double* values, Py_ssize_t stride, Py_ssize_t count, double* totals
) noexcept nogil:
    """`total_of` of `count` values of each of four parts."""
    cdef:
        const double* second = values + stride
        const double* third = second + stride
        const double* fourth = third + stride
        double a = 0.0, b = 0.0, c = 0.0, d = 0.0
        Py_ssize_t i
    for i in range(count):
        a += values[i]
        b += second[i]
        c += third[i]
        d += fourth[i]
    totals[0], totals[1], totals[2], totals[3] = a, b, c, d


cdef inline void step_totals(
    const double* newest, Py_ssize_t period, Py_ssize_t count, double scale, double total, double* out
) noexcept nogil:
    """`scale` times the sum of each of `count` windows further on than that of `total`."""
    cdef Py_ssize_t i
    for i in range(count):
        total += newest[i] - newest[i - period]
        out[i] = total * scale


cdef inline void step_totals_of_parts(
    const double* newest, Py_ssize_t stride, Py_ssize_t period, Py_ssize_t count, double scale, const double* totals,
    double* out,
) noexcept nogil:
    """`step_totals` of four parts, `stride` values apart."""
    cdef:
        const double* second = newest + stride
        const double* third = second + stride
        const double* fourth = third + stride
        double a = totals[0], b = totals[1], c = totals[2], d = totals[3]
        Py_ssize_t i
    for i in range(count):
        a += newest[i] - newest[i - period]
        b += second[i] - second[i - period]
        c += third[i] - third[i - period]
        d += fourth[i] - fourth[i - period]
        out[i] = a * scale
        out[stride + i] = b * scale
        out[2 * stride + i] = c * scale
        out[3 * stride + i] = d * scale


cdef inline void fill_scaled_totals(
    const double* values, Py_ssize_t count, Py_ssize_t period, double scale, double* out
) noexcept nogil:
    """`scale` times the sum of the last `period` values from bar `period` - 1 on; nothing before."""
    cdef:
        Py_ssize_t block = block_of(period)
        Py_ssize_t first = period - 1
        Py_ssize_t i
        double totals[PARTS]
    while first + PARTS * block <= count:
        totals_of_parts(values + first - period + 1, block, period, totals)
        for i in range(PARTS):
            out[first + i * block] = totals[i] * scale
        step_totals_of_parts(values + first + 1, block, period, block - 1, scale, totals, out + first + 1)
        first += PARTS * block
    while first < count:
        totals[0] = total_of(values + first - period + 1, period)
        out[first] = totals[0] * scale
        step_totals(
            values + first + 1, period, min(block, count - first) - 1, scale, totals[0], out + first + 1
        )
        first += block


cdef inline void fill_window_totals(
    const double* values, Py_ssize_t count, Py_ssize_t period, double* out
) noexcept nogil:
    """Sum of the last `period` values from bar `period` - 1 on, afresh at every block; nothing before."""
    fill_scaled_totals(values, count, period, 1.0, out)


cdef inline bint keeps_digits(const double* sums, Py_ssize_t count, double least_share) noexcept nogil:
    """Whether all sums of a block are above 0, and none below that share of another.

    Sums of what can't be negative: one that fell far has lost its digits to what left the window.
    """
    cdef:
        const int64_t* bits = <const int64_t*>sums  # numbers above 0 order as their bits do
        int64_t least = bits[0]
        int64_t most = bits[0]
        Py_ssize_t i
    for i in range(count):
        least = bits[i] if bits[i] < least else least
        most = bits[i] if bits[i] > most else most
    return least > 0 and (<double*>&least)[0] >= least_share * (<double*>&most)[0]
