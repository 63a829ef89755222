/* Ehlers' Hilbert transform as his MESA average has it. */
#ifndef CHITTI_MESA_H
#define CHITTI_MESA_H

#include <math.h>

#define MESA_INNER 0.5769 /* its taps 2 and 4 bars ago, */
#define MESA_OUTER 0.0962 /* and 0 and 6 bars ago */
#define MESA_DEGREES (180.0 / M_PI)

#endif
