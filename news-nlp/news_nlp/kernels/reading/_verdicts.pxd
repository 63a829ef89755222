"""Verdicts on a text and on the names in it, for the reader."""
from news_nlp.kernels.reading._reading cimport Reading

cdef void judge(Reading* reading) noexcept nogil


cdef inline double factor_of_unnamed(bint said) noexcept nogil:
    """What a clause that names nobody counts for a name, by whether the name's own clauses say something."""
    return 0.5 if said else 1.0
