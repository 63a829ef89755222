/* Decaying totals, a block of eight bars at a time: see _decay.pxd.
 *
 * Every operation is that of `decayed`, which takes one value at a time, so both get the same bits.
 */
#ifndef CHITTI_DECAY_H
#define CHITTI_DECAY_H

#include "_eight.h"

typedef struct {
    double weight;    /* of a value */
    double powers[8]; /* of what is kept from bar to bar: to the power 1 ... 8 */
} DecayRate;

typedef struct {
    double weight;
    eight near, middle, far, before, whole; /* what is kept of 1, 2, 4 bars before, and of the total */
    eight total;                            /* before the block, in every place */
} Decaying;

static inline Decaying decaying(const DecayRate *rate, double total)
{
    const double once = rate->powers[0], twice = rate->powers[1], fourfold = rate->powers[3];
    const eight none = {0};
    Decaying by = {
        .weight = rate->weight,
        .near = {0, once, once, once, once, once, once, once},
        .middle = {0, 0, twice, twice, twice, twice, twice, twice},
        .far = {0, 0, 0, 0, fourfold, fourfold, fourfold, fourfold},
        .whole = none + rate->powers[7],
        .total = none + total,
    };
    memcpy(&by.before, rate->powers, sizeof by.before);
    return by;
}

/* The totals of a block. What the next block waits for is one product and one sum. */
#ifdef __AVX512F__
static inline eight decay_next(Decaying *by, eight sums)
{
    const eight none = {0};
    eight totals;
    sums *= by->weight;
    sums += by->near * __builtin_shufflevector(sums, none, 8, 0, 1, 2, 3, 4, 5, 6);
    sums += by->middle * __builtin_shufflevector(sums, none, 8, 8, 0, 1, 2, 3, 4, 5);
    sums += by->far * __builtin_shufflevector(sums, none, 8, 8, 8, 8, 0, 1, 2, 3);
    totals = sums + by->before * by->total;
    by->total = __builtin_shufflevector(sums, sums, 7, 7, 7, 7, 7, 7, 7, 7) + by->whole * by->total;
    return totals;
}
#else
/* The same in halves: what crosses them a compiler would else take number by number. */
typedef union {
    eight whole;
    eight_half half[2];
} DecayHalves;

static inline void decay_halves(Decaying *by, eight_half *first, eight_half *second)
{
    const eight_half none = {0};
    const DecayHalves near = {by->near}, middle = {by->middle}, far = {by->far}, before = {by->before};
    const double total = by->total[0];
    eight_half low = by->weight * *first, high = by->weight * *second, up;
    up = __builtin_shufflevector(low, high, 3, 4, 5, 6);
    low += near.half[0] * __builtin_shufflevector(low, none, 4, 0, 1, 2);
    high += near.half[1] * up;
    up = __builtin_shufflevector(low, high, 2, 3, 4, 5);
    low += middle.half[0] * __builtin_shufflevector(low, none, 4, 4, 0, 1);
    high += middle.half[1] * up;
    high += far.half[1] * low;
    low += none; /* as the whole adds it: a zero loses its sign */
    by->total[0] = high[3] + by->whole[0] * total;
    *first = low + before.half[0] * total;
    *second = high + before.half[1] * total;
}

static inline eight decay_next(Decaying *by, eight sums)
{
    DecayHalves of = {sums};
    decay_halves(by, &of.half[0], &of.half[1]);
    return of.whole;
}
#endif

/* What is left of less than a block, 0 behind it: no value counts for one before it. */
static inline eight decay_load_rest(const double *from, ptrdiff_t count)
{
    eight block = {0};
    for (ptrdiff_t i = 0; i < count; i++)
        block[i] = from[i];
    return block;
}

static inline void decay_store_rest(eight block, double *to, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++)
        to[i] = block[i];
}

static inline void decay_step(Decaying *by, const double *from, double *to)
{
#ifdef __AVX512F__
    eight_store(decay_next(by, eight_load(from)), to);
#else
    eight_half low, high;
    memcpy(&low, from, sizeof low);
    memcpy(&high, from + 4, sizeof high);
    decay_halves(by, &low, &high);
    memcpy(to, &low, sizeof low);
    memcpy(to + 4, &high, sizeof high);
#endif
}

/* `out` may be `values`. */
static inline void decay_fill(
    const double *values, ptrdiff_t count, const DecayRate *rate, double total, double *out)
{
    Decaying by = decaying(rate, total);
    ptrdiff_t i = 0;
    for (; i < count - 7; i += 8)
        decay_step(&by, values + i, out + i);
    decay_store_rest(decay_next(&by, decay_load_rest(values + i, count - i)), out + i, count - i);
}

enum { DECAY_PART = 128 }; /* values that wait to be written: longer pauses leave the memory idle */

/* `decay_fill` past the caches; whether all of it is finite. What is not differs from itself by NaN. */
static inline int decay_fill_past(
    const double *values, ptrdiff_t count, const DecayRate *rate, double total, double *out)
{
    Decaying by = decaying(rate, total);
    eight totals, flaws = by.total - by.total;
    double part[DECAY_PART];
    ptrdiff_t i = 0;
    for (; i < count - 7; i += 8) {
        totals = decay_next(&by, eight_load(values + i));
        flaws += totals - totals;
        eight_store(totals, part + i % DECAY_PART);
        if ((i + 8) % DECAY_PART == 0)
            chitti_stream_out(part, sizeof part, out + i + 8 - DECAY_PART);
    }
    chitti_stream_out(part, (size_t)(i % DECAY_PART) * sizeof *part, out + i - i % DECAY_PART);
    totals = decay_next(&by, decay_load_rest(values + i, count - i));
    decay_store_rest(totals, out + i, count - i);
    for (ptrdiff_t k = 0; k < count - i; k++)
        flaws[k] += totals[k] - totals[k];
    for (int k = 1; k < 8; k++)
        flaws[0] += flaws[k];
    return flaws[0] == 0.0;
}

static inline eight decay_line(Decaying *fast, Decaying *slow, eight values)
{
    const eight above = decay_next(fast, values);
    return above - decay_next(slow, values);
}

/* The difference of two averages of the same values. */
static inline void decay_lines(
    const double *values, ptrdiff_t count, const DecayRate *fast, const DecayRate *slow, double fast_total,
    double slow_total, double *out)
{
    Decaying faster = decaying(fast, fast_total), slower = decaying(slow, slow_total);
    ptrdiff_t i = 0;
    for (; i < count - 7; i += 8)
        eight_store(decay_line(&faster, &slower, eight_load(values + i)), out + i);
    decay_store_rest(
        decay_line(&faster, &slower, decay_load_rest(values + i, count - i)), out + i, count - i);
}

#endif
