"""Tear sheets: what a backtest brought, for a person to read. Modules that draw take a second to import."""
