"""Compiled loops of signal-service: arrays in, arrays out, nothing of Python inside."""
