"""Chart patterns from swings: one pass over the bars, every shape known on the bar that completes it.

The caller (signal_service.patterns.shapes) guarantees, and nothing here re-checks:
  - prices are 1-D, C-contiguous, float64, of one length n >= 1, finite; volumes finite and not negative
  - `atr` and `volume_sum` are as `prepare_into` writes them; for shapes that point down the highs are the lows
    times -1, the lows the highs times -1, the closes times -1
It allocates and raises nothing.
"""
from libc.math cimport fmax, fmin

from signal_service.kernels._shape_limits cimport COARSE_TURN, FINE_TURN, MOST_POINTS, SCALES
from signal_service.kernels._channels cimport fit_channels
from signal_service.kernels._flags cimport Pole, leave, raise_pole, rest
from signal_service.kernels._reversals cimport fit_cup, fit_double, fit_head, fit_triple
from signal_service.kernels._shape_tables cimport (
    CUP, DOUBLE_BOTTOM, Found, INVERSE_HEAD, KINDS, RECTANGLE, Shape, TRIPLE_BOTTOM, watch,
)
from signal_service.kernels._swings cimport Series, Zigzag, fill_atr, step, swing


cdef extern from *:
    int lowest_bit "__builtin_ctz"(unsigned int bits) noexcept nogil


cdef struct Finder:
    Zigzag zigzags[SCALES]
    Shape shapes[SCALES * KINDS]
    unsigned int waiting[SCALES]  # a bit for each kind that waits: most bars have few
    Pole pole
    int told[KINDS]            # last corner of each kind's newest finding


cdef struct Best:
    bint there
    Found found


cdef inline unsigned int arm(Series* series, Zigzag* zigzag, int bar, Shape* shapes) noexcept nogil:
    """The shapes that the newest swings make wait from now on; the kinds that wait, as bits."""
    cdef:
        int kind
        unsigned int waiting = 0
    if zigzag.count >= 3:
        if swing(zigzag, 0).side == -1:
            fit_double(series, zigzag, bar, &shapes[DOUBLE_BOTTOM])
        else:
            fit_cup(series, zigzag, bar, &shapes[CUP])
    if zigzag.count >= 5:
        if swing(zigzag, 0).side == -1:
            fit_triple(series, zigzag, bar, &shapes[TRIPLE_BOTTOM])
            fit_head(series, zigzag, bar, &shapes[INVERSE_HEAD])
        fit_channels(series, zigzag, bar, shapes)
    for kind in range(KINDS):
        waiting |= <unsigned int>shapes[kind].waits << kind
    return waiting


cdef inline void keep_better(Finder* finder, Found* found, Best* best) noexcept nogil:
    """Of two scales' findings of a kind on one bar the better; none whose last corner was told already."""
    if found.corner <= finder.told[found.kind]:
        return
    if best[found.kind].there and best[found.kind].found.quality >= found.quality:
        return
    best[found.kind].there = True
    best[found.kind].found = found[0]


cdef inline bint take(Series* series, Finder* finder, int bar, Best* best) noexcept nogil:
    """One bar: whether it completed anything."""
    cdef:
        int scale, kind
        unsigned int waiting
        bint some = False
        Shape shape
        Shape* shapes
        Found found
    if finder.pole.stands:
        if leave(series, &finder.pole, bar, &shape, &found):
            keep_better(finder, &found, best)
            some = True
        rest(series, &finder.pole, bar)
    raise_pole(series, &finder.pole, bar)
    for scale in range(SCALES):
        shapes = &finder.shapes[scale * KINDS]
        if step(&finder.zigzags[scale], series, bar):
            finder.waiting[scale] = arm(series, &finder.zigzags[scale], bar, shapes)
        waiting = finder.waiting[scale]
        while waiting:
            kind = lowest_bit(waiting)
            waiting &= waiting - 1
            if watch(series, &shapes[kind], bar, &found):
                keep_better(finder, &found, best)
                some = True
            if not shapes[kind].waits:
                finder.waiting[scale] &= ~(<unsigned int>1 << kind)
    return some


cdef inline void settle(Best* best) noexcept nogil:
    """One name for one turn: a head over a box, a box over three lows, three lows over two."""
    if best[INVERSE_HEAD].there:
        best[RECTANGLE].there = False
    if best[INVERSE_HEAD].there or best[RECTANGLE].there:
        best[TRIPLE_BOTTOM].there = False
    if best[INVERSE_HEAD].there or best[RECTANGLE].there or best[TRIPLE_BOTTOM].there:
        best[DOUBLE_BOTTOM].there = False


cdef inline void write(Found* found, int side, int* row, double* numbers) noexcept nogil:
    """One finding as a row of whole numbers and one of numbers, in the prices of the caller."""
    cdef int i
    row[0] = found.kind
    row[1] = found.corners[0].bar
    row[2] = found.last
    row[3] = found.points
    numbers[0] = found.quality
    numbers[1] = side * found.target
    numbers[2] = side * found.invalidation
    for i in range(found.points):
        row[4 + i] = found.corners[i].bar
        row[4 + MOST_POINTS + i] = found.corners[i].role
        numbers[3 + i] = side * found.corners[i].price


cdef Py_ssize_t find(
    Series* series,          # IN
    int side,                # IN  1: as they are; -1: upside down
    int[:, ::1] rows,        # OUT kind, first, last, points, bars of the points, roles
    double[:, ::1] numbers,  # OUT quality, target, invalidation, prices of the points
) noexcept nogil:
    """How many there are; those beyond the room that `rows` has are counted, not written."""
    cdef:
        int bar, kind
        Py_ssize_t count = 0
        Finder finder
        Best best[KINDS]
    finder.pole.stands = False
    for kind in range(SCALES):
        finder.zigzags[kind].count = 0
        finder.zigzags[kind].leg = 0
        finder.zigzags[kind].turn = COARSE_TURN if kind else FINE_TURN
        finder.waiting[kind] = 0
    for kind in range(SCALES * KINDS):
        finder.shapes[kind].waits = False
    for kind in range(KINDS):
        finder.told[kind] = -1
        best[kind].there = False
    for bar in range(series.count):
        if not take(series, &finder, bar, best):
            continue
        settle(best)
        for kind in range(KINDS):
            if not best[kind].there:
                continue
            best[kind].there = False
            finder.told[kind] = best[kind].found.corner
            if count < rows.shape[0]:
                write(&best[kind].found, side, &rows[count, 0], &numbers[count, 0])
            count += 1
    return count


def prepare_into(
    const double[::1] high not None,
    const double[::1] low not None,
    const double[::1] close not None,
    const double[::1] volume not None,
    double[::1] atr not None,
    double[::1] volume_sum not None,
):
    """Fill the average true range, and the volume of the bars before each bar (n + 1 values)."""
    cdef:
        Py_ssize_t i
        double total = 0.0
    with nogil:
        fill_atr(&high[0], &low[0], &close[0], close.shape[0], &atr[0])
        for i in range(volume.shape[0]):
            volume_sum[i] = total
            total += volume[i]
        volume_sum[volume.shape[0]] = total


def shapes_into(
    const double[::1] high not None,
    const double[::1] low not None,
    const double[::1] close not None,
    const double[::1] atr not None,
    const double[::1] volume_sum not None,
    int side,
    int[:, ::1] rows not None,
    double[:, ::1] numbers not None,
):
    cdef:
        Series series
        Py_ssize_t count
    with nogil:
        series = Series(&high[0], &low[0], &close[0], &atr[0], &volume_sum[0], <int>close.shape[0])
        count = find(&series, side, rows, numbers)
    return count
