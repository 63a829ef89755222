"""A user's own names and phrases, read from files at start and added to those the package ships."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from chitti_shared.errors import InvalidInput

from news_nlp.nlp import compiled
from news_nlp.nlp.aliases import use_own_aliases
from news_nlp.nlp.lexicon import use_own_terms
from news_nlp.nlp.readable.reading import TABLES, forget_vocabulary


def extend(aliases: Path | None = None, lexicon: Path | None = None) -> None:
    """Add the names and phrases of files in the format of the shipped ones; where both have one, the file's counts.

    None adds nothing. Texts that are being read meanwhile are read with the tables that they were begun with.

    Raises
    ------
    InvalidInput
        A file that cannot be read, or a line in it that makes no sense; the message names
        the setting, the file and the line.
    """
    _use("CHITTI_ALIASES", aliases, use_own_aliases)
    _use("CHITTI_LEXICON", lexicon, use_own_terms)


def _use(setting: str, path: Path | None, use: Callable[[str], None]) -> None:
    try:
        text = "" if path is None else path.read_text(encoding="utf-8")
        with TABLES:  # whoever makes tables meanwhile makes all of them before, or all of them after
            _replace(text, use)
    except (OSError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        with TABLES:
            _replace("", use)
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidInput(f"{setting}: {path}: {reason}", field=setting, constraint="file") from None


def _replace(text: str, use: Callable[[str], None]) -> None:
    use(text)
    forget_vocabulary()
    compiled.forget_reader()
    if text:
        compiled.reader()  # two names that the scan cannot tell apart show up only here
