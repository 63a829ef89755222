"""Feeds in XML: where the fields of each item lie in the document's bytes."""
from cython cimport final
from libc.stdint cimport int32_t, uint32_t
from libcpp.vector cimport vector

from news_nlp.kernels.markup._elements cimport SLOTS
from news_nlp.kernels.markup._tags cimport Span, Tag, TagReader

cdef enum:
    DEPTH = 64

cdef enum:
    FINE
    NO_MARKUP
    NO_FEED                 # `root` names its root
    HTML_PAGE
    DECLARES_ENTITIES
    TOO_DEEP
    TOO_MANY_TAGS
    TOO_MANY_ITEMS

cdef struct Item:
    Span[SLOTS] at

cdef struct Frame:          # an open element
    Span name
    uint32_t content        # where its content begins
    int32_t kind

@final
cdef class Markup(TagReader):
    cdef:
        Py_ssize_t most_items
        bint over               # the root has ended
        int status
        Span root, root_base
        Item head, item
        vector[Item] items
        Frame[DEPTH] frames
        uint32_t[DEPTH] keys    # of their names

    cdef void scan(self, const unsigned char* text, Py_ssize_t size) noexcept nogil
    cdef Py_ssize_t end_tag(self, Py_ssize_t at) noexcept nogil
    cdef Py_ssize_t declaration(self, Py_ssize_t at) noexcept nogil
    cdef Py_ssize_t doctype(self, Py_ssize_t at) noexcept nogil
    cdef Py_ssize_t start_tag(self, Py_ssize_t at) noexcept nogil
    cdef Py_ssize_t child(self, int element, int owner, Tag* tag) noexcept nogil
    cdef Py_ssize_t root_tag(self, int element, Tag* tag) noexcept nogil
    cdef int owner_of(self, int element, Py_ssize_t at) noexcept nogil
    cdef Py_ssize_t item_child(self, int element, Tag* tag) noexcept nogil
    cdef Py_ssize_t link(self, Tag* tag, Span* href, Span* text, Span* base) noexcept nogil
    cdef Py_ssize_t field(self, Tag* tag, Span* into, bint long_text) noexcept nogil
    cdef Py_ssize_t field_step(self, Py_ssize_t at, Tag* tag, int* nested, bint long_text, bint* ended) noexcept nogil
    cdef Py_ssize_t open_element(self, Tag* tag, int kind) noexcept nogil
    cdef int opened_at(self, Span name) noexcept nogil
    cdef void close_down_to(self, int depth, Py_ssize_t at, bint own) noexcept nogil
    cdef void keep_item(self) noexcept nogil
