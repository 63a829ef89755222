/* Windows of prices that are whole ticks, summed exactly: in any order and at any width the bits are the same.
 *
 * A price becomes a whole number in the last bits of a double, and is counted with as an integer. The sums of a
 * register's windows are those one register before plus what the windows between gained: that of a bar is the
 * newest less the oldest, and that of two, four and eight bars is put together from two of half as many. A variance
 * times the square of its period is whole too; 64 bits hold it, and an overflow on the way to it does no harm.
 */
#ifndef CHITTI_WHOLE_TICKS_H
#define CHITTI_WHOLE_TICKS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "_stream_out.h"

#if defined(__AVX512F__)
#define TICKS_BYTES 64
#elif defined(__AVX2__)
#define TICKS_BYTES 32
#else
#define TICKS_BYTES 16
#endif

#define TICKS_INLINE static inline __attribute__((always_inline))
#define TICKS_TO_WHOLE 6755399441055744.0             /* 1.5 * 2^52: added, it leaves a whole number in the last bits */
#define TICKS_NONE UINT64_C(0x4338000000000000) /* its own bits */

enum { TICKS_WIDTH = TICKS_BYTES / 8, TICKS_LOOK = 512 /* bars between looks at faults */ };

typedef double tick_prices __attribute__((vector_size(TICKS_BYTES)));
typedef uint64_t tick_counts __attribute__((vector_size(TICKS_BYTES)));
typedef int64_t tick_signed __attribute__((vector_size(TICKS_BYTES)));

typedef struct {
    double scale;    /* ticks in a unit of price */
    double price;    /* of a tick, too little by a few roundings */
    double most;     /* the largest price */
    double divisor;  /* ticks of a window's sum in a unit of its mean */
    double share;    /* of a window's spread in its variance */
    uint64_t period;
    uint64_t close;  /* doubles that a price may lie above its ticks times `price`: one less than a power of two */
} Ticks;

static inline Ticks ticks_of(double scale, double apart, uint64_t close, double most, ptrdiff_t period)
{
    double divisor = scale * (double)period;
    return (Ticks){
        .scale = scale, .price = (1.0 - apart) / scale, .most = most / divisor, .divisor = divisor,
        .share = 1.0 / (divisor * divisor), .period = (uint64_t)period, .close = close,
    };
}

/* A price is ten-thousandths when it is within some roundings of that many; their sum keeps below 2^50. */
static inline Ticks ticks_ten_thousandths(ptrdiff_t period)
{
    return ticks_of(1e4, 0x1p-48, 127, 0x1p50, period);
}

/* With less leeway: what is hundredths is ten-thousandths too. A window's spread keeps below 2^62. */
static inline Ticks ticks_hundredths(ptrdiff_t period)
{
    return ticks_of(1e2, 0x1p-50, 15, 0x1p31, period);
}

static inline tick_counts ticks_count(tick_prices prices, double scale)
{
    return (tick_counts)(prices * scale + TICKS_TO_WHOLE);
}

/* Bits that must stay 0: of `apart` all beyond `close`, of `outside` the first. */
typedef struct {
    tick_counts apart, outside;
} TickFaults;

static inline TickFaults ticks_look(TickFaults faults, tick_prices prices, tick_counts ticks, Ticks by)
{
    tick_prices back = ((tick_prices)ticks - TICKS_TO_WHOLE) * by.price;
    tick_prices most = by.most - (tick_prices){0};
    faults.apart |= (tick_counts)prices - (tick_counts)back;
    faults.outside |= (tick_counts)prices | ((tick_counts)most - (tick_counts)prices);
    return faults;
}

static inline int ticks_faulty(TickFaults faults, Ticks by)
{
    uint64_t apart = 0, outside = 0;
    for (int i = 0; i < TICKS_WIDTH; i++) {
        apart |= faults.apart[i];
        outside |= faults.outside[i];
    }
    return apart > by.close || outside >> 63;
}

/* What one, two and four windows gained, up to each of the register before. */
typedef struct {
    tick_counts one, two, four;
} TickGains;

