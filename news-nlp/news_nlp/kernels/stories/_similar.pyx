# distutils: language = c++
"""The window of what was told lately: which cluster a new article retells.

An article joins a cluster when it retells the cluster's first article (`likeness` in
`_similar_rules.pxd`) and contradicts none of the others, so that a cluster cannot drift from one
story to the next. First articles lie on shelves, one for each of their names; those that name nothing on
shelves of their first words in the order of their hashes, as many as two articles that are like enough must have one of in
common. An article looks through all shelves of its own, so no retelling is missed; on a shelf a glance
at bits of words and names passes over nearly all.

The caller (news_nlp.nlp.stories) guarantees that gists come from GistReader and that articles
are added in the order in which they were seen. A window belongs to one writer at a time.
"""
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.math cimport ceil, fabs, fmin
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy
from libcpp.unordered_map cimport unordered_map
from libcpp.vector cimport vector

from news_nlp.kernels.stories._similar_rules cimport (
    DOLLARS, KINDS, NAMES, RUPEES, SAW_BEARISH, SAW_BULLISH, WORDS, Gist, Rules, Telling, contradict, is_telling_amount,
    likeness, open_gist
)

cdef extern from *:
    int __builtin_popcountll(unsigned long long) nogil

cdef enum:
    OF_NAMES = 0          # what a shelf is of, mixed into its key
    OF_WORDS = 1

cdef struct Glance:
    uint64_t words[2]     # a bit for each word
    uint64_t names        # a bit for each name
    uint64_t amounts      # a bit for each amount that is telling
    double moment
    int32_t telling
    uint8_t count         # words
    uint8_t direction
    uint8_t moved


cdef inline uint64_t mixed(uint64_t value) noexcept nogil:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    value = (value ^ (value >> 30)) * <uint64_t>0xBF58476D1CE4E5B9
    value = (value ^ (value >> 27)) * <uint64_t>0x94D049BB133111EB
    return value ^ (value >> 31)


