# distutils: language = c++
"""The window of what was told lately: which cluster a new article retells.

Candidates are the articles of the same names, and those that share a band of MinHash values
with it; what decides between them is `likeness`. The caller (news_nlp.nlp.stories)
guarantees that gists come from GistReader and that articles are added in the order in which
they were seen. A window belongs to one writer at a time.
"""
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.math cimport fabs, floor, fmax
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy
from libcpp.vector cimport vector

cdef enum:
    BANDS = 8             # of two MinHash values each: headlines with 60 % of their words in common meet in 97 of 100
    BY_NAMES = 8          # the chain of articles with the same names
    CHAINS = 9
    MOST_OF_CHAIN = 512   # newest ones looked at: a story that is told again was told lately

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
    LAST_PERIOD = 3200    # 32 cycles

cdef enum:
    SAW_BULLISH = 1
    SAW_BEARISH = 2

cdef struct Gist:
    const uint8_t* counts
    const uint32_t* values[KINDS]

cdef struct Telling:
    int64_t cluster
    uint64_t names_key    # 0: it names nothing
    uint64_t names_bits   # a bit for each name: without one in common there is no name in common
    uint64_t asked        # the question it was last compared for
    double moment         # seconds, when it was published
    double seen           # seconds, when it was first seen
    int32_t event         # 0: none
    uint8_t direction
    uint8_t moved         # it reports that a share price moved
    Py_ssize_t gist       # where its gist begins in the arena
    int32_t following[CHAINS]

cdef struct Rules:
    double window_s
    double move_window_s
    double similar        # shared words over all words
    double same_event     # the same, for two reports of one event
    double same_figure    # the same, for two that share an amount or a percentage


cdef inline uint64_t mixed(uint64_t value) noexcept nogil:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    value = (value ^ (value >> 30)) * <uint64_t>0xBF58476D1CE4E5B9
    value = (value ^ (value >> 27)) * <uint64_t>0x94D049BB133111EB
    return value ^ (value >> 31)


cdef void open_gist(const uint8_t* data, Gist& gist) noexcept nogil:
    cdef const uint32_t* at = <const uint32_t*>(data + 8)
    cdef int kind
    gist.counts = data
    for kind in range(KINDS):
        gist.values[kind] = at
        at += data[kind]


cdef int shared(const Gist& one, int kind, const Gist& other, int their_kind) noexcept nogil:
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


cdef int figures(const Gist& one, const Gist& other, int kind) noexcept nogil:
    """1 when both share a figure of a kind, -1 when both have some but none in common, else 0."""
    cdef const float* mine = <const float*>one.values[kind]
    cdef const float* theirs = <const float*>other.values[kind]
    cdef int i, j
    if one.counts[kind] == 0 or other.counts[kind] == 0:
        return 0
    for i in range(one.counts[kind]):
        for j in range(other.counts[kind]):
            if same_figure(mine[i], theirs[j], kind):
                return 1
    return -1


