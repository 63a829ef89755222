"""Kernel sets: the same table of functions from Mojo, Cython or numpy.

A kernel is called as `kernel(*inputs, *parameters, *outputs)`: arrays in, numbers, arrays
to fill (float64, int32 for integers), in the order of the indicator's declaration. It checks
nothing and returns nothing. Which one computed an answer never changes the answer beyond 1e-9.
"""

from mojo_compute.engines.selection import ORDER, Engine, Engines, Kernel, Missing, available, select

__all__ = ["ORDER", "Engine", "Engines", "Kernel", "Missing", "available", "select"]
