"""Criteria of a screen as a person writes them: `rsi_14 < 30`, `close > sma_200`, `sector in IT, Pharma`."""

from __future__ import annotations

import math
import re

from chitti_shared.contracts.signals.screening import Criterion, Op

from chitti_cli.problem import Problem

_FORM = re.compile(
    r"\s*(?P<field>[a-z][a-z0-9_.]*)\s*(?P<op>>=|<=|!=|==|=|<|>|\bnot\s+in\b|\bbetween\b|\bin\b)\s*(?P<value>.*?)\s*",
    re.IGNORECASE | re.DOTALL,
)
_BOUNDS = re.compile(r"(?P<low>.+?)\s*(?:\band\b|\bto\b|\.\.|,)\s*(?P<high>.+)", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
HINT = 'for example: chitti screen "rsi_14 < 30" "close > sma_200" "sector in IT, Pharma" "pe between 5 and 20"'


def criterion_of(text: str) -> tuple[Criterion, bool]:
    """What a text asks for, and whether its opposite is meant (`not in`).

    Raises
    ------
    Problem
        It is no criterion.
    """
    found = _FORM.fullmatch(text)
    if found is None or not found["value"]:
        raise Problem(f"a criterion is FIELD OP VALUE, with one of > >= < <= = != between in; found {text!r}", HINT)
    field, word, value = found["field"].lower(), " ".join(found["op"].lower().split()), found["value"]
    if word == "between":
        return Criterion(field=field, op="between", value=_bounds(value, text)), False
    if word in ("in", "not in"):
        members = [_value(one) for one in value.strip("[]()").split(",") if one.strip()]
        return Criterion(field=field, op="in", value=members), word == "not in"
    op: Op = "=" if word == "==" else word  # type: ignore[assignment]  # the pattern has no others
    return Criterion(field=field, op=op, value=_value(value)), False


def _bounds(value: str, text: str) -> list[float | str]:
    found = _BOUNDS.fullmatch(value)
    bounds = [_value(found["low"]), _value(found["high"])] if found is not None else []
    if not bounds or any(isinstance(one, str) for one in bounds):
        raise Problem(f"between takes two numbers, as `between 5 and 20`; found {text!r}", HINT)
    return bounds


def _value(text: str) -> float | str:
    """A number (`15`, `15 %`, `1,00,000`), or the name that stands there."""
    text = text.strip().strip("'\"")
    plain = text.removesuffix("%").rstrip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    try:
        number = float(plain)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
