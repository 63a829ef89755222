from __future__ import annotations

import os
from pathlib import Path

import pytest
from chitti_shared.errors import ChittiError, InvalidInput, NotFound, PayloadTooLarge
from hypothesis import given
from hypothesis import strategies as st
from news_nlp.nlp.training import headlines
from news_nlp.nlp.training.headlines import read_headlines

from tests.support.labelled_headlines import csv_of, labelled, written

ROWS = labelled()


def read(folder: Path, data: bytes | str) -> headlines.Headlines:
    path = folder / "h.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_headlines(path)


def test_headlines_are_read_with_their_labels(tmp_path: Path):
    found = read_headlines(written(tmp_path))
    assert (found.rows, found.repeated, found.contradicted) == (72, 0, 0)
    assert found.texts == tuple(text for text, _ in ROWS)
    assert [found.labels.count(label) for label in ("bullish", "bearish", "neutral")] == [24, 24, 24]


@pytest.mark.parametrize("header", ["text,label", "Title, Sentiment ", "\ufeffheadline,sentiment"])
@pytest.mark.parametrize("words", ["positive negative neutral", "Bullish BEARISH neutral", "1 -1 0"])
def test_columns_and_labels_may_be_called_by_every_known_name(tmp_path: Path, header: str, words: str):
    means = dict(zip(("positive", "negative", "neutral"), words.split(), strict=True))
    found = read(tmp_path, csv_of([(text, means[label]) for text, label in ROWS], header))
    assert found.labels == read(tmp_path, csv_of(ROWS)).labels


def test_other_columns_and_empty_lines_are_ignored(tmp_path: Path):
    rows = "\n\n".join(f'{label},x,"{text}"' for text, label in ROWS)
    assert read(tmp_path, f"label,entity,headline\r\n{rows}").rows == 72


def test_a_headline_met_again_counts_once_and_one_with_several_labels_not_at_all(tmp_path: Path):
    again = [("tcs  ZORBS on festive sales!", "positive"), ("Wipro loses key client", "neutral")]
    found = read(tmp_path, csv_of(ROWS + again))
    assert (found.rows, len(found.texts), found.repeated, found.contradicted) == (74, 71, 1, 2)
    assert "Wipro loses key client" not in found.texts


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "line 1: expected one column called headline, text or title; found the columns nothing"),
        ("headline,mood\nx,positive\n", "line 1: expected one column called sentiment or label"),
        ("headline,text,label\nx,y,1\n", "line 1: expected one column called headline, text or title"),
        (
            "headline,label\nTCS gains,positive\nTCS falls,great\n",
            "line 3: expected positive, .*found the label 'great'",
        ),
        ("headline,label\nTCS gains,positive\n  ,negative\n", "line 3: .*a headline without a word"),
        ("headline,label\nTCS gains,positive,7\n", "line 2: expected 2 cells, as in the header; found 3 cells"),
        ('headline,label\n"TCS gains,positive\n', "line 2: expected a row"),
        (b"headline,label\nTCS gains,positive\nTCS \x00falls,negative\n", "line 3: .*found a NUL byte"),
        (b"headline,label\nTCS gains\xff,positive\n", "line 2: expected UTF-8 text; found the byte 0xff"),
        ("headline,label\nTCS gains,positive\n".encode("utf-16"), "line 1: expected UTF-8 text"),
        (f"headline,label\n{'x' * 2001},positive\n", "line 2: expected at most 2000; found a headline of 2001"),
        (csv_of(ROWS[:5]), "expected at least 10 different headlines of each of 2 or 3 labels; found 5 bullish"),
        (csv_of(ROWS[:24]), "found 24 bullish"),
        (csv_of(ROWS[:24] + ROWS[24:30] + ROWS[48:]), "found 6 bearish, 24 bullish, 24 neutral"),
        (csv_of(ROWS[:12] * 50), "found 12 bullish"),
    ],
)
def test_a_file_that_is_no_set_of_labelled_headlines_is_refused_with_its_line(
    tmp_path: Path, data: bytes | str, message: str
):
    with pytest.raises(InvalidInput, match=message) as caught:
        read(tmp_path, data)
    assert caught.value.details["field"] == "file"


def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    huge = tmp_path / "huge.csv"
    huge.touch()
    os.truncate(huge, 2 * 2**30)  # sparse: it takes no room
    with pytest.raises(PayloadTooLarge, match="more than 64 MiB"):
        read_headlines(huge)
    monkeypatch.setattr(headlines, "MAX_ROWS", 71)
    with pytest.raises(PayloadTooLarge, match="more than 71 rows"):
        read_headlines(written(tmp_path))


def test_what_is_no_file_is_refused_at_once(tmp_path: Path):
    with pytest.raises(NotFound, match=r"there is no file .*gone\.csv"):
        read_headlines(tmp_path / "gone.csv")
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ChittiError, match="expected a file"):
            read_headlines(path)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_headlines_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, data: bytes, header: bool):
    folder = tmp_path_factory.mktemp("any")
    rest = csv_of(ROWS).encode() if header else b""
    try:
        found = read(folder, rest + data)
    except ChittiError:
        return
    assert len(found.texts) == len(found.labels) >= 20
