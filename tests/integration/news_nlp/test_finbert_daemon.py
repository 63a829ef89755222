"""FinBERT through the daemon's socket: requests, feeds, and what is told when the model is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import psutil
import pytest
from chitti_cli.stack_record import StackRecord
from chitti_cli.status import states
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.contracts.system import HEALTH, METRICS
from chitti_shared.errors import EngineUnavailable, NotFound
from chitti_shared.ipc import Client, StartupError
from chitti_shared.settings import Settings
from chitti_shared.testing.database import Database
from chitti_shared.testing.waiting import first_true
from support import finbert

pytestmark = pytest.mark.integration
Start = Callable[..., Awaitable[Client]]
TEXT = "TCS profit rises while Infosys slips on fraud"
WAIT_S = 60.0


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finbert.write_model(tmp_path_factory.mktemp("finbert") / "model")


def feed(*titles: str) -> news.IngestRssRequest:
    items = "".join(f"<item><title>{title}</title><link>https://news.example/{title}</link></item>" for title in titles)
    return news.IngestRssRequest(document=Blob(f"<rss version='2.0'><channel>{items}</channel></rss>".encode()))


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "news_nlp.finbert.worker" in child.cmdline()]


async def models_of_stored(database: Database) -> dict[str, str]:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        return {row["title"]: row["model"] for row in await connection.fetch("SELECT title, model FROM news.articles")}
    finally:
        await connection.close()


async def kill_the_worker(client: Client) -> None:
    """Kill the worker and wait until the daemon has noticed."""
    (worker,) = workers()
    worker.send_signal(signal.SIGKILL)

    async def noticed() -> bool:
        return (await client.call(HEALTH, Empty())).checks["finbert"] != "ok"

    await first_true(noticed, WAIT_S)


async def test_a_request_may_ask_for_finbert(start: Start, model: Path):
    client = await start(chitti_finbert_dir=model)
    said = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=TEXT, model="finbert"))
    positive, negative, _neutral = finbert.expected("tcs profit rises unheard infosys slips unheard fraud")
    assert said.score == pytest.approx(positive - negative, abs=1e-4)
    assert said.phrases == []
    assert {one.symbol: one.sentiment for one in said.symbols} == {"TCS": "bullish", "INFY": "bearish"}
    direction = news.ClassifyDirectionRequest(text=TEXT, symbol="INFY", model="finbert")
    judged = await client.call(news.CLASSIFY_DIRECTION, direction)
    assert (judged.direction, judged.phrases) == ("bearish", [])
    unnamed = news.ClassifyDirectionRequest(text=TEXT, symbol="WIPRO", model="finbert")
    with pytest.raises(NotFound):
        await client.call(news.CLASSIFY_DIRECTION, unnamed)
    plain = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=TEXT))
    assert said.model.startswith("finbert-")
    assert plain.model == "lexicon-1"
    assert plain.phrases


async def test_finbert_is_unavailable_where_no_folder_is_set(start: Start):
    client = await start()
    with pytest.raises(EngineUnavailable, match="CHITTI_FINBERT_DIR") as refused:
        await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=TEXT, model="finbert"))
    assert refused.value.details["field"] == "model"
    assert "finbert" not in (await client.call(HEALTH, Empty())).checks


async def test_feeds_are_judged_by_the_model_of_the_setting(start: Start, model: Path, database: Database):
    client = await start(chitti_finbert_dir=model, chitti_sentiment_model="finbert")
    assert (await client.call(news.INGEST_RSS, feed("TCS profit rises", "Infosys slips on fraud"))).new == 2
    said = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text="TCS profit rises"))
    assert await models_of_stored(database) == {"TCS profit rises": said.model, "Infosys slips on fraud": said.model}
    page = await client.call(news.GET_ARTICLES, news.GetArticlesRequest(symbol="TCS"))
    assert (page.articles[0].score, page.articles[0].phrases) == (said.score, [])
    health = await client.call(HEALTH, Empty())
    assert (health.health, health.checks["finbert"], health.info["model"]) == ("healthy", "ok", said.model)
    assert health.info["finbert_confined"] is True
    assert (await client.call(news.INGEST_RSS, feed("TCS profit rises", "Wipro gains"))).new == 1
    told = (await client.call(METRICS, Empty())).text
    assert 'chitti_news_finbert_texts_total{outcome="scored"} 3.0' in told  # what is stored is not judged again
    assert 'chitti_news_finbert_texts_total{outcome="remembered"} 1.0' in told  # of the request


async def test_status_names_the_model_of_the_news(start: Start, tmp_path: Path, folder: Path):
    model = finbert.write_model(tmp_path / "model")
    client = await start(chitti_finbert_dir=model, chitti_sentiment_model="finbert")

    async def remark() -> str:
        settings = Settings(_env_file=None, chitti_runtime_dir=folder, news_nlp_listen=f"unix://{folder}/n.sock")
        record = StackRecord(pid=0, url="http://127.0.0.1:9", runtime_dir=str(folder), listen={}, database_urls={})
        return next(state.remark for state in await states(settings, record) if state.name == "news-nlp")

    assert (await remark()).startswith("model finbert-")
    await asyncio.to_thread((model / "model.onnx").unlink)  # so that the next worker does not come up
    await kill_the_worker(client)
    assert "finbert: its worker " in await remark()


async def test_a_feed_is_stored_with_the_lexicons_verdict_while_the_model_is_lost(
    start: Start, tmp_path: Path, database: Database
):
    folder = finbert.write_model(tmp_path / "model")
    client = await start(chitti_finbert_dir=folder, chitti_sentiment_model="finbert")
    await asyncio.to_thread((folder / "model.onnx").rename, tmp_path / "model.onnx")
    await kill_the_worker(client)
    assert (await client.call(news.INGEST_RSS, feed("TCS profit rises"))).new == 1
    assert await models_of_stored(database) == {"TCS profit rises": "lexicon-1"}
    with pytest.raises(EngineUnavailable):
        await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=TEXT))
    plain = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=TEXT, model="lexicon"))
    assert plain.model == "lexicon-1"
    assert (await client.call(HEALTH, Empty())).health == "degraded"
    assert "chitti_news_finbert_stood_in_total 1.0" in (await client.call(METRICS, Empty())).text
    await asyncio.to_thread((tmp_path / "model.onnx").rename, folder / "model.onnx")

    async def mended() -> bool:
        return (await client.call(HEALTH, Empty())).checks["finbert"] == "ok"

    await first_true(mended, WAIT_S)
    assert (await client.call(news.INGEST_RSS, feed("Wipro gains"))).new == 1
    assert (await models_of_stored(database))["Wipro gains"].startswith("finbert-")


async def test_a_feed_waits_no_longer_than_the_limit(start: Start, model: Path, database: Database):
    client = await start(chitti_finbert_dir=model, chitti_sentiment_model="finbert", chitti_finbert_wait_s=0.5)
    title = f"TCS {finbert.HANG}"
    assert (await client.call(news.INGEST_RSS, feed(title))).new == 1
    assert await models_of_stored(database) == {title: "lexicon-1"}


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (
            {"chitti_finbert_dir": Path("/nowhere")},
            r"CHITTI_FINBERT_DIR: /nowhere: expected a file /nowhere/config\.json",
        ),
        ({"chitti_sentiment_model": "finbert"}, "CHITTI_SENTIMENT_MODEL: finbert: expected CHITTI_FINBERT_DIR"),
    ],
)
async def test_a_model_of_the_settings_that_is_not_there_stops_the_start(
    start: Start, settings: dict[str, object], complaint: str
):
    with pytest.raises(StartupError, match=complaint):
        await start(**settings)
    assert workers() == []


async def test_the_worker_ends_with_the_daemon(database: Database, folder: Path, model: Path):
    environment = {
        **os.environ,
        "PYTHONPATH": ":".join(sys.path),
        "CHITTI_RUNTIME_DIR": str(folder),
        "CHITTI_FEEDS": "none",
    }
    environment |= {"CHITTI_FINBERT_DIR": str(model), "DATABASE_URL": database.url_of("news-nlp")}
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "news_nlp", env=environment, cwd=folder, stderr=asyncio.subprocess.DEVNULL
    )

    async def worker() -> list[psutil.Process]:
        return psutil.Process(daemon.pid).children()

    (child,) = await first_true(worker, WAIT_S)
    daemon.send_signal(signal.SIGTERM)
    await daemon.wait()
    assert not child.is_running()
