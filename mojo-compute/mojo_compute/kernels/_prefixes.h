/* The sums of the first one, two ... eight of eight numbers, eight at once.
 *
 * Three additions, each of the numbers and of themselves moved up, give all eight. Which are added to which is the
 * same wherever this is compiled, so the bits are too. What stands behind a number has no part in its sum.
 */
#ifndef CHITTI_PREFIXES_H
#define CHITTI_PREFIXES_H

#include <string.h>

typedef double chitti_eight __attribute__((vector_size(64)));

/* `values` with its numbers at other places; places from 8 on are those of `others`. */
#if defined(__clang__) || __GNUC__ >= 12
#define CHITTI_PLACED(values, others, ...) __builtin_shufflevector(values, others, __VA_ARGS__)
#else
typedef long long chitti_places __attribute__((vector_size(64)));
#define CHITTI_PLACED(values, others, ...) __builtin_shuffle(values, others, (chitti_places){__VA_ARGS__})
#endif

static inline chitti_eight chitti_prefixes(chitti_eight values) {
    const chitti_eight nothing = {0, 0, 0, 0, 0, 0, 0, 0};
    values += CHITTI_PLACED(values, nothing, 8, 0, 1, 2, 3, 4, 5, 6);
    values += CHITTI_PLACED(values, nothing, 8, 8, 0, 1, 2, 3, 4, 5);
    values += CHITTI_PLACED(values, nothing, 8, 8, 8, 8, 0, 1, 2, 3);
    return values;
}

/* Running totals of `count` numbers, a multiple of eight, on top of `base`; the last of them. `out` may be `values`. */
static inline double chitti_fill_totals(const double *values, Py_ssize_t count, double base, double *out) {
    chitti_eight before, block, totals;
    for (int lane = 0; lane < 8; lane++)
        before[lane] = base;
    for (Py_ssize_t i = 0; i < count; i += 8) {
        memcpy(&block, values + i, sizeof block);
        block = chitti_prefixes(block);
        totals = before + block;
        memcpy(out + i, &totals, sizeof totals);
        before += CHITTI_PLACED(block, block, 7, 7, 7, 7, 7, 7, 7, 7);
    }
    return before[0];
}

#endif
