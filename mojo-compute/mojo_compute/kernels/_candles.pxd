"""What candlestick patterns share: the candle, how long "long" is, and the two forms of every pattern.

A pattern is one function that judges a stretch of bars (`Judge`). The series form has it judge block after
block, the stream form block after block of one bar: both get the same bits.

How long a body or a shadow must be is measured by the mean of the bars before it. TA-Lib carries that mean's
total from bar to bar, and so do these: where prices have few decimals, a body is often as long as the bound
to the last digit, and then the total's roundings decide. Patterns that most blocks don't have look at totals
added afresh first (`fill_rare`), which are quicker, and at the carried ones where the two could disagree. Those
whose candles are rare whatever the means are sift blocks by these alone before.
"""
from libc.math cimport fabs
from libc.stdint cimport int32_t, int64_t
from libc.string cimport memset

from mojo_compute.kernels._kernel cimport Kernel, Series

# TA-Lib's candle settings: of what, over how many bars before, how many times. Its ShadowLong and
# ShadowVeryLong have no bars before: they are once and twice the body of the same bar.
cdef enum:
    BODY_LONG          # body, 10, 1
    BODY_DOJI          # range, 10, 0.1
    SHADOW_SHORT       # both shadows, 10, 1/2
    NEAR               # range, 5, 0.2
    FAR                # range, 5, 0.6
    EQUAL              # range, 5, 0.05
    SETTINGS
    BODY_SHORT = BODY_LONG
    SHADOW_VERY_SHORT = BODY_DOJI

cdef enum:
    BLOCK = 256        # bars judged in one go
    MOST_AVERAGES = 8  # that one pattern may ask for
    MEMORY = 3         # numbers that one may keep from bar to bar

cdef struct Candle:
    double open
    double high
    double low
    double close

cdef struct Candles:
    const double* open                # the first bar to judge; those before lie in front of it
    const double* high
    const double* low
    const double* close
    double* out
    Py_ssize_t bars                   # to judge
    bint begins                       # whether no bar was judged before
    const double* parameters
    int doubt                         # 0: averages are exact, 1, -1: shifted to where more, fewer bars pass
    int asked                         # averages, by this block
    int settings[MOST_AVERAGES]
    int sides[MOST_AVERAGES]          # which way such a shift goes
    Py_ssize_t ago[MOST_AVERAGES]
    double* averages                  # MOST_AVERAGES rows of BLOCK
    double* totals                    # of those averages, from block to block
    double* memory                    # what a pattern keeps
    double* sums                      # for estimates: SETTINGS rows
    bint summed[SETTINGS]             # those that are of this block
    double longest[SETTINGS]          # length of any bar so far
    Py_ssize_t known[SETTINGS]        # bars in front of which all are counted there
    Py_ssize_t before                 # bars in front of the first to judge

# An answer, yes where its sign bit is set: `&`, `|`, `^` and `~` combine such answers in the registers that
# prices are in; those of comparisons would have to go through others.
ctypedef int64_t truth

ctypedef void (*Judge)(Candles* c) noexcept nogil
ctypedef bint (*Sift)(const Candles* c) noexcept nogil  # False: none of the bars has the pattern
ctypedef const double* const* Inputs
ctypedef const double* Numbers
ctypedef double* const* Outputs

# The forms: `start` is the first bar that can be judged
cdef Kernel pattern(Series series, int parameters=*)
cdef void fill(
    Judge judge, Py_ssize_t start, Inputs inputs, Numbers parameters, Outputs outputs, Py_ssize_t bars, double* scratch
) noexcept nogil
cdef void fill_rare(
    Judge judge, Py_ssize_t start, Inputs inputs, Numbers parameters, Outputs outputs, Py_ssize_t bars, double* scratch,
    Sift sift=*,
) noexcept nogil
cdef Py_ssize_t size(Numbers parameters) noexcept nogil
cdef void begin(void* state, Numbers parameters) noexcept nogil
cdef void begin_penetrating(void* state, Numbers parameters) noexcept nogil
cdef Py_ssize_t feed(Judge judge, Py_ssize_t start, void* state, const double* bar, double* values) noexcept nogil

