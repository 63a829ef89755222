# Nothing here is called from Python: see `_figures.pxd`.
