"""One look at a series: is there anything to find fault with?

Doubles are compared as integers, whose order is the same but among negative ones: a positive
NaN lies above infinity, a negative one below zero.
"""
from libc.stdint cimport int64_t

cdef extern from *:
    """
    #define CHITTI_INFINITE 0x7FF0000000000000
    #define CHITTI_MAGNITUDE 0x7FFFFFFFFFFFFFFF

    /* Ask for the values `ahead`, as many as are looked at meanwhile. */
    static void chitti_ask(const int64_t *ahead)
    {
        for (int line = 0; line < 4; line++)
            __builtin_prefetch(ahead + 8 * line);
    }
    """
    void chitti_ask(const int64_t* ahead) noexcept nogil
    const int64_t INFINITE "CHITTI_INFINITE"
    const int64_t MAGNITUDE "CHITTI_MAGNITUDE"



cdef enum:
    AHEAD = 1024  # values that are asked for before they are looked at: the next row of a panel stands behind this one
    WIDTH = 32  # values looked at side by side: several of the processor's registers, none of which waits for another


cdef bint in_order(const int64_t* bits, Py_ssize_t size, int64_t least) noexcept nogil:
    cdef:
        int64_t lowest[WIDTH]
        int64_t highest[WIDTH]
        int64_t low = least
        int64_t high = 0
        Py_ssize_t i = 0
        int k
    for k in range(WIDTH):
        lowest[k], highest[k] = least, 0
    while i + WIDTH <= size:
        chitti_ask(bits + i + AHEAD)
        for k in range(WIDTH):
            lowest[k] = min(lowest[k], bits[i + k])
            highest[k] = max(highest[k], bits[i + k])
        i += WIDTH
    for i in range(i, size):
        low = min(low, bits[i])
        high = max(high, bits[i])
    for k in range(WIDTH):
        low = min(low, lowest[k])
        high = max(high, highest[k])
    return low >= least and high < INFINITE


cdef bint finite(const int64_t* bits, Py_ssize_t size, bint read) noexcept nogil:
    cdef:
        int64_t highest[WIDTH]
        int64_t high = 0
        Py_ssize_t i = 0
        int k
    for k in range(WIDTH):
        highest[k] = 0
    while i + WIDTH <= size:
        if read:
            chitti_ask(bits + i + AHEAD)
        for k in range(WIDTH):
            highest[k] = max(highest[k], bits[i + k] & MAGNITUDE)
        i += WIDTH
    for i in range(i, size):
        high = max(high, bits[i] & MAGNITUDE)
    for k in range(WIDTH):
        high = max(high, highest[k])
    return high < INFINITE


cdef inline bint ranges_of(
    const double* high, const double* low, Py_ssize_t size, bint any_sign, int64_t least
) noexcept nogil:
    cdef:
        Py_ssize_t i
        int64_t mask = MAGNITUDE if any_sign else -1
        int64_t bottom = least
        int64_t top = 0
        int64_t crossed = 0
        int64_t above, below
    for i in range(size):
        above = (<const int64_t*>high)[i] & mask
        below = (<const int64_t*>low)[i] & mask
        top = max(top, max(above, below))
        bottom = min(bottom, min(above, below))
        crossed |= <int64_t>(high[i] < low[i])
    return top < INFINITE and bottom >= least and not crossed


cdef bint finite_ranges(const double* high, const double* low, Py_ssize_t size) noexcept nogil:
    return ranges_of(high, low, size, True, 0)


cdef bint ordered_ranges(const double* high, const double* low, Py_ssize_t size, int64_t least) noexcept nogil:
    return ranges_of(high, low, size, False, least)


def all_above_zero(const double[::1] values not None):
    """Whether every value is a finite number above 0."""
    cdef bint good = True
    if values.shape[0]:
        with nogil:
            good = in_order(<const int64_t*>&values[0], values.shape[0], 1)
    return good


def all_finite(const double[::1] values not None, Py_ssize_t first):
    """Whether every value from index `first` on is a finite number."""
    cdef bint good = True
    if first < values.shape[0]:
        with nogil:
            good = finite(<const int64_t*>&values[first], values.shape[0] - first, False)
    return good


cdef bint within_ranges(
    const double* opened, const double* high, const double* low, const double* close, Py_ssize_t size
) noexcept nogil:
    cdef:
        Py_ssize_t i
        int wrong = 0
    for i in range(size):
        wrong |= (
            (high[i] < low[i]) | (high[i] < opened[i]) | (high[i] < close[i]) | (low[i] > opened[i]) | (low[i] > close[i])
        )
    return not wrong


def all_within_ranges(
    const double[::1] opened not None,
    const double[::1] high not None,
    const double[::1] low not None,
    const double[::1] close not None,
):
    """Whether no bar's high is below its low, and no open or close outside the two; arrays of one length."""
    cdef bint well = True
    if high.shape[0]:
        with nogil:
            well = within_ranges(&opened[0], &high[0], &low[0], &close[0], high.shape[0])
    return well
