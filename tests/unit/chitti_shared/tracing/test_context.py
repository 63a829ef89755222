import pytest
from chitti_shared.tracing import TraceContext, parse_traceparent
from hypothesis import given
from hypothesis import strategies as st

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


def test_the_standards_example_is_read():
    context = parse_traceparent(f"00-{TRACE}-{SPAN}-01")
    assert context == TraceContext(TRACE, SPAN, sampled=True)


def test_a_later_version_is_read_by_the_fields_it_shares():
    assert parse_traceparent(f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be") == TraceContext(TRACE, SPAN)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "garbage",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-extra",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
    ],
)
def test_what_the_standard_says_to_ignore_is_none(text):
    assert parse_traceparent(text) is None


def test_a_child_is_another_span_of_the_same_trace():
    parent = TraceContext(TRACE, SPAN, sampled=False)
    child = parent.child()
    assert child.trace_id == TRACE
    assert child.span_id != SPAN
    assert not child.sampled


@given(st.binary(min_size=16, max_size=16).filter(any), st.binary(min_size=8, max_size=8).filter(any), st.booleans())
def test_text_and_context_are_the_same_thing(trace_id, span_id, sampled):
    context = TraceContext(trace_id.hex(), span_id.hex(), sampled)
    assert parse_traceparent(str(context)) == context
