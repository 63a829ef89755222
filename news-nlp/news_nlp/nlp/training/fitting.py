"""Fits the weights of a model to labelled texts, and tells how well it does on texts it has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from chitti_shared.errors import InvalidInput

from news_nlp import nlp
from news_nlp.kernels.reading._linear import BITS, LOUDNESS, SIGNS, grams, signs
from news_nlp.nlp.linear import CLASSES, LinearModel

Numbers: TypeAlias = npt.NDArray[np.int64]

STRENGTH = 1.0  # C of the logistic regression: the inverse of its L2 penalty
_ROUNDS = 400
_NEVER = -40.0  # intercept of a label that the headlines don't have


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of each text, a row a text.

    Attributes
    ----------
    rows : scipy.sparse.csr_array
        LOUDNESS / sqrt(n-grams) for each n-gram in the column of its bucket; then the signs.
    buckets : ndarray of int
        The bucket of each column before the signs.
    targets : ndarray of int
        Index into CLASSES.
    by_lexicon : ndarray of int
        The lexicon's answers, likewise.
    """

    rows: Any
    buckets: Numbers
    targets: Numbers
    by_lexicon: Numbers


def gather(texts: Sequence[str], labels: Sequence[nlp.Direction]) -> Evidence:
    """Read every text."""
    from scipy.sparse import csr_array, hstack

    found: list[list[int]] = []
    said = np.empty((len(texts), SIGNS))
    by_lexicon = np.empty(len(texts), np.int64)
    for at, text in enumerate(texts):
        read = nlp.understand(text)
        found.append(grams(text, read))
        said[at] = signs(text, read)
        by_lexicon[at] = CLASSES.index(read.sentiment)
    counts = np.array([len(row) for row in found])
    flat = np.concatenate([np.asarray(row, np.int64) for row in found])
    buckets, columns = np.unique(flat, return_inverse=True)
    starts = np.concatenate(([0], np.cumsum(counts)))
    values = np.repeat(LOUDNESS / np.sqrt(counts), counts)
    words = csr_array((values, columns, starts), shape=(len(texts), len(buckets)))
    words.sum_duplicates()
    targets = np.array([CLASSES.index(label) for label in labels], np.int64)
    return Evidence(hstack([words, csr_array(said)], format="csr"), buckets, targets, by_lexicon)


def fit(evidence: Evidence) -> LinearModel:
    """The model of all texts."""
    chosen = regression(evidence.rows, evidence.targets)
    weights, intercepts = _of_all_classes(chosen)
    buckets = np.zeros((2**BITS, len(CLASSES)), np.float32)
    buckets[evidence.buckets] = weights[:, :-SIGNS].T
    dense = np.ascontiguousarray(weights[:, -SIGNS:].T)
    return LinearModel(buckets, dense, intercepts, len(evidence.targets))


def regression(rows: Any, targets: Numbers) -> Any:
    """The fitted `sklearn.linear_model.LogisticRegression`."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, max_iter=_ROUNDS, tol=1e-3).fit(rows, targets)


def _of_all_classes(chosen: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights (classes, columns) and intercepts; a label that was not there is never chosen."""
    weights = np.zeros((len(CLASSES), chosen.coef_.shape[1]))
    intercepts = np.full(len(CLASSES), _NEVER)
    if len(chosen.classes_) == 2:  # one decision, for the second class against the first
        first, second = chosen.classes_
        weights[second] = chosen.coef_[0]
        intercepts[first], intercepts[second] = 0.0, chosen.intercept_[0]
    else:
        weights[chosen.classes_] = chosen.coef_
        intercepts[chosen.classes_] = chosen.intercept_
    return weights, intercepts


def cross_validated(evidence: Evidence, folds: int) -> Numbers:
    """The answer to each text of a model that was fitted to the other folds.

    Raises
    ------
    InvalidInput
        A label has fewer texts than there are folds.
    """
    least = int(np.bincount(evidence.targets)[np.unique(evidence.targets)].min())
    if least < folds:
        raise InvalidInput(
            f"expected at most as many folds as the rarest label has headlines ({least}), found {folds}",
            field="folds",
            constraint=f"<= {least}",
        )
    answers = np.empty(len(evidence.targets), np.int64)
    for known, unseen in folds_of(evidence.targets, folds):
        fitted = regression(evidence.rows[known], evidence.targets[known])
        answers[unseen] = fitted.predict(evidence.rows[unseen])
    return answers


def folds_of(targets: Numbers, folds: int) -> Iterator[tuple[Numbers, Numbers]]:
    """Rows to fit to and rows to answer, for each fold; every fold has each label's share."""
    from sklearn.model_selection import StratifiedKFold

    found: Iterator[tuple[Numbers, Numbers]]
    found = StratifiedKFold(folds, shuffle=True, random_state=0).split(np.zeros(len(targets)), targets)
    return found
