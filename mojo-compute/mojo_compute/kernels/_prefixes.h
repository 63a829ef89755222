/* Running totals, eight numbers at once.
 *
 * Three additions, each of the eight and of themselves moved up, give the sums of the first one, two ... eight of them.
 * Which are added to which is the same in both forms below, so the bits are too. What stands behind a number has no
 * part in its sum.
 */
#ifndef CHITTI_PREFIXES_H
#define CHITTI_PREFIXES_H

#include "_eight.h"

/* Totals of `count` numbers, a multiple of eight, on top of `base`; the last of them. `out` may be `values`. */
static inline double chitti_fill_totals(const double *values, Py_ssize_t count, double base, double *out) {
#ifdef __AVX512F__
    const eight nothing = {0, 0, 0, 0, 0, 0, 0, 0};
    eight before = {base, base, base, base, base, base, base, base};
    eight part, totals;
    for (Py_ssize_t i = 0; i < count; i += 8) {
        memcpy(&part, values + i, sizeof part);
        part += __builtin_shufflevector(part, nothing, 8, 0, 1, 2, 3, 4, 5, 6);
        part += __builtin_shufflevector(part, nothing, 8, 8, 0, 1, 2, 3, 4, 5);
        part += __builtin_shufflevector(part, nothing, 8, 8, 8, 8, 0, 1, 2, 3);
        totals = before + part;
        memcpy(out + i, &totals, sizeof totals);
        before += __builtin_shufflevector(part, part, 7, 7, 7, 7, 7, 7, 7, 7);
    }
#else
    const eight_half nothing = {0, 0, 0, 0};
    eight_half before = {base, base, base, base};
    eight_half first, second, totals;
    for (Py_ssize_t i = 0; i < count; i += 8) {
        memcpy(&first, values + i, sizeof first);
        memcpy(&second, values + i + 4, sizeof second);
        second += __builtin_shufflevector(first, second, 3, 4, 5, 6);
        first += __builtin_shufflevector(first, nothing, 4, 0, 1, 2);
        second += __builtin_shufflevector(first, second, 2, 3, 4, 5);
        first += __builtin_shufflevector(first, nothing, 4, 4, 0, 1);
        second += first;
        totals = before + first;
        memcpy(out + i, &totals, sizeof totals);
        totals = before + second;
        memcpy(out + i + 4, &totals, sizeof totals);
        before += __builtin_shufflevector(second, second, 3, 3, 3, 3);
    }
#endif
    return before[0];
}

#endif
