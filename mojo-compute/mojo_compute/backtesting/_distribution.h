/* How the returns of an equity curve are spread: their moments about the mean, their ends, their tails.
 *
 * The tails are found without sorting: a sample says about where they begin, one reading picks out what lies beyond,
 * and what is picked is partitioned.
 */
#ifndef CHITTI_DISTRIBUTION_H
#define CHITTI_DISTRIBUTION_H

#include <stdlib.h>

#include "_equity.h"

enum { CHUNK = 512, SAMPLE = 1024, SAMPLED_FROM = 8192 };

typedef struct {
    double squares, cubes, fourths; /* of the distance from the mean, added up */
    double best, worst;
    ptrdiff_t positive;
    double low, high;               /* the 5 % and the 95 % quantile, interpolated */
    double low_mean;                /* of the returns up to the lower neighbour of the 5 % quantile */
} Spread;

/* `values` partitioned so that the one of that rank stands at its place. */
static double by_rank(double *values, ptrdiff_t count, ptrdiff_t rank)
{
    ptrdiff_t first = 0, last = count - 1;
    while (first < last) {
        const double a = values[first], b = values[first + (last - first) / 2], c = values[last];
        const double pivot = fmax(fmin(a, b), fmin(fmax(a, b), c));
        ptrdiff_t i = first, j = last;
        do {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j) {
                const double held = values[i];
                values[i++] = values[j];
                values[j--] = held;
            }
        } while (i <= j);
        if (rank <= j)
            last = j;
        else if (rank >= i)
            first = i;
        else
            break;
    }
    return values[rank];
}

/* The quantile at `place` = share * (all - 1), of the `count` least; numpy's linear one. */
static double quantile(double *least, ptrdiff_t count, double place)
{
    const ptrdiff_t rank = (ptrdiff_t)place;
    const double share = place - rank, below = by_rank(least, count, rank);
    double above = below;
    if (share > 0.0) {
        above = least[rank + 1];
        for (ptrdiff_t i = rank + 2; i < count; i++)
            above = least[i] < above ? least[i] : above;
    }
    return share < 0.5 ? below + (above - below) * share : above - (above - below) * (1.0 - share);
}

static inline double return_of(const double *equity, ptrdiff_t bar, double initial)
{
    return equity[bar] / (bar ? equity[bar - 1] : initial) - 1.0;
}

static void fill_chunk(const double *equity, ptrdiff_t from, ptrdiff_t count, double initial, double *out)
{
    ptrdiff_t i = 0;
    if (!from)
        out[i++] = return_of(equity, 0, initial);
    for (; i < count; i++)
        out[i] = equity[from + i] / equity[from + i - 1] - 1.0;
}

static void add_chunk(const double *returns, ptrdiff_t count, double mean, Spread *to)
{
    const quad none = {0};
    quad squares[2] = {none, none}, cubes[2] = {none, none}, fourths[2] = {none, none};
    quad best[2] = {none + to->best, none + to->best}, worst[2] = {none + to->worst, none + to->worst};
    quad_mask positive[2] = {{0}, {0}};
    ptrdiff_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int half = 0; half < 2; half++) {
            const quad now = quad_at(returns + i + 4 * half);
            const quad off = now - mean, square = off * off;
            squares[half] += square;
            cubes[half] += square * off;
            fourths[half] += square * square;
            best[half] = quad_most(now, best[half]);
            worst[half] = quad_least(now, worst[half]);
            positive[half] -= now > none;
        }
    const quad opposite[2] = {-best[0], -best[1]};
    to->best = -eight_lowest(opposite);
    to->worst = eight_lowest(worst);
    for (int lane = 0; lane < 4; lane++)
        to->positive += positive[0][lane] + positive[1][lane];
    for (; i < count; i++) {
        const double off = returns[i] - mean, square = off * off;
        to->squares += square;
        to->cubes += square * off;
        to->fourths += square * square;
        to->best = fmax(to->best, returns[i]);
        to->worst = fmin(to->worst, returns[i]);
        to->positive += returns[i] > 0.0;
    }
    to->squares += eight_sum(squares);
    to->cubes += eight_sum(cubes);
    to->fourths += eight_sum(fourths);
}

/* One tail: returns at or beyond `bound`, the upper ones with their signs turned. */
typedef struct {
    double *kept;
    ptrdiff_t count, room;
    double bound;
} Tail;

