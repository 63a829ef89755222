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

typedef struct {
    eight_mask is_long;
    eight level, extreme, factor, top, bottom;
} StopsNow;

static inline StopsNow stops_take(const EightStops *state)
{
    return (StopsNow){eight_load(state->of[0]) > 0.0, eight_load(state->of[1]), eight_load(state->of[2]),
                      eight_load(state->of[3]), eight_load(state->of[4]), eight_load(state->of[5])};
}

static inline void stops_give(const StopsNow *now, EightStops *state)
{
    eight_store(stops_choose(now->is_long, stops_all(1.0), stops_all(-1.0)), state->of[0]);
    eight_store(now->level, state->of[1]);
    eight_store(now->extreme, state->of[2]);
    eight_store(now->factor, state->of[3]);
    eight_store(now->top, state->of[4]);
    eight_store(now->bottom, state->of[5]);
}

/* Take a bar of each; their stops, as the market has them. */
static inline eight stops_advance(StopsNow *now, eight high, eight low, const StopRules *rules)
{
    eight_mask is_long = now->is_long;
    eight top = stops_choose(is_long, high, -low), bottom = stops_choose(is_long, low, -high);
    eight most = stops_choose(is_long, stops_all(rules->above.most), stops_all(rules->below.most));
    eight step = stops_choose(is_long, stops_all(rules->above.step), stops_all(rules->below.step));
    eight first = stops_choose(is_long, stops_all(rules->below.first), stops_all(rules->above.first));
    eight factor = stops_choose(top > now->extreme, stops_least(now->factor + step, most), now->factor);
    eight extreme = stops_greatest(top, now->extreme);
    eight level = now->level + factor * (extreme - now->level);
    eight turned = stops_greatest(now->extreme, stops_greatest(now->top, top)), offset = turned * rules->offset;
    eight_mask turns = bottom <= now->level;
    eight back, found;
    turned += stops_choose(is_long, offset, -offset);
    back = stops_least(-turned + first * (turned - bottom), stops_least(-now->top, -top));
    found = stops_choose(turns, turned, now->level);
    now->level = stops_choose(turns, back, stops_least(level, stops_least(now->bottom, bottom)));
    now->is_long = is_long ^ turns;
    now->factor = stops_choose(turns, first, factor);
    now->extreme = stops_choose(turns, -bottom, extreme);
    now->bottom = stops_choose(turns, -top, bottom);
    now->top = stops_choose(turns, -bottom, top);
    return stops_choose(is_long, found, -found);
}

/* `count` bars, a multiple of eight; `out` NULL: the stops on the way don't matter. */
static inline void eight_stops(
    const double *high, const double *low, ptrdiff_t stride, ptrdiff_t count, const StopRules *rules,
    EightStops *state, int is_signed, double *out)
{
    StopsNow now = stops_take(state);
    for (ptrdiff_t first = 0; first < count; first += 8) {
        eight highs[8], lows[8];
        eight_take(high + first, stride, highs);
        eight_take(low + first, stride, lows);
        for (int i = 0; i < 8; i++) {
            highs[i] = stops_advance(&now, highs[i], lows[i], rules);
            if (is_signed)
                highs[i] = stops_choose(now.is_long, highs[i], -highs[i]);
        }
        if (out)
            eight_give(highs, out + first, stride);
    }
    stops_give(&now, state);
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
