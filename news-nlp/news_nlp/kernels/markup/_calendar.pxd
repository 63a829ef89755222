"""Days of the Gregorian calendar."""
from libc.stdint cimport int64_t

cdef enum:
    FIRST_YEAR = 1990       # that news can be from
    LAST_YEAR = 2100
    NO_DATE = -1

cdef struct Day:
    int year
    int month
    int day


cdef inline int days_before(int year, int month, int day) noexcept nogil:
    """Days from 1970-01-01 on; the year is taken to begin in March."""
    cdef int era, of_era, of_year
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


cdef inline Day day_of(int days) noexcept nogil:
    """The inverse of `days_before`, from 1970 on."""
    cdef:
        Day found
        int era, of_era, year, of_year, month
    days += 719468
    era = days // 146097
    of_era = days - era * 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    found.day = of_year - (153 * month + 2) // 5 + 1
    found.month = month + 3 if month < 10 else month - 9
    found.year = era * 400 + year + (found.month <= 2)
    return found


cdef inline bint is_leap(int year) noexcept nogil:
    return (year % 4 == 0 and year % 100 != 0) or year % 400 == 0


cdef inline int month_days(int year, int month) noexcept nogil:
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31


cdef inline int64_t within(int64_t moment) noexcept nogil:
    """Microseconds since 1970 that are of years that news can be from, else `NO_DATE`."""
    cdef int64_t seconds = moment // 1000000
    if moment < 0 or seconds < <int64_t>days_before(FIRST_YEAR, 1, 1) * 86400:
        return NO_DATE
    return moment if seconds < <int64_t>days_before(LAST_YEAR + 1, 1, 1) * 86400 else NO_DATE
