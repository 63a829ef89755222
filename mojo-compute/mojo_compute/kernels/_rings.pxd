"""The newest values of a stream, in memory that follows a small head."""


cdef struct Ring:
    Py_ssize_t room
    Py_ssize_t seen   # values put in so far
    Py_ssize_t at     # where the next one goes
    # `room` values follow


cdef inline Py_ssize_t ring_size(Py_ssize_t room) noexcept nogil:
    return sizeof(Ring) + room * sizeof(double)


cdef inline void ring_begin(Ring* state, Py_ssize_t room) noexcept nogil:
    state.room = room
    state.seen = state.at = 0


cdef inline double ring_put(Ring* state, double value) noexcept nogil:
    """Put a value in; the one that it displaces, which is of no meaning until the ring is full."""
    cdef:
        double* values = <double*>(state + 1)
        double displaced = values[state.at]
    values[state.at] = value
    state.at = state.at + 1 if state.at + 1 < state.room else 0
    state.seen += 1
    return displaced


cdef inline bint ring_full(const Ring* state) noexcept nogil:
    return state.seen >= state.room


cdef inline double ring_ago(const Ring* state, Py_ssize_t bars) noexcept nogil:
    """The value that was put in `bars` values ago, 0: the newest; below `room`."""
    cdef Py_ssize_t at = state.at - 1 - bars
    return (<const double*>(state + 1))[at + state.room if at < 0 else at]
