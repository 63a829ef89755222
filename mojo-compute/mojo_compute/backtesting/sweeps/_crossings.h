/* Where one row crosses another, 64 bars at a time.
 *
 * A crossing needs both: not above a bar ago, above now. Comparisons with a missing value (NaN) are false, so a
 * missing value now is no crossing; a missing one a bar ago is looked at where a crossing seems to be, which is rare.
 */
#ifndef CHITTI_CROSSINGS_H
#define CHITTI_CROSSINGS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

/* Bit k: whether a[k] > b[k], and whether a[k] < b[k], of `count` <= 64 bars. */
static inline void compare_bars(const double *a, const double *b, int count, uint64_t *above, uint64_t *below)
{
    uint64_t more = 0, less = 0;
    int k = 0;
#if defined(__AVX512F__)
    for (; k + 8 <= count; k += 8) {
        __m512d left = _mm512_loadu_pd(a + k), right = _mm512_loadu_pd(b + k);
        more |= (uint64_t)_mm512_cmp_pd_mask(left, right, _CMP_GT_OQ) << k;
        less |= (uint64_t)_mm512_cmp_pd_mask(left, right, _CMP_LT_OQ) << k;
    }
#elif defined(__AVX2__)
    for (; k + 4 <= count; k += 4) {
        __m256d left = _mm256_loadu_pd(a + k), right = _mm256_loadu_pd(b + k);
        more |= (uint64_t)(unsigned)_mm256_movemask_pd(_mm256_cmp_pd(left, right, _CMP_GT_OQ)) << k;
        less |= (uint64_t)(unsigned)_mm256_movemask_pd(_mm256_cmp_pd(left, right, _CMP_LT_OQ)) << k;
    }
#endif
    for (; k < count; k++) {
        more |= (uint64_t)(a[k] > b[k]) << k;
        less |= (uint64_t)(a[k] < b[k]) << k;
    }
    *above = more;
    *below = less;
}

/* codes[i] |= over where a rises above b at bar i, under where it falls below; bar 0 crosses nothing. */
static inline void mark_crossings(const double *a, const double *b, ptrdiff_t bars, unsigned char over,
                                  unsigned char under, unsigned char *codes)
{
    uint64_t was_above = 1, was_below = 1; /* of the bar before: none crosses from there */
    for (ptrdiff_t first = 0; first < bars; first += 64) {
        int count = bars - first < 64 ? (int)(bars - first) : 64;
        uint64_t above, below;
        compare_bars(a + first, b + first, count, &above, &below);
        uint64_t up = above & ~(above << 1 | was_above);
        uint64_t down = below & ~(below << 1 | was_below);
        was_above = above >> 63;
        was_below = below >> 63;
        for (; up; up &= up - 1) {
            ptrdiff_t bar = first + __builtin_ctzll(up);
            if (a[bar - 1] <= b[bar - 1])
                codes[bar] |= over;
        }
        for (; down; down &= down - 1) {
            ptrdiff_t bar = first + __builtin_ctzll(down);
            if (a[bar - 1] >= b[bar - 1])
                codes[bar] |= under;
        }
    }
}

#endif
