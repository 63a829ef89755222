"""Arithmetic of two series, and running totals: shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._kernel cimport kernel, pointwise, stream
from mojo_compute.kernels._rooms cimport no_begin, no_state
from mojo_compute.kernels._totals cimport Total, fill_totals, totalled


cdef void add(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = inputs[0][i] + inputs[1][i]


cdef void add_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = bar[0] + bar[1]


cdef void div(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = inputs[0][i] / inputs[1][i]


cdef void div_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = bar[0] / bar[1]


cdef void mult(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = inputs[0][i] * inputs[1][i]


cdef void mult_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = bar[0] * bar[1]


cdef void sub(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = inputs[0][i] - inputs[1][i]


cdef void sub_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = bar[0] - bar[1]


cdef void cumsum(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_totals(inputs[0], bars, outputs[0])


cdef Py_ssize_t cumsum_size(const double* parameters) noexcept nogil:
    return sizeof(Total)


cdef void cumsum_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = totalled(<Total*>state, bar[0])


KERNELS = {
    "add": pointwise(add, 2, 1),
    "cumsum": kernel(cumsum, 1, 0, 1),
    "div": pointwise(div, 2, 1),
    "mult": pointwise(mult, 2, 1),
    "sub": pointwise(sub, 2, 1),
}

STREAMS = {
    "add": stream(no_state, no_begin, add_feed, 2, 0, 1),
    "cumsum": stream(cumsum_size, no_begin, cumsum_feed, 1, 0, 1),
    "div": stream(no_state, no_begin, div_feed, 2, 0, 1),
    "mult": stream(no_state, no_begin, mult_feed, 2, 0, 1),
    "sub": stream(no_state, no_begin, sub_feed, 2, 0, 1),
}
