"""Which articles are the same, and which tell the same news in other words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import get_args

from news_nlp.kernels.stories._similar import Window
from news_nlp.kernels.stories._similar_gist import GistReader
from news_nlp.nlp import Direction, EventType, Understanding
from news_nlp.nlp.aliases import words_of
from news_nlp.nlp.story_words import CALENDAR, CONTRARIES, DAILY, MONTHS, STOP_WORDS, SYNONYMS, UNNAMING

WINDOW_S = 72 * 3600.0  # a retelling comes within three days
CAPACITY = 100_000  # articles that are looked back upon
_MOVE_WINDOW_S = 6 * 3600.0  # two reports of one price movement come within a session
_DAY_WINDOW_S = 12 * 3600.0  # what every day brings anew, the next day's is other news
# Shared words over all words that are enough: for a price movement and other news, by themselves, with the same event,
# with a figure
_MOSTLY, _SIMILAR, _SAME_EVENT, _SAME_FIGURE = 0.75, 0.5, 0.45, 0.25
_NAMING = frozenset(
    {"company", "index", "regulator"}
)  # what tells stories apart; of sectors and persons one may be left out
_DIRECTIONS: dict[Direction, int] = {"neutral": 0, "bullish": 1, "bearish": 2}
_EVENTS: tuple[EventType | None, ...] = (None, *get_args(EventType))
_WORD = re.compile(r"[\w&]+(?:\.\d+)?%?")
_MOVE_PHRASES = words_of(
    "gain gains gained rally rallies rallied rallying lose loses losing lost bounce bounces rebound rebounds"
)
_EXTREME = re.compile(r"\b(?:high|low|highs|lows|peak|higher|lower|circuit)\Z", re.IGNORECASE)
# a movement of these is a result or a rate, no price
_OTHER_SUBJECTS = words_of(
    "profit profits net sales revenue revenues income earnings pat ebitda margin margins output production exports "
    "imports volumes volume dispatches loans deposits npa npas bookings orders demand premium traffic q1 q2 q3 q4"
)
_READER = GistReader(STOP_WORDS, SYNONYMS, CALENDAR, CONTRARIES, months=MONTHS, unnaming=UNNAMING, daily=DAILY)


@dataclass(frozen=True, slots=True)
class Telling:
    """What of an article decides whether another one retells it. Times in seconds since 1970.

    `moment` is when it was published, or first seen where that is not known.
    """

    gist: bytes
    price_move: bool
    sentiment: Direction
    event: EventType | None
    moment: float
    seen: float


def normalised(title: str) -> str:
    """A title without case, punctuation and spacing."""
    return " ".join(_WORD.findall(title.casefold()))


def identity(title: str, source_host: str, published_at: datetime | None) -> bytes:
    """16 bytes that are one and the same for an article met twice.

    Feeds' own ids change between fetches, so it is made of the normalised title, the
    publisher's host and the (UTC) date.
    """
    day = published_at.date().isoformat() if published_at else ""
    text = f"{normalised(title)}\n{source_host}\n{day}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def names_of(title: str, meaning: Understanding) -> list[tuple[int, int, str]]:
    """The names that tell a story from others, with their places (-1: behind the headline).

    Those of the headline, or of the whole text when the headline names nothing: outlets agree
    on whom a story is about, not on whom else they mention.
    """
    named = [entity for entity in meaning.entities if entity.symbol and entity.kind in _NAMING]
    in_title = [(entity.start, entity.end, entity.symbol or "") for entity in named if entity.end <= len(title)]
    return in_title or [(-1, -1, entity.symbol or "") for entity in named]


def gist(title: str, names: list[tuple[int, int, str]], meaning: Understanding) -> bytes:
    """A headline's words by stem, its names and its figures, packed (`kernels/stories/_similar_gist.pyx`)."""
    return _READER.read(title, names, _of_a_day(title, meaning))


def _of_a_day(title: str, meaning: Understanding) -> bool:
    """Whether a headline tells of an index or of a movement of prices, which is other news on another day."""
    indices = any(entity.kind == "index" and entity.end <= len(title) for entity in meaning.entities)
    return indices or is_price_move(title, meaning)


def is_price_move(title: str, meaning: Understanding) -> bool:
    """Whether the first thing a headline says of one company is that its share price moved."""
    if len(meaning.symbols) != 1 or not meaning.phrases:
        return False
    first = meaning.phrases[0]
    if first.start >= len(title):
        return False
    said = first.text.lower()
    if not (first.moves or said.split()[0] in _MOVE_PHRASES or _EXTREME.search(said)):
        return False
    before = _WORD.findall(title[: first.end].lower())
    return not _OTHER_SUBJECTS.intersection(before)


class Stories:
    """Articles by the news they tell; asked before each new article is added.

    A retelling comes within 72 hours, is of the same names (or one adds names to the other's),
    contradicts no figure and no direction, and shares most of its words; or some, when the
    event or an amount is the same too; or none, when both report one price movement of one company.
    What it retells is the first article of a cluster, and it contradicts no other of it.
    """

    def __init__(self) -> None:
        self._window = Window(
            window_s=WINDOW_S,
            move_window_s=_MOVE_WINDOW_S,
            day_window_s=_DAY_WINDOW_S,
            mostly=_MOSTLY,
            similar=_SIMILAR,
            same_event=_SAME_EVENT,
            same_figure=_SAME_FIGURE,
        )

    def __len__(self) -> int:
        return len(self._window)

    def clear(self) -> None:
        """Forget all."""
        self._window.clear()

    def forget_since(self, count: int) -> None:
        """Forget all but the first `count` articles added."""
        self._window.forget_since(count)

    def add(self, article_id: int, cluster_id: int, told: Telling) -> None:
        """Note an article, in the order in which they were seen; one that is first of its cluster has its number."""
        self._window.add(article_id, cluster_id, *_columns(told))

    def cluster_of(self, told: Telling) -> int | None:
        """The cluster that an article belongs to; None when its news is new."""
        return self._window.find(*_columns(told))


def _columns(told: Telling) -> tuple[bytes, float, float, int, int, bool]:
    return (
        told.gist,
        told.moment,
        told.seen,
        _DIRECTIONS[told.sentiment],
        _EVENTS.index(told.event),
        told.price_move,
    )
