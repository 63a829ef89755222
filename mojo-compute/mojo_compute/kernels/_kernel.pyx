"""Runs compiled indicators: on one series, on a panel of them, bar by bar.

`Kernel.__call__` checks nothing: `mojo_compute.indicators` does. `Kernel.try_series` and, for panels,
`look_at` and `Kernel.run_panel` are the way for the usual case, series without a gap: they check
everything themselves, and leave what is not usual, errors among it, to the caller.
"""
from cpython.buffer cimport PyBUF_C_CONTIGUOUS, PyBUF_FORMAT, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawMalloc
from libc.float cimport DBL_MIN
from libc.math cimport INFINITY, NAN, fabs, isfinite, isnan
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcpy, memset

from mojo_compute.kernels._checks cimport finite, in_order

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

cdef extern from "_stream_out.h" nogil:
    void chitti_stream_out(const double* values, Py_ssize_t count, double* out) noexcept
    void chitti_stream_end() noexcept


cdef Kernel kernel(
    Series series, int inputs, int parameters, int outputs, Room room=NULL, Panel panel=NULL
):
    cdef Kernel made = Kernel.__new__(Kernel)
    if inputs > MOST_INPUTS or parameters > MOST_PARAMETERS or outputs > MOST_OUTPUTS:
        raise TypeError("a kernel has too many arguments")
    made.series, made.room, made.panel = series, room, panel
    made.inputs, made.parameters, made.outputs = inputs, parameters, outputs
    return made


cdef StreamKernel stream(Size size, Begin begin, Feed feed, int inputs, int parameters, int outputs):
    cdef StreamKernel made = StreamKernel.__new__(StreamKernel)
    if inputs > MOST_INPUTS or parameters > MOST_PARAMETERS or outputs > MOST_OUTPUTS:
        raise TypeError("a stream kernel has too many arguments")
    made.size, made.begin, made.feed = size, begin, feed
    made.inputs, made.parameters, made.outputs = inputs, parameters, outputs
    return made


cdef class Arrays:
    """Float64 arrays of one length, borrowed for a while: their memory stays where it is meanwhile."""

    cdef:
        Py_buffer views[MOST_INPUTS + MOST_OUTPUTS]
        double* data[MOST_INPUTS + MOST_OUTPUTS]
        int count
        Py_ssize_t length

    def __dealloc__(self):
        cdef int i
        for i in range(self.count):
            PyBuffer_Release(&self.views[i])

    cdef bint add(self, object array, bint writable) except -1:
        """Borrow one more; False where its numbers, its shape or its length are others. BufferError, TypeError."""
        cdef Py_buffer* view = &self.views[self.count]
        PyObject_GetBuffer(array, view, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS | (PyBUF_WRITABLE if writable else 0))
        self.count += 1
        if view.ndim != 1 or view.format == NULL or view.format[0] != b"d" or view.format[1]:
            return False
        if self.count > 1 and view.shape[0] != self.length:
            return False
        self.length = view.shape[0]
        self.data[self.count - 1] = <double*>view.buf
        return True


cdef Arrays borrowed(tuple inputs, int input_count, tuple outputs, int output_count):
    """Arrays that are what they should be, by the caller's word; inputs first."""
    cdef:
        Arrays arrays = Arrays.__new__(Arrays)
        object array
    if len(inputs) != input_count or len(outputs) != output_count:
        raise TypeError(f"a kernel takes {input_count} inputs and {output_count} outputs")
    for array in inputs:
        if not arrays.add(array, False):
            raise TypeError("a kernel takes contiguous float64 arrays of one length")
    for array in outputs:
        if not arrays.add(array, True):
            raise TypeError("a kernel fills contiguous float64 arrays of one length")
    return arrays


cdef inline int unpack(tuple numbers, int count, double* values) except -1:
    cdef int i
    if len(numbers) != count:
        raise TypeError(f"a kernel takes {count} parameters, found {len(numbers)}")
    for i in range(count):
        values[i] = numbers[i]
    return 0


