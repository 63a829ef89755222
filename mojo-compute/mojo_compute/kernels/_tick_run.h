/* `_whole_ticks.h` for prices of which only some are whole ticks, and bar by bar. */
#ifndef CHITTI_TICK_RUN_H
#define CHITTI_TICK_RUN_H

#include "_whole_ticks.h"

static inline uint64_t ticks_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static inline uint64_t ticks_count_one(double price, double scale)
{
    return ticks_bits(price * scale + TICKS_TO_WHOLE) - TICKS_NONE;
}

static inline int ticks_is_whole(double price, Ticks by)
{
    double back = (price * by.scale + TICKS_TO_WHOLE - TICKS_TO_WHOLE) * by.price;
    uint64_t bits = ticks_bits(price);
    return bits - ticks_bits(back) <= by.close && !((bits | (ticks_bits(by.most) - bits)) >> 63);
}

/* Fill what belongs to windows of whole ticks alone, and leave the rest. */
static inline void ticks_fill_stretches(
    int (*fill)(const double *, ptrdiff_t, Ticks, double *), const double *prices, ptrdiff_t bars, Ticks by, double *out)
{
    ptrdiff_t period = (ptrdiff_t)by.period, last = period - 1, first; /* of a window, then of a stretch */
    for (; last < bars; last = first + period) {
        for (first = last; first > last - period && ticks_is_whole(prices[first], by); first--)
            ;
        if (first > last - period)
            continue;
        first++;
        while (last + 1 < bars && ticks_is_whole(prices[last + 1], by))
            last++;
        fill(prices + first, last + 1 - first, by, out + first);
        first = last + 1;
    }
}

typedef struct {
    Ticks by;
    uint64_t whole;         /* prices since the last that is not */
    uint64_t total, spread; /* of those in the window */
} TickRun;

static inline TickRun ticks_begin(Ticks by)
{
    return (TickRun){.by = by};
}

/* Take a price, and the one that leaves the window for it; whether the window is of whole ticks. */
static inline int ticks_follow(TickRun *run, double newest, double oldest)
{
    uint64_t ticks, left;
    if (!ticks_is_whole(newest, run->by)) {
        run->whole = run->total = run->spread = 0;
        return 0;
    }
    ticks = ticks_count_one(newest, run->by.scale);
    left = run->whole >= run->by.period ? ticks_count_one(oldest, run->by.scale) : 0;
    run->whole++;
    run->total += ticks - left;
    run->spread += (ticks - left) * (run->by.period * (ticks + left) - (2 * run->total - (ticks - left)));
    return run->whole >= run->by.period;
}

static inline double ticks_mean(const TickRun *run)
{
    return (double)(int64_t)run->total / run->by.divisor;
}

static inline double ticks_variance(const TickRun *run)
{
    return (double)(int64_t)run->spread * run->by.share;
}

#endif
