"""Many combinations of a crossing strategy over one series: codes, run, figures, without the interpreter.

The caller (mojo_compute.backtesting.sweeps.jobs) guarantees, and nothing here checks again: prices of one row of n
bars; rows of n values each; numbers of rows, setups and figures within their lists.
"""
from libc.math cimport NAN, isinf
from libc.stdint cimport int64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from mojo_compute.backtesting._costs cimport Compiled, Costs
from mojo_compute.backtesting._engine cimport Prices, Settings, free_book, run
from mojo_compute.backtesting._market cimport Book, Market, Orders, Rules
from mojo_compute.backtesting._metrics cimport Basis, Figures, RoundTrip, basis_of, moments, whole


cdef extern from "_crossings.h" nogil:
    void mark_crossings(
        const double* line, const double* other, Py_ssize_t bars, unsigned char over, unsigned char under,
        unsigned char* codes
    ) noexcept


cdef struct Setup:
    const Rules* rules
    const Costs* costs
    Basis basis


cdef struct Work:  # what all combinations have in common
    const Market* market
    const double** rows
    const unsigned char* over
    const unsigned char* under
    Py_ssize_t crossings
    const int* fields
    Py_ssize_t metrics
    bint distribution
    unsigned char* codes
    Book book


cdef int try_one(
    Work* work, const int* left, const int* right, Py_ssize_t stride, const Setup* setup, double* out,
    Py_ssize_t out_stride,
) noexcept nogil:
    """One combination, its figures at `out`. 0, or not: no memory."""
    cdef:
        Orders orders
        Figures figures
        Book* book = &work.book
        const RoundTrip* closed
        double value
        int failed = 0
        Py_ssize_t at
    memset(work.codes, 0, work.market.n)
    for at in range(work.crossings):
        mark_crossings(
            work.rows[left[at * stride]], work.rows[right[at * stride]], work.market.n, work.over[at], work.under[at],
            work.codes,
        )
    memset(&orders, 0, sizeof(Orders))
    orders.codes = work.codes
    if run(work.market, &orders, setup.rules, setup.costs, book, NULL):
        return -1
    closed = <const RoundTrip*>book.trips
    if work.distribution:
        failed = whole(
            book.equity, work.market.n, setup.rules.capital, NULL, closed, book.trips_count,
            <const RoundTrip*>book.open_trades, book.open_count, &setup.basis, &figures,
        )
    else:
        moments(
            book.equity, work.market.n, setup.rules.capital, NULL, closed, book.trips_count,
            <const RoundTrip*>book.open_trades, book.open_count, &setup.basis, &figures,
        )
    for at in range(work.metrics):
        value = (<const double*>&figures)[work.fields[at]]
        out[at * out_stride] = NAN if isinf(value) else value
    return failed


def try_crossings(
    Prices prices not None,
    const int64_t[::1] times,              # seconds; None: not known
    list rows not None,                    # IN  of n values each
    const int[:, ::1] left not None,       # IN  (crossings, k): which row is compared
    const int[:, ::1] right not None,      # IN  with which one
    const unsigned char[::1] over not None,   # IN  bits of a code where the left one rises above the right one
    const unsigned char[::1] under not None,  # IN  and where it falls below
    list setups not None,                  # IN  (settings, costs, periods a year, risk-free, minimum, gaussian)
    const int[::1] which not None,         # IN  (k,): the setup of each combination
    const int[::1] fields not None,        # IN  figures by their places in `Figures`
    bint distribution,
    double[:, ::1] out not None,           # OUT (figures, k)
):
    cdef:
        Work work
        Py_ssize_t count = left.shape[1]
        Py_ssize_t at
        const double[::1] row
        const int64_t* seconds = NULL
        Setup* made = <Setup*>malloc((len(setups) + 1) * sizeof(Setup))
        int failed = 0
    memset(&work, 0, sizeof(Work))
    work.market = &prices.market
    work.rows = <const double**>malloc((len(rows) + 1) * sizeof(double*))
    work.codes = <unsigned char*>malloc(prices.market.n)
    work.book.equity = <double*>malloc(prices.market.n * sizeof(double))
    try:
        if made == NULL or work.rows == NULL or work.codes == NULL or work.book.equity == NULL:
            raise MemoryError
        for at in range(len(rows)):
            row = rows[at]
            work.rows[at] = &row[0]
        if times is not None:
            seconds = &times[0]
        for at in range(len(setups)):
            made[at] = setup_of(setups[at], seconds)
        work.over = &over[0]
        work.under = &under[0]
        work.crossings = over.shape[0]
        work.fields = &fields[0]
        work.metrics = fields.shape[0]
        work.distribution = distribution
        with nogil:
            for at in range(count):
                failed = try_one(&work, &left[0, at], &right[0, at], count, &made[which[at]], &out[0, at], count)
                if failed:
                    break
        if failed:
            raise MemoryError
    finally:
        free(made)
        free(work.rows)
        free(work.codes)
        free(work.book.equity)
        free_book(&work.book)


cdef Setup setup_of(tuple told, const int64_t* times):
    cdef:
        Settings settings = told[0]
        Compiled costs = told[1]
        Setup setup
    setup.rules = &settings.rules
    setup.costs = &costs.costs
    setup.basis = basis_of(told[2], told[3], told[4], times, told[5])
    return setup


def mark_codes(
    const double[::1] line not None, const double[::1] other not None, unsigned char over, unsigned char under,
    unsigned char[::1] codes not None,
):
    """Put the bits of two rows' crossings into codes, all of one length, 1 or more."""
    with nogil:
        mark_crossings(&line[0], &other[0], line.shape[0], over, under, &codes[0])
