"""Screening kernels: criteria over columns into bitmaps, and the first rows of an order.

The caller (signal_service.screening.queries) guarantees, and nothing here re-checks:
  - `values` has one row a field and one column a symbol, so that a field's values lie side by side
  - `left` and `right` are rows of it (`right` < 0: the criterion compares with `low`), `ops` are the codes below
  - criterion c's members are `members[starts[c]:starts[c + 1]]`
  - `bits` has (symbols + 63) / 64 words

NaN is a value that is not known: no criterion matches it, neither its opposite. Nothing is allocated but in `first_of`.
"""
from libc.math cimport isnan
from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

cdef extern from *:
    """
    #define bit_count(word) __builtin_popcountll(word)
    #define lowest_bit(word) __builtin_ctzll(word)
    """
    int bit_count(uint64_t word) noexcept nogil
    int lowest_bit(uint64_t word) noexcept nogil

cdef enum:
    LESS = 0
    AT_MOST = 1
    GREATER = 2
    AT_LEAST = 3
    EQUAL = 4
    OTHER = 5
    BETWEEN = 6
    OUTSIDE = 7
    AMONG = 8
    NOT_AMONG = 9

cdef enum:
    WORD = 64


cdef inline uint64_t packed(const uint8_t* flags) noexcept nogil:
    """64 bytes of 0 or 1 as the bits of a word; eight bytes at a time gather in the top byte of a product."""
    cdef:
        uint64_t word = 0, eight
        int at
    for at in range(8):
        memcpy(&eight, flags + 8 * at, 8)
        word |= ((eight * <uint64_t>0x0102040810204080) >> 56) << (8 * at)
    return word


cdef void compare_numbers(
    const double* a, Py_ssize_t count, int64_t op, double low, double high, uint8_t* flags
) noexcept nogil:
    cdef Py_ssize_t i
    if op == LESS:
        for i in range(count):
            flags[i] = a[i] < low
    elif op == AT_MOST:
        for i in range(count):
            flags[i] = a[i] <= low
    elif op == GREATER:
        for i in range(count):
            flags[i] = a[i] > low
    elif op == AT_LEAST:
        for i in range(count):
            flags[i] = a[i] >= low
    elif op == EQUAL:
        for i in range(count):
            flags[i] = a[i] == low
    elif op == OTHER:
        for i in range(count):
            flags[i] = (a[i] < low) | (a[i] > low)
    elif op == BETWEEN:
        for i in range(count):
            flags[i] = (a[i] >= low) & (a[i] <= high)
    else:
        for i in range(count):
            flags[i] = (a[i] < low) | (a[i] > high)


cdef void compare_fields(
    const double* a, const double* b, Py_ssize_t count, int64_t op, uint8_t* flags
) noexcept nogil:
    cdef Py_ssize_t i
    if op == LESS:
        for i in range(count):
            flags[i] = a[i] < b[i]
    elif op == AT_MOST:
        for i in range(count):
            flags[i] = a[i] <= b[i]
    elif op == GREATER:
        for i in range(count):
            flags[i] = a[i] > b[i]
    elif op == AT_LEAST:
        for i in range(count):
            flags[i] = a[i] >= b[i]
    elif op == EQUAL:
        for i in range(count):
            flags[i] = a[i] == b[i]
    else:
        for i in range(count):
            flags[i] = (a[i] < b[i]) | (a[i] > b[i])


cdef void look_up(
    const double* a, Py_ssize_t count, int64_t op, const double* members, Py_ssize_t known, uint8_t* flags
) noexcept nogil:
    cdef:
        Py_ssize_t i, k
        uint8_t found
    for i in range(count):
        found = 0
        for k in range(known):
            found |= a[i] == members[k]
        flags[i] = found if op == AMONG else (not found and not isnan(a[i]))


cdef uint64_t word_of(
    const double[:, ::1] values,
    int64_t left, int64_t right, int64_t op, double low, double high,
    const double[::1] members, int64_t start, int64_t stop,
    Py_ssize_t first, Py_ssize_t count,
) noexcept nogil:
    """The symbols first..first+count that match one criterion."""
    cdef:
        uint8_t flags[WORD]
        const double* a = &values[left, first]
        Py_ssize_t i
    if op >= AMONG:
        look_up(a, count, op, &members[0] + start, stop - start, flags)
    elif right >= 0:
        compare_fields(a, &values[right, first], count, op, flags)
    else:
        compare_numbers(a, count, op, low, high, flags)
    for i in range(count, WORD):
        flags[i] = 0
    return packed(flags)


