/* Eight parts of one long series in step: see _several.h.
 *
 * Each part but the first begins with the state that the bars before it lead to from anywhere. What the start did to
 * it is mostly forgotten by then, to the last bit; where it isn't, the part is done again from the true state, up to
 * where it makes no difference any more.
 */
#ifndef CHITTI_SEVERAL_PARTS_H
#define CHITTI_SEVERAL_PARTS_H

#include "_several.h"

enum { PART_CHECKS = 4, PART_STATES = PART_CHECKS + 2, PART_OUTPUTS = 3 };
enum { PART_OTHERS = 3 }; /* parts that are done again sooner than the whole bar by bar */

/* Steps eight series that are `stride` apart, from a state and to the next. Outputs that are NULL are not wanted. */
typedef void SeveralStep(
    const double *values, ptrdiff_t stride, ptrdiff_t count, several *state, double *const *outputs);

/* One of the eight in a state, which has `size` registers for each group. */
static inline double *several_lane(several *state, ptrdiff_t size, int lane)
{
    return (double *)(state + lane / SEVERAL * size) + lane % SEVERAL;
}

static inline void several_copy_lane(several *from, int lane, several *to, int other, ptrdiff_t size)
{
    const double *source = several_lane(from, size, lane);
    double *target = several_lane(to, size, other);
    for (ptrdiff_t i = 0; i < size; i++)
        target[i * SEVERAL] = source[i * SEVERAL];
}

static inline int several_same_lane(several *one, int lane, several *other, int at, ptrdiff_t size)
{
    const double *first = several_lane(one, size, lane), *second = several_lane(other, size, at);
    for (ptrdiff_t i = 0; i < size; i++)
        if (first[i * SEVERAL] != second[i * SEVERAL])
            return 0;
    return 1;
}

static inline void several_step_from(
    SeveralStep *step, const double *values, ptrdiff_t first, ptrdiff_t stride, ptrdiff_t count, several *state,
    double *const *outputs)
{
    double *moved[PART_OUTPUTS];
    for (int i = 0; i < PART_OUTPUTS; i++)
        moved[i] = outputs[i] ? outputs[i] + first : NULL;
    step(values + first, stride, count, state, moved);
}

/* From a part's true beginning on, all eight alike, until it makes no difference. */
static inline void several_again(
    SeveralStep *step, const double *values, ptrdiff_t part, int lane, several *now, several *checks, ptrdiff_t size,
    double *const *outputs)
{
    ptrdiff_t piece = part / PART_CHECKS;
    for (int check = 0; check < PART_CHECKS; check++) {
        several *found = checks + check * GROUPS * size;
        several_step_from(step, values, lane * part + check * piece, 0, piece, now, outputs);
        if (several_same_lane(now, 0, found, lane, size))
            return;
        several_copy_lane(now, 0, found, lane, size);
    }
}

/* Whether it was worth it: False where the parts are too short to `forget` their starts, a multiple of eight bars, or
 * where too many don't. `states` has room for PART_STATES, the first of which is that of the start. */
static inline int several_parts(
    SeveralStep *step, const double *values, ptrdiff_t count, ptrdiff_t forget, several *states, ptrdiff_t size,
    double *const *outputs)
{
    double *const nowhere[PART_OUTPUTS] = {NULL};
    ptrdiff_t part = count / (64 * PART_CHECKS) * (8 * PART_CHECKS), piece = part / PART_CHECKS, whole = GROUPS * size;
    several *began = states, *now = states + whole, *checks = states + 2 * whole;
    several *ended = checks + (PART_CHECKS - 1) * whole;
    int others = 0;
    if (part < forget)
        return 0;
    memcpy(now, began, (size_t)whole * sizeof(several));
    step(values + part - forget, part, forget, now, nowhere);
    for (int lane = 1; lane < 8; lane++)
        several_copy_lane(now, lane - 1, began, lane, size);
    memcpy(now, began, (size_t)whole * sizeof(several));
    for (int check = 0; check < PART_CHECKS; check++) {
        several_step_from(step, values, check * piece, part, piece, now, outputs);
        memcpy(checks + check * whole, now, (size_t)whole * sizeof(several));
    }
    for (int lane = 1; lane < 8; lane++)
        others += !several_same_lane(ended, lane - 1, began, lane, size);
    if (others > PART_OTHERS)
        return 0;
    for (int lane = 1; lane <= 8; lane++)
        if (lane == 8 || !several_same_lane(ended, lane - 1, began, lane, size)) {
            for (int other = 0; other < 8; other++)
                several_copy_lane(ended, lane - 1, now, other, size);
            if (lane < 8)
                several_again(step, values, part, lane, now, checks, size, outputs);
        }
    several_step_from(step, values, 8 * part, 0, count - 8 * part, now, outputs);
    return 1;
}

#endif
