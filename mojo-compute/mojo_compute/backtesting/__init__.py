"""Backtests: strategies over bars, executed bar by bar with costs, measured and proved."""
