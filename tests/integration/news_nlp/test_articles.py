"""`get_articles` over the daemon's socket: each filter, their combinations, pages, and what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from typing import Any

import pytest
from chitti_shared import universe
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Blob
from chitti_shared.db import Pool
from chitti_shared.errors import InvalidInput
from chitti_shared.ipc import Client

pytestmark = pytest.mark.integration
Start = Callable[..., Awaitable[Client]]
EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))

ITEMS = [
    ("TCS net profit rises 12%, beats estimates", "Demand for cloud services stayed firm.", "Market Wire"),
    ("Infosys falls 3% on weak guidance", "", "Dalal Ledger"),
    ("HDFC Bank gains 2% after loan growth improves", "Lenders rallied with it.", "Market Wire"),
    ("Sun Pharma gets USFDA approval for generic drug", "", "Business Ledger"),
    ("TCS falls 2% while Infosys gains 4%", "", "Dalal Ledger"),
    ("Monsoon arrives early in Kerala", "Farmers expect demand for tractors to recover.", "Market Wire"),
    ("Wipro wins Rs 400 crore order from Railways", "", "Market Wire"),
    ("Wipro bags order worth Rs 400 crore from the Railways", "", "Dalal Ledger"),
    ("Wipro bags Rs 400-crore order from Indian Railways", "", "Dalal Ledger"),
]


def feed(items: list[tuple[str, str, str]]) -> news.IngestRssRequest:
    text = "".join(
        f"<item><title>{escape(title)}</title><description>{escape(summary)}</description>"
        f"<link>https://{source.lower().replace(' ', '-')}.example/{number}</link>"
        f'<source url="https://{source.lower().replace(" ", "-")}.example">{source}</source></item>'
        for number, (title, summary, source) in enumerate(items)
    )
    return news.IngestRssRequest(document=Blob(f"<rss><channel>{text}</channel></rss>".encode()))


@pytest.fixture
async def client(start: Start) -> Client:
    """A daemon that stores `ITEMS`: their ids count from 1."""
    started = await start()
    for item in ITEMS:  # one by one, so that each is first seen at a time of its own
        assert (await started.call(news.INGEST_RSS, feed([item]))).new == 1
    return started


async def ids(client: Client, **filters: Any) -> list[int]:
    reply = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(**filters))
    assert reply.count == len(reply.articles)
    return [article.article_id for article in reply.articles]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"symbol": "TCS"}, [5, 1]),
        ({"symbol": "TCS", "sentiment": "bullish"}, [1]),
        ({"symbol": "INFY", "sentiment": "bullish"}, [5]),
        ({"symbol": "ITC"}, []),
        ({"sector": "Information Technology"}, [9, 8, 7, 5, 2, 1]),
        ({"sector": "banking"}, [3]),
        ({"sector": "Banking", "sentiment": "bullish"}, [3]),
        ({"sector": "Banking", "sentiment": "bearish"}, []),
        ({"sector": " Pharma "}, [4]),
        ({"source": "dalal-ledger.example"}, [9, 8, 5, 2]),
        ({"source": "DALAL Ledger"}, [9, 8, 5, 2]),
        ({"source": "Nobody's \\ Ledger"}, []),
        ({"event": "order_win"}, [9, 8, 7]),
        ({"event": "macro", "symbol": "TCS"}, []),
        ({"q": "demand"}, [6, 1]),
        ({"q": "demands -tractor"}, [1]),
        ({"q": '"loan growth" or usfda'}, [4, 3]),
        ({"q": "demand", "symbol": "TCS"}, [1]),
        ({"leads_only": True}, [7, 6, 5, 4, 3, 2, 1]),
        ({"leads_only": True, "symbol": "WIPRO"}, [7]),
        ({"leads_only": True, "event": "order_win", "sector": "IT", "q": "railway", "source": "Market Wire"}, [7]),
    ],
    ids=str,
)
async def test_articles_are_those_for_which_every_filter_holds(
    client: Client, filters: dict[str, Any], expected: list[int]
):
    assert await ids(client, **filters) == expected


async def test_times_bound_first_seen_at_from_since_up_to_until(client: Client):
    reply = await client.call(news.GET_ARTICLES, news.GetArticlesRequest())
    seen = {one.article_id: datetime.fromisoformat(one.first_seen_at) for one in reply.articles}
    # the wire has milliseconds, the table microseconds
    after = {number: moment + timedelta(milliseconds=1) for number, moment in seen.items()}
    assert await ids(client, since=after[6]) == [9, 8, 7]
    assert await ids(client, until=seen[3]) == [2, 1]
    assert await ids(client, since=seen[4], until=seen[6]) == [5, 4]
    assert await ids(client, since=seen[4], until=seen[6], symbol="TCS") == [5]
    assert await ids(client, since=seen[4], until=seen[6], q="usfda") == [4]
    assert await ids(client, since=datetime(2100, 1, 1, tzinfo=UTC)) == []
    assert await ids(client, until=datetime(2000, 1, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize("filters", [{}, {"symbol": "WIPRO"}, {"event": "order_win"}, {"q": "wipro", "sector": "IT"}])
async def test_pages_of_any_filter_meet_each_article_once(client: Client, filters: dict[str, Any]):
    whole = await ids(client, **filters)
    met: list[int] = []
    cursor: str | None = None
    for _ in range(len(whole) + 1):
        request = news.GetArticlesRequest(limit=2, cursor=cursor, **filters)
        page = await client.call(news.GET_ARTICLES, request)
        met += [article.article_id for article in page.articles]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert met == whole


async def test_what_is_rare_is_found_behind_many_newer_articles(start: Start, own_pool: Pool):
    client = await start()
    await client.call(news.INGEST_RSS, feed(ITEMS[3:4]))
    for begin in range(0, 2_400, 400):
        items = [
            (f"Local fair number {number} opens gates", "", f"Gazette {number % 7}")
            for number in range(begin, begin + 400)
        ]
        await client.call(news.INGEST_RSS, feed(items))
    assert await ids(client, event="regulatory", limit=1) == [1]
    assert await ids(client, q="usfda") == [1]
    assert await ids(client, q="usfda", symbol="SUNPHARMA", sector="Healthcare") == [1]
    assert len(await ids(client, q="fair", source="Gazette 3", limit=1000)) == len(range(3, 2_400, 7))
    assert await own_pool.fetchval("SELECT count(*) FROM news.articles") == 2_401


async def test_a_page_too_large_for_a_reply_goes_on_in_the_next(start: Start):
    client = await start()
    said = ", ".join(
        f"{company.symbol} up" for company in sorted(universe.companies(), key=lambda one: one.symbol)[:330]
    )
    for begin in range(0, 400, 100):
        items = [(f"Dense list {number} of many", said, "Market Wire") for number in range(begin, begin + 100)]
        assert (await client.call(news.INGEST_RSS, feed(items))).new == 100
    page = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(limit=400))
    assert 0 < page.count < 400
    assert len(page.articles[0].entities) == len(page.articles[0].phrases) == 100
    rest = await ids(client, limit=400, cursor=page.next_cursor)
    assert [one.article_id for one in page.articles] + rest == list(range(400, 0, -1))


@pytest.mark.parametrize("name", ["İş Haber", "ΟΔΟΣ", "ÉCONOMIE"])
async def test_a_source_is_found_by_its_name_as_it_stands_in_the_article(start: Start, name: str):
    client = await start()
    document = f"<rss><item><title>Rain</title><source url='https://a.example'>{name}</source></item></rss>"
    await client.call(news.INGEST_RSS, news.IngestRssRequest(document=Blob(document.encode())))
    assert await ids(client, source=name) == [1]


async def test_a_story_counts_its_sources_and_knows_its_lead(client: Client):
    reply = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(symbol="WIPRO"))
    # three articles, two of them by one publisher
    assert [(one.article_id, one.cluster_id, one.lead, one.sources) for one in reply.articles] == [
        (9, 7, False, 2),
        (8, 7, False, 2),
        (7, 7, True, 2),
    ]
    alone = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(symbol="TCS"))
    assert [(one.lead, one.sources) for one in alone.articles] == [(True, 1), (True, 1)]


async def test_an_article_carries_its_event_its_model_and_its_relevance(client: Client):
    reply = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(symbol="WIPRO", limit=1))
    article = reply.articles[0]
    assert (article.event, article.model) == ("order_win", "lexicon-1")
    relevance = article.symbols[0].relevance
    assert relevance is not None
    assert 0.5 < relevance <= 1.0


@pytest.mark.parametrize(
    ("filters", "field", "told"),
    [
        ({"cursor": "abc"}, "cursor", r"cursor \(abc\) is not one that get_articles gave"),
        ({"cursor": ""}, "cursor", "is not one that get_articles gave"),
        ({"cursor": "9" * 19}, "cursor", "is not one that get_articles gave"),
        ({"sector": "Helthcare"}, "sector", r"Helthcare, which is no NSE industry; did you mean 'Healthcare'\?"),
        ({"sector": "Astrology"}, "sector", "which is no NSE industry; there are Banking, IT, Pharma, Automobile"),
        (
            {"since": datetime(2025, 2, 1, tzinfo=UTC), "until": datetime(2025, 1, 1, tzinfo=UTC)},
            "since",
            "is not before until",
        ),
        ({"since": datetime(2025, 2, 1, tzinfo=UTC), "until": datetime(2025, 2, 1, tzinfo=UTC)}, "since", "not before"),
        ({"since": datetime(1, 1, 1, tzinfo=EAST)}, "since", "in no year from 1 to 9999 in UTC"),
        ({"until": datetime(9999, 12, 31, 23, tzinfo=WEST)}, "until", "in no year from 1 to 9999 in UTC"),
    ],
    ids=str,
)
async def test_a_filter_that_makes_no_sense_is_refused(start: Start, filters: dict[str, Any], field: str, told: str):
    client = await start()
    with pytest.raises(InvalidInput, match=told) as refused:
        await client.call(news.GET_ARTICLES, news.GetArticlesRequest(**filters))
    assert refused.value.details["field"] == field
    assert refused.value.details["constraint"]


@pytest.mark.parametrize("words", ['"unclosed', "a & b | !", "sentiment=bullish", "lead=", "x' | 'demand"])
async def test_signs_in_the_words_searched_for_are_no_operators(client: Client, words: str):
    assert await ids(client, q=words) == []


@pytest.mark.parametrize("words", ["';--", "\\", "=", "%_", "!!", "the of and"])
async def test_a_search_without_a_word_is_refused(start: Start, words: str):
    client = await start()
    with pytest.raises(InvalidInput, match="holds no word to search for") as refused:
        await client.call(news.GET_ARTICLES, news.GetArticlesRequest(q=words))
    assert refused.value.details == {"field": "q", "constraint": "a word that tells something"}


@pytest.mark.parametrize("field", ["q", "source"])
@pytest.mark.parametrize("text", ["", "a\0b", "tab\tbed", "x" * 501])
async def test_text_that_no_article_can_hold_is_refused(start: Start, field: str, text: str):
    client = await start()
    with pytest.raises(InvalidInput) as refused:
        await client.call(news.GET_ARTICLES, news.GetArticlesRequest(**{field: text}))
    assert refused.value.details["field"] == field


async def test_a_time_without_a_zone_is_refused(start: Start):
    client = await start()
    with pytest.raises(InvalidInput) as refused:
        await client.call(news.GET_ARTICLES, news.GetArticlesRequest(since=datetime(2025, 1, 1)))  # noqa: DTZ001
    assert "since" in str(refused.value.details)
