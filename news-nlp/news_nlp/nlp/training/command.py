"""`train-sentiment`: a file of labelled headlines in, a model file and a report out."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from chitti_shared.errors import InvalidInput, ServiceUnavailable

from news_nlp.nlp.linear import LinearModel, save
from news_nlp.nlp.training.fitting import cross_validated, fit, gather
from news_nlp.nlp.training.headlines import Headlines, read_headlines
from news_nlp.nlp.training.report import evaluate, in_words

FOLDS = range(2, 21)


def train_sentiment(arguments: Sequence[str], model: Path, say: Callable[[str], object]) -> None:
    """Fit a model, report on it and store it.

    Parameters
    ----------
    arguments : sequence of str
        FILE.csv [--out PATH] [--folds 5]; see `--help`.
    model : Path
        The file that the daemon uses; `--out` names another.
    say : callable
        Takes each line of the report.

    Raises
    ------
    InvalidInput, NotFound, PayloadTooLarge
        What is wrong with the file or the options; no model is replaced then.
    ServiceUnavailable
        The model can't be written.
    """
    options = _parser(model).parse_args(arguments)
    if options.folds not in FOLDS:
        constraint = f"{FOLDS[0]} to {FOLDS[-1]}"
        raise InvalidInput(f"expected {constraint} folds, found {options.folds}", field="folds", constraint=constraint)
    headlines = read_headlines(options.file)
    say(_in_short(headlines))
    evidence = gather(headlines.texts, headlines.labels)
    unseen = evaluate(evidence.targets, cross_validated(evidence, options.folds))
    for line in in_words("lexicon", evaluate(evidence.targets, evidence.by_lexicon)):
        say(line)
    for line in in_words(f"trained, {options.folds}-fold on unseen headlines", unseen):
        say(line)
    say(_stored(fit(evidence), options.out))


def _in_short(headlines: Headlines) -> str:
    count = {label: headlines.labels.count(label) for label in ("bullish", "bearish", "neutral")}
    return (
        f"{headlines.rows} rows, {len(headlines.texts)} headlines ({count['bullish']} bullish, "
        f"{count['bearish']} bearish, {count['neutral']} neutral); left out: {headlines.repeated} repeated rows, "
        f"{headlines.contradicted} rows of headlines with several labels"
    )


def _stored(model: LinearModel, out: Path) -> str:
    try:
        save(model, out)
    except OSError as error:
        raise ServiceUnavailable(f"can't write {out}: {error.strerror or error}", file=str(out)) from None
    return f"trained-{model.digest}, {len(model.encoded) // 1000} kB, stored in {out}"


def _parser(model: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="train-sentiment", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV with columns headline|text|title and sentiment|label")
    parser.add_argument("--out", type=Path, default=model, help="default: %(default)s")
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation; default: %(default)s")
    return parser
