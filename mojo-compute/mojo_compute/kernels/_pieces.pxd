"""One series: looked at, computed, and its results looked at, all of it or a few bars after the other."""
from mojo_compute.kernels._kernel cimport Kernel
from mojo_compute.kernels._usual cimport good_results, usual_bars

cdef enum:
    PIECE = 512  # bars of a pointwise kernel


cdef inline bint good_series(
    Kernel chosen, double* const* inputs, const double* parameters, double* const* outputs, Py_ssize_t bars,
    double* scratch, const int* floors, int high, int low, const Py_ssize_t* warm_ups, bint sparse,
) noexcept nogil:
    """Whether inputs are usual, and if so the results, which are computed then."""
    if not usual_bars(inputs, chosen.inputs, 0, bars, floors, high, low):
        return False
    chosen.series(<const double* const*>inputs, parameters, outputs, bars, scratch)
    return chosen.integers or good_results(outputs, chosen.outputs, 0, bars, warm_ups, sparse)


cdef inline bint good_pieces(
    Kernel chosen, double** arrays, const double* parameters, Py_ssize_t bars, const int* floors, int high, int low,
    const Py_ssize_t* warm_ups, bint sparse,
) noexcept nogil:
    """`good_series` of a few bars after the other, which stay in the nearest cache; `arrays` are moved along."""
    cdef:
        Py_ssize_t piece = min(<Py_ssize_t>PIECE, bars)
        int i
    while bars and good_series(
        chosen, arrays, parameters, arrays + chosen.inputs, piece, NULL, floors, high, low, warm_ups, sparse
    ):
        for i in range(chosen.inputs + chosen.outputs):
            arrays[i] += piece
        bars -= piece
        piece = min(piece, bars)
    return bars == 0
