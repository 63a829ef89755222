"""Where kernels write, and how it gets to the outputs: whole numbers as int32, large ones past the caches."""
from libc.math cimport NAN
from libc.stdint cimport int32_t, int64_t

from mojo_compute.kernels._checks cimport finite

cdef extern from "_stream_out.h" nogil:
    void chitti_stream_out(const void* values, size_t bytes, void* out) noexcept
    void chitti_stream_end() noexcept

cdef enum:
    STAGE_GAP = 24  # values between outputs, so that they don't compete for the same lines

cdef struct Placing:
    double* const* outputs    # OUT int32 where they are `whole`
    const bint* whole
    int count                 # of outputs
    bint integers             # whether the kernel itself fills int32
    bint streamed             # whether results go past the caches
    bint past                 # whether the kernel itself writes there, eight rows at a time; then not `streamed`
    double* stage             # memory of `stage_room`, NULL where nothing goes through it


cdef inline Py_ssize_t stage_room(int count, Py_ssize_t length) noexcept nogil:
    """How many doubles of stage hold `length` values of each output, and whole numbers of one besides."""
    return (count + 1) * (length + STAGE_GAP)


cdef inline size_t width(const Placing* to, int output) noexcept nogil:
    """Bytes of a value."""
    return sizeof(int32_t) if to.whole[output] else sizeof(double)


cdef inline double* place(const Placing* to, int output, Py_ssize_t first) noexcept nogil:
    """Where an output's value number `first` belongs."""
    return <double*>(<char*>to.outputs[output] + first * width(to, output))


cdef inline bint converted(const Placing* to, int output) noexcept nogil:
    return to.whole[output] and not to.integers


cdef inline void place_outputs(const Placing* to, Py_ssize_t first, Py_ssize_t length, double** outs) noexcept nogil:
    """Where the kernel shall write `length` values of each output."""
    cdef int i
    for i in range(to.count):
        if to.streamed or converted(to, i):
            outs[i] = to.stage + i * (length + STAGE_GAP)
        else:
            outs[i] = place(to, i, first)


cdef inline void deliver(
    const Placing* to, double* const* outs, Py_ssize_t first, Py_ssize_t length
) noexcept nogil:
    """Bring what the kernel wrote to where it belongs."""
    cdef:
        const void* made
        int i
    for i in range(to.count):
        made = outs[i]
        if converted(to, i):
            if not to.streamed:
                fill_whole(outs[i], length, <int32_t*>place(to, i, first))
                continue
            made = to.stage + to.count * (length + STAGE_GAP)
            fill_whole(outs[i], length, <int32_t*>made)
        if to.streamed:
            chitti_stream_out(made, length * width(to, i), place(to, i, first))


cdef inline bint put_past(const double* made, Py_ssize_t bars, Py_ssize_t lookback, double* out) noexcept nogil:
    """Bring a series past the caches; whether a value behind its warm-up is not finite."""
    chitti_stream_out(made, bars * sizeof(double), out)
    return not finite(<const int64_t*>(made + lookback), bars - lookback, False)


cdef inline void fill_whole(const double* values, Py_ssize_t count, int32_t* out) noexcept nogil:
    """Whole numbers, 0 where there is none."""
    cdef Py_ssize_t i
    for i in range(count):
        out[i] = <int32_t>(values[i] if values[i] == values[i] else 0.0)


cdef inline void leave_out(const Placing* to, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    """What a series has that was not computed: NaN, or 0 of whole numbers."""
    cdef:
        Py_ssize_t bar
        int i
    for i in range(to.count):
        for bar in range(first, last):
            if to.whole[i]:
                (<int32_t*>to.outputs[i])[bar] = 0
            else:
                to.outputs[i][bar] = NAN
