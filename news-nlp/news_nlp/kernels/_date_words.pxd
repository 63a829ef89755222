"""The words of dates: months, weekdays, zones."""

cdef enum WordKind:
    MONTH_WORD              # value: 1..12
    WEEKDAY_WORD
    HALF_WORD               # value: -1 am, 1 pm
    ZONE_WORD               # value: minutes east of UTC
    FILLER_WORD             # `at`, `hrs`
    T_WORD
    OTHER_WORD

cdef struct DateWord:
    WordKind kind
    int value

cdef DateWord word_at(const unsigned char* text, int length) noexcept nogil
