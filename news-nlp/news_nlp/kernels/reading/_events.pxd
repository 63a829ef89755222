"""Event type and relevance, for the reader."""
from news_nlp.kernels.reading._reading cimport Reading

cdef void judge_events(Reading* reading) noexcept nogil
