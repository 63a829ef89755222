"""What makes two articles tell the same news: the figures of their gists, their words and names."""
from libc.math cimport fabs, floor, fmax, fmod
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

cdef enum:
    WORDS = 0             # places in a gist
    NAMES = 1
    PROPER = 2
    RUPEES = 3
    DOLLARS = 4
    PERCENTS = 5
    NUMBERS = 6
    PERIODS = 7
    KINDS = 8

cdef enum:
    PERIODS_A_CYCLE = 100 # as `_similar_gist` numbers them
    OF_A_DAY = 3100
    LAST_PERIOD = 3200    # 32 cycles

cdef enum:
    SAW_BULLISH = 1
    SAW_BEARISH = 2

cdef struct Gist:
    const uint8_t* counts
    const uint32_t* values[KINDS]

cdef struct Telling:
    int64_t cluster
    double moment         # seconds, when it was published
    double seen           # seconds, when it was first seen
    int32_t event         # 0: none
    uint8_t direction
    uint8_t moved         # it reports that a share price moved
    uint8_t leads         # it is the first of its cluster
    Py_ssize_t gist       # where its gist begins in the arena
    Py_ssize_t size       # of its gist, in values of 4 bytes
    uint64_t print        # one number for all of the above but the times
    int32_t before        # the one of its cluster that was added before it, -1: none
    int32_t copied        # the one before it with the same print, -1: none

cdef struct Rules:
    double window_s
    double move_window_s
    double day_window_s
    double similar        # shared words over all words
    double mostly         # the same, for one that reports a price movement and one that reports something else
    double same_event     # the same, for two reports of one event
    double same_figure    # the same, for two that share an amount or a percentage


cdef inline void open_gist(const uint8_t* data, Gist& gist) noexcept nogil:
    cdef const uint32_t* at = <const uint32_t*>(data + 8)
    cdef int kind
    gist.counts = data
    for kind in range(KINDS):
        gist.values[kind] = at
        at += data[kind]


cdef inline int shared(const Gist& one, int kind, const Gist& other, int their_kind) noexcept nogil:
    """How many hashes of a kind the other has among its own of a kind."""
    cdef int i = 0, j = 0, found = 0, n = one.counts[kind], m = other.counts[their_kind]
    while i < n and j < m:
        if one.values[kind][i] == other.values[their_kind][j]:
            found += 1
            i += 1
            j += 1
        elif one.values[kind][i] < other.values[their_kind][j]:
            i += 1
        else:
            j += 1
    return found


cdef inline bint same_figure(double one, double other, int kind) noexcept nogil:
    """Whether two outlets may print one figure so: rounded to whole percents, amounts to one in a hundred."""
    cdef double gap = fabs(one - other)
    if kind == PERCENTS:
        return gap < 0.051 or (gap <= 0.5 and (one == floor(one)) != (other == floor(other)))
    return gap <= 0.01 * fmax(one, other)


cdef inline int matched(const Gist& one, const Gist& other, int kind) noexcept nogil:
    """How many of one's figures of a kind the other has, too."""
    cdef const float* mine = <const float*>one.values[kind]
    cdef const float* theirs = <const float*>other.values[kind]
    cdef int i, j, found = 0
    for i in range(one.counts[kind]):
        for j in range(other.counts[kind]):
            if same_figure(mine[i], theirs[j], kind):
                found += 1
                break
    return found


cdef inline int figures(const Gist& one, const Gist& other, int kind) noexcept nogil:
    """1 when both share a figure of a kind, -1 when their figures contradict, else 0.

    Amounts and percentages contradict where none is shared, other numbers (levels of an index, sizes) where
    each has one that the other lacks: 24,650 after a rise of 410 points is another day than after one of 129.
    """
    cdef int n = one.counts[kind], m = other.counts[kind], found
    if n == 0 or m == 0:
        return 0
    found = matched(one, other, kind)
    if found == 0 or (kind == NUMBERS and found < n and matched(other, one, kind) < m):
        return -1
    return 1


cdef inline bint shares_telling_number(const Gist& one, const Gist& other) noexcept nogil:
    """Whether both have a number that chance repeats seldom: 386 points, or two at once: 700 points, 24,400."""
    cdef const float* mine = <const float*>one.values[NUMBERS]
    cdef const float* theirs = <const float*>other.values[NUMBERS]
    cdef int i, j, large = 0
    for i in range(one.counts[NUMBERS]):
        for j in range(other.counts[NUMBERS]):
            if mine[i] == theirs[j] and mine[i] >= 100.0:
                large += 1
                if fmod(mine[i], 50.0) != 0.0:
                    return True
    return large >= 2


cdef inline bint is_telling_amount(double amount) noexcept nogil:
    """Whether an amount of money is large, and not rounded to two digits: Rs 7,250 crore, not Rs 7,200 crore."""
    if not 1e7 <= amount <= 1e20:  # less than a crore is a price, a dividend
        return False
    while amount >= 1000.0:
        amount /= 10.0
    return fabs(amount / 10.0 - floor(amount / 10.0 + 0.5)) > 1e-3


