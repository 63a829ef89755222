/* The dominant cycle of eight series in step: see _several.h. Every operation is that of `transform` in _cycle.pxd. */
#ifndef CHITTI_CYCLE_ROWS_H
#define CHITTI_CYCLE_ROWS_H

#include "_cycle.h"
#include "_several_parts.h"

/* How many values before the newest are read. */
enum { CYCLE_PRICES = 3, CYCLE_SMOOTH = 6, CYCLE_DETRENDED = 9, CYCLE_SHIFTED = 6 };

/* Those values and the ones of eight bars, and what is of the newest bar alone. */
typedef struct {
    several prices[CYCLE_PRICES + 8], smooth[CYCLE_SMOOTH + 8], detrended[CYCLE_DETRENDED + 8];
    several shifted[CYCLE_SHIFTED + 8];
    several in_phase, quadrature, real, imaginary, period, smooth_period, gain;
} CycleRows;

static inline several several_period(several imaginary, several real, several before)
{
    several most = several_least(1.5 * before, several_all(50.0));
    several least = several_greatest(0.67 * before, several_all(6.0));
    several across = several_size(imaginary), along = several_size(real), angle, found;
    several_mask flat = across < along;
    angle = several_angle(several_choose(flat, across, along) / several_choose(flat, along, across));
    found = 2.0 * M_PI / several_choose(flat, angle, M_PI_2 - angle);
    found = several_choose((imaginary != 0.0) & (real != 0.0), found, before);
    found = several_greatest(several_least(found, most), least);
    return several_choose((imaginary < 0.0) ^ (real < 0.0), least, found);
}

/* The part of the Hilbert transform that is of the values before the newest. */
static inline several several_filtered(const several *newest)
{
    return CYCLE_INNER * newest[-2] - CYCLE_INNER * newest[-4] - CYCLE_OUTER * newest[-6];
}

static inline void several_transform(CycleRows *now, int bar)
{
    const several *prices = now->prices + CYCLE_PRICES + bar;
    several *smooth = now->smooth + CYCLE_SMOOTH + bar, *detrended = now->detrended + CYCLE_DETRENDED + bar;
    several *shifted = now->shifted + CYCLE_SHIFTED + bar;
    several noise = CYCLE_NOISE * several_size(prices[0]), gain = now->gain, before = now->period;
    several imaginary = 0.2 * now->quadrature, real = 0.2 * now->in_phase;
    several part, delayed = detrended[-3], in_phase, quadrature, found;
    smooth[0] = 0.1 * (4.0 * prices[0] + (3.0 * prices[-1] + (2.0 * prices[-2] + prices[-3])));
    part = CYCLE_OUTER * smooth[0] - CYCLE_OUTER * smooth[-6];
    part = several_beyond(part + (CYCLE_INNER * smooth[-2] - CYCLE_INNER * smooth[-4]), noise);
    detrended[0] = part * gain;
    quadrature = several_beyond(CYCLE_OUTER * delayed + several_filtered(detrended - 3), noise);
    part = several_beyond(part * (CYCLE_OUTER * gain) + several_filtered(detrended), noise);
    quadrature = (part + quadrature) * (0.2 * gain) + 0.8 * now->quadrature;
    shifted[0] = part * gain;
    part = several_beyond(part * (CYCLE_OUTER * gain) + several_filtered(shifted), noise);
    in_phase = (0.2 * delayed + 0.8 * now->in_phase) - part * (0.2 * gain);
    now->real = real * in_phase + (imaginary * quadrature + 0.8 * now->real);
    now->imaginary = imaginary * in_phase + (0.8 * now->imaginary - real * quadrature);
    now->in_phase = in_phase;
    now->quadrature = quadrature;
    found = several_period(now->imaginary, now->real, before);
    now->period = 0.2 * found + 0.8 * before;
    now->gain = 0.015 * found + (0.06 * before + 0.54);
    now->smooth_period = 0.33 * now->period + 0.67 * now->smooth_period;
}

/* The newest eight become those before the next. */
static inline void several_go_on(CycleRows *now)
{
    memcpy(now->prices, now->prices + 8, CYCLE_PRICES * sizeof(several));
    memcpy(now->smooth, now->smooth + 8, CYCLE_SMOOTH * sizeof(several));
    memmove(now->detrended, now->detrended + 8, CYCLE_DETRENDED * sizeof(several));
    memcpy(now->shifted, now->shifted + 8, CYCLE_SHIFTED * sizeof(several));
}

enum { CYCLE_REGISTERS = sizeof(CycleRows) / sizeof(several), CYCLE_FORGET = 1024 };

static inline void eight_begin_cycle(CycleRows *all)
{
    memset(all, 0, GROUPS * sizeof *all);
    for (int group = 0; group < GROUPS; group++)
        all[group].gain = several_all(0.54);
}

/* The cycle's length at each bar, and its parts; three bars stand before `prices`. */
static void eight_step_cycles(
    const double *prices, ptrdiff_t stride, ptrdiff_t count, several *state, double *const *outputs)
{
    CycleRows *all = (CycleRows *)state;
    several bars[8 * GROUPS], found[3][8 * GROUPS];
    for (int back = 1; back <= CYCLE_PRICES; back++)
        for (int lane = 0; lane < 8; lane++)
            all[lane / SEVERAL].prices[CYCLE_PRICES - back][lane % SEVERAL] = prices[lane * stride - back];
    for (ptrdiff_t first = 0; first < count; first += 8) {
        several_take(prices + first, stride, count - first, bars);
        for (int group = 0; group < GROUPS; group++)
            for (int i = 0; i < 8; i++)
                all[group].prices[CYCLE_PRICES + i] = bars[i * GROUPS + group];
        for (int i = 0; i < 8; i++)
            for (int group = 0; group < GROUPS; group++) {
                several_transform(all + group, i);
                found[0][i * GROUPS + group] = all[group].smooth_period;
                found[1][i * GROUPS + group] = all[group].detrended[CYCLE_DETRENDED - 3 + i];
                found[2][i * GROUPS + group] = all[group].shifted[CYCLE_SHIFTED + i];
            }
        for (int output = 0; output < 3; output++)
            if (outputs[output])
                several_give(found[output], outputs[output] + first, stride, count - first);
        for (int group = 0; group < GROUPS; group++)
            several_go_on(all + group);
    }
}

/* Of eight series, `stride` apart; outputs that are NULL are not wanted. */
static inline void eight_cycles(
    const double *prices, ptrdiff_t stride, ptrdiff_t count, double *periods, double *in_phases, double *quadratures)
{
    CycleRows all[GROUPS];
    double *const outputs[] = {periods, in_phases, quadratures};
    eight_begin_cycle(all);
    eight_step_cycles(prices, stride, count, (several *)all, outputs);
}

/* Of one long series; whether that was worth it, as `several_parts` has it. */
static inline int parts_of_cycle(
    const double *prices, ptrdiff_t count, double *periods, double *in_phases, double *quadratures)
{
    CycleRows all[PART_STATES * GROUPS];
    double *const outputs[] = {periods, in_phases, quadratures};
    eight_begin_cycle(all);
    return several_parts(
        eight_step_cycles, prices, count, CYCLE_FORGET, (several *)all, CYCLE_REGISTERS, outputs);
}

#endif
