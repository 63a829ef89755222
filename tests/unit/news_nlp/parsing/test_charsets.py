from __future__ import annotations

from array import array

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from news_nlp.kernels.markup._charsets import from_single_bytes, is_utf8
from news_nlp.kernels.markup._multibyte import from_codes, from_escapes, from_tildes
from news_nlp.kernels.markup._wide import from_wide
from news_nlp.parsing import parse_feed
from news_nlp.parsing.charsets import to_utf8

CYRILLIC = "\u0410\u043a\u0446"
STOCKS = "\u80a1\u7968"
SHARES = "\u682a\u5f0f"
TABLE = "".join(bytes([number]).decode("cp1252", "replace") for number in range(256))
LATIN = "abc \u00e9\u00fc\u00f1\u00df"


def declared(encoding: str, text: str) -> str:
    return f"<?xml version='1.0' encoding='{encoding}'?><rss><channel><title>{text}</title></channel></rss>"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "\u20b9 \u0936\u0947 \U0001f4c8"),
        ("iso-8859-1", LATIN),
        ("windows-1252", "\u201c\u20ac\u201d"),
        ("iso-8859-15", "\u20ac"),
        ("windows-1251", CYRILLIC),
        ("koi8-r", CYRILLIC),
        ("gb2312", STOCKS),
        ("gb18030", STOCKS),
        ("big5", "\u80a1"),
        ("shift_jis", SHARES),
        ("euc-jp", SHARES),
        ("iso-2022-jp", SHARES),
        ("euc-kr", "\uc8fc\uc2dd"),
        ("tis-620", "\u0e2b\u0e38"),
    ],
)
def test_a_declared_encoding_is_believed(encoding: str, text: str):
    assert parse_feed(declared(encoding, text).encode(encoding)).title == text


@pytest.mark.parametrize("encoding", ["windows-1251", "gbk", "ISO-8859-5"])
def test_the_charset_of_the_reply_is_believed_before_the_declaration(encoding: str):
    text = "\u0410\u043a\u0446\u0438\u0438"
    data = declared("utf-8", text).encode(encoding)
    assert parse_feed(data, charset=encoding).title == text


def test_bytes_that_are_utf_8_are_read_so_whatever_is_said():
    data = declared("iso-8859-1", "\u20b9 steady").encode()
    assert parse_feed(data, charset="windows-1251").title == "\u20b9 steady"


@pytest.mark.parametrize(
    "name", ["no-such-charset", "utf-7", "idna", "punycode", "unicode_escape", "hex", "zlib", "\x00", "utf-16", ""]
)
def test_a_charset_that_feeds_cannot_be_in_is_not_used(name: str):
    data = declared("utf-8", "caf@").encode().replace(b"@", b"\xe9")
    assert parse_feed(data, charset=name).title == "caf\u00e9"


def test_both_encodings_in_one_document_are_read():
    data = declared("utf-8", "\u20b9 and @").encode().replace(b"@", "\u201cNestl\u00e9\u201d".encode("cp1252"))
    assert parse_feed(data).title == "\u20b9 and \u201cNestl\u00e9\u201d"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_wide_encodings_are_known_by_their_mark_or_their_zeros(encoding: str, mark: str):
    assert parse_feed((mark + declared("utf-16", "\u20b9 \U0001f4c8")).encode(encoding)).title == "\u20b9 \U0001f4c8"


def test_half_a_character_at_the_end_costs_only_itself():
    data = declared("utf-16", "whole").encode("utf-16")
    assert parse_feed(data[:-1]).title == "whole"


@given(st.binary(max_size=200))
def test_validity_is_that_of_the_standard_library(data: bytes):
    try:
        data.decode("utf-8")
        valid = True
    except UnicodeDecodeError:
        valid = False
    assert is_utf8(data) == valid


