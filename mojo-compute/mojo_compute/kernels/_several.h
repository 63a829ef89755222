/* As many numbers as a register of the processor holds: eight rows are worked on as one, two or four of them.
 *
 * What makes choices is written with these: the compiler takes wider vectors apart into single numbers to compare.
 */
#ifndef CHITTI_SEVERAL_H
#define CHITTI_SEVERAL_H

#include "_eight.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define SEVERAL 8
#elif defined(__AVX__)
#define SEVERAL 4
#else
#define SEVERAL 2
#endif
#define GROUPS (8 / SEVERAL)

typedef double several __attribute__((vector_size(8 * SEVERAL)));
typedef long long several_mask __attribute__((vector_size(8 * SEVERAL)));

static inline several several_all(double value)
{
    return value - (several){0};
}

static inline several several_where(several_mask mask, several values)
{
    return (several)((several_mask)values & mask);
}

static inline several several_choose(several_mask mask, several yes, several no)
{
    return (several)(((several_mask)yes & mask) | ((several_mask)no & ~mask));
}

/* As `one < other ? one : other` has it, which is an instruction of x86 that the compiler doesn't find. */
static inline several several_least(several one, several other)
{
#if defined(__AVX512F__)
    return (several)_mm512_min_pd((__m512d)one, (__m512d)other);
#elif defined(__AVX__)
    return (several)_mm256_min_pd((__m256d)one, (__m256d)other);
#elif defined(__SSE2__)
    return (several)_mm_min_pd((__m128d)one, (__m128d)other);
#else
    return several_choose(one < other, one, other);
#endif
}

/* As `one > other ? one : other` has it. */
static inline several several_greatest(several one, several other)
{
#if defined(__AVX512F__)
    return (several)_mm512_max_pd((__m512d)one, (__m512d)other);
#elif defined(__AVX__)
    return (several)_mm256_max_pd((__m256d)one, (__m256d)other);
#elif defined(__SSE2__)
    return (several)_mm_max_pd((__m128d)one, (__m128d)other);
#else
    return several_choose(one > other, one, other);
#endif
}

static inline several several_size(several values)
{
    return (several)((several_mask)values & 0x7fffffffffffffffLL);
}

/* The next numbers of an array; behind its end zeros. */
static inline several several_load(const double *from, ptrdiff_t count)
{
    several values = {0};
    if (count >= SEVERAL)
        memcpy(&values, from, sizeof values);
    else
        memcpy(&values, from, (size_t)count * sizeof(double));
    return values;
}

static inline void several_store(several values, double *to, ptrdiff_t count)
{
    if (count >= SEVERAL)
        memcpy(to, &values, sizeof values);
    else
        memcpy(to, &values, (size_t)count * sizeof(double));
}

/* Up to eight bars of eight series, as GROUPS registers for each bar; behind the last bar zeros. */
static inline void several_take(const double *from, ptrdiff_t stride, ptrdiff_t count, several *bars)
{
    eight rows[8];
    if (count >= 8)
        eight_take(from, stride, rows);
    else {
        memset(rows, 0, sizeof rows);
        for (int i = 0; i < 8; i++)
            memcpy(rows + i, from + i * stride, (size_t)count * sizeof(double));
        eight_turn(rows);
    }
    memcpy(bars, rows, sizeof rows);
}

static inline void several_give(const several *bars, double *to, ptrdiff_t stride, ptrdiff_t count)
{
    eight rows[8];
    memcpy(rows, bars, sizeof rows);
    if (count >= 8) {
        eight_give(rows, to, stride);
        return;
    }
    eight_turn(rows);
    for (int i = 0; i < 8; i++)
        memcpy(to + i * stride, rows + i, (size_t)count * sizeof(double));
}

#endif
