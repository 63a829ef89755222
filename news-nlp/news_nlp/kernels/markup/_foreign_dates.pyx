"""Dates in words of other languages, put into English: months by name, weekdays and words between them left out.

Names are known in full, cut after their third letter, and by the short forms below; case, accents and dots matter
not. A short word that may be a weekday or a month ("mar": Tuesday or March) is the weekday where another month
stands in the text, or where no date comes of the month.
"""
import unicodedata

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy

from news_nlp.kernels.markup._calendar cimport NO_DATE, within
from news_nlp.kernels.markup._date_words cimport MONTH_WORD, digits_at, is_digit, word_at

cdef enum:
    FOLDED = 0x980          # Latin, Greek, Cyrillic, Devanagari
    MARK = 1                # what belongs to a word and tells nothing: accents, joiners
    SLOTS = 4096
    LEFT_OUT = 0            # weekdays, "of", "at"; 1..12 are the months
    MORNING = 13
    AFTERNOON = 14
    MOSCOW = 15
    UNKNOWN_WORD = 16

cdef struct Word:
    uint64_t name
    int meaning
    bint weekday            # a month's word that may be a weekday too

cdef:
    const unsigned char* ENGLISH = b"   janfebmaraprmayjunjulaugsepoctnovdecam pm msk"
    uint16_t[FOLDED] letters
    Word[SLOTS] words

_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jänner Feber Maerz - - - - - - - - -",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "- - - - - - - - setiembre - - -",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "- - mrt - - - - - - - - -",
    "Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος Ιούλιος Αύγουστος Σεπτέμβριος Οκτώβριος Νοέμβριος Δεκέμβριος",
    "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    "- - Μαώ - - Ιον Ιολ - - - - -",
    "- - - - máujus - - - - - - -",
    "január február március április május június július augusztus szeptember október november december",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    "जन - - - - - जुल - सितम्बर अक्तूबर नवम्बर दिसम्बर",
    "- - - - - - - अग - - नव -",
)
_WEEKDAYS = (
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonnabend Sonntag Mo Di Mi Do Fr Sa So",
    "lunes martes miércoles jueves viernes sábado domingo",
    "segunda terça quarta quinta sexta sábado domingo feira",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo",
    "Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο Κυριακή",
    "hétfő kedd szerda csütörtök péntek szombat vasárnap",
    "понедельник вторник среда четверг пятница суббота воскресенье среду пятницу субботу пн вт ср чт пт сб вс",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela środę sobotę niedzielę pn wt śr cz pt nd",
    "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar Pzt Cmt Cts",
    "सोमवार मंगलवार बुधवार गुरुवार बृहस्पतिवार शुक्रवार शनिवार रविवार रवि शनि बुध",
)
# "3 de mayo", "um 10:20 Uhr", "на 3 мая в 10:20"
_LEFT_OUT = (
    "de del den der des do dos da du le la el il los a à às as ao alle ore um uhr om op uur min dnia godz o r roku saat "
    "στις του της ώρα г год года в ч को बजे की के"
)
_SPOKEN = {"पूर्वाह्न": MORNING, "अपराह्न": AFTERNOON, "πμ": MORNING, "μμ": AFTERNOON, "мск": MOSCOW}


def _folded(letter: str) -> int:
    """A letter in small and without accents; `MARK` for what is left out, 0 for what is no letter."""
    if unicodedata.combining(letter) in (7, 202, 220, 230):
        return MARK
    if letter in "ªº" or not (letter.isalpha() or unicodedata.category(letter) in ("Mc", "Mn")):
        return 0
    return ord({"ı": "i", "ł": "l", "ς": "σ"}.get(letter.lower(), unicodedata.normalize("NFD", letter.lower())[0]))


for _at in range(FOLDED):
    letters[_at] = _folded(chr(_at))


cdef uint32_t character_at(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, int* length) noexcept nogil:
    """The character at a place with its bytes; one byte for what is none of three bytes or fewer."""
    cdef uint32_t first = text[at]
    length[0] = 1
    if 0xC2 <= first < 0xE0 and at + 1 < size:
        length[0] = 2
        return (first & 0x1F) << 6 | (text[at + 1] & 0x3F)
    if 0xE0 <= first < 0xF0 and at + 2 < size:
        length[0] = 3
        return (first & 0x0F) << 12 | (text[at + 1] & 0x3F) << 6 | (text[at + 2] & 0x3F)
    return first if first < 0x80 else 0


cdef uint32_t letter_at(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, int* length) noexcept nogil:
    cdef uint32_t ch = character_at(text, size, at, length)
    if ch == 0x200C or ch == 0x200D:
        return MARK
    return letters[ch] if ch < FOLDED else 0


