"""Ehlers' dominant cycle of one series, and of the eight of a panel that go in step."""

cdef enum:
    EARLY_VALUE = 32  # bars before the first value,
    LATE_VALUE = 63   # and where the phase is wanted too

cdef extern from "_cycle_passes.h":
    ctypedef struct CycleTables:
        double[51][56] sines
        double[51][56] cosines

cdef const CycleTables* cycle_tables() noexcept nogil

# What is wanted of the cycle whose phase is known; NULL: not wanted.
cdef struct CycleOutputs:
    double* phases
    double* sines
    double* lead_sines  # wanted if `sines` are
    double* lines
    double* modes

# The cycle's length and its parts, each unless NULL.
cdef void fill_early(
    const double* prices, Py_ssize_t bars, double* periods, double* in_phases, double* quadratures
) noexcept nogil
cdef void fill_early_rows(
    const double* prices, Py_ssize_t bars, double* periods, double* in_phases, double* quadratures
) noexcept nogil

cdef Py_ssize_t late_room(Py_ssize_t bars) noexcept nogil
cdef void fill_late(
    const double* prices, Py_ssize_t bars, const CycleOutputs* wanted, double* scratch
) noexcept nogil
cdef void fill_late_rows(
    const double* prices, Py_ssize_t bars, const CycleOutputs* wanted, double* scratch
) noexcept nogil
