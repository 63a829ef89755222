"""Runs compiled indicators bar by bar."""
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree
from libc.float cimport DBL_MIN
from libc.math cimport NAN, isfinite, isnan
from libc.string cimport memcpy, memset

from mojo_compute.kernels._kernel cimport MOST_INPUTS, MOST_OUTPUTS, MOST_PARAMETERS, StreamKernel


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
    whole : tuple of bool
        For each output whether its values are whole numbers, 0 where there is none.
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
        bint whole[MOST_OUTPUTS]
        object refuse

    def __cinit__(
        self, StreamKernel chosen not None, tuple numbers not None, tuple least not None, bint recursive,
        tuple whole not None, refuse,
    ):
        cdef int i
        self.chosen, self.recursive, self.refuse = chosen, recursive, refuse
        if len(numbers) != chosen.parameters:
            raise TypeError(f"a stream takes {chosen.parameters} parameters, found {len(numbers)}")
        for i in range(chosen.parameters):
            self.parameters[i] = numbers[i]
        for i in range(chosen.inputs):
            self.floors[i] = least[i]
        for i in range(chosen.outputs):
            self.whole[i] = whole[i]
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
            return self.told(0, values[0])
        return tuple([self.told(i, values[i]) for i in range(self.chosen.outputs)])

    cdef inline object told(self, int output, double value):
        if self.whole[output]:
            return 0 if isnan(value) else <int>value
        return value

    def save(self):
        """The state as bytes."""
        return (<char*>self.state)[:self.size]

    def load(self, bytes state not None):
        """Take over a state that `save` gave for the same parameters. ValueError: it has another size."""
        if len(state) != self.size:
            raise ValueError(f"a state of this stream has {self.size} bytes, found {len(state)}")
        memcpy(self.state, <const char*>state, self.size)
