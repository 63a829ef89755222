/* Numbers of Ehlers' MESA average, and how much its newest price counts. */
#ifndef CHITTI_MESA_H
#define CHITTI_MESA_H

#include <math.h>

#define MESA_INNER 0.5769 /* his Hilbert transform's taps 2 and 4 bars ago, */
#define MESA_OUTER 0.0962 /* and 0 and 6 bars ago */
#define MESA_DEGREES (180.0 / M_PI)

/* From how far the phase fell in a bar. */
static inline double mesa_weight(double turn, double fast_limit, double slow_limit)
{
    double weight = fast_limit / turn;
    weight = weight < slow_limit ? slow_limit : weight;
    return turn > 1.0 ? weight : fast_limit;
}

#endif
