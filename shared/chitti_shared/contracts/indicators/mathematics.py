"""Arithmetic over whole series: functions of one number, of two, and of a window."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import NEVER, Indicator


def _of_one(name: str, summary: str, *, sparse: bool = False, cost_ns: float = 1.0) -> Indicator:
    """A function of each number by itself."""
    return Indicator(
        name=name,
        group="math",
        inputs=("close",),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        positive=False,
        sparse=sparse,
        streams=True,
        cost_ns=cost_ns,
        summary=summary,
        source=f"TA-Lib {name.upper()}",
    )


def _of_two(name: str, summary: str, *, sparse: bool = False) -> Indicator:
    """A function of two numbers of the same bar."""
    return Indicator(
        name=name,
        group="math",
        inputs=("close", "other"),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        positive=False,
        sparse=sparse,
        streams=True,
        cost_ns=0.2,
        summary=summary,
        source=f"TA-Lib {name.upper()}",
    )


INDICATORS: tuple[Indicator, ...] = (
    _of_one("acos", "Arc cosine in radians; null outside -1 to 1.", sparse=True),
    _of_one("asin", "Arc sine in radians; null outside -1 to 1.", sparse=True),
    _of_one("atan", "Arc tangent in radians."),
    _of_one("ceil", "The least whole number that is not below the value.", cost_ns=0.2),
    _of_one("cos", "Cosine of radians."),
    _of_one("cosh", "Hyperbolic cosine; an error from about 710 on, where it leaves the float range."),
    _of_one("exp", "e to the power of the value; an error from about 710 on, where it leaves the float range."),
    _of_one("floor", "The greatest whole number that is not above the value.", cost_ns=0.2),
    _of_one("ln", "Natural logarithm; null below 0, an error at 0.", sparse=True),
    _of_one("log10", "Logarithm to the base of 10; null below 0, an error at 0.", sparse=True),
    _of_one("sin", "Sine of radians."),
    _of_one("sinh", "Hyperbolic sine; an error beyond about 710 either way, where it leaves the float range."),
    _of_one("sqrt", "Square root; null below 0.", sparse=True, cost_ns=0.4),
    _of_one("tan", "Tangent of radians."),
    _of_one("tanh", "Hyperbolic tangent."),
    _of_two("add", "Sum of two series, bar by bar."),
    _of_two(
        "div", "Quotient of two series, bar by bar; null for 0 by 0, an error for anything else by 0.", sparse=True
    ),
    _of_two("mult", "Product of two series, bar by bar."),
    _of_two("sub", "Difference of two series, bar by bar."),
    Indicator(
        name="cumsum",
        group="math",
        inputs=("close",),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        recursive=True,
        settling=lambda p: NEVER,
        positive=False,
        streams=True,
        cost_ns=0.6,
        summary="Running total from the first bar on.",
        source="TA-Lib CUMSUM",
    ),
)
