"""Conditions over columns: one pass over a tape of steps, each a plain loop over the bars.

The caller (signal_service.evaluation.programs) guarantees, and nothing here re-checks:
  - inputs are 1-D, C-contiguous, float64, of one length n; NaN is a number that is not known
  - steps are in an order in which what a step reads has been written, and name places within the tape
A condition stands as flags: 1 where it is known to hold (or known not to, where the step was made for a `not`).
Places of numbers 0 ... k - 1 are the inputs, those behind them registers; all places of flags are registers.
"""
from libc.math cimport INFINITY, NAN, fabs, isnan
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

cdef double SCORE_UNIT = 1e9  # scores are summed as whole numbers of this part, so that sums are exact

cpdef enum Code:
    # numbers: out, a and b are places of numbers
    FILL = 0        # the constant number `parameter`
    ADD = 1
    SUBTRACT = 2
    MULTIPLY = 3
    DIVIDE = 4
    LEAST = 5
    GREATEST = 6
    MAGNITUDE = 7
    NEGATE = 8
    EARLIER = 9     # `parameter` bars ago
    TOTAL = 10      # of whole numbers over `parameter` bars, those before the first counted as 0
    MEAN_SCORE = 11 # a: how many articles, b: the sum of their scores in units
    SINCE = 12      # a is a place of flags
    # flags: a and b are places of numbers
    LESS = 20
    AT_MOST = 21
    GREATER = 22
    AT_LEAST = 23
    EQUAL = 24
    DIFFERENT = 25
    # flags: a and b are places of flags
    SET = 30        # to `parameter`, 0 or 1
    BOTH = 31
    EITHER = 32
    EARLIER_FLAG = 33
    ON_SOME = 34    # of the last `parameter` bars
    ON_EACH = 35
    # results
    TELL_FLAG = 40  # a: a place of flags, out: a row of the truths
    TELL_NUMBER = 41


cdef inline double finite(double value) noexcept nogil:
    return NAN if fabs(value) == INFINITY else value


cdef void combine(
    int code,
    const double* a,   # IN
    const double* b,   # IN
    double* out,       # OUT
    Py_ssize_t n,
) noexcept nogil:
    cdef Py_ssize_t i
    if code == ADD:
        for i in range(n):
            out[i] = finite(a[i] + b[i])
    elif code == SUBTRACT:
        for i in range(n):
            out[i] = finite(a[i] - b[i])
    elif code == MULTIPLY:
        for i in range(n):
            out[i] = finite(a[i] * b[i])
    elif code == DIVIDE:
        for i in range(n):
            out[i] = finite(a[i] / b[i])
    elif code == LEAST:
        for i in range(n):
            out[i] = a[i] if a[i] < b[i] or isnan(a[i]) else b[i]
    elif code == GREATEST:
        for i in range(n):
            out[i] = a[i] if a[i] > b[i] or isnan(a[i]) else b[i]
    else:  # MEAN_SCORE
        for i in range(n):
            out[i] = b[i] / (a[i] * SCORE_UNIT) if a[i] > 0.0 else NAN


cdef void derive(
    int code,
    const double* a,       # IN
    Py_ssize_t parameter,  # IN  bars
    double* out,           # OUT
    Py_ssize_t n,
) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    if code == MAGNITUDE:
        for i in range(n):
            out[i] = fabs(a[i])
    elif code == NEGATE:
        for i in range(n):
            out[i] = -a[i]
    elif code == EARLIER:
        for i in range(min(parameter, n)):
            out[i] = NAN
        if parameter < n:
            memcpy(out + parameter, a, (n - parameter) * sizeof(double))
    else:  # TOTAL: of whole numbers, so what is added and taken away again leaves nothing
        for i in range(n):
            total += a[i]
            if i >= parameter:
                total -= a[i - parameter]
            out[i] = total


