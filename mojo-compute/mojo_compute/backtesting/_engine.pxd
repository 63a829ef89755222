"""The engine from C: fill the structs of `_market.pxd`, call `run`, read the book."""
from mojo_compute.backtesting._costs cimport Costs
from mojo_compute.backtesting._market cimport Action, Book, Market, Orders, Rules


cdef int run(
    const Market* market, const Orders* orders, const Rules* rules, const Costs* costs, Book* book, const int* stop
) noexcept nogil

cdef void free_book(Book* book) noexcept nogil


cdef class Prices:
    cdef:
        Market market
        unsigned char* state
        const double[:, ::1] opens
        const double[:, ::1] highs
        const double[:, ::1] lows
        const double[:, ::1] closes
        const double[:, ::1] volumes
        const int[::1] day_numbers


cdef class Settings:
    cdef Rules rules


cdef class Ledger:
    cdef Book book
