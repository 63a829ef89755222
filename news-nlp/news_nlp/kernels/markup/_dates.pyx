"""Dates as feeds write them, to microseconds since 1970 in UTC.

A date is read token by token, so that order, separators and missing parts matter little: RFC 822
and its variants, ISO 8601 with its basic, ordinal and week forms, `Sep 30, 2025 6:21 PM IST`,
`30/09/2025 18:21`, `2025年9月30日`, seconds or milliseconds since 1970. What is no date in English is
read again with the words of other languages put into English. Where a date of numbers alone could be
either, the day comes first. A time without a zone is UTC, and so is one whose zone nobody knows.
"""
from cpython.datetime cimport datetime_new, get_utc, import_datetime
from libc.stdint cimport int64_t
from libc.string cimport memset

from news_nlp.kernels.markup._calendar cimport (
    FIRST_YEAR, LAST_YEAR, NO_DATE, Day, day_of, days_before, is_leap, month_days, within,
)
from news_nlp.kernels.markup._date_words cimport (
    HALF_WORD, MONTH_WORD, OTHER_WORD, T_WORD, WEEKDAY_WORD, ZONE_WORD, DateWord, digits_at, half_at,
    half_follows, is_digit, is_letter, number, word_at,
)
from news_nlp.kernels.markup._foreign_dates cimport ENGLISH_SIZE, moment_of_call, to_english

import_datetime()

cdef enum:
    LONGEST = 100
    MOST_WORDS = 12
    UNKNOWN = -1000000

cdef enum Kind:
    NOTHING
    NUMBER
    MONTH
    TIME
    HALF                    # am, pm
    ZONE

cdef struct Date:
    int year, month, day, hour, minute, second, micro
    int half                # -1 am, 1 pm, 0 neither
    int zone                # minutes east of UTC, or UNKNOWN
    bint timed
    bint iso                # year, month and day are known already
    bint of_year            # `day` counts from January 1st, and may lie beyond the year
    bint failed
    int count, words
    int[3] numbers
    int[3] digits
    Kind last

cdef Py_ssize_t read_time(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, int run, Date* date) noexcept nogil:
    """`18:21[:30[.125]]` or `18.21[.30]` from its hour on; where it ends."""
    cdef:
        int scale = 100000
        unsigned char mark = text[at + run]
    date.hour = number(text, at, run)
    at += run + 1
    run = digits_at(text, size, at)
    if run == 0 or run > 2:
        date.failed = True
        return size
    date.minute = number(text, at, run)
    at += run
    if at + 1 < size and text[at] == mark and is_digit(text[at + 1]):
        at += 1
        run = digits_at(text, size, at)
        if run > 2:
            date.failed = True
            return size
        date.second = number(text, at, run)
        at += run
    if at + 1 < size and (text[at] == c"." or text[at] == c"," or text[at] == c":") and is_digit(text[at + 1]):
        at += 1
        while at < size and is_digit(text[at]):
            date.micro += scale * (text[at] - c"0")
            scale //= 10
            at += 1
    date.timed, date.last = True, TIME
    return at


cdef Py_ssize_t read_basic_time(const unsigned char* text, Py_ssize_t at, int run, Date* date) noexcept nogil:
    """`18`, `1821`, `182130`."""
    date.hour = number(text, at, 2)
    date.minute = number(text, at + 2, 2) if run >= 4 else 0
    date.second = number(text, at + 4, 2) if run == 6 else 0
    date.timed, date.last = True, TIME
    return at + run


cdef inline bint named(const Date* date) noexcept nogil:
    """Whether the day is known, so that `10.20` behind it is a time."""
    return date.iso or date.count == 3 or (date.month != 0 and date.count == 2)


