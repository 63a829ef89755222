"""The records of a reading, made without their constructors.

Named tuples are filled place by place, slotted dataclasses through the offsets of their slots.
A record of texts and numbers alone is in no cycle, so the collector need not know of it.
"""
from cpython.dict cimport PyDict_SetItem
from cpython.list cimport PyList_New, PyList_SET_ITEM
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_SET_ITEM
from libc.stdint cimport int32_t

from news_nlp.kernels.reading._reading cimport BEARISH, BULLISH, Name, Reading, Said, Verdict
from news_nlp.kernels.reading._verdicts cimport factor_of_unnamed

cdef extern from *:
    """
    #include <string.h>
    #include "structmember.h"

    /* A tuple of a subclass that adds no field, or an object of a slotted class: nothing in it
       is set, and the collector does not know of it. */
    static CYTHON_INLINE PyObject* blank_tuple(PyTypeObject* kind, Py_ssize_t items) {
        PyTupleObject* found = PyObject_GC_NewVar(PyTupleObject, kind, items);
        if (found == NULL) return NULL;
        memset(found->ob_item, 0, (size_t)items * sizeof(PyObject*));
    #if PY_VERSION_HEX >= 0x030E0000
        found->ob_hash = -1;
    #endif
        return (PyObject*)found;
    }
    static CYTHON_INLINE PyObject* blank_object(PyTypeObject* kind) {
        PyObject* found = PyObject_GC_New(PyObject, kind);
        if (found == NULL) return NULL;
        memset(found + 1, 0, (size_t)kind->tp_basicsize - sizeof(PyObject));
        return found;
    }
    /* Where objects keep a slot; -1 for what is none. */
    static Py_ssize_t offset_of_slot(PyObject* member) {
        if (!Py_IS_TYPE(member, &PyMemberDescr_Type)) return -1;
        PyMemberDef* slot = ((PyMemberDescrObject*)member)->d_member;
        return slot->type == T_OBJECT_EX ? slot->offset : -1;
    }
    static CYTHON_INLINE void set_slot(PyObject* record, Py_ssize_t offset, PyObject* item) {
        Py_INCREF(item);
        *(PyObject**)((char*)record + offset) = item;
    }
    """
    object blank_tuple(type kind, Py_ssize_t items)
    object blank_object(type kind)
    Py_ssize_t offset_of_slot(object member)
    void set_slot(object record, Py_ssize_t offset, object item)   # of a blank record

cdef extern from "Python.h":
    str PyUnicode_Substring(object text, Py_ssize_t start, Py_ssize_t end)
    void PyObject_GC_Track(object record)
    bint PyType_IS_GC(type kind)

cdef str BULLISH_TEXT = "bullish", BEARISH_TEXT = "bearish", NEUTRAL_TEXT = "neutral"


