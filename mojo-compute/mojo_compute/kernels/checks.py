"""Whole series judged at once; compiled where that can be had."""

from __future__ import annotations

import numpy as np

from mojo_compute.kernels.arrays import Floats

try:
    from mojo_compute.kernels._checks import all_above_zero, all_finite, all_within_ranges
except ImportError:

    def all_above_zero(values: Floats) -> bool:
        """Whether every value is a finite number above 0."""
        return bool(((values > 0.0) & (values < np.inf)).all())

    def all_finite(values: Floats, first: int) -> bool:
        """Whether every value from index `first` on is a finite number."""
        return bool(np.isfinite(values[first:]).all())

    def all_within_ranges(opened: Floats, high: Floats, low: Floats, close: Floats) -> bool:
        """Whether no bar's high is below its low, and no open or close outside the two."""
        wrong = (high < low) | (high < opened) | (high < close) | (low > opened) | (low > close)
        return not wrong.any()


__all__ = ["all_above_zero", "all_finite", "all_within_ranges"]
