"""Which articles are the same, and which tell the same news in other words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from news_nlp.nlp import Understanding
from news_nlp.nlp.aliases import words_of

WINDOW_HOURS = 72  # a retelling comes within three days
_MOVE_WINDOW_S = 6 * 3600.0  # two reports of one price movement come within a session
_SIMILAR = 0.6  # shared words over all words
_WORD = re.compile(r"[\w&]+(?:\.\d+)?%?")
_STOP_WORDS = words_of("a an the of in on at to for as by and or with from its it is are was be after over amid rs cr")
_MOVE_PHRASES = words_of(
    "gain gains gained rally rallies rallied rallying lose loses losing lost bounce bounces rebound rebounds"
)
_EXTREME = re.compile(r"\b(?:high|low|highs|lows|peak|higher|lower|circuit)\Z", re.IGNORECASE)
# a movement of these is a result or a rate, no price
_OTHER_SUBJECTS = words_of(
    "profit profits net sales revenue revenues income earnings pat ebitda margin margins output production exports "
    "imports volumes volume dispatches loans deposits npa npas bookings orders demand premium traffic q1 q2 q3 q4"
)
_OPPOSITES = {"bullish", "bearish"}
_UNSIGNED = 0x7FFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Told:
    """An article that was stored before, as far as telling retellings apart needs it."""

    cluster_id: int
    title: str
    story_key: int
    price_move: bool
    sentiment: str
    moment: datetime


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


def story_key(meaning: Understanding) -> int:
    """63 bits of the names in a text; 0 for a text that names nothing with a symbol."""
    names = sorted({entity.symbol for entity in meaning.entities if entity.symbol})
    if not names:
        return 0
    digest = blake2b("\n".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _UNSIGNED


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
    """Articles by the news they tell; asked before each new article is added."""

    def __init__(self, told: Iterable[Told]) -> None:
        self._told: dict[int, list[tuple[Told, frozenset[str]]]] = {}
        for article in told:
            self.add(article)

    def add(self, article: Told) -> None:
        self._told.setdefault(article.story_key, []).append((article, _words(article.title)))

    def cluster_of(self, article: Told) -> int | None:
        """The cluster that `article` (its own cluster_id aside) belongs to; None when its news is new.

        Same names and either mostly the same words without contradicting figures, or two
        reports of one share price moving the same way within hours.
        """
        words = _words(article.title)
        for other, others in self._told.get(article.story_key, ()):
            distance_s = abs((article.moment - other.moment).total_seconds())
            if distance_s > WINDOW_HOURS * 3600.0 or {article.sentiment, other.sentiment} == _OPPOSITES:
                continue
            if _same_words(words, others):
                return other.cluster_id
            moved = article.price_move and other.price_move and article.sentiment == other.sentiment
            if moved and distance_s <= _MOVE_WINDOW_S:
                return other.cluster_id
        return None


def _words(title: str) -> frozenset[str]:
    words = _WORD.findall(title.casefold())
    return frozenset(word.removesuffix("s") or word for word in words if word not in _STOP_WORDS)


def _same_words(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    if not ours or not theirs:
        return False
    if len(ours & theirs) < _SIMILAR * len(ours | theirs):
        return False
    figures = {word for word in ours if word[0].isdigit()}, {word for word in theirs if word[0].isdigit()}
    return not (figures[0] and figures[1] and figures[0].isdisjoint(figures[1]))
