"""W3C trace context, carried from HTTP through the envelope's `trace` key into every log line."""

from chitti_shared.tracing.context import TraceContext, bind_trace, current_trace, parse_traceparent
from chitti_shared.tracing.envelope import read_trace_text, trace_text

__all__ = ["TraceContext", "bind_trace", "current_trace", "parse_traceparent", "read_trace_text", "trace_text"]
