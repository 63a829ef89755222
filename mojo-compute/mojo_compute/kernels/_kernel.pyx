"""Runs compiled indicators: on one series, and on a panel of them.

`Kernel.__call__` checks nothing: `mojo_compute.indicators` does. `Kernel.try_series` and, for panels,
`look_at` and `Kernel.run_panel` are the way for the usual case, series without a gap: they check
everything themselves, and leave what is not usual, errors among it, to the caller.
"""
from cpython.buffer cimport PyBUF_C_CONTIGUOUS, PyBUF_FORMAT, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from libc.stdint cimport int64_t, uint8_t

from mojo_compute.kernels._pieces cimport good_pieces, good_series
from mojo_compute.kernels._placing cimport Placing, deliver, place_outputs, stage_room
from mojo_compute.kernels._spread cimport LEFT_OUT, spread
from mojo_compute.kernels._usual cimport UNSEEN, never_below, usual

cdef Kernel kernel(
    Series series, int inputs, int parameters, int outputs, Room room=NULL, Panel panel=NULL, Past past=NULL,
    bint integers=False,
):
    cdef Kernel made = Kernel.__new__(Kernel)
    if inputs > MOST_INPUTS or parameters > MOST_PARAMETERS or outputs > MOST_OUTPUTS:
        raise TypeError("a kernel has too many arguments")
    made.series, made.room, made.panel, made.past = series, room, panel, past
    made.inputs, made.parameters, made.outputs = inputs, parameters, outputs
    made.integers = integers
    return made


cdef Kernel pointwise(Series series, int inputs, int outputs):
    cdef Kernel made = kernel(series, inputs, 0, outputs)
    made.pointwise = True
    return made


cdef StreamKernel stream(Size size, Begin begin, Feed feed, int inputs, int parameters, int outputs):
    cdef StreamKernel made = StreamKernel.__new__(StreamKernel)
    if inputs > MOST_INPUTS or parameters > MOST_PARAMETERS or outputs > MOST_OUTPUTS:
        raise TypeError("a stream kernel has too many arguments")
    made.size, made.begin, made.feed = size, begin, feed
    made.inputs, made.parameters, made.outputs = inputs, parameters, outputs
    return made


cdef class Arrays:
    """Arrays of one length, borrowed for a while: their memory stays where it is meanwhile."""

    cdef:
        Py_buffer views[MOST_INPUTS + MOST_OUTPUTS]
        double* data[MOST_INPUTS + MOST_OUTPUTS]  # of a `whole` one int32
        bint whole[MOST_INPUTS + MOST_OUTPUTS]
        int count
        Py_ssize_t length

    def __dealloc__(self):
        cdef int i
        for i in range(self.count):
            PyBuffer_Release(&self.views[i])

    cdef bint add(self, object array, bint writable) except -1:
        """Borrow one more, of float64, to be filled also of int32. BufferError, TypeError.

        False where its numbers, its shape or its length are others.
        """
        cdef:
            Py_buffer* view = &self.views[self.count]
            bint whole
        PyObject_GetBuffer(array, view, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS | (PyBUF_WRITABLE if writable else 0))
        self.count += 1
        if view.ndim != 1 or view.format == NULL or view.format[0] == 0 or view.format[1]:
            return False
        whole = writable and view.format[0] == b"i"
        if not whole and view.format[0] != b"d":
            return False
        if self.count > 1 and view.shape[0] != self.length:
            return False
        self.length = view.shape[0]
        self.data[self.count - 1] = <double*>view.buf
        self.whole[self.count - 1] = whole
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
            raise TypeError("a kernel fills contiguous float64 or int32 arrays of one length")
    return arrays


cdef inline int unpack(tuple numbers, int count, double* values) except -1:
    cdef int i
    if len(numbers) != count:
        raise TypeError(f"a kernel takes {count} parameters, found {len(numbers)}")
    for i in range(count):
        values[i] = numbers[i]
    return 0


cdef double* memory_of(Py_ssize_t doubles) except? NULL:
    """Working memory, or NULL where none is needed."""
    cdef double* memory = NULL
    if doubles:
        memory = <double*>PyMem_RawMalloc(doubles * sizeof(double))
        if memory == NULL:
            raise MemoryError
    return memory


cdef inline Py_ssize_t scratch_room(Kernel chosen, const double* parameters, Py_ssize_t bars):
    return chosen.room(parameters, bars) if chosen.room != NULL else 0


