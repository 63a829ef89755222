# What went wrong in a scan, as an exception.

cdef object path_of(Scan* s):
    """`requests[0].prices`, as msgspec writes it without the leading `$.`."""
    cdef Py_ssize_t i
    parts = []
    for i in range(<Py_ssize_t>s.path.size() - 1, -1, -1):
        if s.path[i].key == NULL:
            parts.append(f"[{s.path[i].index}]")
        else:
            key = PyBytes_FromStringAndSize(<const char*>s.path[i].key, min(s.path[i].size, MAX_KEY))
            parts.append(("." if parts else "") + key.decode("utf-8", "replace"))
    return "".join(parts)


cdef object failure(Scan* s):
    """The exception that a fault stands for."""
    if s.fault == MEMORY:
        return MemoryError()
    cdef Py_ssize_t at = s.where - s.base
    field = path_of(s)
    facts = {"field": field} if field else {}
    if s.fault == TOO_DEEP:
        return PayloadTooLarge(f"JSON nested deeper than {MAX_DEPTH} levels", constraint=f"depth <= {MAX_DEPTH}")
    if s.fault == TOO_MANY:
        return PayloadTooLarge(
            f"{field} has more than {MAX_ELEMENTS} elements", constraint=f"length <= {MAX_ELEMENTS}", **facts
        )
    if s.fault == TOO_MANY_ROWS:
        return PayloadTooLarge(f"{field} has more than {MAX_ROWS} rows", constraint=f"rows <= {MAX_ROWS}", **facts)
    if s.fault == ELEMENT:
        return InvalidInput(f"{field} is neither a number nor null", constraint="array of finite numbers or null", **facts)
    if s.fault == TOO_LARGE_NUMBER:
        return InvalidInput(f"number out of range at byte {at}", constraint="finite", **facts)
    if s.fault == DUPLICATE:
        return InvalidInput(f"{field} is given twice", constraint="given once", **facts)
    if s.fault == NOT_OBJECT:
        return InvalidInput("expected a JSON object", constraint="JSON object")
    if s.fault == ENCODING:
        return InvalidInput(f"not valid UTF-8 at byte {at}", constraint="UTF-8", **facts)
    if s.fault == CONTROL:
        return InvalidInput(f"raw control character in a string at byte {at}", constraint="strict JSON", **facts)
    return InvalidInput(f"malformed JSON at byte {at}", constraint="strict JSON", **facts)
