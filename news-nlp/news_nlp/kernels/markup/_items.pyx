# distutils: language = c++
"""Clean items from the raw fields of any format."""
from types import MemberDescriptorType

from cpython.object cimport PyObject, PyTypeObject
from cpython.unicode cimport PyUnicode_AsUTF8AndSize, PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t
from libc.string cimport memchr, memcmp, memcpy

from news_nlp.kernels.markup._addresses cimport (
    MAX_HOST, begins_path, has_other_scheme, has_scheme, host_end, is_plain, joins_at, wide_host, without_breaks,
)
from news_nlp.kernels.markup._calendar cimport NO_DATE
from news_nlp.kernels.markup._dates cimport as_datetime, moment_of
from news_nlp.kernels.markup._elements cimport (
    ABOUT, BASE, CREATED, DESCRIPTION, GUID, HREF, ITUNES_TITLE, LINK_BASE, LINK_TEXT, MEDIA_DESCRIPTION, PUB_DATE, PUBLISHER,
    SOURCE_HREF, SOURCE_LINK, SOURCE_TEXT, SOURCE_TITLE, SOURCE_URL, TITLE,
)
from news_nlp.kernels.markup._json cimport (
    CHANGED, CONTENT_HTML, CONTENT_TEXT, DIGEST, EXTERNAL_URL, FEED_URL, HEADLINE, HOME, ISSUED_AT, JSON_FINE, KEY, URL, Entry,
    Json,
)
from news_nlp.kernels.markup._links cimport LINK_ROOM, UNDECIDED, find_host, resolve_into
from news_nlp.kernels.markup._markup cimport (
    DECLARES_ENTITIES as _ENTITIES, FINE as _FINE, HTML_PAGE as _HTML, NO_FEED as _NO_FEED, NO_MARKUP as _NO_MARKUP,
    TOO_DEEP as _DEEP, TOO_MANY_ITEMS as _ITEMS, TOO_MANY_TAGS as _TAGS, Item, Markup,
)
from news_nlp.kernels.markup._plain cimport MOST_READ, is_section, plain
from news_nlp.kernels._slots cimport PyMemberDescrObject, set_new
from news_nlp.kernels._strings cimport ascii_text
from news_nlp.kernels.markup._tags cimport Span
from news_nlp.kernels.markup._values cimport once

FINE, NO_MARKUP, NO_FEED, HTML_PAGE = _FINE, _NO_MARKUP, _NO_FEED, _HTML
DECLARES_ENTITIES, TOO_DEEP, TOO_MANY_TAGS, TOO_MANY_ITEMS = _ENTITIES, _DEEP, _TAGS, _ITEMS

cdef extern from "Python.h":
    void PyObject_GC_UnTrack(object item)
    bint PyObject_IS_GC(object item)
    object PyType_GenericAlloc(PyTypeObject* kind, Py_ssize_t count)

cdef enum:
    MAX_SOURCE = 200

# Their links name no publisher, and their descriptions list other articles' headlines
cdef frozenset AGGREGATORS = frozenset({"news.google.com"})
cdef tuple DASHES = (" - ", " | ", " \u2013 ")
cdef str EDGES = " -|\u2013"
cdef tuple FIELDS = ("title", "summary", "url", "source", "source_host", "published_at")
cdef str without_source(str headline, str source):
    """Google News puts ` - Source` behind the headline; a dash of the headline itself stays."""
    cdef str dash
    if source and headline.endswith(source):
        for dash in DASHES:
            if headline.endswith(dash + source):
                return headline[: len(headline) - len(dash) - len(source)].rstrip()
    return headline


cdef Py_ssize_t offset_of(object kind, str name) except -1:
    """Where the objects of a class with slots hold a field."""
    cdef object slot = kind.__dict__.get(name)
    if type(slot) is not MemberDescriptorType:
        raise TypeError(f"expected {kind.__name__} to have a slot {name}")
    return (<PyMemberDescrObject*><PyObject*>slot).d_member.offset


cdef bint repeats(str summary, str headline, str source) except -1:
    """Whether a description says no more than the headline, its source or a part of it."""
    cdef str rest = summary
    if headline.startswith(summary):
        return True
    # what is cut out below must begin it
    if not (rest[0] in EDGES or rest.startswith(headline) or (source and rest.startswith(source))):
        return False
    if headline in rest:
        rest = rest.replace(headline, "", 1)
    if source and source in rest:
        rest = rest.replace(source, "")
    return not rest or (rest[0] in EDGES and not rest.strip(EDGES))


