"""Several of Ehlers' indicators in one pass: shape and guarantees as in `_kernel.pxd`."""
from mojo_compute.kernels._adaptive cimport fill_mama, fill_mama_rows
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
    AVERAGE
    FOLLOWING
    LATE_OUTPUTS


cdef inline Py_ssize_t room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return late_room(bars)


cdef inline bint place_cycle(
    double* const* outputs, const double* parameters, CycleOutputs* wanted, double** averages
) noexcept nogil:
    """Where everything goes; whether the cycle is wanted at all."""
    cdef double* places[LATE_OUTPUTS]
    place(outputs, parameters[2], LATE_OUTPUTS, places)
    wanted.phases, wanted.sines, wanted.lead_sines = places[PHASE], places[SINE], places[LEAD_SINE]
    wanted.lines, wanted.modes = places[TRENDLINE], places[TREND]
    averages[0], averages[1] = places[AVERAGE], places[FOLLOWING]
    return <int>parameters[2] & (1 << AVERAGE) - 1 != 0


cdef void late_ones(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """What is wanted of the cycle whose phase is known, and `mama`."""
    cdef:
        CycleOutputs wanted
        double* averages[2]
    if place_cycle(outputs, parameters, &wanted, averages):
        fill_late(inputs[0], bars, &wanted, scratch)
    if averages[0] != NULL:
        fill_mama(inputs[0], bars, parameters[0], parameters[1], averages[0], averages[1])


cdef void late_rows(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    cdef:
        CycleOutputs wanted
        double* averages[2]
    if place_cycle(outputs, parameters, &wanted, averages):
        fill_late_rows(inputs[0], bars, &wanted, scratch)
    if averages[0] != NULL:
        fill_mama_rows(inputs[0], bars, parameters[0], parameters[1], averages[0], averages[1])


KERNELS = {}

STREAMS = {}

FAMILIES = (
    Family(
        kernels=tuple([kernel(early_ones, 1, 1, count + 1, NULL, early_rows) for count in range(EARLY_OUTPUTS)]),
        inputs=("close",),
        members=(Member("ht_dcperiod", (PERIODS,), ()), Member("ht_phasor", (IN_PHASE, QUADRATURE), ())),
    ),
    Family(
        kernels=tuple([kernel(late_ones, 1, 3, count + 1, room, late_rows) for count in range(LATE_OUTPUTS)]),
        inputs=("close",),
        members=(
            Member("ht_dcphase", (PHASE,), ()),
            Member("ht_sine", (SINE, LEAD_SINE), ()),
            Member("ht_trendline", (TRENDLINE,), ()),
            Member("ht_trendmode", (TREND,), ()),
            Member("mama", (AVERAGE, FOLLOWING), (0, 1)),
        ),
    ),
)
