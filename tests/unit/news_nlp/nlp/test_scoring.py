from __future__ import annotations

from pathlib import Path

import pytest
from chitti_shared.errors import EngineUnavailable
from news_nlp import nlp
from news_nlp.nlp.linear import LinearModel, save
from news_nlp.nlp.scoring import ModelFile, Scorers
from news_nlp.nlp.training.fitting import fit, gather

from tests.support.labelled_headlines import labelled

MEANS = {"positive": "bullish", "negative": "bearish", "neutral": "neutral"}
TEXT = "Marico zorbs on festive sales"  # the lexicon has no word for it


def fitted(rows: list[tuple[str, str]]) -> LinearModel:
    return fit(gather([text for text, _ in rows], [MEANS[label] for _, label in rows]))  # type: ignore[misc]


@pytest.fixture(scope="module")
def model() -> LinearModel:
    return fitted(labelled())


@pytest.fixture(scope="module")
def opposite() -> LinearModel:
    turned = {"positive": "negative", "negative": "positive", "neutral": "neutral"}
    return fitted([(text, turned[label]) for text, label in labelled()])


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_lexicon_needs_no_file(tmp_path: Path):
    scorer = Scorers(tmp_path / "none.bin").of()
    assert scorer.name == "lexicon-1"
    assert scorer.understand("TCS gains") == nlp.understand("TCS gains")
    read = nlp.understand("TCS gains")
    assert scorer.judge("TCS gains", read) is read


def test_a_trained_model_scores_what_it_was_taught(tmp_path: Path, model: LinearModel):
    save(model, tmp_path / "m.bin")
    scorers = Scorers(tmp_path / "m.bin", "trained")
    found = scorers.of().understand(TEXT)
    assert nlp.understand(TEXT).sentiment == "neutral"
    assert found.sentiment == "bullish"
    assert found.model == scorers.of().name == f"trained-{model.digest}"
    assert any("zorbs" in phrase.text and phrase.weight > 0 for phrase in found.phrases)
    assert found.entities == nlp.understand(TEXT).entities


def test_a_blend_lies_between_the_lexicon_and_the_model(tmp_path: Path, model: LinearModel):
    save(model, tmp_path / "m.bin")
    scorers = Scorers(tmp_path / "m.bin")
    text = "TCS gains 2% on strong demand"
    parts = [scorers.of(name).understand(text) for name in ("lexicon", "trained", "blend")]
    assert min(parts[0].score, parts[1].score) <= parts[2].score <= max(parts[0].score, parts[1].score)
    assert parts[2].model == f"blend-{model.digest}"
    assert len(parts[2].phrases) == len(parts[0].phrases) + len(parts[1].phrases)


def test_finbert_stands_for_the_lexicons_reading(tmp_path: Path):
    assert Scorers(tmp_path / "none.bin", "finbert").of().name == "lexicon-1"


@pytest.mark.parametrize("name", ["trained", "blend"])
def test_without_a_file_the_error_names_it_and_the_command(tmp_path: Path, name: str):
    with pytest.raises(EngineUnavailable, match=r"none\.bin: No such file.*chitti train-sentiment FILE\.csv"):
        Scorers(tmp_path / "none.bin").of(name).understand("x")  # type: ignore[arg-type]


def test_a_new_file_is_taken_up_and_a_broken_one_refused(tmp_path: Path, model: LinearModel, opposite: LinearModel):
    path, clock = tmp_path / "m.bin", Clock()
    file = ModelFile(path, clock)
    with pytest.raises(EngineUnavailable):
        file.current()
    save(model, path)
    clock.now += 2.0
    assert file.current().digest == model.digest
    path.write_bytes(opposite.encoded[:-1])
    clock.now += 2.0
    assert file.current().digest == model.digest
    assert file.trouble is not None
    assert "expected" in file.trouble
    save(opposite, path)
    clock.now += 2.0
    assert file.current().digest == opposite.digest
    assert file.trouble is None
    path.unlink()
    clock.now += 2.0
    assert file.current().digest == opposite.digest
    assert file.trouble == f"{path}: No such file or directory"


def test_a_file_is_looked_at_once_a_second(tmp_path: Path, model: LinearModel, opposite: LinearModel):
    path, clock = tmp_path / "m.bin", Clock()
    file = ModelFile(path, clock)
    save(model, path)
    assert file.current().digest == model.digest
    save(opposite, path)
    clock.now += 0.9
    assert file.current().digest == model.digest
    clock.now += 0.1
    assert file.current().digest == opposite.digest


def test_health_tells_of_the_model_only_where_it_is_the_default(tmp_path: Path, model: LinearModel):
    save(model, tmp_path / "m.bin")
    assert Scorers(tmp_path / "m.bin", "lexicon").checks == {}
    trained = Scorers(tmp_path / "m.bin", "trained")
    trained.of().understand("x")
    assert trained.checks == {"trained_model": "ok"}
