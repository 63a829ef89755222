"""Number arrays as JSON text, and sections as float64."""

from __future__ import annotations

import numpy as np

from chitti_shared.errors import InvalidInput, PayloadTooLarge
from chitti_shared.json._scan import has_infinity
from chitti_shared.json._write import write_floats, write_integers

MAX_ELEMENTS = 1_000_000


def write_numbers(array: np.ndarray) -> bytes:
    """JSON text of a number array: NaN as null, floats in their shortest exact form.

    Parameters
    ----------
    array : ndarray
        1-D (or 2-D: a list of rows) of floats, integers or booleans (as 0 and 1); or of objects: rows that
        differ in length.

    Raises
    ------
    ComputationError
        A value is infinite.
    PayloadTooLarge
        A row has more than 1,000,000 elements.
    """
    if array.dtype == object:
        return b"[" + b",".join(map(write_numbers, array)) + b"]"
    if array.ndim and array.shape[-1] > MAX_ELEMENTS:
        raise PayloadTooLarge(
            f"a series of {array.shape[-1]} elements, at most {MAX_ELEMENTS} fit: ask for only_last",
            constraint=f"length <= {MAX_ELEMENTS}",
        )
    if array.ndim != 1:
        if array.ndim == 0:
            return write_numbers(array.reshape(1))[1:-1]
        return b"[" + b",".join(write_numbers(row) for row in array) + b"]"
    if array.dtype.kind != "f":
        return write_integers(np.ascontiguousarray(array, dtype=np.int64))
    return write_floats(np.ascontiguousarray(array, dtype=np.float64))


def as_series(name: str, values: np.ndarray) -> np.ndarray:
    """float64 of a section that supplies the series `name`; infinities are refused."""
    series = np.ascontiguousarray(values, dtype=np.float64)
    if has_infinity(series.reshape(-1)):
        raise InvalidInput(f"{name} holds an infinity", field=name, constraint="array of finite numbers or null")
    return series
