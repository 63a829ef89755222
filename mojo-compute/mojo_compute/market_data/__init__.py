"""Files of daily bars: unpacking, header detection, checks; and whose bars they are.

Pure: bytes and tables in, tables out. `storage` reads and writes the database.
"""

from mojo_compute.market_data.adjustments import Adjustment, read_adjustments
from mojo_compute.market_data.bars import Bars, Identity, Rejected
from mojo_compute.market_data.directory import Changes, Directory, Instrument
from mojo_compute.market_data.documents import Limits
from mojo_compute.market_data.faults import Faults
from mojo_compute.market_data.fundamentals import CompanyFigures, ReadFigures, read_fundamentals
from mojo_compute.market_data.reading import Document, Read, read_document

__all__ = [
    "Adjustment",
    "Bars",
    "Changes",
    "CompanyFigures",
    "Directory",
    "Document",
    "Faults",
    "Identity",
    "Instrument",
    "Limits",
    "Read",
    "ReadFigures",
    "Rejected",
    "read_adjustments",
    "read_document",
    "read_fundamentals",
]
