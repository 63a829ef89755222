"""Indicators that are computed in one pass when several of them are asked for.

Two directional indicators share their movements and true ranges, `stochf` is what `stoch` smooths, and
so on: what members have in common is computed once, by the same code as for each of them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mojo_compute.kernels._kernel import Kernel


@dataclass(frozen=True, slots=True)
class Member:
    """One indicator of a family.

    Parameters
    ----------
    name : str
    outputs : tuple of int
        Which of the family's outputs are the indicator's, in its declared order.
    parameters : tuple of int
        Which of the family's parameters are the indicator's, in its declared order.
    """

    name: str
    outputs: tuple[int, ...]
    parameters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One pass whose outputs are those of several indicators, bit for bit.

    Parameters
    ----------
    kernels : tuple of Kernel
        The pass for one output, for two, ... for all of the family's. Each takes the family's
        parameters, 0 for those of no wanted member, and behind them a number whose bit k says that
        output k is wanted; it fills the wanted ones alone, in their order, and needs more bars than
        the longest lookback of those.
    inputs : tuple of str
        What it reads.
    members : tuple of Member
        None is sparse.
    """

    kernels: tuple[Kernel, ...]
    inputs: tuple[str, ...]
    members: tuple[Member, ...]
