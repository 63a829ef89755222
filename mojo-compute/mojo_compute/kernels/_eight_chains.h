/* Averages of averages of eight series in step, and of one: the same operations in the same order. */
#ifndef CHITTI_EIGHT_CHAINS_H
#define CHITTI_EIGHT_CHAINS_H

#include "_eight.h"

typedef struct {
    double weights[3], kept[3];  /* of each stage */
} Stages;

/* What is made of averages of one another, all of one period. */
enum { CHAIN_DOUBLE, CHAIN_TRIPLE, CHAIN_THIRD, CHAIN_TILLSON };

typedef struct {
    double weight, kept;
    double third, fourth, fifth, sixth; /* what the averages count in Tillson's */
} Chain;

static inline int chain_length(int kind)
{
    return kind == CHAIN_DOUBLE ? 2 : kind == CHAIN_TILLSON ? 6 : 3;
}

#define CHAIN_STEP(kind, stages, value) \
    stages[0] = by->weight * (value) + by->kept * stages[0]; \
    for (int at = 1; at < chain_length(kind); at++) \
        stages[at] = by->weight * stages[at - 1] + by->kept * stages[at]

#define CHAIN_VALUE(kind, stages) \
    (kind == CHAIN_DOUBLE ? 2.0 * stages[0] - stages[1] \
     : kind == CHAIN_TRIPLE ? 3.0 * (stages[0] - stages[1]) + stages[2] \
     : kind == CHAIN_THIRD ? stages[2] \
     : by->sixth * stages[5] + (by->fifth * stages[4] + (by->fourth * stages[3] + by->third * stages[2])))

/* `states` has the averages, one after the other; `out` NULL: nothing is kept on the way. */
EIGHT_INLINE void eight_chains_of(
    int kind, const double *values, ptrdiff_t stride, ptrdiff_t count, const Chain *by, double *states, double *out)
{
    eight stages[6], bars[8];
    for (int at = 0; at < 6; at++)
        stages[at] = at < chain_length(kind) ? eight_load(states + 8 * at) : (eight){0};
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight_take(values + first, stride, bars);
        for (int i = 0; i < 8; i++) {
            CHAIN_STEP(kind, stages, bars[i]);
            bars[i] = CHAIN_VALUE(kind, stages);
        }
        if (out)
            eight_give(bars, out + first, stride);
    }
    for (int at = 0; at < chain_length(kind); at++)
        eight_store(stages[at], states + 8 * at);
}

EIGHT_INLINE void one_chain_of(
    int kind, const double *values, ptrdiff_t count, const Chain *by, double *states, double *out)
{
    double stages[6] = {0};
    for (int at = 0; at < chain_length(kind); at++)
        stages[at] = states[at];
    for (ptrdiff_t i = 0; i < count; i++) {
        CHAIN_STEP(kind, stages, values[i]);
        out[i] = CHAIN_VALUE(kind, stages);
    }
    for (int at = 0; at < chain_length(kind); at++)
        states[at] = stages[at];
}

static inline double chain_value(int kind, const Chain *by, const double *stages)
{
    return CHAIN_VALUE(kind, stages);
}

static void eight_chains(
    int kind, const double *values, ptrdiff_t stride, ptrdiff_t count, const Chain *by, double *states, double *out)
{
    switch (kind) {
    case CHAIN_DOUBLE: eight_chains_of(CHAIN_DOUBLE, values, stride, count, by, states, out); break;
    case CHAIN_TRIPLE: eight_chains_of(CHAIN_TRIPLE, values, stride, count, by, states, out); break;
    case CHAIN_THIRD: eight_chains_of(CHAIN_THIRD, values, stride, count, by, states, out); break;
    default: eight_chains_of(CHAIN_TILLSON, values, stride, count, by, states, out);
    }
}

static void one_chain(
    int kind, const double *values, ptrdiff_t count, const Chain *by, double *states, double *out)
{
    switch (kind) {
    case CHAIN_DOUBLE: one_chain_of(CHAIN_DOUBLE, values, count, by, states, out); break;
    case CHAIN_TRIPLE: one_chain_of(CHAIN_TRIPLE, values, count, by, states, out); break;
    case CHAIN_THIRD: one_chain_of(CHAIN_THIRD, values, count, by, states, out); break;
    default: one_chain_of(CHAIN_TILLSON, values, count, by, states, out);
    }
}

/* All that is made of three averages of one period; what is NULL nobody wants. */
typedef struct {
    double *doubles, *triples, *thirds;
} Kin;

static inline void eight_kin(
    const double *values, ptrdiff_t stride, ptrdiff_t count, const Chain *by, double *states, const Kin *out)
{
    eight stages[6] = {eight_load(states), eight_load(states + 8), eight_load(states + 16)};
    eight bars[8], doubles[8], triples[8];
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight_take(values + first, stride, bars);
        for (int i = 0; i < 8; i++) {
            CHAIN_STEP(CHAIN_TRIPLE, stages, bars[i]);
            doubles[i] = CHAIN_VALUE(CHAIN_DOUBLE, stages);
            triples[i] = CHAIN_VALUE(CHAIN_TRIPLE, stages);
            bars[i] = stages[2];
        }
        if (out->doubles)
            eight_give(doubles, out->doubles + first, stride);
        if (out->triples)
            eight_give(triples, out->triples + first, stride);
        if (out->thirds)
            eight_give(bars, out->thirds + first, stride);
    }
    for (int at = 0; at < 3; at++)
        eight_store(stages[at], states + 8 * at);
}

static inline void place_kin(const Chain *by, const double *stages, ptrdiff_t bar, const Kin *out)
{
    if (out->doubles)
        out->doubles[bar] = CHAIN_VALUE(CHAIN_DOUBLE, stages);
    if (out->triples)
        out->triples[bar] = CHAIN_VALUE(CHAIN_TRIPLE, stages);
    if (out->thirds)
        out->thirds[bar] = stages[2];
}

static inline void one_kin(const double *values, ptrdiff_t count, const Chain *by, double *states, const Kin *out)
{
    double stages[6] = {states[0], states[1], states[2]};
    for (ptrdiff_t i = 0; i < count; i++) {
        CHAIN_STEP(CHAIN_TRIPLE, stages, values[i]);
        place_kin(by, stages, i, out);
    }
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
