"""Chooses a page of alerts from their columns: no index, whatever is asked.

Blocks of alerts are looked at from the newest to the oldest. Each condition that is asked narrows the list of a block's
rows without a branch, so that a row costs about a nanosecond a condition however the alerts are spread, and conditions
that are not asked cost nothing. Where the list is sorted by a level, a group of alerts none of which is above the last of
the page so far is passed over by its highest level alone.

The caller (signal_service.alerts.listing) guarantees, and nothing here re-checks:
  - columns have room for `count` alerts, in the order in which the alerts were raised
  - `highest` has the highest level, or a higher number, of each GROUP alerts, the first group first
  - `symbol`, `rule` and `state` index the tables of what is wanted; `key` and `after_row` belong to one order
  - 1 <= limit <= len(out)
Nothing is allocated or raised.
"""
from libc.math cimport INFINITY
from libc.stdint cimport INT64_MAX, INT64_MIN, int32_t, int64_t, uint8_t

cdef enum:
    BLOCK = 4096
    TOGETHER = 64  # divides BLOCK

GROUP = TOGETHER


cdef struct Wanted:
    # columns that are asked about, else NULL; and of codes, tables with 1 where one is wanted
    const int32_t* symbol
    const uint8_t* symbols
    const int32_t* rule
    const uint8_t* rules
    const uint8_t* state
    const uint8_t* states
    const double* impact
    double min_impact
    const double* confidence
    double min_confidence
    const int64_t* created
    int64_t since
    int64_t until
    const int64_t* expires
    int64_t now
    bint is_expired


cdef inline Py_ssize_t of_codes(int64_t* rows, Py_ssize_t n, const int32_t* code, const uint8_t* table) noexcept nogil:
    """Each of these leaves in `rows` those of the first `n` that meet a condition, and returns how many they are."""
    cdef Py_ssize_t kept = 0, k
    cdef int64_t row
    for k in range(n):
        row = rows[k]
        rows[kept] = row
        kept += table[code[row]]
    return kept


cdef inline Py_ssize_t of_states(int64_t* rows, Py_ssize_t n, const uint8_t* state, const uint8_t* table) noexcept nogil:
    cdef Py_ssize_t kept = 0, k
    cdef int64_t row
    for k in range(n):
        row = rows[k]
        rows[kept] = row
        kept += table[state[row]]
    return kept


cdef inline Py_ssize_t from_level(int64_t* rows, Py_ssize_t n, const double* value, double least) noexcept nogil:
    cdef Py_ssize_t kept = 0, k
    cdef int64_t row
    for k in range(n):
        row = rows[k]
        rows[kept] = row
        kept += value[row] >= least
    return kept


cdef inline Py_ssize_t worth_a_look(
    int64_t* rows, int64_t start, int64_t end, const double* highest, double level
) noexcept nogil:
    """Rows from before `end` down to `start`, a multiple of GROUP, of the groups with a level above `level`."""
    cdef:
        Py_ssize_t kept = 0, size, k
        int64_t group = (end - 1) // TOGETHER
    while end > start:
        size = end - group * TOGETHER
        if highest[group] > level:
            for k in range(size):
                rows[kept + k] = end - 1 - k
            kept += size
        end -= size
        group -= 1
    return kept


cdef inline Py_ssize_t above(int64_t* rows, Py_ssize_t n, const double* value, double level) noexcept nogil:
    cdef Py_ssize_t kept = 0, k
    cdef int64_t row
    for k in range(n):
        row = rows[k]
        rows[kept] = row
        kept += value[row] > level
    return kept


cdef inline Py_ssize_t between(
    int64_t* rows, Py_ssize_t n, const int64_t* moment, int64_t since, int64_t until
) noexcept nogil:
    cdef Py_ssize_t kept = 0, k
    cdef int64_t row
    for k in range(n):
        row = rows[k]
        rows[kept] = row
        kept += (moment[row] >= since) & (moment[row] < until)
    return kept


cdef inline Py_ssize_t over(
    int64_t* rows, Py_ssize_t n, const int64_t* expires, int64_t now, bint is_expired
) noexcept nogil:
    cdef Py_ssize_t kept = 0, k
    cdef int64_t row
    for k in range(n):
        row = rows[k]
        rows[kept] = row
        kept += (expires[row] <= now) == is_expired
    return kept


cdef inline Py_ssize_t behind(
    int64_t* rows, Py_ssize_t n, const double* key, double after_key, int64_t after_row
) noexcept nogil:
    """Those behind the last page's end."""
    cdef Py_ssize_t kept = 0, k
    cdef int64_t row
    for k in range(n):
        row = rows[k]
        rows[kept] = row
        kept += (key[row] < after_key) | ((key[row] == after_key) & (row < after_row))
    return kept


cdef Py_ssize_t narrowed(int64_t* rows, Py_ssize_t n, const Wanted* wanted) noexcept nogil:
    """What usually leaves the fewest comes first."""
    if wanted.symbol != NULL:
        n = of_codes(rows, n, wanted.symbol, wanted.symbols)
    if wanted.rule != NULL:
        n = of_codes(rows, n, wanted.rule, wanted.rules)
    if wanted.state != NULL:
        n = of_states(rows, n, wanted.state, wanted.states)
    if wanted.impact != NULL:
        n = from_level(rows, n, wanted.impact, wanted.min_impact)
    if wanted.confidence != NULL:
        n = from_level(rows, n, wanted.confidence, wanted.min_confidence)
    if wanted.created != NULL:
        n = between(rows, n, wanted.created, wanted.since, wanted.until)
    if wanted.expires != NULL:
        n = over(rows, n, wanted.expires, wanted.now, wanted.is_expired)
    return n


