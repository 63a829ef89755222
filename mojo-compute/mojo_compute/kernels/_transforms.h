/* Functions of one number over an array, several numbers at a time where the C library can.
 *
 * glibc's libmvec has vector forms of the functions of math.h, within 4 units in the last place of them. They
 * are looked up when the module is imported: where there are none, math.h computes. A vector form gives a number
 * the same result whichever numbers are beside it, so a series, a part of it and a stream have the same bits.
 */
#ifndef CHITTI_TRANSFORMS_H
#define CHITTI_TRANSFORMS_H

#include <math.h>
#include <stddef.h>
#include <string.h>

#if defined(__linux__) && defined(__GLIBC__) && (defined(__AVX512F__) || defined(__AVX2__))
#include <dlfcn.h>
#define CHITTI_HAS_VECTORS 1
#ifdef __AVX512F__
#define CHITTI_WIDTH 8
#define CHITTI_VECTOR_NAME(name) "_ZGVeN8v_" #name
#else
#define CHITTI_WIDTH 4
#define CHITTI_VECTOR_NAME(name) "_ZGVdN4v_" #name
#endif
typedef double chitti_vector __attribute__((vector_size(8 * CHITTI_WIDTH)));
typedef chitti_vector (*chitti_vector_function)(chitti_vector);

static inline void *chitti_vector_library(void) {
    static void *library;
    if (library == NULL)
        library = dlopen("libmvec.so.1", RTLD_NOW);
    return library;
}
#else
#define CHITTI_HAS_VECTORS 0
typedef void (*chitti_vector_function)(void);
#endif

#if CHITTI_HAS_VECTORS
typedef long long chitti_choice __attribute__((vector_size(8 * CHITTI_WIDTH)));

/* NaN beyond -limit and limit: the vector forms answer that too, but one number at a time. */
static inline chitti_vector chitti_within(chitti_vector_function vectors, chitti_vector part, double limit) {
    chitti_choice outside = (part > limit) | (part < -limit);
    chitti_vector found = vectors((chitti_vector)((chitti_choice)part & ~outside));
    return (chitti_vector)((chitti_choice)found | outside);
}
#endif

static inline void chitti_fill(
    chitti_vector_function vectors, double (*one)(double), double limit, const double *values, double *out,
    Py_ssize_t count) {
    Py_ssize_t i = 0;
#if CHITTI_HAS_VECTORS
    if (vectors != NULL) {
        chitti_vector part;
        for (; i + CHITTI_WIDTH <= count; i += CHITTI_WIDTH) {
            memcpy(&part, values + i, sizeof part);
            part = chitti_within(vectors, part, limit);
            memcpy(out + i, &part, sizeof part);
        }
        if (i < count) {
            for (int lane = 0; lane < CHITTI_WIDTH; lane++)
                part[lane] = 0.5; /* behind the last number stands one that every function takes */
            memcpy(&part, values + i, (size_t)(count - i) * sizeof(double));
            part = chitti_within(vectors, part, limit);
            memcpy(out + i, &part, (size_t)(count - i) * sizeof(double));
        }
        return;
    }
#endif
    for (; i < count; i++)
        out[i] = one(values[i]);
}

/* A series kernel and the feed of a stream; `limit`: the greatest number of the domain, which is even. */
#define CHITTI_TRANSFORM(name, limit)                                                                                \
    static chitti_vector_function chitti_##name##_vectors;                                                           \
    static inline void name##_series(                                                                                \
        const double *const *inputs, const double *parameters, double *const *outputs, Py_ssize_t bars,              \
        double *scratch) {                                                                                           \
        (void)parameters, (void)scratch;                                                                             \
        chitti_fill(chitti_##name##_vectors, name, limit, inputs[0], outputs[0], bars);                              \
    }                                                                                                                \
    static inline void name##_feed(void *state, const double *bar, double *values) {                                 \
        (void)state;                                                                                                 \
        chitti_fill(chitti_##name##_vectors, name, limit, bar, values, 1);                                           \
    }

CHITTI_TRANSFORM(acos, 1.0)
CHITTI_TRANSFORM(asin, 1.0)
CHITTI_TRANSFORM(atan, INFINITY)
CHITTI_TRANSFORM(cos, INFINITY)
CHITTI_TRANSFORM(cosh, INFINITY)
CHITTI_TRANSFORM(exp, INFINITY)
CHITTI_TRANSFORM(log, INFINITY)
CHITTI_TRANSFORM(log10, INFINITY)
CHITTI_TRANSFORM(sin, INFINITY)
CHITTI_TRANSFORM(sinh, INFINITY)
CHITTI_TRANSFORM(tan, INFINITY)
CHITTI_TRANSFORM(tanh, INFINITY)

/* Whether there are vector forms; from here on they compute. */
static inline int find_vector_functions(void) {
#if CHITTI_HAS_VECTORS
    void *library = chitti_vector_library();
    if (library == NULL)
        return 0;
#define CHITTI_FIND(name) chitti_##name##_vectors = (chitti_vector_function)dlsym(library, CHITTI_VECTOR_NAME(name));
    CHITTI_FIND(acos)
    CHITTI_FIND(asin)
    CHITTI_FIND(atan)
    CHITTI_FIND(cos)
    CHITTI_FIND(cosh)
    CHITTI_FIND(exp)
    CHITTI_FIND(log)
    CHITTI_FIND(log10)
    CHITTI_FIND(sin)
    CHITTI_FIND(sinh)
    CHITTI_FIND(tan)
    CHITTI_FIND(tanh)
#undef CHITTI_FIND
    return 1;
#else
    return 0;
#endif
}

#endif
