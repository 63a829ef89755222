"""The compiled reader on texts that nobody would write, and in many threads at once."""

from __future__ import annotations

import gc
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from news_nlp.nlp import compiled, readable
from support.news_texts import SIGNS, headlines

STATUS = Path("/proc/self/status")


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_letters_are_read_alike(text: str):
    assert compiled.understand(text) == readable.understand(text)


@pytest.mark.parametrize("widest", ["z", "\u00ff", "\u20b9", "\U0001d49c"])
def test_the_width_of_the_letters_changes_nothing(widest: str):
    text = "TCS net profit falls 12% to Rs 40 crore; Wipro's Q2 FY26 gains"
    plain = compiled.understand(text)
    wide = compiled.understand(f"{text} {widest}")
    assert (wide.entities, wide.phrases) == (plain.entities, plain.phrases)


@pytest.mark.parametrize(
    "piece", ["TCS gains ", "TCS too ", "Infosys falls as do the TCS ", "TCS Infosys ", "unlike TCS, "]
)
def test_the_phrases_about_a_name_of_a_long_text_are_told_alike(piece: str):
    text = 3_000 * piece
    ours, theirs = compiled.phrases_about(text, "TCS"), readable.phrases_about(text, "TCS")
    assert [(phrase.start, phrase.weight) for phrase in ours] == [(phrase.start, phrase.weight) for phrase in theirs]


@pytest.mark.parametrize(
    "piece",
    [
        "TCS falls ",
        "Tata ",
        "not up ",
        "profit booking, ",
        ",",
        "9",
        "1,",
        "a.",
        "M&",
        "'s ",
        "up 3% vs 2% ",
        "\n",
        "Q2 ",
    ],
)
def test_one_thing_said_again_and_again_is_read(piece: str):
    text = piece * (50_000 // len(piece))
    meaning = compiled.understand(text)
    assert -1.0 <= meaning.score <= 1.0
    for found in (*meaning.entities, *meaning.phrases):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("letter", ["a", "9", "&", "ё", "\U0001f600"])
def test_one_word_of_a_million_letters_is_read(letter: str):
    assert compiled.understand(letter * 1_000_000).symbols == {}


@pytest.mark.parametrize("letters", [1_022, 1_023, 1_024, 1_025, 2_000])
@pytest.mark.parametrize("piece", ["TCS,", "up 3% ", "Infosys shares slip despite strong growth in margins; "])
def test_a_text_about_as_long_as_the_room_on_the_stack_is_read_alike(piece: str, letters: int):
    # 1,023 letters are the most whose tokens lie on the stack; the other arrays leave it sooner
    text = (piece * letters)[:letters]
    assert compiled.understand(text) == readable.understand(text)


@pytest.mark.parametrize("words", range(100, 130))
def test_the_number_of_tokens_changes_nothing(words: int):
    text = "TCS up, " + "a " * words
    assert compiled.understand(text) == readable.understand(text)


def test_a_shuffled_text_of_50_000_characters_is_read_alike():
    pieces = [*headlines()[:60], *SIGNS]
    chosen = random.Random(5).choices(pieces, k=2_000)
    text = " ".join(chosen)[:50_000]
    assert compiled.understand(text) == readable.understand(text)


def test_threads_share_one_reader():
    found = headlines()
    expected = [compiled.understand(text) for text in found]

    def read_all(seed: int) -> bool:
        order = random.Random(seed).sample(range(len(found)), len(found))
        return all(compiled.understand(found[at]) == expected[at] for at in order)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read_all, range(16)))


def test_reading_leaves_no_object_behind():
    text = "\n".join(headlines()[:20])
    for _ in range(3):
        compiled.understand(text)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(100):
        compiled.understand(text)
    gc.collect()
    assert len(gc.get_objects()) - before < 50


@pytest.mark.skipif(not STATUS.exists(), reason="memory is asked of /proc")
def test_reading_leaves_no_memory_behind():
    text = "TCS falls 3%, " * 20_000  # about 30 MB of rooms

    def resident_kb() -> int:
        return int(STATUS.read_text().partition("VmRSS:")[2].split()[0])

    compiled.understand(text)
    before = resident_kb()
    for _ in range(20):
        compiled.understand(text)
    assert resident_kb() - before < 100_000
