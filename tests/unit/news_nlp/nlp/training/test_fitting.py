"""Fitted weights beside scikit-learn's own answers."""

from __future__ import annotations

import numpy as np
import pytest
from chitti_shared.errors import InvalidInput
from news_nlp import nlp
from news_nlp.nlp.linear import CLASSES, decode
from news_nlp.nlp.training.fitting import Evidence, cross_validated, fit, gather, regression
from news_nlp.nlp.training.report import evaluate, in_words
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from tests.support.labelled_headlines import labelled

MEANS = {"positive": "bullish", "negative": "bearish", "neutral": "neutral"}
TEXTS = tuple(text for text, _ in labelled())
LABELS = tuple(MEANS[label] for _, label in labelled())


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return gather(TEXTS, LABELS)  # type: ignore[arg-type]


def test_compiled_decisions_are_those_of_scikit_learn(evidence: Evidence):
    theirs = regression(evidence.rows, evidence.targets).decision_function(evidence.rows)
    model = decode(fit(evidence).encoded)
    ours = np.array([model.scorer.decisions(text, nlp.understand(text)) for text in TEXTS])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


def test_two_labels_give_a_model_that_never_chooses_the_third():
    two = [at for at, label in enumerate(LABELS) if label != "neutral"]
    evidence = gather([TEXTS[at] for at in two], [LABELS[at] for at in two])  # type: ignore[misc]
    fitted = regression(evidence.rows, evidence.targets)
    model = fit(evidence)
    for at, text in enumerate(TEXTS):
        bearish, neutral, bullish = model.scorer.decisions(text, nlp.understand(text))
        assert neutral < min(bearish, bullish) - 20.0
        if at in two:
            theirs = fitted.decision_function(evidence.rows[[two.index(at)]])[0]
            assert bullish - bearish == pytest.approx(theirs, abs=1e-6)


def test_training_teaches_words_that_the_lexicon_does_not_have(evidence: Evidence):
    model = fit(evidence)
    for text, direction in (("Marico zorbs again", "bullish"), ("Marico quaffles again", "bearish")):
        read = nlp.understand(text)
        assert read.sentiment == "neutral"
        assert CLASSES[int(np.argmax(model.scorer.decisions(text, read)))] == direction


def test_names_of_companies_teach_nothing(evidence: Evidence):
    model = fit(evidence)
    known, unknown = "TCS zorbs again", "Marico zorbs again"
    assert model.scorer.decisions(known, nlp.understand(known)) == model.scorer.decisions(
        unknown, nlp.understand(unknown)
    )


def test_the_same_headlines_give_the_same_file(evidence: Evidence):
    assert fit(evidence).encoded == fit(gather(TEXTS, LABELS)).encoded  # type: ignore[arg-type]


def test_cross_validation_answers_each_text_from_the_others(evidence: Evidence):
    answers = cross_validated(evidence, 4)
    assert (answers == evidence.targets).mean() > 0.9
    shuffled = np.random.default_rng(1).permutation(evidence.targets)
    noise = Evidence(evidence.rows, evidence.buckets, shuffled, evidence.by_lexicon)
    assert (cross_validated(noise, 4) == shuffled).mean() < 0.6  # labels by chance cannot be known


def test_more_folds_than_headlines_of_a_label_are_refused(evidence: Evidence):
    with pytest.raises(InvalidInput, match=r"rarest label has headlines \(24\), found 25"):
        cross_validated(evidence, 25)


def test_the_report_has_scikit_learns_figures():
    rng = np.random.default_rng(7)
    targets, answers = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    found = evaluate(targets, answers)
    np.testing.assert_array_equal(found.confusion, confusion_matrix(targets, answers))
    precision, recall, f1, _ = precision_recall_fscore_support(targets, answers)
    np.testing.assert_allclose(found.precision, precision)
    np.testing.assert_allclose(found.recall, recall)
    np.testing.assert_allclose(found.f1, f1)
    assert found.macro_f1 == pytest.approx(f1_score(targets, answers, average="macro"))
    assert found.accuracy == pytest.approx((targets == answers).mean())
    assert in_words("guess", found)[0] == f"guess: accuracy {found.accuracy:.1%}, macro-F1 {found.macro_f1:.3f}"


def test_a_class_without_texts_or_answers_has_zeros_in_the_report():
    found = evaluate(np.array([0, 0, 1]), np.array([0, 1, 1]))
    assert found.precision[2] == found.recall[2] == found.f1[2] == 0.0
    assert found.macro_f1 == pytest.approx(2 / 3)
