/* Writing large results past the caches: memory that is filled wholly need not be fetched first. */
#ifndef CHITTI_STREAM_OUT_H
#define CHITTI_STREAM_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define CHITTI_STREAMED 64 /* bytes at once */
#define CHITTI_STREAM(to, from) _mm512_stream_si512((void *)(to), _mm512_loadu_si512((const void *)(from)))
#elif defined(__AVX__)
#include <immintrin.h>
#define CHITTI_STREAMED 32
#define CHITTI_STREAM(to, from) _mm256_stream_si256((__m256i *)(to), _mm256_loadu_si256((const __m256i *)(from)))
#endif

/* Eight values, past the caches where `out` begins a line of them. */
static inline void chitti_stream_eight(const double *values, double *out)
{
#ifdef CHITTI_STREAMED
    if ((uintptr_t)out % 64 == 0) {
        for (int i = 0; i < 64; i += CHITTI_STREAMED)
            CHITTI_STREAM((char *)out + i, (const char *)values + i);
        return;
    }
#endif
    memcpy(out, values, 8 * sizeof *out);
}

/* Nothing reads `out` before `chitti_stream_end`. */
static inline void chitti_stream_out(const void *values, size_t bytes, void *out)
{
    const char *from = values;
    char *to = out;
#ifdef CHITTI_STREAMED
    size_t head = -(uintptr_t)to % 64;
    if (head > bytes)
        head = bytes;
    memcpy(to, from, head);
    from += head;
    to += head;
    for (bytes -= head; bytes >= CHITTI_STREAMED; bytes -= CHITTI_STREAMED) {
        CHITTI_STREAM(to, from);
        from += CHITTI_STREAMED;
        to += CHITTI_STREAMED;
    }
#endif
    memcpy(to, from, bytes);
}

/* Orders what was written so before whatever says that it is there. */
static inline void chitti_stream_end(void)
{
#ifdef CHITTI_STREAMED
    _mm_sfence();
#endif
}

#endif
