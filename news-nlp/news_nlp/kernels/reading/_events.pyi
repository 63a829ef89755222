# Nothing here is called from Python: see `_events.pxd`.