cdef inline bint comes_first(const double* key, int64_t a, int64_t b) noexcept nogil:
    """Whether alert `a` stands before `b` in the list: the greater key, of equal ones the newer alert."""
    return key[a] > key[b] or (key[a] == key[b] and a > b)


cdef inline void sink(int64_t* heap, Py_ssize_t at, Py_ssize_t size, const double* key) noexcept nogil:
    """Let the entry at `at` sink to its place; the root is the one that stands last in the list."""
    cdef:
        Py_ssize_t child
        int64_t moved = heap[at]
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and comes_first(key, heap[child], heap[child + 1]):
            child += 1
        if comes_first(key, heap[child], moved):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved


cdef void make_heap(int64_t* heap, Py_ssize_t size, const double* key) noexcept nogil:
    cdef Py_ssize_t at = size // 2
    while at > 0:
        at -= 1
        sink(heap, at, size, key)


cdef Py_ssize_t newest(int64_t first, const Wanted* wanted, Py_ssize_t limit, int64_t* out) noexcept nogil:
    """The newest of the alerts before row `first`."""
    cdef:
        int64_t[BLOCK] rows
        Py_ssize_t found = 0, n, k
    while first > 0 and found < limit:
        n = min(first, BLOCK)
        for k in range(n):
            rows[k] = first - 1 - k
        first -= n
        n = narrowed(&rows[0], n, wanted)
        for k in range(min(n, limit - found)):
            out[found] = rows[k]
            found += 1
    return found


cdef Py_ssize_t greatest(
    int64_t count, const double* key, const double* highest, double after_key, int64_t after_row, const Wanted* wanted,
    Py_ssize_t limit, int64_t* heap
) noexcept nogil:
    """The alerts with the greatest keys behind the last page's end, in order."""
    cdef:
        int64_t[BLOCK] rows
        Py_ssize_t found = 0, n, k
        int64_t end = count, start, row
    while end > 0:
        start = (end - 1) // BLOCK * BLOCK
        n = worth_a_look(&rows[0], start, end, highest, key[heap[0]] if found == limit else -INFINITY)
        end = start
        if found == limit:  # of equal keys the newer stands first, and all that come now are older
            n = above(&rows[0], n, key, key[heap[0]])
        if after_row < count:
            n = behind(&rows[0], n, key, after_key, after_row)
        n = narrowed(&rows[0], n, wanted)
        for k in range(n):
            if found < limit:
                heap[found] = rows[k]
                found += 1
                if found == limit:
                    make_heap(heap, limit, key)
            elif key[rows[k]] > key[heap[0]]:
                heap[0] = rows[k]
                sink(heap, 0, limit, key)
    if found < limit:
        make_heap(heap, found, key)
    n = found
    while n > 1:  # the last in the list goes to the end, again and again
        n -= 1
        row = heap[0]
        heap[0] = heap[n]
        heap[n] = row
        sink(heap, 0, n, key)
    return found


def choose(
    Py_ssize_t count,                        # IN  alerts there are, at least 1
    const int32_t[::1] symbol not None,      # IN  columns
    const int32_t[::1] rule not None,
    const uint8_t[::1] state not None,
    const double[::1] impact not None,
    const double[::1] confidence not None,
    const int64_t[::1] created not None,
    const int64_t[::1] expires not None,
    const double[::1] highest,               # IN  of each GROUP alerts, by that order; None: newest first
    const uint8_t[::1] symbols,              # IN  1 where a symbol, a rule, a state is wanted; None: all are
    const uint8_t[::1] rules,
    const uint8_t[::1] states,
    int is_expired,                          # IN  1 or 0; -1: either
    int64_t now,                             # IN  times in the columns' unit; lowest, highest: all are wanted
    int64_t since,
    int64_t until,
    double min_impact,                       # IN  at most 0: all are wanted
    double min_confidence,                   # IN  below 0: all are wanted, also those without one, which are -1
    int order,                               # IN  0: newest first; 1: by impact; 2: by confidence
    double after_key,                        # IN  the last page's end by that order; its row, `count` for the first page
    int64_t after_row,
    Py_ssize_t limit,
    int64_t[::1] out not None,               # OUT rows, in the list's order
):
    """How many rows were put into `out`."""
    cdef:
        Wanted wanted
        const double* key = &impact[0]
        Py_ssize_t found
    wanted.symbol = NULL
    wanted.rule = NULL
    wanted.state = NULL
    if symbols is not None:
        wanted.symbol = &symbol[0]
        wanted.symbols = &symbols[0]
    if rules is not None:
        wanted.rule = &rule[0]
        wanted.rules = &rules[0]
    if states is not None:
        wanted.state = &state[0]
        wanted.states = &states[0]
    wanted.impact = NULL
    if min_impact > 0.0:
        wanted.impact = &impact[0]
    wanted.confidence = NULL
    if min_confidence >= 0.0:
        wanted.confidence = &confidence[0]
    wanted.created = NULL
    if since > INT64_MIN or until < INT64_MAX:
        wanted.created = &created[0]
    wanted.expires = NULL
    if is_expired >= 0:
        wanted.expires = &expires[0]
    wanted.min_impact, wanted.min_confidence = min_impact, min_confidence
    wanted.since, wanted.until = since, until
    wanted.now, wanted.is_expired = now, is_expired > 0
    if order == 2:
        key = &confidence[0]
    with nogil:
        if order == 0:
            found = newest(min(after_row, count), &wanted, limit, &out[0])
        else:
            found = greatest(count, key, &highest[0], after_key, after_row, &wanted, limit, &out[0])
    return found
