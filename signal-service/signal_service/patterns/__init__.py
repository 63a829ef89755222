"""Patterns of price: found on whole histories, each known on the bar that completes it and not before."""

from signal_service.patterns.pattern import Pattern, Point

__all__ = ["Pattern", "Point"]
