"""The elements of feeds: which field an element fills, which namespace an address names."""
from libc.stdint cimport uint32_t, uint64_t

cdef enum:
    PLACES = 512            # a power of two, above four times the entries
    PREFIXES = 32           # kinds of keys beside the spaces'
    ADDRESSES = 33
    ABSENT = -1
    LONGEST = 16            # bytes of a name

cdef struct Entry:
    uint64_t key            # 0: free
    int value

cdef Entry[PLACES] ENTRIES
cdef uint32_t[LONGEST + 1] INITIALS  # of the names of each length: a bit for each letter


cdef uint64_t key_of(int space, const unsigned char* name, Py_ssize_t size) noexcept nogil:
    cdef:
        uint64_t key = <uint64_t>14695981039346656037 ^ <uint64_t>space
        Py_ssize_t at
        unsigned char ch
    key *= <uint64_t>1099511628211
    for at in range(size):
        ch = name[at]
        if c"A" <= ch <= c"Z":
            ch += 32
        key = (key ^ ch) * <uint64_t>1099511628211  # FNV-1a
    return key


cdef inline size_t place(uint64_t key) noexcept nogil:
    return (key ^ (key >> 31)) & (PLACES - 1)


cdef inline int found(uint64_t key) noexcept nogil:
    cdef size_t at = place(key)
    while ENTRIES[at].key != 0:
        if ENTRIES[at].key == key:
            return ENTRIES[at].value
        at = (at + 1) & (PLACES - 1)
    return ABSENT


cdef void enter(int space, bytes name, int value):
    cdef uint64_t key = key_of(space, name, len(name))
    cdef size_t at = place(key)
    while ENTRIES[at].key != 0:
        at = (at + 1) & (PLACES - 1)
    ENTRIES[at].key, ENTRIES[at].value = key, value

_ELEMENTS = {
    CORE: {
        b"title": TITLE, b"description": DESCRIPTION, b"summary": SUMMARY, b"encoded": ENCODED, b"content": CONTENT,
        b"pubdate": PUB_DATE, b"published": PUBLISHED, b"date": DUBLIN_DATE, b"issued": ISSUED, b"updated": UPDATED,
        b"modified": MODIFIED, b"created": CREATED, b"publisher": PUBLISHER,
        b"rss": RSS_ROOT, b"rdf": RDF_ROOT, b"html": HTML_ROOT, b"feed": FEED_ELEMENT, b"channel": CHANNEL_ELEMENT,
        b"item": ITEM_ELEMENT, b"entry": ITEM_ELEMENT, b"link": LINK_ELEMENT, b"guid": GUID_ELEMENT,
        b"source": SOURCE_ELEMENT, b"br": VOID_ELEMENT, b"hr": VOID_ELEMENT, b"img": VOID_ELEMENT,
    },
    DUBLIN: {
        b"title": DUBLIN_TITLE, b"description": DUBLIN_DESCRIPTION, b"date": DUBLIN_DATE, b"issued": ISSUED,
        b"modified": MODIFIED, b"created": CREATED, b"publisher": PUBLISHER,
    },
    CONTENT_MODULE: {b"encoded": ENCODED},
    MEDIA: {
        b"title": MEDIA_TITLE, b"description": MEDIA_DESCRIPTION, b"group": GROUP_ELEMENT, b"content": GROUP_ELEMENT,
    },
    ITUNES: {b"title": ITUNES_TITLE, b"summary": ITUNES_SUMMARY},
}
# without scheme, and without what may stand at the end
_ADDRESSES = {
    b"www.w3.org/2005/atom": CORE, b"purl.org/atom/ns": CORE, b"purl.org/rss/1.0": CORE, b"purl.org/net/rss1.1": CORE,
    b"www.w3.org/1999/02/22-rdf-syntax-ns": CORE, b"my.netscape.com/rdf/simple/0.9": CORE,
    b"channel.netscape.com/rdf/simple/0.9": CORE, b"backend.userland.com/rss2": CORE, b"backend.userland.com/rss": CORE,
    b"blogs.law.harvard.edu/tech/rss": CORE, b"purl.org/dc/elements/1.1": DUBLIN, b"purl.org/dc/elements/1.0": DUBLIN,
    b"purl.org/dc/terms": DUBLIN, b"purl.org/rss/1.0/modules/content": CONTENT_MODULE, b"search.yahoo.com/mrss": MEDIA,
    b"www.itunes.com/dtds/podcast-1.0.dtd": ITUNES,
}
# what a prefix means that was never declared
_USUAL = {
    b"": CORE, b"rss": CORE, b"atom": CORE, b"a10": CORE, b"rdf": CORE, b"dc": DUBLIN, b"dcterms": DUBLIN,
    b"content": CONTENT_MODULE, b"media": MEDIA, b"itunes": ITUNES,
}
for _space, _names in _ELEMENTS.items():
    for _name, _value in _names.items():
        enter(_space, _name, _value)
        INITIALS[len(_name)] |= 1 << (_name[0] & 31)
for _name, _value in _ADDRESSES.items():
    enter(ADDRESSES, _name, _value)
for _name, _value in _USUAL.items():
    enter(PREFIXES, _name, _value)


cdef int element_of(int space, const unsigned char* name, Py_ssize_t size) noexcept nogil:
    cdef int value
    if space == ALIEN or size > LONGEST or size == 0 or not INITIALS[size] >> (name[0] & 31) & 1:
        return UNKNOWN_ELEMENT
    value = found(key_of(space, name, size))
    return UNKNOWN_ELEMENT if value == ABSENT else value


cdef int space_of_address(const unsigned char* address, Py_ssize_t size) noexcept nogil:
    cdef int value
    cdef Py_ssize_t at = 0
    while at + 3 < size and at < 6 and not (address[at] == c":" and address[at + 1] == c"/" and address[at + 2] == c"/"):
        at += 1
    if at + 3 < size and at < 6:
        address += at + 3
        size -= at + 3
    while size and (address[size - 1] == c"/" or address[size - 1] == c"#"):
        size -= 1
    if size > 64:
        return ALIEN
    value = found(key_of(ADDRESSES, address, size))
    return ALIEN if value == ABSENT else value


cdef int usual_space(const unsigned char* prefix, Py_ssize_t size) noexcept nogil:
    cdef int value = found(key_of(PREFIXES, prefix, size)) if size <= LONGEST else ABSENT
    return ALIEN if value == ABSENT else value
