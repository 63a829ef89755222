"""Functions of one number, bar by bar: shape and guarantees as in `_kernel.pxd`.

A number outside a function's domain gives NaN, as the C library has it.
"""
from libc.math cimport ceil as up, floor as down, sqrt as root

from mojo_compute.kernels._kernel cimport kernel, stream
from mojo_compute.kernels._rooms cimport no_begin, no_state


cdef extern from "_transforms.h" nogil:
    void acos_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void acos_feed(void* state, const double* bar, double* values) noexcept
    void asin_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void asin_feed(void* state, const double* bar, double* values) noexcept
    void atan_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void atan_feed(void* state, const double* bar, double* values) noexcept
    void cos_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void cos_feed(void* state, const double* bar, double* values) noexcept
    void cosh_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void cosh_feed(void* state, const double* bar, double* values) noexcept
    void exp_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void exp_feed(void* state, const double* bar, double* values) noexcept
    void log_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void log_feed(void* state, const double* bar, double* values) noexcept
    void log10_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void log10_feed(void* state, const double* bar, double* values) noexcept
    void sin_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void sin_feed(void* state, const double* bar, double* values) noexcept
    void sinh_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void sinh_feed(void* state, const double* bar, double* values) noexcept
    void tan_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void tan_feed(void* state, const double* bar, double* values) noexcept
    void tanh_series(
        const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
    ) noexcept
    void tanh_feed(void* state, const double* bar, double* values) noexcept
    int find_vector_functions() noexcept


VECTORS = bool(find_vector_functions())


cdef void ceil(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = up(inputs[0][i])


cdef void floor(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = down(inputs[0][i])


cdef void sqrt(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(bars):
        outputs[0][i] = root(inputs[0][i])


cdef void ceil_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = up(bar[0])


cdef void floor_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = down(bar[0])


cdef void sqrt_feed(void* state, const double* bar, double* values) noexcept nogil:
    values[0] = root(bar[0])


KERNELS = {
    "acos": kernel(acos_series, 1, 0, 1),
    "asin": kernel(asin_series, 1, 0, 1),
    "atan": kernel(atan_series, 1, 0, 1),
    "ceil": kernel(ceil, 1, 0, 1),
    "cos": kernel(cos_series, 1, 0, 1),
    "cosh": kernel(cosh_series, 1, 0, 1),
    "exp": kernel(exp_series, 1, 0, 1),
    "floor": kernel(floor, 1, 0, 1),
    "ln": kernel(log_series, 1, 0, 1),
    "log10": kernel(log10_series, 1, 0, 1),
    "sin": kernel(sin_series, 1, 0, 1),
    "sinh": kernel(sinh_series, 1, 0, 1),
    "sqrt": kernel(sqrt, 1, 0, 1),
    "tan": kernel(tan_series, 1, 0, 1),
    "tanh": kernel(tanh_series, 1, 0, 1),
}

STREAMS = {
    "acos": stream(no_state, no_begin, acos_feed, 1, 0, 1),
    "asin": stream(no_state, no_begin, asin_feed, 1, 0, 1),
    "atan": stream(no_state, no_begin, atan_feed, 1, 0, 1),
    "ceil": stream(no_state, no_begin, ceil_feed, 1, 0, 1),
    "cos": stream(no_state, no_begin, cos_feed, 1, 0, 1),
    "cosh": stream(no_state, no_begin, cosh_feed, 1, 0, 1),
    "exp": stream(no_state, no_begin, exp_feed, 1, 0, 1),
    "floor": stream(no_state, no_begin, floor_feed, 1, 0, 1),
    "ln": stream(no_state, no_begin, log_feed, 1, 0, 1),
    "log10": stream(no_state, no_begin, log10_feed, 1, 0, 1),
    "sin": stream(no_state, no_begin, sin_feed, 1, 0, 1),
    "sinh": stream(no_state, no_begin, sinh_feed, 1, 0, 1),
    "sqrt": stream(no_state, no_begin, sqrt_feed, 1, 0, 1),
    "tan": stream(no_state, no_begin, tan_feed, 1, 0, 1),
    "tanh": stream(no_state, no_begin, tanh_feed, 1, 0, 1),
}
