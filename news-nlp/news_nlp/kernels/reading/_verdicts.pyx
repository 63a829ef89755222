"""Verdicts on a text and on each name in it: `nlp.readable.sentiment` over flat arrays.

The caller guarantees that phrases are weighed.
"""
from libc.math cimport exp, fabs, floor, fma
from libc.stdint cimport int32_t

from news_nlp.kernels.reading._attribute cimport attribute
from news_nlp.kernels.reading._owners cimport Attribution, Mention, Owner, Sum
from news_nlp.kernels.reading._reading cimport AMOUNT, BEARISH, BULLISH, NOTHING, Reading, Verdict, is_company

cdef double THRESHOLD = 0.2
cdef double APART_THRESHOLD = 0.16   # of a name of which not all phrases speak
cdef double SLIGHT = 1e-6            # what the order of additions may make of a sum
cdef double QUIET = 0.85           # the share of neutral texts among those in which nothing polar is found


cdef void judge(Reading* reading) noexcept nogil:
    """Fill `whole`, `verdicts`, `judged` and `toned`."""
    cdef:
        Attribution all
        Sum added
        int32_t at
    added.total = added.said = 0.0
    for at in range(reading.spoken):
        added.total += reading.said[at].weight
        added.said += fabs(reading.said[at].weight)
    give(&reading.whole, -1, &added, THRESHOLD)
    reading.judged = reading.toned = 0
    if not names_anything(reading):
        return
    attribute(&all, reading)
    judge_owners(&all, True, added.said)
    reading.judged = reading.toned
    judge_owners(&all, False, added.said)


cdef bint names_anything(const Reading* reading) noexcept nogil:
    cdef int32_t at
    for at in range(reading.named):
        if reading.names[at].kind < AMOUNT:
            return True
    return False


cdef void judge_owners(Attribution* all, bint companies, double whole) noexcept nogil:
    """Add a verdict on each owner that has none yet; of listed companies only, or of all."""
    cdef:
        Reading* reading = all.reading
        Sum added
        int32_t at
        double threshold
        const Mention* mention
        Owner* owner
    for at in range(all.mentioned):
        mention = &all.mentions[at]
        owner = &all.owners[mention.owner]
        if owner.judged or (companies and not is_company(&reading.names[mention.name])):
            continue
        owner.judged = True
        added = together(owner)
        threshold = APART_THRESHOLD if owner.own.said + owner.unnamed.said < whole - SLIGHT else THRESHOLD
        give(&reading.verdicts[reading.toned], mention.name, &added, threshold)
        reading.toned += 1


cdef Sum together(const Owner* owner) noexcept nogil:
    cdef Sum added = owner.own
    cdef double factor = factor_of_unnamed(owner.own.said != 0.0)
    added.total += factor * owner.unnamed.total
    added.said += factor * owner.unnamed.said
    return added


cdef void give(Verdict* verdict, int32_t name, const Sum* added, double threshold) noexcept nogil:
    """A verdict by what was said: s / (|s| + 1), neutral within the threshold."""
    verdict.name, verdict.relevance = name, 0.0
    verdict.score = to_4_digits(added.total / (fabs(added.total) + 1.0))
    if fabs(verdict.score) < threshold:
        # surest when nothing polar was said, unsure when good and bad cancel out
        verdict.direction = NOTHING
        verdict.confidence = to_4_digits(QUIET / (1.0 + added.said))
        return
    verdict.direction = BULLISH if added.total > 0.0 else BEARISH
    verdict.confidence = to_4_digits(fabs(added.total) / added.said * (1.0 - exp(-1.5 * added.said)))


cdef double to_4_digits(double value) noexcept nogil:
    """`round(value, 4)`: the nearest of the exact value, ties to even; for |value| <= 1."""
    cdef:
        double scaled = fabs(value) * 10_000.0
        double rest = fma(fabs(value), 10_000.0, -scaled)   # what the product lost
        double whole = floor(scaled)
        double above = (scaled - whole - 0.5) + rest        # both differences are exact
    if above > 0.0 or (above == 0.0 and whole % 2.0 != 0.0):
        whole += 1.0
    return whole / 10_000.0 if value >= 0.0 else -whole / 10_000.0