/* What as many windows gained as a register has, up to each of its own; `one` each of them. */
static inline tick_counts ticks_gained(TickGains *before, tick_counts one)
{
#if TICKS_BYTES == 64
    tick_counts two = one + __builtin_shufflevector(before->one, one, 7, 8, 9, 10, 11, 12, 13, 14);
    tick_counts four = two + __builtin_shufflevector(before->two, two, 6, 7, 8, 9, 10, 11, 12, 13);
    tick_counts all = four + __builtin_shufflevector(before->four, four, 4, 5, 6, 7, 8, 9, 10, 11);
    before->two = two;
    before->four = four;
#elif TICKS_BYTES == 32
    tick_counts two = one + __builtin_shufflevector(before->one, one, 3, 4, 5, 6);
    tick_counts all = two + __builtin_shufflevector(before->two, two, 2, 3, 4, 5);
    before->two = two;
#else
    tick_counts all = one + __builtin_shufflevector(before->one, one, 1, 2);
#endif
    before->one = one;
    return all;
}

/* Fewer than a register holds: 0 for the others. */
static inline tick_prices ticks_load(const double *from, ptrdiff_t count)
{
    tick_prices values = {0};
    memcpy(&values, from, (size_t)count * sizeof *from);
    return values;
}

static inline void ticks_store(tick_prices values, double *to, ptrdiff_t count)
{
    memcpy(to, &values, (size_t)count * sizeof *to);
}

/* The same past the caches, where a whole register is `past` and aligned. */
TICKS_INLINE void ticks_put(tick_prices values, double *to, ptrdiff_t count, int past)
{
#if defined(CHITTI_STREAMED) && CHITTI_STREAMED == TICKS_BYTES
    if (past && count == TICKS_WIDTH && (uintptr_t)to % TICKS_BYTES == 0) {
        CHITTI_STREAM(to, &values);
        return;
    }
#endif
    ticks_store(values, to, count);
}

/* A register of windows. */
typedef struct {
    TickFaults faults;
    TickGains gains, spread_gains;
    tick_counts totals;  /* on top of TICKS_NONE */
    tick_counts spreads; /* the period times the squares' sum, less the square of the sum */
} TickWindows;

/* Steps the totals; what each window's spread gains. */
TICKS_INLINE tick_counts ticks_step(TickWindows *windows, tick_prices newest, tick_prices oldest, Ticks by)
{
    tick_counts ticks = ticks_count(newest, by.scale), left = ticks_count(oldest, by.scale);
    tick_counts gained = ticks - left;
    windows->faults = ticks_look(windows->faults, newest, ticks, by);
    windows->totals += ticks_gained(&windows->gains, gained);
    return gained * (by.period * (ticks + left - 2 * TICKS_NONE) - (2 * windows->totals - gained - 2 * TICKS_NONE));
}

/* The first whole window, in every place of the register. */
TICKS_INLINE TickWindows ticks_first(const double *prices, Ticks by)
{
    const tick_prices nothing = {0};
    TickWindows windows = {.totals = TICKS_NONE - (tick_counts){0}};
    tick_counts gained;
    ptrdiff_t left = (ptrdiff_t)by.period, count;
    for (; left > 0; left -= count, prices += count) {
        count = left < TICKS_WIDTH ? left : TICKS_WIDTH;
        gained = ticks_step(&windows, ticks_load(prices, count), nothing, by);
        windows.spreads += ticks_gained(&windows.spread_gains, gained);
    }
    windows.totals = windows.totals[TICKS_WIDTH - 1] - (tick_counts){0};
    windows.spreads = windows.spreads[TICKS_WIDTH - 1] - (tick_counts){0};
    windows.gains = windows.spread_gains = (TickGains){0};
    return windows;
}

/* Where the answers go; NULL: not wanted. Bands are about the means, so many deviations away. */
typedef struct {
    double *means, *variances, *upper, *lower;
    double up, down;
    int past; /* whether past the caches */
} TickAnswers;

TICKS_INLINE tick_prices ticks_means(tick_counts totals, Ticks by)
{
    return ((tick_prices)totals - TICKS_TO_WHOLE) / by.divisor;
}

static inline tick_prices ticks_variances(tick_counts spreads, Ticks by)
{
#ifdef __AVX512DQ__
    return __builtin_convertvector((tick_signed)spreads, tick_prices) * by.share;
#else
    tick_counts high = (spreads >> 32) | UINT64_C(0x4530000000000000);                 /* 2^84 and that many 2^32 */
    tick_counts low = (spreads & UINT64_C(0xffffffff)) | UINT64_C(0x4330000000000000); /* 2^52 and that many */
    return (((tick_prices)high - 0x1.00000001p84) + (tick_prices)low) * by.share;
#endif
}

