"""Arrays in contracts: `np.ndarray` stands for numbers and nulls, `Integers` for whole numbers."""

from __future__ import annotations

import numpy as np


class Integers(np.ndarray):
    """A reply's array of int32: integers in JSON, a `<i4` section."""
