"""Fields of objects whose class has slots, filled in place."""
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF

cdef extern from "Python.h":
    ctypedef struct PyMemberDef:
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef* d_member


cdef inline PyObject** slot_of(object holder, Py_ssize_t offset) except NULL:
    return <PyObject**>(<char*><PyObject*>holder + offset)


cdef inline int set_new(object holder, Py_ssize_t offset, object value) except -1:
    """Fill a slot that was never set."""
    Py_INCREF(value)
    slot_of(holder, offset)[0] = <PyObject*>value
    return 0
