/* What makes a shape a shape. Lengths are bars, heights average true ranges (ATR) unless told otherwise. */
#ifndef CHITTI_SHAPE_LIMITS_H
#define CHITTI_SHAPE_LIMITS_H

enum {
    SCALES = 2,                /* fine and coarse swings */
    KEPT = 64,                 /* swings that are remembered: a power of two */
    MOST_POINTS = 9,           /* eight touches of two lines, and the breakout */
    ATR_PERIOD = 14,

    SHORTEST_TURN = 10,        /* from the first to the last low of a double or triple bottom, or head */
    LONGEST_TURN = 160,
    SHORTEST_SIDE = 4,         /* from a shoulder to the head */
    SHORTEST_CUP = 30,         /* from rim to rim */
    LONGEST_CUP = 260,
    SHORTEST_HANDLE = 5,
    RIMS_SEARCHED = 60,        /* swings back from the right rim */
    SHORTEST_CHANNEL = 15,     /* from the first to the last touch of a triangle, wedge or rectangle */
    LONGEST_CHANNEL = 240,
    LEAST_TOUCHES = 5,         /* of both lines together */
    MOST_TOUCHES = 8,
    LONGEST_POLE = 15,
    SHORTEST_REST = 5,         /* of a flag or pennant */
    LONGEST_REST = 20
};

#define FINE_TURN 2.0          /* what a close has to come back for a swing */
#define COARSE_TURN 4.0
#define LEAST_HEIGHT 3.0       /* of a turn, and a channel where it begins */
#define LEAST_CUP 5.0
#define FULL_HEIGHT 10.0       /* from here on size counts in full */
#define LEAST_POLE 5.0
#define FULL_POLE 10.0

/* in heights of the shape */
#define SAME_LEVEL 0.2         /* lows of one level */
#define SAME_SHOULDER 0.3      /* shoulders of one level */
#define SAME_NECK 0.4          /* highs of a neckline */
#define SAME_RIM 0.15
#define LEAST_DEPTH 0.2        /* head below the shoulders, shoulders below the neckline */
#define LEAST_EVEN 0.4         /* the shorter side of a head by the longer one */
#define LEAST_FALL 1.2         /* into the first low */
#define FULL_FALL 2.5
#define LEAST_RISE 0.5         /* into a cup's left rim */
#define FULL_RISE 1.5
#define DEEPEST_HANDLE 0.5

#define LEAST_ROUND 0.55       /* share of the closes in a cup's lower half: 0.5 in a V, 0.71 in a parabola */
#define FULL_ROUND 0.75
#define OUTER_CUP 0.2          /* share of a cup within which its bottom may not lie, left and right */

#define LONGEST_LEG 0.4        /* of a channel's length: from one touch to the next */

/* in widths of the channel at its second touch */
#define OFF_LINE 0.2          /* how far a touch or a close may lie off its line */
#define FLAT_LINE 0.25         /* what a level line may move over the channel */
#define STEEP_LINE 0.3        /* what a slanting one has to */
#define LEAST_LEFT 0.05        /* of the width at the last touch */

/* in heights of the pole */
#define DEEPEST_REST 0.5
#define RISING_REST 0.1        /* what a flag's lines may rise */
#define PARALLEL 0.6           /* widths at both ends of a rest, the smaller by the larger: a flag from here on */

#endif
