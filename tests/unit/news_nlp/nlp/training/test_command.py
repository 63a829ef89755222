from __future__ import annotations

from pathlib import Path

import pytest
from chitti_shared.errors import ChittiError, InvalidInput, ServiceUnavailable
from news_nlp.nlp.linear import load
from news_nlp.nlp.training.command import train_sentiment

from tests.support.labelled_headlines import csv_of, labelled, written


def test_a_model_is_stored_and_reported_on(tmp_path: Path):
    said: list[str] = []
    model = tmp_path / "models" / "sentiment.bin"
    train_sentiment([str(written(tmp_path)), "--folds", "3"], model, said.append)
    assert said[0].startswith("72 rows, 72 headlines (24 bullish, 24 bearish, 24 neutral)")
    assert said[1].startswith("lexicon: accuracy ")
    assert said[6].startswith("trained, 3-fold on unseen headlines: accuracy ")
    assert said[-1] == f"trained-{load(model).digest}, {model.stat().st_size // 1000} kB, stored in {model}"
    assert model.stat().st_size < 4 * 2**20


def test_another_place_for_the_model_can_be_given(tmp_path: Path):
    train_sentiment(["--out", str(tmp_path / "o.bin"), str(written(tmp_path))], tmp_path / "d.bin", lambda _: None)
    assert load(tmp_path / "o.bin").headlines == 72
    assert not (tmp_path / "d.bin").exists()


@pytest.mark.parametrize(
    ("text", "folds", "message"),
    [
        (csv_of(labelled()[:5]), "5", "at least 10 different headlines"),
        (csv_of(labelled()), "1", "expected 2 to 20 folds, found 1"),
        (csv_of(labelled()[::2]), "20", r"rarest label has headlines \(12\), found 20"),
    ],
)
def test_what_cannot_be_trained_replaces_nothing(tmp_path: Path, text: str, folds: str, message: str):
    model, data = tmp_path / "sentiment.bin", tmp_path / "h.csv"
    model.write_bytes(b"the one before")
    data.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=message):
        train_sentiment([str(data), "--folds", folds], model, lambda _: None)
    assert model.read_bytes() == b"the one before"


def test_a_model_that_cannot_be_written_is_an_error_that_names_the_file(tmp_path: Path):
    (tmp_path / "models").write_text("a file where a folder is wanted", encoding="utf-8")
    with pytest.raises(ServiceUnavailable, match=r"can't write .*sentiment\.bin"):
        train_sentiment([str(written(tmp_path))], tmp_path / "models" / "sentiment.bin", lambda _: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["headlines.csv", "models"]


def test_every_refusal_is_one_of_the_closed_set(tmp_path: Path):
    with pytest.raises(ChittiError):
        train_sentiment([str(tmp_path / "none.csv")], tmp_path / "m.bin", lambda _: None)
