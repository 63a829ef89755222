"""News joined with price action: alerts, each explained by its numbers, and their stream."""

from chitti_shared import __version__

__all__ = ["__version__"]
