"""A user's own names and phrases, read from files at start and added to those the package ships."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from chitti_shared.errors import InvalidInput

from news_nlp.nlp import compiled
from news_nlp.nlp.aliases import use_own_aliases
from news_nlp.nlp.lexicon import use_own_terms
from news_nlp.nlp.readable.reading import vocabulary


def extend(aliases: Path | None = None, lexicon: Path | None = None) -> None:
    """Add the names and phrases of files in the format of the shipped ones; where both have one, the file's counts.

    Called once, before the first text is read; None adds nothing.

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
        use("" if path is None else path.read_text(encoding="utf-8"))
        _forget()
        if path is not None:
            compiled.reader()  # two names that the scan cannot tell apart show up only here
    except (OSError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        use("")
        _forget()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidInput(f"{setting}: {path}: {reason}", field=setting, constraint="file") from None


def _forget() -> None:
    """Have the next text read with new tables."""
    vocabulary.cache_clear()
    compiled.reader.cache_clear()
