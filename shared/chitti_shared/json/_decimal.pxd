from libc.stdint cimport uint64_t

cdef extern from "_quick.h":
    pass

cdef extern from *:
    """
    #if defined(__AVX2__)
    #include <immintrin.h>
    #endif
    #include <charconv>
    #include <cmath>
    #include <cstddef>
    #include <cstdint>
    #include <cstdio>
    #include <cstdlib>
    #include <cstring>

    /* Doubles as decimal text: the fewest digits that read back as the same bits, and of these
       the nearest. A block of values goes through one short loop after another, so that the
       compiler turns loops into vector code and the processor overlaps neighbours.

       Short: v * 10^7 rounds to n, n / 10^7 (one correctly rounded division) is v again, and n
       has at most 15 digits. No other decimal of 15 digits reads back as v, so n without its
       trailing zeros is the answer. Prices are like that.

       Long, in the words of Giulietti's "The Schubfach way to render doubles": v = c * 2^q is
       scaled by 10^-k, so that neighbours are u apart, 1 <= u < 10. At most one multiple of ten
       is within u/2 of it: that is the answer, else the nearest integer. The scaled value is
       known to 2^-60; where a comparison comes that close to a tie, and for powers of two (whose
       neighbours are not equally far) and subnormals, the C++ library is asked.

       Quick: the same for usual magnitudes, where the scaling is exact in two doubles; `_quick.h`. */
    enum { CHITTI_BLOCK = 16, CHITTI_LEAST_POWER = -292, CHITTI_MOST_POWER = 324 };

    #if defined(__SIZEOF_INT128__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    #define CHITTI_BLOCKS 1
    #else
    #define CHITTI_BLOCKS 0
    #endif
    #define CHITTI_ZEROS 0x3030303030303030ULL
    #define CHITTI_TIE 1e-13  /* nearer to one, the digits are the library's */

    typedef std::uint64_t chitti_u64;

    /* ten: the first 128 bits of 10^e, cut off */
    static chitti_u64 chitti_tens[CHITTI_MOST_POWER - CHITTI_LEAST_POWER + 1][2];

    static void chitti_set_power(int exponent, chitti_u64 high, chitti_u64 low) noexcept {
        chitti_tens[exponent - CHITTI_LEAST_POWER][0] = high;
        chitti_tens[exponent - CHITTI_LEAST_POWER][1] = low;
    }

    /* How to scale the doubles of one binary exponent. */
    struct ChittiScale {
        chitti_u64 high, low;  /* 10^-k */
        int shift;             /* of c, so that the product's highest 64 bits are whole */
        int before;            /* digits before the point, were there 17 in all */
    };
    static ChittiScale chitti_scales[2048];

    static void chitti_prepare() noexcept {
        for (int biased = 0; biased < 2048; ++biased) {
            int q = (biased == 0 || biased == 2047 ? 1023 : biased) - 1075;
            int k = (q * 315653) >> 20;  /* floor(log10 2^q) */
            ChittiScale* to = &chitti_scales[biased];
            to->high = chitti_tens[-k - CHITTI_LEAST_POWER][0];
            to->low = chitti_tens[-k - CHITTI_LEAST_POWER][1];
            to->shift = q + ((-k * 217707) >> 16) + 1;  /* floor(log2 10^-k); the shift is 1 to 4 */
            to->before = k + 17;
    #if CHITTI_QUICK
            chitti_set_quick_scale(biased, -k);
    #endif
        }
    }

    /* Four digits, one to a byte, the most significant lowest. */
    static inline std::uint32_t chitti_four_digits(std::uint32_t x) noexcept {
        std::uint32_t y = (x * 10486) >> 20;
        x = y | (x - y * 100) << 16;
        y = ((x * 103) >> 10) & 0x000F000F;
        return y | (x - y * 10) << 8;
    }

    static char* chitti_layout(char* out, const char* digits, int significant, int before) noexcept {
        if (0 < before && before <= 16) {  /* 1234.5, 1234.0 */
            std::memcpy(out, digits, static_cast<std::size_t>(before));
            out += before;
            *out++ = '.';
            int after = significant > before ? significant - before : 1;
            std::memcpy(out, digits + before, static_cast<std::size_t>(after));
            return out + after;
        }
        if (-5 < before && before <= 0) {  /* 0.00012 */
            std::memcpy(out, "0.0000", 6);
            out += 2 - before;
            std::memcpy(out, digits, 17);
            return out + significant;
        }
        *out++ = digits[0];
        if (significant > 1) {
            *out++ = '.';
            std::memcpy(out, digits + 1, 16);
            out += significant - 1;
        }
        int exponent = before - 1;
        *out++ = 'e';
        *out++ = exponent < 0 ? '-' : '+';
        exponent = exponent < 0 ? -exponent : exponent;
        if (exponent >= 100) *out++ = static_cast<char>('0' + exponent / 100);
        if (exponent >= 10) *out++ = static_cast<char>('0' + exponent / 10 % 10);
        *out++ = static_cast<char>('0' + exponent % 10);
        return out;
    }

    /* Any finite double, by the library's digits. */
    static char* chitti_print_one(char* out, double value) noexcept {
        char text[40];
        char digits[17];
        if (std::signbit(value)) *out++ = '-';
        value = std::fabs(value);
    #if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
        *std::to_chars(text, text + 32, value, std::chars_format::scientific).ptr = 0;
    #else
        for (int behind = 0; behind < 17; ++behind) {
            std::snprintf(text, sizeof text, "%.*e", behind, value);
            if (std::strtod(text, nullptr) == value) break;
        }
    #endif
        const char* at = text;
        int count = 0;
        for (; *at != 'e'; ++at) {
            if ('0' <= *at && *at <= '9') digits[count++] = *at;  /* else the locale's point */
        }
        int significant = 1;
        for (int i = 0; i < count; ++i) significant = digits[i] == '0' ? significant : i + 1;
        std::memset(digits + count, '0', static_cast<std::size_t>(17 - count));
        return chitti_layout(out, digits, significant, value == 0.0 ? 1 : std::atoi(at + 1) + 1);
    }

    /* Any double and a comma; nullptr for an infinity. */
    static char* chitti_print_odd(char* out, double value) noexcept {
        if (std::fabs(value) == HUGE_VAL) return nullptr;
        if (value != value) {
            std::memcpy(out, "null", 4);
            out += 4;
        } else {
            out = chitti_print_one(out, value);
        }
        *out++ = ',';
        return out;
    }

    #if CHITTI_BLOCKS
    struct ChittiBlock {
        chitti_u64 whole[CHITTI_BLOCK], part[CHITTI_BLOCK], half[CHITTI_BLOCK];
        std::uint32_t four[CHITTI_BLOCK * 4];  /* 16 digits, four by four */
        /* eight zeros, 17 digits of which the first may be a zero, seven zeros; one more is read past the last */
        alignas(32) unsigned char text[CHITTI_BLOCK + 1][32];
        double ties[CHITTI_BLOCK];             /* how near to a tie the digits were chosen */
    };

    static inline void chitti_digits(ChittiBlock* b) noexcept {
        for (int i = 0; i < CHITTI_BLOCK * 4; ++i) b->four[i] = chitti_four_digits(b->four[i]);
    }

    /* Whether all values are short, below 10^8 and not so small as to need an exponent; then the
       block has their digits: eight before the point, eight behind it. */
    static inline bool chitti_short(ChittiBlock* b, const double* values) noexcept {
        const double to_integer = 4503599627370496.0;  /* 2^52: no bits behind the point */
        bool all = true;
        for (int i = 0; i < CHITTI_BLOCK; ++i) {
            double value = std::fabs(values[i]);
            double n = value * 1e7 + to_integer - to_integer;
            all &= (n / 1e7 == value) & (value < 1e8) & ((value >= 1e-5) | (value == 0.0));
        }
        if (!all) return false;
        for (int i = 0; i < CHITTI_BLOCK; ++i) {
            double value = std::fabs(values[i]);
            int before = static_cast<int>(value);
            double n = value * 1e7 + to_integer - to_integer;
            int behind = static_cast<int>(n - static_cast<double>(before) * 1e7) * 10;
            b->whole[i] = static_cast<chitti_u64>(before);
            b->part[i] = static_cast<chitti_u64>(behind);
        }
        for (int i = 0; i < CHITTI_BLOCK; ++i) {
            std::uint32_t before = static_cast<std::uint32_t>(b->whole[i]);
            std::uint32_t behind = static_cast<std::uint32_t>(b->part[i]);
            b->four[4 * i] = before / 10000;
            b->four[4 * i + 1] = before % 10000;
            b->four[4 * i + 2] = behind / 10000;
            b->four[4 * i + 3] = behind % 10000;
        }
        chitti_digits(b);
        return true;
    }

    static inline char* chitti_print_short(char* out, const ChittiBlock* b, const double* values, int count) noexcept {
        for (int i = 0; i < count; ++i) {
            chitti_u64 before, behind;
            std::memcpy(&before, b->four + 4 * i, 8);
            std::memcpy(&behind, b->four + 4 * i + 2, 8);
            int leading = __builtin_ctzll(before | 1ULL << 56) & ~7;  /* bits of zeros; one digit stays */
            int trailing = __builtin_clzll(behind | 1) & ~7;          /* the same at the end */
            before = (before | CHITTI_ZEROS) >> leading;
            behind |= CHITTI_ZEROS;
            *out = '-';
            out += std::signbit(values[i]);
            std::memcpy(out, &before, 8);
            out += 8 - (leading >> 3);
            *out = '.';
            std::memcpy(out + 1, &behind, 8);
            out += 9 - (trailing >> 3);
            *out++ = ',';
        }
        return out;
    }

    /* The block gets the digits of all but the odd values. */
    static inline void chitti_long(ChittiBlock* b, const double* values) noexcept {
        std::uint32_t odd[CHITTI_BLOCK];
        for (int i = 0; i < CHITTI_BLOCK; ++i) {
            chitti_u64 bits;
            std::memcpy(&bits, values + i, 8);
            unsigned biased = static_cast<unsigned>(bits >> 52) & 2047;
            chitti_u64 c = bits & 0xFFFFFFFFFFFFFULL;
            odd[i] = (c == 0) | (biased - 1 >= 2046);
            const ChittiScale* scale = &chitti_scales[biased];
            c = (c | 1ULL << 52) << scale->shift;
            unsigned __int128 product = static_cast<unsigned __int128>(c) * scale->high
                + static_cast<chitti_u64>((static_cast<unsigned __int128>(c) * scale->low) >> 64);
            b->whole[i] = static_cast<chitti_u64>(product >> 64);
            b->part[i] = static_cast<chitti_u64>(product);
            b->half[i] = scale->high >> (5 - scale->shift);  /* u / 2, 60 bits behind the point */
        }
        std::uint32_t last[CHITTI_BLOCK];
        for (int i = 0; i < CHITTI_BLOCK; ++i) {
            chitti_u64 half = b->half[i];
            chitti_u64 tens = b->whole[i] / 10;
            chitti_u64 digit = b->whole[i] - tens * 10;
            /* from the multiple of ten below, and to the one above; true distances from below are
               less than 2 longer, half is less than 2 larger */
            chitti_u64 above = digit << 60 | b->part[i] >> 4;
            chitti_u64 below = (10ULL << 60) - above;
            odd[i] |= (above - half + 2 <= 4) | (below - half + 3 <= 6) | (b->part[i] - (1ULL << 63) + 2 <= 2);
            bool up = below < half;
            tens += up;
            last[i] = up | (above < half) ? 0 : static_cast<std::uint32_t>(digit + (b->part[i] >> 63));
            chitti_u64 high = tens / 100000000;
            chitti_u64 low = tens - high * 100000000;
            chitti_u64 first = (high * 109951163) >> 40;  /* high / 10000 */
            chitti_u64 third = (low * 109951163) >> 40;
            b->four[4 * i] = static_cast<std::uint32_t>(first);
            b->four[4 * i + 1] = static_cast<std::uint32_t>(high - first * 10000);
            b->four[4 * i + 2] = static_cast<std::uint32_t>(third);
            b->four[4 * i + 3] = static_cast<std::uint32_t>(low - third * 10000);
        }
        chitti_digits(b);
        for (int i = 0; i < CHITTI_BLOCK; ++i) {
            chitti_u64 front, back;
            std::memcpy(&front, b->four + 4 * i, 8);
            std::memcpy(&back, b->four + 4 * i + 2, 8);
            front |= CHITTI_ZEROS;
            back |= CHITTI_ZEROS;
            std::memcpy(b->text[i] + 8, &front, 8);
            std::memcpy(b->text[i] + 16, &back, 8);
            b->text[i][24] = static_cast<unsigned char>('0' + last[i]);
            b->ties[i] = odd[i] ? 0.0 : 1.0;
        }
    }

    /* How many of the block's 17 digits there are without zeros at the end. */
    static inline int chitti_significant(const unsigned char* text) noexcept {
    #if defined(__AVX2__)
        __m256i zeros = _mm256_cmpeq_epi8(_mm256_load_si256((const __m256i*)text), _mm256_set1_epi8('0'));
        return 24 - __builtin_clz(~static_cast<unsigned>(_mm256_movemask_epi8(zeros)));
    #else
        chitti_u64 front, back;
        std::memcpy(&front, text + 8, 8);
        std::memcpy(&back, text + 16, 8);
        front ^= CHITTI_ZEROS;
        back ^= CHITTI_ZEROS;
        int significant = back ? 16 - (__builtin_clzll(back) >> 3) : 8 - (__builtin_clzll(front) >> 3);
        return text[24] != '0' ? 17 : significant;
    #endif
    }

    static inline char* chitti_print_long(char* out, const ChittiBlock* b, const double* values, int count) noexcept {
        for (int i = 0; i < count; ++i) {
            if (__builtin_expect(b->ties[i] < CHITTI_TIE, 0)) {
                out = chitti_print_odd(out, values[i]);
                if (out == nullptr) return nullptr;
                continue;
            }
            chitti_u64 bits;
            std::memcpy(&bits, values + i, 8);
            const unsigned char* digits = b->text[i] + 8;
            int skipped = *digits == '0';
            int before = chitti_scales[bits >> 52 & 2047].before - skipped;
            if (before < 1 && before > -5) {  /* 0.0123: some of the zeros in front too */
                skipped += before - 1;
                before = 1;
            }
            int significant = chitti_significant(b->text[i]) - skipped;
            digits += skipped;
            *out = '-';
            out += bits >> 63;
            if (__builtin_expect(static_cast<unsigned>(before - 1) < 16, 1)) {
                std::memcpy(out, digits, 16);
                out[before] = '.';
                std::memcpy(out + before + 1, digits + before, 24);
                out += significant > before ? significant + 1 : before + 2;
            } else {
                out = chitti_layout(out, reinterpret_cast<const char*>(digits), significant, before);
            }
            *out++ = ',';
        }
        return out;
    }
    #endif

    /* `[1.5,null]` at `out`, which has room for 25 bytes a value and 32 more; returns its end,
       or nullptr if a value is infinite. */
    static char* chitti_print_floats(char* out, const double* values, std::ptrdiff_t size) noexcept {
        *out++ = '[';
    #if CHITTI_BLOCKS
        ChittiBlock block;
        std::memset(block.text, '0', sizeof block.text);
        double rest[CHITTI_BLOCK] = {};
        int long_ones = 0;  /* blocks since one was tried as a short one */
        for (; size > 0 && out != nullptr; values += CHITTI_BLOCK, size -= CHITTI_BLOCK) {
            const double* from = values;
            int count = size < CHITTI_BLOCK ? static_cast<int>(size) : CHITTI_BLOCK;
            if (count < CHITTI_BLOCK) {
                std::memcpy(rest, from, sizeof(double) * static_cast<std::size_t>(count));
                from = rest;
            }
            if (long_ones % 8 == 0 && chitti_short(&block, from)) {
                out = chitti_print_short(out, &block, from, count);
            } else {
                ++long_ones;
    #if CHITTI_QUICK
                if (!chitti_quick(from, block.text, block.ties))
    #endif
                    chitti_long(&block, from);
                out = chitti_print_long(out, &block, from, count);
            }
        }
    #else
        for (; size > 0 && out != nullptr; ++values, --size) out = chitti_print_odd(out, *values);
    #endif
        if (out == nullptr) return nullptr;
        out -= out[-1] == ',';
        *out++ = ']';
        return out;
    }
    """
    enum:
        LEAST_POWER "CHITTI_LEAST_POWER"
        MOST_POWER "CHITTI_MOST_POWER"
    void set_power "chitti_set_power"(int exponent, uint64_t high, uint64_t low) noexcept
    void prepare_powers "chitti_prepare"() noexcept
    char* print_floats "chitti_print_floats"(char* out, const double* values, Py_ssize_t size) noexcept nogil
