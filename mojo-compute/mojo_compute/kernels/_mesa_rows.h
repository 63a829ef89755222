/* Ehlers' MESA average of eight rows, or parts, in step: see _several.h. Every operation is that of `mesa_step` in
 * _mesa.pxd. */
#ifndef CHITTI_MESA_ROWS_H
#define CHITTI_MESA_ROWS_H

#include "_arctangent.h"
#include "_mesa.h"
#include "_several_parts.h"

/* How many values before the newest are read. */
enum { MESA_PRICES = 4, MESA_SMOOTH = 6, MESA_DETRENDED = 9, MESA_SHIFTED = 6 };

/* Those values and the ones of eight bars, and what is of the newest bar alone. */
typedef struct {
    several smooth[MESA_SMOOTH + 8], detrended[MESA_DETRENDED + 8], shifted[MESA_SHIFTED + 8];
    several phase, in_phase, quadrature, real, imaginary, period;
} MesaRows;

enum { MESA_REGISTERS = sizeof(MesaRows) / sizeof(several), MESA_FORGET = 1024 };

static inline several several_hilbert(const several *newest, several adjusted)
{
    return (MESA_OUTER * newest[0] - MESA_OUTER * newest[-6] - MESA_INNER * newest[-4] + MESA_INNER * newest[-2]) *
           adjusted;
}

static inline several several_cycle_after(several period, several real, several imaginary)
{
    several found = 360.0 / (several_arctangent(imaginary, real) * MESA_DEGREES);
    found = several_choose((imaginary != 0.0) & (real != 0.0), found, period);
    found = several_least(1.5 * period, found);
    found = several_greatest(0.67 * period, found);
    found = several_greatest(several_all(6.0), found);
    found = several_least(several_all(50.0), found);
    return 0.2 * found + 0.8 * period;
}

/* How far the phase fell in a bar, whose smoothed price is in its place. */
static inline several several_mesa_turn(MesaRows *now, int bar)
{
    const several *smooth = now->smooth + MESA_SMOOTH + bar;
    several *detrended = now->detrended + MESA_DETRENDED + bar, *shifted = now->shifted + MESA_SHIFTED + bar;
    several adjusted = 0.075 * now->period + 0.54, first = detrended[-3];
    several quadrature, in_phase, phase, turn;
    detrended[0] = several_hilbert(smooth, adjusted);
    shifted[0] = several_hilbert(detrended, adjusted);
    quadrature = 0.2 * (shifted[0] + several_hilbert(detrended - 3, adjusted)) + 0.8 * now->quadrature;
    in_phase = 0.2 * (first - several_hilbert(shifted, adjusted)) + 0.8 * now->in_phase;
    phase = several_where(first != 0.0, several_arctangent(shifted[0], first) * MESA_DEGREES);
    turn = now->phase - phase;
    now->phase = phase;
    now->real = 0.2 * (in_phase * now->in_phase + quadrature * now->quadrature) + 0.8 * now->real;
    now->imaginary = 0.2 * (in_phase * now->quadrature - quadrature * now->in_phase) + 0.8 * now->imaginary;
    now->quadrature = quadrature;
    now->in_phase = in_phase;
    now->period = several_cycle_after(now->period, now->real, now->imaginary);
    return turn;
}

/* The newest eight become those before the next. */
static inline void several_mesa_on(MesaRows *now)
{
    memcpy(now->smooth, now->smooth + 8, MESA_SMOOTH * sizeof(several));
    memmove(now->detrended, now->detrended + 8, MESA_DETRENDED * sizeof(several));
    memcpy(now->shifted, now->shifted + 8, MESA_SHIFTED * sizeof(several));
}

