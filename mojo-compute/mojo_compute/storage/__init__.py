"""All SQL of mojo-compute: instruments, bars, imports."""

from mojo_compute.storage.adjustments import import_adjustments, load_happenings
from mojo_compute.storage.fundamentals import (
    FiguresStored,
    import_figures,
    industry_of,
    load_figures,
    load_metrics,
)
from mojo_compute.storage.imports import Imported, Origin, import_bars
from mojo_compute.storage.instruments import Found, Listed, add_universe, find, find_one, known, ping, search
from mojo_compute.storage.prices import PriceStore, Series, Span, load_sources

__all__ = [
    "FiguresStored",
    "Found",
    "Imported",
    "Listed",
    "Origin",
    "PriceStore",
    "Series",
    "Span",
    "add_universe",
    "find",
    "find_one",
    "import_adjustments",
    "import_bars",
    "import_figures",
    "industry_of",
    "known",
    "load_figures",
    "load_happenings",
    "load_metrics",
    "load_sources",
    "ping",
    "search",
]
