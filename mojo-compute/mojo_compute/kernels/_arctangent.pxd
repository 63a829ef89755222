"""The arc tangent, to the last bit or the one next to it, without a call or a table.

Within tan(pi/8) it is x + x^3 P(x^2), P of the eleventh degree through twelve Chebyshev nodes of the series;
beyond it the angle is turned by pi/4 or pi/2 first.
"""
from libc.math cimport copysign, fabs

cdef inline double arctangent(double rise, double run) noexcept nogil:
    """Of `rise` / `run`, which is not 0: -pi/2 .. pi/2. A single division serves both the slope and the turn."""
    cdef:
        double up = fabs(rise)
        double along = fabs(run)
        bint steep = up > 2.414213562373095 * along   # tan(3 pi/8)
        bint flat = up < 0.41421356237309503 * along  # tan(pi/8)
        double turned = -along if steep else up if flat else up - along
        double over = up if steep else along if flat else up + along
        double angle = 1.5707963267948966 if steep else 0.0 if flat else 0.7853981633974483
        double rest = 6.123233995736766e-17 if steep else 0.0 if flat else 3.061616997868383e-17  # of `angle`
        double z, z2, z4, low, middle, high
    turned /= over
    z = turned * turned
    z2 = z * z
    z4 = z2 * z2
    low = (-0.3333333333333333 + 0.19999999999999804 * z) + (-0.14285714285659828 + 0.11111111105155447 * z) * z2
    middle = (-0.09090908753500877 + 0.07692296375032143 * z) + (-0.06666424885738255 + 0.05878928997834775 * z) * z2
    high = (-0.05230454270650246 + 0.04551593220626557 * z) + (-0.03457056198142796 + 0.016285756855221278 * z) * z2
    z *= turned
    return copysign(angle + (turned + (rest + z * (low + (middle + high * z4) * z4))), copysign(1.0, rise) * run)
