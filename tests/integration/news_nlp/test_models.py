"""The daemon with a model trained on labelled headlines, from the command that makes it to the stored article."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from chitti_shared.contracts import news
from chitti_shared.contracts.action import Blob, Empty
from chitti_shared.contracts.system import HEALTH
from chitti_shared.errors import EngineUnavailable
from chitti_shared.ipc import Client, StartupError
from chitti_shared.testing.waiting import first_true
from news_nlp.nlp.training.command import train_sentiment

from tests.support.labelled_headlines import csv_of, labelled, written

pytestmark = pytest.mark.integration

Start = Callable[..., Awaitable[Client]]
TEXT = "TCS zorbs after its annual meeting"  # no word of the lexicon


def train(folder: Path, file: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chitti_cli", "train-sentiment", str(file)]
    chosen = environment | {"CHITTI_DATA_DIR": str(folder)}
    return subprocess.run(command, env=chosen, cwd=folder, capture_output=True, text=True, check=False, timeout=100)


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A data folder with a model in it."""
    train_sentiment([str(written(tmp_path))], tmp_path / "models" / "sentiment.bin", lambda _: None)
    return tmp_path


@pytest.fixture
def environment() -> dict[str, str]:
    paths = [path for path in sys.path if path and "site-packages" not in path]
    return {"PYTHONPATH": ":".join(paths), "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


async def asked(client: Client, model: str | None = None) -> news.AnalyzeSentimentReply:
    request = news.AnalyzeSentimentRequest(text=TEXT, model=model)  # type: ignore[arg-type]
    reply: news.AnalyzeSentimentReply = await client.call(news.ANALYZE_SENTIMENT, request)
    return reply


async def test_a_request_chooses_what_scores_it(start: Start, trained: Path):
    client = await start(chitti_data_dir=trained)
    replies = {model: await asked(client, model) for model in (None, "lexicon", "trained", "blend")}
    assert replies[None].model == replies["lexicon"].model == "lexicon-1"
    assert replies["lexicon"].sentiment == "neutral"
    assert replies["trained"].model.startswith("trained-")
    assert replies["trained"].sentiment == "bullish"
    assert replies["trained"].phrases
    assert [(said.symbol, said.sentiment) for said in replies["trained"].symbols] == [("TCS", "bullish")]
    assert replies["blend"].model == replies["trained"].model.replace("trained", "blend")
    assert 0 < replies["blend"].score < replies["trained"].score
    direction = await client.call(
        news.CLASSIFY_DIRECTION, news.ClassifyDirectionRequest(text=TEXT, symbol="TCS", model="trained")
    )
    assert (direction.direction, direction.model) == ("bullish", replies["trained"].model)
    assert direction.relevance == replies["lexicon"].symbols[0].relevance
    assert direction.phrases == replies["trained"].phrases


@pytest.mark.parametrize("model", ["trained", "blend"])
async def test_names_that_are_no_listed_company_keep_the_lexicons_verdicts(start: Start, trained: Path, model: str):
    client = await start(chitti_data_dir=trained)
    text = "TCS zorbs; Sensex falls 2%, RBI upbeat"
    by_model, by_lexicon = [
        await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=text, model=chosen))  # type: ignore[arg-type]
        for chosen in (model, "lexicon")
    ]
    assert [said.name for said in by_model.others] == ["SENSEX", "RBI"]
    assert by_model.others == by_lexicon.others
    request = news.ClassifyDirectionRequest(text=text, name="SENSEX", model=model)  # type: ignore[arg-type]
    assert [phrase.text for phrase in (await client.call(news.CLASSIFY_DIRECTION, request)).phrases] == ["falls"]
    assert by_model.model != by_lexicon.model


async def test_the_setting_scores_stored_articles_too(start: Start, trained: Path):
    client = await start(chitti_data_dir=trained, chitti_sentiment_model="trained")
    assert (await asked(client)).sentiment == "bullish"
    feed = f"<rss version='2.0'><channel><item><title>{TEXT}</title></item></channel></rss>"
    await client.call(news.INGEST_RSS, news.IngestRssRequest(document=Blob(feed.encode())))
    (article,) = (await client.call(news.GET_ARTICLES, news.GetArticlesRequest(symbol="TCS"))).articles
    assert article.sentiment == "bullish"
    health = await client.call(HEALTH, Empty())
    assert (health.health, health.info["model"]) == ("healthy", (await asked(client)).model)


async def test_a_running_daemon_takes_a_new_model_up_and_refuses_a_broken_one(
    start: Start, trained: Path, environment: dict[str, str]
):
    client = await start(chitti_data_dir=trained, chitti_sentiment_model="trained")
    first = await asked(client)
    turned = {"positive": "negative", "negative": "positive", "neutral": "neutral"}
    other = trained / "other.csv"
    other.write_text(csv_of([(text, turned[label]) for text, label in labelled()]), encoding="utf-8")
    done = train(trained, other, environment)
    assert done.returncode == 0, done.stderr
    assert "trained, 5-fold on unseen headlines: accuracy" in done.stdout

    async def turned_round() -> bool:
        return (await asked(client)).sentiment == "bearish"

    await first_true(turned_round)
    second = await asked(client)
    assert second.model != first.model
    (trained / "models" / "sentiment.bin").write_bytes(b"CHITTISM, but no model at all, only some words of text")

    async def told() -> bool:
        return (await client.call(HEALTH, Empty())).health != "healthy" and (await asked(client)) is not None

    await first_true(told)
    assert (await asked(client)).model == second.model


async def test_a_model_that_is_not_there_is_an_error_of_the_request(start: Start, tmp_path: Path):
    client = await start(chitti_data_dir=tmp_path)
    for model in ("trained", "blend"):
        with pytest.raises(EngineUnavailable, match=r"sentiment\.bin.*chitti train-sentiment"):
            await asked(client, model)
    assert (await asked(client)).model == "lexicon-1"


@pytest.mark.parametrize("model", ["trained", "blend"])
async def test_a_setting_without_its_model_stops_the_start(start: Start, tmp_path: Path, model: str):
    with pytest.raises(StartupError, match=rf"CHITTI_SENTIMENT_MODEL: {model}: .*sentiment\.bin.*train-sentiment"):
        await start(chitti_data_dir=tmp_path, chitti_sentiment_model=model)


def test_the_command_says_what_is_wrong_and_replaces_nothing(trained: Path, environment: dict[str, str]):
    before = (trained / "models" / "sentiment.bin").read_bytes()
    (trained / "few.csv").write_text(csv_of(labelled()[:5]), encoding="utf-8")
    for file, message in (("few.csv", "at least 10 different headlines"), ("none.csv", "there is no file")):
        done = train(trained, trained / file, environment)
        assert done.returncode == 1
        assert message in done.stderr
        assert "Traceback" not in done.stderr
    assert (trained / "models" / "sentiment.bin").read_bytes() == before


def test_the_daemons_program_knows_no_other_command(environment: dict[str, str]):
    done = subprocess.run(
        [sys.executable, "-m", "news_nlp", "train"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "expected nothing or train-sentiment, found 'train'" in done.stderr
