"""Where in its range a bar closed, weighed with its volume."""


cdef inline double money_flow(double high, double low, double close, double volume) noexcept nogil:
    """All of the volume for a close at the high, minus all of it for one at the low; 0 for a bar without a range."""
    cdef:
        double span = high - low
        double flow = ((close - low) - (high - close)) / span * volume
    return flow if span > 0.0 else 0.0
