"""A user's own files of names and phrases, from the setting to a reply."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from chitti_shared.contracts import news
from chitti_shared.ipc import Client, StartupError
from news_nlp.nlp import additions

Start = Callable[..., Awaitable[Client]]


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    """The daemon of these tests lives in this process: leave the shipped tables behind."""
    yield
    additions.extend()


async def test_the_daemon_reads_with_a_users_own_names_and_phrases(start: Start, tmp_path: Path):
    names, phrases = tmp_path / "names.txt", tmp_path / "phrases.txt"
    names.write_text("TCS: Bombay House Bellwether\n@person: Asha Rao=TCS\n", encoding="utf-8")
    phrases.write_text("[positive]\n1.0 zindabad\n", encoding="utf-8")
    client = await start(chitti_aliases=names, chitti_lexicon=phrases)
    text = "Bombay House Bellwether zindabad, says Asha Rao"
    found = await client.call(news.EXTRACT_ENTITIES, news.ExtractEntitiesRequest(text=text))
    assert [(entity.kind, entity.symbol) for entity in found.entities] == [("company", "TCS"), ("person", "TCS")]
    scored = await client.call(news.ANALYZE_SENTIMENT, news.AnalyzeSentimentRequest(text=text))
    assert scored.sentiment == "bullish"
    assert [(said.symbol, said.sentiment) for said in scored.symbols] == [("TCS", "bullish")]


async def test_a_file_with_a_bad_line_keeps_the_daemon_from_starting(start: Start, tmp_path: Path):
    names, phrases = tmp_path / "names.txt", tmp_path / "phrases.txt"
    names.write_text("TCS: One\nNOSUCH: Two\n", encoding="utf-8")
    with pytest.raises(StartupError, match=rf"CHITTI_ALIASES: {names}: alias line 2: 'NOSUCH' is not in the universe"):
        await start(chitti_aliases=names)
    phrases.write_text("zindabad\n", encoding="utf-8")
    with pytest.raises(StartupError, match=rf"CHITTI_LEXICON: {phrases}: lexicon line 1"):
        await start(chitti_lexicon=phrases)
    with pytest.raises(StartupError, match=r"CHITTI_ALIASES: .*nowhere: No such file or directory"):
        await start(chitti_aliases=tmp_path / "nowhere")
