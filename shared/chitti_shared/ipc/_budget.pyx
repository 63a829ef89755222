"""The account of the bytes in flight."""


cdef class Budget:
    """Bytes in flight, counted against a limit and against a parent's.

    Whoever finds it exhausted leaves a callback, which is called (once, first come first
    served) after bytes have been given back.
    """

    cdef readonly Py_ssize_t limit
    cdef readonly Py_ssize_t used
    cdef Budget _parent
    cdef list _waiting

    def __init__(self, Py_ssize_t limit, Budget parent=None):
        self.limit = limit
        self._parent = parent
        self._waiting = []

    cpdef bint take(self, Py_ssize_t size):
        """Whether `size` bytes were free here and above; if so they are taken."""
        if self.used + size > self.limit:
            return False
        if self._parent is not None and not self._parent.take(size):
            return False
        self.used += size
        return True

    cpdef charge(self, Py_ssize_t size):
        """Take `size` bytes whether or not they are free; readers then pause."""
        self.used += size
        if self._parent is not None:
            self._parent.charge(size)

    cpdef give(self, Py_ssize_t size):
        """Give back what was taken, and wake those who wait."""
        self.used -= size
        if self._parent is not None:
            self._parent.give(size)
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for wake in waiting:
                wake()

    cpdef when_free(self, wake):
        """Call `wake` after the next `give`, here or above."""
        self._waiting.append(wake)
        if self._parent is not None:
            self._parent.when_free(wake)