cdef class Builder:
    """Makes the items of one document; see the types for its parameters.

    `resolve(link, base)` gives the absolute http(s) address of a link, or ""; `host_of(url)` the host of an address.
    """

    cdef:
        object item_type, resolve, host_of
        Py_ssize_t[6] slots     # where an item holds its fields
        Py_ssize_t most_title, most_summary, most_url
        str last_host           # most items of a feed have the same
        unsigned char[MAX_HOST] origin         # of an address that took reading: up to its path
        Py_ssize_t origin_size
        str origin_host
        readonly Py_ssize_t skipped

    def __init__(self, item_type, resolve, host_of, *, Py_ssize_t title, Py_ssize_t summary, Py_ssize_t url):
        self.item_type, self.resolve, self.host_of = item_type, resolve, host_of
        self.most_title, self.most_summary, self.most_url = title, summary, url
        self.last_host = self.origin_host = ""
        self.origin_size = 0
        for at, name in enumerate(FIELDS):
            self.slots[at] = offset_of(item_type, name)

    cdef str address(self, const unsigned char* raw, Py_ssize_t size, str base):
        """An absolute http(s) address of a trimmed value, or "": other schemes (`javascript:`) are never kept."""
        cdef:
            const unsigned char* start
            unsigned char[LINK_ROOM] resolved
            Py_ssize_t length, joint, skipped
        if size == 0 or size > self.most_url * 8 or has_other_scheme(raw, size):
            return ""
        if size <= self.most_url and is_plain(raw, size):
            return PyUnicode_DecodeUTF8(<const char*>raw, size, NULL)
        start = <const unsigned char*>PyUnicode_AsUTF8AndSize(base, &length)
        if size <= self.most_url:
            joint = joins_at(raw, size, start, length, &skipped)
            if 0 < joint <= self.most_url - size:
                memcpy(resolved, start, joint)
                memcpy(resolved + joint, raw + skipped, size - skipped)
                return PyUnicode_DecodeUTF8(<const char*>resolved, joint + size - skipped, NULL)
        length = resolve_into(raw, size, start, length, resolved)
        if length != UNDECIDED:
            return PyUnicode_DecodeUTF8(<const char*>resolved, length, NULL)
        return self.resolve(PyUnicode_DecodeUTF8(<const char*>raw, size, NULL), base)

    cdef str written(self, const unsigned char* text, Span span, str base):
        """The address of a value as XML writes it."""
        cdef:
            str value
            Py_ssize_t size
            const unsigned char* raw
        trim(text, &span)
        raw = text + span.start
        if span.size == 0 or not (memchr(raw, c"&", span.size) or memchr(raw, c"<", span.size)):
            return self.address(raw, span.size, base)
        if span.size > self.most_url * 8:
            return ""
        value = once(raw, span.size)
        raw = <const unsigned char*>PyUnicode_AsUTF8AndSize(value, &size)
        return self.address(raw, size, base)

    cdef str host(self, str url):
        """Host of an absolute address in lower case, without `www.`; "" when it has none."""
        cdef:
            str found
            Py_ssize_t size, length, start
            const unsigned char* raw = <const unsigned char*>PyUnicode_AsUTF8AndSize(url, &size)
            Py_ssize_t end = host_end(raw, size)
            unsigned char[LINK_ROOM] clean
            bint is_written = True
        if size == 0:
            return ""
        if end:
            start = 7 if raw[4] == c":" else 8
            return self.lower_host(raw + start, end - start)
        if self.origin_size and begins_path(raw, size, self.origin_size) and memcmp(raw, self.origin, self.origin_size) == 0:
            return self.origin_host
        length = find_host(raw, size, &start)
        if length == UNDECIDED and size <= LINK_ROOM:
            length = find_host(clean, without_breaks(raw, size, clean), &start)
            raw, is_written = clean, False
        if length == UNDECIDED:
            return self.host_of(url)
        found = self.lower_host(raw + start, length)
        if is_written and length:
            self.remember(raw, size, start + length, found)
        return found

    cdef int remember(self, const unsigned char* url, Py_ssize_t size, Py_ssize_t host_end, str host) except -1:
        """Keep what an address begins with: others that begin so have the same host."""
        cdef Py_ssize_t end = host_end
        while end < size and not begins_path(url, size, end):
            end += 1
        self.origin_size = end if end < size and end <= MAX_HOST else 0
        memcpy(self.origin, url, self.origin_size)
        self.origin_host = host
        return 0

    cdef str lower_host(self, const unsigned char* raw, Py_ssize_t length):
        cdef:
            Py_ssize_t at, size, skipped
            char[MAX_HOST] host
            const char* last
        for at in range(length):
            if raw[at] >= 128 or length > MAX_HOST:
                return wide_host(raw, length)
            host[at] = raw[at] | 32 if c"A" <= raw[at] <= c"Z" else raw[at]
        skipped = 4 if length > 4 and memcmp(host, b"www.", 4) == 0 else 0
        last = PyUnicode_AsUTF8AndSize(self.last_host, &size)
        if size != length - skipped or memcmp(last, host + skipped, size) != 0:
            self.last_host = ascii_text(<const unsigned char*>host + skipped, length - skipped)
        return self.last_host

    cdef object make(self, str headline, str text, str url, str source, str host, object moment):
        # slot by slot: the constructor of a frozen dataclass takes twenty times as long
        cdef object item = PyType_GenericAlloc(<PyTypeObject*>self.item_type, 0)
        set_new(item, self.slots[0], headline)
        set_new(item, self.slots[1], "" if text and repeats(text, headline, source) else text)
        set_new(item, self.slots[2], url)
        set_new(item, self.slots[3], source)
        set_new(item, self.slots[4], host)
        set_new(item, self.slots[5], moment)
        if PyObject_IS_GC(item):
            PyObject_GC_UnTrack(item)          # texts and a date: nothing that could lead back to it
        return item

    cdef str host_from(self, str source_url, str source, str publisher, str base):
        """The publisher's host: of the source's address, of the link, of the feed."""
        cdef str host = self.host(source_url)
        if not host:
            host = source.casefold().replace(" ", "-") if publisher in AGGREGATORS else publisher
        return host or self.host(base)

    def read_json(self, bytes data not None, str address not None, Py_ssize_t most_items):
        """Status, where it was decided, title, address and items of a JSON Feed."""
        cdef:
            Json json = Json(most_items)
            const unsigned char* text = data
            Py_ssize_t size = len(data)
            size_t at
            str title, home, base
            list items = []
            object item
        with nogil:
            json.scan(text, size)
        if json.status != JSON_FINE:
            return json.status, json.at, "", "", items
        home = self.link_from(json, json.head.at[HOME], address)
        base = home or self.link_from(json, json.head.at[FEED_URL], address) or address
        title = text_from(json, json.head.at[HEADLINE], self.most_title)
        for at in range(json.items.size()):
            item = self.entry(json, &json.items[at], title, base)
            if item is not None:
                items.append(item)
        return JSON_FINE, 0, title, home, items

    cdef object entry(self, Json json, Entry* entry, str source, str base):
        cdef:
            str title = without_source(text_from(json, entry.at[HEADLINE], self.most_title), source)
            str url, publisher, summary = ""
            Span span
            int64_t moment
        if not title:
            self.skipped += 1
            return None
        url = self.link_from(json, entry.at[URL], base) or self.link_from(json, entry.at[EXTERNAL_URL], base)
        if not url and has_scheme(json.text + entry.at[KEY].start, entry.at[KEY].size):
            url = self.link_from(json, entry.at[KEY], base)
        moment = moment_from(json, entry.at[ISSUED_AT])
        if moment == NO_DATE:
            moment = moment_from(json, entry.at[CHANGED])
        publisher = self.host(url)
        if publisher not in AGGREGATORS:
            span = entry.at[DIGEST] if entry.at[DIGEST].size else entry.at[CONTENT_TEXT]
            summary = text_from(json, span if span.size else entry.at[CONTENT_HTML], self.most_summary)
        return self.make(title, summary, url, source, self.host_from("", source, publisher, base), as_datetime(moment))

    cdef str link_from(self, Json json, Span span, str base):
        cdef:
            Py_ssize_t size
            const unsigned char* raw = json.value(span, span.size, &size)
        return self.address(raw, size, base)

    def read_markup(self, bytes data not None, str address not None, Py_ssize_t most_tags, Py_ssize_t most_items):
        """Status, title (or the name of a root that is no feed's), address and items of a feed in XML."""
        cdef:
            Markup markup = Markup(most_tags, most_items)
            const unsigned char* text = data
            Py_ssize_t size = len(data)
            size_t at
            str title, home, base
            list items = []
            object item
        with nogil:
            markup.scan(text, size)
        if markup.status != _FINE:
            return markup.status, once(text + markup.root.start, markup.root.size), "", items
        title = first_plain(text, &markup.head, TITLE, ITUNES_TITLE, self.most_title)
        base = self.based(text, markup.head.at[BASE], self.based(text, markup.root_base, ""))
        home = self.link_of(text, &markup.head, base or address)
        base = base or home or address
        for at in range(markup.items.size()):
            item = self.item(text, &markup.items[at], base, home)
            if item is not None:
                items.append(item)
        return _FINE, title, home, items

    cdef str based(self, const unsigned char* text, Span span, str base):
        """The base that an `xml:base` sets within another one."""
        return self.written(text, span, base) or base if span.size else base

    cdef str link_of(self, const unsigned char* text, Item* item, str base):
        cdef:
            Span span
            str url = ""
            int slot
        for slot in range(HREF, ABOUT + 1):
            span = item.at[slot]
            if span.size == 0 or (slot == GUID and not has_scheme(text + span.start, span.size)):
                continue
            url = self.written(text, span, self.based(text, item.at[LINK_BASE], base) if slot == HREF else base)
            if url:
                break
        return url

    cdef object item(self, const unsigned char* text, Item* raw, str base, str home):
        cdef:
            Span span = raw.at[SOURCE_URL]
            str source, url, publisher, summary = ""
            str headline = first_plain(text, raw, TITLE, ITUNES_TITLE, self.most_title)
        if raw.at[SOURCE_TITLE].size:              # an Atom entry's source is a feed of its own
            source = first_plain(text, raw, SOURCE_TITLE, SOURCE_TITLE, MAX_SOURCE)
            span = raw.at[SOURCE_HREF] if raw.at[SOURCE_HREF].size else raw.at[SOURCE_LINK]
        elif raw.at[SOURCE_TEXT].size:
            source = first_plain(text, raw, SOURCE_TEXT, SOURCE_TEXT, MAX_SOURCE)
        else:
            source = first_plain(text, raw, PUBLISHER, PUBLISHER, MAX_SOURCE)
        headline = without_source(headline, source)
        if not headline:
            self.skipped += 1
            return None
        url = self.link_of(text, raw, self.based(text, raw.at[BASE], base))
        publisher = self.host(url)
        if publisher not in AGGREGATORS:
            summary = first_plain(text, raw, DESCRIPTION, MEDIA_DESCRIPTION, self.most_summary)
        publisher = self.host_from(once(text + span.start, span.size) if span.size else "", source, publisher, home or base)
        return self.make(headline, summary, url, source, publisher, as_datetime(moment_of_item(text, raw)))


