"""Arithmetic over whole series: functions of one number, of two, and of a window."""

from __future__ import annotations

from chitti_shared.contracts.indicators.declaration import NEVER, Indicator, Parameters, period


def _of_one(name: str, summary: str, *, domain: str = "", sparse: bool = False, cost_ns: float = 0.8) -> Indicator:
    """A function of each number by itself."""
    return Indicator(
        name=name,
        group="math",
        inputs=("close",),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        positive=False,
        domain=domain,
        sparse=sparse,
        streams=True,
        cost_ns=cost_ns,
        summary=summary,
        source=f"TA-Lib {name.upper()}",
    )


def _of_two(name: str, sign: str, summary: str, *, sparse: bool = False) -> Indicator:
    """A function of two numbers of the same bar."""
    return Indicator(
        name=name,
        group="math",
        inputs=("close", "other"),
        parameters=(),
        outputs=("values",),
        lookback=lambda p: 0,
        positive=False,
        domain=f"close {sign} other is finite",
        sparse=sparse,
        transparent=not sparse,
        streams=True,
        cost_ns=0.2,
        summary=summary,
        source=f"TA-Lib {name.upper()}",
    )


def _last(p: Parameters) -> int:
    return int(p["period"]) - 1


def _of_window(name: str, summary: str, outputs: tuple[str, ...] = ("values",), *, cost_ns: float) -> Indicator:
    """What is true of the last `period` values, whatever was before."""
    return Indicator(
        name=name,
        group="math",
        inputs=("close",),
        parameters=(period(30),),
        outputs=outputs,
        lookback=_last,
        fits="period <= len(prices)",
        positive=False,
        streams=True,
        cost_ns=cost_ns,
        summary=summary,
        source=f"TA-Lib {name.upper()}",
    )


def _index_of(name: str, summary: str, outputs: tuple[str, ...] = ("values",), *, cost_ns: float) -> Indicator:
    """Where the extreme of a window stands; which of equal ones depends on the windows before."""
    return Indicator(
        name=name,
        group="math",
        inputs=("close",),
        parameters=(period(30),),
        outputs=outputs,
        integers=outputs,
        positions=True,
        lookback=_last,
        fits="period <= len(prices)",
        recursive=True,
        settling=lambda p: NEVER,
        positive=False,
        cost_ns=cost_ns,
        summary=summary,
        source=f"TA-Lib {name.upper()}",
    )


INDICATORS: tuple[Indicator, ...] = (
    _of_one("acos", "Arc cosine in radians; null outside -1 to 1.", sparse=True),
    _of_one("asin", "Arc sine in radians; null outside -1 to 1.", sparse=True),
    _of_one("atan", "Arc tangent in radians."),
    _of_one("ceil", "The least whole number that is not below the value.", cost_ns=0.2),
    _of_one("cos", "Cosine of radians."),
    _of_one(
        "cosh", "Hyperbolic cosine of -710 to 710; beyond, it leaves the float range.", domain="abs(value) <= 710.47"
    ),
    _of_one(
        "exp", "e to the power of the value, up to 709; beyond, it leaves the float range.", domain="value <= 709.78"
    ),
    _of_one("floor", "The greatest whole number that is not above the value.", cost_ns=0.2),
    _of_one("ln", "Natural logarithm; null below 0, refused at 0.", domain="value != 0", sparse=True),
    _of_one("log10", "Logarithm to the base of 10; null below 0, refused at 0.", domain="value != 0", sparse=True),
    _of_one("sin", "Sine of radians."),
    _of_one(
        "sinh", "Hyperbolic sine of -710 to 710; beyond, it leaves the float range.", domain="abs(value) <= 710.47"
    ),
    _of_one("sqrt", "Square root; null below 0.", sparse=True, cost_ns=0.4),
    _of_one("tan", "Tangent of radians."),
    _of_one("tanh", "Hyperbolic tangent."),
    _of_two("add", "+", "Sum of two series, bar by bar."),
    _of_two("div", "/", "Quotient of two series, bar by bar; 0 by 0 is null, else by 0 refused.", sparse=True),
    _of_two("mult", "*", "Product of two series, bar by bar."),
    _of_two("sub", "-", "Difference of two series, bar by bar."),
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
        cost_ns=0.2,
        summary="Running total from the first bar on.",
        source="TA-Lib CUMSUM",
    ),
    _of_window("max", "The greatest of the last `period` values.", cost_ns=0.6),
    _of_window("min", "The least of the last `period` values.", cost_ns=0.6),
    _of_window("minmax", "The least and the greatest of the last `period` values.", ("min", "max"), cost_ns=1.0),
    _of_window("sum", "Sum of the last `period` values.", cost_ns=0.6),
    _index_of(
        "maxindex",
        "Number of the bar with the greatest of the last `period` values; bar 0 is the first.",
        cost_ns=1.3,
    ),
    _index_of(
        "minindex",
        "Number of the bar with the least of the last `period` values; bar 0 is the first.",
        cost_ns=1.3,
    ),
    _index_of(
        "minmaxindex",
        "Numbers of the bars with the least and the greatest of the last `period` values; bar 0 is the first.",
        ("minidx", "maxidx"),
        cost_ns=2.4,
    ),
)
