"""Raw memory that frames and number arrays are received into.

Unlike `bytearray` it is not zeroed: a peer that announces 64 MiB and sends nothing makes
the system commit nothing.
"""
from cpython.buffer cimport PyBuffer_FillInfo
from libc.stdlib cimport free, malloc


cdef class Block:
    """Memory of a fixed size, owned here and lent through the buffer protocol."""

    @staticmethod
    cdef Block empty(Py_ssize_t size):
        cdef void* data = malloc(max(size, 1))
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
