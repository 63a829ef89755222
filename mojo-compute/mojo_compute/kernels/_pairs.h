/* The steps of `_pairs.pxd`: two sums of twice as many values, or of one more, from those of half as many.
 *
 * What is read and what is written never overlap, and the compiler is told so: with so many arrays it would not look.
 */
#ifndef CHITTI_PAIRS_H
#define CHITTI_PAIRS_H

#include <stddef.h>

enum { SQUARES, AGES };

/* The second sum of `span` values and of as many before them. */
static inline double of_both(
    int kind, double total, double other, double older_total, double older_other, double span)
{
    double apart = total - older_total;
    if (kind == AGES)
        return other + (older_other + span * older_total);
    return other + older_other + apart * apart * (0.5 / span);
}

/* The second sum of a value and of `count` before it. */
static inline double with_newest(int kind, double value, double total, double other, double count)
{
    double apart = value * count - total;
    return kind == AGES ? other + total : other + apart * apart * (1.0 / (count * (count + 1.0)));
}

/* Both sums at value i. `others` NULL: `totals` are the values themselves. */
static inline double wide_total(const double *values, const double *totals, ptrdiff_t span, int odd, ptrdiff_t i)
{
    return odd ? values[i] + (totals[i - 1] + totals[i - 1 - span]) : totals[i] + totals[i - span];
}

static inline double wide_other(
    int kind, const double *values, const double *totals, const double *others, ptrdiff_t span, int odd, ptrdiff_t i)
{
    ptrdiff_t newer = odd ? i - 1 : i, older = newer - span;
    double both = of_both(
        kind, totals[newer], others ? others[newer] : 0.0, totals[older], others ? others[older] : 0.0, (double)span);
    return odd ? with_newest(kind, values[i], totals[newer] + totals[older], both, 2.0 * (double)span) : both;
}

static inline void widen_by(
    int kind, const double *restrict values, const double *restrict totals, const double *restrict others,
    ptrdiff_t count, ptrdiff_t span, int odd, double *restrict out, double *restrict out_others)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        out_others[i] = wide_other(kind, values, totals, others, span, odd, i);
        out[i] = wide_total(values, totals, span, odd, i);
    }
}

static inline void widen_pairs(
    int kind, const double *values, const double *totals, const double *others, ptrdiff_t count, ptrdiff_t span,
    int odd, double *out, double *out_others)
{
    if (!others && odd)
        widen_by(kind, values, totals, NULL, count, 1, 1, out, out_others);
    else if (!others)
        widen_by(kind, values, totals, NULL, count, 1, 0, out, out_others);
    else if (odd)
        widen_by(kind, values, totals, others, count, span, 1, out, out_others);
    else
        widen_by(kind, values, totals, others, count, span, 0, out, out_others);
}

/* What is made of both sums: shares of them, or the variance, the second's share. */
typedef struct {
    double total, other;
} Weights;

static inline double weighed(int kind, double total, double other, Weights weights)
{
    const double noise = 1e-31; /* squares of this share of the sum's are no more than its rounding */
    if (kind == AGES)
        return total * weights.total + other * weights.other;
    return other > noise * total * total ? other * weights.other : 0.0;
}

static inline void weigh_by(
    int kind, const double *restrict values, const double *restrict totals, const double *restrict others,
    ptrdiff_t count, ptrdiff_t span, int odd, Weights weights, double *restrict out)
{
    for (ptrdiff_t i = 0; i < count; i++)
        out[i] = weighed(
            kind, wide_total(values, totals, span, odd, i), wide_other(kind, values, totals, others, span, odd, i),
            weights);
}

static inline void weigh_pairs(
    int kind, const double *values, const double *totals, const double *others, ptrdiff_t count, ptrdiff_t period,
    Weights weights, double *out)
{
    int odd = period & 1;
    if (period == 1)
        for (ptrdiff_t i = 0; i < count; i++)
            out[i] = weighed(kind, values[i], 0.0, weights);
    else if (!others && odd)
        weigh_by(kind, values, totals, NULL, count, 1, 1, weights, out);
    else if (!others)
        weigh_by(kind, values, totals, NULL, count, 1, 0, weights, out);
    else if (odd)
        weigh_by(kind, values, totals, others, count, period >> 1, 1, weights, out);
    else
        weigh_by(kind, values, totals, others, count, period >> 1, 0, weights, out);
}

#endif
