"""Chooses a page of alerts from their columns: one pass, no index, whatever is asked.

The caller (signal_service.alerts.listing) guarantees, and nothing here re-checks:
  - columns have room for `count` alerts, in the order in which the alerts were raised
  - `symbol` and `rule` index the tables of what is wanted; `kind`, `direction`, `outcome` are below 8
  - 1 <= limit <= len(out)
Nothing is allocated or raised.
"""
from libc.stdint cimport int32_t, int64_t, uint8_t


cdef struct Wanted:
    uint8_t kinds           # bit of each kind, of each direction, of each outcome
    uint8_t directions
    uint8_t outcomes
    int acknowledged        # 1 or 0; -1: either
    int expired
    int64_t now             # microseconds since 1970, as the times below
    int64_t since           # created from
    int64_t until           # created before
    double min_impact
    double min_confidence   # an unknown confidence is -1


cdef inline bint passes(
    Py_ssize_t i,
    const int32_t* symbol,
    const int32_t* rule,
    const uint8_t* kind,
    const uint8_t* direction,
    const uint8_t* outcome,
    const uint8_t* acknowledged,
    const double* impact,
    const double* confidence,
    const int64_t* created,
    const int64_t* expires,
    const uint8_t* symbols,
    const uint8_t* rules,
    const Wanted* wanted,
) noexcept nogil:
    return (
        symbols[symbol[i]]
        and rules[rule[i]]
        and wanted.kinds >> kind[i] & 1
        and wanted.directions >> direction[i] & 1
        and wanted.outcomes >> outcome[i] & 1
        and impact[i] >= wanted.min_impact
        and confidence[i] >= wanted.min_confidence
        and wanted.since <= created[i] < wanted.until
        and (wanted.acknowledged < 0 or acknowledged[i] == wanted.acknowledged)
        and (wanted.expired < 0 or (expires[i] <= wanted.now) == wanted.expired)
    )


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


def choose(
    Py_ssize_t count,                        # IN  alerts there are
    const int32_t[::1] symbol not None,      # IN  columns
    const int32_t[::1] rule not None,
    const uint8_t[::1] kind not None,
    const uint8_t[::1] direction not None,
    const uint8_t[::1] outcome not None,
    const uint8_t[::1] acknowledged not None,
    const double[::1] impact not None,
    const double[::1] confidence not None,
    const int64_t[::1] created not None,
    const int64_t[::1] expires not None,
    const uint8_t[::1] symbols not None,     # IN  1 where a symbol, a rule is wanted
    const uint8_t[::1] rules not None,
    int kinds,
    int directions,
    int outcomes,
    int is_acknowledged,
    int is_expired,
    int64_t now,
    int64_t since,
    int64_t until,
    double min_impact,
    double min_confidence,
    int order,                               # IN  0: newest first; 1: by impact; 2: by confidence
    double after_key,                        # IN  the last page's end by that order; its row, `count` for the first page
    int64_t after_row,
    Py_ssize_t limit,
    int64_t[::1] out not None,               # OUT rows, in the list's order
):
    """How many rows were put into `out`."""
    cdef:
        Wanted wanted
        Py_ssize_t found = 0, i, n
        int64_t row
        bint is_first = after_row >= count
        const double* key = &confidence[0] if order == 2 else &impact[0]
        int64_t* heap = &out[0]
    wanted.kinds, wanted.directions, wanted.outcomes = kinds, directions, outcomes
    wanted.acknowledged, wanted.expired = is_acknowledged, is_expired
    wanted.now, wanted.since, wanted.until = now, since, until
    wanted.min_impact, wanted.min_confidence = min_impact, min_confidence
    with nogil:
        if order == 0:
            i = count if is_first else after_row
            while i > 0 and found < limit:
                i -= 1
                if passes(i, &symbol[0], &rule[0], &kind[0], &direction[0], &outcome[0], &acknowledged[0], &impact[0],
                          &confidence[0], &created[0], &expires[0], &symbols[0], &rules[0], &wanted):
                    heap[found] = i
                    found += 1
        else:
            for i in range(count):
                # most alerts stand behind a full page already: the cheapest question first
                if found == limit and not comes_first(key, i, heap[0]):
                    continue
                if not is_first and not (key[i] < after_key or (key[i] == after_key and i < after_row)):
                    continue
                if not passes(i, &symbol[0], &rule[0], &kind[0], &direction[0], &outcome[0], &acknowledged[0],
                              &impact[0], &confidence[0], &created[0], &expires[0], &symbols[0], &rules[0], &wanted):
                    continue
                if found < limit:
                    heap[found] = i
                    found += 1
                    if found == limit:
                        n = limit // 2
                        while n > 0:
                            n -= 1
                            sink(heap, n, limit, key)
                else:
                    heap[0] = i
                    sink(heap, 0, limit, key)
            if found < limit:
                n = found // 2
                while n > 0:
                    n -= 1
                    sink(heap, n, found, key)
            n = found
            while n > 1:  # the last in the list goes to the end, again and again
                n -= 1
                row = heap[0]
                heap[0] = heap[n]
                heap[n] = row
                sink(heap, 0, n, key)
    return found
