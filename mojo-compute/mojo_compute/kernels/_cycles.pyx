"""Several of Ehlers' indicators in one pass: shape and guarantees as in `_kernel.pxd`."""
from libc.math cimport NAN
from libc.string cimport memset

from mojo_compute.kernels._adaptive cimport MAMA_LOOKBACK, mama_begin
from mojo_compute.kernels._cycle cimport (
    EARLY, EARLY_VALUE, LATE, LATE_VALUE, Cycle, cycle_begin, find_mode, find_phase, find_sines, find_trendline,
    newest_of, transform,
)
from mojo_compute.kernels._families cimport place
from mojo_compute.kernels._kernel cimport kernel
from mojo_compute.kernels._mesa cimport Mesa, mesa_step
from mojo_compute.kernels._smoothing cimport fill_missing

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
    cdef:
        Cycle cycle
        Py_ssize_t i
    memset(&cycle, 0, sizeof(Cycle))
    cycle_begin(&cycle, NULL)
    for i in range(bars):
        transform(&cycle, inputs[0][i], EARLY)
        outputs[PERIODS][i] = cycle.smooth_period
        outputs[IN_PHASE][i] = (newest_of(cycle.detrended, &cycle) - 3)[0]
        outputs[QUADRATURE][i] = newest_of(cycle.shifted, &cycle)[0]
    for i in range(EARLY_OUTPUTS):
        fill_missing(outputs[i], EARLY_VALUE)


cdef enum:
    PHASE
    SINE
    LEAD_SINE
    TRENDLINE
    TREND
    AVERAGE
    FOLLOWING
    LATE_OUTPUTS


cdef inline Py_ssize_t late_room(const double* parameters, Py_ssize_t bars) noexcept nogil:
    return bars


cdef void late_ones(
    const double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars, double* scratch
) noexcept nogil:
    """What is wanted of the cycle whose phase is known, and `mama`.

    A bar of either waits for the bar before, so that the two together take little longer than one.
    """
    cdef:
        Cycle cycle
        Mesa mesa
        double* places[LATE_OUTPUTS]
        double line = NAN
        bint trend = False
        bint modes, phases, sines, lines, averages
        Py_ssize_t i
        int k
    place(outputs, parameters[2], LATE_OUTPUTS, places)
    modes, lines = places[TREND] != NULL, places[TRENDLINE] != NULL
    sines = places[SINE] != NULL
    phases = sines or places[PHASE] != NULL
    averages = places[AVERAGE] != NULL
    for k in range(LATE_OUTPUTS):  # what nobody wants goes where nobody looks
        places[k] = scratch if places[k] == NULL else places[k]
    memset(&cycle, 0, sizeof(Cycle))
    memset(&mesa, 0, sizeof(Mesa))
    cycle_begin(&cycle, NULL)
    mama_begin(&mesa, parameters[0], parameters[1])
    for i in range(bars):
        if averages:
            mesa_step(&mesa, inputs[0][i])
            places[AVERAGE][i] = mesa.average
            places[FOLLOWING][i] = mesa.following
        if transform(&cycle, inputs[0][i], LATE):
            if modes:
                trend = find_mode(&cycle, &line)
            else:
                if phases:
                    find_phase(&cycle)
                if sines:
                    find_sines(&cycle)
                if lines:
                    line = find_trendline(&cycle)
        places[PHASE][i] = cycle.phase
        places[SINE][i] = cycle.sine
        places[LEAD_SINE][i] = cycle.lead_sine
        places[TRENDLINE][i] = line
        places[TREND][i] = <double>trend
    for k in range(AVERAGE):
        fill_missing(places[k], LATE_VALUE)
    fill_missing(places[AVERAGE], MAMA_LOOKBACK)
    fill_missing(places[FOLLOWING], MAMA_LOOKBACK)


KERNELS = {}

STREAMS = {}

FAMILIES = (
    Family(
        kernels=tuple([kernel(early_ones, 1, 1, count + 1) for count in range(EARLY_OUTPUTS)]),
        inputs=("close",),
        members=(Member("ht_dcperiod", (PERIODS,), ()), Member("ht_phasor", (IN_PHASE, QUADRATURE), ())),
    ),
    Family(
        kernels=tuple([kernel(late_ones, 1, 3, count + 1, late_room) for count in range(LATE_OUTPUTS)]),
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
