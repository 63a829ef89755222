/* Readings of an equity curve, eight bars at a time.
 *
 * Sums are kept in eight lanes and added up at the end in one order, so that a curve gives the same bits whoever asks.
 * Vectors are those of GCC and Clang: on a processor with narrower registers the compiler splits them.
 */
#ifndef CHITTI_EQUITY_H
#define CHITTI_EQUITY_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef double lanes __attribute__((vector_size(64)));
typedef int64_t lane_mask __attribute__((vector_size(64)));

static inline lanes lanes_at(const double *from)
{
    lanes values;
    memcpy(&values, from, sizeof values);
    return values;
}

static inline lanes lanes_least(lanes a, lanes b)
{
    const lane_mask less = a < b;
    return (lanes)(((lane_mask)a & less) | ((lane_mask)b & ~less));
}

static inline lanes lanes_most(lanes a, lanes b)
{
    const lane_mask more = a > b;
    return (lanes)(((lane_mask)a & more) | ((lane_mask)b & ~more));
}

static inline int lanes_any(lane_mask mask)
{
    int64_t found = 0;
    for (int i = 0; i < 8; i++)
        found |= mask[i];
    return found != 0;
}

static inline double lanes_sum(lanes a)
{
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

static inline double lanes_lowest(lanes a)
{
    double least = a[0];
    for (int i = 1; i < 8; i++)
        least = a[i] < least ? a[i] : least;
    return least;
}

static inline double lanes_highest(lanes a)
{
    return -lanes_lowest(-a);
}

/* What one reading of the returns adds up. They are taken less `centre`, a guess of their mean: nothing cancels. */
typedef struct {
    double from_centre;
    double from_centre_squared;
    double falls;          /* below `minimum`, 0 or less */
    double falls_squared;
    double rises;          /* above it */
    double equity;
    double least_before;   /* of the equity that a return is taken of */
} ReturnSums;

static inline void one_return(double before, double now, double centre, double minimum, ReturnSums *to)
{
    const double change = now / before - 1.0;
    const double from_centre = change - centre, over = change - minimum;
    const double fall = over < 0.0 ? over : 0.0;
    to->from_centre += from_centre;
    to->from_centre_squared += from_centre * from_centre;
    to->falls += fall;
    to->falls_squared += fall * fall;
    to->rises += over > 0.0 ? over : 0.0;
    to->equity += now;
    to->least_before = before < to->least_before ? before : to->least_before;
}

static ReturnSums sum_returns(const double *equity, ptrdiff_t bars, double initial, double centre, double minimum)
{
    ReturnSums sums = {.least_before = initial};
    const lanes none = {0};
    lanes totals = none, squares = none, falls = none, falls_squared = none, rises = none, worth = none;
    lanes least = none + initial;
    ptrdiff_t i = 1;
    one_return(initial, equity[0], centre, minimum, &sums);
    for (; i + 8 <= bars; i += 8) {
        const lanes before = lanes_at(equity + i - 1), now = lanes_at(equity + i);
        const lanes change = now / before - 1.0;
        const lanes from_centre = change - centre, over = change - minimum;
        const lanes fall = lanes_least(over, none);
        totals += from_centre;
        squares += from_centre * from_centre;
        falls += fall;
        falls_squared += fall * fall;
        rises += lanes_most(over, none);
        worth += now;
        least = lanes_least(before, least);
    }
    for (; i < bars; i++)
        one_return(equity[i - 1], equity[i], centre, minimum, &sums);
    sums.from_centre += lanes_sum(totals);
    sums.from_centre_squared += lanes_sum(squares);
    sums.falls += lanes_sum(falls);
    sums.falls_squared += lanes_sum(falls_squared);
    sums.rises += lanes_sum(rises);
    sums.equity += lanes_sum(worth);
    sums.least_before = fmin(sums.least_before, lanes_lowest(least));
    return sums;
}

/* Drawdowns: from the last bar at a peak to the bar that is at or above it again, or to the end. */
typedef struct {
    double peak;
    double inverse;        /* of the peak */
    double trough;         /* since the peak */
    ptrdiff_t top;         /* the last bar at the peak; -1: what was paid in */
    double deepest;        /* <= 0 */
    double depths;         /* added up */
    double squares;        /* of each bar's distance from the peak */
    ptrdiff_t count;
    ptrdiff_t longest;
    ptrdiff_t lengths;
    int64_t longest_seconds;
} Falls;

static void end_fall(Falls *falls, ptrdiff_t bar, const int64_t *times)
{
    const double depth = falls->trough / falls->peak - 1.0;
    const ptrdiff_t length = bar - falls->top;
    falls->deepest = fmin(falls->deepest, depth);
    falls->depths += depth;
    falls->count += 1;
    falls->lengths += length;
    falls->longest = length > falls->longest ? length : falls->longest;
    if (times) {
        const int64_t seconds = times[bar] - times[falls->top < 0 ? 0 : falls->top];
        falls->longest_seconds = seconds > falls->longest_seconds ? seconds : falls->longest_seconds;
    }
}

static inline void one_fall(Falls *falls, double now, ptrdiff_t bar, const int64_t *times)
{
    if (now < falls->peak) {
        const double below = (now - falls->peak) * falls->inverse;
        falls->trough = now < falls->trough ? now : falls->trough;
        falls->squares += below * below;
        return;
    }
    if (falls->trough < falls->peak)
        end_fall(falls, bar, times);
    if (now > falls->peak) {
        falls->peak = now;
        falls->inverse = 1.0 / now;
    }
    falls->trough = now;
    falls->top = bar;
}

static Falls find_falls(const double *equity, ptrdiff_t bars, double initial, const int64_t *times)
{
    Falls falls = {.peak = initial, .inverse = 1.0 / initial, .trough = initial, .top = -1};
    const lanes none = {0};
    lanes squares = none, troughs = none + initial;
    int apart = 0; /* whether `troughs` knows lower ones than `falls` */
    ptrdiff_t i = 0;
    for (; i + 8 <= bars; i += 8) {
        const lanes now = lanes_at(equity + i);
        if (!lanes_any(now >= falls.peak)) {
            const lanes below = (now - falls.peak) * falls.inverse;
            squares += below * below;
            troughs = apart ? lanes_least(now, troughs) : now;
            apart = 1;
            continue;
        }
        if (apart) {
            falls.trough = fmin(falls.trough, lanes_lowest(troughs));
            apart = 0;
        }
        if (falls.trough == falls.peak && !lanes_any(now != falls.peak)) {
            falls.top = i + 7;
            continue;
        }
        for (ptrdiff_t bar = i; bar < i + 8; bar++)
            one_fall(&falls, equity[bar], bar, times);
    }
    if (apart)
        falls.trough = fmin(falls.trough, lanes_lowest(troughs));
    for (; i < bars; i++)
        one_fall(&falls, equity[i], i, times);
    if (falls.trough < falls.peak)
        end_fall(&falls, bars - 1, times);
    falls.squares += lanes_sum(squares);
    return falls;
}

#endif
