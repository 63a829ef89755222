from chitti_shared.tracing import TraceContext, read_trace_text, trace_text

TRACE = TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")


def test_request_id_and_trace_travel_together():
    request_id, trace = read_trace_text(trace_text("ab12-7", TRACE))
    assert request_id == "ab12-7"
    assert trace
    assert trace.trace_id == TRACE.trace_id
    assert trace.span_id != TRACE.span_id


def test_a_request_id_alone_is_no_trace():
    assert read_trace_text(trace_text("ab12-7", None)) == ("ab12-7", None)


def test_a_trace_alone_is_the_request_id_too():
    text = trace_text(None, TRACE)
    request_id, trace = read_trace_text(text)
    assert request_id == text
    assert str(trace) == text


def test_nothing_stays_nothing():
    assert trace_text(None, None) is None
    assert read_trace_text(None) == (None, None)
    assert read_trace_text("") == (None, None)


def test_an_unreadable_trace_keeps_the_request_id():
    assert read_trace_text("ab12-7 garbage") == ("ab12-7", None)