cdef void measure(Candles* c) noexcept nogil  # fill in the averages asked for


cdef inline const double* bound(Candles* c, int setting, Py_ssize_t ago, int side) noexcept nogil:
    c.settings[c.asked] = setting
    c.ago[c.asked] = ago
    c.sides[c.asked] = side
    c.asked += 1
    return c.averages + (c.asked - 1) * BLOCK


cdef inline const double* average(Candles* c, int setting, Py_ssize_t ago) noexcept nogil:
    """A bound for the bar `ago` bars before each bar to judge, from the bars before that one; `measure` fills it."""
    return bound(c, setting, ago, 0)


cdef inline const double* floor_of(Candles* c, int setting, Py_ssize_t ago) noexcept nogil:
    """`average` of a pattern that occurs the more, the less that is."""
    return bound(c, setting, ago, -1)


cdef inline const double* ceiling_of(Candles* c, int setting, Py_ssize_t ago) noexcept nogil:
    """`average` of a pattern that occurs the more, the more that is."""
    return bound(c, setting, ago, 1)


cdef inline double* memory(Candles* c) noexcept nogil:
    """What a pattern keeps from bar to bar: MEMORY numbers, 0 at first."""
    return c.memory


cdef inline Candle bar(const Candles* c, Py_ssize_t i) noexcept nogil:
    cdef Candle found
    found.open, found.high, found.low, found.close = c.open[i], c.high[i], c.low[i], c.close[i]
    return found


cdef inline truth less(double left, double right) noexcept nogil:
    """Whether `left` < `right`: the difference of two finite numbers has the sign that they are ordered by.

    A negative zero counts as less than zero; no price is one.
    """
    cdef double difference = left - right
    return (<truth*>&difference)[0]


cdef inline double pick(truth which, double yes, double no) noexcept nogil:
    cdef:
        truth mask = which >> 63
        truth bits = ((<truth*>&yes)[0] & mask) | ((<truth*>&no)[0] & ~mask)
    return (<double*>&bits)[0]


cdef inline truth white(Candle bar) noexcept nogil:
    return ~less(bar.close, bar.open)


cdef inline truth black(Candle bar) noexcept nogil:
    return less(bar.close, bar.open)


cdef inline double body(Candle bar) noexcept nogil:
    return fabs(bar.close - bar.open)


cdef inline double top(Candle bar) noexcept nogil:
    """Of the body."""
    return bar.open if bar.open > bar.close else bar.close


cdef inline double bottom(Candle bar) noexcept nogil:
    return bar.open if bar.open < bar.close else bar.close


cdef inline double upper(Candle bar) noexcept nogil:
    """Shadow."""
    return bar.high - top(bar)


cdef inline double lower(Candle bar) noexcept nogil:
    return bottom(bar) - bar.low


cdef inline double very_long(Candle bar) noexcept nogil:
    """How long a shadow must be to be called that."""
    return 2.0 * body(bar)


cdef inline truth gaps_up(Candle second, Candle first) noexcept nogil:
    """Between the bodies."""
    return (
        less(first.open, second.open) & less(first.close, second.open)
        & less(first.open, second.close) & less(first.close, second.close)
    )


cdef inline truth gaps_down(Candle second, Candle first) noexcept nogil:
    return gaps_up(first, second)


cdef inline truth within(double value, double about, double reach) noexcept nogil:
    return ~(less(about + reach, value) | less(value, about - reach))


cdef inline double colour(Candle bar) noexcept nogil:
    """100 of a white candle, -100 of a black one."""
    return pick(black(bar), -100.0, 100.0)


cdef inline double signal(truth found, double value) noexcept nogil:
    return pick(found, value, 0.0)


cdef inline void hide(Outputs outputs, Py_ssize_t count) noexcept nogil:
    """Give the first bars no answer."""
    memset(outputs[0], 0, count * sizeof(int32_t))