cdef Py_ssize_t read_number(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, Date* date) noexcept nogil:
    cdef int run = digits_at(text, size, at)
    cdef Py_ssize_t end = at + run
    cdef bint behind_t = at > 0 and (text[at - 1] | 32) == c"t"
    if not date.timed and run <= 2 and end < size and text[end] == c":":
        return read_time(text, size, at, run, date)
    if not date.timed and run <= 2 and end < size and text[end] == c"." and named(date) and digits_at(text, size, end + 1) == 2:
        return read_time(text, size, at, run, date)
    if not date.timed and date.iso and (run == 4 or run == 6 or (run == 2 and behind_t)):
        return read_basic_time(text, at, run, date)
    if not date.timed and run <= 2 and half_follows(text, size, end):
        date.hour = number(text, at, run)
        date.timed, date.last = True, TIME
        return end
    if run > 4 or date.iso or date.count == 3:
        date.failed = True
        return size
    date.numbers[date.count] = number(text, at, run)
    date.digits[date.count] = run
    date.count += 1
    date.last = NUMBER
    # 1st, 2nd, 3rd, 4th
    if end + 1 < size and is_letter(text[end]) and not (end + 2 < size and is_letter(text[end + 2])):
        if (text[end + 1] | 32) == c"t" or (text[end + 1] | 32) == c"d" or (text[end + 1] | 32) == c"h":
            end += 2
    return end


cdef Py_ssize_t read_offset(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, Date* date) noexcept nogil:
    """`+0530`, `+05:30`, `-4`; `at` is its sign."""
    cdef:
        int sign = -1 if text[at] == c"-" else 1
        int run = digits_at(text, size, at + 1)
        int hours, minutes = 0
    at += 1
    if run <= 2:
        hours = number(text, at, run)
        at += run
        if at + 2 < size and text[at] == c":" and digits_at(text, size, at + 1) >= 2:
            minutes = number(text, at + 1, 2)
            at += 3
    elif run <= 4:
        hours = number(text, at, run - 2)
        minutes = number(text, at + run - 2, 2)
        at += run
    else:
        date.failed = True
        return size
    if hours > 23 or minutes > 59:
        date.failed = True
    date.zone, date.last = sign * (hours * 60 + minutes), ZONE
    return at


cdef void take_word(DateWord word, int length, Date* date) noexcept nogil:
    if word.kind == MONTH_WORD:
        if date.month:
            date.failed = True
        date.month, date.last = word.value, MONTH
    elif word.kind == WEEKDAY_WORD:
        date.last = NOTHING
    elif word.kind == HALF_WORD:
        date.half, date.last = word.value, HALF
    elif word.kind == ZONE_WORD:
        if date.zone == UNKNOWN:
            date.zone, date.last = word.value, ZONE
    elif word.kind == OTHER_WORD or (word.kind == T_WORD and (date.timed or not named(date))):
        if date.timed and length <= 5:
            date.last = ZONE                   # nobody knows it: UTC
        elif date.zone == UNKNOWN:
            date.failed = True


cdef Py_ssize_t read_word(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, Date* date) noexcept nogil:
    cdef:
        Py_ssize_t start = at
        unsigned char[2] half
    date.words += 1
    if date.words > MOST_WORDS:
        date.failed = True
        return size
    while at < size and is_letter(text[at]):
        at += 1
    if at - start == 1 and at + 1 < size and text[at] == c"." and (text[at + 1] | 32) == c"m":
        half[0], half[1] = text[start], c"m"   # a.m.
        take_word(word_at(half, 2), 2, date)
        return at + 2
    take_word(word_at(text + start, <int>(at - start)), <int>(at - start), date)
    return at


cdef void read_tokens(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, Date* date) noexcept nogil:
    cdef:
        unsigned char ch
        int half
    while at < size and not date.failed:
        ch = text[at]
        if is_digit(ch):
            at = read_number(text, size, at, date)
        elif is_letter(ch):
            at = read_word(text, size, at, date)
        elif (ch == c"+" or ch == c"-") and date.last >= TIME and at + 1 < size and is_digit(text[at + 1]):
            at = read_offset(text, size, at, date)
        elif ch == c"(" and date.zone != UNKNOWN:
            while at < size and text[at] != c")":
                at += 1
        else:
            half = half_at(text + at, size - at) if ch >= 0x80 else 0
            if half:
                date.half = half
            at += 1


