/* Ehlers' MESA average of eight series in step: see _several.h. Every operation is that of `mesa_step` in _mesa.pxd. */
#ifndef CHITTI_MESA_ROWS_H
#define CHITTI_MESA_ROWS_H

#include "_arctangent.h"
#include "_mesa.h"
#include "_several.h"

/* How many values before the newest are read. */
enum { MESA_PRICES = 4, MESA_SMOOTH = 6, MESA_DETRENDED = 9, MESA_SHIFTED = 6 };

/* Those values and the ones of eight bars, and what is of the newest bar alone. */
typedef struct {
    several prices[MESA_PRICES + 8], smooth[MESA_SMOOTH + 8], detrended[MESA_DETRENDED + 8], shifted[MESA_SHIFTED + 8];
    several total, weighted, phase, in_phase, quadrature, real, imaginary, period, average, following;
} MesaRows;

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

/* How much the newest price counts. */
static inline several several_mesa_weight(several turn, double fast_limit, double slow_limit)
{
    several weight = several_greatest(several_all(slow_limit), fast_limit / turn);
    return several_choose(turn > 1.0, weight, several_all(fast_limit));
}

static inline void several_mesa(MesaRows *now, int bar, double fast_limit, double slow_limit)
{
    const several *prices = now->prices + MESA_PRICES + bar;
    several *smooth = now->smooth + MESA_SMOOTH + bar, *detrended = now->detrended + MESA_DETRENDED + bar;
    several *shifted = now->shifted + MESA_SHIFTED + bar;
    several adjusted = 0.075 * now->period + 0.54, first = detrended[-3];
    several quadrature, in_phase, phase, weight;
    now->total = (now->total + prices[0]) - prices[-4];
    now->weighted += prices[0] * 4.0;
    smooth[0] = 0.1 * now->weighted;
    now->weighted -= now->total;
    detrended[0] = several_hilbert(smooth, adjusted);
    shifted[0] = several_hilbert(detrended, adjusted);
    quadrature = 0.2 * (shifted[0] + several_hilbert(detrended - 3, adjusted)) + 0.8 * now->quadrature;
    in_phase = 0.2 * (first - several_hilbert(shifted, adjusted)) + 0.8 * now->in_phase;
    phase = several_where(first != 0.0, several_arctangent(shifted[0], first) * MESA_DEGREES);
    weight = several_mesa_weight(now->phase - phase, fast_limit, slow_limit);
    now->phase = phase;
    now->average = weight * prices[0] + (1.0 - weight) * now->average;
    now->following = 0.5 * weight * now->average + (1.0 - 0.5 * weight) * now->following;
    now->real = 0.2 * (in_phase * now->in_phase + quadrature * now->quadrature) + 0.8 * now->real;
    now->imaginary = 0.2 * (in_phase * now->quadrature - quadrature * now->in_phase) + 0.8 * now->imaginary;
    now->quadrature = quadrature;
    now->in_phase = in_phase;
    now->period = several_cycle_after(now->period, now->real, now->imaginary);
}

/* The newest eight become those before the next. */
static inline void several_mesa_on(MesaRows *now)
{
    memcpy(now->prices, now->prices + 8, MESA_PRICES * sizeof(several));
    memcpy(now->smooth, now->smooth + 8, MESA_SMOOTH * sizeof(several));
    memmove(now->detrended, now->detrended + 8, MESA_DETRENDED * sizeof(several));
    memcpy(now->shifted, now->shifted + 8, MESA_SHIFTED * sizeof(several));
}

/* Both averages of `count` bars, unless NULL; `totals` and `weighted` are those of the bar before. Four bars stand
 * before `prices`. */
static inline void eight_mesas(
    const double *prices, ptrdiff_t stride, ptrdiff_t count, double fast_limit, double slow_limit,
    const double *totals, const double *weighted, double *averages, double *followings)
{
    MesaRows all[GROUPS];
    several bars[8 * GROUPS], found[2][8 * GROUPS];
    memset(all, 0, sizeof all);
    for (int lane = 0; lane < 8; lane++) {
        MesaRows *now = all + lane / SEVERAL;
        now->total[lane % SEVERAL] = totals[lane];
        now->weighted[lane % SEVERAL] = weighted[lane];
        for (int back = 1; back <= MESA_PRICES; back++)
            now->prices[MESA_PRICES - back][lane % SEVERAL] = prices[lane * stride - back];
    }
    for (ptrdiff_t first = 0; first < count; first += 8) {
        several_take(prices + first, stride, count - first, bars);
        for (int group = 0; group < GROUPS; group++)
            for (int i = 0; i < 8; i++)
                all[group].prices[MESA_PRICES + i] = bars[i * GROUPS + group];
        for (int i = 0; i < 8; i++)
            for (int group = 0; group < GROUPS; group++) {
                several_mesa(all + group, i, fast_limit, slow_limit);
                found[0][i * GROUPS + group] = all[group].average;
                found[1][i * GROUPS + group] = all[group].following;
            }
        several_give(found[0], averages + first, stride, count - first);
        if (followings)
            several_give(found[1], followings + first, stride, count - first);
        for (int group = 0; group < GROUPS; group++)
            several_mesa_on(all + group);
    }
}

#endif
