"""A user's own files of names and phrases, through the same door as the daemon's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from chitti_shared.errors import InvalidInput
from news_nlp import nlp
from news_nlp.nlp import additions, compiled
from news_nlp.nlp.readable import reading


@pytest.fixture(autouse=True)
def shipped() -> Iterator[None]:
    """Leave the shipped tables alone behind."""
    yield
    additions.extend()


def written(folder: Path, text: str) -> Path:
    path = folder / "own.txt"
    path.write_text(text, encoding="utf-8")
    return path


def symbols_in(text: str) -> list[str | None]:
    return [entity.symbol for entity in nlp.entities(text) if entity.kind == "company"]


def test_own_names_are_found_beside_the_shipped_ones(tmp_path: Path):
    assert symbols_in("Bombay House Bellwether and Infosys gain") == ["INFY"]
    additions.extend(aliases=written(tmp_path, "TCS: Bombay House Bellwether\n"))
    assert symbols_in("Bombay House Bellwether and Infosys gain") == ["TCS", "INFY"]


def test_an_own_name_takes_the_place_of_a_shipped_one(tmp_path: Path):
    additions.extend(aliases=written(tmp_path, "-: Zee\n"))
    assert symbols_in("Zee shares gain") == [None]


def test_own_phrases_decide_and_replace_shipped_ones(tmp_path: Path):
    assert nlp.score("TCS zindabad").sentiment == "neutral"
    additions.extend(lexicon=written(tmp_path, "[positive]\n1.0 zindabad\n[negative]\n1.0 upgrade\n"))
    assert nlp.score("TCS zindabad").sentiment == "bullish"
    assert nlp.score("TCS upgrade").sentiment == "bearish"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("TCS: One\nNOSUCH: Two\n", "alias line 2: 'NOSUCH' is not in the universe"),
        ("TCS: Dr. Who\nINFY: Dr Who\n", "alias line 2: 'Dr Who' stands for INFY, on line 1 for TCS"),
    ],
)
def test_a_bad_line_of_names_names_the_setting_the_file_and_the_line(tmp_path: Path, text: str, reason: str):
    path = written(tmp_path, text)
    with pytest.raises(InvalidInput) as caught:
        additions.extend(aliases=path)
    assert caught.value.message == f"CHITTI_ALIASES: {path}: {reason}"
    assert caught.value.details == {"field": "CHITTI_ALIASES", "constraint": "file"}
    assert symbols_in("TCS gains") == ["TCS"]  # the shipped names are still there


def test_a_bad_line_of_phrases_names_the_setting_the_file_and_the_line(tmp_path: Path):
    path = written(tmp_path, "[positive]\n1.0\n")
    with pytest.raises(InvalidInput, match=rf"CHITTI_LEXICON: {path}: lexicon line 2"):
        additions.extend(lexicon=path)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path):
    with pytest.raises(InvalidInput, match=r"CHITTI_ALIASES: .*missing\.txt: No such file or directory"):
        additions.extend(aliases=tmp_path / "missing.txt")
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"TCS: \xff\xfe")
    with pytest.raises(InvalidInput, match=r"CHITTI_ALIASES: .*binary\.txt: .*utf-8"):
        additions.extend(aliases=binary)


def test_tables_that_are_being_made_while_names_are_added_do_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = written(tmp_path, "TCS: Bombay House Bellwether\n")
    begun, go = Event(), Event()
    make = compiled.reader_of

    def slowly(words: Any) -> Any:
        begun.set()
        assert go.wait(10)
        return make(words)

    with reading.TABLES:
        compiled.forget_reader()
    monkeypatch.setattr(compiled, "reader_of", slowly)
    first = Thread(target=symbols_in, args=("Bombay House Bellwether gains",))
    first.start()
    assert begun.wait(10)
    adding = Thread(target=additions.extend, args=(path,))
    adding.start()
    adding.join(0.2)  # as far as it gets while the old tables are being made
    go.set()
    first.join()
    adding.join()
    assert symbols_in("Bombay House Bellwether gains") == ["TCS"]


def test_a_text_that_was_scanned_is_judged_by_the_names_it_was_scanned_for(tmp_path: Path):
    scanned = reading.vocabulary().read("Zee shares gain, Infosys falls")
    names = [scanned.words.names[match[0]].symbol for match in scanned.names]
    additions.extend(aliases=written(tmp_path, "TCS: Bombay House Bellwether\n"))
    assert [scanned.words.names[match[0]].symbol for match in scanned.names] == names
    assert reading.vocabulary() is not scanned.words


@pytest.mark.parametrize("engine", ["compiled", "readable"])
def test_what_reads_is_made_before_the_first_text_and_nothing_else(engine: Any):
    with reading.TABLES:
        reading.forget_vocabulary()
        compiled.forget_reader()
    try:
        nlp.use(engine)
        nlp.warm_up()
        assert reading._vocabulary is not None
        assert (compiled._reader is not None) == (engine == "compiled")
    finally:
        nlp.use("compiled")