cdef inline void set_ordinal(int day, Date* date) noexcept nogil:
    date.day, date.of_year = day, True
    date.failed = not 1 <= day <= 365 + is_leap(date.year)


cdef Py_ssize_t read_iso_date(const unsigned char* text, Py_ssize_t size, Date* date) noexcept nogil:
    """Year first: `2025-09-30`, `20250930`, `2025-273`, `2025-W40-2`, `2025/9/30`, `2025-09`, `2025`; 0: it is not."""
    cdef:
        int run = digits_at(text, size, 0), part
        Py_ssize_t at = 4
    date.iso, date.year, date.month, date.day = True, number(text, 0, 4), 1, 1
    if run == 8:
        date.month, date.day = number(text, 4, 2), number(text, 6, 2)
        return 8
    if run == 7:
        set_ordinal(number(text, 4, 3), date)
        return 7
    if run != 4:
        return 0
    if at == size:
        return at
    if (text[at] | 32) == c"w" or (text[at] == c"-" and at + 1 < size and (text[at + 1] | 32) == c"w"):
        return read_week(text, size, at + 1 + (text[at] == c"-"), date)
    if text[at] != c"-" and text[at] != c"/" and text[at] != c".":
        return 0
    part = digits_at(text, size, at + 1)
    if part == 3:
        set_ordinal(number(text, at + 1, 3), date)
        return at + 4
    if part == 0 or part > 2:
        return 0
    date.month = number(text, at + 1, part)
    at += 1 + part
    if at < size and text[at] == text[4]:
        part = digits_at(text, size, at + 1)
        if part == 0 or part > 2:
            return 0
        date.day = number(text, at + 1, part)
        at += 1 + part
    return at


cdef Py_ssize_t read_week(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, Date* date) noexcept nogil:
    """`40-2` or `402` behind the W; the day becomes one of the year, which may lie outside of it."""
    cdef int run = digits_at(text, size, at), week, weekday = 1, first
    if run != 2 and run != 3:
        return 0
    week = number(text, at, 2)
    if run == 3:
        weekday = number(text, at + 2, 1)
    elif at + 3 < size and text[at + 2] == c"-" and digits_at(text, size, at + 3) == 1:
        weekday = number(text, at + 3, 1)
        run = 4
    if not (1 <= week <= 53 and 1 <= weekday <= 7):
        return 0
    # the week of January 4th is the first; 1970-01-01 was a Thursday
    first = days_before(date.year, 1, 4)
    date.of_year = True
    date.day = first - (first + 3) % 7 + (week - 1) * 7 + weekday - 1 - days_before(date.year, 1, 1) + 1
    return at + run


cdef bint settle(Date* date) noexcept nogil:
    """Year, month and day from the numbers met; False when they name no day."""
    cdef int first = date.numbers[0], second = date.numbers[1], digits
    if date.iso:
        return date.count == 0
    if date.month:
        if date.count != 2:
            return False
        if date.digits[0] == 4:
            date.year, date.day, digits = first, second, 4
        else:
            date.day, date.year, digits = first, second, date.digits[1]
    elif date.digits[0] == 4 and date.count == 3:
        date.year, date.month, date.day, digits = first, second, date.numbers[2], 4
    else:
        if date.count != 3 or date.digits[0] > 2 or date.digits[1] > 2:
            return False
        date.day, date.month, date.year, digits = first, second, date.numbers[2], date.digits[2]
        if second > 12:
            date.day, date.month = second, first
    if digits == 2:
        date.year += 2000 if date.year < 50 else 1900
    return digits == 2 or digits == 4


