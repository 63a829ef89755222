/* Kaufman's averages of eight series in step: see _several.h. Every operation is that of _adaptive.pyx. */
#ifndef CHITTI_KAMA_ROWS_H
#define CHITTI_KAMA_ROWS_H

#include "_several.h"

#define KAMA_SLOWEST (2.0 / 31.0)            /* weight of an EMA of 30 */
#define KAMA_SPREAD (2.0 / 3.0 - 2.0 / 31.0) /* up to that of an EMA of 2 */
#define KAMA_NOTHING 1e-14                   /* a path that short counts as none, as in TA-Lib */

enum { KAMA_TILE = 256 }; /* bars */

/* What eight bars and those before them have; see `follow`. */
typedef struct {
    several path, one, one_kept, two[2 + 8], two_kept[2 + 8], averages[4 + 8];
} KamaRows;

static inline several several_kaufman_weight(several way, several path)
{
    several straight = (several)((path <= way) | (path < KAMA_NOTHING));
    several efficiency = several_choose((several_mask)straight, several_all(1.0), several_size(way / path));
    efficiency = efficiency * KAMA_SPREAD + KAMA_SLOWEST;
    return efficiency * efficiency;
}

static inline void several_follow(KamaRows *now, int at, several value, several weight)
{
    several one = weight * value, kept = 1.0 - weight;
    several two = one + kept * now->one, two_kept = kept * now->one_kept;
    now->averages[4 + at] = (two + two_kept * now->two[at]) + (two_kept * now->two_kept[at]) * now->averages[at];
    now->one = one, now->one_kept = kept;
    now->two[2 + at] = two, now->two_kept[2 + at] = two_kept;
}

/* A bar of a group of series that were turned, one bar's values behind the other's. */
static inline several kama_value(const double *turned, ptrdiff_t bar, int group)
{
    return several_load(turned + 8 * bar + group * SEVERAL, SEVERAL);
}

static inline several kama_change(const double *turned, ptrdiff_t bar, int group)
{
    return several_size(kama_value(turned, bar, group) - kama_value(turned, bar - 1, group));
}

/* A bar from the second of the averages on; `fresh`: the path is added up anew. */
static inline void several_kama(
    KamaRows *now, int at, const double *turned, ptrdiff_t bar, int group, ptrdiff_t period, int fresh)
{
    several value = kama_value(turned, bar, group);
    if (fresh) {
        now->path = several_all(0.0);
        for (ptrdiff_t i = bar - period + 1; i <= bar; i++)
            now->path += kama_change(turned, i, group);
    } else
        now->path += kama_change(turned, bar, group) - kama_change(turned, bar - period, group);
    several_follow(now, at, value, several_kaufman_weight(value - kama_value(turned, bar - period, group), now->path));
}

/* Averages from bar `period` - 1 on, where each is the price itself; anything before. `turned` has room for 8 times
 * `bars`, and 64 more; of that as much is used as stays in the nearest cache. */
static inline void eight_kamas(
    const double *values, ptrdiff_t bars, ptrdiff_t period, ptrdiff_t block, double *out, double *turned)
{
    KamaRows all[GROUPS];
    several found[8 * GROUPS];
    ptrdiff_t next = period; /* where the path is added up anew */
    ptrdiff_t kept = period + 1, begin = 0;
    memset(all, 0, sizeof all);
    for (ptrdiff_t first = 0; first < bars; first += 8) {
        if (first - begin >= kept + KAMA_TILE) {
            memmove(turned, turned + 8 * (first - kept - begin), 8 * (size_t)kept * sizeof(double));
            begin = first - kept;
        }
        const double *at = turned - 8 * begin; /* the first bar */
        several_take(values + first, bars, bars - first, found);
        memcpy(turned + 8 * (first - begin), found, sizeof found);
        for (int i = 0; i < 8; i++) {
            int fresh = first + i == next;
            for (int group = 0; group < GROUPS && first + i >= period - 1; group++)
                if (first + i == period - 1)
                    several_follow(all + group, i, kama_value(at, first + i, group), several_all(1.0));
                else
                    several_kama(all + group, i, at, first + i, group, period, fresh);
            next += fresh ? block : 0;
        }
        for (int group = 0; group < GROUPS; group++) {
            KamaRows *now = all + group;
            for (int i = 0; i < 8; i++)
                found[i * GROUPS + group] = now->averages[4 + i];
            memcpy(now->two, now->two + 8, 2 * sizeof(several));
            memcpy(now->two_kept, now->two_kept + 8, 2 * sizeof(several));
            memcpy(now->averages, now->averages + 8, 4 * sizeof(several));
        }
        several_give(found, out + first, bars, bars - first);
    }
}

#endif
