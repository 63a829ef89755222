"""JSON with number arrays: parsed straight into float64, printed without the GIL.

Everything but the arrays goes through msgspec.
"""

from chitti_shared.json._scan import Scanned, peek, scan
from chitti_shared.json.codec import array_keys_of, decode, decode_scanned, encode, encode_in_pieces, values_in
from chitti_shared.json.failures import explained
from chitti_shared.json.numbers import write_numbers

__all__ = [
    "Scanned",
    "array_keys_of",
    "decode",
    "decode_scanned",
    "encode",
    "encode_in_pieces",
    "explained",
    "peek",
    "scan",
    "values_in",
    "write_numbers",
]
