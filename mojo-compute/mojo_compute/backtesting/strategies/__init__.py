"""Strategies by name, and what a strategy of one's own has to be."""

from mojo_compute.backtesting.strategies.catalogue import make
from mojo_compute.backtesting.strategies.parameters import checked, declaration_of, execution_of, own_parameters, split
from mojo_compute.backtesting.strategies.strategy import Decides, Ready, Strategy

__all__ = [
    "Decides",
    "Ready",
    "Strategy",
    "checked",
    "declaration_of",
    "execution_of",
    "make",
    "own_parameters",
    "split",
]