/* The turn of each bar, from smoothed prices. */
static void eight_turns(
    const double *smooth, ptrdiff_t stride, ptrdiff_t count, several *state, double *const *outputs)
{
    MesaRows *all = (MesaRows *)state;
    several bars[8 * GROUPS];
    for (ptrdiff_t first = 0; first < count; first += 8) {
        several_take(smooth + first, stride, count - first, bars);
        for (int i = 0; i < 8; i++)
            for (int group = 0; group < GROUPS; group++) {
                several *bar = bars + i * GROUPS + group;
                all[group].smooth[MESA_SMOOTH + i] = *bar;
                *bar = several_mesa_turn(all + group, i);
            }
        if (outputs[0])
            several_give(bars, outputs[0] + first, stride, count - first);
        for (int group = 0; group < GROUPS; group++)
            several_mesa_on(all + group);
    }
}

/* The turns of one long series; whether that was worth it, as `several_parts` has it. */
static inline int parts_of_mesa(const double *smooth, ptrdiff_t count, double *turns)
{
    MesaRows all[PART_STATES * GROUPS];
    double *const outputs[PART_OUTPUTS] = {turns};
    memset(all, 0, GROUPS * sizeof *all);
    return several_parts(eight_turns, smooth, count, MESA_FORGET, (several *)all, MESA_REGISTERS, outputs);
}

/* As `mesa_weight`. */
static inline several several_mesa_weight(several turn, double fast_limit, double slow_limit)
{
    several weight = several_greatest(several_all(slow_limit), fast_limit / turn);
    return several_choose(turn > 1.0, weight, several_all(fast_limit));
}

/* What the averages of eight rows are made of. */
typedef struct {
    several prices[MESA_PRICES + 8], total, weighted, average, following;
} MesaAverages;

static inline void several_mesa(
    MesaRows *cycle, MesaAverages *now, int bar, double fast_limit, double slow_limit)
{
    const several *prices = now->prices + MESA_PRICES + bar;
    several weight;
    now->total = (now->total + prices[0]) - prices[-4];
    now->weighted += prices[0] * 4.0;
    cycle->smooth[MESA_SMOOTH + bar] = 0.1 * now->weighted;
    now->weighted -= now->total;
    weight = several_mesa_weight(several_mesa_turn(cycle, bar), fast_limit, slow_limit);
    now->average = weight * prices[0] + (1.0 - weight) * now->average;
    now->following = 0.5 * weight * now->average + (1.0 - 0.5 * weight) * now->following;
}

/* Both averages of `count` bars of eight series, `stride` apart, the second unless NULL; `totals` and `weighted` are
 * those of the bar before. Four bars stand before `prices`. */
static inline void eight_mesas(
    const double *prices, ptrdiff_t stride, ptrdiff_t count, double fast_limit, double slow_limit,
    const double *totals, const double *weighted, double *averages, double *followings)
{
    MesaRows cycles[GROUPS];
    MesaAverages all[GROUPS];
    several bars[8 * GROUPS], found[2][8 * GROUPS];
    memset(cycles, 0, sizeof cycles);
    memset(all, 0, sizeof all);
    for (int lane = 0; lane < 8; lane++) {
        MesaAverages *now = all + lane / SEVERAL;
        now->total[lane % SEVERAL] = totals[lane];
        now->weighted[lane % SEVERAL] = weighted[lane];
        for (int back = 1; back <= MESA_PRICES; back++)
            now->prices[MESA_PRICES - back][lane % SEVERAL] = prices[lane * stride - back];
    }
    for (ptrdiff_t first = 0; first < count; first += 8) {
        several_take(prices + first, stride, count - first, bars);
        for (int i = 0; i < 8; i++)
            for (int group = 0; group < GROUPS; group++) {
                MesaAverages *now = all + group;
                now->prices[MESA_PRICES + i] = bars[i * GROUPS + group];
                several_mesa(cycles + group, now, i, fast_limit, slow_limit);
                found[0][i * GROUPS + group] = now->average;
                found[1][i * GROUPS + group] = now->following;
            }
        several_give(found[0], averages + first, stride, count - first);
        if (followings)
            several_give(found[1], followings + first, stride, count - first);
        for (int group = 0; group < GROUPS; group++) {
            several_mesa_on(cycles + group);
            memcpy(all[group].prices, all[group].prices + 8, MESA_PRICES * sizeof(several));
        }
    }
}

#endif
