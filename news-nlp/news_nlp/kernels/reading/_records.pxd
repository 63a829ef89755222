"""The records of a reading, made without their constructors."""
from news_nlp.kernels.reading._reading cimport Reading, Said, Verdict

cdef struct VerdictSlots:       # where a Verdict keeps its fields, in bytes from its start
    Py_ssize_t sentiment
    Py_ssize_t score
    Py_ssize_t confidence
    Py_ssize_t relevance

cdef struct MeaningSlots:       # and an Understanding
    Py_ssize_t sentiment
    Py_ssize_t score
    Py_ssize_t confidence
    Py_ssize_t phrases
    Py_ssize_t entities
    Py_ssize_t symbols
    Py_ssize_t others
    Py_ssize_t event
    Py_ssize_t model


cdef class Records:
    cdef type entity
    cdef type phrase
    cdef type verdict
    cdef type tone
    cdef type understanding
    cdef VerdictSlots verdict_slots
    cdef MeaningSlots meaning_slots
    cdef tuple kinds         # texts of the kinds of names
    cdef tuple types         # and of events
    cdef str model
    cdef tuple symbols       # text of each symbol

    cdef object meaning(self, const Reading* reading, str text)
    cdef list entities(self, const Reading* reading, str text)
    cdef list phrases(self, const Reading* reading, str text)
    cdef list phrases_about(self, const Reading* reading, str text)
    cdef object phrase_of(self, const Said* said, double weight, str text)
    cdef dict verdicts(self, const Reading* reading)
    cdef dict tones(self, const Reading* reading, str text)
    cdef object verdict_of(self, const Verdict* verdict)
