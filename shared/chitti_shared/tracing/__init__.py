"""W3C trace context, carried from HTTP through the envelope's `trace` key into every log line."""

from chitti_shared.tracing.context import TraceContext, bind_trace, current_trace, parse_traceparent

__all__ = ["TraceContext", "bind_trace", "current_trace", "parse_traceparent"]
