"""The short way from a call to a kernel: plain series, and parameters that were seen before."""
from cpython.float cimport PyFloat_CheckExact
from cpython.long cimport PyLong_CheckExact
from cpython.unicode cimport PyUnicode_CheckExact

from numpy import dtype
from numpy import empty as numpy_empty
from numpy import ndarray as numpy_array

cdef:
    object empty = numpy_empty
    object ndarray = numpy_array
    object new_tuple = tuple.__new__


cdef class Shortcut:
    """What computes one indicator of series without a gap, with parameters that are valid.

    Parameters
    ----------
    try_series : callable
        That of the kernel; `rest` are its arguments behind the results.
    rest : tuple
    dtypes : tuple
        Of each output.
    packed : type or None
        The named tuple of several outputs, None for one.
    """

    cdef:
        object try_series
        object numbers
        object lookback
        object least
        object high
        object low
        object sparse
        tuple dtypes
        object packed

    def __cinit__(self, try_series, tuple rest not None, tuple dtypes not None, packed):
        self.try_series, self.packed = try_series, packed
        self.dtypes = tuple([dtype(one) for one in dtypes])
        self.numbers, self.lookback, self.least, self.high, self.low, self.sparse = rest

    cdef object take(self, tuple inputs):
        """The outputs, None where a closer look is needed."""
        cdef:
            tuple results
            object length, one
        if not inputs:
            return None
        for one in inputs:
            if type(one) is not ndarray:  # a masked array lends its memory too
                return None
        length = len(inputs[0])
        if self.packed is None:
            results = (empty(length, self.dtypes[0]),)
        else:
            results = tuple([empty(length, one) for one in self.dtypes])
        if not self.try_series(
            inputs, results, self.numbers, self.lookback, self.least, self.high, self.low, self.sparse
        ):
            return None
        return results[0] if self.packed is None else new_tuple(self.packed, results)


cdef inline bint is_plain(object value):
    """Whether what equals a parameter that was valid is valid too: True equals 1."""
    return PyLong_CheckExact(value) or PyFloat_CheckExact(value) or PyUnicode_CheckExact(value)


cdef class Shortcuts:
    """Those of one indicator, by what its caller wrote behind the inputs.

    Parameters
    ----------
    inputs : int
    learn : callable
        `learn(key, values, named)`: the shortcut for parameters given by position and by name that are not known
        yet, or None; `known[key]` is its to fill.
    """

    cdef:
        Py_ssize_t inputs
        object learn
        readonly dict known

    def __cinit__(self, Py_ssize_t inputs, learn):
        self.inputs, self.learn, self.known = inputs, learn, {}

    def take(self, tuple given not None, dict named not None):
        """What the indicator gives for these arguments; None: take the long way."""
        cdef:
            tuple values = given[self.inputs:]
            object key = (values, *named.items()) if named else values
            object found
        for found in values:
            if not is_plain(found):
                return None
        if named:
            for found in named.values():
                if not is_plain(found):
                    return None
        try:
            found = self.known[key]
        except TypeError:  # something that is no number
            return None
        except KeyError:
            found = self.learn(key, values, named)
        return (<Shortcut?>found).take(given[:self.inputs]) if found is not None else None
