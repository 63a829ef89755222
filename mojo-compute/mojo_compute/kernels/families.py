"""Indicators that are computed in one pass when several of them are asked for."""

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
        Which of the family kernel's outputs are the indicator's, in its declared order.
    parameters : tuple of int
        Which of the family kernel's parameters are the indicator's, in its declared order.
    """

    name: str
    outputs: tuple[int, ...]
    parameters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A kernel whose outputs are those of several indicators, bit for bit.

    Parameters
    ----------
    kernel : Kernel
        Needs more bars than the longest lookback of the members.
    inputs : tuple of str
        What it reads; each member's inputs are among them.
    members : tuple of Member
        The first takes all of the kernel's parameters.
    """

    kernel: Kernel
    inputs: tuple[str, ...]
    members: tuple[Member, ...]
