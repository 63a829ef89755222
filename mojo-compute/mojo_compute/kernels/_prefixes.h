/* Running totals, eight numbers at once.
 *
 * Three additions, each of the eight and of themselves moved up, give the sums of the first one, two ... eight of them.
 * Which are added to which is the same in both forms below, so the bits are too. What stands behind a number has no
 * part in its sum.
 */
#ifndef CHITTI_PREFIXES_H
#define CHITTI_PREFIXES_H

#include <string.h>

/* Numbers of two vectors at other places; places from the vectors' length on are those of the second. */
#if defined(__clang__) || __GNUC__ >= 12
#define CHITTI_PLACED(one, other, ...) __builtin_shufflevector(one, other, __VA_ARGS__)
#else
#define CHITTI_PLACED(one, other, ...) __builtin_shuffle(one, other, (chitti_places){__VA_ARGS__})
#endif

#ifdef __AVX512F__
typedef double chitti_numbers __attribute__((vector_size(64)));
typedef long long chitti_places __attribute__((vector_size(64)));
#else
typedef double chitti_numbers __attribute__((vector_size(32)));
typedef long long chitti_places __attribute__((vector_size(32)));
#endif

/* Totals of `count` numbers, a multiple of eight, on top of `base`; the last of them. `out` may be `values`. */
static inline double chitti_fill_totals(const double *values, Py_ssize_t count, double base, double *out) {
#ifdef __AVX512F__
    const chitti_numbers nothing = {0, 0, 0, 0, 0, 0, 0, 0};
    chitti_numbers before = {base, base, base, base, base, base, base, base};
    chitti_numbers part, totals;
    for (Py_ssize_t i = 0; i < count; i += 8) {
        memcpy(&part, values + i, sizeof part);
        part += CHITTI_PLACED(part, nothing, 8, 0, 1, 2, 3, 4, 5, 6);
        part += CHITTI_PLACED(part, nothing, 8, 8, 0, 1, 2, 3, 4, 5);
        part += CHITTI_PLACED(part, nothing, 8, 8, 8, 8, 0, 1, 2, 3);
        totals = before + part;
        memcpy(out + i, &totals, sizeof totals);
        before += CHITTI_PLACED(part, part, 7, 7, 7, 7, 7, 7, 7, 7);
    }
#else
    const chitti_numbers nothing = {0, 0, 0, 0};
    chitti_numbers before = {base, base, base, base};
    chitti_numbers first, second, totals;
    for (Py_ssize_t i = 0; i < count; i += 8) {
        memcpy(&first, values + i, sizeof first);
        memcpy(&second, values + i + 4, sizeof second);
        second += CHITTI_PLACED(first, second, 3, 4, 5, 6);
        first += CHITTI_PLACED(first, nothing, 4, 0, 1, 2);
        second += CHITTI_PLACED(first, second, 2, 3, 4, 5);
        first += CHITTI_PLACED(first, nothing, 4, 4, 0, 1);
        second += first;
        totals = before + first;
        memcpy(out + i, &totals, sizeof totals);
        totals = before + second;
        memcpy(out + i + 4, &totals, sizeof totals);
        before += CHITTI_PLACED(second, second, 3, 3, 3, 3);
    }
#endif
    return before[0];
}

#endif
