"""Patterns of price: found on whole histories, each known on the bar that completes it and not before."""

from signal_service.patterns.bars import Bars
from signal_service.patterns.family import Family
from signal_service.patterns.finding import NAMES, find_patterns, qualities
from signal_service.patterns.pattern import Pattern, Point

__all__ = ["NAMES", "Bars", "Family", "Pattern", "Point", "find_patterns", "qualities"]
