"""Several of Ehlers' indicators in one pass: shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._cycle cimport (
    CycleOutputs, fill_early, fill_early_rows, fill_late, fill_late_rows, late_room,
)
from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport kernel

from mojo_compute.kernels.families import Family, Member


cdef enum:
    PERIODS
    IN_PHASE
    QUADRATURE
    EARLY_OUTPUTS


cdef void early_ones(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """`ht_dcperiod` and `ht_phasor`, always both."""
    fill_early(inputs[0], bars, outputs[PERIODS], outputs[IN_PHASE], outputs[QUADRATURE])


cdef void early_rows(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    fill_early_rows(inputs[0], bars, outputs[PERIODS], outputs[IN_PHASE], outputs[QUADRATURE])


cdef enum:
    PHASE
    SINE
    LEAD_SINE
    TRENDLINE
    TREND
    LATE_OUTPUTS


cdef inline Py_ssize_t room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return late_room(bars)


cdef inline CycleOutputs placed(double* const* outputs, const double* parameters) noexcept nogil:
    """Where everything goes."""
    cdef:
        CycleOutputs wanted
        double* places[LATE_OUTPUTS]
    place(outputs, parameters[0], LATE_OUTPUTS, places)
    wanted.phases, wanted.sines, wanted.lead_sines = places[PHASE], places[SINE], places[LEAD_SINE]
    wanted.lines, wanted.modes = places[TRENDLINE], places[TREND]
    return wanted


cdef void late_ones(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """What is wanted of the cycle whose phase is known."""
    cdef CycleOutputs wanted = placed(outputs, parameters)
    fill_late(inputs[0], bars, &wanted, scratch)


cdef void late_rows(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef CycleOutputs wanted = placed(outputs, parameters)
    fill_late_rows(inputs[0], bars, &wanted, scratch)


KERNELS = {}

STREAMS = {}

FAMILIES = (
    Family(
        kernels=tuple([kernel(early_ones, 1, 1, count + 1, NULL, early_rows) for count in range(EARLY_OUTPUTS)]),
        inputs=("close",),
        members=(Member("ht_dcperiod", (PERIODS,), ()), Member("ht_phasor", (IN_PHASE, QUADRATURE), ())),
    ),
    Family(
        kernels=tuple([kernel(late_ones, 1, 1, count + 1, room, late_rows) for count in range(LATE_OUTPUTS)]),
        inputs=("close",),
        members=(
            Member("ht_dcphase", (PHASE,), ()),
            Member("ht_sine", (SINE, LEAD_SINE), ()),
            Member("ht_trendline", (TRENDLINE,), ()),
            Member("ht_trendmode", (TREND,), ()),
        ),
    ),
)
