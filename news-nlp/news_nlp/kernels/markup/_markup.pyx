# distutils: language = c++
"""One pass over the bytes of a feed in XML, which notes where the fields of each item lie.

Nothing is built and nothing is expanded: no tree, no entity, no document type. Ill-formed markup
costs as little as can be: an end that is missing is supplied when the parent ends or when an
element comes that can only be the next field, an end without a start is passed over, a sign
that begins no tag is text. A field that the end of the document cuts off is not taken.

The caller guarantees UTF-8 (or another encoding whose ASCII stands for itself) below 4 GiB, and
a zero behind it.
"""
from cython cimport final
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memchr, memcpy, memset

from news_nlp.kernels.markup._elements cimport (
    ABOUT, BASE, CHANNEL_ELEMENT, CORE, DESCRIPTION, FEED_ELEMENT, GROUP_ELEMENT, GUID, GUID_ELEMENT, HREF, HTML_ROOT,
    ISSUED, ITEM_ELEMENT, ITUNES_TITLE, LINK_BASE, LINK_ELEMENT, LINK_TEXT, MEDIA_DESCRIPTION, MODIFIED, PUB_DATE, PUBLISHED,
    RDF_ROOT, RSS_ROOT, SLOTS, SOURCE_ELEMENT, SOURCE_HREF, SOURCE_LINK, SOURCE_TEXT, SOURCE_TITLE, SOURCE_URL, TITLE,
    UNKNOWN_ELEMENT, VOID_ELEMENT, element_of,
)
from news_nlp.kernels.markup._tags cimport Span, Tag, TagReader, begins_name, is_space, sign_from, span

cdef enum:
    ROOT_WITHIN = 4096      # bytes before the root in which warnings of a server may stand

cdef enum:
    IN_ROOT
    IN_HEAD
    IN_ITEM
    IN_GROUP
    IN_SOURCE
    IN_OTHER

MAX_DEPTH = DEPTH

cdef bint[256] LEADS_ON     # the signs behind a `<` that make it more than text in a field
for _sign in range(256):
    LEADS_ON[_sign] = begins_name(_sign) or _sign == c"!" or _sign == c"/"


cdef inline uint32_t fold_name(const unsigned char* name, Py_ssize_t size, Py_ssize_t left) noexcept nogil:
    """One number for all spellings of a name in capitals and small letters; `left` bytes of the document follow."""
    cdef:
        uint64_t key = <uint64_t>size, eight
        Py_ssize_t at = 0
    while at < size:
        eight = 0
        if left - at >= 8:
            memcpy(&eight, name + at, 8)
            if size - at < 8:
                eight &= (<uint64_t>1 << (8 * (size - at))) - 1  # little endian: the first bytes
        else:
            memcpy(&eight, name + at, min(8, size - at))
        key = (key ^ (eight | <uint64_t>0x2020202020202020)) * <uint64_t>0x9E3779B97F4A7C15
        key ^= key >> 29
        at += 8
    return <uint32_t>(key >> 32)


cdef inline bint is_long(int slot) noexcept nogil:
    return DESCRIPTION <= slot <= MEDIA_DESCRIPTION


