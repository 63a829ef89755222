"""Length-prefixed frames: bytes in, frames out, no I/O.

The decoder hands out the memory that the socket is read into. A frame larger than its
buffer gets memory of its own, which the socket then fills without a copy.

A buffer takes a request or reply of 10,000 numbers in one read. Only a connection with
bytes to keep has one: the others share what lies ready, which then is in the cache too.
"""
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.string cimport memcpy, memmove

from chitti_shared.json._block cimport Block

cdef enum:
    PREFIX = 4
    CAPACITY = 131072
    LEAST_ROOM = 4096  # below it the rest is moved to the front before the next read
    SPARE = 4          # buffers that lie ready


cdef list _spare = []


cdef class Decoder:
    """Splits a byte stream into frames.

    `get_buffer` and `buffer_updated` serve asyncio's BufferedProtocol; `feed` takes bytes
    from anywhere. The caller judges `length()` before it calls `take`, which is what
    allocates.
    """

    cdef Block _buffer       # None while nothing is kept in it
    cdef Py_ssize_t _head
    cdef Py_ssize_t _tail
    cdef Block _large        # a frame too large for the buffer, while it is filled
    cdef Py_ssize_t _filled
    cdef Py_ssize_t _skipped  # bytes of an unwanted frame still to come

    cdef _give_back(self):
        """Let go of the buffer, out of which everything has been taken."""
        if self._buffer is not None and len(_spare) < SPARE:
            _spare.append(self._buffer)
        self._buffer = None
        self._head = self._tail = 0

    cdef inline void _drop(self) noexcept:
        """Let go of what has arrived of an unwanted frame."""
        cdef Py_ssize_t size = min(self._skipped, self._tail - self._head)
        self._skipped -= size
        self._head += size

    def get_buffer(self, Py_ssize_t sizehint):
        """Writable memory for the next read."""
        if self._large is not None and self._filled < self._large.size:
            return memoryview(self._large)[self._filled:]
        self._drop()
        if self._buffer is None:
            self._buffer = <Block>_spare.pop() if _spare else Block.empty(CAPACITY)
        elif self._head == self._tail:
            self._head = self._tail = 0
        elif CAPACITY - self._tail < LEAST_ROOM:
            memmove(self._buffer.data, self._buffer.data + self._head, self._tail - self._head)
            self._tail -= self._head
            self._head = 0
        return memoryview(self._buffer)[self._tail:]

    def buffer_updated(self, Py_ssize_t size):
        """`size` bytes have been read into the memory of `get_buffer`."""
        if self._large is not None and self._filled < self._large.size:
            self._filled += size
        else:
            self._tail += size

    def feed(self, data):
        """Copy in as much of `data` as fits now; returns how many bytes that was."""
        room = self.get_buffer(0)
        size = min(len(room), len(data))
        room[:size] = memoryview(data)[:size]
        self.buffer_updated(size)
        return size

    def length(self):
        """Announced length of the frame at the front; -1 while its prefix is not whole."""
        cdef const unsigned char* at
        if self._large is not None:
            return self._large.size
        self._drop()
        if self._head == self._tail:
            self._give_back()
            return -1
        if self._skipped or self._tail - self._head < PREFIX:
            return -1
        at = <const unsigned char*>self._buffer.data + self._head
        return (<Py_ssize_t>at[0] << 24) | (<Py_ssize_t>at[1] << 16) | (<Py_ssize_t>at[2] << 8) | <Py_ssize_t>at[3]

    def take(self, bint writable=False):
        """The frame at the front when it is whole, else None; only after `length() >= 0`.

        Small frames are bytes unless `writable`, large ones always memory of their own.
        """
        cdef Py_ssize_t size, have
        cdef Block block
        if self._large is not None:
            if self._filled < self._large.size:
                return None
            block = self._large
            self._large = None
            return block
        size = self.length()
        have = self._tail - self._head - PREFIX
        if have >= size:
            if writable:
                block = Block.empty(size)
                memcpy(block.data, self._buffer.data + self._head + PREFIX, size)
                frame = block
            else:
                frame = PyBytes_FromStringAndSize(self._buffer.data + self._head + PREFIX, size)
            self._head += PREFIX + size
            return frame
        if size > CAPACITY - PREFIX:
            self._large = Block.empty(size)
            memcpy(self._large.data, self._buffer.data + self._head + PREFIX, have)
            self._filled = have
            self._give_back()
        return None

    def skip(self):
        """Discard the frame at the front, as it arrives, without memory for it."""
        cdef Py_ssize_t size = self.length()
        if self._large is not None:
            self._skipped = size - self._filled
            self._large = None
        else:
            self._head += PREFIX
            self._skipped = size
        self._drop()

    @property
    def started(self):
        """Whether part of a frame is here."""
        return self._large is not None or self._skipped > 0 or self._tail > self._head


def prefix(size_t size):
    """The four bytes that announce a frame of `size` bytes."""
    cdef unsigned char out[PREFIX]
    if size > 0xFFFFFFFF:
        raise OverflowError("a frame holds at most 4 GiB")
    out[0] = (size >> 24) & 0xFF
    out[1] = (size >> 16) & 0xFF
    out[2] = (size >> 8) & 0xFF
    out[3] = size & 0xFF
    return PyBytes_FromStringAndSize(<char*>out, PREFIX)


def frame(data):
    """One frame: four bytes of length, then `data`."""
    cdef Py_buffer view
    cdef unsigned char* out
    cdef size_t size
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        size = <size_t>view.len
        if size > 0xFFFFFFFF:
            raise OverflowError("a frame holds at most 4 GiB")
        framed = PyBytes_FromStringAndSize(NULL, view.len + PREFIX)
        out = <unsigned char*>PyBytes_AS_STRING(framed)
        out[0] = (size >> 24) & 0xFF
        out[1] = (size >> 16) & 0xFF
        out[2] = (size >> 8) & 0xFF
        out[3] = size & 0xFF
        memcpy(out + PREFIX, view.buf, size)
        return framed
    finally:
        PyBuffer_Release(&view)
