"""Requests about a text, by either engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
import pytest
from chitti_shared.contracts import news
from chitti_shared.errors import InvalidInput, NotFound
from chitti_shared.ipc import Client
from news_nlp import nlp
from news_nlp.nlp import readable

pytestmark = pytest.mark.integration
Start = Callable[..., Awaitable[Client]]
TEXT = "TCS net profit rises 12% to Rs 12,040 crore, beats estimates; Infosys slips on profit booking"
MARKET = "Sensex falls 2% while Nifty gains; Sebi fines Reliance Securities; auto stocks rally, TCS slips"


@pytest.fixture(autouse=True)
def engine_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_understand", "_entities", "_phrases_about", "_cost_us"):
        monkeypatch.setattr(nlp, name, getattr(nlp, name))


async def test_a_reply_says_what_decided(start: Start):
    client = await start()
    reply = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=TEXT))
    assert (reply.sentiment, reply.event, reply.model) == ("bullish", "results", nlp.MODEL)
    assert {said.symbol: said.sentiment for said in reply.symbols} == {"TCS": "bullish", "INFY": "bearish"}
    assert all(TEXT[phrase.start : phrase.end] == phrase.text for phrase in reply.phrases)


async def test_names_that_are_no_listed_company_have_a_verdict_each(start: Start):
    client = await start()
    reply = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=MARKET))
    assert [(said.symbol, said.sentiment) for said in reply.symbols] == [("TCS", "bearish")]
    assert [(said.name, said.kind, said.sentiment) for said in reply.others] == [
        ("SENSEX", "index", "bearish"),
        ("NIFTY", "index", "bullish"),
        ("SEBI", "regulator", "neutral"),
        ("Reliance Securities", "company", "bearish"),
        ("Automobile and Auto Components", "sector", "bullish"),
    ]


async def test_a_direction_can_be_asked_for_any_name(start: Start):
    client = await start()

    async def asked(name: str) -> news.ClassifyDirectionReply:
        reply: news.ClassifyDirectionReply = await client.call(
            news.CLASSIFY_DIRECTION, news.ClassifyDirectionRequest(text=MARKET, name=name)
        )
        return reply

    scored = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=MARKET))
    for other in scored.others:
        reply = await asked(other.name)
        assert (reply.name, reply.symbol, reply.relevance) == (other.name, None, None)
        assert (reply.direction, reply.score, reply.confidence) == (other.sentiment, other.score, other.confidence)
        added = sum(phrase.weight for phrase in reply.phrases)
        assert reply.score == pytest.approx(added / (abs(added) + 1.0), abs=1e-3)
    (listed,) = scored.symbols
    reply = await asked("TCS")
    assert (reply.name, reply.direction, reply.relevance) == ("TCS", listed.sentiment, listed.relevance)
    with pytest.raises(NotFound, match="the text does not name BANKNIFTY") as refused:
        await asked("BANKNIFTY")
    assert refused.value.details == {"kind": "name", "name": "BANKNIFTY"}


async def test_a_direction_can_be_asked_for_by_a_former_symbol(start: Start):
    client = await start()
    for asked in ({"symbol": "TATAMOTORS"}, {"name": "TATAMOTORS"}):
        request = news.ClassifyDirectionRequest(text="Tata Motors jumps 5% while TCS falls", **asked)
        reply: news.ClassifyDirectionReply = await client.call(news.CLASSIFY_DIRECTION, request)
        assert (reply.direction, reply.symbol or reply.name) == ("bullish", "TATAMOTORS")
        assert [phrase.text for phrase in reply.phrases] == ["jumps"]


async def test_a_symbol_and_a_name_at_once_are_refused(start: Start):
    client = await start()
    with pytest.raises(InvalidInput, match="give symbol or name, not both") as refused:
        await client.call(
            news.CLASSIFY_DIRECTION, news.ClassifyDirectionRequest(text=MARKET, symbol="TCS", name="NIFTY")
        )
    assert refused.value.details["field"] == "name"


async def test_the_engine_setting_chooses_the_readable_rules(start: Start, monkeypatch: pytest.MonkeyPatch):
    client = await start(chitti_engine="numpy")
    request = news.AnalyzeSentimentRequest(text=TEXT)
    by_readable = await client.call(news.ANALYZE_SENTIMENT, request)
    nlp.use("compiled")
    by_compiled = await client.call(news.ANALYZE_SENTIMENT, request)
    assert msgspec.structs.replace(by_readable, time_ms=0.0) == msgspec.structs.replace(by_compiled, time_ms=0.0)
    nlp.use("readable")
    monkeypatch.setattr(readable, "weigh", lambda *_: [])
    assert (await client.call(news.ANALYZE_SENTIMENT, request)).phrases == []


async def test_a_text_of_50_000_characters_is_read(start: Start):
    client = await start()
    text = (TEXT + ". ") * 600
    reply = await client.call(news.EXTRACT_ENTITIES, news.ExtractEntitiesRequest(text=text[:50_000]))
    assert reply.count > 2_000