cdef int64_t moment_of_item(const unsigned char* text, Item* item) except? -1:
    """The first date that is one."""
    cdef:
        int64_t moment = NO_DATE
        Span span
        int slot
    for slot in range(PUB_DATE, CREATED + 1):
        span = item.at[slot]
        if span.size and moment == NO_DATE:
            if is_section(text + span.start, span.size):
                span.start, span.size = span.start + 9, span.size - 12
            moment = moment_of(text + span.start, span.size)
            if moment == NO_DATE and (memchr(text + span.start, c"<", span.size) or memchr(text + span.start, c"&", span.size)):
                moment = moment_of_text(once(text + span.start, span.size))
    return moment


cdef str first_plain(const unsigned char* text, Item* item, int first, int last, Py_ssize_t limit):
    """The first of some fields that holds text."""
    cdef:
        int slot
        str found = ""
    for slot in range(first, last + 1):
        if item.at[slot].size:
            found = plain(text + item.at[slot].start, item.at[slot].size, limit)
            if found:
                break
    return found


cdef str text_from(Json json, Span span, Py_ssize_t limit):
    """Clean text of a string."""
    cdef:
        Py_ssize_t size
        const unsigned char* raw = json.value(span, limit * MOST_READ, &size)
    return plain(raw, size, limit)


cdef int64_t moment_from(Json json, Span span) except? -1:
    cdef:
        Py_ssize_t size
        const unsigned char* raw = json.value(span, span.size, &size)
    return moment_of(raw, size)


cdef inline void trim(const unsigned char* text, Span* span) noexcept nogil:
    while span.size and text[span.start + span.size - 1] <= 32:
        span.size -= 1
    while span.size and text[span.start] <= 32:
        span.start += 1
        span.size -= 1


cdef int64_t moment_of_text(str text) except? -1:
    cdef:
        Py_ssize_t size
        const unsigned char* raw
    if text is None:
        return NO_DATE
    raw = <const unsigned char*>PyUnicode_AsUTF8AndSize(text, &size)
    return moment_of(raw, size)
