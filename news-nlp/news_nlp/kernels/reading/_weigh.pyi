# Nothing here is called from Python: see `_weigh.pxd`.
