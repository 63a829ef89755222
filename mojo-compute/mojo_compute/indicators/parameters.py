"""From what a caller gave to the numbers a kernel takes: as the declarations have it."""

from chitti_shared.contracts.indicators.parameters import resolve

__all__ = ["resolve"]