cdef class Records:
    """Makes the records of readings; it is written once and may be shared by threads.

    Parameters
    ----------
    records : (Entity, Phrase, Verdict, Tone, Understanding)
        Named tuples, but Verdict and Understanding slotted dataclasses, with the fields that this module writes.
    words : (kinds, event types, model)
        Their texts.
    symbols : tuple of str
        Text of each row of the symbols.

    Raises
    ------
    TypeError
        A record of another make.
    """

    def __init__(self, tuple records not None, tuple words not None, tuple symbols not None):
        self.entity, self.phrase, self.verdict, self.tone, self.understanding = records
        for kind, fields in ((self.entity, 8), (self.phrase, 6), (self.tone, 4)):
            check_tuple(kind, fields)
        self.kinds, self.types, self.model = words
        self.symbols = symbols
        self.verdict_slots.sentiment = slot_of(self.verdict, "sentiment")
        self.verdict_slots.score = slot_of(self.verdict, "score")
        self.verdict_slots.confidence = slot_of(self.verdict, "confidence")
        self.verdict_slots.relevance = slot_of(self.verdict, "relevance")
        self.meaning_slots.sentiment = slot_of(self.understanding, "sentiment")
        self.meaning_slots.score = slot_of(self.understanding, "score")
        self.meaning_slots.confidence = slot_of(self.understanding, "confidence")
        self.meaning_slots.phrases = slot_of(self.understanding, "phrases")
        self.meaning_slots.entities = slot_of(self.understanding, "entities")
        self.meaning_slots.symbols = slot_of(self.understanding, "symbols")
        self.meaning_slots.others = slot_of(self.understanding, "others")
        self.meaning_slots.event = slot_of(self.understanding, "event")
        self.meaning_slots.model = slot_of(self.understanding, "model")

    cdef object meaning(self, const Reading* reading, str text):
        """All of it."""
        cdef object found = blank_object(self.understanding)
        cdef const MeaningSlots* slots = &self.meaning_slots
        set_slot(found, slots.sentiment, direction_of(&reading.whole))
        set_slot(found, slots.score, reading.whole.score)
        set_slot(found, slots.confidence, reading.whole.confidence)
        set_slot(found, slots.phrases, self.phrases(reading, text))
        set_slot(found, slots.entities, self.entities(reading, text))
        set_slot(found, slots.symbols, self.verdicts(reading))
        set_slot(found, slots.others, self.tones(reading, text))
        set_slot(found, slots.event, None if reading.event < 0 else self.types[reading.event])
        set_slot(found, slots.model, self.model)
        PyObject_GC_Track(found)          # its lists may be given anything
        return found

    cdef list entities(self, const Reading* reading, str text):
        """The names and figures."""
        cdef list found = PyList_New(reading.named)
        cdef const Name* name
        cdef object record
        cdef int32_t at
        for at in range(reading.named):
            name = &reading.names[at]
            record = blank_tuple(self.entity, 8)
            put(record, 0, PyUnicode_Substring(text, name.start, name.end))
            put(record, 1, name.start)
            put(record, 2, name.end)
            put(record, 3, self.kinds[name.kind])
            put(record, 4, None if name.symbol < 0 else self.symbols[name.symbol])
            put(record, 5, name.confidence)
            put(record, 6, name.first)
            put(record, 7, name.last)
            append(found, at, record)
        return found

    cdef list phrases(self, const Reading* reading, str text):
        """The phrases that count."""
        cdef list found = PyList_New(reading.spoken)
        cdef int32_t at
        for at in range(reading.spoken):
            append(found, at, self.phrase_of(&reading.said[at], reading.said[at].weight, text))
        return found

    cdef list phrases_about(self, const Reading* reading, str text):
        """The phrases that count for the name asked for, with what they add to its sum."""
        cdef list found = []
        cdef int32_t at
        cdef double weight, factor
        cdef bint said = False
        if reading.about is NULL:
            return found
        for at in range(reading.spoken):
            said = said or reading.about[2 * at] != 0.0
        factor = factor_of_unnamed(said)
        for at in range(reading.spoken):
            weight = reading.about[2 * at] + factor * reading.about[2 * at + 1]
            if weight != 0.0:
                found.append(self.phrase_of(&reading.said[at], weight, text))
        return found

    cdef object phrase_of(self, const Said* said, double weight, str text):
        cdef object record = blank_tuple(self.phrase, 6)
        put(record, 0, PyUnicode_Substring(text, said.start, said.end))
        put(record, 1, said.start)
        put(record, 2, said.end)
        put(record, 3, weight)
        put(record, 4, said.first)
        put(record, 5, True if said.moves else False)
        return record

    cdef dict verdicts(self, const Reading* reading):
        """By symbol, on the listed companies."""
        cdef dict found = {}
        cdef const Verdict* verdict
        cdef int32_t at
        for at in range(reading.judged):
            verdict = &reading.verdicts[at]
            PyDict_SetItem(found, self.symbols[reading.names[verdict.name].symbol], self.verdict_of(verdict))
        return found

    cdef dict tones(self, const Reading* reading, str text):
        """By code, or by text, on the names that are no listed company."""
        cdef dict found = {}
        cdef const Verdict* verdict
        cdef const Name* name
        cdef object record
        cdef int32_t at
        for at in range(reading.judged, reading.toned):
            verdict = &reading.verdicts[at]
            name = &reading.names[verdict.name]
            record = blank_tuple(self.tone, 4)
            put(record, 0, self.kinds[name.kind])
            put(record, 1, direction_of(verdict))
            put(record, 2, verdict.score)
            put(record, 3, verdict.confidence)
            if name.symbol >= 0:
                PyDict_SetItem(found, self.symbols[name.symbol], record)
            else:
                PyDict_SetItem(found, PyUnicode_Substring(text, name.start, name.end), record)
        return found

    cdef object verdict_of(self, const Verdict* verdict):
        cdef object found = blank_object(self.verdict)
        cdef const VerdictSlots* slots = &self.verdict_slots
        set_slot(found, slots.sentiment, direction_of(verdict))
        set_slot(found, slots.score, verdict.score)
        set_slot(found, slots.confidence, verdict.confidence)
        set_slot(found, slots.relevance, verdict.relevance)
        return found


cdef inline int put(object record, Py_ssize_t at, object item) except -1:
    """Fill a place of a blank tuple."""
    Py_INCREF(item)                       # which the tuple takes over
    PyTuple_SET_ITEM(record, at, item)
    return 0


cdef inline int append(list records, Py_ssize_t at, object record) except -1:
    """Fill a place of a new list."""
    Py_INCREF(record)
    PyList_SET_ITEM(records, at, record)
    return 0


cdef inline str direction_of(const Verdict* verdict):
    if verdict.direction == BULLISH:
        return BULLISH_TEXT
    return BEARISH_TEXT if verdict.direction == BEARISH else NEUTRAL_TEXT


cdef Py_ssize_t slot_of(type kind, str field) except -1:
    """Where the records of a class keep a field."""
    cdef Py_ssize_t offset = offset_of_slot(kind.__dict__.get(field))
    if offset < 0 or not PyType_IS_GC(kind):
        raise TypeError(f"expected a class with a slot {field!r}, found {kind!r}")
    return offset


cdef int check_tuple(type kind, Py_ssize_t fields) except -1:
    """Whether a class is a named tuple of so many fields."""
    cdef bint adds_nothing = issubclass(kind, tuple) and kind.__basicsize__ == tuple.__basicsize__
    if not adds_nothing or len(getattr(kind, "_fields", ())) != fields:
        raise TypeError(f"expected a named tuple of {fields} fields, found {kind!r}")
    return 0
