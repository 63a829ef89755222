/* Whole blocks of eight of a decaying total: see _decay.pxd.
 *
 * Vectors are those of GCC and Clang: on a processor with narrower registers the compiler splits them.
 * Every operation is that of `decayed`, which takes one value at a time, so both get the same bits.
 */
#ifndef CHITTI_DECAY_H
#define CHITTI_DECAY_H

#include <stddef.h>
#include <string.h>

typedef double decay_block __attribute__((vector_size(64)));

/* `powers`: kept to the power 1 ... 8. Returns the total after the last block. */
static inline double decay_blocks(
    const double *values, ptrdiff_t blocks, double weight, const double *powers, double total, double *out)
{
    const double once = powers[0], twice = powers[1], fourfold = powers[3];
    const decay_block none = {0};
    const decay_block near = {0, once, once, once, once, once, once, once};
    const decay_block middle = {0, 0, twice, twice, twice, twice, twice, twice};
    const decay_block far = {0, 0, 0, 0, fourfold, fourfold, fourfold, fourfold};
    decay_block before, sums;
    memcpy(&before, powers, sizeof before);
    for (ptrdiff_t block = 0; block < blocks; block++) {
        memcpy(&sums, values + 8 * block, sizeof sums);
        sums *= weight;
        sums += near * __builtin_shufflevector(sums, none, 8, 0, 1, 2, 3, 4, 5, 6);
        sums += middle * __builtin_shufflevector(sums, none, 8, 8, 0, 1, 2, 3, 4, 5);
        sums += far * __builtin_shufflevector(sums, none, 8, 8, 8, 8, 0, 1, 2, 3);
        const double last = sums[7] + powers[7] * total;
        sums += before * total;
        memcpy(out + 8 * block, &sums, sizeof sums);
        total = last;
    }
    return total;
}

#endif
