/* What follows from the dominant cycle's length, without waiting from bar to bar: of one bar, and of a series.
 *
 * Each pass is of the bars `first` to `last`; where windows reach back, CYCLE_RING values stand in front. The loops
 * are of functions of one bar, so that the compiler works on several bars at once and a stream gets the same bits.
 */
#ifndef CHITTI_CYCLE_PASSES_H
#define CHITTI_CYCLE_PASSES_H

#include "_arctangent.h"
#include "_cycle.h"

enum { CYCLE_RING = 64, CYCLE_LONGEST = 50, CYCLE_WIDEST = 56 }; /* bars; of a cycle; the same, as whole vectors */

#define CYCLE_DEGREES (180.0 / M_PI)

/* Sine and cosine of one cycle of so many bars, newest first, written backwards to the end of a row. */
typedef double CycleTable[CYCLE_LONGEST + 1][CYCLE_WIDEST];

typedef struct {
    CycleTable sines, cosines;
} __attribute__((aligned(64))) CycleTables;

static inline void cycle_fill_tables(CycleTables *tables)
{
    memset(tables, 0, sizeof *tables);
    for (int length = 1; length <= CYCLE_LONGEST; length++)
        for (int back = 0; back < length; back++) {
            tables->sines[length][CYCLE_WIDEST - 1 - back] = sin(2.0 * M_PI * back / length);
            tables->cosines[length][CYCLE_WIDEST - 1 - back] = cos(2.0 * M_PI * back / length);
        }
}

static inline int cycle_whole(double smooth_period)
{
    return (int)(smooth_period + 0.5);
}

typedef double cycle_half __attribute__((vector_size(32)));
typedef double cycle_quarter __attribute__((vector_size(16)));

/* The newest `length` values, each times its number of a row. */
static inline double cycle_part(const double *newest, const double *row, int length)
{
    const double *values = newest - CYCLE_WIDEST + 1;
    several sums[GROUPS] = {{0}};
    cycle_half halves[2];
    cycle_quarter quarters[2];
    for (int at = CYCLE_WIDEST - (length + 7) / 8 * 8; at < CYCLE_WIDEST; at += 8)
        for (int group = 0; group < GROUPS; group++)
            sums[group] += several_load(values + at + group * SEVERAL, 8) * several_load(row + at + group * SEVERAL, 8);
    memcpy(halves, sums, sizeof halves);
    halves[0] += halves[1];
    memcpy(quarters, halves, sizeof quarters);
    quarters[0] += quarters[1];
    return quarters[0][0] + quarters[0][1];
}

/* The parts of the cycle along its sine and its cosine, of each bar. */
static inline void cycle_parts(
    const CycleTables *tables, const double *smooth, const double *periods, ptrdiff_t first, ptrdiff_t last,
    double *restrict reals, double *restrict imaginaries)
{
    for (ptrdiff_t i = first; i < last; i++) {
        int length = cycle_whole(periods[i]);
        reals[i] = cycle_part(smooth + i, tables->sines[length], length);
        imaginaries[i] = cycle_part(smooth + i, tables->cosines[length], length);
    }
}

/* The smoothed price lags a bar. */
static inline double cycle_phase_from(double angle, double imaginary, double smooth_period)
{
    double phase = angle + (90.0 + 360.0 / smooth_period) + (imaginary < 0.0 ? 180.0 : 0.0);
    return phase - (phase > 315.0 ? 360.0 : 0.0);
}

/* Where in the dominant cycle a bar stands that has an imaginary part. */
static inline double cycle_phase_of(double real, double imaginary, double smooth_period)
{
    return cycle_phase_from(arctangent(real, imaginary) * CYCLE_DEGREES, imaginary, smooth_period);
}

/* One that has none goes on from the bar before. */
static inline double cycle_phase_after(double before, double real, double smooth_period)
{
    return cycle_phase_from(real == 0.0 ? before : before + (real > 0.0 ? 90.0 : -90.0), 0.0, smooth_period);
}

static inline several several_phase_of(several real, several imaginary, several smooth_period)
{
    several phase = several_arctangent(real, imaginary) * CYCLE_DEGREES + (90.0 + 360.0 / smooth_period);
    phase += several_where(imaginary < 0.0, several_all(180.0));
    return phase - several_where(phase > 315.0, several_all(360.0));
}

/* The phases of the bars. `phases` has the real parts, but for the bar before; the real parts are kept in `imaginaries`
 * where the imaginary part is nothing, as few are. */
static inline void cycle_phases(
    const double *smooth, const double *periods, double *imaginaries, ptrdiff_t first, ptrdiff_t last, double *phases)
{
    for (ptrdiff_t i = first; i < last; i += SEVERAL) {
        several noise = CYCLE_NOISE * several_size(several_load(smooth + i, last - i));
        several real = several_beyond(several_load(phases + i, last - i), noise);
        several imaginary = several_beyond(several_load(imaginaries + i, last - i), noise);
        several_mask none = imaginary == 0.0;
        several_store(several_choose(none, real, several_all(NAN)), imaginaries + i, last - i);
        several_store(several_phase_of(real, imaginary, several_load(periods + i, last - i)), phases + i, last - i);
    }
    for (ptrdiff_t i = first; i < last; i++)
        if (!isnan(imaginaries[i]))
            phases[i] = cycle_phase_after(phases[i - 1], imaginaries[i], periods[i]);
}

