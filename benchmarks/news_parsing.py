"""Parsing feeds, in process: a feed beside other parsers, and the worst feeds of just under a megabyte.

`python -m benchmarks.news_parsing` prints this table alone.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random

from chitti_shared.errors import InvalidInput
from lxml import etree
from news_nlp.parsing import parse_feed

from benchmarks.peers import libraries
from benchmarks.results import Row, against, below, interleaved, median_ms, plain

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import feedparser

FEED = Path(__file__).resolve().parents[1] / "tests" / "data" / "feeds" / "google_news_100.xml"
ANY_FEED_MS = 5.0
SIZE = 990_000


def measure() -> list[Row]:
    """Rows of one ordinary feed beside its peers, then of the hardest ones."""
    return [*ordinary(FEED.read_bytes()), *hardest()]


def ordinary(document: bytes) -> list[Row]:
    calls: dict[str, Callable[[], object]] = {
        "ours": partial(parse_feed, document),
        "lxml, the tree alone": partial(etree.fromstring, document),
    }
    fast = libraries.load("fastfeedparser")
    if fast is not None:
        calls["fastfeedparser"] = partial(fast.parse, document)
    seconds = interleaved(calls, rounds=20, calls_per_round=10, warm_up=5)
    slow = interleaved(
        {"ours": calls["ours"], "feedparser": partial(feedparser.parse, document)},
        rounds=7,
        calls_per_round=1,
        warm_up=1,
    )
    what = f"parse a feed of {len(parse_feed(document).items)} items, {len(document) / 1000:.0f} kB"
    ours_ms = median_ms(seconds["ours"])
    rows = [
        below(what, ours_ms, ANY_FEED_MS, unit="ms"),
        against(what, ours_ms, median_ms(slow["feedparser"]), "feedparser", unit="ms", least_ratio=80),
    ]
    if fast is not None:
        rows.append(
            against(what, ours_ms, median_ms(seconds["fastfeedparser"]), "fastfeedparser", unit="ms", least_ratio=0.8)
        )
    tree_ms = median_ms(seconds["lxml, the tree alone"])
    return [*rows, against(what, ours_ms, tree_ms, "lxml, the tree alone", unit="ms", least_ratio=1)]


def hardest() -> list[Row]:
    """One row for each kind of feed; each must stay below the aim for any feed."""
    documents = feeds_of_a_megabyte()
    calls = {what: partial(parsed_or_refused, document) for what, document in documents.items()}
    seconds = interleaved(calls, rounds=15, calls_per_round=2, warm_up=3)
    return [
        below(f"parse {len(documents[what]) / 1000:.0f} kB: {what}", median_ms(seconds[what]), ANY_FEED_MS, unit="ms")
        for what in documents
    ]


def parsed_or_refused(document: bytes) -> None:
    with suppress(InvalidInput):
        parse_feed(document)


def feeds_of_a_megabyte() -> dict[str, bytes]:
    item = (
        "<item><title>Shares of company {0} rise five per cent</title><link>https://e.example/a/{0}</link>"
        "<pubDate>Tue, 30 Sep 2025 10:20:00 GMT</pubDate><description>Short text of {0}</description></item>"
    )
    latin = item.replace("Shares", "Soci\u00e9t\u00e9")
    cyrillic = item.replace("Shares of company", "\u0410\u043a\u0446\u0438\u0438 " * 6)
    sections = re.sub(r">([^<]+)<", r"><![CDATA[\1]]><", item).replace("Shares", "Q&amp;A")
    japanese = item.replace("Shares of company", "\u682a\u5f0f\u4f1a\u793e\u306e\u682a\u4fa1")
    korean = item.replace("Shares of company", "\uc8fc\uc2dd\ud68c\uc0ac" * 4)
    paragraph = "&lt;p class=&quot;x&quot;&gt;Profit of the company rose 12%&lt;/p&gt; "
    return {
        "5,000 short items": rss(item, 5_000),
        "one description": rss(described("word " * (SIZE // 5)), 1),
        "25 descriptions of escaped HTML": rss(described(paragraph * (38_000 // len(paragraph))), 25),
        "25 descriptions of entities": rss(described("&amp;" * 7_700), 25),
        "25 descriptions of CDATA": rss(described(f"<![CDATA[{'<p>Profit rose 12%</p> ' * 1_650}]]>"), 25),
        "tags in a description": rss(described("<b>a</b>" * (SIZE // 8)), 1),
        "attributes": rss("<item " + "a='v' " * (SIZE // 6) + "><title>t</title></item>", 1),
        "nested tags": rss("<a>" * 60 + "</a>" * 60, SIZE // 420),
        "unusual links in each item": rss(
            item.replace("https://e.example/a/", "./a/../b "), 4_950, home="https://u@e.example/x/"
        ),
        "links to IPv6 hosts": rss(item.replace("e.example", "u@[2001:db8::1]:443"), 4_700),
        "links with semicolons": rss(item.replace("https://e.example/", "b;c/"), 5_000, home="https://e.example/a;x/y"),
        "links to hosts with signs": rss(item.replace("e.example", "\u2014\uff45.example"), 4_900),
        "CDATA in each field": rss(sections, 3_900),
        "references in each field": rss(item.replace("of", "&amp;amp;lt;b&amp;gt; of"), 4_000),
        "ends without a start": rss("<a>" * 50 + "</b>" * 9_900 + "</a>" * 50, 24),
        "XHTML in each entry": atom(4_300),
        "Latin-1": rss(latin, 4_500, "iso-8859-1"),
        "Windows-1251": rss(cyrillic, 4_300, "windows-1251"),
        "UTF-16": rss(item, 2_300, "utf-16"),
        "UTF-16 of half pairs": rss(described("#" * 480_000), 1, "utf-16").replace(b"#\0", b"\0\xd8"),
        "ISO-2022-JP": rss(japanese, 4_700, "iso-2022-jp"),
        "EUC-JP": rss(japanese, 4_800, "euc-jp"),
        "GB18030 of four bytes": rss(korean, 3_900, "gb18030"),
        "bytes of no encoding": rss(described("#"), 1).replace(b"#", Random(1).randbytes(SIZE).replace(b"<", b"")),
        "starts of declarations in titles": rss("<item><title>{0}" + "<!" * 470 + "</title></item>", 1_000),
        "signs that begin no tag": rss("<item><title>{0}" + "<" * 940 + "</title></item>", 1_000),
        "signs that begin no reference": rss(described(f"<![CDATA[{'&' * 4_800}]]>"), 200),
        "addresses of sources with breaks": rss(item.replace("</item>", "<source url='a\nb'>S</source></item>"), 4_400),
        "JSON Feed": json_feed(4_500),
        "JSON Feed of lists for texts": json_feed(3_900, summary=[[]] * 10),
        "JSON Feed of references": json_feed(3_900, "&amp;" * 12),
        "JSON Feed of more items than are read": b'{"version":"1","items":[' + b"{}," * (SIZE // 3) + b"{}]}",
        "JSON Feed with a wrong field in each item": json_feed(4_400, summary=5),
        "JSON Feed of escapes": json_feed(4_000, "\u20b9 \u201cquoted\u201d"),
    }


def described(text: str) -> str:
    return f"<item><title>Item {{0}}</title><description>{text}</description></item>"


def rss(item: str, count: int, encoding: str = "utf-8", home: str = "https://e.example/") -> bytes:
    head = f"<?xml version='1.0' encoding='{encoding}'?><rss version='2.0'><channel><title>t</title><link>{home}</link>"
    return f"{head}{''.join(item.replace('{0}', str(number)) for number in range(count))}</channel></rss>".encode(
        encoding
    )


def atom(count: int) -> bytes:
    entry = (
        "<entry><title>Shares {0}</title><link href='https://e.example/a/{0}'/><updated>2025-09-30T10:20:00Z</updated>"
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>te<b>x</b>t</p></div></content></entry>"
    )
    entries = "".join(entry.replace("{0}", str(number)) for number in range(count))
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{entries}</feed>".encode()


def json_feed(count: int, words: str = "Shares", **more: object) -> bytes:
    items = [
        {
            **more,
            "id": str(number),
            "url": f"https://e.example/a/{number}",
            "title": f"{words} of company {number} rise five per cent",
            "content_html": f"<p>Short text of {number}</p>",
            "date_published": "2025-09-30T10:20:00Z",
        }
        for number in range(count)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": items}).encode()


if __name__ == "__main__":
    print(plain(measure()))