cdef inline bint shares_telling_amount(const Gist& one, const Gist& other) noexcept nogil:
    """Whether both tell one and the same amount that chance does not repeat."""
    cdef const float* mine
    cdef const float* theirs
    cdef int kind, i, j
    for kind in range(RUPEES, DOLLARS + 1):
        mine, theirs = <const float*>one.values[kind], <const float*>other.values[kind]
        for i in range(one.counts[kind]):
            for j in range(other.counts[kind]):
                if mine[i] == theirs[j] and is_telling_amount(mine[i]):
                    return True
    return False


cdef inline uint32_t cycle_of(double period) noexcept nogil:
    """A bit for the cycle that a period belongs to: quarters, days, months, a pair of contraries."""
    return <uint32_t>1 << (<int>period // PERIODS_A_CYCLE) if 0.0 <= period < LAST_PERIOD else 0


cdef inline bint periods_differ(const Gist& one, const Gist& other) noexcept nogil:
    """Whether both name periods of one cycle, but none in common."""
    cdef const float* mine = <const float*>one.values[PERIODS]
    cdef const float* theirs = <const float*>other.values[PERIODS]
    cdef uint32_t named = 0, answered = 0, agreed = 0
    cdef int i = 0, j = 0
    while i < one.counts[PERIODS] or j < other.counts[PERIODS]:  # both are sorted
        if j == other.counts[PERIODS] or (i < one.counts[PERIODS] and mine[i] < theirs[j]):
            named |= cycle_of(mine[i])
            i += 1
        elif i == one.counts[PERIODS] or theirs[j] < mine[i]:
            answered |= cycle_of(theirs[j])
            j += 1
        else:
            agreed |= cycle_of(mine[i])
            i += 1
            j += 1
    # what agrees was named by both
    return (named & answered & ~agreed) != 0


cdef inline bint is_of_a_day(const Gist& gist) noexcept nogil:
    """Whether its news is one day's; the mark is the greatest period."""
    cdef int count = gist.counts[PERIODS]
    return count > 0 and (<const float*>gist.values[PERIODS])[count - 1] == OF_A_DAY


cdef inline bint names_more(const Gist& one, const Gist& other) noexcept nogil:
    """Whether one has a name or a proper word that the other lacks."""
    return (
        shared(one, NAMES, other, NAMES) < one.counts[NAMES] or shared(one, PROPER, other, WORDS) < one.counts[PROPER]
    )


cdef inline bint contradict(
    const Telling& one, const Telling& other, const Gist& mine, const Gist& theirs
) noexcept nogil:
    """Whether a direction, a period or a figure of the one denies the other's."""
    cdef int kind
    if one.direction | other.direction == SAW_BULLISH | SAW_BEARISH or periods_differ(mine, theirs):
        return True
    for kind in range(RUPEES, PERIODS):
        if figures(mine, theirs, kind) < 0:
            return True
    return False


cdef inline double enough(
    const Rules& rules, const Telling& one, const Telling& other, const Gist& mine, const Gist& theirs, bint same_names
) noexcept nogil:
    """The part of shared words in all words that makes one story of two that do not contradict."""
    cdef bint money, percent, number, close = fabs(one.moment - other.moment) <= rules.move_window_s
    cdef double least = rules.similar
    money = figures(mine, theirs, RUPEES) > 0 or figures(mine, theirs, DOLLARS) > 0
    percent = figures(mine, theirs, PERCENTS) > 0
    number = shares_telling_number(mine, theirs)
    if one.moved != other.moved and not (money or percent or number):
        return rules.mostly      # "profit slumps", "shares slump after results"
    if not same_names:
        return least
    if mine.counts[NAMES] == 0:  # without a name a figure alone says less
        return rules.same_event if money or percent or number else least
    if one.moved and other.moved and one.direction == other.direction and close:
        return 0.0
    if shares_telling_amount(mine, theirs):
        return 0.0
    if one.event and one.event == other.event:
        least = rules.same_event
    # one amount is told of one matter, one percentage (5 % down, 5 % stake) of several
    if money or number or (percent and (one.event == other.event or not one.event or not other.event)):
        least = rules.same_figure
    return least


cdef inline double likeness(
    const Rules& rules, const Telling& one, const Telling& other, const Gist& mine, const Gist& theirs
) noexcept nogil:
    """Shared words over all words when both tell the same news, else -1."""
    cdef:
        double apart_s = fabs(one.moment - other.moment), alike
        int common, names
        bint same_names
    if apart_s > rules.window_s or (apart_s > rules.day_window_s and is_of_a_day(mine) and is_of_a_day(theirs)):
        return -1.0
    if contradict(one, other, mine, theirs):
        return -1.0
    # Each names what the other does not: "A shares fall as ...", "B shares fall as ...", known companies or not
    if names_more(mine, theirs) and names_more(theirs, mine):
        return -1.0
    names = shared(mine, NAMES, theirs, NAMES)
    same_names = mine.counts[NAMES] == names and theirs.counts[NAMES] == names
    if names == 0 and not same_names:
        return -1.0
    common = shared(mine, WORDS, theirs, WORDS)
    if common == 0:
        return -1.0
    alike = <double>common / (mine.counts[WORDS] + theirs.counts[WORDS] - common)
    return alike if alike >= enough(rules, one, other, mine, theirs, same_names) else -1.0
