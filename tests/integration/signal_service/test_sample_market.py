"""The main job on the shipped sample: bars and feed in, alerts out, by the real daemons."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from chitti_shared.contracts import market, news, signals
from chitti_shared.contracts.action import Blob
from chitti_shared.contracts.compute import MOJO_COMPUTE
from chitti_shared.ipc import Client
from chitti_shared.settings import Settings
from chitti_shared.testing.waiting import first_true
from mojo_compute.__main__ import wire as wire_compute
from news_nlp.__main__ import wire as wire_news

pytestmark = pytest.mark.integration

SAMPLE = Path(__file__).parents[3] / "cli" / "chitti_cli" / "sample"
BACKED = {
    ("HEROMOTOCO", "bullish"), ("JSWSTEEL", "bullish"), ("HINDALCO", "bullish"), ("SBIN", "bullish"),
    ("TRENT", "bearish"), ("TITAN", "bearish"), ("BHARTIARTL", "bearish"), ("ITC", "bearish"), ("DRREDDY", "bearish"),
}  # fmt: skip
NOT_BACKED = {"ADANIENT", "SUNPHARMA", "ETERNAL", "ONGC"}  # the bars of the day say otherwise
NEUTRAL = {"M&M", "ULTRACEMCO", "INFY", "POWERGRID", "KOTAKBANK"}


@pytest.fixture
async def beside(database, folder):
    """mojo-compute and news-nlp in this process, on the sockets that signal-service expects."""
    settings = Settings(
        database_url_mojo_compute=database.url_of("mojo-compute"),
        database_url_news_nlp=database.url_of("news-nlp"),
        chitti_runtime_dir=folder,
        chitti_data_dir=folder / "data",
        chitti_feeds="none",
        _env_file=None,
    )
    async with AsyncExitStack() as stack:
        clients = []
        for service, wire in ((MOJO_COMPUTE, wire_compute), (news.NEWS_NLP, wire_news)):
            server = await wire(settings, stack)
            address = f"unix://{folder}/{service.name}.sock"
            await server.start(address)
            stack.push_async_callback(server.close, 0)
            clients.append(Client(service, address))
            stack.push_async_callback(clients[-1].close)
        yield clients


async def test_the_sample_feed_raises_alerts_that_its_bars_back_and_no_others(beside, start_service):
    compute, newsroom = beside
    bars = market.ImportPricesRequest(document=Blob((SAMPLE / "nifty50_eod.csv.zip").read_bytes()))
    assert len((await compute.call(market.IMPORT_PRICES, bars, timeout_s=60)).symbols) == 50
    service = await start_service()

    feed = news.IngestRssRequest(document=Blob((SAMPLE / "nifty_sample.xml").read_bytes()))
    assert (await newsroom.call(news.INGEST_RSS, feed)).new == 42

    async def raised():
        query = signals.GetAlertsRequest(kind="combined", limit=1000)
        reply = await service.client.call(signals.GET_ALERTS, query)
        return reply.alerts if BACKED.issubset((one.symbol, one.direction) for one in reply.alerts) else None

    alerts = await first_true(raised, 30)
    assert not {one.symbol for one in alerts} & (NOT_BACKED | NEUTRAL | {"RPOWER"})
    for one in alerts:
        assert one.headline
        assert 0.0 < one.impact <= 100.0
        assert one.sentiment == one.direction
        assert {"close", "sma_20", "rsi_14", "sentiment_score", "past_cases"} <= {fact.name for fact in one.evidence}

    assert (await newsroom.call(news.INGEST_RSS, feed)).new == 0
    again = await service.client.call(signals.GENERATE_SIGNALS, signals.GenerateSignalsRequest())
    assert (again.created, again.symbols) == (0, 50)
    assert again.generated >= len(alerts)
