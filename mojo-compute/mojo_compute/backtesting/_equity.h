/* Readings of an equity curve, eight bars at a time.
 *
 * Sums are kept in eight lanes and added up at the end in one order, so that a curve gives the same bits whoever asks,
 * and on another machine.
 */
#ifndef CHITTI_EQUITY_H
#define CHITTI_EQUITY_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Four numbers: what every processor that images are built for has a register for. Loops take two of them at once. */
typedef double quad __attribute__((vector_size(32)));
typedef int64_t quad_mask __attribute__((vector_size(32)));

static inline quad quad_at(const double *from)
{
    quad values;
    memcpy(&values, from, sizeof values);
    return values;
}

static inline quad quad_least(quad a, quad b)
{
    const quad_mask less = a < b;
    return (quad)(((quad_mask)a & less) | ((quad_mask)b & ~less));
}

static inline quad quad_most(quad a, quad b)
{
    const quad_mask more = a > b;
    return (quad)(((quad_mask)a & more) | ((quad_mask)b & ~more));
}

static inline int quad_any(quad_mask mask)
{
#ifdef __AVX__
    return __builtin_ia32_movmskpd256((quad)mask) != 0;
#else
    return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
#endif
}

static inline double eight_sum(const quad *pair)
{
    const quad both = pair[0] + pair[1];
    return (both[0] + both[2]) + (both[1] + both[3]);
}

static inline double eight_lowest(const quad *pair)
{
    const quad least = quad_least(pair[0], pair[1]);
    return fmin(fmin(least[0], least[1]), fmin(least[2], least[3]));
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
    const quad none = {0};
    quad totals[2] = {none, none}, squares[2] = {none, none}, falls[2] = {none, none}, deep[2] = {none, none};
    quad rises[2] = {none, none}, worth[2] = {none, none}, least[2] = {none + initial, none + initial};
    ptrdiff_t i = 1;
    one_return(initial, equity[0], centre, minimum, &sums);
    for (; i + 8 <= bars; i += 8)
        for (int half = 0; half < 2; half++) {
            const quad before = quad_at(equity + i + 4 * half - 1), now = quad_at(equity + i + 4 * half);
            const quad change = now / before - 1.0;
            const quad from_centre = change - centre, over = change - minimum;
            const quad fall = quad_least(over, none);
            totals[half] += from_centre;
            squares[half] += from_centre * from_centre;
            falls[half] += fall;
            deep[half] += fall * fall;
            rises[half] += quad_most(over, none);
            worth[half] += now;
            least[half] = quad_least(before, least[half]);
        }
    for (; i < bars; i++)
        one_return(equity[i - 1], equity[i], centre, minimum, &sums);
    sums.from_centre += eight_sum(totals);
    sums.from_centre_squared += eight_sum(squares);
    sums.falls += eight_sum(falls);
    sums.falls_squared += eight_sum(deep);
    sums.rises += eight_sum(rises);
    sums.equity += eight_sum(worth);
    sums.least_before = fmin(sums.least_before, eight_lowest(least));
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
    const quad none = {0};
    quad squares[2] = {none, none}, troughs[2] = {none, none};
    int apart = 0; /* whether `troughs` knows lower ones than `falls` */
    ptrdiff_t i = 0;
    for (; i + 8 <= bars; i += 8) {
        const quad now[2] = {quad_at(equity + i), quad_at(equity + i + 4)};
        if (!quad_any((now[0] >= falls.peak) | (now[1] >= falls.peak))) {
            for (int half = 0; half < 2; half++) {
                const quad below = (now[half] - falls.peak) * falls.inverse;
                squares[half] += below * below;
                troughs[half] = apart ? quad_least(now[half], troughs[half]) : now[half];
            }
            apart = 1;
            continue;
        }
        if (apart) {
            falls.trough = fmin(falls.trough, eight_lowest(troughs));
            apart = 0;
        }
        if (falls.trough == falls.peak && !quad_any((now[0] != falls.peak) | (now[1] != falls.peak))) {
            falls.top = i + 7;
            continue;
        }
        for (ptrdiff_t bar = i; bar < i + 8; bar++)
            one_fall(&falls, equity[bar], bar, times);
    }
    if (apart)
        falls.trough = fmin(falls.trough, eight_lowest(troughs));
    for (; i < bars; i++)
        one_fall(&falls, equity[i], i, times);
    if (falls.trough < falls.peak)
        end_fall(&falls, bars - 1, times);
    falls.squares += eight_sum(squares);
    return falls;
}

#endif
