"""Bytes to an element tree, safely: no entities, no network, bounded size and depth."""

from __future__ import annotations

import re

from chitti_shared.errors import InvalidInput
from lxml import etree

from news_nlp.parsing.feed import MAX_DEPTH, MAX_TAGS

_WIDE_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DECLARATION = re.compile(rb"\A<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
# a character reference that a parser told to forgive would put into its tree as no Unicode at all
_SURROGATE = re.compile(
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]))(?![0-9a-fA-F]);?"
)
_HTML = re.compile(rb"\A(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html)", re.IGNORECASE | re.DOTALL)


def refuse(message: str, constraint: str) -> InvalidInput:
    """The error of a document that is no feed."""
    return InvalidInput(message, field="document", constraint=constraint)


def read_tree(data: bytes) -> etree._Element:
    """The root of an XML document; ill-formed markup is mended where libxml2 can.

    Raises
    ------
    InvalidInput
        HTML, an entity declaration, more than `MAX_TAGS` tags, nesting beyond `MAX_DEPTH`, or nothing that is XML.
    """
    data = _as_ascii_compatible(data)
    if _HTML.match(data):
        raise refuse("the document is an HTML page, expected a feed", "RSS, Atom, RDF or JSON Feed")
    if b"<!ENTITY" in data:
        raise refuse("the document declares entities", "no entity declarations")
    if data.count(b"<") > MAX_TAGS:
        raise refuse(f"the document has more than {MAX_TAGS} tags", f"tags <= {MAX_TAGS}")
    root = _parse(data)
    if _declares_entities(root):
        raise refuse("the document declares entities", "no entity declarations")
    if _deeper_than(root, MAX_DEPTH):
        raise refuse("the document is nested too deeply", f"depth <= {MAX_DEPTH}")
    return root


def _as_ascii_compatible(data: bytes) -> bytes:
    """Wide encodings become UTF-8, so that the checks on bytes see the markup."""
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            return _DECLARATION.sub(b"", data.decode(encoding, "replace").lstrip("\ufeff").encode()).lstrip()
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()


def _parser(*, recover: bool, encoding: str | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
        encoding=encoding,
    )


def _parse(data: bytes) -> etree._Element:
    try:
        return etree.fromstring(data, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if "depth" in str(error):
            raise refuse("the document is nested too deeply", f"depth <= {MAX_DEPTH}") from None
        mended = _mend(data)
        if mended is None:
            raise refuse(f"the document is not XML: {error}"[:300], "RSS, Atom, RDF or JSON Feed") from None
        return mended


def _mend(data: bytes) -> etree._Element | None:
    """A second reading that forgives: undeclared entities, stray signs, a wrong charset."""
    declared = _ENCODING.search(data[:200])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    encoding = None
    if name in ("utf-8", "utf8", "us-ascii") and not _is_utf8(data):
        encoding = "cp1252"
    try:
        return etree.fromstring(_SURROGATE.sub(b"", data), _parser(recover=True, encoding=encoding))
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declares_entities(root: etree._Element) -> bool:
    subset = root.getroottree().docinfo.internalDTD
    return subset is not None and any(True for _ in subset.iterentities())


def _deeper_than(root: etree._Element, limit: int) -> bool:
    """Whether any element lies deeper than `limit`, found without recursion."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False
