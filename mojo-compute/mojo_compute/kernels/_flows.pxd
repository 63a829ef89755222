"""What one bar says of its price and of what was traded at it."""


cdef inline double money_flow(double high, double low, double close, double volume) noexcept nogil:
    """All of the volume for a close at the high, minus all of it for one at the low; 0 for a bar without a range."""
    cdef:
        double span = high - low
        double flow = ((close - low) - (high - close)) / span * volume
    return flow if span > 0.0 else 0.0


cdef inline double typical(double high, double low, double close) noexcept nogil:
    return (high + low + close) * (1.0 / 3.0)
