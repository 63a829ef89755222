/* Steps of the dominant cycle that all others wait for. */
#ifndef CHITTI_CYCLE_H
#define CHITTI_CYCLE_H

#include <math.h>

#include "_several.h"

/* Nothing where only rounding is left of a part. As a branch, which is foreseen, nothing waits for it. */
static inline double cycle_beyond(double part, double noise)
{
    if (__builtin_expect(!(fabs(part) > noise), 0)) {
        __asm__ volatile(""); /* or the compiler makes a choice of it, which has to wait for `part` */
        return 0.0;
    }
    return part;
}

static inline several several_beyond(several part, several noise)
{
    return several_where(several_size(part) > noise, part);
}

/* atan(u) / u by powers of u * u, interpolated at the Chebyshev points of 0 to 1: within 3e-15. */
static const double CYCLE_ARCTANGENT[] = {
    1.000000000000002,
    -0.33333333333421167,
    0.20000000006434929,
    -0.14285714479457498,
    0.11111114175207791,
    -0.090909369268886348,
    0.076924472986511797,
    -0.066668567348690561,
    0.058798113191139582,
    -0.052408230657372205,
    0.046594068941072028,
    -0.040240758904378476,
    0.032354315889901245,
    -0.022943023053046911,
    0.013521291315555574,
    -0.0062079962931181265,
    0.0020490696555689764,
    -0.0004281495746813321,
    4.2262830232319081e-05,
};

#define CYCLE_INNER 0.5769 /* Ehlers' weights of the values 2 and 4 bars ago, */
#define CYCLE_OUTER 0.0962 /* and 0 and 6 bars ago */
/* A part of the cycle that is less than this share of the price is what rounding left of nothing: on prices that
 * stand still or move in a straight line it would be all there is, and its ratios would be anything. */
#define CYCLE_NOISE 1e-12

/* The arc tangent of 0 <= u <= 1, a number or several. */
#define CYCLE_ANGLE(name, number)                                                                                   \
    static inline number name(number u)                                                                             \
    {                                                                                                               \
        const double *by = CYCLE_ARCTANGENT;                                                                        \
        number s = u * u, s2 = s * s, s4 = s2 * s2, s8 = s4 * s4;                                                   \
        number first = ((by[0] + by[1] * s) + (by[2] + by[3] * s) * s2) +                                           \
                       ((by[4] + by[5] * s) + (by[6] + by[7] * s) * s2) * s4;                                       \
        number next = ((by[8] + by[9] * s) + (by[10] + by[11] * s) * s2) +                                          \
                      ((by[12] + by[13] * s) + (by[14] + by[15] * s) * s2) * s4;                                    \
        number last = (by[16] + by[17] * s) + by[18] * s2;                                                          \
        return u * (first + (next + last * s8) * s8);                                                               \
    }

CYCLE_ANGLE(cycle_angle, double)
CYCLE_ANGLE(several_angle, several)

/* The cycle's length as far as it may change in one bar: 6 to 50 bars, and 0.67 to 1.5 times that before. */
static inline double cycle_period(double imaginary, double real, double before)
{
    double most = 1.5 * before < 50.0 ? 1.5 * before : 50.0;
    double least = 0.67 * before > 6.0 ? 0.67 * before : 6.0;
    double found = before;
    if (imaginary != 0.0 && real != 0.0) {
        double across = fabs(imaginary), along = fabs(real), angle;
        angle = across < along ? cycle_angle(across / along) : M_PI_2 - cycle_angle(along / across);
        found = 2.0 * M_PI / angle;
    }
    found = found < most ? found : most;
    found = found > least ? found : least;
    return (imaginary < 0.0) != (real < 0.0) ? least : found; /* a phase that goes backwards has no length */
}

#endif