cdef double* scratch_of(Room room, const double* parameters, Py_ssize_t bars, int rows=1) except? NULL:
    """Working memory, or NULL where none is needed."""
    cdef:
        Py_ssize_t doubles
        double* memory
    if room == NULL:
        return NULL
    doubles = rows * room(parameters, bars)
    memory = <double*>PyMem_RawMalloc(max(doubles, 1) * sizeof(double))
    if memory == NULL:
        raise MemoryError
    return memory


cdef class Kernel:
    """One compiled indicator; `kernel(*inputs, *parameters, *outputs)` as every engine's kernels."""

    def __call__(self, *arguments):
        cdef:
            int first = self.inputs + self.parameters
            double parameters[MOST_PARAMETERS]
            double* scratch
            Arrays arrays = borrowed(arguments[:self.inputs], self.inputs, arguments[first:], self.outputs)
        unpack(arguments[self.inputs:first], self.parameters, parameters)
        scratch = scratch_of(self.room, parameters, arrays.length)
        with nogil:
            self.series(
                <const double* const*>arrays.data, parameters, arrays.data + self.inputs, arrays.length, scratch
            )
        PyMem_RawFree(scratch)

    def try_series(
        self, tuple given not None, tuple results not None, tuple numbers not None, Py_ssize_t lookback,
        tuple least not None, int high, int low, bint sparse,
    ):
        """Fill `results` from series without a gap; False where a closer look is needed.

        Parameters
        ----------
        given : tuple
            The inputs, anything.
        results : tuple of ndarray
            As long as the first input.
        numbers : tuple of float
            The parameters, valid.
        lookback : int
            Bars before the first value.
        least : tuple of int
            For each input 1: above 0, 0: 0 or more, -1: any finite number, -2: not looked at, since
            what is not finite there shows in the outputs.
        high, low : int
            Which inputs these are, -1: none; a high is never below its low.
        sparse : bool
            Whether values behind the warm-up may be NaN.

        Returns
        -------
        bool
            False: not plain contiguous float64 series of one length, too short, missing or
            wrong values among them, or a result that is not finite.
        """
        cdef:
            Arrays arrays = Arrays.__new__(Arrays)
            double parameters[MOST_PARAMETERS]
            int floors[MOST_INPUTS]
            Py_ssize_t warm_ups[MOST_OUTPUTS]
            double* scratch
            double* const* outputs
            object array
            int i
            bint good = True
        try:
            for array in given:
                if arrays.count == self.inputs or not arrays.add(array, False):
                    return False
        except (BufferError, TypeError, ValueError):  # a list, strides, another byte order: not plain
            return False
        if arrays.count != self.inputs or arrays.length <= lookback:
            return False
        for array in results:
            if arrays.count == self.inputs + self.outputs or not arrays.add(array, True):
                return False
        outputs = arrays.data + self.inputs
        unpack(numbers, self.parameters, parameters)
        for i in range(self.inputs):
            floors[i] = least[i]
        scratch = scratch_of(self.room, parameters, arrays.length)
        with nogil:
            for i in range(self.inputs):
                good &= usual(arrays.data[i], arrays.length, floors[i])
            if good and high >= 0:
                good = never_below(arrays.data[high], arrays.data[low], arrays.length)
            if good:
                self.series(<const double* const*>arrays.data, parameters, outputs, arrays.length, scratch)
                for i in range(self.outputs):
                    warm_ups[i] = lookback
                good = good_results(outputs, self.outputs, 0, arrays.length, warm_ups, sparse)
            PyMem_RawFree(scratch)
        return good

    def run_panel(
        self, tuple given not None, tuple numbers not None, tuple results not None,
        const int64_t[::1] starts not None, uint8_t[::1] found not None, int unfit, tuple lookbacks not None,
        bint sparse, tuple least=None, int high=-1, int low=-1, bint streamed=False,
    ):
        """Compute the series of a panel that are fit, and say which are not.

        Parameters
        ----------
        given, results : tuple of ndarray, shape (starts[-1],)
            Contiguous float64, one series behind the other.
        numbers : tuple of float
        starts : array of int64, shape (series + 1,)
            Where each series begins, and where the last one ends.
        found : array of uint8, shape (series,)
            What `look_at` found. Gets 128 for a series that is too short, or whose result is not
            finite; it and every other that is not computed are left all NaN.
        unfit : int
            The bits of `found` with which a series is not computed.
        lookbacks : tuple of int
            Bars before the first value of each output.
        sparse : bool
            Whether values behind the warm-up may be NaN.
        least, high, low
            As `try_series` has them: then each series is looked at here, and one that is not
            usual gets 128. None: `look_at` has done it.
        streamed : bool
            Whether the results go past the caches: better for those that no cache would hold.

        Returns
        -------
        int
            How many series were not computed.
        """
        cdef:
            Arrays arrays = borrowed(given, self.inputs, results, self.outputs)
            double parameters[MOST_PARAMETERS]
            Py_ssize_t longest = 0
            Py_ssize_t series
            Py_ssize_t left = 0
            double* scratch
            double* stage = NULL
            int floors[MOST_INPUTS]
            Py_ssize_t warm_ups[MOST_OUTPUTS]
            int i
        unpack(numbers, self.parameters, parameters)
        check_starts(starts, found, arrays.length)
        if len(lookbacks) != self.outputs:
            raise TypeError("a kernel has a warm-up for each output")
        for i in range(self.outputs):
            warm_ups[i] = lookbacks[i]
        for i in range(self.inputs):
            floors[i] = UNSEEN if least is None else least[i]
        for series in range(found.shape[0]):
            longest = max(longest, starts[series + 1] - starts[series])
        scratch = scratch_of(self.room, parameters, longest, LANES if self.panel != NULL else 1)
        if streamed and longest <= MOST_STAGED:
            # without it the outputs are written where they belong, which is only slower
            stage = <double*>PyMem_RawMalloc(self.outputs * (LANES * longest + STAGE_GAP) * sizeof(double))
        if found.shape[0]:
            with nogil:
                left = spread(
                    self, arrays.data, parameters, arrays.data + self.inputs, &starts[0], &found[0], found.shape[0],
                    unfit | LEFT_OUT, warm_ups, sparse, scratch, floors, high if least is not None else -1, low,
                    stage,
                )
        PyMem_RawFree(stage)
        PyMem_RawFree(scratch)
        return left


