/* The arc tangent, to the last bit or the one next to it, without a call or a table; of one number or of several.
 *
 * Within tan(pi/8) it is x + x^3 P(x^2), P of the eleventh degree through twelve Chebyshev nodes of the series;
 * beyond it the angle is turned by pi/4 or pi/2 first.
 */
#ifndef CHITTI_ARCTANGENT_H
#define CHITTI_ARCTANGENT_H

#include <math.h>

#include "_several.h"

#define ARCTANGENT_FLAT 0.41421356237309503 /* tan(pi / 8) */
#define ARCTANGENT_STEEP 2.414213562373095  /* tan(3 pi / 8) */

/* What is added to the tangent of an angle within pi/8, `rest` what is left of the angle that it was turned by. */
#define ARCTANGENT(name, number)                                                                                     \
    static inline number name(number turned, number rest)                                                            \
    {                                                                                                                \
        number z = turned * turned, z2 = z * z, z4 = z2 * z2;                                                        \
        number low = (-0.3333333333333333 + 0.19999999999999804 * z) +                                               \
                     (-0.14285714285659828 + 0.11111111105155447 * z) * z2;                                          \
        number middle = (-0.09090908753500877 + 0.07692296375032143 * z) +                                           \
                        (-0.06666424885738255 + 0.05878928997834775 * z) * z2;                                       \
        number high = (-0.05230454270650246 + 0.04551593220626557 * z) +                                             \
                      (-0.03457056198142796 + 0.016285756855221278 * z) * z2;                                        \
        return turned + (rest + (z * turned) * (low + (middle + high * z4) * z4));                                   \
    }

ARCTANGENT(arctangent_within, double)
ARCTANGENT(several_arctangent_within, several)

/* Of `rise` / `run`, which is not 0: -pi/2 .. pi/2. A single division serves both the slope and the turn. */
static inline double arctangent(double rise, double run)
{
    double up = fabs(rise), along = fabs(run);
    int steep = up > ARCTANGENT_STEEP * along, flat = up < ARCTANGENT_FLAT * along;
    double turned = (steep ? -along : flat ? up : up - along) / (steep ? up : flat ? along : up + along);
    double angle = steep ? 1.5707963267948966 : flat ? 0.0 : 0.7853981633974483;
    double rest = steep ? 6.123233995736766e-17 : flat ? 0.0 : 3.061616997868383e-17; /* of `angle` */
    return copysign(angle + arctangent_within(turned, rest), copysign(1.0, rise) * run);
}

static inline several several_arctangent(several rise, several run)
{
    several up = several_size(rise), along = several_size(run);
    several_mask steep = up > ARCTANGENT_STEEP * along, flat = up < ARCTANGENT_FLAT * along;
    several top = several_choose(steep, -along, several_choose(flat, up, up - along));
    several bottom = several_choose(steep, up, several_choose(flat, along, up + along));
    several angle = several_where(~flat, several_all(0.7853981633974483));
    several rest = several_where(~flat, several_all(3.061616997868383e-17)); /* of `angle` */
    several found;
    angle = several_choose(steep, several_all(1.5707963267948966), angle);
    rest = several_choose(steep, several_all(6.123233995736766e-17), rest);
    found = several_size(angle + several_arctangent_within(top / bottom, rest));
    return (several)((several_mask)found | (((several_mask)rise ^ (several_mask)run) & (-0x7fffffffffffffffLL - 1)));
}

#endif
