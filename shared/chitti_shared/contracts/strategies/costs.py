"""Schedules of transaction costs: what a broker, the exchange and the state take of each fill."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chitti_shared.contracts.action import IsoDate

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,31}\Z")]


class CostLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One charge on a fill.

    Parameters
    ----------
    name : str
        Lines of one name are versions of one charge: on a day the newest one with `effective <= day` holds.
    basis : str or list of str
        What `rate` is taken of: "value" (rupees traded: a fraction), "quantity" (rupees a share), "order"
        (rupees), or the names of other lines, of whose sum it is a fraction (GST).
    rate : float
    side : str
    minimum, maximum : float
        Bounds of the charge, rupees a fill.
    effective : str or None
        The day from which on it holds; None: always.
    """

    name: Name
    rate: Annotated[float, Meta(ge=0, le=1e9)]
    basis: Literal["value", "quantity", "order"] | Annotated[list[Name], Meta(min_length=1, max_length=16)] = "value"
    side: Literal["both", "buy", "sell"] = "both"
    minimum: Annotated[float, Meta(ge=0, le=1e12)] = 0.0
    maximum: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    effective: IsoDate | None = None


# `flat` is the request's transaction_cost, on both sides
PRESETS: dict[str, tuple[CostLine, ...]] = {
    "none": (),
    "nse_delivery": (
        CostLine(name="brokerage", rate=0.0),
        CostLine(name="stt", rate=0.001),
        CostLine(name="exchange", rate=0.0000307),
        CostLine(name="sebi", rate=0.000001),
        CostLine(name="stamp", rate=0.00015, side="buy"),
        CostLine(name="gst", rate=0.18, basis=["brokerage", "exchange", "sebi"]),
    ),
    "nse_intraday": (
        CostLine(name="brokerage", rate=0.0003, maximum=20.0),
        CostLine(name="stt", rate=0.00025, side="sell"),
        CostLine(name="exchange", rate=0.0000307),
        CostLine(name="sebi", rate=0.000001),
        CostLine(name="stamp", rate=0.00003, side="buy"),
        CostLine(name="gst", rate=0.18, basis=["brokerage", "exchange", "sebi"]),
    ),
}
