"""Of whom each phrase of a text speaks, for the verdicts."""
from news_nlp.kernels.reading._owners cimport Attribution
from news_nlp.kernels.reading._reading cimport Reading

cdef void attribute(Attribution* all, Reading* reading) noexcept nogil