cdef class Window:
    """Articles by what they tell.

    Parameters
    ----------
    window_s, move_window_s, day_window_s : float
        How far apart two reports of one story, of one price movement, of one day's news may be published.
    mostly, similar, same_event, same_figure : float
        Shared words over all words (0..1) that make a retelling, from more to less: of two of which one
        reports a price movement; by themselves; with one event of the same names; with one amount of the
        same names, or one percentage and no other event.
    """

    cdef Rules rules
    cdef vector[Telling] tellings
    cdef vector[uint64_t] asked                            # the question that each was last compared for
    cdef vector[uint32_t] arena                            # gists
    cdef unordered_map[uint64_t, vector[Glance]] shelves
    cdef unordered_map[uint64_t, int32_t] latest           # of a cluster
    cdef unordered_map[uint64_t, int32_t] prints           # the latest telling with a print
    cdef uint64_t questions
    cdef double least                                      # of the three shares

    def __init__(
        self, *, double window_s, double move_window_s, double day_window_s, double mostly, double similar,
        double same_event, double same_figure,
    ):
        self.rules.window_s, self.rules.move_window_s, self.rules.day_window_s = window_s, move_window_s, day_window_s
        self.rules.mostly = mostly
        self.rules.similar, self.rules.same_event, self.rules.same_figure = similar, same_event, same_figure
        self.least = fmin(similar, fmin(same_event, same_figure))
        self.clear()

    def __len__(self):
        return <Py_ssize_t>self.tellings.size()

    def clear(self):
        """Forget all."""
        self.tellings.clear()
        self.asked.clear()
        self.arena.clear()
        self.shelves.clear()
        self.latest.clear()
        self.prints.clear()
        self.questions = 0

    def add(
        self, int64_t article, int64_t cluster, bytes gist not None, double moment, double seen, int direction, int event,
        bint moved,
    ):
        """Note an article, the first of its cluster if it has the cluster's number.

        Directions: 1 bullish, 2 bearish, 0 neutral; events by number, 0 for none.
        """
        cdef Telling telling = told(cluster, gist, moment, seen, direction, event, moved)
        cdef Gist opened
        cdef int32_t at = <int32_t>self.tellings.size()
        telling.leads = article == cluster
        telling.gist = <Py_ssize_t>self.arena.size()
        self.arena.resize(self.arena.size() + telling.size)
        memcpy(&self.arena[telling.gist], PyBytes_AS_STRING(gist), 4 * telling.size)
        telling.before = self.latest[<uint64_t>cluster] if self.latest.count(<uint64_t>cluster) else -1
        telling.copied = self.prints[telling.print] if self.prints.count(telling.print) else -1
        self.latest[<uint64_t>cluster] = at
        self.prints[telling.print] = at
        self.tellings.push_back(telling)
        self.asked.push_back(0)
        if telling.leads:
            open_gist(<const uint8_t*>PyBytes_AS_STRING(gist), opened)
            self.shelve(glance_of(telling, opened, at), opened)

    def forget_since(self, Py_ssize_t count):
        """Forget all but the first `count` articles added; what was found before them is found again."""
        cdef Telling telling
        cdef Gist opened
        while <Py_ssize_t>self.tellings.size() > count:
            telling = self.tellings.back()
            if telling.leads:
                open_gist(<const uint8_t*>&self.arena[telling.gist], opened)
                self.unshelve(opened)
            restore(self.latest, <uint64_t>telling.cluster, telling.before)
            restore(self.prints, telling.print, telling.copied)
            self.arena.resize(telling.gist)
            self.tellings.pop_back()
            self.asked.pop_back()

    def find(self, bytes gist not None, double moment, double seen, int direction, int event, bint moved):
        """The cluster that an article retells, the likest one; None when its news is new."""
        cdef Telling telling = told(-1, gist, moment, seen, direction, event, moved)
        cdef Gist opened
        cdef int64_t cluster
        open_gist(<const uint8_t*>PyBytes_AS_STRING(gist), opened)
        with nogil:
            cluster = self.cluster_of_copy(telling, opened)
            if cluster < 0:
                cluster = self.likest(telling, opened)
        return cluster if cluster >= 0 else None

    cdef int64_t cluster_of_copy(self, const Telling& telling, const Gist& gist) noexcept nogil:
        """The cluster of the latest article that tells exactly the same; -1: none, or its story is too old."""
        cdef Telling* other
        if not self.prints.count(telling.print):
            return -1
        other = &self.tellings[self.prints[telling.print]]
        if other.size != telling.size or memcmp(&self.arena[other.gist], gist.counts, 4 * telling.size):
            return -1
        return other.cluster if self.belongs(telling, gist, other.cluster) >= 0.0 else -1

    cdef double belongs(self, const Telling& telling, const Gist& gist, int64_t cluster) noexcept nogil:
        """How like an article is to a cluster's first; -1 when it does not retell it or contradicts another one."""
        cdef int32_t at = self.latest[<uint64_t>cluster]
        cdef const Telling* other
        cdef Gist theirs
        while True:
            other = &self.tellings[at]
            open_gist(<const uint8_t*>&self.arena[other.gist], theirs)
            if other.before < 0:
                break
            if contradict(telling, other[0], gist, theirs):
                return -1.0
            at = other.before
        if not other.leads or telling.seen - other.seen > self.rules.window_s:
            return -1.0
        return likeness(self.rules, telling, other[0], gist, theirs)

    cdef int64_t likest(self, const Telling& telling, const Gist& gist) noexcept nogil:
        cdef:
            Glance mine = glance_of(telling, gist, -1)
            int64_t best = -1
            double best_alike = -1.0
            int32_t oldest = self.oldest_within(telling.seen - self.rules.window_s)
            int kind = NAMES if gist.counts[NAMES] else WORDS
            int i
        self.questions += 1
        for i in range(self.shelves_of(gist)):
            self.look_through(telling, gist, mine, shelf_key(gist, kind, i), oldest, best, best_alike)
        return best

    cdef void look_through(
        self, const Telling& telling, const Gist& gist, const Glance& mine, uint64_t key, int32_t oldest,
        int64_t& best, double& best_alike,
    ) noexcept nogil:
        """Compare an article with those of a shelf, from new to old."""
        cdef:
            vector[Glance]* shelf
            const Glance* theirs
            const Telling* other
            Gist opened
            double alike
            int spare = mine.count - bits_in(mine.words)  # words that share a bit with another one
            Py_ssize_t i
        if not self.shelves.count(key):
            return
        shelf = &self.shelves[key]
        for i in range(<Py_ssize_t>shelf.size() - 1, -1, -1):
            theirs = &shelf[0][i]
            if theirs.telling < oldest:
                return
            if not self.may_be_like(mine, theirs[0], spare) or self.asked[theirs.telling] == self.questions:
                continue
            self.asked[theirs.telling] = self.questions
            other = &self.tellings[theirs.telling]
            open_gist(<const uint8_t*>&self.arena[other.gist], opened)
            alike = likeness(self.rules, telling, other[0], gist, opened)
            if alike > best_alike or (alike == best_alike and alike >= 0.0 and other.cluster < best):
                if self.belongs(telling, gist, other.cluster) >= 0.0:
                    (&best)[0] = other.cluster
                    (&best_alike)[0] = alike

    cdef inline bint may_be_like(self, const Glance& mine, const Glance& theirs, int spare) noexcept nogil:
        """Whether a glance leaves it open that two articles tell the same news."""
        cdef:
            uint64_t both[2]
            double least
            int common
        if mine.direction | theirs.direction == SAW_BULLISH | SAW_BEARISH:
            return False
        if (mine.names & ~theirs.names) and (theirs.names & ~mine.names):
            return False
        if fabs(mine.moment - theirs.moment) > self.rules.window_s:
            return False
        if (mine.moved and theirs.moved) or (mine.amounts & theirs.amounts):
            return True
        both[0], both[1] = mine.words[0] & theirs.words[0], mine.words[1] & theirs.words[1]
        common = bits_in(both) + spare
        least = self.least if mine.names == theirs.names else self.rules.similar
        # shared / (mine + theirs - shared) >= least, less what rounding may take
        return common * (1.0 + least) + 1e-9 >= least * (mine.count + theirs.count)

    cdef int32_t oldest_within(self, double seen) noexcept nogil:
        """The first article seen then or later; they stand in the order of being seen."""
        cdef Py_ssize_t low = 0, high = <Py_ssize_t>self.tellings.size(), middle
        while low < high:
            middle = (low + high) // 2
            if self.tellings[middle].seen < seen:
                low = middle + 1
            else:
                high = middle
        return <int32_t>low

    cdef int shelves_of(self, const Gist& gist) noexcept nogil:
        """On how many shelves an article lies: one for each name; without names one for each of its first words.

        Two sets of words of which `least` of all are shared have at least ceil(least * n) in common, n being the
        words of either, so under any one order of words the first n - ceil(least * n) + 1 of each share one
        (prefix filter; Chaudhuri, Ganti, Kaushik 2006).
        """
        cdef int n = gist.counts[WORDS]
        if gist.counts[NAMES]:
            return gist.counts[NAMES]
        if n == 0:
            return 0
        return n - <int>ceil(fmin(self.rules.similar, self.rules.same_event) * n - 1e-9) + 1

    cdef int shelve(self, Glance glance, const Gist& gist) except -1:
        cdef int i, kind = NAMES if gist.counts[NAMES] else WORDS
        for i in range(self.shelves_of(gist)):
            self.shelves[shelf_key(gist, kind, i)].push_back(glance)
        return 0

    cdef int unshelve(self, const Gist& gist) except -1:
        """Take the article that was shelved last away again."""
        cdef int i, kind = NAMES if gist.counts[NAMES] else WORDS
        cdef uint64_t key
        for i in range(self.shelves_of(gist)):
            key = shelf_key(gist, kind, i)
            self.shelves[key].pop_back()
            if self.shelves[key].empty():
                self.shelves.erase(key)
        return 0


