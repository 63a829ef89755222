/* Averages of averages of eight series in step, and of one: the same operations in the same order. */
#ifndef CHITTI_EIGHT_CHAINS_H
#define CHITTI_EIGHT_CHAINS_H

#include "_eight.h"

typedef struct {
    double weights[3], kept[3];  /* of each stage */
} Stages;

/* The average of the average of an average; `states` has the three. */
#define THRICE_STEP(value) \
    once = by->weights[0] * (value) + by->kept[0] * once; \
    twice = by->weights[1] * once + by->kept[1] * twice; \
    thrice = by->weights[2] * twice + by->kept[2] * thrice

static inline void eight_thrice(
    const double *values, ptrdiff_t stride, ptrdiff_t count, const Stages *by, double *states, double *out)
{
    eight once = eight_load(states), twice = eight_load(states + 8), thrice = eight_load(states + 16), bars[8];
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight_take(values + first, stride, bars);
        for (int i = 0; i < 8; i++) {
            THRICE_STEP(bars[i]);
            bars[i] = thrice;
        }
        if (out)
            eight_give(bars, out + first, stride);
    }
    eight_store(once, states);
    eight_store(twice, states + 8);
    eight_store(thrice, states + 16);
}

static inline void one_thrice(
    const double *values, ptrdiff_t count, const Stages *by, double *states, double *out)
{
    double once = states[0], twice = states[1], thrice = states[2];
    for (ptrdiff_t i = 0; i < count; i++) {
        THRICE_STEP(values[i]);
        out[i] = thrice;
    }
    states[0] = once, states[1] = twice, states[2] = thrice;
}

/* Two series, each twice averaged, one in percent of `share` of the other, and the average of that. */
#define RATIO_STEP(above, below) \
    top = by->weights[0] * (above) + by->kept[0] * top; \
    bottom = by->weights[0] * (below) + by->kept[0] * bottom; \
    top_again = by->weights[1] * top + by->kept[1] * top_again; \
    bottom_again = by->weights[1] * bottom + by->kept[1] * bottom_again; \
    whole = share * bottom_again

static inline void eight_ratios(
    const double *above, const double *below, ptrdiff_t stride, ptrdiff_t count, const Stages *by, double share,
    double *states, double *out, double *signals)
{
    eight top = eight_load(states), bottom = eight_load(states + 8), top_again = eight_load(states + 16);
    eight bottom_again = eight_load(states + 24), signal = eight_load(states + 32), whole, ups[8], downs[8];
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight_take(above + first, stride, ups);
        eight_take(below + first, stride, downs);
        for (int i = 0; i < 8; i++) {
            RATIO_STEP(ups[i], downs[i]);
            ups[i] = eight_where(whole > 0.0, 100.0 * top_again / whole);
            signal = by->weights[2] * ups[i] + by->kept[2] * signal;
            downs[i] = signal;
        }
        if (out)
            eight_give(ups, out + first, stride);
        if (signals)
            eight_give(downs, signals + first, stride);
    }
    eight_store(top, states);
    eight_store(bottom, states + 8);
    eight_store(top_again, states + 16);
    eight_store(bottom_again, states + 24);
    eight_store(signal, states + 32);
}

static inline void one_ratios(
    const double *above, const double *below, ptrdiff_t count, const Stages *by, double share,
    double *states, double *out, double *signals)
{
    double top = states[0], bottom = states[1], top_again = states[2], bottom_again = states[3], signal = states[4];
    double whole;
    for (ptrdiff_t i = 0; i < count; i++) {
        RATIO_STEP(above[i], below[i]);
        out[i] = whole > 0.0 ? 100.0 * top_again / whole : 0.0;
        signal = by->weights[2] * out[i] + by->kept[2] * signal;
        if (signals)
            signals[i] = signal;
    }
    states[0] = top, states[1] = bottom, states[2] = top_again, states[3] = bottom_again, states[4] = signal;
}

#endif
