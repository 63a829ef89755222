/* State machines that follow the trend, eight parts of a series in step: see _eight.h.
 *
 * Every operation is that of the scalar step in _stops.pxd, so both give the same bits.
 */
#ifndef CHITTI_STOPS_H
#define CHITTI_STOPS_H

#include "_eight.h"

static inline eight stops_choose(eight_mask mask, eight yes, eight no)
{
    return (eight)(((eight_mask)yes & mask) | ((eight_mask)no & ~mask));
}

static inline eight stops_least(eight one, eight other)
{
    return stops_choose(one < other, one, other);
}

static inline eight stops_greatest(eight one, eight other)
{
    return stops_choose(one > other, one, other);
}

static inline eight stops_all(double value)
{
    return value - (eight){0};
}

/* One side's rules of a parabolic stop. */
typedef struct {
    double first, step, most;
} StopSide;

typedef struct {
    double start, offset;
    StopSide above, below; /* long, short */
} StopRules;

/* Eight numbers each: sign, level, extreme, factor, top, bottom. */
typedef struct {
    double of[6][8];
} EightStops;

/* `count` bars, a multiple of eight; `out` NULL: the stops on the way don't matter. */
static inline void eight_stops(
    const double *high, const double *low, ptrdiff_t stride, ptrdiff_t count, const StopRules *rules,
    EightStops *state, int is_signed, double *out)
{
    eight sign = eight_load(state->of[0]), level = eight_load(state->of[1]), extreme = eight_load(state->of[2]);
    eight factor = eight_load(state->of[3]), top = eight_load(state->of[4]), bottom = eight_load(state->of[5]);
    eight above_first = stops_all(rules->above.first), below_first = stops_all(rules->below.first);
    eight above_step = stops_all(rules->above.step), below_step = stops_all(rules->below.step);
    eight above_most = stops_all(rules->above.most), below_most = stops_all(rules->below.most);
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight highs[8], lows[8];
        eight_take(high + first, stride, highs);
        eight_take(low + first, stride, lows);
        for (int i = 0; i < 8; i++) {
            eight_mask is_long = sign > 0.0;
            eight now_top = stops_choose(is_long, highs[i], -lows[i]);
            eight now_bottom = stops_choose(is_long, lows[i], -highs[i]);
            eight most = stops_choose(is_long, above_most, below_most);
            eight faster = stops_least(factor + stops_choose(is_long, above_step, below_step), most);
            eight other_first = stops_choose(is_long, below_first, above_first);
            eight factor_on = stops_choose(now_top > extreme, faster, factor);
            eight extreme_on = stops_greatest(now_top, extreme);
            eight level_on = stops_least(level + factor_on * (extreme_on - level), stops_least(bottom, now_bottom));
            eight turned = stops_greatest(extreme, stops_greatest(top, now_top));
            eight_mask turns = now_bottom <= level;
            eight level_turned;
            turned += sign * (turned * rules->offset);
            level_turned = stops_least(-turned + other_first * (turned - now_bottom), stops_least(-top, -now_top));
            highs[i] = sign * stops_choose(turns, turned, level);
            sign = stops_choose(turns, -sign, sign);
            factor = stops_choose(turns, other_first, factor_on);
            extreme = stops_choose(turns, -now_bottom, extreme_on);
            top = stops_choose(turns, -now_bottom, now_top);
            bottom = stops_choose(turns, -now_top, now_bottom);
            level = stops_choose(turns, level_turned, level_on);
            if (is_signed)
                highs[i] *= sign;
        }
        if (out)
            eight_give(highs, out + first, stride);
    }
    eight_store(sign, state->of[0]);
    eight_store(level, state->of[1]);
    eight_store(extreme, state->of[2]);
    eight_store(factor, state->of[3]);
    eight_store(top, state->of[4]);
    eight_store(bottom, state->of[5]);
}

/* Eight numbers each: upper, lower, close of the bar before, 1 for rising or -1. */
typedef struct {
    double of[4][8];
} EightTrends;

/* Upper and lower bands about `count` bars become the line that counts, and 1 or -1. */
static inline void eight_trends(
    const double *close, ptrdiff_t stride, ptrdiff_t count, EightTrends *state,
    const double *uppers, const double *lowers, double *lines, double *trends)
{
    eight upper = eight_load(state->of[0]), lower = eight_load(state->of[1]);
    eight before = eight_load(state->of[2]), trend = eight_load(state->of[3]);
    eight one = stops_all(1.0);
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight closes[8], highs[8], lows[8];
        eight_take(close + first, stride, closes);
        eight_take(uppers + first, stride, highs);
        eight_take(lowers + first, stride, lows);
        for (int i = 0; i < 8; i++) {
            eight_mask rising;
            upper = stops_choose((highs[i] < upper) | (before > upper), highs[i], upper);
            lower = stops_choose((lows[i] > lower) | (before < lower), lows[i], lower);
            before = closes[i];
            rising = (eight_mask)stops_choose(trend > 0.0, (eight)(before >= lower), (eight)(before > upper));
            trend = stops_choose(rising, one, -one);
            lows[i] = stops_choose(rising, lower, upper);
            highs[i] = trend;
        }
        if (lines) {
            eight_give(lows, lines + first, stride);
            eight_give(highs, trends + first, stride);
        }
    }
    eight_store(upper, state->of[0]);
    eight_store(lower, state->of[1]);
    eight_store(before, state->of[2]);
    eight_store(trend, state->of[3]);
}

#endif
