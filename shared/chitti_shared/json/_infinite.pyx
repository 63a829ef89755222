"""Infinite scalars: msgspec prints them as null, which would read as missing."""
from libc.math cimport isinf

from msgspec import Raw, Struct
from numpy import ndarray


def infinite_in(value):
    """Path of the first infinite float in structs, dicts and lists, at any depth; None when all are finite.

    Number arrays are not looked into: their writer does that.
    """
    return find(value)


cdef frozenset FINITE = frozenset({str, int, bool, ndarray, Raw})  # most values: not worth a look at their bases


cdef object find(object value):
    cdef object inner
    cdef Py_ssize_t index
    if type(value) is float:
        return "" if isinf(<double>value) else None
    if value is None or type(value) in FINITE:
        return None
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            inner = find(getattr(value, name))
            if inner is not None:
                return joined(name, inner)
    elif isinstance(value, dict):
        for key, item in (<dict>value).items():
            inner = find(item)
            if inner is not None:
                return joined(str(key), inner)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            inner = find(item)
            if inner is not None:
                return joined(f"[{index}]", inner)
    return None


cdef str joined(str name, str inner):
    if not inner or inner.startswith("["):
        return name + inner
    return f"{name}.{inner}"
