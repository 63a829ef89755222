# Nothing here is called from Python: see `_verdicts.pxd`.
