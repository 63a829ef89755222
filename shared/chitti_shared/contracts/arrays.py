"""Arrays in contracts: `np.ndarray` stands for numbers and nulls, `Integers` for whole numbers, `Table` for series.

`Document` is for what holds arrays below names that mean fields elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


class Integers(np.ndarray):
    """A reply's array of int32: integers in JSON, a `<i4` section."""


class Table:
    """Series of a request, by name, or as rows without names.

    In JSON `{"TCS": [...], "INFY": [...]}`, or `[[...], [...]]`, or a section of that shape.

    Parameters
    ----------
    series : mapping of str to ndarray, or ndarray
        The rows of an array are 2-D, or objects where they differ in length.
    """

    __slots__ = ("series",)

    def __init__(self, series: Mapping[str, np.ndarray] | np.ndarray) -> None:
        self.series = series


class Document:
    """A JSON object of any form, with lists where it has arrays.

    A plain `dict` would not do: in it the names of a struct's arrays must not stand.

    Parameters
    ----------
    fields : mapping
    """

    __slots__ = ("fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = fields