cdef enum:
    MOST_STAGED = 8_192     # bars of a series
    STAGE_GAP = 24          # values between outputs, so that they don't compete for the same lines
    MOST_FORESEEN = 32_768  # values: a quarter of a common second cache
    UNSEEN = -2             # the least of an input that nobody has to look at
    CROSSED = 64            # a high below its low
    LEFT_OUT = 128          # too short, or no finite result


cdef int check_starts(const int64_t[::1] starts, uint8_t[::1] found, Py_ssize_t length) except -1:
    cdef Py_ssize_t series
    if starts.shape[0] != found.shape[0] + 1 or starts[0] != 0 or starts[found.shape[0]] > length:
        raise ValueError("the series of a panel lie within its arrays")
    for series in range(found.shape[0]):
        if starts[series + 1] < starts[series]:
            raise ValueError("the series of a panel follow each other")
    return 0


def look_at(
    tuple columns not None, tuple least not None, int high, int low, const int64_t[::1] starts not None,
    uint8_t[::1] found not None,
):
    """Note for each series of a panel what is not usual about it: a missing, infinite or too small value.

    Parameters
    ----------
    columns : tuple of ndarray, shape (starts[-1],)
        At most six.
    least : tuple of int
        For each column 1: above 0, 0: 0 or more, -1: any finite number.
    high, low : int
        Which columns these are, -1: none.
    found : array of uint8, shape (series,)
        Gets bit c for a column c with such a value, 64 for a high below its low.
    """
    cdef:
        Arrays arrays = borrowed(columns, len(columns), (), 0)
        int count = len(columns)
        int floors[6]
        int column
        Py_ssize_t series, first, bars
    if count > 6 or len(least) != count:
        raise TypeError("at most six columns, and a least value for each")
    check_starts(starts, found, arrays.length)
    for column in range(count):
        floors[column] = least[column]
    with nogil:
        for series in range(found.shape[0]):
            first, bars = starts[series], starts[series + 1] - starts[series]
            for column in range(count):
                if not usual(arrays.data[column] + first, bars, floors[column]):
                    found[series] |= 1 << column
            if high >= 0 and not never_below(arrays.data[high] + first, arrays.data[low] + first, bars):
                found[series] |= CROSSED


