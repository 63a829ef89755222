"""Documents in any encoding, to UTF-8.

What counts, best first: a byte order mark; bytes that are UTF-8 and hold more than ASCII, since
text in another encoding hardly ever looks like that; zeros between the first signs; what the
HTTP reply said; what the document declares. Bytes that don't fit are read as Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from array import array
from functools import lru_cache

from news_nlp.kernels.markup._charsets import from_pairs, from_single_bytes, is_utf8

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
# one byte a character, ASCII in its place
_SINGLE = re.compile(r"(iso8859-\d{1,2}|cp125\d|cp437|cp85\d|cp866|koi8-[rtu]|mac-(roman|cyrillic)|tis-620|cp874)\Z")
# one or two, nearly always: what has more goes through the standard library
_PAIRS = frozenset(["gb2312", "gbk", "gb18030", "big5", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"])
_MANY = frozenset(
    "gb2312 gbk gb18030 big5 big5hkscs shift_jis shift_jisx0213 cp932 euc_jp iso2022_jp euc_kr cp949 johab hz".split()  # noqa: SIM905 - reads as a list
)


def to_utf8(data: bytes, charset: str | None = None) -> bytes:
    """The document as UTF-8.

    Parameters
    ----------
    data : bytes
    charset : str, optional
        What the reply's `Content-Type` said.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            return _mended(data) if encoding == "utf-8" else _wide(data, encoding)
    zeros = _by_zeros(data[:4])
    if zeros is not None:
        return _wide(data, zeros)
    declared = _DECLARED.match(data[:300])
    names = [charset or "", declared[1].decode("ascii") if declared else ""]
    known = [name for name in map(_known, names) if name is not None]
    if is_utf8(data) and not any(name in ("hz", "iso2022_jp") for name in known):
        return data
    named = next((name for name in known if name not in ("utf-8", "ascii")), None)
    if named is None:
        return _mended(data)
    if named in _MANY:
        paired = from_pairs(data, _pairs(named)) if named in _PAIRS else None
        return paired if paired is not None else data.decode(named, "replace").encode("utf-8")
    if named.startswith(("utf-16", "utf-32")):  # said by bytes that have no zeros
        return _mended(data)
    return from_single_bytes(data, _table(named), mixed=False)


def _mended(data: bytes) -> bytes:
    return data if is_utf8(data) else from_single_bytes(data, _table("cp1252"), mixed=True)


def _wide(data: bytes, encoding: str) -> bytes:
    return data.decode(encoding, "replace").encode("utf-8")


def _by_zeros(start: bytes) -> str | None:
    """The wide encoding whose `<` or white space these four bytes begin with."""
    if len(start) < 4:
        return None
    first, second, third, fourth = (byte == 0 for byte in start)
    return {
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
    }.get((first, second, third, fourth))


def _known(name: str) -> str | None:
    """The standard library's name of an encoding that feeds may be in; None for any other one."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found in ("utf-8", "ascii", "utf-8-sig"):
        return "utf-8"
    if found in _MANY or found.startswith(("utf-16", "utf-32")) or _SINGLE.match(found):
        return found
    return None


@lru_cache(maxsize=64)
def _table(encoding: str) -> str:
    """The 256 characters of an encoding; Latin-1 is read as Windows-1252, as browsers do."""
    encoding = "cp1252" if encoding == "iso8859-1" else encoding
    return "".join(bytes([number]).decode(encoding, "replace") for number in range(256))


@lru_cache(maxsize=16)
def _pairs(encoding: str) -> array[int]:
    """The characters of an encoding by their two bytes, or at `[byte]` by their only one; 0: none.

    Takes some milliseconds, once for each encoding.
    """
    found = array("H", bytes(2 * 65536))
    for first in range(0x80, 0x100):
        alone = bytes([first]).decode(encoding, "ignore")
        found[first] = ord(alone) if alone else 0
        # a line end is no part of any pair
        lines = b"".join(bytes([first, second, 10]) for second in range(0x40, 0x100)).decode(encoding, "replace")
        for second, character in enumerate(lines.split("\n")[:-1], 0x40):
            if len(character) == 1 and character != "\ufffd" and character < "\U00010000" and not alone:
                found[first << 8 | second] = ord(character)
    return found
