"""The model in its worker process: what it may do, and what happens when it is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from chitti_shared.errors import EngineUnavailable, Overloaded
from chitti_shared.testing.waiting import until
from news_nlp import nlp
from news_nlp.finbert import FinBert, FinBertLimits, FinBertMetrics, Lost
from news_nlp.nlp.digest import ScoredArticle, digest
from prometheus_client import CollectorRegistry
from support import finbert

pytestmark = pytest.mark.integration
LIMITS = FinBertLimits(memory_mb=1024, batch_s=30.0)
Start = Callable[..., Awaitable[FinBert]]
WAIT_S = 60.0  # a busy machine is no failing test


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finbert.write_model(tmp_path_factory.mktemp("finbert") / "good")


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def start(good: Path, registry: CollectorRegistry) -> AsyncIterator[Start]:
    """Start the model of a folder within limits."""
    async with AsyncExitStack() as stack:

        async def enter(folder: Path = good, **limits: float) -> FinBert:
            bounds = replace(LIMITS, **limits)  # type: ignore[arg-type]
            return await stack.enter_async_context(FinBert(folder, bounds, FinBertMetrics(registry)))

        yield enter


async def read(model: FinBert, text: str) -> nlp.Understanding:
    return await model.understand(text, nlp.understand(text))


def running(model: FinBert) -> psutil.Process:
    assert model.pid is not None
    return psutil.Process(model.pid)


def articles(*titles: str) -> list[ScoredArticle]:
    """What a feed of these titles brings."""
    items = "".join(f"<item><title>{title}</title></item>" for title in titles)
    return digest(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), datetime.now(UTC)).articles


def counted(registry: CollectorRegistry, name: str, **labels: str) -> float:
    return registry.get_sample_value(f"chitti_news_finbert_{name}", labels) or 0.0


async def answers_again(model: FinBert) -> None:
    await until(lambda: model.trouble is None, WAIT_S)
    assert (await read(model, "the company said")).model == model.name


async def test_a_text_is_judged_as_the_weights_say_and_named_as_the_lexicon_says(start: Start):
    model = await start()
    text = "TCS profit rises"
    positive, negative, _neutral = finbert.expected(text.lower())
    said = await read(model, text)
    assert (said.sentiment, said.model, said.phrases) == ("bullish", model.name, [])
    assert (said.score, said.confidence) == pytest.approx((positive - negative, positive), abs=1e-4)
    assert said.entities == nlp.understand(text).entities
    assert said.symbols["TCS"].score == said.score
    assert said.symbols["TCS"].relevance == nlp.understand(text).symbols["TCS"].relevance


async def test_names_that_are_no_listed_company_keep_the_lexicons_verdicts(start: Start):
    text = "TCS profit rises while Nifty falls"
    said = await read(await start(), text)
    assert list(said.others) == ["NIFTY"]
    assert said.others == nlp.understand(text).others


async def test_companies_that_a_text_sets_apart_are_judged_by_their_parts(start: Start):
    model = await start()
    said = await read(model, "TCS profit rises while Infosys slips on fraud")
    assert {symbol: verdict.sentiment for symbol, verdict in said.symbols.items()} == {
        "TCS": "bullish",
        "INFY": "bearish",
    }
    positive, negative, _neutral = finbert.expected("infosys slips unheard fraud")
    assert said.symbols["INFY"].score == pytest.approx(positive - negative, abs=1e-4)


async def test_the_worker_has_nothing_of_the_daemon_and_may_open_nothing(
    start: Start, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    model = await start()
    process = running(model)
    assert not {"DATABASE_URL", "HOME", "PATH"} & set(process.environ())
    assert process.nice() >= 10
    assert process.rlimit(psutil.RLIMIT_DATA) == (1024 << 20, 1024 << 20)
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert {entry.fd for entry in process.open_files()} == set()
    assert process.num_fds() == 4  # standard input, output, error, and the line to the daemon
    assert process.num_threads() == 1
    assert model.confined
    assert counted(registry, "memory_bytes") == pytest.approx(process.memory_info().rss, rel=0.2)
    status = await asyncio.to_thread(Path(f"/proc/{process.pid}/status").read_text)
    assert "\nNoNewPrivs:\t1\n" in status
    assert "\nSeccomp:\t2\n" in status


@pytest.mark.parametrize(
    "attempt",
    ["import socket; socket.socket()", "import os; os.execv('/bin/true', ['true'])", "x = bytearray(1 << 30)"],
    ids=["connection", "program", "memory"],
)
def test_a_confined_process_is_refused_connections_programs_and_memory(attempt: str):
    program = f"from news_nlp.finbert.confinement import confine\nassert confine(512)\n{attempt}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "PermissionError" in done.stderr or "MemoryError" in done.stderr


async def test_a_worker_killed_while_idle_is_replaced(start: Start):
    model = await start()
    first = running(model)
    first.kill()
    await until(lambda: model.trouble is not None, WAIT_S)
    assert model.trouble == "was ended by signal 9 (Killed)"
    with pytest.raises(EngineUnavailable, match=r"was ended by signal 9 \(Killed\)"):
        await read(model, "the company said")
    await answers_again(model)
    assert running(model).pid != first.pid


async def test_a_worker_killed_in_a_batch_fails_that_batch_and_is_replaced(start: Start, registry: CollectorRegistry):
    model = await start()
    asked = asyncio.ensure_future(read(model, finbert.HANG))
    process = running(model)
    await until(lambda: process.cpu_times().user > 0 and process.status() == psutil.STATUS_RUNNING, WAIT_S)
    process.kill()
    with pytest.raises(EngineUnavailable, match="signal 9") as failed:
        await asked
    assert failed.value.details["kind"] == "model"
    await answers_again(model)
    assert counted(registry, "workers_lost_total") == 1
    assert counted(registry, "up") == 1
    assert counted(registry, "texts_total", outcome="failed") == 1


async def test_a_batch_that_takes_too_long_ends_its_worker(start: Start):
    model = await start(batch_s=3.0)
    process = running(model)
    with pytest.raises(EngineUnavailable, match="took longer than 3 s and was killed"):
        await read(model, finbert.HANG)
    assert not process.is_running()
    await answers_again(model)


async def test_a_batch_that_needs_too_much_memory_ends_its_worker(start: Start):
    model = await start()
    with pytest.raises(EngineUnavailable, match="needed more memory than CHITTI_FINBERT_MEMORY_MB=1024"):
        await read(model, finbert.HOG)
    await answers_again(model)


async def test_a_stopped_worker_does_not_keep_the_daemon(good: Path):
    async with FinBert(good, LIMITS, FinBertMetrics(CollectorRegistry())) as model:
        process = running(model)
        process.suspend()
        asked = asyncio.ensure_future(read(model, "the company said"))
        await asyncio.sleep(0)
    assert not process.is_running()
    with pytest.raises((EngineUnavailable, asyncio.CancelledError)):
        await asked


async def test_a_folder_without_a_model_is_refused_at_the_start(tmp_path: Path):
    with pytest.raises(Lost, match=r"expected a file .*config\.json"):
        async with FinBert(tmp_path, LIMITS, FinBertMetrics(CollectorRegistry())):
            pass


async def test_a_model_that_does_not_fit_in_memory_is_refused_at_the_start(tmp_path: Path):
    folder = finbert.write_model(tmp_path / "model", hog="said")  # as the first text says that a model is tried with
    with pytest.raises(Lost, match="needed more memory than CHITTI_FINBERT_MEMORY_MB=1024"):
        async with FinBert(folder, LIMITS, FinBertMetrics(CollectorRegistry())):
            pass


async def test_libraries_that_do_not_fit_in_memory_are_told(good: Path):
    with pytest.raises(Lost, match=r"CHITTI_FINBERT_MEMORY_MB=40|ended"):
        async with FinBert(good, replace(LIMITS, memory_mb=40), FinBertMetrics(CollectorRegistry())):
            pass


async def test_a_folder_spoilt_later_is_told_until_it_is_mended(start: Start, tmp_path: Path):
    folder = finbert.write_model(tmp_path / "model")
    model = await start(folder)
    moved = (folder / "config.json").rename(tmp_path / "config.json")
    running(model).kill()
    await until(lambda: model.trouble is not None and "config.json" in model.trouble, WAIT_S)
    moved.rename(folder / "config.json")
    await answers_again(model)


async def test_articles_keep_their_order_and_their_names(start: Start, registry: CollectorRegistry):
    model = await start()
    titles = [f"TCS profit {'rises ' * (at % 40)}{at}" for at in range(100)]
    given = articles(*titles)
    judged = await model.refine(given)
    assert [one.item.title for one in judged] == titles
    assert {one.meaning.model for one in judged} == {model.name}
    for one in judged:
        positive, negative, _neutral = finbert.expected(one.item.title.lower())
        assert one.meaning.score == pytest.approx(positive - negative, abs=1e-4)
        assert [entity.symbol for entity in one.meaning.entities][:1] == ["TCS"]
    assert await model.refine(given) == judged
    assert counted(registry, "texts_total", outcome="scored") == 100
    assert counted(registry, "texts_total", outcome="remembered") == 100


async def test_articles_that_are_not_judged_keep_the_lexicons_verdict(start: Start, registry: CollectorRegistry):
    model = await start(wait_s=0.5)
    given = articles("TCS profit rises", *(f"Infosys slips {finbert.HANG} {at}" for at in range(20)))
    await read(model, given[0].item.title)  # known from now on
    began = asyncio.get_running_loop().time()
    judged = await model.refine(given)
    assert asyncio.get_running_loop().time() - began < 20  # wait_s and no more, on a busy machine
    assert judged[0].meaning.model == model.name
    assert judged[1:] == given[1:]
    assert counted(registry, "stood_in_total") == 20
    running(model).kill()
    await until(lambda: model.trouble is not None, WAIT_S)
    unseen = articles("Wipro gains")
    assert await model.refine(unseen) == unseen
    assert counted(registry, "stood_in_total") == 21


async def test_a_request_goes_before_the_articles_of_a_feed(start: Start):
    model = await start()
    feed = asyncio.ensure_future(model.refine(articles(*(f"the board meets {at}" for at in range(2_000)))))
    await asyncio.sleep(0)
    await read(model, "TCS profit rises")
    assert not feed.done()
    assert all(one.meaning.model == model.name for one in await feed)


async def test_more_requests_than_can_wait_are_refused_at_once(start: Start):
    model = await start()
    running(model).suspend()
    asked = [asyncio.ensure_future(read(model, f"the board {at}")) for at in range(70)]
    await until(lambda: any(one.done() for one in asked), WAIT_S)
    with pytest.raises(Overloaded):
        await next(one for one in asked if one.done())
    running(model).resume()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} == {nlp.Understanding, Overloaded}


async def test_a_request_that_is_given_up_costs_the_model_nothing(start: Start, registry: CollectorRegistry):
    model = await start()
    running(model).suspend()
    asked = [asyncio.ensure_future(read(model, f"the board {at}")) for at in range(5)]
    await asyncio.sleep(0)
    for one in asked[1:]:
        one.cancel()
    await asyncio.gather(*asked[1:], return_exceptions=True)
    running(model).resume()
    await asked[0]
    await read(model, "the company said")
    assert counted(registry, "texts_total", outcome="scored") == 2


async def test_a_feed_that_is_given_up_is_not_judged(start: Start, registry: CollectorRegistry):
    model = await start()
    running(model).suspend()
    feed = asyncio.ensure_future(model.refine(articles(*(f"the board meets {at}" for at in range(160)))))
    await asyncio.sleep(0)
    feed.cancel()
    await asyncio.gather(feed, return_exceptions=True)
    running(model).resume()
    await read(model, "the company said")
    assert counted(registry, "texts_total", outcome="scored") == 1


PARENT = """
import asyncio, sys
from pathlib import Path
from news_nlp import nlp
from news_nlp.finbert import FinBert, FinBertLimits, FinBertMetrics
from prometheus_client import CollectorRegistry

async def main():
    async with FinBert(Path(sys.argv[1]), FinBertLimits(), FinBertMetrics(CollectorRegistry())) as model:
        print(model.pid, flush=True)
        await model.understand(sys.argv[2], nlp.understand(sys.argv[2]))
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("text", ["the company said", finbert.HANG], ids=["idle", "in a batch"])
async def test_the_worker_ends_with_a_daemon_that_is_killed(good: Path, text: str):
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(good), text,
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert parent.stdout is not None
    worker = psutil.Process(int(await parent.stdout.readline()))
    if text == finbert.HANG:
        used = worker.cpu_times().user
        await until(lambda: worker.cpu_times().user > used + 0.2, WAIT_S)
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, WAIT_S)
