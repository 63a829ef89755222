"""Telling alerts by HTTP: signatures, and when a failed delivery is tried again. No I/O."""
