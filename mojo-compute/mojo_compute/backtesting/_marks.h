/* Loops over quiet bars, told that no two series overlap. `cash` and `exposure` may be NULL. */
#ifndef CHITTI_MARKS_H
#define CHITTI_MARKS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void marks_fill(double *restrict out, ptrdiff_t count, double value)
{
    for (ptrdiff_t at = 0; at < count; at++)
        out[at] = value;
}

/* Bars on which nothing is held. */
static inline void marks_flat(double cash_now, ptrdiff_t count, double *restrict equity, double *restrict cash,
                              double *restrict exposure)
{
    marks_fill(equity, count, cash_now);
    if (cash)
        marks_fill(cash, count, cash_now);
    if (exposure)
        memset(exposure, 0, (size_t)count * sizeof(double));
}

/* Bars of one held row, all of which are there. */
static inline void marks_held(const double *restrict close, double quantity, double cash_now, ptrdiff_t count,
                              double *restrict equity, double *restrict cash, double *restrict exposure)
{
    double size = quantity < 0.0 ? -quantity : quantity;
    if (cash && exposure) {
        for (ptrdiff_t at = 0; at < count; at++) {
            equity[at] = cash_now + quantity * close[at];
            exposure[at] = size * close[at];
            cash[at] = cash_now;
        }
        return;
    }
    for (ptrdiff_t at = 0; at < count; at++)
        equity[at] = cash_now + quantity * close[at];
    if (exposure)
        for (ptrdiff_t at = 0; at < count; at++)
            exposure[at] = size * close[at];
    if (cash)
        marks_fill(cash, count, cash_now);
}

/* Widen a range by those of bars; eight of them side by side, as a minimum waits for the one before it. */
static inline void marks_range(const double *restrict low, const double *restrict high, ptrdiff_t count,
                               double *restrict lowest, double *restrict highest)
{
    double least = *lowest, most = *highest, lows[8], highs[8];
    ptrdiff_t at = 0;
    if (count >= 16) {
        for (int lane = 0; lane < 8; lane++) {
            lows[lane] = low[lane];
            highs[lane] = high[lane];
        }
        for (at = 8; at + 8 <= count; at += 8)
            for (int lane = 0; lane < 8; lane++) {
                lows[lane] = low[at + lane] < lows[lane] ? low[at + lane] : lows[lane];
                highs[lane] = high[at + lane] > highs[lane] ? high[at + lane] : highs[lane];
            }
        for (int lane = 0; lane < 8; lane++) {
            least = lows[lane] < least ? lows[lane] : least;
            most = highs[lane] > most ? highs[lane] : most;
        }
    }
    for (; at < count; at++) {
        least = low[at] < least ? low[at] : least;
        most = high[at] > most ? high[at] : most;
    }
    *lowest = least;
    *highest = most;
}

/* The first of the bytes `start` ... `stop` - 1 that has a bit of the mask, else `stop`; eight at a time. */
static inline ptrdiff_t marks_next(const unsigned char *codes, ptrdiff_t start, ptrdiff_t stop, unsigned char mask)
{
    uint64_t wide = mask * UINT64_C(0x0101010101010101), eight;
    for (; start + 8 <= stop; start += 8) {
        memcpy(&eight, codes + start, 8);
        if (eight & wide)
            return start + (__builtin_ctzll(eight & wide) >> 3);
    }
    while (start < stop && !(codes[start] & mask))
        start++;
    return start;
}

/* Ask for a price that is wanted soon; also beyond a series, where nothing happens. */
static inline void marks_ask(const double *price)
{
    __builtin_prefetch(price);
}

#endif
