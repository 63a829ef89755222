"""Sentiment on headlines that people labelled, beside VADER and a plain list of words.

`python -m benchmarks.news_accuracy FILE.csv`; columns headline, entity, sentiment
(positive, negative, neutral), one row for each entity of a headline.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from news_nlp import nlp

from benchmarks import news_companies, news_entity_accuracy
from benchmarks.peers import libraries
from benchmarks.results import Row, plain

CLASSES = ("bullish", "bearish", "neutral")
LABELS = {"positive": "bullish", "negative": "bearish", "neutral": "neutral"}
LEAST_ACCURACY, LEAST_MACRO_F1, LEAST_GAIN = 78.0, 77.0, 15.0
VADER_NEUTRAL = 0.05  # within this of 0 its authors call a text neutral
GOOD_WORDS = """
    gain gains gained rise rises rose rising jump jumps jumped surge surges surged soar soars soared rally rallies
    rallied climb climbs up higher high profit profits growth grow grows beat beats upgrade upgrades buy outperform
    strong record boost boosts positive bullish recovery recover recovers rebound rebounds zoom zooms advance advances
    improve improves improved win wins bags bag top best good better expand expands optimistic robust upbeat dividend
    bonus approval firm cheer accumulate doubles overweight upside double"""
BAD_WORDS = """
    loss losses fall falls fell falling drop drops dropped decline declines declined slip slips slipped down lower
    low weak weaker tumble tumbles plunge plunges slump slumps crash tank tanks dip dips sell selling cut cuts miss
    misses downgrade downgrades underperform bearish negative concern concerns fear fears worry worries worst bad poor
    default fraud probe penalty fine ban lose loses lost hit hits hurt hurts drag slide slides sink sinks weigh weighs
    pressure slow slowdown risk warns crisis debt avoid underweight shrink tepid"""


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline with the direction that people gave each entity in it."""

    text: str
    labels: dict[str, str]

    @property
    def agreed(self) -> str | None:
        """The one direction of all its entities; None when they differ."""
        found = set(self.labels.values())
        return found.pop() if len(found) == 1 else None


@dataclass(slots=True)
class Tally:
    """How often each direction was given to each true one."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, true: str, given: str) -> None:
        self.counts[true, given] += 1

    @property
    def accuracy(self) -> float:
        """In per cent."""
        return 100.0 * sum(self.counts[name, name] for name in CLASSES) / self.counts.total()

    @property
    def macro_f1(self) -> float:
        """Mean over the three directions of 2 hits / (given + true), in per cent."""
        return sum(self._f1(name) for name in CLASSES) / len(CLASSES) * 100.0

    def _f1(self, name: str) -> float:
        given = sum(self.counts[true, name] for true in CLASSES)
        true = sum(self.counts[name, other] for other in CLASSES)
        return 2.0 * self.counts[name, name] / (given + true) if given + true else 0.0

    def confusion(self) -> str:
        """One line for each true direction, one column for each given one."""
        lines = ["true \\ given " + "".join(f"{name:>9}" for name in CLASSES)]
        lines += [f"{true:<13}" + "".join(f"{self.counts[true, name]:>9}" for name in CLASSES) for true in CLASSES]
        return "\n".join(lines)


def read(path: Path) -> list[Headline]:
    """The labelled headlines of a file, each once."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["headline"]][row["entity"]] = LABELS[row["sentiment"]]
    return [Headline(text, labels) for text, labels in found.items()]


def contenders() -> dict[str, Callable[[str], str]]:
    """What judges a headline, by name; VADER only where it is installed."""
    found: dict[str, Callable[[str], str]] = {"ours": lambda text: nlp.score(text).sentiment}
    vader = libraries.load("vaderSentiment.vaderSentiment")
    if vader is not None:
        analyzer = vader.SentimentIntensityAnalyzer()
        found["VADER"] = lambda text: sign(analyzer.polarity_scores(text)["compound"], VADER_NEUTRAL)
    found["word list"] = by_words
    return found


def by_words(text: str) -> str:
    """The direction of which a plain list has more words in the text."""
    good, bad = set(GOOD_WORDS.split()), set(BAD_WORDS.split())
    words = text.lower().replace(",", " ").replace(":", " ").replace(";", " ").split()
    return sign(sum((word in good) - (word in bad) for word in words), 0.5)


def sign(value: float, neutral: float) -> str:
    if abs(value) < neutral:
        return "neutral"
    return "bullish" if value > 0 else "bearish"


def tally(judge: Callable[[str], str], headlines: Iterable[Headline]) -> Tally:
    """How a judge does on headlines whose labels agree."""
    found = Tally()
    for headline in headlines:
        if headline.agreed is not None:
            found.add(headline.agreed, judge(headline.text))
    return found


def at_least(what: str, ours: float, least: float, peer: float | None, peer_name: str) -> Row:
    """A row in per cent or points whose target is a least value."""
    return Row(what, ours, "%", peer, peer_name, f">= {least:g} %", ours >= least, more_is_better=True)


def measure(path: Path | None) -> list[Row]:
    """Rows of accuracy; none, with a word about it, when the file is not there."""
    if path is None or not path.is_file():
        print(f"... accuracy left out: no labelled headlines at {path or '--headlines FILE'}", file=sys.stderr)
        return []
    headlines = read(path)
    tallies = {name: tally(judge, headlines) for name, judge in contenders().items()}
    for name, found in tallies.items():
        print(f"{name}: accuracy {found.accuracy:.1f} %, macro-F1 {found.macro_f1:.1f} %\n{found.confusion()}\n")
    ours, count = tallies["ours"], tallies["ours"].counts.total()
    rows = []
    for name, other in tallies.items():
        if name != "ours":
            what = f"of {count:,} headlines whose labels agree"
            rows.append(at_least(f"accuracy {what}", ours.accuracy, LEAST_ACCURACY, other.accuracy, name))
            rows.append(at_least(f"macro-F1 {what}", ours.macro_f1, LEAST_MACRO_F1, other.macro_f1, name))
    return [*rows, *entity_rows(headlines), *news_companies.companies(path)]


def entity_rows(headlines: list[Headline]) -> list[Row]:
    """Each entity's own verdict beside the whole headline's, where people told the entities apart."""
    rows = []
    for way, judge in news_entity_accuracy.WAYS.items():
        own, whole = Tally(), Tally()
        for headline in headlines:
            if headline.agreed is None:
                for name, said in judge(headline.text, list(headline.labels)).items():
                    own.add(headline.labels[name], said)
                    whole.add(headline.labels[name], nlp.score(headline.text).sentiment)
        gain = own.accuracy - whole.accuracy
        what = f"{own.counts.total()} entities told apart, {way}"
        print(f"{what}: {own.accuracy:.1f} %, by the headline {whole.accuracy:.1f} %\n{own.confusion()}\n")
        rows.append(Row(what, own.accuracy, "%", whole.accuracy, "the headline's verdict", more_is_better=True))
        rows.append(Row(f"gain, {way}", gain, "points", None, "", f">= {LEAST_GAIN:g} points", gain >= LEAST_GAIN))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.news_accuracy", description=__doc__)
    parser.add_argument("headlines", type=Path, help="CSV with the columns headline, entity, sentiment")
    rows = measure(parser.parse_args().headlines)
    if not rows:
        sys.exit(1)
    print(plain(rows))


if __name__ == "__main__":
    main()
