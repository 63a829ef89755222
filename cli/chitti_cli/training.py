"""`chitti train-sentiment`: news-nlp's own command fits the model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer


def train_sentiment(
    file: Annotated[Path, typer.Argument(help="CSV with columns headline|text|title and sentiment|label.")],
    out: Annotated[Path | None, typer.Option(help="The model's file; default: the one that news-nlp uses.")] = None,
    folds: Annotated[int, typer.Option(min=2, max=20, help="Of the cross-validation.")] = 5,
) -> None:
    """Fit a model of sentiment to your labelled headlines and tell how right it is.

    A running news-nlp takes it up within seconds where CHITTI_SENTIMENT_MODEL or a request asks
    for `trained` or `blend`.
    """
    options = ["--folds", str(folds)] if out is None else ["--folds", str(folds), "--out", str(out)]
    command = [sys.executable, "-m", "news_nlp", "train-sentiment", *options, "--", str(file)]
    try:
        raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own program
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