@given(
    st.lists(
        st.sampled_from(
            [b"a", b"\xe2\x82\xb9", b"\xe9", b"\xf0\x9f\x93\x88", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"]
        )
    )
)
def test_validity_of_sequences_near_the_borders(parts: list[bytes]):
    test_validity_is_that_of_the_standard_library.hypothesis.inner_test(b"".join(parts))


@given(st.binary(max_size=200), st.sampled_from(["cp1252", "cp1251", "koi8-r", "iso8859-7"]))
def test_single_bytes_are_read_as_the_standard_library_does(data: bytes, encoding: str):
    table = "".join(bytes([number]).decode(encoding, "replace") for number in range(256))
    assert from_single_bytes(data, table, mixed=False) == data.decode(encoding, "replace").encode()


@given(st.binary(max_size=200))
def test_mended_text_is_valid_and_keeps_what_was(data: bytes):
    mended = to_utf8(b"<rss>" + data)
    assert is_utf8(mended)
    if is_utf8(data):
        assert mended == b"<rss>" + data


def by_the_standard_library(data: bytes) -> str:
    """UTF-8 where it is well-formed, and bytes of Windows-1252 between."""
    text, at = "", 0
    while at < len(data):
        try:
            return text + data[at:].decode()
        except UnicodeDecodeError as error:
            lost = data[at + error.start : at + error.end]
            text += data[at : at + error.start].decode() + lost.decode("cp1252", "replace")
            at += error.end
    return text


PIECES = st.sampled_from(
    [b"a", b"\xe9", b"\xc3\xa9", b"\xe2\x82\xb9", b"\xe2\x82", b"\xf0\x9f\x93\x88", b"\xf0\x9f\x93", b"\xed\xa0\x80"]
)
EDGES = st.builds(bytes, st.lists(st.sampled_from([0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, *range(0xC0, 0x100)])))


@given(st.integers(0, 70), st.lists(PIECES | EDGES, max_size=80).map(b"".join))
def test_bytes_that_mix_encodings_are_read_as_the_standard_library_reads_each_part(ahead: int, data: bytes):
    data = b"x" * ahead + data
    assert from_single_bytes(data, TABLE, mixed=True) == by_the_standard_library(data).encode()


ASIAN = st.text(
    alphabet="ab \u80a1\u7968\u4e0a\u682a\u5f0f\u30ab\uff76\uff71\uc8fc\uc2dd\u3002\u0410\u20ac", max_size=30
)


EASTERN = "gb2312 gbk gb18030 big5 big5hkscs shift_jis cp932 euc_jp euc_kr cp949 johab".split()  # noqa: SIM905 - a list
# bytes that begin or end what has three, four or eight of them
MARKS = st.lists(st.sampled_from(list(b"\x81\x84\x8e\x8f\xa1\xa4\xbf\xd4\xfe019")), max_size=9).map(bytes)


@given(st.sampled_from(EASTERN), ASIAN | st.text(max_size=10), st.binary(max_size=6) | MARKS, ASIAN)
def test_encodings_of_east_asia_are_read_as_the_standard_library_does(encoding: str, text: str, odd: bytes, rest: str):
    assume(encoding != "johab" or b"\\" not in odd)  # which is a won sign there, and stays here
    data = b"<rss>" + "\u3002".encode(encoding)  # which is no UTF-8
    data += text.replace("\\", "").encode(encoding, "ignore") + odd + rest.encode(encoding, "ignore")
    assert to_utf8(data, encoding) == data.decode(encoding, "replace").encode()


ESCAPES = [
    b"\x1b&@\x1b$B",
    b"\x1b(B",
    b"\x1b$B",
    b"\x1b(J",
    b"\x1b$@",
    b"\x1b",
    b"\x1b[1A",
    b"\x1b)B",
    b"\x1b$(B",
    b"\x1b$)@",
    b"\x1b&B",
]
ESCAPES += [
    b"~{",
    b"~}",
    b"~~",
    b"~",
    b"\n",
    b"\\",
    b"a",
    b"0!",
    b"<",
    b"$",
    b"(",
    b"\x0e",
    b"\x80",
    b"\xff",
    b"\x1f",
    b"B",
]


@given(st.sampled_from(["iso2022_jp", "hz"]), st.lists(st.sampled_from(ESCAPES), max_size=12).map(b"".join))
def test_encodings_that_shift_are_read_as_the_standard_library_does(encoding: str, data: bytes):
    assert to_utf8(b"<rss>" + data, encoding) == (b"<rss>" + data).decode(encoding, "replace").encode()


def test_two_characters_of_one_pair_are_both_read():
    for encoding, text in (("shift_jisx0213", "\u304b\u309a"), ("big5hkscs", "\u00ca\u0304")):
        assert to_utf8(text.encode(encoding), encoding).decode() == text


@given(
    st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]),
    st.text(max_size=5),
    st.lists(st.sampled_from(list(b"\x00\x00\xd8\xdc\xdf\x41\xff\x10\x11")), max_size=13).map(bytes),
)
def test_wide_encodings_are_read_as_the_standard_library_does(encoding: str, text: str, odd: bytes):
    data = ("<rss>" + text).encode(encoding) + odd
    assert to_utf8(data) == data.decode(encoding, "replace").encode()


@pytest.mark.parametrize("encoding", EASTERN)
def test_every_pair_of_bytes_is_read_as_the_standard_library_does(encoding: str):
    head = b"<rss>" + "\u3002".encode(encoding)  # which is no UTF-8
    for first in range(0x80, 0x100):
        valid = b"".join(
            pair
            for second in range(0x21, 0x100)
            if "\ufffd" not in (pair := bytes([first, second])).decode(encoding, "replace")
        )
        assert to_utf8(head + valid, encoding) == (head + valid).decode(encoding).encode()


def test_a_table_of_another_size_is_refused():
    with pytest.raises(ValueError, match="256"):
        from_single_bytes(b"x", "abc", mixed=True)
    none, pairs = array("I"), array("I", bytes(4 * 65536))
    with pytest.raises(ValueError, match="65536 pairs, got 0"):
        from_codes(b"x", none, none, array("H"), syllables=False)
    with pytest.raises(ValueError, match="39420 quads, got 1"):
        from_codes(b"x", pairs, none, array("H", [1]), syllables=False)
    for read in (from_escapes, from_tildes):
        with pytest.raises(ValueError, match="65536 pairs"):
            read(b"x", none)
    with pytest.raises(ValueError, match="2 or 4 bytes, got 3"):
        from_wide(b"x", 3, False)
