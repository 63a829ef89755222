"""A model trained on labelled headlines: how right it is on those it has not seen, and how fast it is.

`python -m benchmarks.news_training FILE.csv`
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from news_nlp import nlp
from news_nlp.nlp.linear import save
from news_nlp.nlp.scoring import Scorers
from news_nlp.nlp.training.fitting import cross_validated, fit, folds_of, gather
from news_nlp.nlp.training.headlines import read_headlines
from news_nlp.nlp.training.report import evaluate
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from benchmarks.results import Row, interleaved, median_ms, plain

FOLDS = 5
LEAST_ACCURACY = 82.0
MOST_TIMES = 2.0  # as slow as the lexicon's reader
ARTICLE = (
    "Marico shares gained 2 per cent in early trade on Monday after the maker of hair oils reported a 12% rise in net "
    "profit for the September quarter, beating Street estimates, while Dabur slipped on weak guidance; analysts remain "
    "cautious on rural demand"
)


def measure(path: Path) -> list[Row]:
    """Rows of accuracy on unseen headlines and of speed."""
    headlines = read_headlines(path)
    evidence = gather(headlines.texts, headlines.labels)
    ours = evaluate(evidence.targets, cross_validated(evidence, FOLDS))
    lexicon = evaluate(evidence.targets, evidence.by_lexicon)
    plainly = evaluate(evidence.targets, _by_ngrams(headlines.texts, evidence.targets))
    what = f"trained model, {FOLDS}-fold on {len(headlines.texts):,} headlines"
    target, met = f">= {LEAST_ACCURACY:g} %", 100.0 * ours.accuracy >= LEAST_ACCURACY
    rows = [
        Row(f"{what}: accuracy", 100.0 * ours.accuracy, "%", 100.0 * plainly.accuracy, "n-grams", target, met, True),
        Row(f"{what}: accuracy", 100.0 * ours.accuracy, "%", 100.0 * lexicon.accuracy, "lexicon", more_is_better=True),
        Row(f"{what}: macro-F1", 100.0 * ours.macro_f1, "%", 100.0 * lexicon.macro_f1, "lexicon", more_is_better=True),
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sentiment.bin"
        save(fit(evidence), file)
        return rows + _speed(Scorers(file))


def _by_ngrams(texts: tuple[str, ...], targets: np.ndarray) -> np.ndarray:
    """What a logistic regression over TF-IDF of words and pairs answers on the same folds."""
    answers = np.empty(len(texts), np.int64)
    rows = np.array(texts, object)
    for known, unseen in folds_of(targets, FOLDS):
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10.0, max_iter=400))
        answers[unseen] = model.fit(rows[known], targets[known]).predict(rows[unseen])
    return answers


def _speed(scorers: Scorers) -> list[Row]:
    calls = {name: partial(scorers.of(name).understand, ARTICLE) for name in ("lexicon", "trained", "blend")}  # type: ignore[arg-type]
    times = interleaved(calls, rounds=40, calls_per_round=200)
    base = median_ms(times["lexicon"]) * 1e3
    words = len(ARTICLE.split())
    return [
        Row(
            f"sentiment of an article of {words} words by the {name} model",
            us := median_ms(times[name]) * 1e3,
            "us",
            base,
            "lexicon",
            f">= {1 / MOST_TIMES:g}x",
            us <= MOST_TIMES * base,
        )
        for name in ("trained", "blend")
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.news_training", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV of labelled headlines")
    options = parser.parse_args()
    nlp.warm_up()
    print(plain(measure(options.file)))


if __name__ == "__main__":
    main()