@final
cdef class Markup(TagReader):
    def __cinit__(self, Py_ssize_t most_tags, Py_ssize_t most_items):
        self.most_tags, self.most_items = most_tags, most_items

    cdef void scan(self, const unsigned char* text, Py_ssize_t size) noexcept nogil:
        """Find `head` and `items`; `status` tells what forbids to."""
        cdef:
            Py_ssize_t at = 0
            unsigned char after
        self.text, self.size = text, size
        while at < size and self.status == FINE and not self.over:
            at = sign_from(text, at, size)
            if at + 1 >= size:
                break
            after = text[at + 1]
            if begins_name(after):
                at = self.start_tag(at)
            elif after == c"/":
                at = self.end_tag(at)
            elif after == c"!":
                at = self.declaration(at)
            elif after == c"?":
                at = self.behind(at + 2, "?>", 2)
            else:
                at += 1
        if self.status == FINE and not self.over:
            # cut off: an item whose title is whole is one
            for at in range(TITLE, ITUNES_TITLE + 1):
                if self.item.at[at].size:
                    self.keep_item()
                    break
            if self.depth == 0:
                self.status = NO_FEED if self.root.size else NO_MARKUP

    cdef Py_ssize_t end_tag(self, Py_ssize_t at) noexcept nogil:
        cdef int depth = self.opened_at(self.name_at(at + 2))
        if depth >= 0:
            self.close_down_to(depth, at, True)
        return self.behind(at + 2, ">", 1)

    cdef Py_ssize_t declaration(self, Py_ssize_t at) noexcept nogil:
        """Behind a comment, a CDATA section outside of all fields, a document type."""
        cdef Span rest = span(at + 2, min(self.size, at + 9))
        if rest.size >= 2 and self.text[at + 2] == c"-" and self.text[at + 3] == c"-":
            return self.behind(at + 4, "-->", 3)
        if self.reads(rest, "[cdata["):
            return self.behind(at + 9, "]]>", 3)
        if self.reads(rest, "doctype"):
            return self.doctype(at + 9)
        return self.behind(at + 2, ">", 1)

    cdef Py_ssize_t doctype(self, Py_ssize_t at) noexcept nogil:
        cdef:
            bint subset = False
            unsigned char ch
            Span name
        while at < self.size and is_space(self.text[at]):
            at += 1
        name = self.name_at(at)
        if self.depth == 0 and self.reads(name, "html"):
            self.status = HTML_PAGE
            return self.size
        while at < self.size:
            ch = self.text[at]
            if ch == c'"':
                at = self.behind(at + 1, '"', 1)
            elif ch == c"'":
                at = self.behind(at + 1, "'", 1)
            elif ch == c"<" and self.reads(span(at + 1, min(self.size, at + 8)), "!entity"):
                self.status = DECLARES_ENTITIES
                return self.size
            elif ch == c"<" and self.reads(span(at + 1, min(self.size, at + 4)), "!--"):
                at = self.behind(at + 4, "-->", 3)
            elif ch == c">" and not subset:
                return at + 1
            else:
                if ch == c"[" or ch == c"]":
                    subset = ch == c"["
                at += 1
        return self.size

    cdef Py_ssize_t start_tag(self, Py_ssize_t at) noexcept nogil:
        cdef:
            Tag tag
            int element
            Py_ssize_t end
        if not self.read_tag(at, &tag):
            return self.size
        if self.tags > self.most_tags:
            self.status = TOO_MANY_TAGS
        element = self.element(&tag)
        if self.depth == 0:
            end = self.root_tag(element, &tag)
        elif element == VOID_ELEMENT:
            end = tag.end
        else:
            end = self.child(element, self.owner_of(element, at), &tag)
        while self.bindings and self.bound[self.bindings - 1].depth >= self.depth:
            self.bindings -= 1
        return end

    cdef Py_ssize_t child(self, int element, int owner, Tag* tag) noexcept nogil:
        if element == ITEM_ELEMENT and owner <= IN_HEAD:
            memset(&self.item, 0, sizeof(Item))
            self.item.at[BASE], self.item.at[ABOUT] = tag.base, tag.about
            return self.open_element(tag, IN_ITEM)
        if owner == IN_ROOT and element == CHANNEL_ELEMENT:
            self.head.at[BASE] = tag.base
            return self.open_element(tag, IN_HEAD)
        if owner == IN_HEAD and element == LINK_ELEMENT:
            return self.link(tag, &self.head.at[HREF], &self.head.at[LINK_TEXT], &self.head.at[LINK_BASE])
        if owner == IN_HEAD and element < SLOTS:
            return self.field(tag, &self.head.at[element], is_long(element))
        if owner == IN_ITEM or owner == IN_GROUP:
            return self.item_child(element, tag)
        if owner == IN_SOURCE and element == TITLE:
            return self.field(tag, &self.item.at[SOURCE_TITLE], False)
        if owner == IN_SOURCE and element == LINK_ELEMENT:
            return self.link(tag, &self.item.at[SOURCE_HREF], &self.item.at[SOURCE_LINK], NULL)
        return self.open_element(tag, IN_OTHER)

    cdef Py_ssize_t root_tag(self, int element, Tag* tag) noexcept nogil:
        if element == HTML_ROOT:
            self.status = HTML_PAGE
            return self.size
        if element == RSS_ROOT or element == RDF_ROOT:
            self.root_base = tag.base
            return self.open_element(tag, IN_ROOT)
        if element == FEED_ELEMENT or element == CHANNEL_ELEMENT:
            self.head.at[BASE] = tag.base
            return self.open_element(tag, IN_HEAD)
        if self.root.size == 0:
            self.root = tag.name
        return tag.end if tag.end < ROOT_WITHIN else self.size

    cdef int owner_of(self, int element, Py_ssize_t at) noexcept nogil:
        """What the element is a child of, once the ends are supplied that must be missing before it."""
        cdef int depth = self.depth
        if element == ITEM_ELEMENT:
            while depth > 1 and self.frames[depth - 1].kind > IN_HEAD:
                depth -= 1
            if depth < self.depth and self.frames[depth - 1].kind <= IN_HEAD:
                self.close_down_to(depth, at, False)
        elif self.frames[depth - 1].kind == IN_SOURCE and (
            element == PUB_DATE or element == GUID_ELEMENT or element == DESCRIPTION
        ):
            self.close_down_to(depth - 1, at, False)
        return self.frames[self.depth - 1].kind

    cdef Py_ssize_t item_child(self, int element, Tag* tag) noexcept nogil:
        if element == LINK_ELEMENT:
            return self.link(tag, &self.item.at[HREF], &self.item.at[LINK_TEXT], &self.item.at[LINK_BASE])
        if element == GUID_ELEMENT:
            if self.reads(tag.permalink, "false"):
                return self.field(tag, NULL, False)
            return self.field(tag, &self.item.at[GUID], False)
        if element == SOURCE_ELEMENT:
            if self.item.at[SOURCE_URL].size == 0:
                self.item.at[SOURCE_URL] = tag.url
            return self.open_element(tag, IN_SOURCE)
        if element == GROUP_ELEMENT:
            return self.open_element(tag, IN_GROUP)
        if element < SLOTS:
            return self.field(tag, &self.item.at[element], is_long(element))
        return self.open_element(tag, IN_OTHER)

    cdef Py_ssize_t link(self, Tag* tag, Span* href, Span* text, Span* base) noexcept nogil:
        """Atom's `href` when it is the alternate, or RSS's text."""
        if tag.href.size == 0:
            return self.field(tag, text, False)
        if href.size == 0 and (tag.rel.size == 0 or self.reads(tag.rel, "alternate")):
            href[0] = tag.href
            if base != NULL:
                base[0] = tag.base
        return self.field(tag, NULL, False)

    cdef Py_ssize_t field(self, Tag* tag, Span* into, bint long_text) noexcept nogil:
        """Behind a field; the bytes of its content go to `into` unless something stands there."""
        cdef:
            Py_ssize_t at = tag.end
            int nested = 0
            bint ended = False
        if tag.closed:
            return at
        while not ended:
            if at >= self.size or self.status != FINE:
                return self.size
            at = sign_from(self.text, at, self.size)
            if at + 1 >= self.size:
                return self.size
            if LEADS_ON[self.text[at + 1]]:
                at = self.field_step(at, tag, &nested, long_text, &ended)
                continue
            while self.text[at] == c"<" and not LEADS_ON[self.text[at + 1]]:
                at += 1
        if into != NULL and into.size == 0:
            into[0] = span(tag.end, at)
        if self.text[at + 1] == c"/" and self.same(self.name_at(at + 2), tag.name):
            return self.behind(at + 2, ">", 1)
        return at

    cdef Py_ssize_t field_step(self, Py_ssize_t at, Tag* tag, int* nested, bint long_text, bint* ended) noexcept nogil:
        """On from one `<` in a field that is more than text. `ended`: the field ends there."""
        cdef:
            unsigned char after = self.text[at + 1]
            Span name
            int element
        if after == c"!":                      # a zero stands behind the document
            if self.text[at + 2] == c"-" and self.text[at + 3] == c"-":
                return self.behind(at + 4, "-->", 3)
            if self.text[at + 2] == c"[" and self.reads(span(at + 2, min(self.size, at + 9)), "[cdata["):
                return self.behind(at + 9, "]]>", 3)
            return at + 2
        if after == c"/":
            name = self.name_at(at + 2)
            if self.same(name, tag.name):
                ended[0] = nested[0] == 0
                nested[0] -= 1
            elif self.opened_at(name) >= 0:
                ended[0] = True
            return at if ended[0] else at + 2
        self.tags += 1
        if self.tags > self.most_tags:
            self.status = TOO_MANY_TAGS
        name = self.name_at(at + 1)
        if self.same(name, tag.name):
            at = self.behind(at + 1, ">", 1)
            nested[0] += self.text[at - 2] != c"/"
            return at
        element = element_of(CORE, self.text + name.start, name.size)
        ended[0] = element == ITEM_ELEMENT or element == GUID_ELEMENT or PUB_DATE <= element <= PUBLISHED or (
            ISSUED <= element <= MODIFIED
        ) or (not long_text and element != UNKNOWN_ELEMENT and element != VOID_ELEMENT)
        return at if ended[0] else at + 1

    cdef Py_ssize_t open_element(self, Tag* tag, int kind) noexcept nogil:
        cdef Frame* frame
        if tag.closed:
            if kind == IN_ITEM:
                self.keep_item()
            elif self.depth == 0:
                self.over = True
                self.depth = 1             # an empty feed is one
            return tag.end
        if self.depth == DEPTH:
            self.status = TOO_DEEP
            return self.size
        frame = &self.frames[self.depth]
        frame.name, frame.content, frame.kind = tag.name, <uint32_t>tag.end, kind
        self.keys[self.depth] = fold_name(
            self.text + tag.name.start, tag.name.size, self.size - tag.name.start
        )
        self.depth += 1
        return tag.end

    cdef int opened_at(self, Span name) noexcept nogil:
        """Depth of the innermost open element of that name; -1 when there is none."""
        cdef uint32_t key
        cdef int depth, found = -1
        if name.size == 0:
            return -1
        if self.depth and self.same(self.frames[self.depth - 1].name, name):
            return self.depth - 1
        key = fold_name(self.text + name.start, name.size, self.size - name.start)
        for depth in range(self.depth):        # no early exit: many at once
            found = depth if self.keys[depth] == key else found
        while found >= 0 and not self.same(self.frames[found].name, name):
            found -= 1
        return found

    cdef void close_down_to(self, int depth, Py_ssize_t at, bint own) noexcept nogil:
        """End all elements from `depth` on; `own` when the outermost of them has an end of its own."""
        cdef Frame* frame
        cdef Py_ssize_t end
        cdef const void* sign
        while self.depth > depth:
            self.depth -= 1
            frame = &self.frames[self.depth]
            if frame.kind == IN_ITEM:
                self.keep_item()
            elif frame.kind == IN_SOURCE and not self.item.at[SOURCE_TITLE].size and not self.item.at[SOURCE_TEXT].size:
                end = at
                if not own or self.depth > depth:
                    sign = memchr(self.text + frame.content, c"<", at - frame.content)
                    end = at if sign == NULL else <const unsigned char*>sign - self.text
                self.item.at[SOURCE_TEXT] = span(frame.content, end)
        while self.bindings and self.bound[self.bindings - 1].depth >= depth:
            self.bindings -= 1
        self.over = depth == 0

    cdef void keep_item(self) noexcept nogil:
        if <Py_ssize_t>self.items.size() == self.most_items:
            self.status = TOO_MANY_ITEMS
            return
        self.items.push_back(self.item)
        memset(&self.item, 0, sizeof(Item))