TICKS_INLINE void ticks_answer(
    tick_counts spreads, tick_prices means, Ticks by, TickAnswers to, ptrdiff_t at, ptrdiff_t count)
{
    tick_prices variances = ticks_variances(spreads, by);
    if (to.variances)
        ticks_store(variances, to.variances + at, count);
    if (to.upper) {
        for (int i = 0; i < TICKS_WIDTH; i++)
            variances[i] = sqrt(variances[i]);
        ticks_put(means + to.up * variances, to.upper + at, count, to.past);
        ticks_put(means - to.down * variances, to.lower + at, count, to.past);
    }
}

/* Answers of up to TICKS_LOOK windows: those of whole registers, or fewer in one. The way from a price to its bands is
 * long; in two stages the processor has more of them under way. */
TICKS_INLINE void ticks_stretch(
    TickWindows *windows, const double *prices, ptrdiff_t first, ptrdiff_t count, Ticks by, TickAnswers to)
{
    const int spread = to.variances || to.upper;
    const ptrdiff_t each = count < TICKS_WIDTH ? count : TICKS_WIDTH;
    const double *oldest = prices - by.period;
    double gains[TICKS_LOOK], middles[TICKS_LOOK];
    tick_prices means = {0};
    for (ptrdiff_t i = 0; i < count; i += each) {
        tick_counts gained =
            ticks_step(windows, ticks_load(prices + first + i, each), ticks_load(oldest + first + i, each), by);
        if (to.means)
            means = ticks_means(windows->totals, by);
        if (to.means && spread)
            ticks_store(means, middles + i, each);
        else if (to.means)
            ticks_put(means, to.means + first + i, each, to.past);
        if (spread)
            memcpy(gains + i, &gained, sizeof gained);
    }
    for (ptrdiff_t i = 0; spread && i < count; i += each) {
        tick_counts gained;
        memcpy(&gained, gains + i, sizeof gained);
        windows->spreads += ticks_gained(&windows->spread_gains, gained);
        if (to.means) {
            means = ticks_load(middles + i, each);
            ticks_put(means, to.means + first + i, each, to.past);
        }
        ticks_answer(windows->spreads, means, by, to, first + i, each);
    }
}

TICKS_INLINE int ticks_fill(const double *prices, ptrdiff_t bars, Ticks by, TickAnswers to)
{
    ptrdiff_t first = (ptrdiff_t)by.period, count;
    TickWindows windows = ticks_first(prices, by);
    tick_prices means = ticks_means(windows.totals, by);
    if (to.means)
        to.means[first - 1] = means[0];
    ticks_answer(windows.spreads, means, by, to, first - 1, 1);
    if (to.past) { /* up to where a register's width of them begins */
        count = (ptrdiff_t)(-(uintptr_t)(to.means + first) % TICKS_BYTES / sizeof *to.means);
        count = count < bars - first ? count : bars - first;
        ticks_stretch(&windows, prices, first, count, by, to);
        first += count;
    }
    for (; bars - first >= TICKS_WIDTH; first += count) {
        if (ticks_faulty(windows.faults, by))
            return 0;
        count = bars - first < TICKS_LOOK ? (bars - first) & -TICKS_WIDTH : TICKS_LOOK;
        ticks_stretch(&windows, prices, first, count, by, to);
    }
    ticks_stretch(&windows, prices, first, bars - first, by, to);
    return !ticks_faulty(windows.faults, by);
}

/* Whether all of at least `period` prices are whole ticks; if so, what is filled is right from bar `period` - 1 on. */
static inline int ticks_fill_means(const double *prices, ptrdiff_t bars, Ticks by, double *means)
{
    return ticks_fill(prices, bars, by, (TickAnswers){.means = means});
}

/* `..._past`: the same past the caches. */
static inline int ticks_fill_means_past(const double *prices, ptrdiff_t bars, Ticks by, double *means)
{
    return ticks_fill(prices, bars, by, (TickAnswers){.means = means, .past = 1});
}

static inline int ticks_fill_variances(const double *prices, ptrdiff_t bars, Ticks by, double *variances)
{
    return ticks_fill(prices, bars, by, (TickAnswers){.variances = variances});
}

static inline int ticks_fill_bands(
    const double *prices, ptrdiff_t bars, Ticks by, double up, double down,
    double *upper, double *means, double *lower)
{
    return ticks_fill(
        prices, bars, by, (TickAnswers){.means = means, .upper = upper, .lower = lower, .up = up, .down = down});
}

static inline int ticks_fill_bands_past(
    const double *prices, ptrdiff_t bars, Ticks by, double up, double down,
    double *upper, double *means, double *lower)
{
    return ticks_fill(
        prices, bars, by,
        (TickAnswers){.means = means, .upper = upper, .lower = lower, .up = up, .down = down, .past = 1});
}

#endif