cdef inline bint usual(const double* values, Py_ssize_t bars, int floor) noexcept nogil:
    if floor == UNSEEN:
        return True
    if floor < 0:
        return finite(<const int64_t*>values, bars)
    return in_order(<const int64_t*>values, bars, floor)


cdef inline bint good_results(
    double* const* outputs, int count, Py_ssize_t first, Py_ssize_t bars, const Py_ssize_t* lookbacks, bint sparse
) noexcept nogil:
    cdef:
        bint good = True
        int i
    for i in range(count):
        if sparse:
            good &= no_infinity(outputs[i] + first, bars)
        else:
            good &= finite(<const int64_t*>(outputs[i] + first + lookbacks[i]), bars - lookbacks[i])
    return good


cdef void leave_out(double* const* outputs, int count, Py_ssize_t first, Py_ssize_t last) noexcept nogil:
    cdef:
        Py_ssize_t bar
        int i
    for i in range(count):
        for bar in range(first, last):
            outputs[i][bar] = NAN


cdef bint never_below(const double* high, const double* low, Py_ssize_t bars) noexcept nogil:
    cdef:
        Py_ssize_t i
        int good = True
    for i in range(bars):
        good &= high[i] >= low[i]
    return good


cdef bint no_infinity(const double* values, Py_ssize_t bars) noexcept nogil:
    cdef:
        Py_ssize_t i
        int good = True
    for i in range(bars):
        good &= fabs(values[i]) != INFINITY
    return good


cdef inline void foresee(
    Kernel chosen, double* const* inputs, double* const* outputs, Py_ssize_t first, Py_ssize_t last
) noexcept nogil:
    """The processor gets the next series while it computes this one, unless that leaves no room for this one."""
    cdef int i
    if (chosen.inputs + chosen.outputs) * (last - first) > MOST_FORESEEN:
        return
    for i in range(chosen.inputs):
        chitti_foresee(inputs[i] + first, last - first, 0)
    for i in range(chosen.outputs):
        chitti_foresee(outputs[i] + first, last - first, 1)


cdef Py_ssize_t spread(
    Kernel chosen, double* const* inputs, const double* parameters, double* const* outputs, const int64_t* starts,
    uint8_t* found, Py_ssize_t count, int unfit, const Py_ssize_t* lookbacks, bint sparse, double* scratch,
    const int* floors, int high, int low, double* stage,
) noexcept nogil:
    """Eight fit series of one length in a row go to the panel kernel, others one by one to the series kernel.

    With a `stage` the kernels fill that, and what is good goes from there past the caches to the outputs.
    """
    cdef:
        const double* ins[MOST_INPUTS]
        double* outs[MOST_OUTPUTS]
        Py_ssize_t series = 0
        Py_ssize_t left = 0
        Py_ssize_t lookback = 0
        Py_ssize_t bars, rows, row
        int i
    for i in range(chosen.outputs):
        lookback = max(lookback, lookbacks[i])
    while series < count:
        bars = starts[series + 1] - starts[series]
        if bars <= lookback:
            found[series] |= LEFT_OUT
        rows = 0
        while rows < LANES and series + rows < count and starts[series + rows + 1] - starts[series + rows] == bars:
            row = series + rows
            for i in range(chosen.inputs):
                if not usual(inputs[i] + starts[row], bars, floors[i]):
                    found[row] |= LEFT_OUT
            if high >= 0 and not never_below(inputs[high] + starts[row], inputs[low] + starts[row], bars):
                found[row] |= LEFT_OUT
            if found[row] & unfit:
                break
            rows += 1
            if chosen.panel == NULL:
                break
        for i in range(chosen.inputs):
            ins[i] = inputs[i] + starts[series]
        if rows == LANES and chosen.panel != NULL:
            place_outputs(outputs, chosen.outputs, starts[series], LANES * bars, stage, outs)
            chosen.panel(ins, parameters, outs, bars, scratch)
        elif rows:
            rows = 1
            place_outputs(outputs, chosen.outputs, starts[series], bars, stage, outs)
            if stage == NULL and series + 1 < count:
                foresee(chosen, inputs, outputs, starts[series + 1], starts[series + 2])
            chosen.series(ins, parameters, outs, bars, scratch)
        for row in range(rows):
            if not good_results(outs, chosen.outputs, row * bars, bars, lookbacks, sparse):
                found[series + row] |= LEFT_OUT
        if stage != NULL:
            for i in range(chosen.outputs if rows else 0):
                chitti_stream_out(outs[i], rows * bars, outputs[i] + starts[series])
        rows = max(rows, 1)
        for row in range(series, series + rows):
            if found[row] & unfit:
                leave_out(outputs, chosen.outputs, starts[row], starts[row + 1])
                left += 1
        series += rows
    if stage != NULL:
        chitti_stream_end()
    return left


