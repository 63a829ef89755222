"""The words of dates. Any case; months and weekdays may be cut after their third letter."""
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcmp

cdef struct Zone:
    uint64_t name
    int minutes

cdef enum:
    ZONES = 96

cdef:
    Zone[ZONES] zones
    int zone_count = 0
    uint32_t[12] months
    uint32_t[7] weekdays
    char[12][10] month_names
    char[7][10] weekday_names


cdef uint64_t packed(bytes name):
    cdef uint64_t value = 0
    for letter in name:
        value = value << 8 | <uint64_t>letter
    return value

# Where one name means several zones, that of North America (as RFC 822 has it), and India's IST
_EAST = {
    "z ut utc gmt wet": 0, "ist kolkata calcutta india": 330, "est et cdt": -300, "edt ast": -240, "cst ct mdt": -360,
    "mst mt pdt": -420, "pst pt akdt": -480, "akst": -540, "hst": -600, "adt brt": -180, "nst": -210, "bst cet mez west met wat": 60,
    "cest mesz eet mest sast cat": 120, "eest msk trt eat": 180, "gst": 240, "pkt": 300, "npt": 345, "bdt": 360, "wib": 420,
    "sgt hkt awst pht myt": 480, "jst kst": 540, "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780,
}
for _names, _minutes in _EAST.items():
    for _name in _names.split():
        zones[zone_count].name = packed(_name.encode())
        zones[zone_count].minutes = _minutes
        zone_count += 1
_MONTHS = b"january february march april may june july august september october november december"
_WEEKDAYS = b"monday tuesday wednesday thursday friday saturday sunday"
for _at, _name in enumerate(_MONTHS.split()):
    months[_at] = <uint32_t>packed(_name[:3])
    for _letter in range(len(_name)):
        month_names[_at][_letter] = _name[_letter]
for _at, _name in enumerate(_WEEKDAYS.split()):
    weekdays[_at] = <uint32_t>packed(_name[:3])
    for _letter in range(len(_name)):
        weekday_names[_at][_letter] = _name[_letter]

cdef uint64_t[11] fillers = [  # their first eight letters
    packed(b"at"), packed(b"on"), packed(b"of"), packed(b"hrs"), packed(b"hours"), packed(b"asia"),
    packed(b"last"), packed(b"updated"), packed(b"publishe"), packed(b"posted"), packed(b"modified"),
]
cdef uint64_t AM = packed(b"am"), PM = packed(b"pm"), SEPT = packed(b"sept")


# Morning and afternoon as Korea, China and Japan write them: two letters of three bytes each
cdef:
    bytes _MORNING = "\uc624\uc804\u4e0a\u5348\u5348\u524d".encode()
    bytes _AFTERNOON = "\uc624\ud6c4\u4e0b\u5348\u5348\u5f8c".encode()
    const unsigned char* mornings = _MORNING
    const unsigned char* afternoons = _AFTERNOON


cdef int half_at(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    """-1 or 1 where a text begins with such a word, else 0."""
    cdef int i
    if size >= 6:
        for i in range(0, 18, 6):
            if memcmp(text, mornings + i, 6) == 0:
                return -1
            if memcmp(text, afternoons + i, 6) == 0:
                return 1
    return 0


cdef bint begins(const char* full, const unsigned char* text, int length) noexcept nogil:
    cdef int i
    if length > 9:
        return False
    for i in range(length):
        if full[i] != <char>(text[i] | 32):
            return False
    return True


cdef DateWord word_at(const unsigned char* text, int length) noexcept nogil:
    cdef:
        DateWord found
        uint64_t name = 0
        uint32_t three
        int i
    found.kind, found.value = OTHER_WORD, 0
    for i in range(min(length, 8)):
        name = name << 8 | <uint64_t>(text[i] | 32)
    if length == 1 and name == c"t":
        found.kind = T_WORD
        return found
    if name == AM or name == PM:
        found.kind, found.value = HALF_WORD, (-1 if name == AM else 1)
        return found
    if length >= 3:
        three = (<uint32_t>(text[0] | 32) << 16) | (<uint32_t>(text[1] | 32) << 8) | (text[2] | 32)
        for i in range(12):
            if months[i] == three and (begins(month_names[i], text, length) or name == SEPT):
                found.kind, found.value = MONTH_WORD, i + 1
                return found
        for i in range(7):
            if weekdays[i] == three and begins(weekday_names[i], text, length):
                found.kind = WEEKDAY_WORD
                return found
    for i in range(zone_count):
        if zones[i].name == name:
            found.kind, found.value = ZONE_WORD, zones[i].minutes
            return found
    for i in range(11):
        if fillers[i] == name:
            found.kind = FILLER_WORD
            return found
    return found
