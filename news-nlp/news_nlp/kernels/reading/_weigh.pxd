"""The weighing of phrases, for the reader."""
from news_nlp.kernels.reading._reading cimport Reading

cdef void weigh_phrases(Reading* reading) noexcept nogil
