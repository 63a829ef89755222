# Nothing here is called from Python: see `_attribute.pxd`.
