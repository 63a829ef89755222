"""The simulation in plain Python, one step after the other as the rules are told.

It is what the compiled kernel is tested against, and what runs where the kernel can't be had.
"""

from mojo_compute.backtesting.readable.simulation import simulate

__all__ = ["simulate"]
