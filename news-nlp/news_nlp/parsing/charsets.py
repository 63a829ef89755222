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
from itertools import islice

from news_nlp.kernels.markup._charsets import from_single_bytes, is_utf8
from news_nlp.kernels.markup._multibyte import from_codes, from_escapes, from_tildes
from news_nlp.kernels.markup._wide import from_wide

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
_MANY = frozenset(
    "gb2312 gbk gb18030 big5 big5hkscs shift_jis shift_jisx0213 cp932 euc_jp iso2022_jp euc_kr cp949 johab hz".split()  # noqa: SIM905 - reads as a list
)
_NONE = array("I")
_NO_QUADS = array("H")


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
        return _eastern(data, named)
    if named.startswith(("utf-16", "utf-32")):  # said by bytes that have no zeros
        return _mended(data)
    return from_single_bytes(data, _table(named), mixed=False)


def _eastern(data: bytes, encoding: str) -> bytes:
    if encoding == "iso2022_jp":
        return from_escapes(data, _pairs("euc_jp"))
    if encoding == "hz":
        return from_tildes(data, _pairs("gb2312"))
    triples = _triples() if encoding == "euc_jp" else _NONE
    quads = _quads() if encoding == "gb18030" else _NO_QUADS
    found = from_codes(data, _pairs(encoding), triples, quads, syllables=encoding == "euc_kr")
    return found if found is not None else data.decode(encoding, "replace").encode("utf-8")


def _mended(data: bytes) -> bytes:
    return data if is_utf8(data) else from_single_bytes(data, _table("cp1252"), mixed=True)


def _wide(data: bytes, encoding: str) -> bytes:
    return from_wide(data, 2 if encoding.startswith("utf-16") else 4, encoding.endswith("be"))


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

    Where two bytes are two characters, the second is shifted by 16 bits and the highest bit is set.
    Takes some milliseconds, once for each encoding.
    """
    found = array("I", bytes(4 * 65536))
    for first in range(0x80, 0x100):
        alone = bytes([first]).decode(encoding, "ignore")
        found[first] = ord(alone) if alone else 0
        if not alone:
            _fill(found, first << 8, encoding, bytes([first]))
    return found


@lru_cache(maxsize=1)
def _triples() -> array[int]:
    """The characters of EUC-JP behind 0x8F."""
    found = array("I", bytes(4 * 65536))
    for second in range(0xA1, 0xFF):
        _fill(found, second << 8, "euc_jp", bytes([0x8F, second]))
    return found


def _fill(found: array[int], row: int, encoding: str, start: bytes) -> None:
    """Characters by the byte behind some others; a line end is no part of any."""
    lines = b"".join(start + bytes([last, 10]) for last in range(0x21, 0x100)).decode(encoding, "replace")
    for last, text in enumerate(lines.split("\n")[:-1], 0x21):
        if "\ufffd" not in text:
            found[row | last] = ord(text) if len(text) == 1 else 1 << 31 | ord(text[1]) << 16 | ord(text[0])


@lru_cache(maxsize=1)
def _quads() -> array[int]:
    """The characters of GB18030's four bytes within the basic plane, in their order."""
    every = (
        bytes([first, second, third, fourth])
        for first in range(0x81, 0x85)
        for second in range(0x30, 0x3A)
        for third in range(0x81, 0xFF)
        for fourth in range(0x30, 0x3A)
    )
    text = b"".join(islice(every, 39420)).decode("gb18030")
    return array("H", map(ord, text))
