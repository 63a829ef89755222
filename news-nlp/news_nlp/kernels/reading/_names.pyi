# Nothing here is called from Python: see `_names.pxd`.
