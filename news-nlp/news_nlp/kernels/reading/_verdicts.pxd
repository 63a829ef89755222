"""Verdicts on a text and on the names in it, for the reader."""
from news_nlp.kernels.reading._reading cimport Reading

cdef void judge(Reading* reading) noexcept nogil
