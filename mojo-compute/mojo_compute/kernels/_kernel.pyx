"""Runs compiled indicators: on one series, on a panel of them, bar by bar.

`Kernel.__call__` and `Kernel.run_panel` check nothing: `mojo_compute.indicators` does.
`Kernel.try_series` is the way for the usual case, series without a gap: it checks everything
itself, and leaves what is not usual, errors among it, to the caller.
"""
from cpython.buffer cimport PyBUF_C_CONTIGUOUS, PyBUF_FORMAT, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawMalloc
from libc.math cimport NAN, isfinite, isnan
from libc.stdint cimport int64_t
from libc.string cimport memcpy, memset

from mojo_compute.kernels._checks cimport finite, in_order


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


cdef double* scratch_of(Room room, const double* parameters, Py_ssize_t bars) except? NULL:
    """Working memory, or NULL where none is needed."""
    cdef:
        Py_ssize_t doubles
        double* memory
    if room == NULL:
        return NULL
    doubles = room(parameters, bars)
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
            For each input 1: above 0, 0: 0 or more, -1: any finite number.
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
                if floors[i] < 0:
                    good &= finite(<const int64_t*>arrays.data[i], arrays.length)
                else:
                    good &= in_order(<const int64_t*>arrays.data[i], arrays.length, floors[i])
            if good and high >= 0:
                good = never_below(arrays.data[high], arrays.data[low], arrays.length)
            if good:
                self.series(<const double* const*>arrays.data, parameters, outputs, arrays.length, scratch)
                for i in range(self.outputs):
                    if sparse:
                        good &= no_infinity(outputs[i], arrays.length)
                    else:
                        good &= finite(<const int64_t*>outputs[i] + lookback, arrays.length - lookback)
            PyMem_RawFree(scratch)
        return good

    def run_panel(
        self, tuple given not None, tuple numbers not None, tuple results not None,
        const int64_t[::1] starts not None, Py_ssize_t first, Py_ssize_t last, Py_ssize_t least,
    ):
        """Compute the series first..last-1 of a panel into `results`; those shorter than `least` bars are all NaN.

        Parameters
        ----------
        given, results : tuple of ndarray, shape (starts[-1],)
            Contiguous float64, one series behind the other.
        numbers : tuple of float
        starts : array of int64, shape (series + 1,)
            Where each series begins, and where the last one ends.
        """
        cdef:
            Arrays arrays = borrowed(given, self.inputs, results, self.outputs)
            double parameters[MOST_PARAMETERS]
            Py_ssize_t longest = 0
            Py_ssize_t symbol
            double* scratch
        unpack(numbers, self.parameters, parameters)
        for symbol in range(first, last):
            longest = max(longest, starts[symbol + 1] - starts[symbol])
        scratch = scratch_of(self.room, parameters, longest)
        with nogil:
            spread(
                self, arrays.data, parameters, arrays.data + self.inputs, <const Py_ssize_t*>&starts[0], first, last,
                least, scratch,
            )
        PyMem_RawFree(scratch)


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
        good &= isfinite(values[i]) or isnan(values[i])
    return good


cdef void spread(
    Kernel chosen, double* const* inputs, const double* parameters, double* const* outputs,
    const Py_ssize_t* starts, Py_ssize_t first, Py_ssize_t last, Py_ssize_t least, double* scratch,
) noexcept nogil:
    """Runs of series that are long enough go to the panel kernel, or one by one to the series kernel."""
    cdef:
        const double* ins[MOST_INPUTS]
        double* outs[MOST_OUTPUTS]
        Py_ssize_t symbol = first
        Py_ssize_t stop, bar
        int i
    while symbol < last:
        if starts[symbol + 1] - starts[symbol] < least:
            for i in range(chosen.outputs):
                for bar in range(starts[symbol], starts[symbol + 1]):
                    outputs[i][bar] = NAN
            symbol += 1
            continue
        if chosen.panel != NULL:
            stop = symbol
            while stop < last and starts[stop + 1] - starts[stop] >= least:
                stop += 1
            chosen.panel(<const double* const*>inputs, parameters, outputs, starts + symbol, stop - symbol, scratch)
            symbol = stop
            continue
        for i in range(chosen.inputs):
            ins[i] = inputs[i] + starts[symbol]
        for i in range(chosen.outputs):
            outs[i] = outputs[i] + starts[symbol]
        chosen.series(ins, parameters, outs, starts[symbol + 1] - starts[symbol], scratch)
        symbol += 1


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
        For each input 1: above 0, 0: 0 or more, -1: any finite number.
    recursive : bool
        What a missing bar does: a recursive stream steps over it, a windowed one begins anew.
    """

    cdef:
        StreamKernel chosen
        void* state
        Py_ssize_t size
        double parameters[MOST_PARAMETERS]
        int floors[MOST_INPUTS]
        bint recursive

    def __cinit__(
        self, StreamKernel chosen not None, tuple numbers not None, tuple least not None, bint recursive
    ):
        cdef int i
        self.chosen, self.recursive = chosen, recursive
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

    def feed(self, double first, second=None, third=None, fourth=None, fifth=None):
        """Take one bar; its value, or a tuple of them. ValueError: a number out of range, which changes nothing."""
        cdef:
            double bar[MOST_INPUTS]
            double values[MOST_OUTPUTS]
            int count = self.chosen.inputs
            int i
            bint missing = False
        bar[0] = first
        if count > 1:
            if second is None or (count > 2 and third is None) or (count > 3 and fourth is None):
                raise TypeError(f"a bar of this stream has {count} numbers")
            bar[1] = second
            if count > 2:
                bar[2] = third
            if count > 3:
                bar[3] = fourth
            if count > 4:
                if fifth is None:
                    raise TypeError(f"a bar of this stream has {count} numbers")
                bar[4] = fifth
        for i in range(count):
            if isnan(bar[i]):
                missing = True
            elif not isfinite(bar[i]) or (self.floors[i] >= 0 and bar[i] < 0) or (self.floors[i] > 0 and bar[i] == 0):
                raise ValueError(i)
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
