"""Raw memory that frames and number arrays are received into.

Unlike `bytearray` it is not zeroed: a peer that announces 64 MiB and sends nothing makes
the system commit nothing.
"""
from cpython.buffer cimport PyBuffer_FillInfo
from libc.stdlib cimport free

cdef extern from *:
    """
    #include <stdlib.h>
    #ifdef __linux__
    #include <sys/mman.h>
    #endif

    /* Memory for `bytes`. Much of it in large pages, which the system maps and zeroes 512 times as seldom. */
    static void *chitti_memory(size_t bytes)
    {
    #if defined(MADV_HUGEPAGE)
        const size_t page = (size_t)2 << 20;
        void *memory;
        if (bytes >= 2 * page) {
            if (posix_memalign(&memory, page, bytes))
                return NULL;
            madvise(memory, bytes / page * page, MADV_HUGEPAGE); /* advice: the memory is as good without it */
            return memory;
        }
    #endif
        return malloc(bytes);
    }
    """
    void* chitti_memory(size_t bytes) nogil


cdef class Block:
    """Memory of a fixed size, owned here and lent through the buffer protocol."""

    @staticmethod
    cdef Block empty(Py_ssize_t size):
        cdef void* data = chitti_memory(<size_t>max(size, 1))
        if data == NULL:
            raise MemoryError()
        return Block.adopt(data, size)

    @staticmethod
    cdef Block adopt(void* data, Py_ssize_t size):
        """Take over memory got from malloc."""
        cdef Block block = Block.__new__(Block)
        block.data = <char*>data
        block.size = size
        return block

    def __dealloc__(self):
        free(self.data)

    def __len__(self):
        return self.size

    def __getbuffer__(self, Py_buffer* view, int flags):
        PyBuffer_FillInfo(view, self, self.data, self.size, 0, flags)