cdef inline uint64_t shelf_key(const Gist& gist, int kind, int at) noexcept nogil:
    return mixed(<uint64_t>gist.values[kind][at] << 1 | (OF_NAMES if kind == NAMES else OF_WORDS))


cdef inline int bits_in(const uint64_t* bits) noexcept nogil:
    return __builtin_popcountll(bits[0]) + __builtin_popcountll(bits[1])


cdef Glance glance_of(const Telling& telling, const Gist& gist, int32_t at) noexcept nogil:
    cdef Glance found
    cdef uint32_t word
    cdef int i, kind
    found.words[0], found.words[1], found.names, found.amounts = 0, 0, 0, 0
    found.moment, found.telling = telling.moment, at
    found.count, found.direction, found.moved = gist.counts[WORDS], telling.direction, telling.moved
    for i in range(gist.counts[WORDS]):
        word = gist.values[WORDS][i]
        found.words[word >> 6 & 1] |= <uint64_t>1 << (word & 63)
    for kind in range(RUPEES, DOLLARS + 1):
        for i in range(gist.counts[kind]):
            if is_telling_amount((<const float*>gist.values[kind])[i]):
                found.amounts |= <uint64_t>1 << (mixed(gist.values[kind][i]) & 63)
    for i in range(gist.counts[NAMES]):
        found.names |= <uint64_t>1 << (gist.values[NAMES][i] & 63)
    return found


cdef int restore(unordered_map[uint64_t, int32_t]& known, uint64_t key, int32_t before) except -1:
    """Put back the telling that a key had before, if any."""
    if before < 0:
        known.erase(key)
    else:
        known[key] = before
    return 0


cdef Telling told(int64_t cluster, bytes gist, double moment, double seen, int direction, int event, bint moved):
    cdef Telling found
    cdef uint32_t value
    cdef Py_ssize_t i
    found.cluster, found.moment, found.seen = cluster, moment, seen
    found.direction, found.event, found.moved, found.leads = <uint8_t>direction, event, moved, False
    found.gist, found.before, found.copied = 0, -1, -1
    found.size = checked(gist) // 4
    found.print = mixed(<uint64_t>event << 16 | <uint64_t>direction << 8 | <uint64_t>moved)
    for i in range(found.size):
        memcpy(&value, PyBytes_AS_STRING(gist) + 4 * i, 4)
        found.print = mixed(found.print + <uint64_t>0x9E3779B97F4A7C15 + value)
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
