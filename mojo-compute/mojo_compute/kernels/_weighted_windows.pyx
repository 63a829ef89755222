"""Averages with fixed weights over a window: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport exp, sin

from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._weighted cimport fill_weighted

cdef double PI = 3.141592653589793


cdef void normalise(double* weights, Py_ssize_t period) noexcept nogil:
    cdef:
        Py_ssize_t i
        double total = 0.0
    for i in range(period):
        total += weights[i]
    for i in range(period):
        weights[i] /= total


cdef void average(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* weights
) noexcept nogil:
    """Of the close, by weights that need not sum to one."""
    cdef Py_ssize_t period = <Py_ssize_t>parameters[0]
    normalise(weights, period)
    fill_weighted(inputs[0], bars, period, weights, outputs[0])


cdef Py_ssize_t weights_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return <Py_ssize_t>parameters[0]


cdef void alma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
        double peak = parameters[2] * (period - 1)
        double width = period / parameters[1]
    for i in range(period):
        scratch[i] = exp(-(i - peak) * (i - peak) / (2.0 * width * width))
    average(inputs, parameters, outputs, bars, scratch)


cdef void fwma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(<Py_ssize_t>parameters[0]):
        scratch[i] = 1.0 if i < 2 else scratch[i - 1] + scratch[i - 2]
    average(inputs, parameters, outputs, bars, scratch)


cdef void pwma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
    scratch[0] = 1.0
    for i in range(1, period):
        scratch[i] = scratch[i - 1] * (period - i) / i
    average(inputs, parameters, outputs, bars, scratch)


cdef void sinwma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
    for i in range(period):
        scratch[i] = sin((i + 1) * PI / (period + 1))
    average(inputs, parameters, outputs, bars, scratch)


cdef void swma(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        Py_ssize_t i
        Py_ssize_t period = <Py_ssize_t>parameters[0]
    for i in range(period):
        scratch[i] = min(i + 1, period - i)
    average(inputs, parameters, outputs, bars, scratch)


KERNELS = {
    "alma": kernel(alma, 1, 3, 1, weights_room),
    "fwma": kernel(fwma, 1, 1, 1, weights_room),
    "pwma": kernel(pwma, 1, 1, 1, weights_room),
    "sinwma": kernel(sinwma, 1, 1, 1, weights_room),
    "swma": kernel(swma, 1, 1, 1, weights_room),
}

STREAMS = {}
