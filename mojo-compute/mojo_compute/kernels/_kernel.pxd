"""What a compiled indicator is: C functions of one shape, so that all are run by the same few lines."""

# One series, oldest bar first. Fills every output wholly: NaN in the warm-up. Allocates and raises nothing.
# The caller guarantees, and nothing re-checks: finite inputs of `bars` values each, no missing bars,
# bars > lookback, parameters within their bounds, outputs that overlap nothing.
ctypedef void (*Series)(
    const double* const* inputs,  # IN  in the declared order
    const double* parameters,     # IN  in the declared order
    double* const* outputs,       # OUT in the declared order; of an `integers` kernel they are int32_t*
    Py_ssize_t bars,
    double* scratch,              # `room` doubles to work in
) noexcept nogil

# How many doubles of scratch a series of that many bars takes.
ctypedef Py_ssize_t (*Room)(const double* parameters, Py_ssize_t bars) noexcept nogil

# LANES series of one length, one behind the other in every input and output: what `Series` gives for each, bit
# for bit, in less time. `scratch` has LANES times the room of one.
ctypedef void (*Panel)(
    const double* const* inputs,
    const double* parameters,
    double* const* outputs,
    Py_ssize_t bars,  # of each
    double* scratch,
) noexcept nogil

# The same, written past the caches from front to back: better for results that no cache would hold. Says, as bits,
# in which of the series a value behind the warm-up is not finite.
ctypedef int (*Past)(
    const double* const* inputs,
    const double* parameters,
    double* const* outputs,
    Py_ssize_t bars,
    double* scratch,
) noexcept nogil

# The stream form. The state is plain memory without pointers, zeroed before `begin`: a copy of it is a copy of
# the stream. `feed` takes one bar and gives the values of that bar, NaN in the warm-up.
ctypedef Py_ssize_t (*Size)(const double* parameters) noexcept nogil  # bytes of the state
ctypedef void (*Begin)(void* state, const double* parameters) noexcept nogil
ctypedef void (*Feed)(void* state, const double* bar, double* values) noexcept nogil

cdef enum:
    LANES = 8
    MOST_INPUTS = 8
    MOST_PARAMETERS = 24
    MOST_OUTPUTS = 24


cdef class Kernel:
    cdef:
        Series series
        Room room
        Panel panel
        Past past
        bint pointwise  # whether a value depends on nothing but its own bar
        readonly int inputs
        readonly int parameters
        readonly int outputs
        bint integers  # fills int32, 0 in the warm-up; others have their doubles converted where that is asked for


cdef class StreamKernel:
    cdef:
        Size size
        Begin begin
        Feed feed
        readonly int inputs
        readonly int parameters
        readonly int outputs


cdef Kernel kernel(
    Series series, int inputs, int parameters, int outputs, Room room=*, Panel panel=*, Past past=*, bint integers=*
)
cdef Kernel pointwise(Series series, int inputs, int outputs)  # no parameters and no scratch
cdef StreamKernel stream(Size size, Begin begin, Feed feed, int inputs, int parameters, int outputs)