cdef void bars_since(const unsigned char* a, double* out, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, last = -1
    for i in range(n):
        if a[i]:
            last = i
        out[i] = <double>(i - last) if last >= 0 else NAN


cdef void compare(int code, const double* a, const double* b, unsigned char* out, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    if code == LESS:
        for i in range(n):
            out[i] = a[i] < b[i]
    elif code == AT_MOST:
        for i in range(n):
            out[i] = a[i] <= b[i]
    elif code == GREATER:
        for i in range(n):
            out[i] = a[i] > b[i]
    elif code == AT_LEAST:
        for i in range(n):
            out[i] = a[i] >= b[i]
    elif code == EQUAL:
        for i in range(n):
            out[i] = a[i] == b[i]
    else:  # DIFFERENT: both are known
        for i in range(n):
            out[i] = (a[i] < b[i]) | (a[i] > b[i])


cdef void over_window(
    int code,
    const unsigned char* a,  # IN
    Py_ssize_t bars,         # IN  >= 1
    unsigned char* out,      # OUT
    Py_ssize_t n,
) noexcept nogil:
    cdef Py_ssize_t i, found = 0, enough = bars if code == ON_EACH else 1
    for i in range(n):
        found += a[i]
        if i >= bars:
            found -= a[i - bars]
        out[i] = found >= enough


cdef void join(
    int code,
    const unsigned char* a,  # IN
    const unsigned char* b,  # IN
    Py_ssize_t parameter,    # IN
    unsigned char* out,      # OUT
    Py_ssize_t n,
) noexcept nogil:
    cdef Py_ssize_t i
    if code == SET:
        memset(out, <int>parameter, n)
    elif code == BOTH:
        for i in range(n):
            out[i] = a[i] & b[i]
    elif code == EITHER:
        for i in range(n):
            out[i] = a[i] | b[i]
    elif code == EARLIER_FLAG:
        memset(out, 0, min(parameter, n))
        if parameter < n:
            memcpy(out + parameter, a, n - parameter)
    else:
        over_window(code, a, parameter, out, n)


cdef struct Tape:
    double** numbers        # every place of numbers
    unsigned char* flags    # registers of flags, one behind the other
    const double* constants
    unsigned char* truths   # OUT rows
    double* values          # OUT rows
    Py_ssize_t n


cdef void step(const Tape* tape, const int* one) noexcept nogil:
    """One step: code, out, a, b, parameter."""
    cdef:
        int code = one[0], out = one[1], a = one[2], b = one[3], parameter = one[4]
        Py_ssize_t i, n = tape.n
        double constant
    if code == FILL:
        constant = tape.constants[parameter]
        for i in range(n):
            tape.numbers[out][i] = constant
    elif code in (MAGNITUDE, NEGATE, EARLIER, TOTAL):
        derive(code, tape.numbers[a], parameter, tape.numbers[out], n)
    elif code == SINCE:
        bars_since(tape.flags + a * n, tape.numbers[out], n)
    elif code < LESS:
        combine(code, tape.numbers[a], tape.numbers[b], tape.numbers[out], n)
    elif code < SET:
        compare(code, tape.numbers[a], tape.numbers[b], tape.flags + out * n, n)
    elif code < TELL_FLAG:
        join(code, tape.flags + a * n, tape.flags + b * n, parameter, tape.flags + out * n, n)
    elif code == TELL_FLAG:
        memcpy(tape.truths + out * n, tape.flags + a * n, n)
    else:
        memcpy(tape.values + out * n, tape.numbers[a], n * sizeof(double))


def run_steps(
    const int[:, ::1] steps not None,
    const double[::1] constants not None,
    list inputs not None,
    int number_registers,
    int flag_registers,
    unsigned char[:, ::1] truths not None,
    double[:, ::1] values not None,
):
    """Run a tape over n >= 1 bars; `truths` and `values` are filled, a row for each result."""
    cdef:
        Tape tape
        Py_ssize_t i, n = max(truths.shape[1], values.shape[1]), count = len(inputs)
        const double[::1] view
        double* scratch = <double*>malloc((number_registers * n + 1) * sizeof(double))
        unsigned char* flags = <unsigned char*>malloc(flag_registers * n + 1)
        double** places = <double**>malloc((count + number_registers + 1) * sizeof(double*))
    try:
        if scratch == NULL or flags == NULL or places == NULL:
            raise MemoryError
        for i in range(count):
            view = inputs[i]
            places[i] = <double*>&view[0]  # inputs are read only: no step writes to their places
        for i in range(number_registers):
            places[count + i] = scratch + i * n
        tape.numbers, tape.flags, tape.n = places, flags, n
        tape.constants = &constants[0] if constants.shape[0] else NULL
        tape.truths = &truths[0, 0] if truths.shape[0] else NULL
        tape.values = &values[0, 0] if values.shape[0] else NULL
        with nogil:
            for i in range(steps.shape[0]):
                step(&tape, &steps[i, 0])
    finally:
        free(scratch)
        free(flags)
        free(places)


def figures_into(
    const long long[::1] days not None,      # IN  of the bars
    const long long[::1] known not None,     # IN  rising: the day from which on each figure is known
    const double[::1] figures not None,      # IN
    double[::1] out not None,                # OUT the newest figure known on each bar's day, NaN before the first
):
    cdef Py_ssize_t i, last = -1, count = known.shape[0]
    with nogil:
        for i in range(days.shape[0]):
            while last + 1 < count and known[last + 1] <= days[i]:
                last += 1
            out[i] = figures[last] if last >= 0 else NAN
