"""Names and figures of a text, for the other compiled rules."""
from news_nlp.kernels.reading._reading cimport Reading

cdef void find_names(Reading* reading) noexcept nogil
