"""Articles by the hundred thousand, as feeds bring them: companies and publishers of very different frequency."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from chitti_shared import universe
from news_nlp.nlp.digest import ScoredArticle, digest_items
from news_nlp.parsing import FeedItem

_HEADLINES = (
    "{name} shares {move} {percent}% {reason}",
    "{name} Q{quarter} net profit {change} {percent}% to Rs {amount} crore",
    "{name} bags Rs {amount} crore order from {client}",
    "{name} board approves dividend of Rs {small} per share",
    "{name} to acquire {percent}% stake in {client} for Rs {amount} crore",
    "Brokerage {rates} {name}, sets target price at Rs {amount}",
    "{name} names new chief financial officer {reason}",
    "{regulator} fines {name} Rs {small} lakh over {matter}",
    "{name} and {other} {move} {reason}",
    "{name}: what {matter} means for investors",
    "Nifty, Sensex {move} {percent}% as {name} {reason}",
    "{name} plans capex of Rs {amount} crore for {matter}",
)
_CHOICES = {
    "move": ["rise", "fall", "gain", "slip", "surge", "drop", "climb", "slide", "rally", "tumble"],
    "change": ["rises", "falls", "jumps", "declines", "up", "down"],
    "rates": ["upgrades", "downgrades", "initiates coverage on", "keeps buy on"],
    "regulator": ["SEBI", "RBI", "USFDA", "CCI"],
    "client": ["Indian Railways", "a European retailer", "NTPC", "the navy", "a state utility", "a US bank", "ISRO"],
    "matter": [
        "disclosure lapses", "the new tax rule", "its Gujarat plant", "rural demand", "the rights issue",
        "data centres", "green hydrogen", "loan growth", "the export ban", "a cyber incident", "the festive season",
    ],
    "reason": [
        "on strong volumes", "after block deal", "amid weak global cues", "as margins improve", "on profit booking",
        "after results", "ahead of policy decision", "on tariff worries", "as crude cools", "after management meet",
        "on index inclusion", "as foreign funds sell", "on monsoon hopes", "after plant shutdown", "on order inflows",
    ],
}  # fmt: skip
_SENTENCES = (
    "The company said demand in its main markets stayed {state} in the quarter that ended in {month}.",
    "Analysts tracked by the exchange expect margins to {turn} by {percent} basis points over the next year.",
    "Promoters hold {percent} per cent of the equity and have pledged none of it, filings with the bourses show.",
    "Trading volume on the NSE was {percent} times the average of the last thirty sessions.",
    "Management told investors that spending on {matter} would continue through {month}.",
)
_STATES, _TURNS = ("firm", "weak", "steady", "uneven"), ("widen", "narrow", "recover", "shrink")
_MONTHS = ("March", "June", "September", "December")
_PUBLISHERS = [f"Market Wire {number}" for number in range(1, 81)]


class Newsroom:
    """Invents articles; the same ones for the same seed.

    Company number n of the universe is named about n times as rarely as the first.
    """

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._names = [company.name.removesuffix(" Ltd.") for company in universe.companies()]
        self._random.shuffle(self._names)
        self._weights = [1.0 / (number + 8) for number in range(len(self._names))]
        self._shares = [1.0 / number for number in range(1, len(_PUBLISHERS) + 1)]

    def articles(self, count: int, now: datetime) -> list[ScoredArticle]:
        """`count` articles, read as a feed's are, published within the last hour."""
        return digest_items([self.item(now) for _ in range(count)], now)

    def item(self, now: datetime) -> FeedItem:
        name, other = self._random.choices(self._names, self._weights, k=2)
        publisher = self._random.choices(_PUBLISHERS, self._shares)[0]
        title = self._random.choice(_HEADLINES).format_map(self._slots(name, other))
        sentences = self._random.sample(_SENTENCES, self._random.choice((0, 1, 2)))
        summary = " ".join(sentence.format_map(self._slots(name, other)) for sentence in sentences)
        host = publisher.lower().replace(" ", "-") + ".example"
        published = now - timedelta(seconds=self._random.randrange(3600))
        return FeedItem(title, summary, f"https://{host}/{self._random.randrange(10**9)}", publisher, host, published)

    def _slots(self, name: str, other: str) -> dict[str, object]:
        chosen: dict[str, object] = {slot: self._random.choice(choices) for slot, choices in _CHOICES.items()}
        return chosen | {
            "name": name,
            "other": other,
            "percent": self._random.randint(1, 49),
            "amount": f"{self._random.randint(100, 99_999):,}",
            "small": self._random.randint(1, 60),
            "quarter": self._random.randint(1, 4),
            "state": self._random.choice(_STATES),
            "turn": self._random.choice(_TURNS),
            "month": self._random.choice(_MONTHS),
        }
