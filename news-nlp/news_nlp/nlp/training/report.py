"""How right a model's answers are, as figures and as text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from news_nlp.nlp.linear import CLASSES


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Answers beside the truth.

    Attributes
    ----------
    confusion : ndarray of int, shape (3, 3)
        [truth, answer], in the order of CLASSES.
    """

    confusion: npt.NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float(np.trace(self.confusion) / self.confusion.sum())

    @property
    def precision(self) -> npt.NDArray[np.float64]:
        """Of each class: right answers among those that name it; 0 where none does."""
        return _shares(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def recall(self) -> npt.NDArray[np.float64]:
        """Of each class: right answers among the texts that are it; 0 where none is."""
        return _shares(np.diag(self.confusion), self.confusion.sum(axis=1))

    @property
    def f1(self) -> npt.NDArray[np.float64]:
        """Of each class: 2 right / (answers + truths)."""
        both = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)
        return _shares(2 * np.diag(self.confusion), both)

    @property
    def macro_f1(self) -> float:
        """Mean of the F1 of the classes that the texts have."""
        there = self.confusion.sum(axis=1) > 0
        return float(self.f1[there].mean())


def evaluate(targets: npt.NDArray[np.int64], answers: npt.NDArray[np.int64]) -> Evaluation:
    """Count answers by truth; both index into CLASSES."""
    confusion = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    np.add.at(confusion, (targets, answers), 1)
    return Evaluation(confusion)


def in_words(title: str, found: Evaluation) -> list[str]:
    """The lines of a report."""
    answers = " ".join(f"{name:>8}" for name in CLASSES)
    lines = [
        f"{title}: accuracy {found.accuracy:.1%}, macro-F1 {found.macro_f1:.3f}",
        f"  {'truth':<9}{'precision':>10}{'recall':>8}{'F1':>7}   answered: {answers}",
    ]
    for at, name in enumerate(CLASSES):
        counts = " ".join(f"{count:>8}" for count in found.confusion[at])
        figures = f"{found.precision[at]:>10.3f}{found.recall[at]:>8.3f}{found.f1[at]:>7.3f}"
        lines.append(f"  {name:<9}{figures}   {'':<10}{counts}")
    return lines


def _shares(parts: npt.NDArray[np.int64], wholes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.divide(parts, wholes, out=np.zeros(len(parts)), where=wholes > 0)
