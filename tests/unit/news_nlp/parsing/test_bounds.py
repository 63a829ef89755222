"""What a hostile document may cost: nothing is loaded, and memory stays near the document's own size."""

from __future__ import annotations

import resource
import socket
import tracemalloc

import pytest
from chitti_shared.errors import ChittiError, InvalidInput
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.parsing import parse_feed
from news_nlp.parsing.feed import MAX_BYTES, MAX_ITEMS

LIMIT = MAX_BYTES - 200


def rss(body: bytes) -> bytes:
    return b"<rss version='2.0'><channel><title>t</title>" + body + b"</channel></rss>"


def filled(unit: bytes, start: bytes = b"", end: bytes = b"") -> bytes:
    return rss(start + unit * ((LIMIT - len(start) - len(end)) // len(unit)) + end)


WORST = {
    "nested": filled(b"<a>"),
    "tags": filled(b"<a/>"),
    "attributes": rss(b"<item " + b"a='b' " * (LIMIT // 6) + b"><title>t</title></item>"),
    "namespaces": rss(b"<item " + b"xmlns:a='b' " * (LIMIT // 12) + b"><title>t</title></item>"),
    "title": filled(b"x", b"<item><title>", b"</title></item>"),
    "link": filled(b"&amp;", b"<item><title>t</title><link>", b"</link></item>"),
    "plain link": filled(b"x", b"<item><title>t</title><link>https://e.example/", b"</link></item>"),
    "date": filled(b"&amp;", b"<item><title>t</title><pubDate>", b"</pubDate></item>"),
    "source": filled(b"\xe2\x82\xb9", b"<item><title>t</title><source url='", b"'>s</source></item>"),
    "root": b"<" + b"x" * LIMIT + b"/>",
    "base": filled(b"x", b"<item xml:base='", b"'><title>t</title><link>a</link></item>"),
    "references": filled(b"&amp;", b"<item><title>t</title><description>", b"</description></item>"),
    "tags in text": filled(b"&lt;b&gt;", b"<item><title>t</title><description>", b"</description></item>"),
    "sections": filled(b"<![CDATA[<b>]]>", b"<item><title>t</title><description>", b"</description></item>"),
    "comments": filled(b"<!--x-->"),
    "unfinished": b"<rss><channel>" + b"<item><title" * (LIMIT // 12),
    "quotes": b"<rss><channel>" + b'<item a="' * (LIMIT // 9),
    "signs": b"<rss>" + b"<" * LIMIT,
    "latin": filled(b"\xe9", b"<item><title>", b"</title></item>"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORST)
def test_the_worst_ten_mebibytes_take_little_memory(name: str):
    data = WORST[name]
    tracemalloc.start()
    try:
        feed_or_refusal(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # another encoding makes a copy in UTF-8, of up to three bytes for one
    assert peak < (3 * len(data) if name == "latin" else 0) + 4 * 1024 * 1024


def test_the_process_does_not_grow_by_more_than_the_items():
    data = rss(b"<item><title>%s</title></item>" % (b"x" * 1900) * 5_000)
    feed_or_refusal(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(5):
        feed_or_refusal(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def feed_or_refusal(data: bytes) -> None:
    refusal = None
    try:
        parse_feed(data)
    except ChittiError as error:
        refusal = error
    assert refusal is None or refusal.details["constraint"]


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a parser must not open sockets or files")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    head = b'<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'
    body = b'<item xmlns:xi="http://www.w3.org/2001/XInclude"><title>T</title><xi:include href="file:///etc/passwd"/></item>'
    assert [item.title for item in parse_feed(head + rss(body)).items] == ["T"]


@pytest.mark.parametrize(
    "entity",
    [
        b'<!ENTITY a "ha">',
        b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">',
        b"<!ELEMENT rss ANY> <!-- don't --> <!ENTITY a 'ha'>",
        b"<!ATTLIST rss version CDATA '>'><!entity a 'ha'>",
    ],
)
def test_a_document_that_declares_entities_is_refused_wherever_they_hide(entity: bytes):
    with pytest.raises(InvalidInput) as refused:
        parse_feed(b"<!DOCTYPE rss [" + entity + b"]>" + rss(b"<item><title>&a;</title></item>"))
    assert refused.value.details == {"field": "document", "constraint": "no entity declarations"}


def test_a_document_type_without_entities_is_passed_over():
    data = b"<!DOCTYPE rss [<!ELEMENT rss (channel)*><!ATTLIST rss version CDATA #REQUIRED>]>" + rss(
        b"<item><title>T</title></item>"
    )
    assert len(parse_feed(data).items) == 1


def test_an_article_may_speak_of_entities():
    data = rss(b"<item><title><![CDATA[Why <!ENTITY is harmful]]></title></item>")
    assert parse_feed(data).items[0].title == "Why"


@pytest.mark.parametrize("data", ["https://e.example/feed", bytearray(b"<rss/>"), None])
def test_only_bytes_are_a_document(data: object):
    with pytest.raises(TypeError, match="bytes of a document"):
        parse_feed(data)  # type: ignore[arg-type]


PIECES = st.sampled_from(
    b"<rss> <channel> <item> </item> <title> </title> <link href=' ' \" > /> < </ <!-- --> <![CDATA[ ]]> <!DOCTYPE [ ] "
    b"<? ?> &lt; & <source> <media:group> xmlns:a= text <description> </description> <pubDate> 2025 \xff \x00 = <br> "
    b"<feed xml:base=' <entry> <rdf:RDF> </channel> &#1; ]]".split(b" ")
)


@given(st.lists(PIECES, max_size=40).map(b"".join) | st.lists(PIECES, max_size=40).map(b" ".join))
def test_any_debris_of_markup_is_parsed_or_refused(data: bytes):
    feed_or_refusal(data)
    feed_or_refusal(b"<rss><channel>" + data)
    feed_or_refusal(b"<rss><channel><item><title>T</title>" + data)


def test_a_feed_cut_anywhere_gives_only_whole_headlines():
    data = rss(
        b"".join(
            b"<item><title>Headline %d is whole.</title><link>https://e.example/%d</link></item>" % (i, i)
            for i in range(5)
        )
    )
    for length in range(len(data)):
        try:
            items = parse_feed(data[:length]).items
        except InvalidInput:
            continue
        assert all(item.title.endswith("is whole.") for item in items)
        assert all(item.url in ("", f"https://e.example/{number}") for number, item in enumerate(items))


@pytest.mark.parametrize("tail", [b"", b",1"])
@pytest.mark.parametrize("item", [b"{}", b"1", b"[]"])
def test_a_json_feed_of_too_many_items_is_refused_before_any_is_made(item: bytes, tail: bytes):
    head = b'{"version":"https://jsonfeed.org/version/1.1","items":['
    document = head + b",".join([item] * 1_000_000) + tail + b"]}"
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput, match=f"more than {MAX_ITEMS} items"):
            parse_feed(document)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("tail", [b"", b",1"])
def test_a_smaller_json_feed_of_too_many_items_is_refused_too(tail: bytes):
    head = b'{"version":"https://jsonfeed.org/version/1.1","items":['
    with pytest.raises(InvalidInput, match=f"more than {MAX_ITEMS} items"):
        parse_feed(head + b",".join([b"{}"] * (MAX_ITEMS + 1)) + tail + b"]}")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_json_without_an_end_of_levels_is_refused_in_words(opening: bytes):
    with pytest.raises(InvalidInput, match="nested more than"):
        parse_feed(b'{"version":"https://jsonfeed.org/version/1.1","items":[' + opening * 1_000_000)
