"""Memory of large results, kept for the next ones.

Memory fresh from the system is zeroed page by page as it is first written, which costs as much as most indicators
do. A block whose last array is gone is kept instead, up to `MOST_KEPT` bytes in all, the newest; twice as many where
they are small, as the results of many indicators of short series are.
"""
from cpython.buffer cimport PyBuffer_FillInfo
from cpython.pythread cimport (
    PyThread_acquire_lock, PyThread_allocate_lock, PyThread_release_lock, PyThread_type_lock, WAIT_LOCK,
)
from libc.stdlib cimport free


cdef extern from "Python.h":
    const Py_ssize_t PY_SSIZE_T_MAX

cdef extern from *:
    """
    #include <stdlib.h>
    #ifdef __linux__
    #include <sys/mman.h>
    #endif

    #define CHITTI_HUGE_PAGE ((size_t)2 << 20)

    static void *chitti_fresh_memory(size_t bytes)
    {
        void *memory;
        int huge = bytes % CHITTI_HUGE_PAGE == 0;
        if (posix_memalign(&memory, huge ? CHITTI_HUGE_PAGE : 4096, bytes))
            return NULL;
    #ifdef MADV_HUGEPAGE
        if (huge)
            madvise(memory, bytes, MADV_HUGEPAGE); /* advice: the memory is as good without it */
    #endif
        return memory;
    }
    """
    void* chitti_fresh_memory(size_t bytes) nogil


cdef enum:
    PLACES = 64
    GRAIN = 65_536           # bytes; sizes are whole ones, so that similar results fit one block
    LARGE_GRAIN = 2_097_152  # where that wastes a quarter at most: the system then zeroes one page, not 512
    MOST_KEPT = 67_108_864   # bytes
    SMALL = 4_194_304        # bytes of a block

cdef:
    PyThread_type_lock pool_lock = PyThread_allocate_lock()
    void* kept[PLACES]        # the newest last
    Py_ssize_t sizes[PLACES]  # bytes
    int count = 0
    Py_ssize_t total = 0      # bytes


cdef void* taken_out(int place) noexcept nogil:
    global count, total
    cdef:
        void* memory = kept[place]
        int i
    total -= sizes[place]
    count -= 1
    for i in range(place, count):
        kept[i], sizes[i] = kept[i + 1], sizes[i + 1]
    return memory


cdef void* reused(Py_ssize_t* size) noexcept nogil:
    """A kept block of at least that size, but not half as much again; NULL: there is none."""
    cdef:
        void* memory = NULL
        int place
    PyThread_acquire_lock(pool_lock, WAIT_LOCK)  # nothing of Python runs while it is held
    for place in range(count - 1, -1, -1):
        if size[0] <= sizes[place] <= size[0] + size[0] // 2:
            size[0] = sizes[place]
            memory = taken_out(place)
            break
    PyThread_release_lock(pool_lock)
    return memory


cdef void keep(void* memory, Py_ssize_t size) noexcept nogil:
    """Keep a block that nobody reads any more, and free the oldest ones for it."""
    global count, total
    cdef:
        void* freed[PLACES]
        Py_ssize_t most = 2 * <Py_ssize_t>MOST_KEPT if size <= SMALL else MOST_KEPT
        int frees = 0
        int i
    if size > most:
        free(memory)
        return
    PyThread_acquire_lock(pool_lock, WAIT_LOCK)
    while count == PLACES or total + size > most:
        freed[frees] = taken_out(0)
        frees += 1
    kept[count], sizes[count] = memory, size
    count += 1
    total += size
    PyThread_release_lock(pool_lock)
    for i in range(frees):
        free(freed[i])


cdef Py_ssize_t size_of(Py_ssize_t length) noexcept nogil:
    """What a block for `length` bytes has."""
    cdef Py_ssize_t large = (length + LARGE_GRAIN - 1) // LARGE_GRAIN * LARGE_GRAIN
    if large - length <= length // 4:
        return large
    return (length + GRAIN - 1) // GRAIN * GRAIN


cdef class Block:
    """Memory for one array, which lends it through the buffer protocol: it lives as long as any view of it."""

    cdef:
        void* memory
        Py_ssize_t length  # bytes asked for
        Py_ssize_t size    # bytes it has

    def __cinit__(self, Py_ssize_t length):
        if length < 1 or length > PY_SSIZE_T_MAX - LARGE_GRAIN:
            raise MemoryError
        self.length = length
        self.size = size_of(length)
        self.memory = reused(&self.size)
        if self.memory == NULL:
            self.memory = chitti_fresh_memory(self.size)
        if self.memory == NULL:
            raise MemoryError

    def __dealloc__(self):
        if self.memory != NULL:
            keep(self.memory, self.size)

    def __getbuffer__(self, Py_buffer* view, int flags):
        PyBuffer_FillInfo(view, self, self.memory, self.length, False, flags)


def kept_bytes():
    """How much is kept for later."""
    return total
