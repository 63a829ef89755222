"""What a headline tells while it is read, and how it is packed (`_similar_gist.pyx` has the layout)."""
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memcpy
from libcpp.algorithm cimport sort, unique
from libcpp.vector cimport vector

cdef enum:
    RUPEES = 0
    DOLLARS = 1
    PERCENTS = 2
    NUMBERS = 3
    PERIODS = 4
    FIGURE_KINDS = 5

cdef enum:
    MOST = 255            # of one kind

cdef struct Told:
    vector[uint32_t] words
    vector[uint32_t] names
    vector[uint32_t] proper
    int small             # words that begin with a small letter
    vector[float] figures[FIGURE_KINDS]


cdef inline void tidy_words(vector[uint32_t]& found) noexcept nogil:
    sort(found.begin(), found.end())
    found.erase(unique(found.begin(), found.end()), found.end())
    if found.size() > MOST:
        found.resize(MOST)


cdef inline void tidy_figures(vector[float]& found) noexcept nogil:
    sort(found.begin(), found.end())
    found.erase(unique(found.begin(), found.end()), found.end())
    if found.size() > MOST:
        found.resize(MOST)


cdef inline uint8_t* written(uint8_t* at, const void* values, size_t count) noexcept nogil:
    """Copy so many values of 4 bytes; the place behind them."""
    if count:                              # those of an empty vector may lie nowhere
        memcpy(at, values, 4 * count)
    return at + 4 * count


cdef inline bytes packed(Told& told):
    cdef:
        Py_ssize_t size = 8, kind
        uint8_t* at
    tidy_words(told.words)
    tidy_words(told.names)
    tidy_words(told.proper)
    if <int>told.proper.size() > told.small:
        told.proper.clear()
    size += 4 * <Py_ssize_t>(told.words.size() + told.names.size() + told.proper.size())
    for kind in range(FIGURE_KINDS):
        tidy_figures(told.figures[kind])
        size += 4 * <Py_ssize_t>told.figures[kind].size()
    cdef bytes gist = PyBytes_FromStringAndSize(NULL, size)
    at = <uint8_t*>PyBytes_AS_STRING(gist)
    at[0], at[1], at[2] = <uint8_t>told.words.size(), <uint8_t>told.names.size(), <uint8_t>told.proper.size()
    for kind in range(FIGURE_KINDS):
        at[3 + kind] = <uint8_t>told.figures[kind].size()
    at = written(at + 8, told.words.data(), told.words.size())
    at = written(at, told.names.data(), told.names.size())
    at = written(at, told.proper.data(), told.proper.size())
    for kind in range(FIGURE_KINDS):
        at = written(at, told.figures[kind].data(), told.figures[kind].size())
    return gist
