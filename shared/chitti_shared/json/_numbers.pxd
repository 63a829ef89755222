from libc.stdint cimport uint64_t

cdef extern from *:
    """
    #include <charconv>
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
    """
    double parse_double "chitti_parse_double"(const char* first, const char* last) noexcept nogil
