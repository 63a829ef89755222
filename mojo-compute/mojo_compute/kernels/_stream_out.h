/* Writing large results past the caches: memory that is filled wholly need not be fetched first. */
#ifndef CHITTI_STREAM_OUT_H
#define CHITTI_STREAM_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define CHITTI_STREAMED 8 /* doubles at once */
#define CHITTI_STREAM(to, from) _mm512_stream_pd(to, _mm512_loadu_pd(from))
#elif defined(__AVX__)
#include <immintrin.h>
#define CHITTI_STREAMED 4
#define CHITTI_STREAM(to, from) _mm256_stream_pd(to, _mm256_loadu_pd(from))
#endif

/* Eight values, past the caches where `out` begins a line of them. */
static inline void chitti_stream_eight(const double *values, double *out)
{
#ifdef CHITTI_STREAMED
    if ((uintptr_t)out % 64 == 0) {
        for (int i = 0; i < 8; i += CHITTI_STREAMED)
            CHITTI_STREAM(out + i, values + i);
        return;
    }
#endif
    memcpy(out, values, 8 * sizeof *out);
}

/* `out` is aligned as doubles are; nothing reads it before `chitti_stream_end`. */
static inline void chitti_stream_out(const double *values, ptrdiff_t count, double *out)
{
#ifdef CHITTI_STREAMED
    while (count && (uintptr_t)out % 64) {
        *out++ = *values++;
        count--;
    }
    for (; count >= CHITTI_STREAMED; count -= CHITTI_STREAMED) {
        CHITTI_STREAM(out, values);
        values += CHITTI_STREAMED;
        out += CHITTI_STREAMED;
    }
#endif
    memcpy(out, values, (size_t)count * sizeof *out);
}

/* Orders what was written so before whatever says that it is there. */
static inline void chitti_stream_end(void)
{
#ifdef CHITTI_STREAMED
    _mm_sfence();
#endif
}

#endif