/* The sine of an angle of -pi/4 to pi/4, and the cosine; both to the last bit or the one next to it. */
static inline double cycle_small_sine(double x)
{
    double s = x * x, s2 = s * s, s4 = s2 * s2;
    double low = (-1.0 / 6.0 + s / 120.0) + (-1.0 / 5040.0 + s / 362880.0) * s2;
    double high = (-1.0 / 39916800.0 + s / 6227020800.0) - s2 / 1307674368000.0;
    return x + x * (s * (low + high * s4));
}

static inline double cycle_small_cosine(double x)
{
    double s = x * x, s2 = s * s, s4 = s2 * s2;
    double low = (1.0 / 24.0 - s / 720.0) + (1.0 / 40320.0 - s / 3628800.0) * s2;
    double high = (1.0 / 479001600.0 - s / 87178291200.0) + s2 / 20922789888000.0;
    return (1.0 - 0.5 * s) + s2 * (low + high * s4);
}

/* The sine of a phase, and that of an eighth of a cycle on. */
static inline void cycle_sine_of(double phase, double *sine, double *lead_sine)
{
    double turns = phase / 90.0 + 6755399441055744.0; /* 1.5 * 2^52: the last bits are the nearest whole number */
    double x, small_sine, small_cosine, found, cosine;
    long long quarter;
    memcpy(&quarter, &turns, sizeof quarter);
    x = (phase - 90.0 * (turns - 6755399441055744.0)) * (M_PI / 180.0);
    small_sine = cycle_small_sine(x), small_cosine = cycle_small_cosine(x);
    found = quarter & 1 ? small_cosine : small_sine;
    cosine = quarter & 1 ? small_sine : small_cosine;
    found = quarter & 2 ? -found : found;
    cosine = (quarter + 1) & 2 ? -cosine : cosine;
    *sine = found;
    *lead_sine = M_SQRT1_2 * (found + cosine);
}

static inline void cycle_sines(
    const double *phases, ptrdiff_t first, ptrdiff_t last, double *restrict sines, double *restrict lead_sines)
{
    for (ptrdiff_t i = first; i < last; i++)
        cycle_sine_of(phases[i], sines + i, lead_sines + i);
}

/* Sums of prices, begun anew at every CYCLE_RING bars, so that they can't drift; `first` is one of those. */
static inline void cycle_sums(const double *prices, ptrdiff_t first, ptrdiff_t last, double *restrict sums)
{
    for (ptrdiff_t block = first; block < last; block += CYCLE_RING) {
        ptrdiff_t end = block + CYCLE_RING < last ? block + CYCLE_RING : last;
        double total = 0.0;
        for (ptrdiff_t i = block; i < end; i++)
            sums[i] = total += prices[i];
    }
}

/* The mean of the newest prices over a cycle, from the sums of three bars. */
static inline double cycle_mean(double newest, double before, double whole, int length, int inside)
{
    double total = newest + ((inside ? 0.0 : whole) - before);
    return length ? total / length : 0.0;
}

static inline void cycle_means(
    const double *sums, const double *periods, ptrdiff_t first, ptrdiff_t last, double *restrict means)
{
    for (ptrdiff_t i = first; i < last; i++) {
        int length = cycle_whole(periods[i]), at = (int)(i & (CYCLE_RING - 1));
        means[i] = cycle_mean(sums[i], sums[i - length], sums[i - at - 1], length, length <= at);
    }
}

/* The newest of four counts most. */
static inline double cycle_line(double newest, double second, double third, double fourth)
{
    return (4.0 * newest + 3.0 * second + 2.0 * third + fourth) / 10.0;
}

static inline void cycle_lines(const double *means, ptrdiff_t first, ptrdiff_t last, double *restrict lines)
{
    for (ptrdiff_t i = first; i < last; i++)
        lines[i] = cycle_line(means[i], means[i - 1], means[i - 2], means[i - 3]);
}

/* What a mode looks at of the bar before, and the bars of the trend. */
typedef struct {
    double phase, sine, lead_sine;
    long long days;
} CycleTrend;

/* Whether prices follow a trend rather than a cycle; `before` becomes this bar. */
static inline int cycle_mode(
    CycleTrend *before, double phase, double sine, double lead_sine, double line, double smooth, double smooth_period)
{
    double turned = phase - before->phase, cycles = 360.0 / smooth_period;
    int crossed = ((sine > lead_sine) & (before->sine <= before->lead_sine)) |
                  ((sine < lead_sine) & (before->sine >= before->lead_sine));
    int even = (0.67 * cycles < turned) & (turned < 1.5 * cycles);
    int far = (line != 0.0) & (fabs((smooth - line) / line) >= 0.015);
    *before = (CycleTrend){phase, sine, lead_sine, (crossed ? 0 : before->days) + 1};
    return (!crossed & (before->days >= 0.5 * smooth_period) & !even) | far;
}

static inline void cycle_modes(
    CycleTrend *before, const double *phases, const double *sines, const double *lead_sines, const double *lines,
    const double *smooth, const double *periods, ptrdiff_t first, ptrdiff_t last, double *restrict modes)
{
    for (ptrdiff_t i = first; i < last; i++)
        modes[i] = cycle_mode(before, phases[i], sines[i], lead_sines[i], lines[i], smooth[i], periods[i]);
}

static inline double cycle_smoothed(const double *newest)
{
    return 0.1 * (4.0 * newest[0] + (3.0 * newest[-1] + (2.0 * newest[-2] + newest[-3])));
}

#endif
