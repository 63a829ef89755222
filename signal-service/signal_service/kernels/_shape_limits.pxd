# Constants for other kernels: nothing that Python sees.
cdef extern from "_shape_limits.h" nogil:
    enum:
        SCALES
        KEPT
        MOST_POINTS
        ATR_PERIOD
        SHORTEST_TURN
        LONGEST_TURN
        SHORTEST_SIDE
        SHORTEST_CUP
        LONGEST_CUP
        SHORTEST_HANDLE
        RIMS_SEARCHED
        SHORTEST_CHANNEL
        LONGEST_CHANNEL
        LEAST_TOUCHES
        MOST_TOUCHES
        LONGEST_POLE
        SHORTEST_REST
        LONGEST_REST
    const double FINE_TURN
    const double COARSE_TURN
    const double LEAST_HEIGHT
    const double LEAST_CUP
    const double FULL_HEIGHT
    const double LEAST_POLE
    const double FULL_POLE
    const double SAME_LEVEL
    const double SAME_SHOULDER
    const double SAME_NECK
    const double SAME_RIM
    const double LEAST_DEPTH
    const double LEAST_EVEN
    const double LEAST_FALL
    const double FULL_FALL
    const double LEAST_RISE
    const double FULL_RISE
    const double DEEPEST_HANDLE
    const double LEAST_ROUND
    const double FULL_ROUND
    const double OUTER_CUP
    const double LONGEST_LEG
    const double OFF_LINE
    const double FLAT_LINE
    const double STEEP_LINE
    const double LEAST_LEFT
    const double DEEPEST_REST
    const double RISING_REST
    const double PARALLEL