static void pick(Tail *tail, const double *returns, ptrdiff_t count, double sign)
{
    if (tail->count + count > tail->room) {
        tail->room = 0; /* too many: what is picked is not used */
        return;
    }
    ptrdiff_t at = tail->count;
    for (ptrdiff_t i = 0; i < count; i++) {
        const double value = sign * returns[i];
        tail->kept[at] = value;
        at += value <= tail->bound;
    }
    tail->count = at;
}

/* Bounds that a 5 % tail lies well within, four deviations of the sample's rank beyond it. */
static void set_bounds(const double *equity, ptrdiff_t bars, double initial, Tail *low, Tail *high)
{
    double sample[SAMPLE];
    const ptrdiff_t step = bars / SAMPLE;
    for (ptrdiff_t i = 0; i < SAMPLE; i++)
        sample[i] = return_of(equity, i * step + (i * 7919) % step, initial);
    const ptrdiff_t rank = (ptrdiff_t)(SAMPLE * (0.05 + 4.0 * sqrt(0.05 * 0.95 / SAMPLE)));
    low->bound = by_rank(sample, SAMPLE, rank);
    high->bound = -by_rank(sample, SAMPLE, SAMPLE - 1 - rank);
}

/* The lower tail of the `count` least of all returns; which of them those are is known then. */
static void end_low(double *least, ptrdiff_t count, ptrdiff_t bars, Spread *out)
{
    const double place = (bars - 1) * 0.05;
    const ptrdiff_t rank = (ptrdiff_t)place;
    double sum = 0.0;
    out->low = quantile(least, count, place);
    for (ptrdiff_t i = 0; i <= rank; i++)
        sum += least[i];
    out->low_mean = sum / (rank + 1);
}

/* With every return: for few of them, and where the sample misled. */
static int spread_of_all(const double *equity, ptrdiff_t bars, double initial, Spread *out)
{
    double *values = malloc((size_t)bars * sizeof(double));
    if (!values)
        return -1;
    fill_chunk(equity, 0, bars, initial, values);
    end_low(values, bars, bars, out);
    const ptrdiff_t below = (ptrdiff_t)((bars - 1) * 0.05); /* these are the least: the rest holds the upper tail */
    out->high = quantile(values + below, bars - below, (bars - 1) * 0.95 - below);
    free(values);
    return 0;
}

/* The moments, and the tails where a sample is worth its while. 1: the tails are still to be found. */
static int read_spread(const double *equity, ptrdiff_t bars, double initial, double mean, Tail *low, Tail *high,
                       Spread *out)
{
    double returns[CHUNK];
    const int tails = low->kept != NULL;
    if (tails)
        set_bounds(equity, bars, initial, low, high);
    for (ptrdiff_t from = 0; from < bars; from += CHUNK) {
        const ptrdiff_t count = bars - from < CHUNK ? bars - from : CHUNK;
        fill_chunk(equity, from, count, initial, returns);
        add_chunk(returns, count, mean, out);
        if (tails) {
            pick(low, returns, count, 1.0);
            pick(high, returns, count, -1.0);
        }
    }
    const ptrdiff_t least = (ptrdiff_t)((bars - 1) * 0.05) + 3;
    if (!tails || !low->room || !high->room || low->count < least || high->count < least)
        return 1;
    end_low(low->kept, low->count, bars, out);
    out->high = -quantile(high->kept, high->count, (bars - 1) - (bars - 1) * 0.95);
    return 0;
}

/* `bars` >= 1, every equity but the last above 0. -1: no memory. */
static int spread_of(const double *equity, ptrdiff_t bars, double initial, double mean, Spread *out)
{
    Tail low = {0}, high = {0};
    double *room = NULL;
    memset(out, 0, sizeof *out);
    out->best = -INFINITY;
    out->worst = INFINITY;
    if (bars >= SAMPLED_FROM) {
        low.room = high.room = bars / 8 + CHUNK;
        room = malloc(2 * (size_t)low.room * sizeof(double));
        if (!room)
            return -1;
        low.kept = room;
        high.kept = room + low.room;
    }
    const int left = read_spread(equity, bars, initial, mean, &low, &high, out);
    free(room);
    return left ? spread_of_all(equity, bars, initial, out) : 0;
}

#endif