cdef inline uint32_t cycle_of(double period) noexcept nogil:
    """A bit for the cycle that a period belongs to: quarters, days, months, a pair of contraries."""
    return <uint32_t>1 << (<int>period // PERIODS_A_CYCLE) if 0.0 <= period < LAST_PERIOD else 0


cdef bint periods_differ(const Gist& one, const Gist& other) noexcept nogil:
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


cdef inline bint names_more(const Gist& one, const Gist& other) noexcept nogil:
    """Whether one has a name or a proper word that the other lacks."""
    return (
        shared(one, NAMES, other, NAMES) < one.counts[NAMES] or shared(one, PROPER, other, WORDS) < one.counts[PROPER]
    )


cdef double likeness(
    const Rules& rules, const Telling& one, const Telling& other, const Gist& mine, const Gist& theirs
) noexcept nogil:
    """Shared words over all words when both tell the same news, else -1."""
    cdef:
        double apart_s = fabs(one.moment - other.moment), alike
        int common, names, kind, found
        bint money = False, percent = False
        bint same_names
    if apart_s > rules.window_s or one.direction | other.direction == SAW_BULLISH | SAW_BEARISH:
        return -1.0
    if periods_differ(mine, theirs):
        return -1.0
    for kind in range(RUPEES, PERIODS):
        found = figures(mine, theirs, kind)
        if found < 0:
            return -1.0
        if kind == RUPEES or kind == DOLLARS:
            money = money or found > 0
        elif kind == PERCENTS:
            percent = found > 0
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
    if alike >= rules.similar:
        return alike
    if not same_names or names == 0:
        return -1.0
    if one.moved and other.moved and one.direction == other.direction and apart_s <= rules.move_window_s:
        return alike
    if one.event and one.event == other.event and alike >= rules.same_event:
        return alike
    # one amount is told of one matter, one percentage (5 % down, 5 % stake) of several
    if money or (percent and (one.event == other.event or not one.event or not other.event)):
        return alike if alike >= rules.same_figure else -1.0
    return -1.0


cdef class Window:
    """Articles by what they tell.

    Parameters
    ----------
    capacity : int
        How many articles are expected; more fit, but are found more slowly.
    window_s, move_window_s : float
        How far apart two reports of one story, of one price movement, may be published.
    similar, same_event, same_figure : float
        Shared words over all words (0..1) that make a retelling: by themselves, with one
        event of the same names, with one amount of the same names, or one percentage and no other event.
    """

    cdef Rules rules
    cdef vector[Telling] tellings
    cdef vector[uint32_t] arena
    cdef vector[int32_t] heads
    cdef uint64_t mask
    cdef uint64_t questions

    def __init__(
        self, Py_ssize_t capacity, *, double window_s, double move_window_s, double similar, double same_event,
        double same_figure,
    ):
        self.rules.window_s, self.rules.move_window_s = window_s, move_window_s
        self.rules.similar, self.rules.same_event, self.rules.same_figure = similar, same_event, same_figure
        self.questions = 0
        self.mask = 63
        while <Py_ssize_t>self.mask < capacity:
            self.mask = self.mask * 2 + 1
        self.clear()

    def __len__(self):
        return <Py_ssize_t>self.tellings.size()

    def clear(self):
        """Forget all."""
        self.tellings.clear()
        self.arena.clear()
        self.heads.assign(CHAINS * (self.mask + 1), -1)

    def add(
        self, int64_t cluster, bytes gist not None, uint64_t names_key, double moment, double seen, int direction,
        int event, bint moved,
    ):
        """Note an article. Directions: 1 bullish, 2 bearish, 0 neutral; events by number, 0 for none."""
        cdef Telling telling = told(cluster, names_key, moment, seen, direction, event, moved)
        cdef uint64_t slots[CHAINS]
        cdef Gist opened
        cdef Py_ssize_t size = checked(gist)
        cdef int chain
        open_gist(<const uint8_t*>PyBytes_AS_STRING(gist), opened)
        telling.names_bits = bits_of(opened)
        telling.gist = <Py_ssize_t>self.arena.size()
        self.arena.resize(self.arena.size() + size // 4)
        memcpy(&self.arena[telling.gist], PyBytes_AS_STRING(gist), size)
        self.slots_of(telling, opened, slots)
        for chain in range(CHAINS):
            telling.following[chain] = self.heads[slots[chain]]
            if (names_key and chain == BY_NAMES) or (chain < BANDS and opened.counts[WORDS]):
                self.heads[slots[chain]] = <int32_t>self.tellings.size()
        self.tellings.push_back(telling)

    def find(
        self, bytes gist not None, uint64_t names_key, double moment, double seen, int direction, int event,
        bint moved,
    ):
        """The cluster that an article retells, the likest one; None when its news is new."""
        cdef Telling telling = told(-1, names_key, moment, seen, direction, event, moved)
        cdef Gist opened
        cdef int64_t cluster
        checked(gist)
        open_gist(<const uint8_t*>PyBytes_AS_STRING(gist), opened)
        telling.names_bits = bits_of(opened)
        with nogil:
            cluster = self.likest(telling, opened)
        return cluster if cluster >= 0 else None

    cdef int64_t likest(self, const Telling& telling, const Gist& gist) noexcept nogil:
        cdef:
            uint64_t slots[CHAINS]
            int64_t best = -1
            double alike, best_alike = -1.0
            int32_t at
            Telling* other
            Gist theirs
            int chain, looked_at
        self.slots_of(telling, gist, slots)
        self.questions += 1
        for chain in range(CHAINS if telling.names_key else BANDS):
            at = self.heads[slots[chain]]
            looked_at = 0
            while at >= 0 and looked_at < MOST_OF_CHAIN:  # from new to old
                other = &self.tellings[at]
                if telling.seen - other.seen > self.rules.window_s:
                    break
                at = other.following[chain]
                looked_at += 1
                if other.asked == self.questions:
                    continue  # met in another chain
                other.asked = self.questions
                if not telling.names_bits & other.names_bits and telling.names_bits | other.names_bits:
                    continue  # no name in common
                open_gist(<const uint8_t*>&self.arena[other.gist], theirs)
                alike = likeness(self.rules, telling, other[0], gist, theirs)
                if alike > best_alike or (alike == best_alike >= 0.0 and other.cluster < best):
                    best, best_alike = other.cluster, alike
        return best

    cdef void slots_of(self, const Telling& telling, const Gist& gist, uint64_t* slots) noexcept nogil:
        """Where each chain of an article begins in `heads`."""
        cdef:
            uint64_t least[2 * BANDS]
            uint64_t value, size = self.mask + 1
            int i, j
        for j in range(2 * BANDS):
            least[j] = <uint64_t>0xFFFFFFFFFFFFFFFF
        for i in range(gist.counts[WORDS]):
            value = mixed(gist.values[WORDS][i])
            for j in range(2 * BANDS):
                value = mixed(value + <uint64_t>0x9E3779B97F4A7C15)
                if value < least[j]:
                    least[j] = value
        for j in range(BANDS):
            slots[j] = j * size + (mixed(least[2 * j] ^ (least[2 * j + 1] >> 1)) & self.mask)
        slots[BY_NAMES] = BY_NAMES * size + (mixed(telling.names_key) & self.mask)


cdef uint64_t bits_of(const Gist& gist) noexcept nogil:
    cdef uint64_t bits = 0
    cdef int i
    for i in range(gist.counts[NAMES]):
        bits |= <uint64_t>1 << (gist.values[NAMES][i] & 63)
    return bits


cdef Telling told(
    int64_t cluster, uint64_t names_key, double moment, double seen, int direction, int event, bint moved
):
    cdef Telling found
    cdef int chain
    found.cluster, found.names_key, found.moment, found.seen = cluster, names_key, moment, seen
    found.direction, found.event, found.moved, found.gist = <uint8_t>direction, event, moved, 0
    found.names_bits, found.asked = 0, 0
    for chain in range(CHAINS):
        found.following[chain] = -1
    return found


cdef Py_ssize_t checked(bytes gist) except -1:
    """The size of a gist in bytes; it may come from a table, so its counts are not taken on trust."""
    cdef Py_ssize_t size = PyBytes_GET_SIZE(gist), wanted = 8
    cdef const uint8_t* data = <const uint8_t*>PyBytes_AS_STRING(gist)
    cdef int kind
    if size >= 8:
        for kind in range(KINDS):
            wanted += 4 * <Py_ssize_t>data[kind]
    if size != wanted:
        raise ValueError(f"expected a gist of {wanted} bytes, found {size}")
    return size
