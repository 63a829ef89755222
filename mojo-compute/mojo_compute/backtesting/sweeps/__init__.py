"""Sweeps: one strategy with many parameters, measured one beside the other."""