cdef Placing placing(Kernel chosen, Arrays arrays) except *:
    """Where the kernel's results go, without a stage for them."""
    cdef:
        Placing made
        int i
    made.outputs, made.whole = arrays.data + chosen.inputs, arrays.whole + chosen.inputs
    made.count, made.integers = chosen.outputs, chosen.integers
    made.streamed = made.past = False
    made.stage = NULL
    for i in range(made.count):
        if chosen.integers and not made.whole[i]:
            raise TypeError("this kernel fills int32 arrays")
    return made


cdef inline Py_ssize_t converted_room(const Placing* to, Py_ssize_t length):
    """Doubles of stage for outputs that the kernel does not fill as they are wanted."""
    cdef int i
    if not to.integers:
        for i in range(to.count):
            if to.whole[i]:
                return stage_room(to.count, length)
    return 0


cdef class Kernel:
    """One compiled indicator; `kernel(*inputs, *parameters, *outputs)` as every engine's kernels."""

    @property
    def writes_past(self):
        """Whether it writes past the caches itself, where that is asked for."""
        return self.past != NULL

    def __call__(self, *arguments):
        cdef:
            int first = self.inputs + self.parameters
            double parameters[MOST_PARAMETERS]
            double* outs[MOST_OUTPUTS]
            double* memory
            Arrays arrays = borrowed(arguments[:self.inputs], self.inputs, arguments[first:], self.outputs)
            Placing to = placing(self, arrays)
            Py_ssize_t staged = converted_room(&to, arrays.length)
        unpack(arguments[self.inputs:first], self.parameters, parameters)
        memory = memory_of(staged + scratch_room(self, parameters, arrays.length))
        to.stage = memory
        with nogil:
            place_outputs(&to, 0, arrays.length, outs)
            self.series(<const double* const*>arrays.data, parameters, outs, arrays.length, memory + staged)
            deliver(&to, outs, 0, arrays.length)
        PyMem_RawFree(memory)

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
            As long as the first input; float64, or int32 for whole numbers, which are 0 where there is none.
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
            Py_ssize_t staged
            double* memory
            double* outs[MOST_OUTPUTS]
            Placing to
            object array
            int i
            bint good
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
        unpack(numbers, self.parameters, parameters)
        for i in range(self.inputs):
            floors[i] = least[i]
        for i in range(self.outputs):
            warm_ups[i] = lookback
        if self.pointwise:
            with nogil:
                good = good_pieces(
                    self, arrays.data, parameters, arrays.length, floors, high, low, warm_ups, sparse
                )
            return good
        to = placing(self, arrays)
        staged = converted_room(&to, arrays.length)
        memory = memory_of(staged + scratch_room(self, parameters, arrays.length))
        to.stage = memory
        with nogil:
            place_outputs(&to, 0, arrays.length, outs)
            good = good_series(
                self, arrays.data, parameters, outs, arrays.length, memory + staged, floors, high, low, warm_ups, sparse
            )
            if good:
                deliver(&to, outs, 0, arrays.length)
            PyMem_RawFree(memory)
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
            Contiguous float64, one series behind the other; results may be int32, as `try_series` has them.
        numbers : tuple of float
        starts : array of int64, shape (series + 1,)
            Where each series begins, and where the last one ends.
        found : array of uint8, shape (series,)
            What `look_at` found. Gets 128 for a series that is too short, or whose result is not
            finite; it and every other that is not computed are left all NaN, or 0 of int32.
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
            Py_ssize_t staged
            double* memory
            Placing to = placing(self, arrays)
            int floors[MOST_INPUTS]
            Py_ssize_t warm_ups[MOST_OUTPUTS]
            int rows = LANES if self.panel != NULL or self.past != NULL else 1
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
        to.past = streamed and self.past != NULL
        to.streamed = streamed and not to.past and longest <= MOST_STAGED
        if to.streamed:
            staged = stage_room(self.outputs, rows * longest)
        else:
            staged = converted_room(&to, rows * longest)
        memory = memory_of(staged + rows * scratch_room(self, parameters, longest))
        to.stage = memory
        if found.shape[0]:
            with nogil:
                left = spread(
                    self, arrays.data, parameters, &to, &starts[0], &found[0], found.shape[0], unfit | LEFT_OUT,
                    warm_ups, sparse, memory + staged, floors, high if least is not None else -1, low,
                )
        PyMem_RawFree(memory)
        return left


cdef enum:
    MOST_STAGED = 8_192   # bars of a series
    CROSSED = 64          # a high below its low


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


cdef class StreamKernel:
    """The stream form of one compiled indicator."""
