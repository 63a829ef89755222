"""Series kernels that are their stream form, fed from the first bar to the last: the same bits by construction."""
from libc.string cimport memset

from mojo_compute.kernels._kernel cimport MOST_INPUTS, MOST_OUTPUTS, Begin, Feed


cdef inline Py_ssize_t doubles_of(Py_ssize_t size) noexcept nogil:
    """How many doubles of scratch hold a state of `size` bytes."""
    return (size + sizeof(double) - 1) // <Py_ssize_t>sizeof(double)


cdef inline void step_through(
    Begin begin,
    Feed feed,
    Py_ssize_t size,              # IN  bytes of the state
    const double* const* inputs,
    int given,                    # IN  number of inputs
    const double* parameters,
    double* const* outputs,
    int wanted,                   # IN  number of outputs
    Py_ssize_t bars,
    double* scratch,              # holds the state
) noexcept nogil:
    cdef:
        Py_ssize_t i
        int at
        double[MOST_INPUTS] bar
        double[MOST_OUTPUTS] values
    memset(scratch, 0, size)
    begin(scratch, parameters)
    for i in range(bars):
        for at in range(given):
            bar[at] = inputs[at][i]
        feed(scratch, bar, values)
        for at in range(wanted):
            outputs[at][i] = values[at]