def select_into(
    const double[:, ::1] values not None,   # IN  [fields, symbols]
    const int64_t[::1] left not None,       # IN  the field of each criterion
    const int64_t[::1] right not None,      # IN  the field that it is compared with, < 0: a number
    const int64_t[::1] ops not None,        # IN  codes
    const double[::1] low not None,         # IN  the number, or the lower bound
    const double[::1] high not None,        # IN  the upper bound
    const double[::1] members not None,     # IN  members of all lists behind each other, never empty
    const int64_t[::1] starts not None,     # IN  where each criterion's members begin, and the end
    Py_ssize_t all_of,                      # IN  how many criteria must all match; of the rest one, if there are any
    uint64_t[::1] bits not None,            # OUT the symbols that match
):
    """How many symbols match."""
    cdef:
        Py_ssize_t symbols = values.shape[1], criteria = left.shape[0]
        Py_ssize_t word, first, count, c, matched = 0
        uint64_t chosen, one
    with nogil:
        for word in range(bits.shape[0]):
            first = word * WORD
            count = min(<Py_ssize_t>WORD, symbols - first)
            chosen = ~<uint64_t>0 if count == WORD else ((<uint64_t>1 << count) - 1)
            for c in range(all_of):
                chosen &= word_of(values, left[c], right[c], ops[c], low[c], high[c], members, starts[c],
                                  starts[c + 1], first, count)
                if chosen == 0:
                    break
            if chosen != 0 and criteria > all_of:
                one = 0
                for c in range(all_of, criteria):
                    one |= word_of(values, left[c], right[c], ops[c], low[c], high[c], members, starts[c],
                                   starts[c + 1], first, count)
                chosen &= one
            bits[word] = chosen
            matched += bit_count(chosen)
    return matched


cdef inline bint precedes(const double* keys, int64_t a, int64_t b, double sign) noexcept nogil:
    """Whether row a stands before row b: by key, unknown keys last, equal ones in the order of rows."""
    cdef:
        double left = sign * keys[a], right = sign * keys[b]
    if left < right:
        return True
    if left > right:
        return False
    if isnan(left) != isnan(right):
        return isnan(right)
    return a < b


cdef inline bint follows(const double* keys, int64_t row, double key, int64_t after, double sign) noexcept nogil:
    """Whether a row stands behind the place (key, after)."""
    cdef:
        double own = sign * keys[row], other = sign * key
    if own > other:
        return True
    if own < other:
        return False
    if isnan(own) != isnan(other):
        return isnan(own)
    return row > after


cdef void sink(int64_t* heap, Py_ssize_t size, Py_ssize_t at, const double* keys, double sign) noexcept nogil:
    """Restore the heap, whose top is the row that stands last, from `at` down."""
    cdef:
        Py_ssize_t child
        int64_t row = heap[at]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and precedes(keys, heap[child], heap[child + 1], sign):
            child += 1
        if not precedes(keys, row, heap[child], sign):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = row


cdef Py_ssize_t fill_first(
    const uint64_t[::1] bits, const double* keys, double sign, bint resumed, double key, int64_t after,
    int64_t* heap, Py_ssize_t most,
) noexcept nogil:
    cdef:
        Py_ssize_t word, size = 0, at
        uint64_t rest
        int64_t row
    for word in range(bits.shape[0]):
        rest = bits[word]
        while rest:
            row = word * WORD + lowest_bit(rest)
            rest &= rest - 1
            if resumed and not follows(keys, row, key, after, sign):
                continue
            if size < most:
                heap[size] = row
                size += 1
                if size == most:
                    for at in range(size // 2 - 1, -1, -1):
                        sink(heap, size, at, keys, sign)
            elif precedes(keys, row, heap[0], sign):
                heap[0] = row
                sink(heap, size, 0, keys, sign)
    if size < most:
        for at in range(size // 2 - 1, -1, -1):
            sink(heap, size, at, keys, sign)
    return size


cdef void put_in_order(int64_t* heap, Py_ssize_t size, const double* keys, double sign) noexcept nogil:
    cdef:
        Py_ssize_t left = size - 1
        int64_t last
    while left > 0:
        last = heap[0]
        heap[0] = heap[left]
        heap[left] = last
        sink(heap, left, 0, keys, sign)
        left -= 1


def first_of(
    const uint64_t[::1] bits not None,  # IN  symbols to choose from
    const double[::1] keys not None,    # IN  what they are ordered by
    bint descending,                    # IN  greatest first
    Py_ssize_t most,                    # IN  >= 1
    bint resumed,                       # IN  only what stands behind (key, after)
    double key,
    int64_t after,
):
    """The first rows in the order of `keys`; rows without a key stand last, equal ones in the order of rows."""
    cdef:
        int64_t* heap = <int64_t*>malloc(most * sizeof(int64_t))
        Py_ssize_t size
        double sign = -1.0 if descending else 1.0
    if heap == NULL:
        raise MemoryError(f"no room for {most} rows")
    try:
        with nogil:
            size = fill_first(bits, &keys[0], sign, resumed, key, after, heap, most)
            put_in_order(heap, size, &keys[0], sign)
        return [heap[place] for place in range(size)]
    finally:
        free(heap)
