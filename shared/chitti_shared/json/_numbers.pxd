from libc.stdint cimport uint64_t

cdef extern from *:
    """
    #include <charconv>
    #include <cmath>
    #include <cstddef>
    #include <cstdint>
    #include <cstdlib>
    #include <cstring>
    #include <string>
    #include <system_error>

    #if !(defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L)
    #include <clocale>
    #if defined(__APPLE__)
    #include <xlocale.h>
    #endif
    #endif

    /* Correctly rounded, whatever the process's locale says about decimal points.
       The caller has checked the grammar. Infinity for an overflow. */
    static inline double chitti_parse_double(const char* first, const char* last) noexcept {
    #if defined(__cpp_lib_to_chars) && __cpp_lib_to_chars >= 201611L
        double value = 0.0;
        std::from_chars_result result = std::from_chars(first, last, value);
        if (result.ec != std::errc::result_out_of_range) return value;
    #endif
        /* out of range says neither "too large" nor "too small", and leaves the value alone */
        char small[64];
        std::size_t length = static_cast<std::size_t>(last - first);
        char* text = length < sizeof small ? small : static_cast<char*>(std::malloc(length + 1));
        if (text == nullptr) return HUGE_VAL;
        std::memcpy(text, first, length);
        text[length] = 0;
        static locale_t plain = newlocale(LC_ALL_MASK, "C", static_cast<locale_t>(0));
        double parsed = strtod_l(text, nullptr, plain);
        if (text != small) std::free(text);
        return parsed;
    }

    static const double chitti_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                           1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    #define CHITTI_EVERY(byte) (0x0101010101010101ULL * (byte))

    /* Eight bytes with the digits' ASCII zeros taken off, and their high bits: is it a digit?
       Behind a byte that is not ASCII the answer may be wrong, but nothing is read there. */
    static inline std::uint64_t chitti_take_eight(const unsigned char* at, std::uint64_t* odd) noexcept {
        std::uint64_t digits;
        std::memcpy(&digits, at, 8);
        digits ^= CHITTI_EVERY('0');
        *odd = ((digits + CHITTI_EVERY(0x80 - 10)) | digits) & CHITTI_EVERY(0x80);
        return digits;
    }

    /* Value of the lowest `count` (1 to 8) bytes, digits from the most significant on: moved
       up, so that zeros lead, then joined to pairs, fours and eights. */
    static inline std::uint64_t chitti_value_of(std::uint64_t digits, int count) noexcept {
        digits <<= 64 - 8 * count;
        digits = digits * 10 + (digits >> 8);
        std::uint64_t outer = (digits & 0x000000FF000000FFULL) * (100 + (1000000ULL << 32));
        std::uint64_t inner = ((digits >> 16) & 0x000000FF000000FFULL) * (1 + (10000ULL << 32));
        return (outer + inner) >> 32;
    }

    /* mantissa / 10^part, correctly rounded; 0 <= part <= 19. */
    static inline double chitti_quotient(std::uint64_t mantissa, int part) noexcept {
        /* both operands are exact, so the one operation rounds correctly (Clinger 1990) */
        if (mantissa < (1ULL << 53)) return static_cast<double>(static_cast<std::int64_t>(mantissa)) / chitti_powers[part];
    #ifdef __SIZEOF_INT128__
        /* 63 or 64 bits of the quotient, the lowest set if more follow: converted, they round as all would */
        std::uint64_t divisor = static_cast<std::uint64_t>(chitti_powers[part]);
        int up = __builtin_clzll(mantissa), lift = __builtin_clzll(divisor);
        divisor <<= lift;
        unsigned __int128 dividend = static_cast<unsigned __int128>(mantissa << up) << 63;
        std::uint64_t quotient = static_cast<std::uint64_t>(dividend / divisor);
        quotient |= static_cast<std::uint64_t>(dividend) != quotient * divisor;
        return std::ldexp(static_cast<double>(quotient), lift - up - 63);
    #else
        return NAN;
    #endif
    }

    /* Digits from `at` on join `mantissa`, of which there are `count`; returns what is behind
       them. More than 19 in all don't fit, and reading stops soon after. */
    static inline const unsigned char* chitti_read_digits(
        const unsigned char* at, std::uint64_t* mantissa, int* count
    ) noexcept {
        while (*count <= 19) {
            std::uint64_t odd;
            std::uint64_t digits = chitti_take_eight(at, &odd);
            int more = odd ? __builtin_ctzll(odd) >> 3 : 8;
            if (more == 0) return at;
            *mantissa = *mantissa * static_cast<std::uint64_t>(chitti_powers[more]) + chitti_value_of(digits, more);
            *count += more;
            at += more;
            if (more < 8) return at;
        }
        return at;
    }

    /* A number of up to 19 digits and no exponent; returns its end, or nullptr if it is another. */
    static const unsigned char* chitti_read_wide(const unsigned char* at, double* value) noexcept {
        std::uint64_t mantissa = 0;
        int count = 0, part = 0;
        const unsigned char* end = chitti_read_digits(at, &mantissa, &count);
        if (count == 0 || (count > 1 && *at == '0')) return nullptr;
        if (*end == '.') {
            part = -count;
            end = chitti_read_digits(end + 1, &mantissa, &count);
            part += count;
            if (part == 0) return nullptr;
        }
        if (count > 19) return nullptr;
        *value = chitti_quotient(mantissa, part);
        return *value == *value ? end : nullptr;
    }

    /* Numbers, each with a comma behind it and perhaps a space, into `out`: as many as stand at
       `*from` in plain form, up to `room`. `*from` moves behind them. The rest is for the
       general way, which also judges what is wrong. */
    static std::ptrdiff_t chitti_read_plain(
        const unsigned char** from, const unsigned char* end, double* out, std::ptrdiff_t room
    ) noexcept {
        std::ptrdiff_t count = 0;
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        const unsigned char* at = *from;
        for (; count < room && end - at >= 64; ++count) {
            /* branches, not arithmetic: a predicted one does not delay the next number's load */
            bool negative = *at == '-';
            const unsigned char* first = at;
            if (__builtin_expect(negative, 0)) ++first;
            std::uint64_t odd;
            std::uint64_t digits = chitti_take_eight(first, &odd);
            std::uint64_t later = odd & (odd - 1);
            int whole = __builtin_ctzll(odd | 1ULL << 63) >> 3;
            const unsigned char* behind;
            double value;
            if (later != 0 && first[whole] == '.' && whole != 0 && (whole == 1 || *first != '0')) {
                /* `1234.5,`: all in one word; close the gap */
                int size = __builtin_ctzll(later) >> 3;
                int part = size - whole - 1;
                if (part == 0) break;
                std::uint64_t before = (1ULL << (8 * whole)) - 1;
                digits = chitti_value_of((digits & before) | ((digits >> 8) & ~before), size - 1);
                value = static_cast<double>(static_cast<std::int64_t>(digits)) / chitti_powers[part];
                behind = first + size;
            } else {
                behind = chitti_read_wide(first, &value);
                if (behind == nullptr) break;
            }
            if (*behind != ',') break;
            out[count] = negative ? -value : value;
            at = behind + 1;
            if (__builtin_expect(*at == ' ', 0)) ++at;
        }
        *from = at;
    #endif
        return count;
    }
    """
    double parse_double "chitti_parse_double"(const char* first, const char* last) noexcept nogil
    Py_ssize_t read_plain "chitti_read_plain"(
        const unsigned char** start, const unsigned char* end, double* out, Py_ssize_t room
    ) noexcept nogil
    const double POWERS "chitti_powers"[23]