cdef inline void place_outputs(
    double* const* outputs, int count, Py_ssize_t first, Py_ssize_t length, double* stage, double** outs
) noexcept nogil:
    """Where the kernel shall write `length` values of each output."""
    cdef int i
    for i in range(count):
        outs[i] = outputs[i] + first if stage == NULL else stage + i * (length + STAGE_GAP)


cdef class StreamKernel:
    """The stream form of one compiled indicator."""


cdef class Running:
    """A stream under way: `feed` takes one bar and answers the values of that bar.

    Parameters
    ----------
    chosen : StreamKernel
    numbers : tuple of float
        The parameters, valid.
    least : tuple of int
        For each input 1: above 0, 0: 0 or more, below: any finite number.
    recursive : bool
        What a missing bar does: a recursive stream steps over it, a windowed one begins anew.
    refuse : callable
        Raises for a bar that is wrong: `refuse(input, value)`, or `refuse(-1, None)` where it has another count of
        numbers. The stream is as it was.
    """

    cdef:
        StreamKernel chosen
        void* state
        Py_ssize_t size
        double parameters[MOST_PARAMETERS]
        int floors[MOST_INPUTS]
        bint recursive
        object refuse

    def __cinit__(
        self, StreamKernel chosen not None, tuple numbers not None, tuple least not None, bint recursive, refuse
    ):
        cdef int i
        self.chosen, self.recursive, self.refuse = chosen, recursive, refuse
        unpack(numbers, chosen.parameters, self.parameters)
        for i in range(chosen.inputs):
            self.floors[i] = least[i]
        self.size = chosen.size(self.parameters)
        self.state = PyMem_RawCalloc(max(self.size, 1), 1)
        if self.state == NULL:
            raise MemoryError
        chosen.begin(self.state, self.parameters)

    def __dealloc__(self):
        PyMem_RawFree(self.state)

    def feed(self, first, second=None, third=None, fourth=None, fifth=None):
        """Take one bar, its inputs in declared order; its value, or a tuple for several outputs."""
        cdef:
            double bar[MOST_INPUTS]
            double values[MOST_OUTPUTS]
            int count = 1
            int i
            bint missing = False
        bar[0] = first
        for rest in (second, third, fourth, fifth):
            if rest is None:
                break
            bar[count] = rest
            count += 1
        if count != self.chosen.inputs:
            self.refuse(-1, None)
        for i in range(count):
            if isnan(bar[i]):
                missing = True
            elif not isfinite(bar[i]) or (self.floors[i] >= 0 and bar[i] < self.floors[i] * DBL_MIN):
                self.refuse(i, bar[i])
        if not missing:
            self.chosen.feed(self.state, bar, values)
        else:
            if not self.recursive:
                memset(self.state, 0, self.size)
                self.chosen.begin(self.state, self.parameters)
            for i in range(self.chosen.outputs):
                values[i] = NAN
        if self.chosen.outputs == 1:
            return values[0]
        return tuple([values[i] for i in range(self.chosen.outputs)])

    def save(self):
        """The state as bytes."""
        return (<char*>self.state)[:self.size]

    def load(self, bytes state not None):
        """Take over a state that `save` gave for the same parameters. ValueError: it has another size."""
        if len(state) != self.size:
            raise ValueError(f"a state of this stream has {self.size} bytes, found {len(state)}")
        memcpy(self.state, <const char*>state, self.size)