cdef Py_ssize_t end_of_word(const unsigned char* text, Py_ssize_t size, Py_ssize_t at, uint64_t* name) noexcept nogil:
    """Where the letters from a place on end; `name` is the FNV-1a of what they fold to, 0 for none."""
    cdef:
        uint64_t hashed = 0xCBF29CE484222325ULL
        Py_ssize_t start = at
        uint32_t letter
        int length
    while at < size:
        letter = letter_at(text, size, at, &length)
        if letter == 0 or (letter == MARK and at == start):
            break
        if letter != MARK:
            hashed = (hashed ^ letter) * 0x100000001B3ULL
        at += length
    name[0] = hashed if at > start else 0
    return at


cdef Word* slot_of(uint64_t name) noexcept nogil:
    """The word's slot, or the free one that it would take."""
    cdef uint32_t at = <uint32_t>(name ^ name >> 32) & (SLOTS - 1)
    while words[at].name and words[at].name != name:
        at = (at + 1) & (SLOTS - 1)
    return &words[at]


cdef uint64_t name_of(str word):
    cdef:
        bytes written = word.encode()
        uint64_t name
    end_of_word(written, len(written), 0, &name)
    return name


def _fill() -> None:
    cdef Word* slot
    full: dict[int, int] = {}
    cut: dict[int, set[int]] = {}
    weekdays: set[int] = set()
    for row in _MONTHS:
        for month, word in enumerate(row.split(), 1):
            if word != "-":
                full[name_of(word)] = month
                for length in range(3, len(word)):
                    cut.setdefault(name_of(word[:length]), set()).add(month)
    for word in " ".join(_WEEKDAYS).split():
        weekdays.update(name_of(word[:length]) for length in (*range(3, len(word)), len(word)))
    meant = dict.fromkeys(map(name_of, _LEFT_OUT.split()), LEFT_OUT) | dict.fromkeys(weekdays, LEFT_OUT)
    meant |= {name: months.pop() for name, months in cut.items() if len(months) == 1} | full
    meant |= {name_of(word): meaning for word, meaning in _SPOKEN.items()}
    for name, meaning in meant.items():
        slot = slot_of(name)
        slot.name, slot.meaning, slot.weekday = name, meaning, 0 < meaning <= 12 and name in weekdays


_fill()

cdef:
    uint64_t NAME_A = name_of("a"), NAME_P = name_of("p"), NAME_M = name_of("m"), NAME_AM = name_of("am")
    uint64_t GREEK_P = name_of("π"), GREEK_M = name_of("μ")
    uint64_t NAME_H = name_of("h"), NAME_PT = name_of("pt")
    uint64_t[4] ORDINALS = [name_of("er"), name_of("e"), name_of("eme"), name_of("re")]


cdef struct Writer:
    const unsigned char* text
    Py_ssize_t size
    unsigned char* out
    Py_ssize_t length
    int months              # words not yet met that may be months
    bint as_weekday         # what may be a weekday is one
    bint unclear            # a word that may be a weekday was taken for a month
    bint digits             # some were met
    bint timed


