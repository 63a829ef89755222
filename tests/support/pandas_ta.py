"""pandas-ta-classic, imported without the warnings that its own import raises; it answers as pandas series."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pandas_ta_classic

__all__ = ["pandas_ta_classic"]
