/* Recurrences of eight series in step: a register holds one bar of all eight.
 *
 * Series are read and written eight bars at a time and turned in registers, so that memory is touched in order.
 * Vectors are those of GCC and Clang: on a processor with narrower registers the compiler splits them.
 * Every operation is that of the scalar kernel, so each series gets the same bits.
 */
#ifndef CHITTI_EIGHT_H
#define CHITTI_EIGHT_H

#include <stddef.h>
#include <string.h>

#include "_stream_out.h"

/* For what takes its choices as arguments: none is left in the loop. */
#define EIGHT_INLINE static inline __attribute__((always_inline))

typedef double eight __attribute__((vector_size(64)));
typedef long long eight_mask __attribute__((vector_size(64)));

static inline eight eight_load(const double *from)
{
    eight values;
    memcpy(&values, from, sizeof values);
    return values;
}

static inline void eight_store(eight values, double *to)
{
    memcpy(to, &values, sizeof values);
}

static inline eight eight_where(eight_mask mask, eight values)
{
    return (eight)((eight_mask)values & mask);
}

/* Without their signs. */
static inline eight eight_size(eight values)
{
    return (eight)((eight_mask)values & 0x7FFFFFFFFFFFFFFF);
}

/* Rows become columns. */
#ifdef __AVX512F__
static inline void eight_turn(eight *rows)
{
    eight pairs[8], quads[8];
    for (int i = 0; i < 8; i += 2) {
        pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = i; j < i + 2; j++) {
            quads[j] = __builtin_shufflevector(pairs[j], pairs[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            quads[j + 2] = __builtin_shufflevector(pairs[j], pairs[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; i++) {
        rows[i] = __builtin_shufflevector(quads[i], quads[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        rows[i + 4] = __builtin_shufflevector(quads[i], quads[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}
#else
/* The same in quarters: what crosses narrower registers a compiler would else take number by number. */
typedef double eight_half __attribute__((vector_size(32)));

static inline void eight_turn(eight *rows)
{
    eight_half from[8][2], to[8][2];
    memcpy(from, rows, sizeof from);
    for (int row = 0; row < 8; row += 4)
        for (int side = 0; side < 2; side++) {
            const eight_half a = from[row][side], b = from[row + 1][side];
            const eight_half c = from[row + 2][side], d = from[row + 3][side];
            const eight_half first = __builtin_shufflevector(a, b, 0, 4, 2, 6);
            const eight_half second = __builtin_shufflevector(a, b, 1, 5, 3, 7);
            const eight_half third = __builtin_shufflevector(c, d, 0, 4, 2, 6);
            const eight_half fourth = __builtin_shufflevector(c, d, 1, 5, 3, 7);
            to[4 * side][row / 4] = __builtin_shufflevector(first, third, 0, 1, 4, 5);
            to[4 * side + 1][row / 4] = __builtin_shufflevector(second, fourth, 0, 1, 4, 5);
            to[4 * side + 2][row / 4] = __builtin_shufflevector(first, third, 2, 3, 6, 7);
            to[4 * side + 3][row / 4] = __builtin_shufflevector(second, fourth, 2, 3, 6, 7);
        }
    memcpy(rows, to, sizeof to);
}
#endif

/* Bars that are asked for before they are needed: eight series side by side are more than the processor foresees. */
enum { EIGHT_AHEAD = 64 };

/* Eight bars of eight series, `stride` apart, as eight registers of one bar each. */
static inline void eight_take(const double *from, ptrdiff_t stride, eight *bars)
{
    for (int i = 0; i < 8; i++) {
        __builtin_prefetch(from + i * stride + EIGHT_AHEAD);
        bars[i] = eight_load(from + i * stride);
    }
    eight_turn(bars);
}

static inline void eight_give(eight *bars, double *to, ptrdiff_t stride)
{
    eight_turn(bars);
    for (int i = 0; i < 8; i++)
        eight_store(bars[i], to + i * stride);
}

/* The same where each series begins some bars later, unless `lags` is NULL: as many as make its line of eight results
   begin where one of the processor's does. Results then go past the caches. */
static inline void eight_gather(const double *from, ptrdiff_t stride, const ptrdiff_t *lags, eight *bars)
{
    for (int i = 0; i < 8; i++) {
        const double *bar = from + i * stride + (lags ? lags[i] : 0);
        __builtin_prefetch(bar + EIGHT_AHEAD);
        bars[i] = eight_load(bar);
    }
    eight_turn(bars);
}

static inline void eight_scatter(eight *bars, double *to, ptrdiff_t stride, const ptrdiff_t *lags)
{
    eight_turn(bars);
    for (int i = 0; i < 8; i++)
        if (lags)
            chitti_stream_eight((const double *)&bars[i], to + i * stride + lags[i]);
        else
            eight_store(bars[i], to + i * stride);
}

/* As bits, which series have a value that is not finite: there the difference to itself is NaN, and stays in a sum. */
static inline int eight_flawed(eight differences)
{
    int flawed = 0;
    for (int i = 0; i < 8; i++)
        flawed |= (differences[i] != 0.0) << i;
    return flawed;
}

enum { STRENGTH_NONE, STRENGTH_INDEX, STRENGTH_BALANCE };

/* Smoothed rises and falls of `count` bars, a multiple of eight; the bars before are there. With `lags`: says which
   series are flawed. */
EIGHT_INLINE int eight_strengths(
    const double *prices, ptrdiff_t stride, const ptrdiff_t *lags, ptrdiff_t count, double kept, double share,
    double *gains, double *losses, int kind, double *out)
{
    const double half = 0.5 * share;
    eight gain = eight_load(gains), loss = eight_load(losses), flaws = {0}, last, bars[8];
    for (int i = 0; i < 8; i++)
        last[i] = prices[i * stride + (lags ? lags[i] : 0) - 1];
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight_gather(prices + first, stride, lags, bars);
        for (int i = 0; i < 8; i++) {
            eight change = bars[i] - last, size = eight_size(change), moved;
            last = bars[i];
            gain = kept * gain + half * (size + change);
            loss = kept * loss + half * (size - change);
            if (kind == STRENGTH_NONE)
                continue;
            moved = gain + loss;
            bars[i] = 100.0 * ((kind == STRENGTH_INDEX ? gain : gain - loss) / moved);
            bars[i] = eight_where(moved != 0.0, bars[i]);
            if (lags)
                flaws += bars[i] - bars[i];
        }
        if (kind != STRENGTH_NONE)
            eight_scatter(bars, out + first, stride, lags);
    }
    eight_store(gain, gains);
    eight_store(loss, losses);
    return eight_flawed(flaws);
}

typedef struct {
    double fast_weight, fast_kept, slow_weight, slow_kept, signal_weight, signal_kept;
} Convergence;

/* Two averages, their difference and its average; `line` NULL: nothing is kept on the way. Else as above. */
EIGHT_INLINE int eight_convergences(
    const double *prices, ptrdiff_t stride, const ptrdiff_t *lags, ptrdiff_t count, const Convergence *by,
    double *fasts, double *slows, double *averages, double *line, double *signals, double *histogram)
{
    eight fast = eight_load(fasts), slow = eight_load(slows), average = eight_load(averages), flaws = {0};
    eight bars[8], lines[8], rest[8];
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight_gather(prices + first, stride, lags, bars);
        for (int i = 0; i < 8; i++) {
            fast = by->fast_weight * bars[i] + by->fast_kept * fast;
            slow = by->slow_weight * bars[i] + by->slow_kept * slow;
            lines[i] = fast - slow;
            average = by->signal_weight * lines[i] + by->signal_kept * average;
            bars[i] = average;
            rest[i] = lines[i] - average;
            if (lags)
                flaws += rest[i] - rest[i];
        }
        if (line) {
            eight_scatter(lines, line + first, stride, lags);
            eight_scatter(bars, signals + first, stride, lags);
            eight_scatter(rest, histogram + first, stride, lags);
        }
    }
    eight_store(fast, fasts);
    eight_store(slow, slows);
    eight_store(average, averages);
    return eight_flawed(flaws);
}

#endif
