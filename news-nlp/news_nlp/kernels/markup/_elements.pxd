"""The elements of feeds by namespace and name, whatever the case of their letters."""
from libc.stdint cimport uint64_t

cdef enum:
    CORE                    # RSS, RDF, Atom, and no namespace
    DUBLIN
    CONTENT_MODULE
    MEDIA
    ITUNES
    ALIEN

# What a feed or an item can hold, within each group best first
cdef enum:
    TITLE
    DUBLIN_TITLE
    MEDIA_TITLE
    ITUNES_TITLE
    DESCRIPTION
    SUMMARY
    ENCODED
    CONTENT
    DUBLIN_DESCRIPTION
    ITUNES_SUMMARY
    MEDIA_DESCRIPTION
    PUB_DATE
    PUBLISHED
    DUBLIN_DATE
    ISSUED
    UPDATED
    MODIFIED
    CREATED
    PUBLISHER
    HREF                    # of an Atom link
    LINK_TEXT
    GUID
    ABOUT                   # rdf:about of an item
    SOURCE_TEXT
    SOURCE_URL
    SOURCE_TITLE
    SOURCE_HREF
    SOURCE_LINK
    BASE                    # xml:base
    LINK_BASE
    SLOTS

# Elements that are no plain field
cdef enum:
    RSS_ROOT = 64
    RDF_ROOT
    HTML_ROOT
    FEED_ELEMENT
    CHANNEL_ELEMENT
    ITEM_ELEMENT
    LINK_ELEMENT
    GUID_ELEMENT
    SOURCE_ELEMENT
    GROUP_ELEMENT           # of media: its fields are the item's
    VOID_ELEMENT            # HTML's, that nobody closes
    UNKNOWN_ELEMENT

cdef int element_of(int space, const unsigned char* name, Py_ssize_t size) noexcept nogil
cdef int space_of_address(const unsigned char* address, Py_ssize_t size) noexcept nogil
cdef int usual_space(const unsigned char* prefix, Py_ssize_t size) noexcept nogil
cdef uint64_t key_of(int space, const unsigned char* name, Py_ssize_t size) noexcept nogil
