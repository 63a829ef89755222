"""Feeds in JSON: where the fields of each item lie in the document's bytes."""
from libc.stdint cimport uint32_t
from libcpp.vector cimport vector

from news_nlp.kernels.markup._tags cimport Span

cdef enum:
    JSON_DEPTH = 512

# The members that are read, by the lengths of their names
cdef enum:
    KEY
    URL
    HEADLINE
    ITEMS
    DIGEST
    VERSION
    FEED_URL
    CONTENT_TEXT
    CONTENT_HTML
    EXTERNAL_URL
    CHANGED
    HOME
    ISSUED_AT
    MEMBERS

cdef enum:
    JSON_FINE
    NO_JSON                 # `at` tells where
    NO_VERSION
    NO_ITEMS
    JSON_TOO_DEEP
    JSON_TOO_MANY

cdef struct Entry:
    Span[MEMBERS] at        # within the quotes; of size 0 what holds no text

cdef class Json:
    cdef:
        const unsigned char* text
        Py_ssize_t size, at, most_items
        int status
        bint has_items
        Entry head
        vector[Entry] items
        vector[unsigned char] room

    cdef void scan(self, const unsigned char* text, Py_ssize_t size) noexcept nogil
    cdef const unsigned char* value(self, Span span, Py_ssize_t most, Py_ssize_t* size) noexcept nogil
    cdef bint fails(self, int status) noexcept nogil
    cdef bint space(self) noexcept nogil
    cdef bint takes(self, unsigned char sign) noexcept nogil
    cdef bint string(self, Span* into) noexcept nogil
    cdef bint escape(self) noexcept nogil
    cdef bint digits(self) noexcept nogil
    cdef bint number(self) noexcept nogil
    cdef bint scalar(self) noexcept nogil
    cdef bint key(self, Span* name) noexcept nogil
    cdef bint any_value(self) noexcept nogil
    cdef bint members(self, Entry* entry, bint outermost) noexcept nogil
    cdef bint elements(self) noexcept nogil
    cdef int member_of(self, Span name) noexcept nogil
