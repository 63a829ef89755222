"""Which of a family kernel's outputs are asked for: those of `families.Family`."""

cdef enum:
    MOST_MEMBERS = 8


cdef inline void place(double* const* outputs, double wanted, int count, double** places) noexcept nogil:
    """Where each of `count` outputs goes; NULL: nobody wants it. `wanted` has bit k for output k."""
    cdef:
        int bits = <int>wanted
        int next = 0
        int k
    for k in range(count):
        places[k] = NULL
        if bits >> k & 1:
            places[k] = outputs[next]
            next += 1
