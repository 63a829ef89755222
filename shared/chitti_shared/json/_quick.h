/* Sixteen doubles as decimal digits, for values whose scale 10^-k is a double itself (k from -22 to 0, values from
 * 5e-7 to 9e15).
 *
 * The way is that of the long one in `_decimal.pxd`. There the scaled value is a product of integers; here it is the
 * exact sum of two doubles, a product rounded and what the rounding lost, and one short loop after another takes its
 * digits from there, which the compiler turns into vector code as it cannot do with wide integers.
 */
#ifndef CHITTI_QUICK_H
#define CHITTI_QUICK_H

#if defined(__FP_FAST_FMA) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define CHITTI_QUICK 1
#include <cmath>
#include <cstdint>
#include <cstring>

/* The scale of each binary exponent; 0: it is no double. */
static double chitti_quick_scales[2048];

static void chitti_set_quick_scale(int biased, int power) noexcept {
    double ten = 1.0; /* exact up to 10^22 */
    for (int i = 0; i < power && i <= 22; ++i) ten *= 10.0;
    bool fits = biased != 0 && biased != 2047 && 0 <= power && power <= 22;
    chitti_quick_scales[biased] = fits ? ten : 0.0;
}

static inline std::int64_t chitti_bits(double value) noexcept {
    std::int64_t bits;
    std::memcpy(&bits, &value, 8);
    return bits;
}

static inline double chitti_double(std::int64_t bits) noexcept {
    double value;
    std::memcpy(&value, &bits, 8);
    return value;
}

/* An integer below 2^52 in a double, as an integer. */
static inline std::int64_t chitti_whole(double value) noexcept {
    return chitti_bits(value + 4503599627370496.0) - chitti_bits(4503599627370496.0);
}

/* 10^4 a + b: a in the lower half, b in the upper one. */
static inline std::int64_t chitti_halves(double eight) noexcept {
    const double shift = 4294967296.0;
    return chitti_whole(__builtin_fma(__builtin_floor(eight * 1e-4), 1.0 - 1e4 * shift, eight * shift));
}

/* 64 numbers below 10^4, one to 32 bits, as four characters each, the first digit lowest. */
static inline void chitti_characters(std::uint16_t* __restrict fours) noexcept {
    std::uint16_t hundreds[128];
    for (int i = 0; i < 128; ++i) {
        hundreds[i] = static_cast<std::uint16_t>(static_cast<std::uint16_t>((fours[i] * 5243u) >> 16) >> 3);
        fours[i] = static_cast<std::uint16_t>(fours[i] - hundreds[i] * 100u);
    }
    for (int i = 0; i < 64; ++i) {
        std::uint32_t first, second;
        std::memcpy(&first, hundreds + 2 * i, 4);
        std::memcpy(&second, fours + 2 * i, 4);
        first |= second << 16;
        std::memcpy(fours + 2 * i, &first, 4);
    }
    for (int i = 0; i < 128; ++i) {
        std::uint16_t tens = static_cast<std::uint16_t>(static_cast<std::uint16_t>(fours[i] * 103u) >> 10);
        fours[i] = static_cast<std::uint16_t>(tens | static_cast<std::uint16_t>((fours[i] - tens * 10u) << 8) | 0x3030u);
    }
}

/* The scales of 16 values; whether all have one. */
static inline bool chitti_scale(const double* values, double* scales) noexcept {
    std::int64_t least = chitti_bits(1.0);
    for (int i = 0; i < 16; ++i) scales[i] = chitti_quick_scales[chitti_bits(values[i]) >> 52 & 2047];
    for (int i = 0; i < 16; ++i) least = chitti_bits(scales[i]) < least ? chitti_bits(scales[i]) : least;
    return least != 0;
}

/* Whether 16 values all have scales. Then `text` has the 17 digits of each behind eight characters and with zeros
   behind them, and `ties` says how far from the next tie the choice of the last ones was. */
static inline bool chitti_quick(
    const double* __restrict values, unsigned char (*__restrict text)[32], double* __restrict ties
) noexcept {
    double scales[16], tens[16], above[16];
    std::int64_t fours[32], last[16];
    if (!chitti_scale(values, scales)) return false;
    for (int i = 0; i < 16; ++i) {
        double value = std::fabs(values[i]);
        double high = value * scales[i];
        double low = __builtin_fma(value, scales[i], -high);
        tens[i] = __builtin_floor(high * 0.1);  /* up to two too large or small */
        above[i] = __builtin_fma(-10.0, tens[i], high) + low;
    }
    for (int i = 0; i < 16; ++i) {
        std::int64_t exponent = chitti_bits(values[i]) & 0x7FF0000000000000LL;
        double half = chitti_double(exponent - (53LL << 52)) * scales[i];  /* to the middle between neighbours */
        double missed = __builtin_floor(above[i] * 0.1);
        double over = above[i] - missed * 10.0;
        double under = 10.0 - over;
        double nearest = __builtin_floor(over + 0.5);
        double tie = std::fabs(over - half), other = std::fabs(under - half);
        tie = tie < other ? tie : other;
        other = 0.5 - std::fabs(over - nearest);
        tie = tie < other ? tie : other;
        ties[i] = std::fabs(values[i]) == chitti_double(exponent) ? 0.0 : tie;
        tens[i] += missed + (under < half ? 1.0 : 0.0);
        last[i] = chitti_whole((under < over ? under : over) < half ? 0.0 : nearest) + 0x3030303030303030LL;
    }
    for (int i = 0; i < 16; ++i) {
        double front = __builtin_floor(tens[i] * 1e-8);
        fours[2 * i] = chitti_halves(front);
        fours[2 * i + 1] = chitti_halves(__builtin_fma(front, -1e8, tens[i]));
    }
    std::uint16_t characters[128];
    std::memcpy(characters, fours, sizeof fours);
    chitti_characters(characters);
    for (int i = 0; i < 16; ++i) {
        std::memcpy(text[i] + 8, characters + 8 * i, 16);
        std::memcpy(text[i] + 24, last + i, 8);
    }
    return true;
}
#else
#define CHITTI_QUICK 0
#endif

#endif