cdef int months_in(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    cdef:
        Py_ssize_t at = 0, end
        uint64_t name
        int length, months = 0
        const Word* word
    while at < size:
        end = end_of_word(text, size, at, &name)
        if end == at:
            character_at(text, size, at, &length)
            at += length
            continue
        word = slot_of(name)
        months += 0 < word.meaning <= 12 if word.name else word_at(text + at, <int>(end - at)).kind == MONTH_WORD
        at = end
    return months


cdef Py_ssize_t skip_spaces(const unsigned char* text, Py_ssize_t size, Py_ssize_t at) noexcept nogil:
    """Past spaces, the ones that do not break too."""
    cdef:
        int length
        uint32_t ch
    while at < size:
        ch = character_at(text, size, at, &length)
        if ch != c" " and ch != 0xA0 and ch != 0x202F:
            break
        at += length
    return at


cdef Py_ssize_t end_of_half(const Writer* writer, uint64_t name, Py_ssize_t at) noexcept nogil:
    """Where the `m` of `a. m.` ends whose first letter ends at a place; 0 where none follows."""
    cdef:
        uint64_t second
        Py_ssize_t end
    if name != NAME_A and name != NAME_P and name != GREEK_P and name != GREEK_M:
        return 0
    if at < writer.size and writer.text[at] == c".":
        at = skip_spaces(writer.text, writer.size, at + 1)
    end = end_of_word(writer.text, writer.size, at, &second)
    return end if second == (NAME_M if name == NAME_A or name == NAME_P else GREEK_M) else 0


cdef int meaning_of(Writer* writer, uint64_t name, Py_ssize_t start) noexcept nogil:
    cdef:
        const Word* word = slot_of(name)
        int i
    if start and is_digit(writer.text[start - 1]):
        for i in range(4):
            if name == ORDINALS[i]:
                return LEFT_OUT                # 1er, 3e
    if name == NAME_AM and not writer.digits:
        return LEFT_OUT                        # am 3. März
    if word.name == 0 or (name == NAME_PT and writer.timed):
        return UNKNOWN_WORD
    if 0 < word.meaning <= 12:
        if word.weekday and (writer.as_weekday or writer.months > 1):
            writer.months -= 1
            return LEFT_OUT
        writer.unclear |= word.weekday
    return word.meaning


cdef void put_english(Writer* writer, int meaning) noexcept nogil:
    if writer.length or meaning:
        memcpy(writer.out + writer.length, ENGLISH + 3 * meaning, 3)
        writer.length += 3


cdef bint follows_digit(Writer* writer) noexcept nogil:
    """Whether a digit was written last; spaces behind it are taken back."""
    cdef Py_ssize_t length = writer.length
    while length and writer.out[length - 1] == c" ":
        length -= 1
    if length == 0 or not is_digit(writer.out[length - 1]):
        return False
    writer.length = length
    return True


cdef Py_ssize_t put_word(Writer* writer, Py_ssize_t start, Py_ssize_t end, uint64_t name) noexcept nogil:
    """Writes the word between two places, with what belongs to it; where that ends."""
    cdef:
        Py_ssize_t next = end_of_half(writer, name, end)
        int meaning
    if next:
        put_english(writer, MORNING if name == NAME_A or name == GREEK_P else AFTERNOON)
        return next
    if name == NAME_H and not writer.timed and follows_digit(writer):    # 10h, 10h20, 10 h 20
        next = skip_spaces(writer.text, writer.size, end)
        writer.timed = True
        if next < writer.size and is_digit(writer.text[next]):
            writer.out[writer.length] = c":"
            writer.length += 1
            return next
        memcpy(writer.out + writer.length, b":00", 3)
        writer.length += 3
        return end
    meaning = meaning_of(writer, name, start)
    if meaning == UNKNOWN_WORD:
        memcpy(writer.out + writer.length, writer.text + start, end - start)
        writer.length += end - start
    else:
        put_english(writer, meaning)
    return end


cdef Py_ssize_t put_other(Writer* writer, Py_ssize_t at) noexcept nogil:
    """Writes what is no letter: digits in those of ASCII, the rest as it stands, nothing before the first word."""
    cdef:
        int length
        uint32_t ch = character_at(writer.text, writer.size, at, &length)
    if 0x966 <= ch <= 0x96F:                   # Devanagari
        ch = ch - 0x966 + c"0"
    if ch < 0x80 and is_digit(<unsigned char>ch):
        writer.digits = True
    elif writer.length == 0 and (ch == c" " or ch == c"." or ch == c"," or ch == 0xA0 or ch == 0x970):
        return at + length
    if 0 < ch < 0x80:
        writer.timed |= ch == c":"
        writer.out[writer.length] = <unsigned char>ch
        writer.length += 1
    else:
        memcpy(writer.out + writer.length, writer.text + at, length)
        writer.length += length
    return at + length


cdef Py_ssize_t to_english(
    const unsigned char* text, Py_ssize_t size, unsigned char* english, bint as_weekday, bint* unclear
) noexcept nogil:
    """Writes a date of at most a hundred bytes into `english` (`ENGLISH_SIZE` bytes); the bytes written.

    `as_weekday`: what may be a weekday or a month is a weekday. `unclear`: whether there is such a word, read as a month.
    """
    cdef:
        Writer writer
        Py_ssize_t at = 0, end
        uint64_t name
    writer.text, writer.size, writer.out, writer.length = text, size, english, 0
    writer.months, writer.as_weekday = months_in(text, size), as_weekday
    writer.unclear = writer.digits = writer.timed = False
    while at < size and writer.length + 8 < ENGLISH_SIZE:
        end = end_of_word(text, size, at, &name)
        at = put_word(&writer, at, end, name) if end > at else put_other(&writer, at)
    unclear[0] = writer.unclear
    while writer.length and english[writer.length - 1] <= 32:
        writer.length -= 1
    return writer.length


cdef int64_t moment_of_call(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    """`/Date(1759227600000)/` or `/Date(1759227600000+0530)/`: milliseconds since 1970, of UTC with any offset."""
    cdef:
        int64_t value = 0
        int run, i
        Py_ssize_t at
    if size < 9 or memcmp(text, b"/Date(", 6) != 0 or memcmp(text + size - 2, b")/", 2) != 0:
        return NO_DATE
    run = digits_at(text, size, 6)
    at = 6 + run
    if text[at] == c"+" or text[at] == c"-":
        if digits_at(text, size, at + 1) != 4:
            return NO_DATE
        at += 5
    if not 0 < run <= 15 or at != size - 2:
        return NO_DATE
    for i in range(run):
        value = value * 10 + text[6 + i] - c"0"
    return within(value * 1000)