cdef int64_t finish(Date* date) noexcept nogil:
    cdef int64_t seconds
    if date.failed or not settle(date) or not FIRST_YEAR - 1 <= date.year <= LAST_YEAR + 1:
        return NO_DATE
    if not date.of_year and (
        not 1 <= date.month <= 12 or not 1 <= date.day <= month_days(date.year, date.month)
    ):
        return NO_DATE
    if date.half and date.hour <= 12:
        date.hour = date.hour % 12 + (12 if date.half > 0 else 0)
    elif date.half < 0:
        return NO_DATE
    if date.second == 60:                      # a leap second
        date.second = 59
    if date.hour > 23 and not (date.hour == 24 and date.minute == 0 and date.second == 0):
        return NO_DATE
    if date.minute > 59 or date.second > 59:
        return NO_DATE
    seconds = <int64_t>(days_before(date.year, date.month, 1) + date.day - 1) * 86400
    seconds += date.hour * 3600 + date.minute * 60 + date.second
    if date.zone != UNKNOWN:
        seconds -= date.zone * 60
    return within(seconds * 1000000 + date.micro)


cdef int64_t of_digits(const unsigned char* text, int run, Date* date) noexcept nogil:
    """A date, or a count of seconds, milliseconds or microseconds since 1970."""
    cdef int64_t value = 0
    cdef int i
    if run == 12 or run == 14:
        date.iso, date.year, date.month, date.day = True, number(text, 0, 4), number(text, 4, 2), number(text, 6, 2)
        date.hour, date.minute = number(text, 8, 2), number(text, 10, 2)
        date.second = number(text, 12, 2) if run == 14 else 0
        return finish(date)
    if run != 9 and run != 10 and run != 13 and run != 16:
        return NO_DATE
    for i in range(run):
        value = value * 10 + text[i] - c"0"
    return within(value * (1000000 if run <= 10 else 1000 if run == 13 else 1))


cdef int64_t moment_in_english(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    cdef:
        Date date
        Py_ssize_t at = 0
        int run
    if size == 0:
        return NO_DATE
    memset(&date, 0, sizeof(Date))
    date.zone = UNKNOWN
    run = digits_at(text, size, 0)
    if (run == 9 or run == 10) and run + 1 < size and text[run] == c"." and digits_at(text, size, run + 1) == size - run - 1:
        size = run                             # `1759227600.5`
    if run == size and run > 8:
        return of_digits(text, run, &date)
    if run >= 4:
        at = read_iso_date(text, size, &date)
        if at == 0:
            date.iso, date.year, date.month, date.day = False, 0, 0, 0
    read_tokens(text, size, at, &date)
    return finish(&date)


cdef int64_t moment_of(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    """Microseconds since 1970 in UTC; `NO_DATE` for what names no moment from 1990 to 2100."""
    cdef:
        unsigned char[ENGLISH_SIZE] english
        Py_ssize_t length
        int64_t moment
        bint unclear = False
    while size and text[size - 1] <= 32:
        size -= 1
    while size and text[0] <= 32:
        text += 1
        size -= 1
    if size > LONGEST:
        return NO_DATE
    moment = moment_in_english(text, size)
    if moment == NO_DATE:
        moment = moment_of_call(text, size)
    if moment == NO_DATE:                      # words of another language, perhaps
        length = to_english(text, size, english, False, &unclear)
        moment = moment_in_english(english, length) if length else NO_DATE
        if moment == NO_DATE and unclear:
            length = to_english(text, size, english, True, &unclear)
            moment = moment_in_english(english, length)
    return moment


cdef object as_datetime(int64_t moment):
    """A `datetime` in UTC; None for `NO_DATE`."""
    cdef Day day
    cdef int seconds
    if moment == NO_DATE:
        return None
    day = day_of(<int>(moment // 1000000 // 86400))
    seconds = <int>(moment // 1000000 % 86400)
    return datetime_new(
        day.year, day.month, day.day, seconds // 3600, seconds // 60 % 60, seconds % 60, <int>(moment % 1000000), get_utc()
    )


def parse_date(str text not None):
    cdef bytes raw = text.encode("utf-8", "replace")
    return as_datetime(moment_of(raw, len(raw)))
