"""The series of a panel, one kernel run after the other, or eight rows in one."""
from libc.stdint cimport int64_t, uint8_t

from mojo_compute.kernels._kernel cimport LANES, MOST_INPUTS, MOST_OUTPUTS, Kernel
from mojo_compute.kernels._placing cimport (
    Placing, chitti_stream_end, deliver, leave_out, place, place_outputs, width,
)
from mojo_compute.kernels._usual cimport good_results, usual_bars

cdef extern from *:
    """
    #define CHITTI_LINE 8 /* doubles */

    /* Ask for memory that is needed soon, in its order: kernels that step through parts side by side leave the
       processor's own foresight behind. Reads nothing. */
    static void chitti_foresee(const double *values, Py_ssize_t count, int written)
    {
        if (written)
            for (Py_ssize_t i = 0; i < count; i += CHITTI_LINE)
                __builtin_prefetch(values + i, 1, 2);
        else
            for (Py_ssize_t i = 0; i < count; i += CHITTI_LINE)
                __builtin_prefetch(values + i, 0, 2);
    }
    """
    void chitti_foresee(const double* values, Py_ssize_t count, int written) noexcept nogil

cdef enum:
    MOST_FORESEEN = 32_768  # values: a quarter of a common second cache
    LEFT_OUT = 128          # too short, or no finite result


cdef inline void foresee(
    Kernel chosen, double* const* inputs, const Placing* to, Py_ssize_t first, Py_ssize_t last
) noexcept nogil:
    """The processor gets the next series while it computes this one, unless that leaves no room for this one."""
    cdef int i
    if (chosen.inputs + chosen.outputs) * (last - first) > MOST_FORESEEN:
        return
    for i in range(chosen.inputs):
        chitti_foresee(inputs[i] + first, last - first, 0)
    for i in range(chosen.outputs):
        chitti_foresee(place(to, i, first), (last - first) * <Py_ssize_t>width(to, i) // 8, 1)


cdef inline Py_ssize_t fit_rows(
    Kernel chosen, double* const* inputs, const int64_t* starts, uint8_t* found, Py_ssize_t first, Py_ssize_t last,
    int unfit, const int* floors, int high, int low,
) noexcept nogil:
    """How many series from `first` on, up to `last`, have one length and nothing unusual. Marks the next."""
    cdef:
        Py_ssize_t bars = starts[first + 1] - starts[first]
        Py_ssize_t row = first
    while row < last and starts[row + 1] - starts[row] == bars:
        if not usual_bars(inputs, chosen.inputs, starts[row], bars, floors, high, low):
            found[row] |= LEFT_OUT
        if found[row] & unfit:
            break
        row += 1
    return row - first


cdef inline Py_ssize_t spread(
    Kernel chosen, double* const* inputs, const double* parameters, const Placing* to, const int64_t* starts,
    uint8_t* found, Py_ssize_t count, int unfit, const Py_ssize_t* lookbacks, bint sparse, double* scratch,
    const int* floors, int high, int low,
) noexcept nogil:
    """Eight fit series of one length in a row go to the panel kernel, others one by one to the series kernel."""
    cdef:
        const double* ins[MOST_INPUTS]
        double* outs[MOST_OUTPUTS]
        bint together = to.past or chosen.panel != NULL
        Py_ssize_t series = 0
        Py_ssize_t left = 0
        Py_ssize_t lookback = 0
        Py_ssize_t bars, rows, row
        int flawed, i
    for i in range(chosen.outputs):
        lookback = max(lookback, lookbacks[i])
    while series < count:
        bars = starts[series + 1] - starts[series]
        if bars <= lookback:
            found[series] |= LEFT_OUT
        rows = min(series + (LANES if together else 1), count)
        rows = fit_rows(chosen, inputs, starts, found, series, rows, unfit, floors, high, low)
        for i in range(chosen.inputs):
            ins[i] = inputs[i] + starts[series]
        flawed = 0
        if rows == LANES and together:
            place_outputs(to, starts[series], LANES * bars, outs)
            if to.past:
                flawed = chosen.past(ins, parameters, outs, bars, scratch)
            else:
                chosen.panel(ins, parameters, outs, bars, scratch)
        elif rows:
            rows = 1
            place_outputs(to, starts[series], bars, outs)
            if not to.streamed and series + 1 < count:
                foresee(chosen, inputs, to, starts[series + 1], starts[series + 2])
            chosen.series(ins, parameters, outs, bars, scratch)
        if rows:
            if not chosen.integers and (rows < LANES or not to.past):
                for row in range(rows):
                    flawed |= (not good_results(outs, chosen.outputs, row * bars, bars, lookbacks, sparse)) << row
            deliver(to, outs, starts[series], rows * bars)
        for row in range(rows):
            if flawed >> row & 1:
                found[series + row] |= LEFT_OUT
        rows = max(rows, 1)
        for row in range(series, series + rows):
            if found[row] & unfit:
                leave_out(to, starts[row], starts[row + 1])
                left += 1
        series += rows
    if to.streamed or to.past:
        chitti_stream_end()
    return left
